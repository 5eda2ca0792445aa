#include "ui/compare.h"

#include <stdlib.h>

#include "base/system.h"

struct job {
    struct gf_job job;
    struct gf_scene *before, *after; /* held */
    enum gf_order order;
    struct gf_scene *made;
    struct gf_error err;
};

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    const struct gf_diff_params params = {
        .order = j->order, .threads = gf_system_cores(), .meter = &job->meter};
    struct gf_profile *profile;
    if (gf_diff(j->before->profile, j->after->profile, &params, cancel, &profile, &j->err))
        gf_scene_make(profile, &(struct gf_palette){.mode = "diff"}, true, &j->made, &j->err);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_scene_drop(j->before);
    gf_scene_drop(j->after);
    gf_scene_drop(j->made);
    free(j);
}

struct gf_job *gf_compare_job(struct gf_scene *before, struct gf_scene *after, enum gf_order order,
                              int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .before = gf_scene_hold(before),
                      .after = gf_scene_hold(after),
                      .order = order};
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
