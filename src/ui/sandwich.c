#include "ui/sandwich.h"

#include "ui/nav.h"

bool gf_in_sandwich(const struct gf_app *app)
{
    return app->scene && app->scene->half > 0;
}

bool gf_root_on_top(const struct gf_app *app)
{
    return app->inverted && !gf_in_sandwich(app);
}

int32_t gf_sandwich_band(struct gf_box graph, int32_t pitch)
{
    return graph.h > pitch ? (graph.h - pitch) / 2 : 0;
}

double gf_sandwich_scroll_for(const struct gf_app *app, double scroll, struct gf_spot spot)
{
    struct gf_graph g = gf_app_graph(app);
    bool second = gf_in_second_half(g.frames, spot.node);
    double pitch = g.row_pitch, away = spot.depth > 0 ? (spot.depth - 1) * pitch : 0;
    double y = g.band + (second ? away : -away), margin = 3 * pitch;
    if (y + scroll >= 0 && y + pitch + scroll <= g.height)
        return scroll;
    return second ? g.height - pitch - margin - y : margin - y;
}

static uint32_t first_child(const struct gf_frames *f, uint32_t node)
{
    return node < f->n && node + 1 < f->end[node] ? node + 1 : GF_NO_NODE;
}

uint32_t gf_sandwich_step(const struct gf_app *app, struct gf_spot from, bool up)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    bool second = gf_in_second_half(f, from.node);
    if (from.depth <= 1) /* the function stands in both halves */
        return first_child(f, up ? 1 : f->end[1]);
    if (second != up)
        return first_child(f, from.node);
    return from.depth == 2 ? 1 : gf_frame_parent(f, from.node, from.depth);
}

/* ---- unfolding ---- */

/* What is looked at now. */
static struct gf_lens_look look_of(const struct gf_app *app)
{
    struct gf_graph g = gf_app_graph(app);
    struct gf_view view = gf_nav_target(app);
    struct gf_lens_look look = {.view = view, .total = gf_app_total(app), .width = g.width};
    /* A window more in either direction, so that one can scroll on while it is unfolded. */
    double pitch = g.row_pitch, above = 2.0 * g.height + view.scroll, below = 2.0 * g.height;
    if (gf_in_sandwich(app)) {
        above = g.band + view.scroll + g.height;
        below = g.height - g.band - view.scroll + g.height;
    }
    look.rows[0] = 2 + (uint32_t)(above > 0 ? above / pitch : 0);
    look.rows[1] = 2 + (uint32_t)(below > 0 ? below / pitch : 0);
    return look;
}

struct gf_job *gf_app_lens_job(struct gf_app *app, const struct gf_palette *palette, int kind)
{
    app->lens.asked = look_of(app);
    if (app->shown_seq != app->lens.seq) { /* what is not there yet: as it was left, or all of it */
        const struct gf_lens_sight *sight = &app->lens.sight;
        app->lens.asked.view = sight->any ? sight->view : (struct gf_view){.span = 0};
        app->lens.asked.total = sight->any ? sight->total : 0;
    }
    struct gf_job *job =
        gf_lens_job(&app->lens, app->base, app->scene, palette, &app->themes, kind);
    app->lens.working = job != NULL;
    return job;
}

static bool same_look(const struct gf_lens_look *a, const struct gf_lens_look *b)
{
    return a->view.x == b->view.x && a->view.frac == b->view.frac && a->view.span == b->view.span &&
           a->total == b->total && a->width == b->width && a->rows[0] == b->rows[0] &&
           a->rows[1] == b->rows[1];
}

void gf_app_unfold(struct gf_app *app)
{
    if (!app->scene || !app->scene->unfolding || app->lens.working ||
        app->shown_seq != app->lens.seq)
        return;
    struct gf_lens_look look = look_of(app);
    if (app->lens.more || !same_look(&look, &app->lens.asked))
        app->wishes.derive = true;
}
