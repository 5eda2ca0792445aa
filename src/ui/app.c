#include "ui/app.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/geometry.h"
#include "ui/nav.h"
#include "ui/table_draw.h"

/* Design pixels. */
enum {
    HEADER = 34,
    MINIMAP = 30,
    TABLE = 430,
    CRUMBS = 22,
    STATUS = 22,
    MARGIN = 10,
    ROW = 18,
    LOW_WINDOW = 260,   /* below this height there is no room for crumbs */
    MAP_WINDOW = 420,   /* nor, below this, for a minimap */
    NARROW_WINDOW = 700 /* below this width the table takes the graph's place */
};

#define TOAST_SECONDS 4.0

void gf_app_init(struct gf_app *app, const struct gf_measure *measure, const char *input)
{
    *app = (struct gf_app){.measure = measure,
                           .input = input,
                           .animate = true,
                           .loading = true,
                           .width = 1280,
                           .height = 800,
                           .scale = 1,
                           .view = {.span = 1},
                           .selected = gf_nowhere(),
                           .hovered = gf_nowhere(),
                           .picked = GF_NO_NAME,
                           .moved = -INFINITY,
                           .changed = true};
}

void gf_app_free(struct gf_app *app)
{
    gf_scene_drop(app->scene);
    app->scene = NULL;
    gf_found_free(app->search.found);
    app->search.found = NULL;
    gf_table_free(&app->table);
    free(app->picked_marks);
    app->picked_marks = NULL;
}

const struct gf_theme *gf_app_theme(const struct gf_app *app)
{
    return gf_theme_by_name(app->dark ? "dark" : "light");
}

uint64_t gf_app_total(const struct gf_app *app)
{
    return app->scene ? gf_frame_total(&app->scene->profile->frames, 0, 0) : 0;
}

static int32_t px(const struct gf_app *app, double design)
{
    return (int32_t)floor(design * app->scale + 0.5);
}

struct gf_panes gf_app_panes(const struct gf_app *app)
{
    int32_t w = app->width, h = app->height, margin = px(app, MARGIN);
    int32_t header = px(app, HEADER), status = px(app, STATUS);
    bool searching = app->search.typing || app->search.n > 0;
    int32_t crumbs = h >= px(app, LOW_WINDOW) || searching ? px(app, CRUMBS) : 0;
    int32_t map = h >= px(app, MAP_WINDOW) && app->scene ? px(app, MINIMAP) : 0;
    struct gf_panes p = {.header = {0, 0, w, header},
                         .crumbs = {0, header, w, crumbs},
                         .status = {0, h - status, w, status}};
    int32_t top = header + crumbs + px(app, 4), bottom = h - status - px(app, 4);
    int32_t right = w;
    if (app->table.open) {
        int32_t table = w >= px(app, NARROW_WINDOW) ? px(app, TABLE) : w;
        right = w - table;
        p.table = (struct gf_box){right, header + crumbs, table, h - status - header - crumbs};
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
                             .inverted = app->inverted,
                             .lod = true,
                             .colors = &app->scene->colors[app->dark],
                             .theme = gf_app_theme(app),
                             .measure = app->measure,
                             .matched = gf_app_matched(app)};
}

/* What the search found, per name. */
static const uint8_t *searched(const struct gf_app *app)
{
    const struct gf_found *found = app->search.found;
    return found && found->scene == app->scene && found->err.code == GF_OK ? found->matched : NULL;
}

const uint8_t *gf_app_matched(const struct gf_app *app)
{
    return app->picked_marks ? app->picked_marks : searched(app);
}

