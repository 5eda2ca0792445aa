/* A newer scene takes the place of the one before, while a person looks at it. */
#include "ui/adopt.h"

#include <stdlib.h>
#include <string.h>

#include "ui/find.h"
#include "ui/marks.h"
#include "ui/nav.h"
#include "ui/sight.h"

/* Siblings that are looked at to find the places of the way back: a million takes some ten
 * milliseconds. Places that are too far among too many are found by their share of the width. */
#define FOLLOW_STEPS ((uint64_t)1 << 20)

/* From the frames of one scene to those of another, where some are asked for more than once. */
struct following {
    const struct gf_scene *old, *scene;
    uint64_t *steps; /* as in gf_scene_find */
    struct {
        uint32_t node, found;
        bool whole;
    } known[4];
    unsigned nknown;
};

static uint32_t find(struct following *f, uint32_t node, bool *whole)
{
    enum { KNOWN = sizeof f->known / sizeof *f->known };
    unsigned i = 0, n = f->nknown < KNOWN ? f->nknown : KNOWN;
    while (i < n && f->known[i].node != node)
        i++;
    if (i == n) {
        i = f->nknown++ % KNOWN; /* the oldest goes */
        f->known[i].node = node;
        f->known[i].found = gf_scene_find(&f->old->profile->frames, node,
                                          &f->scene->profile->frames, f->steps, &f->known[i].whole);
    }
    *whole = f->known[i].whole;
    return f->known[i].found;
}

/* The weight under pixel `at` of the graph, from the left edge of the profile. */
static double weight_at(const struct gf_view *v, double at, double width)
{
    return (double)v->x + (v->frac + v->span * (at / width));
}

static struct gf_spot follow(struct following *f, struct gf_spot spot)
{
    bool whole = false;
    if (spot.node == GF_NO_NODE)
        return spot;
    uint32_t node = find(f, spot.node, &whole);
    return whole ? (struct gf_spot){node, spot.depth} : gf_nowhere();
}

/* The view of `to` that shows what `view` shows of `from`: `hold` stays where it is, and widths
 * change with those of the frame that is zoomed to. */
static struct gf_view follow_view(const struct gf_app *app, struct following *f,
                                  struct gf_place place, struct gf_spot hold, double at)
{
    const struct gf_scene *old = f->old, *scene = f->scene;
    const struct gf_frames *from = &old->profile->frames, *to = &scene->profile->frames;
    struct gf_view v = place.view;
    uint64_t old_total = gf_scene_total(old), total = gf_scene_total(scene);
    struct gf_view all = gf_scene_view_all(scene);
    all.scroll = v.scroll;
    if (old_total == 0 || total == 0 || v.span >= (double)old_total)
        return all;
    bool found = false;
    uint32_t focus = find(f, place.focus.node, &found);
    uint64_t old_focus = gf_frame_total(from, place.focus.node, 0);
    uint64_t new_focus = gf_frame_total(to, focus, 0);
    double grown = found && old_focus && new_focus ? (double)new_focus / (double)old_focus
                                                   : (double)total / (double)old_total;
    struct gf_view next = {.span = v.span * grown, .scroll = v.scroll};
    if (found && v.x == gf_scene_x(old, place.focus.node) && v.span == (double)old_focus) {
        next = gf_scene_view_node(scene, focus); /* it is fitted exactly: it stays so */
        next.scroll = v.scroll;
        return next;
    }
    double width = gf_app_panes(app).graph.w;
    double part = weight_at(&v, at, width) / (double)old_total, weight;
    found = false;
    uint32_t held = hold.node == GF_NO_NODE ? 0 : find(f, hold.node, &found);
    if (found && gf_frame_total(from, hold.node, 0) > 0) {
        double inside = (weight_at(&v, at, width) - (double)gf_scene_x(old, hold.node)) /
                        (double)gf_frame_total(from, hold.node, 0);
        weight = (double)gf_scene_x(scene, held) + inside * (double)gf_frame_total(to, held, 0);
    } else {
        weight = part * (double)total;
    }
    return gf_view_pan(next, weight - next.span * (at / width), next.span, total);
}

