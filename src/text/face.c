#include "text/face.h"

#include <math.h>
#include <string.h>

#include <freetype/ftbitmap.h>
#include <freetype/ftoutln.h>

#include "base/vec.h"

/* Bitmaps larger than this side are refused: no font has them at GF_TEXT_PX_MAX. */
#define SIDE_MAX 4096u

static bool set_size(struct gf_face *face, unsigned px)
{
    if (face->px == px)
        return true;
    face->px = 0;
    if (FT_IS_SCALABLE(face->ft)) {
        if (FT_Set_Pixel_Sizes(face->ft, 0, px) != 0)
            return false;
    } else {
        /* The smallest strike that is not smaller than px, else the largest: scaled down well. */
        int best = -1;
        for (int i = 0; i < face->ft->num_fixed_sizes; i++) {
            FT_Pos ppem = face->ft->available_sizes[i].y_ppem >> 6;
            FT_Pos have = best < 0 ? 0 : face->ft->available_sizes[best].y_ppem >> 6;
            bool enough = have >= (FT_Pos)px;
            if (best < 0 || (enough ? ppem >= (FT_Pos)px && ppem < have : ppem > have))
                best = i;
        }
        if (best < 0 || FT_Select_Size(face->ft, best) != 0)
            return false;
        face->strike = (unsigned)(face->ft->available_sizes[best].y_ppem >> 6);
        if (face->strike == 0)
            return false;
    }
    face->px = px;
    return true;
}

static bool make_room(struct gf_bitmap *out, uint32_t w, uint32_t h)
{
    if (w > SIDE_MAX || h > SIDE_MAX)
        return false;
    if (!gf_grow(&out->pixels, &out->cap, (size_t)w * h, NULL))
        return false;
    out->w = w;
    out->h = h;
    return true;
}

/* One texel of a FreeType bitmap as coverage. Colour becomes ink: the darker, the more of it. */
static unsigned texel(const FT_Bitmap *b, uint32_t x, uint32_t y)
{
    const uint8_t *row = b->buffer + (ptrdiff_t)y * b->pitch;
    switch (b->pixel_mode) {
    case FT_PIXEL_MODE_MONO:
        return row[x >> 3] >> (7 - (x & 7)) & 1 ? 255 : 0;
    case FT_PIXEL_MODE_BGRA: {
        /* Premultiplied, so that alpha - luminance is alpha times darkness. A third of the ink is
         * the shape itself: a yellow face stays visible around its dark eyes. */
        const uint8_t *p = row + (size_t)x * 4;
        unsigned lum = (p[0] * 18u + p[1] * 183u + p[2] * 54u) / 255;
        unsigned dark = p[3] > lum ? p[3] - lum : 0;
        return (p[3] + 2 * dark) / 3;
    }
    default:
        return row[x];
    }
}

static bool copy_bitmap(const FT_Bitmap *b, struct gf_bitmap *out)
{
    if (!make_room(out, b->width, b->rows))
        return false;
    for (uint32_t y = 0; y < out->h; y++) {
        for (uint32_t x = 0; x < out->w; x++)
            out->pixels[(size_t)y * out->w + x] = (uint8_t)texel(b, x, y);
    }
    return true;
}

/* Scales a strike's bitmap by `scale`: each pixel is the mean of the texels that it covers. */
static bool scale_bitmap(const FT_Bitmap *b, double scale, struct gf_bitmap *out)
{
    uint32_t w = (uint32_t)fmax(1, floor(b->width * scale + 0.5));
    uint32_t h = (uint32_t)fmax(1, floor(b->rows * scale + 0.5));
    if (!make_room(out, w, h))
        return false;
    for (uint32_t y = 0; y < h; y++) {
        uint32_t y0 = (uint32_t)((uint64_t)y * b->rows / h);
        uint32_t y1 = (uint32_t)((uint64_t)(y + 1) * b->rows / h);
        for (uint32_t x = 0; x < w; x++) {
            uint32_t x0 = (uint32_t)((uint64_t)x * b->width / w);
            uint32_t x1 = (uint32_t)((uint64_t)(x + 1) * b->width / w);
            uint64_t sum = 0, n = 0;
            for (uint32_t j = y0; j < y1 || j == y0; j++) {
                for (uint32_t i = x0; i < x1 || i == x0; i++, n++)
                    sum += texel(b, i, j);
            }
            out->pixels[(size_t)y * w + x] = (uint8_t)(sum / n);
        }
    }
    return true;
}

bool gf_face_load(struct gf_face *face, unsigned glyph, unsigned px, bool embolden,
                  struct gf_bitmap *bitmap, float *advance)
{
    if (!set_size(face, px))
        return false;
    bool scalable = FT_IS_SCALABLE(face->ft);
    FT_Int32 flags = FT_LOAD_TARGET_LIGHT | (scalable ? 0 : FT_LOAD_COLOR);
    if (FT_Load_Glyph(face->ft, glyph, flags) != 0)
        return false;
    FT_GlyphSlot slot = face->ft->glyph;
    double scale = scalable ? 1 : (double)px / face->strike;
    double width = floor((double)slot->advance.x / 64 * scale + 0.5);
    if (bitmap) {
        bitmap->w = bitmap->h = 0;
        if (embolden && slot->format == FT_GLYPH_FORMAT_OUTLINE)
            FT_Outline_EmboldenXY(&slot->outline, (FT_Pos)(px * 64 / 24), 0);
        if (slot->format != FT_GLYPH_FORMAT_BITMAP &&
            FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) != 0)
            return false;
        const FT_Bitmap *b = &slot->bitmap;
        bitmap->left = (int32_t)floor(slot->bitmap_left * scale + 0.5);
        bitmap->top = (int32_t)floor(slot->bitmap_top * scale + 0.5);
        if (b->width && b->rows &&
            !(scalable ? copy_bitmap(b, bitmap) : scale_bitmap(b, scale, bitmap)))
            return false;
    }
    *advance = (float)width;
    return true;
}

int gf_face_kerning(const struct gf_face *face, uint32_t left, uint32_t right)
{
    FT_Vector k;
    if (!FT_HAS_KERNING(face->ft))
        return 0;
    FT_UInt l = FT_Get_Char_Index(face->ft, left), r = FT_Get_Char_Index(face->ft, right);
    if (!l || !r || FT_Get_Kerning(face->ft, l, r, FT_KERNING_UNSCALED, &k) != 0)
        return 0;
    return (int)k.x;
}
