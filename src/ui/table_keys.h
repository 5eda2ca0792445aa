/* Keys of the table of functions. Internal to ui/. */
#ifndef GF_UI_TABLE_KEYS_H
#define GF_UI_TABLE_KEYS_H

#include "gl/context_glfw.h"
#include "ui/app.h"

/* A key went down while the table has the keyboard. While a search is typed the table only takes
 * the keys that a line has no use for. False for keys that mean here what they mean elsewhere. */
bool gf_table_key(struct gf_app *app, const struct gf_event *event);

#endif
