/* From the app's state to a draw list. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "layout/color.h"
#include "layout/geometry.h"
#include "ui/panels.h"
#include "ui/sandwich.h"

/* Frames narrower than this are not worth an outline of their own. Device pixels. */
#define OUTLINE_LEAST 3
/* More outlines than this say nothing more. */
#define OUTLINES_MAX 2000

void gf_panel_zone(struct gf_panel *p, struct gf_box box, struct gf_act act)
{
    struct gf_screen *s = p->screen;
    if (s->nzones < GF_ZONES && box.w > 0 && box.h > 0)
        s->zones[s->nzones++] = (struct gf_zone){box, act};
}

bool gf_panel_pointed(const struct gf_panel *p, struct gf_box box)
{
    return p->app->pointing && gf_box_has(box, p->app->x, p->app->y);
}

void gf_panel_dialog(struct gf_panel *p, struct gf_box box, struct gf_act anywhere)
{
    const struct gf_theme *t = p->pen.theme;
    struct gf_box all = {0, 0, p->app->width, p->app->height};
    gf_pen_layer(&p->pen);
    gf_pen_box(&p->pen, all, (t->background & 0xffffffu) | 0xb0000000u);
    gf_pen_layer(&p->pen);
    gf_pen_box(&p->pen, box, t->panel);
    gf_pen_outline(&p->pen, box, gf_pen_hairline(&p->pen), t->rule);
    gf_panel_zone(p, all, anywhere);
}

const struct gf_zone *gf_screen_zone(const struct gf_screen *screen, double x, double y)
{
    for (unsigned i = screen->nzones; i-- > 0;) /* the last lies on top */
        if (gf_box_has(screen->zones[i].box, x, y))
            return &screen->zones[i];
    return NULL;
}

void gf_screen_free(struct gf_screen *screen)
{
    gf_drawlist_free(&screen->list);
    free(screen->spans[0].items);
    free(screen->spans[1].items);
}

static void outline_spot(struct gf_panel *p, const struct gf_graph *g, struct gf_spot spot,
                         double thick, uint32_t color)
{
    struct gf_box b;
    int32_t t = gf_pen_px(&p->pen, thick), out = t / 2;
    if (spot.node == GF_NO_NODE ||
        !gf_layout_frame_box(g, spot.node, spot.depth, &b.x, &b.y, &b.w, &b.h))
        return;
    /* Half in the gap around the frame, so that the label stays free. */
    b = (struct gf_box){b.x - out, b.y - out, b.w + 2 * out, b.h + 2 * out};
    gf_pen_outline(&p->pen, b, t > 1 ? t : 1, color);
}

static bool add_span(struct gf_spans *spans, double from, double to)
{
    if (!gf_grow(&spans->items, &spans->cap, spans->n + 1, NULL))
        return false;
    spans->items[spans->n++] = (struct gf_span){from, to};
    return true;
}

/* An outline for the frames of one name. */
struct outlining {
    struct gf_panel *panel;
    const struct gf_graph *graph;
    uint32_t name, color;
    unsigned found;
};

/* Outlines the frames in a part of a row that is in view, and notes the part of the wide ones that
 * is: however wide they are beside it, the next row costs no more than its pixels. Runs of thin
 * frames are passed over by a search. Returns the place in the row to go on from. */
static uint32_t outline_span(struct outlining *o, const struct gf_plane *plane, uint32_t row,
                             uint32_t k, struct gf_span span, struct gf_spans *wide)
{
    uint32_t end = plane->rows.start[row + 1];
    k = gf_row_seek(plane, k, end, span.from);
    while (k < end) {
        uint32_t node = plane->rows.nodes[k];
        double x0 = gf_start_px(plane, node), x1 = gf_end_px(plane, node);
        if (x0 >= span.to)
            break;
        if (x1 - x0 < OUTLINE_LEAST) {
            k = gf_row_seek(plane, k + 1, end, x0 + OUTLINE_LEAST);
            continue;
        }
        if (o->graph->frames->name[node] == o->name) {
            outline_spot(o->panel, o->graph, (struct gf_spot){node, row}, 1, o->color);
            o->found++;
        }
        if (!add_span(wide, fmax(x0, span.from), fmin(x1, span.to)))
            break;
        k++;
    }
    return k;
}

