/* The loop: events to commands, the state to pictures, sleep in between. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/colors.h"
#include "ui/compare.h"
#include "ui/copy.h"
#include "ui/sandwich.h"
#include "ui/save.h"
#include "ui/screenshot.h"
#include "ui/session.h"
#include "ui/settings.h"
#include "ui/state_json.h"
#include "ui/stop.h"

/* Seconds that the end of a cancelled load is waited for. */
#define STOP_SECONDS 1.0
/* A script looks this often whether what it waits for has come. */
#define SCRIPT_SECONDS 0.01

/* Work that takes this long is said, and how far it is, so often. */
#define BUSY_SECONDS 0.15
#define BUSY_LOOK    0.1

/* The steps of the command line become chips. */
static bool narrow_first(struct gf_session *s, struct gf_error *err)
{
    for (uint32_t i = 0; i < s->params->nsteps; i++) {
        const struct gf_narrow_step *step = &s->params->steps[i];
        char share[32];
        struct gf_narrow_cut cut = {.kind = step->kind, .percent = step->percent, .regex = true};
        if (step->kind == GF_NARROW_BELOW) {
            cut.n = (size_t)snprintf(share, sizeof share, "%g%%", step->percent);
            cut.text = share;
        } else if (gf_narrow_has_pattern(step->kind)) {
            cut.text = step->pattern.text;
            cut.n = step->pattern.n;
        }
        if (!gf_narrowing_add(&s->app.narrow, &cut, err))
            return false;
    }
    return true;
}

static bool open_all(struct gf_session *s, struct gf_error *err)
{
    const struct gf_view_params *p = s->params;
    char title[512];
    int n = snprintf(title, sizeof title, "%.400s \xe2\x80\x93 gigaflame", p->input);
    const struct gf_window_params window = {
        .title = n > 0 ? title : "gigaflame", .width = p->width, .height = p->height};
    if (p->script && !gf_script_read(p->script, &s->script, err))
        return false;
    if (!gf_text_open(&s->text, err) || !gf_window_open(&window, &s->window, err) ||
        !gf_renderer_create(gf_window_gl(s->window), s->text, &s->renderer, err))
        return false;
    if (!gf_worker_start(gf_window_wake, &s->searcher, err) ||
        !gf_worker_start(gf_window_wake, &s->narrower, err) ||
        !gf_worker_start(gf_window_wake, &s->deriver, err) ||
        !gf_worker_start(gf_window_wake, &s->worker, err))
        return false;
    s->measure = gf_text_measure(s->text);
    gf_app_init(&s->app, &s->measure, p->input);
    s->app.lens.order = s->app.lens.loaded = p->order;
    s->app.dark = p->dark;
    s->app.look = p->palette;
    s->app.inverted = p->inverted;
    s->app.sides = (struct gf_sides){p->widths, p->normalize};
    s->app.animate = !p->no_animation;
    s->app.user_scale = p->scale > 0 ? p->scale : 1;
    s->app.now = gf_now();
    if (!narrow_first(s, err))
        return false;
    if (p->note && p->note[0])
        gf_app_toast(&s->app, p->note);
    return true;
}

static void colors_of(const struct gf_palette *palette, struct gf_settings *out)
{
    out->has_colors = true;
    snprintf(out->colors, sizeof out->colors, "%s", palette->mode ? palette->mode : "module");
}

/* Keeps what was changed in the window for the next time. */
static void keep_settings(const struct gf_session *s)
{
    const struct gf_view_params *p = s->params;
    const struct gf_app *app = &s->app;
    struct gf_settings before = {.has_dark = true,
                                 .dark = p->dark,
                                 .has_inverted = true,
                                 .inverted = p->inverted,
                                 .has_order = true,
                                 .order = p->order,
                                 .has_scale = true,
                                 .scale = p->scale > 0 ? p->scale : 1,
                                 .has_color_blind = true,
                                 .color_blind = p->palette.color_blind};
    colors_of(&p->palette, &before);
    struct gf_settings now = before;
    colors_of(&app->look, &now);
    now.color_blind = app->look.color_blind;
    now.dark = app->dark;
    now.inverted = app->inverted;
    now.order = app->lens.order;
    now.scale = app->user_scale;
    /* A session that ends has nobody to tell; the next one looks as this one began. */
    gf_settings_write(&before, &now, NULL);
}

static void close_all(struct gf_session *s, bool *stuck)
{
    gf_worker_stop(s->searcher);
    gf_worker_stop(s->narrower);
    gf_worker_stop(s->deriver);
    gf_worker_stop(s->worker);
    gf_session_end_comparison(s);
    gf_screen_free(&s->screen);
    gf_renderer_destroy(s->renderer);
    if (!gf_reading_stop(s->reading, STOP_SECONDS))
        *stuck = true;
    /* The loader wakes the window until it is gone. One that is stuck sits in a read; the process
     * ends before it could wake anything. */
    gf_window_close(s->window);
    gf_app_free(&s->app);
    gf_text_close(s->text);
    gf_script_free(&s->script);
}

