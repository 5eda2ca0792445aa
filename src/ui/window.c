/* The loop: events to commands, the state to pictures, sleep in between. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ui/colors.h"
#include "ui/sandwich.h"
#include "ui/screenshot.h"
#include "ui/session.h"
#include "ui/settings.h"
#include "ui/state_json.h"

/* Seconds that the end of a cancelled load is waited for. */
#define STOP_SECONDS 1.0
/* A script looks this often whether what it waits for has come. */
#define SCRIPT_SECONDS 0.01
/* And a person is told this often how far it is. */
#define BUSY_LOOK 0.1

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
    if (!gf_session_start_work(s, err))
        return false;
    s->measure = gf_text_measure(s->text);
    gf_app_init(&s->app, &s->measure, p->input);
    s->app.lens.order = s->app.lens.loaded = p->order;
    gf_app_set_theme(&s->app, p->dark);
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
    now.dark = app->to_dark;
    now.inverted = app->inverted;
    now.order = app->lens.order;
    now.scale = app->user_scale;
    /* A session that ends has nobody to tell; the next one looks as this one began. */
    gf_settings_write(&before, &now, NULL);
}

static void close_all(struct gf_session *s, bool *stuck)
{
    *stuck = !gf_session_end_work(s);
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
    return !s->app.glide.on && !w->reload && !w->add && !w->compare && !w->search && !w->mark &&
           !w->narrow && !w->sides && !w->derive && !w->tabulate && !w->save_png && !w->save_svg &&
           !w->export && !w->look_up && !w->paste && !w->export_pprof &&
           !gf_app_wants_colors(&s->app) && !gf_session_is_working(s);
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
        if (!gf_state_print(&s->app, err))
            return false;
        s->app.pace.turn_worst = 0;
        return true;
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
    if (gf_session_is_working(s) && (look < 0 || look > BUSY_LOOK))
        look = BUSY_LOOK;
    return !s->app.toast[0] ? look : toast > 0.001 ? toast : 0.001;
}

/* A picture that was waited for since `woken`, or all else that kept one from coming. The first
 * ones come while everything is loaded and compiled. */
static void note_turn(struct gf_session *s, double woken)
{
    double took = gf_now() - woken;
    if (s->app.pace.pictures > 1 && took > s->app.pace.turn_worst)
        s->app.pace.turn_worst = took;
}

static bool loop(struct gf_session *s, struct gf_error *err)
{
    while (!s->app.wishes.quit) {
        struct gf_event event;
        gf_window_wait(s->window, rest(s));
        double woken = gf_now();
        gf_app_tick(&s->app, woken);
        if (s->params->stopped && s->params->stopped(s->params->ctx))
            return gf_fail(err, GF_ERR_CANCELLED, "interrupted");
        while (gf_window_next(s->window, &event))
            gf_input_event(&s->input, &s->app, &s->screen, &event);
        follow_window(s);
        if (!gf_session_follow_load(s, err) || !follow_script(s, err))
            return false;
        gf_session_follow_files(s);
        gf_session_work(s);
        gf_window_cursor(s->window, gf_input_cursor(&s->input, &s->app, &s->screen));
        if (s->app.changed && !draw(s, err))
            return false;
        note_turn(s, woken);
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
