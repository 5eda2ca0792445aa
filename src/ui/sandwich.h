/* What is particular to looking at a function between its callers and callees, and to lenses that
 * are unfolded as they are looked at. Part of the app's state. */
#ifndef GF_UI_SANDWICH_H
#define GF_UI_SANDWICH_H

#include "ui/app.h"

/* Whether a sandwich is shown. */
bool gf_in_sandwich(const struct gf_app *app);

/* Whether rows go down from the root. In a sandwich callers always stand above and callees below,
 * and rows are moved as in a flame graph. */
bool gf_root_on_top(const struct gf_app *app);

/* Pixels from the top of the graph to the row of the function, unscrolled: that row is in the
 * middle. */
int32_t gf_sandwich_band(struct gf_box graph, int32_t pitch);

/* The scroll at which a row is seen well: `scroll`, if it is there already. */
double gf_sandwich_scroll_for(const struct gf_app *app, double scroll, struct gf_spot spot);

/* The frame above or below another on the screen, its first callers or callees if there are any;
 * GF_NO_NODE when there is none. */
uint32_t gf_sandwich_step(const struct gf_app *app, struct gf_spot from, bool up);

/* A job that makes the scene of the lens, or more of it; NULL without memory. What is looked at
 * counts as asked for. */
struct gf_job *gf_app_lens_job(struct gf_app *app, const struct gf_palette *palette, int kind);

/* Wishes for more of the lens where what is looked at may still be folded. To be called when
 * commands have been done. */
void gf_app_unfold(struct gf_app *app);

#endif
