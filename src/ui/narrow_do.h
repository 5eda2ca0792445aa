/* The commands of narrowing, and what follows from them. Part of the app's state. */
#ifndef GF_UI_NARROW_DO_H
#define GF_UI_NARROW_DO_H

#include "ui/app.h"

/* False for commands of others. */
bool gf_narrow_do(struct gf_app *app, const struct gf_act *act);

/* The steps have changed, or what they are taken on: what they leave has to be made. */
void gf_narrow_again(struct gf_app *app);

/* Whether steps are at work that gf_narrow_stop can give up. */
bool gf_narrow_can_stop(const struct gf_app *app);
/* Goes back to the steps that what is shown was made by. */
void gf_narrow_stop(struct gf_app *app);

/* Moves the mark for the keyboard over the chips: the steps, then the searches. */
void gf_chip_move(struct gf_app *app, bool forward);
/* Removes the chip that has the mark. */
void gf_chip_remove(struct gf_app *app);

#endif
