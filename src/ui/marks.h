/* The marks of searches and of the picked function as they are drawn. In a profile with dense rows
 * these are found beside the drawing; until that is done, what was drawn before stays. Part of the
 * app's state. */
#ifndef GF_UI_MARKS_H
#define GF_UI_MARKS_H

#include "ui/app.h"
#include "ui/worker.h"

/* What is to be marked may have changed: it is drawn from now on, or wished for. */
void gf_marks_refresh(struct gf_app *app);
/* Nothing is marked: there are other names from now on. */
void gf_marks_forget(struct gf_app *app);

/* A job that finds what is wished for. NULL where there is nothing to find ahead, and without
 * memory: then the picture finds it. There must be a scene. */
struct gf_job *gf_marks_job(struct gf_app *app, int kind);
/* Takes over what a done job found; what is not to be marked any more is dropped. */
void gf_app_marked(struct gf_app *app, struct gf_job *job);

#endif
