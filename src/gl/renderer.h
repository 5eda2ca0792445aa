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

/* How pictures are made; they are the same but for a level of a blended colour. */
enum gf_renderer_path {
    GF_RENDERER_AUTO,    /* instances on a GPU, composed on a software renderer */
    GF_RENDERER_QUADS,   /* instanced quads, drawn by the driver */
    GF_RENDERER_COMPOSED /* on the CPU; the driver takes pixels */
};
/* Chooses the path of the pictures that follow: AUTO until then. */
void gf_renderer_use(struct gf_renderer *r, enum gf_renderer_path path);

/* Draws to the default framebuffer of a window context (of the list's size), without swapping.
 * Fails with GF_ERR_GL, GF_ERR_NOMEM, or GF_ERR_LIMIT for a list larger than gf_gl_max_size. */
bool gf_renderer_draw(struct gf_renderer *r, const struct gf_drawlist *list, struct gf_error *err);

/* Draws off-screen and waits until it is done: a window's frame without a window. */
bool gf_renderer_draw_offscreen(struct gf_renderer *r, const struct gf_drawlist *list,
                                struct gf_error *err);

/* Draws off-screen and reads the picture back: rgb receives width * height * 3 bytes of the list's
 * size, top row first. Errors as gf_renderer_draw. Composed pictures are
 * written where they are wanted, without a way through the driver. */
bool gf_renderer_draw_to_rgb(struct gf_renderer *r, const struct gf_drawlist *list, uint8_t *rgb,
                             struct gf_error *err);

#endif