static void follow_window(struct gf_session *s)
{
    int w, h;
    gf_window_size(s->window, &w, &h);
    double scale = (double)gf_window_scale(s->window) * s->app.user_scale;
    if (w > 0 && h > 0 && (w != s->app.width || h != s->app.height))
        gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_RESIZE, .x = w, .y = h});
    if (scale != s->app.scale)
        gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_SCALE, .amount = scale});
}

void gf_session_submit(struct gf_worker *worker, struct gf_job *job, bool instead)
{
    if (job)
        gf_worker_do(worker, job, instead);
}

static void copy(struct gf_session *s, enum gf_copy what)
{
    char note[160];
    char *text = gf_copy_text(&s->app, what, note, sizeof note);
    if (text)
        gf_window_clipboard_set(s->window, text);
    if (note[0])
        gf_app_toast(&s->app, note);
    free(text);
}

/* The picture is taken here, where OpenGL is, and written beside the drawing. */
static void save(struct gf_session *s, enum gf_save_kind what)
{
    uint8_t *rgb = NULL;
    struct gf_drawlist *list = &s->screen.list;
    struct gf_error err;
    if (what == GF_SAVE_PNG) {
        if (!gf_screen_draw(&s->screen, &s->app, true, &err) ||
            !(rgb = gf_screenshot_take(s->renderer, list, &err))) {
            gf_app_toast(&s->app, err.message);
            return;
        }
        s->app.changed = true; /* what can be clicked is what is shown again */
    }
    gf_session_submit(
        s->worker, gf_save_job(&s->app, what, rgb, list->width, list->height, GF_JOB_SAVE), false);
}

static void take_narrowed(struct gf_session *s, struct gf_job *job)
{
    struct gf_narrowed made = gf_narrow_result(job);
    gf_app_narrowed(&s->app, &made);
}

static void take_sides(struct gf_session *s, struct gf_job *job)
{
    struct gf_error err;
    struct gf_scene *scene = gf_compare_result(job, &err);
    gf_app_sided(&s->app, scene, &err);
}

static void narrow(struct gf_session *s)
{
    struct gf_app *app = &s->app;
    struct gf_job *job = gf_narrow_job(&app->narrow, app->read, &app->look, app->dark,
                                       app->lens.loaded, GF_JOB_NARROW);
    app->narrow.working = job != NULL;
    app->changed = true;
    gf_session_submit(s->narrower, job, true);
}

/* Takes in what the workers have done. */
static void follow_work(struct gf_session *s)
{
    struct gf_job *job;
    while ((job = gf_worker_take(s->searcher)) || (job = gf_worker_take(s->narrower)) ||
           (job = gf_worker_take(s->deriver)) || (job = gf_worker_take(s->worker))) {
        if (job->kind == GF_JOB_SEARCH)
            gf_app_found(&s->app, gf_search_result(job));
        else if (job->kind == GF_JOB_COMPARE)
            gf_session_compared(s, job);
        else if (job->kind == GF_JOB_SIDES)
            take_sides(s, job);
        else if (job->kind == GF_JOB_NARROW)
            take_narrowed(s, job);
        else if (job->kind == GF_JOB_LENS)
            gf_app_derived(&s->app, gf_lens_result(job));
        else if (job->kind == GF_JOB_TABLE)
            gf_app_tabulated(&s->app, gf_table_result(job));
        else if (job->kind == GF_JOB_COLORS)
            gf_app_recolored(&s->app, job);
        else if (job->kind == GF_JOB_SAVE)
            gf_app_toast(&s->app, gf_save_message(job));
        job->free(job);
    }
}

/* Has the searcher look for all that was not found in this scene yet, the active text first. */
static void look_for(struct gf_session *s)
{
    const struct gf_searches *all = &s->app.searches;
    bool instead = true;
    for (unsigned k = 0; k < all->n; k++) {
        const struct gf_search *search = &all->items[(all->active + k) % all->n];
        const struct gf_found *found = search->found;
        if (search->line.n == 0 ||
            (found && found->serial == search->serial && found->scene == s->app.scene))
            continue;
        gf_session_submit(s->searcher, gf_search_job(search, s->app.scene, GF_JOB_SEARCH), instead);
        instead = false;
    }
}

