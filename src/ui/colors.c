#include "ui/colors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/diff.h"
#include "ui/adopt.h"
#include "ui/compare.h"

/* What one can come to look at without a job that makes it: the scene, the base, what was read, and
 * the differential with the widths of AFTER. */
enum { SCENES = 4 };

struct job {
    struct gf_job job;
    struct gf_palette look;
    int theme;
    const atomic_uint *themes;
    struct gf_scene *from[SCENES]; /* held; NULL: none, or the same as one before */
    struct gf_scene *read, *base;  /* made; NULL: they have these colours, or are the same */
    struct gf_error err;
};

static void list(const struct gf_app *app, struct gf_scene *out[SCENES])
{
    struct gf_scene *all[SCENES] = {app->read, app->base, app->scene,
                                    app->read ? gf_compare_origin(app->read) : NULL};
    for (int i = 0; i < SCENES; i++) {
        out[i] = all[i];
        for (int k = 0; k < i; k++)
            out[i] = all[k] == all[i] ? NULL : out[i];
    }
}

/* ---- the theme ---- */

static void note_themes(struct gf_app *app)
{
    atomic_store(&app->themes, 1u << app->dark | 1u << app->to_dark);
}

/* What was prepared for a theme is as large as half a profile. */
static void cool(struct gf_app *app, int theme)
{
    struct gf_scene *all[SCENES];
    list(app, all);
    for (int i = 0; i < SCENES; i++)
        if (all[i])
            gf_scene_cool(all[i], theme);
}

/* Shows the theme that is wanted, if all can be drawn in it. */
static void settle(struct gf_app *app)
{
    struct gf_scene *all[SCENES];
    list(app, all);
    bool ready = app->dark != app->to_dark;
    for (int i = 0; i < SCENES; i++)
        ready = ready && (!all[i] || gf_scene_is_warm(all[i], app->to_dark));
    if (ready) {
        for (int i = 0; i < SCENES; i++)
            if (all[i]) /* what matches has no colour */
                gf_layout_matches_move(gf_scene_scratch(all[i], app->dark),
                                       gf_scene_scratch(all[i], app->to_dark));
        app->dark = app->to_dark;
        app->changed = true;
        cool(app, !app->dark);
    }
    note_themes(app);
}

void gf_app_set_theme(struct gf_app *app, bool dark)
{
    app->dark = app->to_dark = dark;
    note_themes(app);
}

/* ---- the job ---- */

static bool wears(const struct gf_scene *read, const struct gf_scene *base,
                  const struct gf_palette *look)
{
    return gf_scene_wears(base, look) && gf_scene_wears(read, look);
}

bool gf_app_wants_colors(const struct gf_app *app)
{
    return app->base && (app->dark != app->to_dark || !wears(app->read, app->base, &app->look));
}

/* Makes all that there is ready for the theme. */
static void warm(struct job *j, const atomic_bool *cancel)
{
    struct gf_meter *meter = &j->job.meter;
    for (int i = 0; i < SCENES; i++)
        if (j->from[i] && !gf_scene_is_warm(j->from[i], j->theme))
            gf_meter_expect(meter, j->from[i]->profile->frames.n);
    for (int i = 0; i < SCENES; i++)
        if (j->from[i] && !gf_scene_warm(j->from[i], j->theme, cancel, meter, &j->err))
            return;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_scene *read = j->from[0], *base = j->from[1];
    if (wears(read, base ? base : read, &j->look)) {
        warm(j, cancel);
        return;
    }
    gf_meter_expect(&job->meter, read->profile->frames.n + (base ? base->profile->frames.n : 0));
    if (gf_scene_recolored(read, &j->look, &j->read, &j->err) &&
        (!base || gf_scene_recolored(base, &j->look, &j->base, &j->err)) &&
        gf_scene_warm_all(j->read, j->themes, cancel, &job->meter, &j->err) && base)
        gf_scene_warm_all(j->base, j->themes, cancel, &job->meter, &j->err);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    for (int i = 0; i < SCENES; i++)
        gf_scene_drop(j->from[i]);
    gf_scene_drop(j->read);
    gf_scene_drop(j->base);
    free(j);
}

