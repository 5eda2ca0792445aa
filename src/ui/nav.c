#include "ui/nav.h"

#include <math.h>
#include <string.h>

#include "layout/geometry.h"
#include "ui/sandwich.h"

#define GLIDE_SECONDS 0.12
/* Small moves with less than this between them are one step of the way back. */
#define RUN_SECONDS 1.0
/* A frame narrower than this is brought nearer when it is to be looked at. */
#define LEAST_WIDTH 24

/* Weights from the left edge of `a` to that of `b`. */
static double distance(const struct gf_view *a, const struct gf_view *b)
{
    double whole = b->x >= a->x ? (double)(b->x - a->x) : -(double)(a->x - b->x);
    return whole + (b->frac - a->frac);
}

static bool same_view(const struct gf_view *a, const struct gf_view *b)
{
    return a->x == b->x && a->frac == b->frac && a->span == b->span && a->scroll == b->scroll;
}

struct gf_view gf_nav_target(const struct gf_app *app)
{
    return app->glide.on ? app->glide.to : app->view;
}

void gf_nav_clamp_scroll(const struct gf_app *app, struct gf_view *view)
{
    double least, most;
    gf_app_scroll_range(app, &least, &most);
    view->scroll = view->scroll > most ? most : view->scroll;
    view->scroll = view->scroll > least ? view->scroll : least;
}

static void jump(struct gf_app *app, struct gf_view view)
{
    app->glide.on = false;
    app->view = view;
    app->changed = true;
}

void gf_nav_go(struct gf_app *app, struct gf_view view)
{
    gf_nav_clamp_scroll(app, &view);
    if (!app->animate || same_view(&app->view, &view)) {
        jump(app, view);
        return;
    }
    app->glide = (struct gf_glide){.on = true, .start = app->now, .from = app->view, .to = view};
    app->changed = true;
}

/* Between the two views the point that both show at the same pixel stays there, and the span grows
 * or shrinks by the same factor in the same time. */
static struct gf_view between(const struct gf_glide *g, double part, uint64_t total)
{
    double span = exp(log(g->from.span) * (1 - part) + log(g->to.span) * part);
    double change = g->to.span - g->from.span;
    double edge = fabs(change) > 1e-9 * g->from.span ? (span - g->from.span) / change : part;
    struct gf_view v = g->from;
    v.span = span;
    v = gf_view_pan(v, distance(&g->from, &g->to) * edge, span, total);
    v.scroll = g->from.scroll + (g->to.scroll - g->from.scroll) * part;
    return v;
}

bool gf_nav_glide(struct gf_app *app, double now)
{
    if (!app->glide.on)
        return false;
    double t = (now - app->glide.start) / GLIDE_SECONDS;
    if (!(t < 1)) {
        jump(app, app->glide.to);
        return false;
    }
    t = t > 0 ? t : 0;
    double part = 1 - (1 - t) * (1 - t) * (1 - t); /* fast first, then slowly into place */
    app->view = between(&app->glide, part, gf_app_total(app));
    app->changed = true;
    return true;
}

/* ---- the way back ---- */

static void push(struct gf_place *places, unsigned *n, struct gf_place place)
{
    if (*n == GF_HISTORY) {
        memmove(places, places + 1, (GF_HISTORY - 1) * sizeof *places);
        --*n;
    }
    places[(*n)++] = place;
}

static struct gf_place here(const struct gf_app *app)
{
    return (struct gf_place){gf_nav_target(app), app->focus};
}

void gf_nav_remember(struct gf_app *app)
{
    struct gf_history *h = &app->history;
    struct gf_place now = here(app);
    h->nforward = 0;
    if (h->nback == 0 || !same_view(&h->back[h->nback - 1].view, &now.view))
        push(h->back, &h->nback, now);
}

void gf_nav_remember_run(struct gf_app *app)
{
    if (app->now - app->moved > RUN_SECONDS || app->history.nforward > 0)
        gf_nav_remember(app);
    app->moved = app->now;
}

