#include "ui/sight.h"

#include <stdlib.h>

#include "ui/nav.h"

/* Numbers of frames stay true only in the same frames: those of the base, which another narrowing
 * or reading replaces. What is unfolded has others each time; there the view says all. */
struct way {
    uint64_t base; /* gf_app.bases */
    struct gf_spot focus, selected;
    struct gf_history history;
};

void gf_sight_keep(struct gf_app *app)
{
    struct gf_lens_sight sight = {.any = true, .view = gf_nav_target(app)};
    if (!app->scene || app->shown_seq != app->lens.seq) /* nothing was seen through it */
        return;
    sight.total = gf_app_total(app);
    struct way *way = app->scene == app->base ? malloc(sizeof *way) : NULL;
    if (way)
        *way = (struct way){app->bases, app->focus, app->selected, app->history};
    sight.way = way;
    gf_lens_remember(&app->lens, sight);
}

void gf_sight_restore(struct gf_app *app)
{
    const struct gf_lens_sight *sight = &app->lens.sight;
    const struct way *way = sight->way;
    app->restored = (struct gf_view){.span = 0};
    if (!sight->any || sight->total != gf_app_total(app))
        return;
    app->view = sight->view;
    if (way && way->base == app->bases && app->scene == app->base) {
        app->focus = way->focus;
        app->selected = way->selected;
        app->history = way->history;
    } else {
        app->restored = app->view;
        gf_nav_refocus(app);
    }
    gf_nav_clamp_scroll(app, &app->view);
}

void gf_sight_refine(struct gf_app *app)
{
    const struct gf_view *now = &app->view, *then = &app->restored;
    if (then->span > 0 && !app->glide.on && now->x == then->x && now->frac == then->frac &&
        now->span == then->span) {
        app->view.scroll = then->scroll; /* the rows may have been missing */
        gf_nav_refocus(app);
        gf_nav_clamp_scroll(app, &app->view);
    } else {
        app->restored.span = 0;
    }
}
