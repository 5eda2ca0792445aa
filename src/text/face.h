/* One FreeType face, and what it makes of a glyph. Inside src/text only. */
#ifndef GF_TEXT_FACE_H
#define GF_TEXT_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ft2build.h>
#include <freetype/freetype.h>

/* Coverage of one glyph; `pixels` is grown and owned by the caller who frees it. */
struct gf_bitmap {
    uint8_t *pixels; /* [w * h] */
    size_t cap;
    uint32_t w, h;
    int32_t left, top;
};

struct gf_face {
    FT_Face ft;
    unsigned px;     /* the size it is set to; 0: none yet */
    unsigned strike; /* pixels per em of the chosen strike of a font that has only bitmaps */
};

/* Loads the metrics of a glyph and, with `bitmap`, its coverage (w = 0 for a blank). Colour bitmaps
 * are scaled to px and taken for grey by their luminance. `embolden` thickens outlines, for bold
 * text in a face that has no bold one beside it. `advance` is in whole pixels. False when FreeType
 * fails or memory runs out. */
bool gf_face_load(struct gf_face *face, unsigned glyph, unsigned px, bool embolden,
                  struct gf_bitmap *bitmap, float *advance);

/* Kerning between two code points in font units, 0 where the face has none. */
int gf_face_kerning(const struct gf_face *face, uint32_t left, uint32_t right);

#endif
