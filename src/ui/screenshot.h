/* A draw list as a PNG file. */
#ifndef GF_UI_SCREENSHOT_H
#define GF_UI_SCREENSHOT_H

#include "export/png.h"
#include "gl/renderer.h"

/* Writes the picture, `height` rows of width * 3 bytes, as PNG to `out`, which stays the caller's
 * to commit or abort. */
bool gf_screenshot_write(const uint8_t *rgb, uint32_t width, uint32_t height, const char *title,
                         struct gf_output *out, struct gf_error *err);

/* Draws `list` off-screen: width * 3 bytes for each of its rows, to be freed. NULL on failure.
 * Needs the context current. */
uint8_t *gf_screenshot_take(struct gf_renderer *renderer, const struct gf_drawlist *list,
                            struct gf_error *err);

/* Draws `list` off-screen and writes it to `path`, whole or not at all. Needs the context current.
 */
bool gf_screenshot(struct gf_renderer *renderer, const struct gf_drawlist *list, const char *title,
                   const char *path, struct gf_error *err);

#endif