/* Outlines what can be seen in a line of rows and in those behind it, away from the root. */
static void outline_lines(struct outlining *o, struct gf_plane *plane, int64_t first, int64_t last,
                          int64_t step)
{
    struct gf_spans *now = &o->panel->screen->spans[0], *next = &o->panel->screen->spans[1];
    now->n = 0;
    if (!add_span(now, 0, o->graph->width))
        return;
    for (int64_t line = first; line != last && now->n > 0 && o->found < OUTLINES_MAX;
         line += step) {
        uint32_t row = gf_line_row(o->graph, plane, line), k = plane->rows.start[row];
        next->n = 0;
        for (size_t i = 0; i < now->n; i++)
            k = outline_span(o, plane, row, k, now->items[i], next);
        struct gf_spans *spare = now;
        now = next;
        next = spare;
    }
}

/* Outlines every frame of `name` that can be seen. */
static void outline_name(struct gf_panel *p, const struct gf_graph *g, uint32_t name,
                         uint32_t color)
{
    struct outlining o = {.panel = p, .graph = g, .name = name, .color = color};
    if (name == GF_NO_NAME)
        return;
    struct gf_plane plane = gf_plane_of(g);
    struct gf_lines lines = gf_lines_between(g, &plane, g->y, g->y + (int64_t)g->height);
    /* Of a sandwich the lines before 0 are the callers, and go the other way. */
    int64_t up = lines.last < 0 ? lines.last - 1 : -1, down = lines.first > 0 ? lines.first : 0;
    if (lines.last > down)
        outline_lines(&o, &plane, down, lines.last, 1);
    if (up >= lines.first)
        outline_lines(&o, &plane, up, lines.first - 1, -1);
}

void gf_panel_outlines(struct gf_panel *p)
{
    const struct gf_app *app = p->app;
    struct gf_graph g = gf_app_graph(app);
    const struct gf_theme *theme = p->pen.theme;
    gf_pen_layer(&p->pen);
    if (app->hovered.node != GF_NO_NODE) {
        uint32_t soft = gf_color_mix(theme->text, theme->background, 72);
        outline_name(p, &g, g.frames->name[app->hovered.node], soft);
    }
    outline_spot(p, &g, app->selected, 2, theme->accent);
    outline_spot(p, &g, app->hovered, 2, theme->text);
}

/* A thin mark at the right edge where there are more rows than fit. */
static void draw_scrollbar(struct gf_panel *p, struct gf_box graph)
{
    double least, most;
    gf_app_scroll_range(p->app, &least, &most);
    most -= least;
    if (!(most > 0))
        return;
    int32_t w = gf_pen_px(&p->pen, 4), shortest = gf_pen_px(&p->pen, 16);
    struct gf_box bar = {graph.x + graph.w + gf_pen_px(&p->pen, 3), graph.y, w, graph.h};
    double part = graph.h / (most + graph.h), at = (p->app->view.scroll - least) / most;
    int32_t length = (int32_t)(graph.h * part);
    length = length > shortest ? length : shortest < graph.h ? shortest : graph.h;
    at = at > 1 ? 1 : at;
    if (!gf_root_on_top(p->app))
        at = 1 - at;
    bar.y += (int32_t)((graph.h - length) * at);
    bar.h = length;
    gf_pen_box(&p->pen, bar, p->pen.theme->rule);
}

/* Stubs where the frames of a row are still folded, a run of pixel columns each: something stands
 * there, though nothing is drawn. Each column looks on from where the one before has found its
 * frame, so that a row costs no more than its pixels. */
static void mark_folded_row(struct gf_panel *p, const struct gf_graph *g,
                            const struct gf_plane *plane, uint32_t row, const uint8_t *folded)
{
    int32_t h = gf_pen_px(&p->pen, 3), pitch = (int32_t)g->row_pitch;
    int64_t y = gf_row_y(g, plane, row);
    bool down = g->inverted || plane->second;
    struct gf_box tick = {0, (int32_t)(down ? y + pitch : y - h - 1), 0, h};
    uint32_t end = plane->rows.start[row + 1], k = plane->rows.start[row];
    uint32_t color = gf_color_mix(p->pen.theme->text_dim, p->pen.theme->background, 140);
    if (tick.y < g->y || tick.y + h > g->y + (int32_t)g->height)
        return;
    for (int32_t c = 0; c <= (int32_t)g->width; c++) {
        bool here = false;
        if (c < (int32_t)g->width) {
            k = gf_row_seek(plane, k, end, c + 0.5);
            uint32_t node = k < end ? plane->rows.nodes[k] : 0;
            here = k < end && folded[node] && gf_start_px(plane, node) <= c + 0.5;
        }
        if (here && tick.w++ == 0)
            tick.x = g->x + c;
        if (!here && tick.w > 0) {
            gf_pen_box(&p->pen, tick, color);
            tick.w = 0;
        }
    }
}

