/* Other colours and the other theme, made ready beside the drawing. */
#ifndef GF_UI_COLORS_H
#define GF_UI_COLORS_H

#include "ui/app.h"
#include "ui/worker.h"

/* The commands about colours. False for commands of others. */
bool gf_colors_do(struct gf_app *app, const struct gf_act *act);

/* Looks through this theme from now on; for the start, before there is something to look at. */
void gf_app_set_theme(struct gf_app *app, bool dark);

/* Whether what is shown has other colours than are wanted. */
bool gf_app_wants_colors(const struct gf_app *app);

/* A job that gives what was read and what the narrowing left of it the colours that are wanted, or
 * makes all that is looked at ready for the theme that is; NULL without memory. There has to be
 * something, and no other such job. */
struct gf_job *gf_colors_job(struct gf_app *app, int kind);

/* Gives up that job: what is shown is what is wanted. False when there is none. */
bool gf_colors_stop(struct gf_app *app);

/* Takes over what a done job made; what has been replaced meanwhile is dropped. */
void gf_app_recolored(struct gf_app *app, struct gf_job *job);

#endif
