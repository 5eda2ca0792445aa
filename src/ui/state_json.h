/* The app's state for scripts. */
#ifndef GF_UI_STATE_JSON_H
#define GF_UI_STATE_JSON_H

#include "ui/app.h"

/* Prints the state as one line of JSON on standard output. */
bool gf_state_print(const struct gf_app *app, struct gf_error *err);

#endif
