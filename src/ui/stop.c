#include "ui/stop.h"

#include <string.h>

#include "ui/colors.h"
#include "ui/narrow_do.h"

/* What can be told apart on the screen. */
static bool looks_the_same(const struct gf_busy *a, const struct gf_busy *b)
{
    return a->what == b->what && (int)(a->share * 100) == (int)(b->share * 100) &&
           a->bytes >> 20 == b->bytes >> 20;
}

void gf_app_busy(struct gf_app *app, struct gf_busy busy)
{
    if (!looks_the_same(&app->busy, &busy))
        app->changed = true;
    app->busy = busy;
}

/* A lens that is not shown yet, for so long that it is said: else going back leads past it. */
static bool lens_can_stop(const struct gf_app *app)
{
    return app->scene && app->busy.what && app->lens.working && app->shown_seq != app->lens.seq;
}

static void stop_lens(struct gf_app *app)
{
    bool outdated = app->lens.outdated;
    gf_lens_revert(&app->lens, app->shown_seq);
    app->lens.working = app->lens.outdated = app->wishes.derive = false;
    app->wishes.stop_lens = true;
    if (app->shown_seq != app->lens.seq) /* not known any more */
        gf_app_plain(app);
    else if (outdated) /* what it looks at has been replaced meanwhile */
        app->wishes.derive = true;
}

bool gf_stop_work(struct gf_app *app)
{
    app->changed = true;
    if (gf_narrow_can_stop(app))
        gf_narrow_stop(app);
    else if (lens_can_stop(app))
        stop_lens(app);
    else if (app->busy.what && gf_colors_stop(app))
        gf_app_toast(app, "The colours stay as they are");
    else if (app->busy.what && app->busy.can_stop)
        app->wishes.stop_job = app->busy.job;
    else
        return false;
    app->busy = (struct gf_busy){.share = -1};
    return true;
}

void gf_stop_load(struct gf_app *app)
{
    if (!app->loading)
        return;
    app->wishes.cancel_load |= app->stopping;
    app->wishes.enough = true;
    app->stopping = app->changed = true;
}

void gf_stop_any(struct gf_app *app)
{
    if (!gf_stop_work(app))
        gf_stop_load(app);
}

bool gf_app_incomplete(const struct gf_app *app)
{
    return app->read && !app->loading && app->read->profile->stats.incomplete;
}