static bool travel(struct gf_app *app, struct gf_place *from, unsigned *nfrom, struct gf_place *to,
                   unsigned *nto)
{
    struct gf_place now = here(app);
    while (*nfrom > 0) {
        struct gf_place place = from[--*nfrom];
        if (same_view(&place.view, &now.view) && place.focus.node == now.focus.node)
            continue;
        push(to, nto, now);
        app->focus = place.focus;
        app->moved = -INFINITY;
        gf_nav_go(app, place.view);
        return true;
    }
    return false;
}

bool gf_nav_back(struct gf_app *app)
{
    struct gf_history *h = &app->history;
    return travel(app, h->back, &h->nback, h->forward, &h->nforward);
}

bool gf_nav_forward(struct gf_app *app)
{
    struct gf_history *h = &app->history;
    return travel(app, h->forward, &h->nforward, h->back, &h->nback);
}

/* ---- moving ---- */

/* The scroll that shows the row of a frame with what leads to it; where it is seen well, it stays.
 */
static double scroll_for(const struct gf_app *app, double scroll, struct gf_spot spot)
{
    if (gf_in_sandwich(app))
        return gf_sandwich_scroll_for(app, scroll, spot);
    struct gf_graph g = gf_app_graph(app);
    double pitch = g.row_pitch, top = spot.depth * pitch, height = g.height;
    if (top - scroll >= 0 && top + 4 * pitch - scroll <= height)
        return scroll;
    return top > 3 * pitch ? top - 3 * pitch : 0;
}

void gf_nav_zoom_to(struct gf_app *app, uint32_t node)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_view view = gf_scene_view_node(app->scene, node), now = gf_nav_target(app);
    uint32_t depth = gf_frame_depth(f, node);
    view.scroll = scroll_for(app, now.scroll, (struct gf_spot){node, depth});
    gf_nav_clamp_scroll(app, &view);
    if (same_view(&view, &now) && app->focus.node == node)
        return;
    gf_nav_remember(app);
    app->focus = (struct gf_spot){node, depth};
    gf_nav_go(app, view);
}

/* Whether frame `node` reaches over the whole view. */
static bool covers(const struct gf_app *app, uint32_t node, const struct gf_view *v)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    uint64_t start = gf_scene_x(app->scene, node), end = start + gf_frame_total(f, node, 0);
    if (v->x < start || end < v->x)
        return false;
    return (double)(end - v->x) - v->frac >= v->span * (1 - 1e-9);
}

/* After a free move the zoomed frame is the narrowest that reaches over all that is seen. */
static void refocus(struct gf_app *app, const struct gf_view *v)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot at = app->focus;
    while (at.depth > 0 && !covers(app, at.node, v)) {
        at.node = gf_frame_parent(f, at.node, at.depth);
        at.depth--;
    }
    uint64_t total = gf_frame_total(f, at.node, 0), edge = v->x;
    if (gf_in_sandwich(app)) { /* on in the half that one has gone into, if any */
        edge += gf_in_second_half(f, at.node) ? app->scene->half : 0;
        if (at.depth == 0)
            total = 0;
    }
    for (uint32_t depth = at.depth + 1; depth < f->nrows; depth++) {
        /* The last frame of the row that starts at or left of the view's edge. */
        uint32_t lo = f->row_start[depth], hi = f->row_start[depth + 1];
        while (lo < hi) {
            uint32_t middle = lo + (hi - lo) / 2;
            if (gf_frame_x(f, f->row_nodes[middle], 0) <= edge)
                lo = middle + 1;
            else
                hi = middle;
        }
        if (lo == f->row_start[depth] || !covers(app, f->row_nodes[lo - 1], v))
            break;
        uint32_t node = f->row_nodes[lo - 1];
        if (gf_frame_total(f, node, 0) < total) {
            at = (struct gf_spot){node, depth};
            total = gf_frame_total(f, node, 0);
        }
    }
    app->focus = at;
}

