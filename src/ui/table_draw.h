/* Sizes of the table that scrolling needs to know. */
#ifndef GF_UI_TABLE_DRAW_H
#define GF_UI_TABLE_DRAW_H

#include "ui/app.h"

/* Device pixels. */
int32_t gf_table_row_height(double scale);
double gf_table_max_scroll(const struct gf_app *app);

#endif
