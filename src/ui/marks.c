#include "ui/marks.h"

#include <stdlib.h>
#include <string.h>

struct job {
    struct gf_job job;
    struct gf_scene *scene; /* held */
    struct gf_marks marks;  /* owned */
    uint64_t serial;
    struct gf_layout_matches *matches;
};

const uint8_t *gf_app_matched(const struct gf_app *app)
{
    return app->marks.names;
}

static const uint8_t *wanted(const struct gf_app *app)
{
    return app->picked_marks ? app->picked_marks : app->searches.marks;
}

/* One search needs no colour to be told from others. */
static bool keeps_fills(const struct gf_app *app)
{
    return app->picked_marks || gf_searches_valid(&app->searches, app->scene) <= 1;
}

/* A copy of what is wanted. Without memory nothing is marked. */
static struct gf_marks copy(const struct gf_app *app)
{
    uint32_t n = app->scene->profile->frames.names.n;
    struct gf_marks marks = {malloc((size_t)n + 1), keeps_fills(app)};
    if (marks.names)
        memcpy(marks.names, wanted(app), n);
    return marks;
}

static void show(struct gf_app *app, struct gf_marks marks)
{
    free(app->marks.names);
    app->marks = marks;
    app->wishes.mark = false;
    app->changed = true;
}

void gf_marks_forget(struct gf_app *app)
{
    app->marks_serial++;
    show(app, (struct gf_marks){0});
}

/* Whether what is drawn is what is wanted. */
static bool is_drawn(const struct gf_app *app)
{
    return app->marks.names && app->marks.keep_fills == keeps_fills(app) &&
           memcmp(app->marks.names, wanted(app), app->scene->profile->frames.names.n) == 0;
}

void gf_marks_refresh(struct gf_app *app)
{
    if (!app->scene || !wanted(app)) {
        gf_marks_forget(app);
        return;
    }
    app->marks_serial++; /* what is being found is not wanted any more */
    app->wishes.mark = false;
    if (is_drawn(app))
        return;
    if (gf_layout_is_dense(&app->scene->profile->frames))
        app->wishes.mark = true;
    else
        show(app, copy(app));
}

/* ---- the job ---- */

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    /* Without memory the picture tries it again, and says so. */
    gf_layout_matches_find(j->matches, &j->scene->profile->frames, 0, j->marks.names, cancel, NULL);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_scene_drop(j->scene);
    gf_layout_matches_free(j->matches);
    free(j->marks.names);
    free(j);
}

struct gf_job *gf_marks_job(struct gf_app *app, int kind)
{
    struct gf_marks marks = copy(app);
    struct job *j = calloc(1, sizeof *j);
    struct gf_layout_matches *matches =
        gf_layout_matches_begin(gf_scene_scratch(app->scene, app->dark));
    if (!j || !matches || !marks.names) {
        free(j);
        gf_layout_matches_free(matches);
        show(app, marks);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .scene = gf_scene_hold(app->scene),
                      .marks = marks,
                      .serial = app->marks_serial,
                      .matches = matches};
    return &j->job;
}

void gf_app_marked(struct gf_app *app, struct gf_job *job)
{
    struct job *j = (struct job *)job;
    if (j->serial != app->marks_serial)
        return;
    gf_layout_matches_take(j->matches, gf_scene_scratch(app->scene, app->dark));
    show(app, j->marks);
    j->marks.names = NULL;
}
