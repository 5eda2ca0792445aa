/* Finding: the searches and the picked function. Part of the app's state.
 */
#ifndef GF_UI_FIND_H
#define GF_UI_FIND_H

#include "ui/app.h"

/* Commands of the searches, which need no scene. False for others. */
bool gf_find_do_search(struct gf_app *app, const struct gf_act *act);

/* Commands that go from match to match, with a scene. False for others. */
bool gf_find_do_match(struct gf_app *app, const struct gf_act *act);

/* Makes the frames of a name stand out; GF_NO_NAME: of none. */
void gf_find_pick(struct gf_app *app, uint32_t name);

/* What the searches found has changed, or which of them there are. */
void gf_find_refresh(struct gf_app *app);

#endif
