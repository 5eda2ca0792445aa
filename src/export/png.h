/* PNG, written as rows arrive: 8-bit RGB, compressed in parallel bands by ISA-L. */
#ifndef GF_EXPORT_PNG_H
#define GF_EXPORT_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/output.h"

struct gf_png;

/* A tEXt (Latin-1 range) or iTXt (else) chunk: keyword and UTF-8 text, both terminated. */
struct gf_png_text {
    const char *keyword, *text;
};

struct gf_png_params {
    uint32_t width, height;
    unsigned threads; /* 0: as many as there are cores */
    const struct gf_png_text *texts;
    size_t ntexts;
};

/* Writes the header to `out` (borrowed). The bytes depend on the pixels alone,
 * whatever the number of threads and however the rows are cut into calls. */
bool gf_png_begin(struct gf_output *out, const struct gf_png_params *params, struct gf_png **png,
                  struct gf_error *err);

/* Appends nrows rows of width * 3 bytes each. Memory stays bounded by a few bands. */
bool gf_png_rows(struct gf_png *png, const uint8_t *rgb, uint32_t nrows, struct gf_error *err);

/* Writes the end; fails when rows are missing. Frees png in any case. */
bool gf_png_end(struct gf_png *png, struct gf_error *err);
void gf_png_abort(struct gf_png *png);

#endif
