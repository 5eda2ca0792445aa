/* What was seen through a lens is seen again when one comes back to it. Part of the app's state. */
#ifndef GF_UI_SIGHT_H
#define GF_UI_SIGHT_H

#include "ui/app.h"

/* Notes what is seen, before another lens is gone to. */
void gf_sight_keep(struct gf_app *app);

/* The scene of the lens is shown, all of it: goes to what was seen through it, if anything was. */
void gf_sight_restore(struct gf_app *app);

/* More of the lens is unfolded: the frame that was gone to may be there by now. */
void gf_sight_refine(struct gf_app *app);

#endif