/* What is shown is what is wanted. */
static void keep_colors(struct gf_app *app)
{
    app->look = app->base->colors[0].palette;
    app->to_dark = app->dark;
    note_themes(app);
}

struct gf_job *gf_colors_job(struct gf_app *app, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    app->coloring = j != NULL;
    if (!j) {
        keep_colors(app);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .look = app->look,
                      .theme = app->to_dark,
                      .themes = &app->themes};
    list(app, j->from);
    for (int i = 0; i < SCENES; i++)
        if (j->from[i])
            gf_scene_hold(j->from[i]);
    return &j->job;
}

bool gf_colors_stop(struct gf_app *app)
{
    if (!app->coloring)
        return false;
    keep_colors(app);
    app->wishes.stop_colors = true;
    return true;
}

/* Shows the scenes in other colours. What the layout keeps of the old ones is of no use, but of a
 * differential, whose widths may go back to theirs. */
static void replace(struct gf_app *app, struct job *j)
{
    struct gf_scene *base = j->base ? j->base : j->read;
    gf_layout_matches_move(gf_scene_scratch(app->base, app->dark),
                           gf_scene_scratch(base, app->dark));
    gf_scene_drop(app->read);
    app->read = gf_scene_hold(j->read);
    gf_adopt_base(app, gf_scene_hold(base));
    for (int i = 0; i < 2 && !gf_is_differential(&j->read->profile->frames); i++)
        for (int theme = 0; theme < GF_SCENE_THEMES && j->from[i]; theme++)
            gf_scene_cool(j->from[i], theme);
}

void gf_app_recolored(struct gf_app *app, struct gf_job *job)
{
    struct job *j = (struct job *)job;
    bool same =
        j->from[0] == app->read && (j->from[1] ? j->from[1] == app->base : app->base == app->read);
    app->coloring = false;
    if (j->err.code != GF_OK && j->err.code != GF_ERR_CANCELLED) {
        gf_app_toast(app, j->err.message);
        keep_colors(app);
    } else if (j->err.code == GF_OK && j->read && same &&
               wears(j->read, j->base ? j->base : j->read, &app->look)) {
        replace(app, j);
    }
    settle(app);
    if (app->dark == app->to_dark) /* it may have been for a theme that nobody wants any more */
        cool(app, !app->dark);
}

/* ---- commands ---- */

static bool is_diff(const struct gf_app *app)
{
    return app->read && gf_is_differential(&app->read->profile->frames);
}

/* The palette after the present one, or before it. */
static void next_palette(struct gf_app *app, bool forward)
{
    const char *const *names = gf_palette_names();
    const char *now = app->look.mode ? app->look.mode : "module";
    size_t n = 0, at = 0;
    while (names[n])
        n++;
    for (size_t i = 0; i < n; i++)
        at = strcmp(names[i], now) == 0 ? i : at;
    do {
        at = (at + (forward ? 1 : n - 1)) % n;
    } while (strcmp(names[at], "diff") == 0); /* there is one side only */
    app->look.mode = names[at];
}

static void say_colors(struct gf_app *app)
{
    char text[96];
    const char *blind = app->look.color_blind ? ", for any eye" : "";
    if (is_diff(app))
        snprintf(text, sizeof text, "Colours: %s",
                 app->look.negate ? "more is blue, less is orange"
                                  : "more is orange, less is blue");
    else
        snprintf(text, sizeof text, "Colours: %s%s", app->look.mode ? app->look.mode : "module",
                 blind);
    gf_app_toast(app, text);
}

bool gf_colors_do(struct gf_app *app, const struct gf_act *act)
{
    switch (act->what) {
    case GF_DO_THEME:
        app->to_dark = act->amount < 0 ? !app->to_dark : act->amount > 0;
        settle(app);
        break;
    case GF_DO_COLORS:
        if (is_diff(app))
            app->look.negate = !app->look.negate;
        else
            next_palette(app, act->amount >= 0);
        say_colors(app);
        break;
    case GF_DO_COLOR_BLIND:
        app->look.color_blind = !app->look.color_blind;
        if (is_diff(app))
            gf_app_toast(app, "The colours of a comparison stand apart for any eye");
        else
            say_colors(app);
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}
