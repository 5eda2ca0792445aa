/* Fonts and glyphs: the only FreeType user.
 *
 * Text is set glyph by glyph from left to right at whole pixels: light hinting, whole advances and
 * whole kerning, so that a glyph always looks the same and pictures are equal on every machine with
 * the same FreeType. Order and joined forms of right-to-left scripts are text/visual.h's; there are
 * no other ligatures. Combining marks stand over the glyph before them.
 *
 * A struct gf_text belongs to one thread at a time. */
#ifndef GF_TEXT_TEXT_H
#define GF_TEXT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/measure.h"

struct gf_text;

/* Sizes beyond this are taken for it, in every function here. */
#define GF_TEXT_PX_MAX 512u

/* Opens the embedded fonts. Fallback fonts (fontconfig) are looked up when a glyph first misses;
 * where there is no fontconfig configuration there are none. Fails with GF_ERR_NOMEM or, when
 * FreeType refuses the font, GF_ERR_FORMAT. */
bool gf_text_open(struct gf_text **out, struct gf_error *err);
/* Accepts NULL. */
void gf_text_close(struct gf_text *text);

/* The measure that layout asks, of the regular font; valid while `text` lives. */
struct gf_measure gf_text_measure(struct gf_text *text);

/* A rasterised glyph: where its coverage lies in the atlas, and its metrics in whole pixels
 * (`left`, `top` as FreeType's bitmap_left, bitmap_top). w is 0 for blanks. */
struct gf_glyph {
    uint16_t u, v, w, h;
    int16_t left, top;
    float advance;
};

/* The glyph for a code point at px pixels per em; rasterised and cached on first use. Never NULL: a
 * code point that no font has is a box, and so is one that must not be drawn
 * (gf_unsafe_codepoint). Points into the cache: valid until the next call. Where the glyph lies in
 * the atlas stays true for as long as gf_atlas.generation stays the same. */
const struct gf_glyph *gf_text_glyph(struct gf_text *text, uint32_t codepoint, unsigned px,
                                     bool bold);

/* Kerning in pixels between two code points of the same face at px; 0 when `left` is 0. */
float gf_text_kerning(struct gf_text *text, uint32_t left, uint32_t right, unsigned px, bool bold);

/* The atlas: one page of coverage for all sizes. It grows downwards and keeps what it holds; when
 * it has reached its largest height it starts anew, and `generation` tells. The pixels may move
 * with every gf_text_glyph. */
struct gf_atlas {
    const uint8_t *pixels; /* [width * height] coverage */
    uint32_t width, height;
    uint64_t generation;
};
struct gf_atlas gf_text_atlas(const struct gf_text *text);

/* Height above and below the baseline of the embedded font at px, in whole pixels, both positive.
 */
void gf_text_line(struct gf_text *text, unsigned px, int *ascent, int *descent);

#endif
