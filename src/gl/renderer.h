/* Draws draw lists with OpenGL. Everything lies on whole pixels, so that the picture is the same on
 * every driver (blended colours may differ by one level). */
#ifndef GF_GL_RENDERER_H
#define GF_GL_RENDERER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "gl/context.h"
#include "layout/drawlist.h"
#include "text/text.h"

struct gf_renderer;

/* Compiles the shaders and makes the buffers in the current context. `gl` and `text` are borrowed.
 * Fails with GF_ERR_GL or GF_ERR_NOMEM. */
bool gf_renderer_create(struct gf_gl *gl, struct gf_text *text, struct gf_renderer **out,
                        struct gf_error *err);
/* Needs the context current. Accepts NULL. */
void gf_renderer_destroy(struct gf_renderer *r);

/* Draws to the default framebuffer of a window context (of the list's size), without swapping.
 * Fails with GF_ERR_GL, GF_ERR_NOMEM, or GF_ERR_LIMIT for a list larger than gf_gl_max_size. */
bool gf_renderer_draw(struct gf_renderer *r, const struct gf_drawlist *list, struct gf_error *err);

/* Draws off-screen and reads the picture back: rgb receives width * height * 3 bytes of the list's
 * size, top row first. Errors as gf_renderer_draw. The target is kept for the next list of its
 * size. */
bool gf_renderer_draw_to_rgb(struct gf_renderer *r, const struct gf_drawlist *list, uint8_t *rgb,
                             struct gf_error *err);

#endif