/* The latest places first. */
static void follow_history(struct gf_app *app, const struct gf_scene *old,
                           const struct gf_scene *scene)
{
    struct gf_history *h = &app->history;
    uint64_t steps = FOLLOW_STEPS;
    struct following f = {.old = old, .scene = scene, .steps = &steps};
    double middle = gf_app_panes(app).graph.w / 2.0;
    for (unsigned i = h->nback + h->nforward; i-- > 0;) {
        struct gf_place *p = i < h->nforward ? &h->forward[i] : &h->back[i - h->nforward];
        struct gf_view view = follow_view(app, &f, *p, gf_nowhere(), middle);
        struct gf_spot focus = follow(&f, p->focus);
        *p = (struct gf_place){view, focus.node == GF_NO_NODE ? (struct gf_spot){0, 0} : focus};
    }
}

/* The picked name has another number among other names. */
static void follow_name(struct gf_app *app, const struct gf_frames *from,
                        const struct gf_frames *to)
{
    if (app->picked == GF_NO_NAME)
        return;
    const struct gf_name_table *a = &from->names;
    uint64_t at = a->offset[app->picked];
    free(app->picked_marks);
    app->picked_marks = NULL;
    app->picked = gf_scene_name(to, a->bytes + at, (size_t)(a->offset[app->picked + 1] - at));
    if (app->picked == GF_NO_NAME)
        return;
    app->picked_marks = calloc(to->names.n, 1);
    if (app->picked_marks)
        app->picked_marks[app->picked] = 1;
    else
        app->picked = GF_NO_NAME;
}

/* What was found was found in the scene before. */
static void look_again(struct gf_app *app, const struct gf_scene *old)
{
    app->wishes.search = app->searches.n > 0;
    if (!old || !gf_scene_same_names(old, app->scene))
        gf_marks_forget(app);
    gf_table_set(&app->table, NULL);
    gf_find_refresh(app);
    app->wishes.tabulate = app->table.open || app->picked != GF_NO_NAME;
    app->hovered = gf_nowhere();
    app->menu.open = app->band.on = false;
    gf_app_look(app);
}

/* Shows all of a scene that has nothing to do with the one before. */
static void start_anew(struct gf_app *app, struct gf_scene *scene)
{
    const struct gf_scene *old = app->scene;
    if (old)
        follow_name(app, &old->profile->frames, &scene->profile->frames);
    app->scene = scene;
    app->glide.on = false;
    app->view = gf_scene_view_all(scene);
    app->focus = (struct gf_spot){0, 0};
    app->selected = gf_nowhere();
    app->history.nback = app->history.nforward = 0;
    gf_sight_restore(app);
    look_again(app, old);
}

/* More of the same lens is unfolded: everything is where it was, under other numbers. */
static void refine(struct gf_app *app, struct gf_scene *scene)
{
    const struct gf_lazy_parts *from = &app->scene->parts, *to = &scene->parts;
    struct gf_spot *spots[] = {&app->focus, &app->selected, &app->hovered};
    struct gf_history *h = &app->history;
    for (size_t i = 0; i < sizeof spots / sizeof *spots; i++)
        if (spots[i]->node != GF_NO_NODE)
            spots[i]->node = to->frame[from->part[spots[i]->node]];
    for (unsigned i = 0; i < h->nback + h->nforward; i++) {
        struct gf_place *p = i < h->nback ? &h->back[i] : &h->forward[i - h->nback];
        p->focus.node = to->frame[from->part[p->focus.node]];
    }
    gf_scene_drop(app->scene);
    app->scene = scene;
    app->changed = true;
    gf_sight_refine(app);
    if (!app->lens.more) /* ticks are worth it once all is there */
        app->wishes.search = app->searches.n > 0;
    gf_app_look(app);
}

