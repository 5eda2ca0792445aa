/* Fonts and glyphs: the only FreeType user. */
#ifndef GF_TEXT_TEXT_H
#define GF_TEXT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/measure.h"

struct gf_text;

/* Opens the embedded font. Fallback fonts (fontconfig) are looked up when a glyph first misses. */
bool gf_text_open(struct gf_text **out, struct gf_error *err);
void gf_text_close(struct gf_text *text);

/* The measure that layout asks; valid while `text` lives. */
struct gf_measure gf_text_measure(struct gf_text *text);

/* A rasterised glyph: where its coverage lies in the atlas page of its size, and its metrics in
 * whole pixels (`left`, `top` as FreeType's bitmap_left, bitmap_top). w is 0 for blanks. */
struct gf_glyph {
    uint16_t u, v, w, h;
    int16_t left, top;
    float advance;
};

/* The glyph for a code point at px pixels per em; rasterised and cached on first use. Never NULL:
 * a code point that no font has is a box. Points into the cache: valid until the next call. */
const struct gf_glyph *gf_text_glyph(struct gf_text *text, uint32_t codepoint, unsigned px,
                                     bool bold);

/* Kerning in pixels between two code points of the same face at px. */
float gf_text_kerning(struct gf_text *text, uint32_t left, uint32_t right, unsigned px, bool bold);

/* The atlas: one R8 texture for all sizes. `version` grows whenever pixels change, `height` when
 * the atlas had to grow (contents stay where they are). */
struct gf_atlas {
    const uint8_t *pixels; /* [width * height] coverage */
    uint32_t width, height;
    uint64_t version;
};
struct gf_atlas gf_text_atlas(const struct gf_text *text);

/* Height above and below the baseline of the embedded font at px, in whole pixels. */
void gf_text_line(struct gf_text *text, unsigned px, int *ascent, int *descent);

#endif
