#include "ui/pen.h"

#include <math.h>

#include "layout/labels.h"

int32_t gf_pen_px(const struct gf_pen *pen, double design)
{
    return (int32_t)floor(design * pen->scale + 0.5);
}

int32_t gf_pen_hairline(const struct gf_pen *pen)
{
    int32_t px = gf_pen_px(pen, 1);
    return px > 1 ? px : 1;
}

void gf_pen_layer(struct gf_pen *pen)
{
    if (!pen->failed && !gf_drawlist_layer(pen->list, pen->err))
        pen->failed = true;
}

void gf_pen_box(struct gf_pen *pen, struct gf_box box, uint32_t color)
{
    if (!pen->failed && box.w > 0 && box.h > 0 &&
        !gf_drawlist_rect(pen->list, box.x, box.y, box.w, box.h, color, pen->err))
        pen->failed = true;
}

void gf_pen_outline(struct gf_pen *pen, struct gf_box b, int32_t thick, uint32_t color)
{
    if (b.w <= 2 * thick || b.h <= 2 * thick) {
        gf_pen_box(pen, b, color);
        return;
    }
    gf_pen_box(pen, (struct gf_box){b.x, b.y, b.w, thick}, color);
    gf_pen_box(pen, (struct gf_box){b.x, b.y + b.h - thick, b.w, thick}, color);
    gf_pen_box(pen, (struct gf_box){b.x, b.y + thick, thick, b.h - 2 * thick}, color);
    gf_pen_box(pen, (struct gf_box){b.x + b.w - thick, b.y + thick, thick, b.h - 2 * thick}, color);
}

static unsigned text_px(const struct gf_pen *pen, struct gf_pen_style style)
{
    int32_t px = gf_pen_px(pen, style.size ? style.size : GF_PEN_TEXT);
    return px > 4 ? (unsigned)px : 4;
}

int32_t gf_pen_width(const struct gf_pen *pen, struct gf_pen_style style, const char *text,
                     size_t n)
{
    char safe[GF_LABEL_BYTES];
    unsigned px = text_px(pen, style);
    size_t len = gf_label_cut(pen->measure, px, 1e6, text, n, safe);
    double width = gf_label_width(pen->measure, px, safe, len);
    /* Only the regular letters are measured; bold ones are a little wider. */
    return (int32_t)ceil(style.bold ? width * 1.12 : width);
}

/* Adds text that is safe and fits. */
static int32_t put(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                   const char *text, size_t n)
{
    unsigned px = text_px(pen, style);
    if (pen->failed || n == 0)
        return box.x;
    struct gf_label label = {.x = (float)box.x,
                             .baseline = (int32_t)(box.y + floor(box.h / 2.0 + 0.36 * px + 0.5)),
                             .clip_x0 = box.x,
                             .clip_x1 = box.x + box.w,
                             .color = style.color,
                             .px = (uint16_t)px,
                             .flags = style.bold ? GF_LABEL_BOLD : 0};
    if (!gf_drawlist_label(pen->list, label, text, n, pen->err))
        pen->failed = true;
    return box.x + gf_pen_width(pen, style, text, n);
}

int32_t gf_pen_text(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                    const char *text, size_t n)
{
    char fitted[GF_LABEL_BYTES];
    double room = style.bold ? box.w * 0.89 : box.w;
    if (room <= 0)
        return box.x;
    size_t len = gf_label_cut(pen->measure, text_px(pen, style), room, text, n, fitted);
    return put(pen, box, style, fitted, len);
}

int32_t gf_pen_text_right(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                          const char *text, size_t n)
{
    int32_t width = gf_pen_width(pen, style, text, n);
    if (width < box.w) {
        box.x += box.w - width;
        box.w = width;
    }
    gf_pen_text(pen, box, style, text, n);
    return box.x;
}

int32_t gf_pen_name(struct gf_pen *pen, struct gf_box box, struct gf_pen_style style,
                    const char *name, size_t n)
{
    char fitted[GF_LABEL_BYTES];
    double room = style.bold ? box.w * 0.89 : box.w;
    if (room <= 0)
        return box.x;
    size_t len = gf_label_fit(pen->measure, text_px(pen, style), room, name, n, fitted);
    return put(pen, box, style, fitted, len);
}