/* Rows that have a frame in the view. Where a row has one, so has every row nearer to the root. */
static uint32_t rows_in_view(const struct gf_graph *g)
{
    struct gf_plane plane = gf_plane_of(g);
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

double gf_app_max_scroll(const struct gf_app *app)
{
    if (!app->scene)
        return 0;
    struct gf_graph g = gf_app_graph(app);
    g.view = gf_nav_target(app);
    double most = (double)rows_in_view(&g) * g.row_pitch - g.height;
    return most > 0 ? most : 0;
}

/* ---- the pointer ---- */

void gf_app_look(struct gf_app *app)
{
    struct gf_spot spot = gf_nowhere();
    struct gf_panes panes = gf_app_panes(app);
    bool covered = app->help || gf_box_has(panes.table, app->x, app->y);
    if (app->scene && app->pointing && !covered) {
        struct gf_graph g = gf_app_graph(app);
        struct gf_hit hit = gf_layout_hit(&g, app->x, app->y);
        spot = (struct gf_spot){hit.node, hit.depth};
    }
    if (spot.node != app->hovered.node)
        app->changed = true;
    app->hovered = spot;
}

static void point(struct gf_app *app, double x, double y)
{
    /* The card follows the pointer. */
    if (app->hovered.node != GF_NO_NODE && (x != app->x || y != app->y))
        app->changed = true;
    app->pointing = true;
    app->x = x;
    app->y = y;
}

/* ---- search, table, messages ---- */

static void clamp_table(struct gf_app *app)
{
    double most = gf_table_max_scroll(app);
    app->table.scroll = app->table.scroll > most ? most : app->table.scroll;
    app->table.scroll = app->table.scroll > 0 ? app->table.scroll : 0;
}

void gf_app_found(struct gf_app *app, struct gf_found *found)
{
    if (found->scene != app->scene || app->search.n == 0) {
        gf_found_free(found);
        return;
    }
    gf_found_free(app->search.found);
    app->search.found = found;
    gf_table_filter(&app->table, searched(app));
    clamp_table(app);
    app->changed = true;
}

void gf_app_tabulated(struct gf_app *app, struct gf_functions *functions)
{
    if (functions->scene != app->scene) {
        gf_functions_free(functions);
        return;
    }
    gf_table_set(&app->table, functions);
    gf_table_filter(&app->table, searched(app));
    app->changed = true;
}

void gf_app_toast(struct gf_app *app, const char *text)
{
    snprintf(app->toast, sizeof app->toast, "%s", text);
    app->toast_until = app->now + TOAST_SECONDS;
    app->changed = true;
}

/* Makes the frames of a name stand out, or of none. */
static void pick(struct gf_app *app, uint32_t name)
{
    free(app->picked_marks);
    app->picked_marks = NULL;
    app->picked = GF_NO_NAME;
    app->changed = true;
    uint32_t n = app->scene->profile->frames.names.n;
    if (name >= n)
        return;
    app->picked_marks = calloc(n, 1);
    if (!app->picked_marks)
        return;
    app->picked_marks[name] = 1;
    app->picked = name;
}

/* The text has changed: what was found is found no more, but stays in sight until the next result.
 */
static void search_changed(struct gf_app *app)
{
    if (app->picked != GF_NO_NAME)
        pick(app, GF_NO_NAME);
    app->changed = true;
    app->wishes.search = true;
    if (app->search.n > 0)
        return;
    gf_found_free(app->search.found);
    app->search.found = NULL;
    gf_table_filter(&app->table, NULL);
}

static void step_match(struct gf_app *app, bool forward);

/* Commands of the search. False for others. */
static bool do_search(struct gf_app *app, const struct gf_act *act)
{
    struct gf_search *s = &app->search;
    bool edited = false;
    switch (act->what) {
    case GF_DO_SEARCH_OPEN:
        s->typing = true;
        app->help = false;
        break;
    case GF_DO_SEARCH_PUT:
        edited =
            act->amount >= 0 && act->amount < 0x110000 && gf_search_put(s, (uint32_t)act->amount);
        break;
    case GF_DO_SEARCH_ERASE:
        edited = gf_search_erase(s, act->amount > 0);
        break;
    case GF_DO_SEARCH_SET:
        edited = gf_search_set(s, act->text ? act->text : "");
        break;
    case GF_DO_SEARCH_CLEAR:
        edited = gf_search_set(s, "");
        s->typing = false;
        break;
    case GF_DO_SEARCH_KEEP:
        s->typing = false;
        break;
    case GF_DO_SEARCH_CASE:
        s->match_case = !s->match_case;
        edited = s->n > 0;
        break;
    default:
        return false;
    }
    if (edited)
        search_changed(app);
    app->changed = true;
    return true;
}

static void sort_table(struct gf_app *app, enum gf_column_of sort)
{
    app->table.sort = sort;
    app->table.scroll = 0;
    gf_table_filter(&app->table, searched(app));
}

static bool do_table(struct gf_app *app, const struct gf_act *act)
{
    switch (act->what) {
    case GF_DO_TABLE:
        app->table.open = !app->table.open;
        app->wishes.tabulate = app->table.open && !app->table.functions;
        gf_nav_clamp_scroll(app, &app->view);
        break;
    case GF_DO_TABLE_SORT:
        if (act->amount >= GF_BY_SELF && act->amount <= GF_BY_NAME)
            sort_table(app, (enum gf_column_of)(int)act->amount);
        break;
    case GF_DO_TABLE_SCROLL:
        app->table.scroll += act->amount;
        clamp_table(app);
        break;
    case GF_DO_PICK:
        pick(app, act->node == app->picked ? GF_NO_NAME : act->node);
        break;
    case GF_DO_NEXT:
    case GF_DO_PREVIOUS:
        step_match(app, act->what == GF_DO_NEXT);
        break;
    case GF_DO_SAVE_PNG:
        app->wishes.save_png = true;
        break;
    case GF_DO_SAVE_SVG:
        app->wishes.save_svg = true;
        break;
    case GF_DO_EXPORT:
        app->wishes.export = true;
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}

bool gf_app_tick(struct gf_app *app, double now)
{
    app->now = now;
    if (app->toast[0] && now >= app->toast_until) {
        app->toast[0] = '\0';
        app->changed = true;
    }
    if (!app->glide.on)
        return false;
    bool more = gf_nav_glide(app, now);
    gf_app_look(app);
    return more;
}

void gf_app_progress(struct gf_app *app, const struct gf_progress *progress, bool loading)
{
    if (loading != app->loading || progress->bytes_read != app->progress.bytes_read ||
        floor(progress->seconds) != floor(app->progress.seconds))
        app->changed = true;
    app->progress = *progress;
    app->loading = loading;
}

/* ---- commands ---- */

static void select_spot(struct gf_app *app, uint32_t node)
{
    struct gf_spot spot = gf_nowhere();
    if (node < app->scene->profile->frames.n)
        spot = (struct gf_spot){node, gf_frame_depth(&app->scene->profile->frames, node)};
    if (spot.node != app->selected.node)
        app->changed = true;
    app->selected = spot;
}

/* The sibling before or after, by x; GF_NO_NODE at either end. */
static uint32_t sibling(const struct gf_frames *f, struct gf_spot spot, bool after)
{
    if (spot.depth == 0)
        return GF_NO_NODE;
    uint32_t parent = gf_frame_parent(f, spot.node, spot.depth);
    if (after)
        return f->end[spot.node] < f->end[parent] ? f->end[spot.node] : GF_NO_NODE;
    if (spot.node <= parent + 1)
        return GF_NO_NODE;
    uint32_t k = gf_row_at_or_before(f, spot.depth, spot.node - 1);
    return k == GF_NO_NODE ? GF_NO_NODE : f->row_nodes[k];
}

static void select_move(struct gf_app *app, enum gf_direction to)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot from = app->selected;
    if (from.node == GF_NO_NODE) { /* the first key shows where one is */
        from = app->hovered.node != GF_NO_NODE ? app->hovered : app->focus;
        select_spot(app, from.node);
        gf_nav_reveal(app, app->selected);
        return;
    }
    uint32_t node = GF_NO_NODE;
    if (to == GF_TO_PARENT)
        node = from.depth > 0 ? gf_frame_parent(f, from.node, from.depth) : GF_NO_NODE;
    else if (to == GF_TO_CHILD)
        node = from.node + 1 < f->end[from.node] ? from.node + 1 : GF_NO_NODE;
    else
        node = sibling(f, from, to == GF_TO_RIGHT);
    if (node == GF_NO_NODE)
        return;
    select_spot(app, node);
    gf_nav_reveal(app, app->selected);
}

/* Selects the next frame that stands out. */
static void step_match(struct gf_app *app, bool forward)
{
    const uint8_t *matched = gf_app_matched(app);
    if (!matched)
        return;
    const struct gf_frames *f = &app->scene->profile->frames;
    uint32_t from = app->selected.node != GF_NO_NODE ? app->selected.node
                    : app->focus.depth > 0           ? app->focus.node - 1
                                                     : 0;
    uint32_t node = gf_search_next(f, matched, from, forward);
    if (node == GF_NO_NODE)
        return;
    select_spot(app, node);
    gf_nav_reveal(app, app->selected);
}

static void escape(struct gf_app *app)
{
    if (app->help)
        app->help = false;
    else if (app->search.typing || (app->search.n > 0 && app->picked == GF_NO_NAME))
        do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_CLEAR});
    else if (app->picked != GF_NO_NAME)
        pick(app, GF_NO_NAME);
    else if (app->scene && gf_nav_back(app))
        return;
    else
        app->selected = gf_nowhere();
    app->changed = true;
}

