/* A differential of two scenes, made beside the drawing. */
#ifndef GF_UI_COMPARE_H
#define GF_UI_COMPARE_H

#include "model/diff.h"
#include "ui/scene.h"
#include "ui/worker.h"

/* A job that makes the scene of what changed from `before` to `after`; NULL without memory. */
struct gf_job *gf_compare_job(struct gf_scene *before, struct gf_scene *after, enum gf_order order,
                              int kind);
/* What a done job made, now the caller's; NULL and *err when it failed. */
struct gf_scene *gf_compare_result(struct gf_job *job, struct gf_error *err);

#endif
