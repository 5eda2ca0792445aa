/* Files dropped on the window. Part of the app's state. */
#ifndef GF_UI_DROP_H
#define GF_UI_DROP_H

#include "ui/app.h"

/* Commands about dropped files and about reading again. False for others. */
bool gf_drop_do(struct gf_app *app, const struct gf_act *act);
/* Forgets what was dropped. */
void gf_drop_forget(struct gf_app *app);

#endif
