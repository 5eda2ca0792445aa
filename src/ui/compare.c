#include "ui/compare.h"

#include <stdlib.h>

#include "base/system.h"

struct job {
    struct gf_job job;
    struct gf_scene *before, *after; /* held; NULL: `made` of */
    struct gf_scene *of;             /* held: a differential; NULL: it is to be made */
    enum gf_order order;
    struct gf_sides sides;
    const atomic_uint *themes;
    struct gf_scene *made;
    struct gf_error err;
};

struct gf_scene *gf_compare_origin(struct gf_scene *scene)
{
    scene = scene->origin ? scene->origin : scene;
    return scene->twin ? scene->twin : scene;
}

static bool is_plain(struct gf_sides sides)
{
    return sides.widths == GF_WIDTHS_AFTER && !sides.normalize;
}

static bool same(struct gf_sides a, struct gf_sides b)
{
    return a.widths == b.widths && a.normalize == b.normalize;
}

static bool compare(struct job *j, const atomic_bool *cancel)
{
    const struct gf_profile *before = j->before->profile, *after = j->after->profile;
    const struct gf_diff_params params = {
        .order = j->order, .threads = gf_system_cores(), .meter = &j->job.meter};
    struct gf_profile *profile;
    return gf_diff(before, after, &params, cancel, &profile, &j->err) &&
           gf_scene_make(profile, &(struct gf_palette){.mode = "diff"}, true, &j->of, &j->err);
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    if (!j->of && !compare(j, cancel))
        return;
    bool fresh = j->before != NULL;
    struct gf_meter *meter = &job->meter;
    uint32_t n = j->of->profile->frames.n;
    if (is_plain(j->sides)) {
        j->made = gf_scene_hold(j->of);
    } else {
        gf_meter_expect(meter, n);
        fresh = gf_scene_of_sides(j->of, j->sides, cancel, &j->made, &j->err);
        gf_meter_did(meter, n);
    }
    if (!fresh || !j->made) /* another may be drawn from just now */
        return;
    struct gf_error err = {0};
    gf_meter_expect(meter, n);
    gf_scene_warm_all(j->made, j->themes, cancel, meter, &err);
    if (err.code == GF_ERR_CANCELLED) { /* what does not fit is drawn without */
        gf_scene_drop(j->made);
        j->made = NULL;
        j->err = err;
    }
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_scene_drop(j->before);
    gf_scene_drop(j->after);
    gf_scene_drop(j->of);
    gf_scene_drop(j->made);
    free(j);
}

struct gf_job *gf_compare_job(struct gf_scene *before, struct gf_scene *after, enum gf_order order,
                              struct gf_sides sides, const atomic_uint *themes, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .before = gf_scene_hold(before),
                      .after = gf_scene_hold(after),
                      .order = order,
                      .sides = sides,
                      .themes = themes};
    return &j->job;
}

struct gf_job *gf_sides_job(struct gf_scene *differential, struct gf_sides sides,
                            const atomic_uint *themes, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .of = gf_scene_hold(gf_compare_origin(differential)),
                      .sides = sides,
                      .themes = themes};
    return &j->job;
}

struct gf_scene *gf_compare_result(struct gf_job *job, struct gf_error *err)
{
    struct job *j = (struct job *)job;
    struct gf_scene *made = j->made;
    *err = j->err;
    j->made = NULL;
    return made;
}

/* ---- the state ---- */

void gf_app_sided(struct gf_app *app, struct gf_scene *scene, const struct gf_error *err)
{
    if (!scene) {
        gf_app_toast(app,
                     err->code == GF_ERR_CANCELLED ? "The widths stay as they are" : err->message);
        if (app->read)
            app->sides = app->read->sides;
        return;
    }
    if (!app->read || !same(scene->sides, app->sides) ||
        gf_compare_origin(scene) != gf_compare_origin(app->read) || scene == app->read)
        gf_scene_drop(scene);
    else
        gf_app_adopt(app, scene);
}

/* Says why it cannot be; NULL: it can. */
static const char *obstacle(const struct gf_app *app)
{
    if (!app->read || !gf_is_differential(&app->read->profile->frames))
        return "Nothing to compare with: open a second profile (Ctrl-O)";
    return app->loading ? "Still reading" : NULL;
}

bool gf_compare_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_sides *sides = &app->sides;
    if (act->what != GF_DO_WIDTHS && act->what != GF_DO_NORMALIZE)
        return false;
    const char *why = obstacle(app);
    app->changed = true;
    if (why) {
        gf_app_toast(app, why);
        return true;
    }
    if (act->what == GF_DO_NORMALIZE)
        sides->normalize = !sides->normalize;
    else if (act->amount >= GF_WIDTHS_AFTER && act->amount <= GF_WIDTHS_BOTH)
        sides->widths = (enum gf_widths)(int)act->amount;
    else
        sides->widths = sides->widths == GF_WIDTHS_BOTH ? GF_WIDTHS_AFTER : sides->widths + 1;
    app->wishes.sides = true;
    return true;
}
