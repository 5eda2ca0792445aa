/* What is read, in a running session: the load, files that changed, were added or are compared. */
#include <stdio.h>
#include <string.h>

#include "ui/compare.h"
#include "ui/drop.h"
#include "ui/session.h"

/* The window is called after what it was opened with, and what came to it. */
static void name_input(struct gf_session *s)
{
    struct gf_app *app = &s->app;
    size_t n = gf_reading_count(s->reading), first = s->params->npaths;
    if (gf_reading_has_base(s->reading))
        snprintf(app->input, sizeof app->input, "%.100s \xe2\x86\x92 %.100s",
                 gf_reading_name(s->reading, GF_BEFORE), gf_reading_name(s->reading, GF_AFTER));
    else if (n > first)
        snprintf(app->input, sizeof app->input, "%.200s + %zu", s->params->input, n - first);
    else
        snprintf(app->input, sizeof app->input, "%s", s->params->input);
}

/* Says what is wrong, with which file. */
static void say_failure(struct gf_app *app, const struct gf_error *err)
{
    const char *slash = strrchr(err->file, '/'), *name = slash && slash[1] ? slash + 1 : err->file;
    char text[sizeof app->toast];
    snprintf(text, sizeof text, "%.100s%s%.200s", name, name[0] ? ": " : "", err->message);
    gf_app_toast(app, text);
}

static void let_go(struct gf_scene **scene)
{
    gf_scene_drop(*scene);
    *scene = NULL;
}

void gf_session_end_comparison(struct gf_session *s)
{
    let_go(&s->before);
    let_go(&s->next_before);
    let_go(&s->after);
}

/* The files that were to be read are no good: what was there before is still there. */
static void give_up_files(struct gf_session *s)
{
    gf_reading_undo(s->reading);
    let_go(&s->next_before);
    let_go(&s->after);
    s->base_due = s->reading_base = false;
    if (!s->compared)
        let_go(&s->before);
    name_input(s);
}

/* Has the differential made of both sides, when they are there. */
static void compare(struct gf_session *s)
{
    struct gf_scene *before = s->next_before ? s->next_before : s->before;
    gf_session_submit(s, GF_WORKER,
                      gf_compare_job(before, s->after, s->app.lens.loaded, s->app.sides,
                                     &s->app.themes, GF_JOB_COMPARE),
                      false);
    let_go(&s->after);
}

/* Shows a scene as it is. */
static void show(struct gf_session *s, struct gf_scene *scene)
{
    struct gf_sides wanted = s->app.sides;
    bool two = gf_is_differential(&scene->profile->frames) && scene->final;
    gf_app_adopt(&s->app, scene);
    s->app.wishes.sides |= two && (wanted.normalize || wanted.widths != GF_WIDTHS_AFTER);
}

/* A scene of the side that is after, or of the only one. */
static void take_after(struct gf_session *s, struct gf_scene *scene)
{
    bool base = gf_reading_has_base(s->reading);
    if (base && scene->final) {
        let_go(&s->after);
        s->after = gf_scene_hold(scene);
    }
    if (s->again && (base || !scene->final)) /* what is shown stays until all is there */
        gf_scene_drop(scene);
    else
        show(s, scene);
    if (s->after && !s->base_due)
        compare(s);
}

/* The load of one side has ended well: on to the other, if that is to be read too. False when it
 * cannot be begun. */
static bool read_on(struct gf_session *s, struct gf_error *err)
{
    s->reading_base = s->base_due;
    s->base_due = false;
    if (!s->reading_base)
        return true;
    return gf_reading_base(s->reading, err);
}

/* The person has seen enough. Of what is read again nothing is shown before all is there. */
static void end_load(struct gf_session *s, struct gf_loader *loader)
{
    struct gf_wishes *w = &s->app.wishes;
    if (w->cancel_load || (w->enough && s->again))
        gf_loader_cancel(loader);
    else if (w->enough)
        gf_loader_enough(loader);
    w->enough = w->cancel_load = false;
}

/* Takes over what the loader has. False when the load failed. */
bool gf_session_follow_load(struct gf_session *s, struct gf_error *err)
{
    if (s->finding && (s->app.wishes.enough || s->app.wishes.cancel_load)) {
        s->app.wishes.enough = s->app.wishes.cancel_load = false;
        s->app.wishes.stop_job = GF_JOB_FILES;
    }
    if (!s->app.loading || s->finding)
        return true;
    struct gf_loader *loader = gf_reading_loader(s->reading);
    gf_loader_expect(loader, &s->app.look, atomic_load(&s->app.themes));
    end_load(s, loader);
    struct gf_loader_state state = gf_loader_watch(loader, err);
    bool stopped = state.failed && s->app.stopping && err->code == GF_ERR_CANCELLED;
    if (state.failed && !s->again && !stopped)
        return false;
    struct gf_scene *scene = gf_loader_take(loader);
    if (scene && !s->reading_base)
        take_after(s, scene);
    else if (scene && !scene->final)
        gf_scene_drop(scene);
    else if (scene) {
        let_go(&s->next_before);
        s->next_before = scene;
        compare(s);
    }
    bool ok = !state.failed && (!state.ended || read_on(s, err));
    bool on = ok && (!state.ended || s->reading_base);
    if (ok && state.ended) /* the other side is another load */
        s->app.stopping = false;
    gf_app_progress(&s->app, &state.progress, on);
    if (!ok && !s->again && !stopped)
        return false;
    if (stopped)
        gf_app_toast(&s->app, s->again ? "Stopped: all is as it was before" : "Stopped");
    else if (!ok)
        say_failure(&s->app, err);
    if (!ok && s->again) /* what was there before is still there */
        give_up_files(s);
    s->again = s->again && on;
    return true;
}

