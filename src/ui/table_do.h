/* What is done in the table of functions, and where the keyboard is. Part of the app's state. */
#ifndef GF_UI_TABLE_DO_H
#define GF_UI_TABLE_DO_H

#include "ui/app.h"

/* Commands of the table and of what is picked, with a scene. False for others. */
bool gf_table_do(struct gf_app *app, const struct gf_act *act);

/* Whether keys go to the table: it is open and has them. */
bool gf_table_has_keys(const struct gf_app *app);
/* Rows that a page has; at least 1. */
int32_t gf_table_page(const struct gf_app *app);

/* Keeps the scroll within the rows. */
void gf_table_clamp(struct gf_app *app);
/* Notes where the picked function stands among the table's items. */
void gf_table_note_picked(struct gf_app *app);

#endif
