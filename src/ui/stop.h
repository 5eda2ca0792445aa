/* Giving up what takes long: the state before stays. Part of the app's state. */
#ifndef GF_UI_STOP_H
#define GF_UI_STOP_H

#include "ui/app.h"

/* Notes what goes on beside the drawing for so long that it is worth saying; what NULL: nothing. */
void gf_app_busy(struct gf_app *app, struct gf_busy busy);

/* Gives up the innermost work but loading. False when there is none. */
bool gf_stop_work(struct gf_app *app);

/* Has the load end with what was read so far; when that is under way, at once, with what is shown.
 */
void gf_stop_load(struct gf_app *app);

/* Either of them. */
void gf_stop_any(struct gf_app *app);

/* The profile is only a part of what it should be. */
bool gf_app_incomplete(const struct gf_app *app);

#endif
