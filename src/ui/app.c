#include "ui/app.h"

#include <math.h>
#include <string.h>

#include "layout/geometry.h"
#include "ui/nav.h"

/* Design pixels. */
enum {
    HEADER = 34,
    CRUMBS = 22,
    STATUS = 22,
    MARGIN = 10,
    ROW = 18,
    LOW_WINDOW = 260 /* below this height there is no room for crumbs */
};

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
                           .moved = -INFINITY,
                           .changed = true};
}

void gf_app_free(struct gf_app *app)
{
    gf_scene_drop(app->scene);
    app->scene = NULL;
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
    int32_t crumbs = h >= px(app, LOW_WINDOW) ? px(app, CRUMBS) : 0;
    struct gf_panes p = {.header = {0, 0, w, header},
                         .crumbs = {0, header, w, crumbs},
                         .status = {0, h - status, w, status}};
    int32_t top = header + crumbs + px(app, 4), bottom = h - status - px(app, 4);
    p.graph = (struct gf_box){margin, top, w - 2 * margin, bottom - top};
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
                             .measure = app->measure};
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

/* Looks again at what lies under the pointer. */
static void look(struct gf_app *app)
{
    struct gf_spot spot = gf_nowhere();
    if (app->scene && app->pointing && !app->help) {
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

/* ---- a newer scene ---- */

/* The weight under pixel `at` of the graph, from the left edge of the profile. */
static double weight_at(const struct gf_view *v, double at, double width)
{
    return (double)v->x + (v->frac + v->span * (at / width));
}

static struct gf_spot follow(const struct gf_frames *from, struct gf_spot spot,
                             const struct gf_frames *to)
{
    bool whole = false;
    if (spot.node == GF_NO_NODE)
        return spot;
    uint32_t node = gf_scene_find(from, spot.node, to, &whole);
    return whole ? (struct gf_spot){node, spot.depth} : gf_nowhere();
}

/* The view of `to` that shows what `view` shows of `from`: `hold` stays where it is, and widths
 * change with those of the frame that is zoomed to. */
static struct gf_view follow_view(const struct gf_app *app, const struct gf_frames *from,
                                  const struct gf_frames *to, struct gf_place place,
                                  struct gf_spot hold, double at)
{
    struct gf_view v = place.view;
    uint64_t old_total = gf_frame_total(from, 0, 0), total = gf_frame_total(to, 0, 0);
    struct gf_view all = gf_view_all(to, 0);
    all.scroll = v.scroll;
    if (old_total == 0 || total == 0 || v.span >= (double)old_total)
        return all;
    bool found = false;
    uint32_t focus = gf_scene_find(from, place.focus.node, to, &found);
    uint64_t old_focus = gf_frame_total(from, place.focus.node, 0);
    uint64_t new_focus = gf_frame_total(to, focus, 0);
    double grown = found && old_focus && new_focus ? (double)new_focus / (double)old_focus
                                                   : (double)total / (double)old_total;
    struct gf_view next = {.span = v.span * grown, .scroll = v.scroll};
    if (found && v.x == gf_frame_x(from, place.focus.node, 0) && v.span == (double)old_focus) {
        next = gf_view_node(to, 0, focus); /* it is fitted exactly: it stays so */
        next.scroll = v.scroll;
        return next;
    }
    double width = gf_app_panes(app).graph.w;
    double part = weight_at(&v, at, width) / (double)old_total, weight;
    found = false;
    uint32_t held = hold.node == GF_NO_NODE ? 0 : gf_scene_find(from, hold.node, to, &found);
    if (found && gf_frame_total(from, hold.node, 0) > 0) {
        double inside = (weight_at(&v, at, width) - (double)gf_frame_x(from, hold.node, 0)) /
                        (double)gf_frame_total(from, hold.node, 0);
        weight = (double)gf_frame_x(to, held, 0) + inside * (double)gf_frame_total(to, held, 0);
    } else {
        weight = part * (double)total;
    }
    return gf_view_pan(next, weight - next.span * (at / width), next.span, total);
}

static void follow_history(struct gf_app *app, const struct gf_frames *from,
                           const struct gf_frames *to)
{
    struct gf_history *h = &app->history;
    double middle = gf_app_panes(app).graph.w / 2.0;
    for (unsigned i = 0; i < h->nback + h->nforward; i++) {
        struct gf_place *p = i < h->nback ? &h->back[i] : &h->forward[i - h->nback];
        struct gf_view view = follow_view(app, from, to, *p, gf_nowhere(), middle);
        struct gf_spot focus = follow(from, p->focus, to);
        *p = (struct gf_place){view, focus.node == GF_NO_NODE ? (struct gf_spot){0, 0} : focus};
    }
}

void gf_app_adopt(struct gf_app *app, struct gf_scene *scene)
{
    struct gf_scene *old = app->scene;
    app->changed = true;
    if (!old) {
        app->scene = scene;
        app->view = gf_view_all(&scene->profile->frames, 0);
        app->focus = (struct gf_spot){0, 0};
        look(app);
        return;
    }
    const struct gf_frames *from = &old->profile->frames, *to = &scene->profile->frames;
    struct gf_box graph = gf_app_panes(app).graph;
    struct gf_graph g = gf_app_graph(app);
    double at = graph.w / 2.0;
    struct gf_spot hold = app->hovered;
    if (hold.node != GF_NO_NODE) {
        at = app->x - graph.x;
    } else { /* what lies in the middle of the zoomed frame's row */
        int32_t x, y, w, h;
        if (gf_layout_frame_box(&g, app->focus.node, app->focus.depth, &x, &y, &w, &h))
            hold = app->focus;
    }
    struct gf_place now = {app->view, app->focus}, aim = {app->glide.to, app->focus};
    struct gf_view view = follow_view(app, from, to, now, hold, at);
    if (app->glide.on) { /* the rest of the way is shorter than anyone could see */
        app->glide.on = false;
        view = follow_view(app, from, to, aim, gf_nowhere(), graph.w / 2.0);
    }
    follow_history(app, from, to);
    app->focus = follow(from, app->focus, to);
    if (app->focus.node == GF_NO_NODE)
        app->focus = (struct gf_spot){0, 0};
    app->selected = follow(from, app->selected, to);
    app->scene = scene;
    app->view = view;
    gf_nav_clamp_scroll(app, &app->view);
    app->hovered = gf_nowhere();
    look(app);
    gf_scene_drop(old);
}

bool gf_app_tick(struct gf_app *app, double now)
{
    app->now = now;
    if (!app->glide.on)
        return false;
    bool more = gf_nav_glide(app, now);
    look(app);
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

static void escape(struct gf_app *app)
{
    if (app->help)
        app->help = false;
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
        if (app->scene)
            do_in_scene(app, act);
        break;
    }
    look(app);
}