/* Commands that need something to look at. */
static void do_in_scene(struct gf_app *app, const struct gf_act *act)
{
    uint32_t n = app->scene->profile->frames.n;
    switch (act->what) {
    case GF_DO_ZOOM_TO:
        if (act->node < n)
            gf_nav_zoom_to(app, act->node);
        break;
    case GF_DO_ZOOM_AT:
        gf_nav_zoom_at(app, act->amount, act->x);
        break;
    case GF_DO_PAN:
        gf_nav_pan(app, act->amount);
        break;
    case GF_DO_SCROLL:
        gf_nav_scroll(app, act->amount);
        break;
    case GF_DO_CENTER:
        gf_nav_center(app, act->amount);
        break;
    case GF_DO_SHOW_ALL:
        gf_nav_show_all(app);
        break;
    case GF_DO_BACK:
        gf_nav_back(app);
        break;
    case GF_DO_FORWARD:
        gf_nav_forward(app);
        break;
    case GF_DO_SELECT:
        select_spot(app, act->node);
        break;
    case GF_DO_SELECT_MOVE:
        select_move(app, (enum gf_direction)(int)act->amount);
        break;
    case GF_DO_FIT:
        if (app->selected.node != GF_NO_NODE)
            gf_nav_zoom_to(app, app->selected.node);
        break;
    case GF_DO_COPY:
        app->wishes.copy = true;
        break;
    default:
        break;
    }
}

