/* One band of a PNG: some whole rows, filtered and deflated into a segment that can be
 * concatenated with others into a single zlib stream. Bands know nothing of each other, so any
 * thread may make any of them. */
#ifndef GF_EXPORT_PNG_BAND_H
#define GF_EXPORT_PNG_BAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "export/deflate.h"

/* Bytes of a row as the format stores it: the filter's number, then the pixels. */
#define GF_PNG_ROW_BYTES(width) ((size_t)(width)*3 + 1)

struct gf_png_band {
    /* [(rows + 1) * row_bytes]: the row above the band (black above the first), then its own. The
     * first byte of each row is the band's to fill. */
    uint8_t *raw;
    uint32_t rows;    /* its own rows in raw */
    bool first, last; /* of the stream: with the zlib header; with the end of the deflate stream */
    uint8_t *out;     /* one IDAT chunk without its CRC: length, type, data */
    size_t out_len, out_cap;
    uint32_t crc;   /* of type and data */
    uint32_t adler; /* Adler-32 of its own rows after filtering */
    bool failed;
    struct gf_error error;
};

/* Filters band->raw in place and fills out, crc and adler; failed and error when it can't.
 * `deflate` is the thread's own memory, with anything in it. */
void gf_png_band_make(struct gf_deflate *deflate, struct gf_png_band *band, size_t row_bytes);

/* Appends the stream's checksum to the data of the last band's chunk. */
bool gf_png_band_trailer(struct gf_png_band *band, uint32_t adler, struct gf_error *err);

void gf_png_band_free(struct gf_png_band *band);

/* Adler-32 of two blocks one after the other, the second of `len` bytes (RFC 1950, section 9; the
 * second sum grows by len times the first block's first sum). */
uint32_t gf_png_adler_join(uint32_t first, uint32_t second, uint64_t len);

/* How many rows a band of a picture has; depends on nothing but the picture's size. */
uint32_t gf_png_band_rows(uint32_t width, uint32_t height);

/* Stores v as four bytes, most significant first. */
static inline void gf_png_put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

#endif
