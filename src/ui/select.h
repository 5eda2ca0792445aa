/* The selected frame. Part of the app's state. */
#ifndef GF_UI_SELECT_H
#define GF_UI_SELECT_H

#include "ui/app.h"

/* Selects a frame; GF_NO_NODE: none. */
void gf_select(struct gf_app *app, uint32_t node);
/* Selects the caller, a callee or the frame beside, and shows it. */
void gf_select_move(struct gf_app *app, enum gf_direction to);
/* The selected frame, else the hovered one, else none. */
struct gf_spot gf_selected_or_hovered(const struct gf_app *app);

#endif
