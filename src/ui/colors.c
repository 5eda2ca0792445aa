#include "ui/colors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/diff.h"
#include "ui/adopt.h"

struct job {
    struct gf_job job;
    struct gf_palette look;
    bool dark;
    int32_t width, height;
    struct gf_scene *from_read, *from_base; /* held */
    struct gf_scene *read, *base;           /* made; base NULL: it is the same */
    struct gf_error err;
};

bool gf_app_wants_colors(const struct gf_app *app)
{
    return app->base &&
           (!gf_scene_wears(app->base, &app->look) || !gf_scene_wears(app->read, &app->look));
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    (void)cancel;
    if (!gf_scene_recolored(j->from_read, &j->look, &j->read, &j->err) ||
        (j->from_base != j->from_read &&
         !gf_scene_recolored(j->from_base, &j->look, &j->base, &j->err)))
        return;
    gf_scene_warm(j->base ? j->base : j->read, j->dark, (uint32_t)j->width, (uint32_t)j->height);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_scene_drop(j->from_read);
    gf_scene_drop(j->from_base);
    gf_scene_drop(j->read);
    gf_scene_drop(j->base);
    free(j);
}

struct gf_job *gf_colors_job(struct gf_app *app, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    app->coloring = j != NULL;
    if (!j) {
        app->look = app->base->colors[0].palette; /* as it is, then */
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .look = app->look,
                      .dark = app->dark,
                      .width = app->width,
                      .height = app->height,
                      .from_read = gf_scene_hold(app->read),
                      .from_base = gf_scene_hold(app->base)};
    return &j->job;
}

void gf_app_recolored(struct gf_app *app, struct gf_job *job)
{
    struct job *j = (struct job *)job;
    app->coloring = false;
    if (j->err.code != GF_OK) {
        gf_app_toast(app, j->err.message);
        app->look = app->base->colors[0].palette;
        return;
    }
    if (j->from_read != app->read || j->from_base != app->base)
        return;
    gf_scene_drop(app->read);
    app->read = gf_scene_hold(j->read);
    gf_adopt_base(app, gf_scene_hold(j->base ? j->base : j->read));
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