void gf_session_compared(struct gf_session *s, struct gf_job *job)
{
    struct gf_error err;
    struct gf_scene *scene = gf_compare_result(job, &err);
    s->app.changed = true;
    if (!scene) {
        gf_app_toast(&s->app, err.code == GF_ERR_CANCELLED
                                  ? "Comparing was stopped: all is as it was before"
                                  : err.message);
        give_up_files(s);
        return;
    }
    s->compared = true;
    if (s->next_before) {
        gf_scene_drop(s->before);
        s->before = s->next_before;
        s->next_before = NULL;
    }
    struct gf_sides made = scene->sides, wanted = s->app.sides;
    gf_app_adopt(&s->app, scene);
    s->app.wishes.sides |= made.widths != wanted.widths || made.normalize != wanted.normalize;
}

/* Holds on to what was read: it is what comes before the files that were dropped. */
static void begin_comparison(struct gf_session *s)
{
    if (s->before) /* and stays so: other files come after it */
        return;
    s->before = gf_scene_hold(s->app.read);
    s->compared = false;
}

void gf_session_find(struct gf_session *s)
{
    struct gf_app *app = &s->app;
    struct gf_wishes *w = &app->wishes;
    struct gf_error err;
    const char *const *dropped = (const char *const *)app->drops.paths;
    size_t n = app->drops.n;
    s->comparing = w->compare && app->read;
    struct gf_job *job =
        s->comparing ? gf_reading_compare(s->reading, dropped, n, GF_JOB_FILES, &err)
                     : gf_reading_again(s->reading, dropped, w->add ? n : 0, GF_JOB_FILES, &err);
    w->reload = w->add = w->compare = false;
    app->changed = true;
    if (job) {
        const struct gf_progress none = {0};
        gf_app_progress(app, &none, true);
        s->finding = s->again = true;
        gf_session_submit(s, GF_FINDER, job, false);
    } else {
        say_failure(app, &err);
    }
    if (!app->drops.asking)
        gf_drop_forget(app);
}

void gf_session_read(struct gf_session *s, struct gf_job *job)
{
    struct gf_app *app = &s->app;
    struct gf_error err;
    bool ok = gf_reading_go(s->reading, job, &err);
    s->finding = false;
    app->changed = true;
    if (ok && s->comparing)
        begin_comparison(s);
    s->base_due = ok && !s->comparing && gf_reading_has_base(s->reading);
    s->reading_base = s->reading_base && !ok;
    if (ok) /* of a comparison that was stopped between its sides */
        let_go(&s->after);
    app->loading = s->again = ok;
    app->stopping = app->stopping && ok;
    app->wishes.enough |= app->stopping; /* asked for when it had just found them all */
    app->stale = app->stale && !ok;
    if (!ok && err.code == GF_ERR_CANCELLED)
        gf_app_toast(app, "Stopped: all is as it was before");
    else if (!ok)
        say_failure(app, &err);
    name_input(s);
}

void gf_session_follow_files(struct gf_session *s)
{
    struct gf_app *app = &s->app;
    if (app->loading || app->stale || s->watching || app->now - s->looked_at < GF_LOOK_SECONDS)
        return;
    s->looked_at = app->now;
    struct gf_job *job = gf_reading_watch(s->reading, GF_JOB_WATCH);
    s->watching = job != NULL;
    gf_session_submit(s, GF_WATCHER, job, false);
}

void gf_session_seen_files(struct gf_session *s, const struct gf_job *job)
{
    s->watching = false;
    if (gf_reading_stale(s->reading, job) && !s->app.loading)
        gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_STALE});
}

bool gf_session_start(struct gf_session *s, struct gf_load *load, struct gf_error *err)
{
    const struct gf_view_params *p = s->params;
    const struct gf_reading_params params = {.paths = p->paths,
                                             .n = p->npaths,
                                             .base = p->base,
                                             .load = p->reload,
                                             .palette = p->palette,
                                             .wake = gf_window_wake};
    s->base_due = p->base != NULL;
    if (!gf_reading_start(load, &params, &s->reading, err))
        return false;
    name_input(s);
    return true;
}
