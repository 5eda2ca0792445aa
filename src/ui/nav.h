/* Moving about: views, gliding between them, and the way back. Part of the app's state. */
#ifndef GF_UI_NAV_H
#define GF_UI_NAV_H

#include "ui/app.h"

static inline struct gf_spot gf_nowhere(void)
{
    return (struct gf_spot){GF_NO_NODE, 0};
}

/* Where the view is going, or is. */
struct gf_view gf_nav_target(const struct gf_app *app);

/* Goes to `view`, gliding where that is wanted. */
void gf_nav_go(struct gf_app *app, struct gf_view view);

/* Moves the view on its way; returns whether there is more of it. */
bool gf_nav_glide(struct gf_app *app, double now);

/* Remembers the present place, before it is left. */
void gf_nav_remember(struct gf_app *app);
/* As gf_nav_remember, once for a run of small moves. */
void gf_nav_remember_run(struct gf_app *app);

void gf_nav_zoom_to(struct gf_app *app, uint32_t node);
void gf_nav_zoom_at(struct gf_app *app, double factor, double x);
/* What lies between two pixels of the window fills the width. */
void gf_nav_zoom_range(struct gf_app *app, double from, double to);
void gf_nav_pan(struct gf_app *app, double pixels);
void gf_nav_scroll(struct gf_app *app, double pixels);
void gf_nav_center(struct gf_app *app, double part);
void gf_nav_show_all(struct gf_app *app);
/* False when there is nowhere to go to. */
bool gf_nav_back(struct gf_app *app);
bool gf_nav_forward(struct gf_app *app);

/* Brings a frame into view that is outside of it or too thin to see. */
void gf_nav_reveal(struct gf_app *app, struct gf_spot spot);

/* The zoomed frame becomes the narrowest below it that reaches over all that is seen. */
void gf_nav_refocus(struct gf_app *app);

/* Puts the scroll back where rows are. */
void gf_nav_clamp_scroll(const struct gf_app *app, struct gf_view *view);

#endif
