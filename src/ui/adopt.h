/* Scenes taking the place of others. Part of the app's state. */
#ifndef GF_UI_ADOPT_H
#define GF_UI_ADOPT_H

#include "ui/app.h"

/* Takes over `base`: what is left of what was read, which the lens looks at. What was looked at
 * stays where it is, as far as it is still there. */
void gf_adopt_base(struct gf_app *app, struct gf_scene *base);

#endif
