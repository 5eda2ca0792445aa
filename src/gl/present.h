/* Brings composed pictures (surface.h) to where they are wanted: a framebuffer, or bytes. */
#ifndef GF_GL_PRESENT_H
#define GF_GL_PRESENT_H

#include "gl/internal.h"
#include "gl/surface.h"

/* {0} is empty; needs the context current from the first use to gf_present_free. */
struct gf_present {
    struct gf_surface surface;
    GLuint texture, framebuffer; /* the picture, and what to copy it from */
    uint32_t width, height;      /* of the texture; 0: none yet */
    uint32_t *band;              /* pixels on their way */
    size_t band_cap;
};
void gf_present_free(struct gf_present *p);

/* Draws to the framebuffer object `target`, top row at the bottom as glReadPixels gives it first,
 * or with 0 to the window's, top row at the top. */
bool gf_present_draw(struct gf_present *p, struct gf_gl *gl, struct gf_text *text,
                     const struct gf_drawlist *list, GLuint target, struct gf_error *err);

/* Composes straight into width * height * 3 bytes, on as many cores as pay. */
bool gf_present_rgb(struct gf_present *p, struct gf_text *text, const struct gf_drawlist *list,
                    uint8_t *rgb, struct gf_error *err);

/* n pixels R, G, B, A in memory to n * 3 bytes. */
void gf_pack_rgb(const uint32_t *pixels, size_t n, uint8_t *rgb);

#endif
