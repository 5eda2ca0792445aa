/* Drawing panels into a draw list: rectangles and fitted text in device pixels. The first failure
 * sticks and everything after it does nothing, so that a panel is checked once, at its end. */
#ifndef GF_UI_PEN_H
#define GF_UI_PEN_H

#include "base/measure.h"
#include "layout/drawlist.h"
#include "layout/palette.h"

struct gf_box {
    int32_t x, y, w, h;
};

static inline bool gf_box_has(struct gf_box box, double x, double y)
{
    return x >= box.x && x < (double)box.x + box.w && y >= box.y && y < (double)box.y + box.h;
}

struct gf_pen {
    struct gf_drawlist *list;
    const struct gf_measure *measure;
    const struct gf_theme *theme;
    double scale; /* device pixels per design pixel */
    bool failed;
    struct gf_error *err;
};

/* Design pixels to device pixels. */
int32_t gf_pen_px(const struct gf_pen *pen, double design);
/* The width of a thin line: of one design pixel, but never nothing. */
int32_t gf_pen_hairline(const struct gf_pen *pen);

/* What is drawn from now on lies over what is there. */
void gf_pen_layer(struct gf_pen *pen);
void gf_pen_box(struct gf_pen *pen, struct gf_box box, uint32_t color);
/* A line of `thick` device pixels along the inside of the box's edge. */
void gf_pen_outline(struct gf_pen *pen, struct gf_box box, int32_t thick, uint32_t color);

/* Design pixels per em. */
enum { GF_PEN_TEXT = 12, GF_PEN_SMALL = 11, GF_PEN_TITLE = 13 };

struct gf_pen_style {
    uint32_t color;
    unsigned size; /* design pixels per em; 0: GF_PEN_TEXT */
    bool bold;
};

/* Writes text[0..n) made safe, with its first glyph at x and centred on the height of `box`, cut at
 * the right edge of the box. Returns where it ends. */
int32_t gf_pen_text(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                    const char *text, size_t n);
/* As gf_pen_text, but ends at the right edge of the box where it fits. Returns where it starts. */
int32_t gf_pen_text_right(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                          const char *text, size_t n);
/* As gf_pen_text for the name of a function, shortened as in a frame. */
int32_t gf_pen_name(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                    const char *name, size_t n);
/* Pixels that the text takes. */
int32_t gf_pen_width(const struct gf_pen *pen, struct gf_pen_style style, const char *text,
                     size_t n);

#endif