static void grant(struct gf_session *s)
{
    struct gf_wishes *w = &s->app.wishes;
    struct gf_scene *scene = s->app.scene;
    if (scene && w->search)
        look_for(s);
    if (s->app.read && w->narrow)
        narrow(s);
    if (scene && w->derive)
        gf_session_submit(s->deriver, gf_app_lens_job(&s->app, &s->app.look, GF_JOB_LENS), true);
    else if (scene && w->index)
        gf_session_submit(s->deriver, gf_lens_index_job(s->app.base, GF_JOB_INDEX), false);
    if (s->app.read && w->sides)
        gf_session_submit(s->worker, gf_sides_job(s->app.read, s->app.sides, GF_JOB_SIDES), false);
    if (scene && w->tabulate)
        gf_session_submit(s->worker, gf_table_job(scene, s->app.base, GF_JOB_TABLE), false);
    if (scene && !s->app.coloring && gf_app_wants_colors(&s->app))
        gf_session_submit(s->worker, gf_colors_job(&s->app, GF_JOB_COLORS), false);
    if (scene && w->save_png)
        save(s, GF_SAVE_PNG);
    if (scene && w->save_svg)
        save(s, GF_SAVE_SVG);
    if (scene && w->export)
        save(s, GF_SAVE_FOLDED);
    if (scene && w->export_pprof)
        save(s, GF_SAVE_PPROF);
    if (!s->app.loading && (w->reload || w->add || w->compare))
        gf_session_read(s);
    w->sides = w->derive = w->index = w->narrow = w->search = w->tabulate = false;
    w->save_png = w->save_svg = w->export = w->export_pprof = false;
    if (w->fullscreen)
        gf_window_fullscreen(s->window, !gf_window_is_fullscreen(s->window));
    if (w->copy)
        copy(s, w->copy);
    w->fullscreen = false;
    w->copy = GF_COPY_NOTHING;
}

/* What is not wanted any more shall end. */
static void stop_work(struct gf_session *s)
{
    struct gf_wishes *w = &s->app.wishes;
    if (w->stop_narrowing)
        gf_worker_cancel(s->narrower, GF_JOB_NARROW);
    if (w->stop_lens)
        gf_worker_cancel(s->deriver, GF_JOB_LENS);
    if (w->stop_worker) {
        gf_worker_cancel(s->worker, GF_JOB_SAVE);
        gf_worker_cancel(s->worker, GF_JOB_COMPARE);
    }
    w->stop_narrowing = w->stop_lens = w->stop_worker = false;
}

/* Says what takes long. */
static void note_busy(struct gf_session *s)
{
    static const struct {
        const char *what;
        bool can_stop;
    } kinds[] = {[GF_JOB_SEARCH] = {"Searching", false}, [GF_JOB_TABLE] = {"Adding up", false},
                 [GF_JOB_SAVE] = {"Saving", true},       [GF_JOB_LENS] = {"Unfolding", true},
                 [GF_JOB_INDEX] = {NULL, false},         [GF_JOB_NARROW] = {"Narrowing", true},
                 [GF_JOB_COMPARE] = {"Comparing", true}, [GF_JOB_SIDES] = {"Comparing", false},
                 [GF_JOB_COLORS] = {"Colouring", false}};
    struct gf_worker *workers[] = {s->narrower, s->deriver, s->worker, s->searcher};
    struct gf_busy busy = {.share = -1};
    for (size_t i = 0; i < sizeof workers / sizeof *workers && !busy.what; i++) {
        struct gf_work work = gf_worker_watch(workers[i]);
        /* A lens that is shown goes on being unfolded; the header says that. */
        bool shown = work.kind == GF_JOB_LENS && s->app.shown_seq == s->app.lens.seq;
        if (!work.on || work.seconds < BUSY_SECONDS || shown)
            continue;
        busy = (struct gf_busy){.what = kinds[work.kind].what,
                                .share = work.share,
                                .bytes = work.kind == GF_JOB_SAVE ? work.done : 0,
                                .can_stop = kinds[work.kind].can_stop};
    }
    gf_app_busy(&s->app, busy);
}

static bool any_work(struct gf_session *s)
{
    return gf_worker_busy(s->searcher) || gf_worker_busy(s->narrower) ||
           gf_worker_busy(s->deriver) || gf_worker_busy(s->worker);
}

static bool draw(struct gf_session *s, struct gf_error *err)
{
    int w, h;
    gf_window_size(s->window, &w, &h);
    if (w <= 0 || h <= 0) /* minimised */
        return true;
    s->app.changed = false;
    double start = gf_now();
    if (!gf_screen_draw(&s->screen, &s->app, false, err) ||
        !gf_renderer_draw(s->renderer, &s->screen.list, err))
        return false;
    gf_window_swap(s->window);
    struct gf_pace *pace = &s->app.pace;
    pace->pictures++;
    pace->last = gf_now() - start;
    /* The first picture is made while everything is loaded and compiled. */
    if (s->shown && pace->last > pace->worst)
        pace->worst = pace->last;
    if (!s->shown)
        gf_window_show(s->window);
    s->shown = true;
    return true;
}

