/* What was done, said for a few seconds above the line at the bottom. */
#include <string.h>

#include "ui/panels.h"

enum { PAD = 12, HEIGHT = 28, ABOVE = 34 }; /* design pixels */

void gf_panel_toast(struct gf_panel *p)
{
    const struct gf_app *app = p->app;
    struct gf_pen *pen = &p->pen;
    size_t n = strlen(app->toast);
    if (n == 0)
        return;
    struct gf_pen_style style = {.color = pen->theme->background};
    int32_t pad = gf_pen_px(pen, PAD), w = gf_pen_width(pen, style, app->toast, n) + 2 * pad;
    w = w < app->width - 2 * pad ? w : app->width - 2 * pad;
    int32_t h = gf_pen_px(pen, HEIGHT);
    struct gf_box box = {(app->width - w) / 2, app->height - h - gf_pen_px(pen, ABOVE), w, h};
    gf_pen_layer(pen);
    gf_pen_box(pen, box, pen->theme->text);
    gf_pen_text(pen, (struct gf_box){box.x + pad, box.y, box.w - 2 * pad + 2, box.h}, style,
                app->toast, n);
}
