/* Sizes of the table that scrolling needs to know. */
#ifndef GF_UI_TABLE_DRAW_H
#define GF_UI_TABLE_DRAW_H

#include "ui/app.h"

/* Device pixels: of the table where it stands beside the graph, and of its rows. */
int32_t gf_table_width(const struct gf_app *app);
int32_t gf_table_row_height(double scale);
double gf_table_max_scroll(const struct gf_app *app);

#endif
