/* What follows from the state: where everything lies, and the graph as it is drawn. */
#include <math.h>

#include "layout/geometry.h"
#include "ui/nav.h"
#include "ui/sandwich.h"
#include "ui/table_draw.h"

/* Design pixels. */
enum {
    HEADER = 34,
    MINIMAP = 30,
    CRUMBS = 22,
    CHIPS = 24,
    STATUS = 22,
    MARGIN = 10,
    ROW = 18,
    LOW_WINDOW = 260,   /* below this height there is no room for crumbs */
    MAP_WINDOW = 420,   /* nor, below this, for a minimap */
    NARROW_WINDOW = 700 /* below this width the table takes the graph's place */
};

const struct gf_theme *gf_app_theme(const struct gf_app *app)
{
    return gf_theme_by_name(app->dark ? "dark" : "light");
}

uint64_t gf_app_total(const struct gf_app *app)
{
    return app->scene ? gf_scene_total(app->scene) : 0;
}

static int32_t px(const struct gf_app *app, double design)
{
    return (int32_t)floor(design * app->scale + 0.5);
}

struct gf_panes gf_app_panes(const struct gf_app *app)
{
    int32_t w = app->width, h = app->height, margin = px(app, MARGIN);
    int32_t header = px(app, HEADER), status = px(app, STATUS);
    int32_t crumbs = h >= px(app, LOW_WINDOW) ? px(app, CRUMBS) : 0;
    bool any = app->searches.n > 0 || app->narrow.n > 0 || app->narrow.ask.open;
    int32_t chips = any ? px(app, CHIPS) : 0;
    int32_t map = h >= px(app, MAP_WINDOW) && app->scene ? px(app, MINIMAP) : 0;
    struct gf_panes p = {.header = {0, 0, w, header},
                         .crumbs = {0, header, w, crumbs},
                         .chips = {0, header + crumbs, w, chips},
                         .status = {0, h - status, w, status}};
    int32_t bars = header + crumbs + chips, top = bars + px(app, 4),
            bottom = h - status - px(app, 4);
    int32_t right = w;
    if (app->table.open) {
        int32_t table = w >= px(app, NARROW_WINDOW) ? gf_table_width(app) : w;
        right = w - table;
        p.table = (struct gf_box){right, bars, table, h - status - bars};
    }
    if (map > 0 && right > 2 * margin) {
        p.minimap = (struct gf_box){margin, top - px(app, 2), right - 2 * margin, map};
        top += map + px(app, 2);
    }
    p.graph = (struct gf_box){margin, top, right - 2 * margin, bottom - top};
    p.graph.w = p.graph.w > 1 ? p.graph.w : 1;
    p.graph.h = p.graph.h > 1 ? p.graph.h : 1;
    return p;
}

struct gf_graph gf_app_graph(const struct gf_app *app)
{
    struct gf_box box = gf_app_panes(app).graph;
    int32_t pitch = px(app, ROW), text = px(app, GF_PEN_TEXT);
    return (struct gf_graph){.frames = &app->scene->profile->frames,
                             .value = 0,
                             .view = app->view,
                             .x = box.x,
                             .y = box.y,
                             .width = (uint32_t)box.w,
                             .height = (uint32_t)box.h,
                             .row_pitch = (uint32_t)(pitch > 2 ? pitch : 2),
                             .text_px = (uint32_t)(text > 4 ? text : 4),
                             .scale = app->scale,
                             .inverted = gf_root_on_top(app),
                             .lod = true,
                             .half = app->scene->half,
                             .band = gf_sandwich_band(box, pitch > 2 ? pitch : 2),
                             .colors = &app->scene->colors[app->dark],
                             .theme = gf_app_theme(app),
                             .measure = app->measure,
                             .matched = gf_app_matched(app),
                             .keep_fills = app->marks.keep_fills};
}

/* Rows that have a frame in the view, in one half. Where a row has one, so has every row nearer to
 * the root. */
static uint32_t rows_in_view(const struct gf_graph *g, bool second)
{
    struct gf_plane plane = gf_plane_of_node(g, second ? g->frames->n - 1 : 0);
    uint32_t lo = 1, hi = g->frames->nrows; /* row lo - 1 has one, row hi has not */
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        uint32_t first = plane.rows.start[middle], last = plane.rows.start[middle + 1];
        uint32_t k = gf_row_seek(&plane, first, last, 0);
        if (k < last && gf_start_px(&plane, plane.rows.nodes[k]) < g->width)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

void gf_app_scroll_range(const struct gf_app *app, double *least, double *most)
{
    *least = *most = 0;
    if (!app->scene)
        return;
    struct gf_graph g = gf_app_graph(app);
    g.view = gf_nav_target(app);
    double pitch = g.row_pitch, above = rows_in_view(&g, false) * pitch, room = g.height;
    if (g.half > 0) { /* the root is not drawn, and the function with the callees */
        double below = rows_in_view(&g, true) * pitch - pitch - (g.height - g.band);
        *least = below > 0 ? -below : 0;
        above -= 2 * pitch;
        room = g.band;
    }
    *most = above > room ? above - room : 0;
}
