/* Opening a file from within the window: a path that is typed, completed and added to the profile,
 * or compared with it. Part of the app's state. */
#ifndef GF_UI_OPEN_H
#define GF_UI_OPEN_H

#include "ui/app.h"
#include "ui/names.h"

/* Commands about the typed path; while it is typed, those that edit a line. False for others. */
bool gf_open_do(struct gf_app *app, const struct gf_act *act);
void gf_open_close(struct gf_app *app);
/* Lets go of what it holds. */
void gf_open_free(struct gf_app *app);

/* A job for what was asked for last: to complete the path, or to check it before it is read. NULL
 * without memory. */
struct gf_job *gf_open_job(struct gf_app *app, int kind);
/* Takes over what the job found; what is out of date by now is dropped. */
void gf_app_looked_up(struct gf_app *app, struct gf_names *names);

#endif