static void resize(struct gf_app *app, double width, double height)
{
    /* The draw list's coordinates have 15 bits. */
    app->width = width >= 1 ? width <= INT16_MAX ? (int32_t)width : INT16_MAX : 1;
    app->height = height >= 1 ? height <= INT16_MAX ? (int32_t)height : INT16_MAX : 1;
}

static void reshape(struct gf_app *app, const struct gf_act *act)
{
    if (act->what == GF_DO_RESIZE)
        resize(app, act->x, act->y);
    else if (act->what == GF_DO_SCALE && act->amount >= 0.25 && act->amount <= 16)
        app->scale = act->amount;
    else if (act->what == GF_DO_INVERT)
        app->inverted = !app->inverted;
    if (app->scene) {
        if (app->glide.on)
            gf_nav_clamp_scroll(app, &app->glide.to);
        gf_nav_clamp_scroll(app, &app->view);
    }
    app->changed = true;
}

void gf_app_do(struct gf_app *app, const struct gf_act *act)
{
    switch (act->what) {
    case GF_DO_NOTHING:
        return;
    case GF_DO_QUIT:
        app->wishes.quit = true;
        return;
    case GF_DO_FULLSCREEN:
        app->wishes.fullscreen = true;
        return;
    case GF_DO_RESIZE:
    case GF_DO_SCALE:
    case GF_DO_INVERT:
        reshape(app, act);
        break;
    case GF_DO_POINT:
        point(app, act->x, act->y);
        break;
    case GF_DO_LEAVE:
        app->pointing = false;
        break;
    case GF_DO_ESCAPE:
        escape(app);
        break;
    case GF_DO_THEME:
        app->dark = act->amount < 0 ? !app->dark : act->amount > 0;
        app->changed = true;
        break;
    case GF_DO_HELP:
        app->help = !app->help;
        app->changed = true;
        break;
    default:
        if (!do_search(app, act) && app->scene && !do_table(app, act))
            do_in_scene(app, act);
        break;
    }
    gf_app_look(app);
}