/* Shows another scene. `follow`: it has the same paths, and what is looked at stays in place. */
static void show(struct gf_app *app, struct gf_scene *scene, bool follow_paths)
{
    struct gf_scene *old = app->scene;
    app->changed = true;
    if (old && old->profile == scene->profile) { /* in other colours */
        app->scene = scene;
        gf_scene_drop(old);
        return;
    }
    if (old && scene->unfolding && old->unfolding == scene->unfolding) {
        refine(app, scene);
        return;
    }
    if (!old || !follow_paths) {
        start_anew(app, scene);
        gf_scene_drop(old);
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
    struct following f = {.old = old, .scene = scene};
    struct gf_view view = follow_view(app, &f, now, hold, at);
    if (app->glide.on) { /* the rest of the way is shorter than anyone could see */
        app->glide.on = false;
        view = follow_view(app, &f, aim, gf_nowhere(), graph.w / 2.0);
    }
    follow_history(app, old, scene);
    app->focus = follow(&f, app->focus);
    if (app->focus.node == GF_NO_NODE)
        app->focus = (struct gf_spot){0, 0};
    app->selected = follow(&f, app->selected);
    follow_name(app, from, to);
    app->scene = scene;
    app->view = view;
    gf_nav_clamp_scroll(app, &app->view);
    look_again(app, old);
    gf_scene_drop(old);
}

void gf_app_adopt(struct gf_app *app, struct gf_scene *scene)
{
    gf_scene_drop(app->read);
    app->read = scene;
    app->changed = true;
    if (app->narrow.n == 0)
        gf_adopt_base(app, gf_scene_hold(scene));
    else if (app->narrow.working)
        app->narrow.outdated = true;
    else
        app->wishes.narrow = true;
}

void gf_adopt_base(struct gf_app *app, struct gf_scene *scene)
{
    app->bases += !app->base || app->base->profile != scene->profile;
    gf_scene_drop(app->base);
    app->base = scene;
    app->changed = true;
    app->wishes.index = scene->final;
    if (gf_lens_is_plain(&app->lens)) {
        app->shown_seq = app->lens.seq;
        show(app, gf_scene_hold(scene), true);
        gf_lens_note_shown(&app->lens);
    } else if (app->lens.working) {
        app->lens.outdated = true;
    } else {
        app->wishes.derive = true;
    }
}

void gf_app_derived(struct gf_app *app, struct gf_lens_made made)
{
    struct gf_lens *lens = &app->lens;
    if (made.seq != lens->seq) { /* something else is looked at by now */
        gf_scene_drop(made.scene);
        return;
    }
    lens->working = false;
    lens->more = made.more;
    app->changed = made.scene || made.err.code != GF_OK ? true : app->changed;
    if (lens->outdated)
        app->wishes.derive = true;
    lens->outdated = false;
    if (made.scene) {
        /* The same lens, or only another order: the paths are the same. */
        bool same = app->shown_seq == made.seq || app->shown_kind == GF_DERIVE_SAME;
        same = same && (app->shown_seq == made.seq || lens->kind == GF_DERIVE_SAME);
        app->shown_seq = made.seq;
        app->shown_kind = lens->kind;
        show(app, made.scene, same);
        gf_lens_note_shown(lens);
        return;
    }
    if (made.err.code == GF_OK) /* what was looked at is unfolded already */
        return;
    gf_app_toast(app, made.err.message);
    if (app->shown_seq == made.seq && app->scene->whole == app->base) /* it can stay as it is */
        return;
    if (app->shown_seq != made.seq) { /* so can what was seen before */
        gf_lens_revert(lens, app->shown_seq);
        if (app->shown_seq == lens->seq)
            return;
    }
    gf_lens_turn(lens, lens->loaded);
    if (gf_lens_set(lens, GF_DERIVE_SAME, NULL, 0))
        gf_app_plain(app);
}

void gf_app_plain(struct gf_app *app)
{
    bool same = app->shown_kind == GF_DERIVE_SAME;
    app->shown_seq = app->lens.seq;
    app->shown_kind = GF_DERIVE_SAME;
    show(app, gf_scene_hold(app->base), same);
    gf_lens_note_shown(&app->lens);
}
