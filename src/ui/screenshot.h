/* A draw list as a PNG file. */
#ifndef GF_UI_SCREENSHOT_H
#define GF_UI_SCREENSHOT_H

#include "gl/renderer.h"

/* Draws `list` off-screen and writes it to `path`, whole or not at all. Needs the context current.
 */
bool gf_screenshot(struct gf_renderer *renderer, const struct gf_drawlist *list, const char *title,
                   const char *path, struct gf_error *err);

#endif
