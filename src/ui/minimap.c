/* The whole profile as a strip: how deep it is, where matches lie, and what part the view shows. */
#include <math.h>

#include "layout/color.h"
#include "ui/panels.h"
#include "ui/sandwich.h"

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
            int32_t y = gf_root_on_top(p->app) ? strip.y : strip.y + strip.h - height;
            gf_pen_box(&p->pen, (struct gf_box){strip.x + start, y, c - start, height},
                       seen ? inside : outside);
        }
        start = c;
        height = h;
        seen = now;
    }
}

/* Runs of marked places become one box. */
static void draw_lane(struct gf_panel *p, struct gf_box lane, const uint8_t *ticks, uint32_t n,
                      uint32_t color)
{
    struct gf_box run = lane;
    run.w = 0;
    for (uint32_t k = 0; k <= n; k++) {
        int32_t x = lane.x + (int32_t)((int64_t)k * lane.w / n);
        if (k < n && ticks[k]) {
            if (run.w == 0)
                run.x = x;
            int32_t end = lane.x + (int32_t)((int64_t)(k + 1) * lane.w / n);
            run.w = end > run.x ? end - run.x : 1;
        } else if (run.w > 0) {
            gf_pen_box(&p->pen, run, color);
            run.w = 0;
        }
    }
}

/* A lane for each search, from the root's side. */
static void draw_ticks(struct gf_panel *p, struct gf_box strip)
{
    const struct gf_app *app = p->app;
    const struct gf_searches *all = &app->searches;
    if (app->picked != GF_NO_NAME)
        return;
    int32_t h = gf_pen_px(&p->pen, all->n > 1 ? 3 : 4), step = h + gf_pen_px(&p->pen, 1);
    bool top = gf_root_on_top(app);
    struct gf_box lane = {strip.x, top ? strip.y : strip.y + strip.h - h, strip.w, h};
    for (unsigned i = 0; i < all->n; i++) {
        const struct gf_search *s = &all->items[i];
        if (gf_search_valid(s, app->scene))
            draw_lane(p, lane, s->found->ticks, GF_SEARCH_TICKS,
                      gf_theme_mark(p->pen.theme, s->mark));
        lane.y += top ? step : -step;
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

/* ---- the margin ---- */

/* Pixels of row `depth` in the margin: beside the row, or where there are more rows than fit, at
 * its part of the height. */
static struct gf_box row_tick(const struct gf_graph *g, double rows, uint32_t depth)
{
    double pitch = g->row_pitch;
    if (rows * pitch > g->height)
        pitch = g->height / rows;
    double from = depth * pitch, to = (depth + 1) * pitch;
    double top = g->inverted ? from : g->height - to;
    int32_t h = (int32_t)(to - from) - (pitch > 4);
    return (struct gf_box){0, g->y + (int32_t)floor(top), 0, h > 1 ? h : 1};
}

void gf_panel_margin(struct gf_panel *p)
{
    const struct gf_app *app = p->app;
    const struct gf_searches *all = &app->searches;
    unsigned n = app->scene ? gf_searches_valid(all, app->scene) : 0, lane = 0;
    /* In a sandwich two rows have the same depth. */
    if (n == 0 || app->picked != GF_NO_NAME || gf_in_sandwich(app))
        return;
    struct gf_graph g = gf_app_graph(app);
    uint32_t nrows = app->scene->profile->frames.nrows;
    int32_t room = g.x - 2 * gf_pen_px(&p->pen, 1), w = room / (int32_t)n;
    w = w > gf_pen_px(&p->pen, 4) ? gf_pen_px(&p->pen, 4) : w > 1 ? w : 1;
    for (unsigned i = 0; i < all->n; i++) {
        const struct gf_search *s = &all->items[i];
        if (!gf_search_valid(s, app->scene))
            continue;
        for (uint32_t depth = 0, last = UINT32_MAX; depth < nrows; depth++) {
            uint32_t k = (uint32_t)((uint64_t)depth * GF_SEARCH_ROWS / nrows);
            if (!s->found->rows[k] || k == last)
                continue;
            last = k;
            struct gf_box tick = row_tick(&g, nrows, depth);
            tick.x = g.x - gf_pen_px(&p->pen, 2) - (int32_t)(n - lane) * w;
            tick.w = w > 2 ? w - 1 : w;
            gf_pen_box(&p->pen, tick, gf_theme_mark(p->pen.theme, s->mark));
        }
        lane++;
    }
}
