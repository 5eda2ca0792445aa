/* The draw list: the only thing a renderer sees. Plain data in device pixels of the target, (0, 0)
 * top left; everything already culled, merged, clipped and coloured. Colours are 0xAABBGGRR (bytes
 * R, G, B, A in memory), straight alpha, sRGB values blended as they are.
 *
 * Order of drawing: clear, strips, then layer by layer its rects and then its labels. */
#ifndef GF_LAYOUT_DRAWLIST_H
#define GF_LAYOUT_DRAWLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct gf_rect {
    int16_t x, y;
    uint16_t w, h;
    uint32_t color;
};

/* Sub-pixel material: one texel per pixel column and row of frames. Row r covers the pixels
 * y + r * pitch .. + row_height - 1 (pitch is the distance of rows, with its gap), column c the
 * pixel x + c. A texel with alpha 0 draws nothing. */
struct gf_strips {
    int32_t x, y;
    uint32_t columns, rows;
    uint32_t pitch, row_height;
    uint32_t *texels; /* [rows * columns] */
    size_t cap;
};

/* One line of text, already fitted. (x, baseline) is where the first glyph starts; glyph pixels
 * outside clip_x0 <= x < clip_x1 are not drawn. `text` is an offset into the list's UTF-8 bytes. */
struct gf_label {
    float x;
    int32_t baseline;
    int32_t clip_x0, clip_x1;
    uint32_t text, len;
    uint32_t color;
    uint16_t px; /* pixels per em */
    uint16_t flags;
};
#define GF_LABEL_BOLD 1u

struct gf_layer {
    uint32_t first_rect, nrects;
    uint32_t first_label, nlabels;
};

struct gf_drawlist {
    uint32_t width, height;
    uint32_t clear;
    struct gf_strips strips;
    struct gf_rect *rects;
    size_t nrects, rects_cap;
    struct gf_label *labels;
    size_t nlabels, labels_cap;
    char *text;
    size_t text_len, text_cap;
    struct gf_layer *layers;
    size_t nlayers, layers_cap;
};

/* Empties the list for a target of width x height; keeps its memory. */
void gf_drawlist_reset(struct gf_drawlist *list, uint32_t width, uint32_t height, uint32_t clear);
void gf_drawlist_free(struct gf_drawlist *list);

/* Begins a new layer over what is there; the first add begins one by itself. */
bool gf_drawlist_layer(struct gf_drawlist *list, struct gf_error *err);

/* Adds a rectangle, clipped to the target; an empty one adds nothing. */
bool gf_drawlist_rect(struct gf_drawlist *list, int64_t x, int64_t y, int64_t w, int64_t h,
                      uint32_t color, struct gf_error *err);

/* Adds a label; text[0..n) is copied. label->text and label->len are set by this call. */
bool gf_drawlist_label(struct gf_drawlist *list, struct gf_label label, const char *text, size_t n,
                       struct gf_error *err);

/* Makes the strips ready for columns x rows texels, all with alpha 0. */
bool gf_drawlist_strips(struct gf_drawlist *list, int32_t x, int32_t y, uint32_t columns,
                        uint32_t rows, uint32_t pitch, uint32_t row_height, struct gf_error *err);

#endif
