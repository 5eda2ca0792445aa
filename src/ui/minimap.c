/* The whole profile as a strip: how deep it is, where matches lie, and what part the view shows. */
#include <math.h>

#include "layout/color.h"
#include "ui/panels.h"

/* The part of the profile that the view shows, in pixels of the strip. */
static void view_box(const struct gf_app *app, struct gf_box strip, int32_t *x0, int32_t *x1)
{
    double total = (double)gf_app_total(app), scale = strip.w / (total > 0 ? total : 1);
    double from = ((double)app->view.x + app->view.frac) * scale;
    *x0 = strip.x + (int32_t)floor(from);
    *x1 = strip.x + (int32_t)ceil(from + app->view.span * scale);
    if (*x1 - *x0 < 2) /* so thin that it would be lost */
        *x1 = *x0 + 2;
}

/* Runs of equal height become one box. */
static void draw_skyline(struct gf_panel *p, struct gf_box strip, int32_t x0, int32_t x1)
{
    const struct gf_scene *scene = p->app->scene;
    const struct gf_theme *t = p->pen.theme;
    uint32_t inside = gf_color_mix(t->text_dim, t->background, t->dark ? 96 : 110);
    uint32_t outside = t->rule;
    int32_t start = 0, height = -1;
    bool seen = false;
    for (int32_t c = 0; c <= strip.w; c++) {
        int32_t h = -1;
        if (c < strip.w) {
            uint32_t place = (uint32_t)((int64_t)c * GF_SKYLINE / strip.w);
            h = 1 + (strip.h - 2) * scene->skyline[place] / 255;
        }
        int32_t x = strip.x + c;
        bool now = x >= x0 && x < x1;
        if (h == height && now == seen)
            continue;
        if (height > 0) {
            int32_t y = p->app->inverted ? strip.y : strip.y + strip.h - height;
            gf_pen_box(&p->pen, (struct gf_box){strip.x + start, y, c - start, height},
                       seen ? inside : outside);
        }
        start = c;
        height = h;
        seen = now;
    }
}

static void draw_ticks(struct gf_panel *p, struct gf_box strip)
{
    const struct gf_found *found = p->app->search.found;
    if (!found || found->scene != p->app->scene || found->err.code != GF_OK ||
        p->app->picked != GF_NO_NAME)
        return;
    int32_t h = gf_pen_px(&p->pen, 4);
    struct gf_box run = {strip.x, p->app->inverted ? strip.y + strip.h - h : strip.y, 0, h};
    for (uint32_t k = 0; k <= GF_SEARCH_TICKS; k++) {
        int32_t x = strip.x + (int32_t)((int64_t)k * strip.w / GF_SEARCH_TICKS);
        if (k < GF_SEARCH_TICKS && found->ticks[k]) {
            if (run.w == 0)
                run.x = x;
            int32_t end = strip.x + (int32_t)((int64_t)(k + 1) * strip.w / GF_SEARCH_TICKS);
            run.w = end > run.x ? end - run.x : 1;
        } else if (run.w > 0) {
            gf_pen_box(&p->pen, run, p->pen.theme->match);
            run.w = 0;
        }
    }
}

void gf_panel_minimap(struct gf_panel *p, struct gf_box strip)
{
    if (!p->app->scene || strip.w < 16 || strip.h < 8)
        return;
    int32_t x0, x1;
    view_box(p->app, strip, &x0, &x1);
    draw_skyline(p, strip, x0, x1);
    draw_ticks(p, strip);
    if (p->app->view.span < (double)gf_app_total(p->app)) {
        int32_t t = gf_pen_px(&p->pen, 1);
        gf_pen_outline(&p->pen, (struct gf_box){x0, strip.y, x1 - x0, strip.h}, t > 1 ? t : 1,
                       p->pen.theme->text);
    }
}