static void mark_folded(struct gf_panel *p, const struct gf_graph *g, const uint8_t *folded)
{
    struct gf_plane plane = gf_plane_of(g);
    struct gf_lines lines = gf_lines_between(g, &plane, g->y, g->y + (int64_t)g->height);
    for (int64_t line = lines.first; line < lines.last; line++) {
        uint32_t row = gf_line_row(g, &plane, line);
        mark_folded_row(p, g, &plane, row, folded);
    }
}

static bool draw_graph(struct gf_panel *p, struct gf_box box, struct gf_error *err)
{
    if (!p->app->scene) {
        gf_panel_waiting(p, box);
        return !p->pen.failed;
    }
    struct gf_graph g = gf_app_graph(p->app);
    p->screen->counts = (struct gf_layout_counts){0};
    if (!gf_layout_graph(&g, gf_scene_scratch(p->app->scene, p->app->dark), &p->screen->list,
                         &p->screen->counts, err))
        return false;
    if (p->app->scene->parts.folded)
        mark_folded(p, &g, p->app->scene->parts.folded);
    if (g.half > 0 && !gf_layout_band(&g, &p->screen->list, err))
        return false;
    draw_scrollbar(p, box);
    return !p->pen.failed;
}

/* What is about to fill the width: the rest is veiled. */
static void draw_band(struct gf_panel *p, struct gf_box graph)
{
    const struct gf_band *band = &p->app->band;
    uint32_t veil = (p->pen.theme->background & 0xffffffu) | 0xa0000000u;
    int32_t from = (int32_t)band->from, to = (int32_t)band->to;
    int32_t one = gf_pen_hairline(&p->pen);
    gf_pen_layer(&p->pen);
    gf_pen_box(&p->pen, (struct gf_box){graph.x, graph.y, from - graph.x, graph.h}, veil);
    gf_pen_box(&p->pen, (struct gf_box){to, graph.y, graph.x + graph.w - to, graph.h}, veil);
    gf_pen_outline(&p->pen, (struct gf_box){from, graph.y, to - from, graph.h}, one,
                   p->pen.theme->accent);
}

bool gf_screen_draw(struct gf_screen *screen, const struct gf_app *app, bool pure,
                    struct gf_error *err)
{
    const struct gf_theme *theme = gf_app_theme(app);
    gf_drawlist_reset(&screen->list, (uint32_t)app->width, (uint32_t)app->height,
                      theme->background);
    screen->nzones = 0;
    struct gf_panel p = {.app = app,
                         .screen = screen,
                         .pen = {.list = &screen->list,
                                 .measure = app->measure,
                                 .theme = theme,
                                 .scale = app->scale,
                                 .err = err}};
    struct gf_panes panes = gf_app_panes(app);
    if (!draw_graph(&p, panes.graph, err))
        return false;
    if (!pure && app->scene)
        gf_panel_outlines(&p);
    gf_pen_layer(&p.pen);
    gf_panel_header(&p, panes.header);
    if (panes.crumbs.h > 0) {
        int32_t end = gf_panel_search_hint(&p, panes.crumbs);
        panes.crumbs.w = end - panes.crumbs.x;
    }
    gf_panel_crumbs(&p, panes.crumbs);
    gf_panel_chips(&p, panes.chips);
    gf_panel_minimap(&p, panes.minimap);
    gf_panel_margin(&p);
    gf_panel_table(&p, panes.table);
    gf_panel_status(&p, panes.status, pure);
    bool card = app->scene && app->hovered.node != GF_NO_NODE && !app->help && !app->band.on;
    if (!pure && card)
        gf_panel_card(&p);
    if (!pure && app->band.on)
        draw_band(&p, panes.graph);
    if (!pure && app->menu.open)
        gf_panel_menu(&p);
    if (!pure && app->drops.asking)
        gf_panel_drop(&p);
    if (!pure && app->opening.open)
        gf_panel_open(&p);
    if (!pure && app->help)
        gf_panel_help(&p);
    if (!pure)
        gf_panel_toast(&p);
    return !p.pen.failed;
}