/* A free move starts from where the picture is at this moment. */
static void begin_move(struct gf_app *app)
{
    gf_nav_remember_run(app);
    app->glide.on = false;
    app->changed = true;
}

void gf_nav_zoom_at(struct gf_app *app, double factor, double x)
{
    begin_move(app);
    struct gf_graph g = gf_app_graph(app);
    double scroll = app->view.scroll;
    app->view = gf_view_zoom(app->view, factor, x - g.x, g.width, gf_app_total(app));
    app->view.scroll = scroll;
    refocus(app, &app->view);
    gf_nav_clamp_scroll(app, &app->view);
}

void gf_nav_zoom_range(struct gf_app *app, double from, double to)
{
    struct gf_graph g = gf_app_graph(app);
    double width = g.width, left = from - g.x, room = to - from;
    if (!(room >= 1 && room < width))
        return;
    app->glide.on = false;
    /* Around the one pixel that stays where it is. */
    double hold = width * left / (width - room);
    struct gf_view view = gf_view_zoom(app->view, width / room, hold, width, gf_app_total(app));
    view.scroll = app->view.scroll;
    gf_nav_remember(app);
    refocus(app, &view);
    gf_nav_go(app, view);
}

void gf_nav_pan(struct gf_app *app, double pixels)
{
    begin_move(app);
    struct gf_graph g = gf_app_graph(app);
    app->view = gf_view_pan(app->view, pixels, g.width, gf_app_total(app));
    refocus(app, &app->view);
    gf_nav_clamp_scroll(app, &app->view);
}

void gf_nav_scroll(struct gf_app *app, double pixels)
{
    begin_move(app);
    app->view.scroll += pixels;
    gf_nav_clamp_scroll(app, &app->view);
}

void gf_nav_center(struct gf_app *app, double part)
{
    begin_move(app);
    uint64_t total = gf_app_total(app);
    struct gf_view aim = {.span = app->view.span, .scroll = app->view.scroll};
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    app->view = gf_view_pan(aim, part * (double)total - aim.span / 2, aim.span, total);
    refocus(app, &app->view);
    gf_nav_clamp_scroll(app, &app->view);
}

void gf_nav_show_all(struct gf_app *app)
{
    struct gf_view all = gf_scene_view_all(app->scene), now = gf_nav_target(app);
    if (same_view(&all, &now))
        return;
    gf_nav_remember(app);
    app->focus = (struct gf_spot){0, 0};
    gf_nav_go(app, all);
}

void gf_nav_reveal(struct gf_app *app, struct gf_spot spot)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_view view = gf_nav_target(app);
    struct gf_graph g = gf_app_graph(app);
    g.view = view;
    struct gf_scale scale = gf_scale_of(&g);
    uint64_t start = gf_scene_x(app->scene, spot.node), total = gf_frame_total(f, spot.node, 0);
    double x0 = gf_scale_px(&scale, start), x1 = gf_scale_px(&scale, start + total);
    double least = LEAST_WIDTH * app->scale;
    struct gf_view next = view;
    if (x1 - x0 < least) /* a frame that is thin: with as much around it as will do */
        next.span = (double)total * g.width / (2 * least);
    if (x1 - x0 < least || x1 < least || x0 > g.width - least) {
        double middle = (double)total / 2;
        next.x = start;
        next.frac = 0;
        next = gf_view_pan(next, middle - next.span / 2, next.span, gf_app_total(app));
    }
    next.scroll = scroll_for(app, view.scroll, spot);
    gf_nav_clamp_scroll(app, &next);
    if (same_view(&next, &view))
        return;
    gf_nav_remember_run(app);
    refocus(app, &next);
    gf_nav_go(app, next);
}

void gf_nav_refocus(struct gf_app *app)
{
    refocus(app, &app->view);
}
