/* Comparing: differentials made beside the drawing, and what their widths are. */
#ifndef GF_UI_COMPARE_H
#define GF_UI_COMPARE_H

#include "ui/app.h"
#include "ui/worker.h"

/* A job that makes the scene of what changed from `before` to `after`, with these widths,
 * warm in `themes` (gf_scene_warm_all), which is borrowed; NULL without memory. */
struct gf_job *gf_compare_job(struct gf_scene *before, struct gf_scene *after, enum gf_order order,
                              struct gf_sides sides, const atomic_uint *themes, int kind);
/* A job that makes the scene of a differential with other widths; NULL without memory. */
struct gf_job *gf_sides_job(struct gf_scene *differential, struct gf_sides sides,
                            const atomic_uint *themes, int kind);
/* What a done job of either kind made, now the caller's; NULL and *err when it failed. */
struct gf_scene *gf_compare_result(struct gf_job *job, struct gf_error *err);

/* The scene as it was compared, with the widths of AFTER, in the colours that it had then. */
struct gf_scene *gf_compare_origin(struct gf_scene *scene);

/* Takes over what gf_sides_job made; of other widths than those that are wanted by now it is
 * dropped. */
void gf_app_sided(struct gf_app *app, struct gf_scene *scene, const struct gf_error *err);

/* Commands of a comparison, with a scene. False for others. */
bool gf_compare_do(struct gf_app *app, const struct gf_act *act);

#endif