static bool shoot(struct gf_session *s, const char *path, struct gf_error *err)
{
    return gf_screen_draw(&s->screen, &s->app, false, err) &&
           gf_screenshot(s->renderer, &s->screen.list, s->params->input, path, err);
}

/* Nothing moves and nothing is worked on. */
static bool is_still(struct gf_session *s)
{
    const struct gf_wishes *w = &s->app.wishes;
    gf_app_unfold(&s->app);
    return !s->app.glide.on && !w->reload && !w->add && !w->compare && !w->search && !w->narrow &&
           !w->sides && !w->derive && !w->tabulate && !w->save_png && !w->save_svg && !w->export &&
           !w->export_pprof && !gf_app_wants_colors(&s->app) && !any_work(s);
}

static bool take_step(struct gf_session *s, const struct gf_step *step, struct gf_error *err)
{
    struct gf_act act = step->act;
    switch (step->kind) {
    case GF_STEP_EVENT:
        /* Clicks go to what is on the screen. */
        if (s->app.changed && !draw(s, err))
            return false;
        gf_input_event(&s->input, &s->app, &s->screen, &step->event);
        return true;
    case GF_STEP_ACT_PATH:
        act.node =
            s->app.scene ? gf_scene_path(&s->app.scene->profile->frames, step->text) : GF_NO_NODE;
        if (act.node == GF_NO_NODE) {
            gf_fail(err, GF_ERR_USAGE, "there is no frame %.200s", step->text);
            err->line = step->line;
            return gf_error_in(err, s->params->script);
        }
        gf_app_do(&s->app, &act);
        return true;
    case GF_STEP_ACT:
        act.text = step->text;
        gf_app_do(&s->app, &act);
        return true;
    case GF_STEP_SCREENSHOT:
        return shoot(s, step->text, err);
    case GF_STEP_STATE:
        return gf_state_print(&s->app, err);
    default:
        return true;
    }
}

static bool follow_script(struct gf_session *s, struct gf_error *err)
{
    const struct gf_step *step;
    while (!s->app.wishes.quit && (step = gf_script_next(&s->script, &s->app, is_still(s))) != NULL)
        if (!take_step(s, step, err))
            return false;
    bool over = gf_script_done(&s->script) && !s->app.loading && is_still(s);
    if (!s->params->screenshot || s->shot || !(over || s->app.wishes.quit))
        return true;
    s->shot = true;
    s->app.wishes.quit = true;
    return shoot(s, s->params->screenshot, err);
}

/* How long there is nothing to do. Negative: until something happens. */
static double rest(struct gf_session *s)
{
    if (s->app.changed || s->app.glide.on)
        return 0;
    double look = s->app.stale || s->app.loading ? -1 : GF_LOOK_SECONDS;
    double toast = s->app.toast[0] ? s->app.toast_until - gf_now() : look;
    if (!gf_script_done(&s->script))
        return SCRIPT_SECONDS;
    if (any_work(s) && (look < 0 || look > BUSY_LOOK))
        look = BUSY_LOOK;
    return !s->app.toast[0] ? look : toast > 0.001 ? toast : 0.001;
}

static bool loop(struct gf_session *s, struct gf_error *err)
{
    while (!s->app.wishes.quit) {
        struct gf_event event;
        gf_window_wait(s->window, rest(s));
        gf_app_tick(&s->app, gf_now());
        if (s->params->stopped && s->params->stopped(s->params->ctx))
            return gf_fail(err, GF_ERR_CANCELLED, "interrupted");
        while (gf_window_next(s->window, &event))
            gf_input_event(&s->input, &s->app, &s->screen, &event);
        follow_window(s);
        if (!gf_session_follow_load(s, err) || !follow_script(s, err))
            return false;
        gf_session_follow_files(s);
        follow_work(s);
        gf_app_unfold(&s->app);
        stop_work(s);
        grant(s);
        note_busy(s);
        gf_window_cursor(s->window, gf_input_cursor(&s->input, &s->app, &s->screen));
        if (s->app.changed && !draw(s, err))
            return false;
    }
    return true;
}

bool gf_view_run(struct gf_load *load, const struct gf_view_params *params, bool *stuck,
                 struct gf_error *err)
{
    struct gf_session *s = calloc(1, sizeof *s);
    *stuck = false;
    if (!s) {
        gf_loader_abandon(load);
        return gf_fail_nomem(err, sizeof *s);
    }
    s->params = params;
    bool ok = open_all(s, err);
    if (ok)
        ok = gf_session_start(s, load, err);
    else
        gf_loader_abandon(load);
    ok = ok && loop(s, err);
    /* Also when it was asked to end from outside. */
    bool interrupted = !ok && params->stopped && params->stopped(params->ctx);
    if ((ok || interrupted) && params->keep)
        keep_settings(s);
    close_all(s, stuck);
    free(s);
    return ok;
}
