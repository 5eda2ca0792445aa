/* Filter and level were chosen by measuring: a 3840 x 2160 flame graph, 110 rows of labelled and of
 * sub-pixel frames, one thread of a 2.5 GHz Cascade Lake Xeon, bands of 512 KiB, copy and checksums
 * included (best of 5; the machine was noisy, so that a few milliseconds mean nothing):
 *
 *     filter   level 0            level 1            level 2            level 3
 *     NONE     22 ms  1,703 kB    27 ms  1,408 kB    16 ms  1,393 kB     98 ms  1,155 kB
 *     SUB      22 ms  1,902 kB    23 ms  1,599 kB    29 ms  1,590 kB    128 ms  1,274 kB
 *     UP       25 ms  1,544 kB    21 ms  1,267 kB    22 ms  1,268 kB    107 ms  1,388 kB
 *
 * UP turns the 17 equal pixel rows of a row of frames into zeros. It makes the band's size
 * unimportant too: 128 KiB and 1 MiB give the same number of bytes within 0.1%, where NONE loses
 * 14%. Hence UP, level 1 (export/deflate.h) and bands that fit the second-level cache. */
#include "export/png_band.h"

#include <isa-l/crc.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define BAND_BYTES      (256u << 10)
#define WIDE_BAND_BYTES (4u << 20)
#define WIDE_BAND_ROWS  8u

#define FILTER_UP 2

static const uint8_t zlib_header[2] = {0x78, 0x01}; /* deflate, 32 KiB window, fastest */

#define CHUNK_HEAD 8u /* length and type */

uint32_t gf_png_band_rows(uint32_t width, uint32_t height)
{
    size_t row = GF_PNG_ROW_BYTES(width);
    size_t rows = BAND_BYTES / row;
    if (rows < WIDE_BAND_ROWS) {
        /* Every band holds the row above it too: let that be one of several. */
        rows = WIDE_BAND_BYTES / row;
        rows = rows > WIDE_BAND_ROWS ? WIDE_BAND_ROWS : rows;
        rows = rows > 0 ? rows : 1;
    }
    return rows < height ? (uint32_t)rows : height;
}

/* From the last row up, so that every row still finds the one above it as it was. */
static void filter(struct gf_png_band *band, size_t row_bytes)
{
    for (uint32_t r = band->rows; r > 0; r--) {
        uint8_t *row = band->raw + r * row_bytes;
        const uint8_t *above = row - row_bytes;
        row[0] = FILTER_UP;
        for (size_t i = 1; i < row_bytes; i++)
            row[i] = (uint8_t)(row[i] - above[i]);
    }
}

/* False when the segment does not fit the room that is left in out. */
static bool deflate_rows(struct gf_deflate *deflate, struct gf_png_band *band, uint8_t *rows,
                         size_t n)
{
    struct isal_zstream *z = &deflate->stream;
    gf_deflate_begin(deflate, IGZIP_DEFLATE);
    /* A full flush ends the segment on a byte and keeps nothing for the next one to refer to. */
    z->flush = FULL_FLUSH;
    z->end_of_stream = band->last;
    z->next_in = rows;
    z->avail_in = (uint32_t)n;
    z->next_out = band->out + band->out_len;
    z->avail_out = (uint32_t)(band->out_cap - band->out_len);
    if (!gf_deflate(deflate) || z->avail_out == 0)
        return false;
    band->out_len = band->out_cap - z->avail_out;
    return true;
}

void gf_png_band_make(struct gf_deflate *deflate, struct gf_png_band *band, size_t row_bytes)
{
    size_t n = band->rows * row_bytes;
    uint8_t *rows = band->raw + row_bytes;
    filter(band, row_bytes);
    band->adler = isal_adler32(1, rows, n);
    /* Room for pixels that don't compress; what is not touched costs no memory. */
    band->failed = !gf_grow(&band->out, &band->out_cap, n + n / 8 + 4096, &band->error);
    if (band->failed)
        return;
    band->out_len = CHUNK_HEAD;
    if (band->first) {
        memcpy(band->out + band->out_len, zlib_header, sizeof zlib_header);
        band->out_len += sizeof zlib_header;
    }
    /* Begun again with more room, not continued: the bytes must not depend on the room there was.
     */
    while (!deflate_rows(deflate, band, rows, n)) {
        band->failed = band->out_cap / 4 > n + 4096
                           ? !gf_fail(&band->error, GF_ERR_LIMIT, "the PNG can't be compressed")
                           : !gf_grow(&band->out, &band->out_cap, band->out_cap + 1, &band->error);
        if (band->failed)
            return;
    }
    gf_png_put32(band->out, (uint32_t)(band->out_len - CHUNK_HEAD));
    memcpy(band->out + 4, "IDAT", 4);
    band->crc = crc32_gzip_refl(0, band->out + 4, band->out_len - 4);
}

bool gf_png_band_trailer(struct gf_png_band *band, uint32_t adler, struct gf_error *err)
{
    if (!gf_grow(&band->out, &band->out_cap, band->out_len + 4, err))
        return false;
    uint8_t *p = band->out + band->out_len;
    gf_png_put32(p, adler);
    band->crc = crc32_gzip_refl(band->crc, p, 4);
    band->out_len += 4;
    gf_png_put32(band->out, (uint32_t)(band->out_len - CHUNK_HEAD));
    return true;
}

void gf_png_band_free(struct gf_png_band *band)
{
    free(band->raw);
    free(band->out);
    *band = (struct gf_png_band){0};
}

uint32_t gf_png_adler_join(uint32_t first, uint32_t second, uint64_t len)
{
    const uint64_t base = 65521;
    uint64_t a1 = first & 0xffff, b1 = first >> 16;
    uint64_t a2 = second & 0xffff, b2 = second >> 16;
    uint64_t a = (a1 + a2 + base - 1) % base;
    /* The second block was summed from a = 1: each of its bytes saw a1 - 1 too little. */
    uint64_t b = (b1 + b2 + len % base * ((a1 + base - 1) % base)) % base;
    return (uint32_t)(b << 16 | a);
}
