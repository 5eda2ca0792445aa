/* Draw lists composed on the CPU, for drivers that have no GPU behind them: there a pixel that goes
 * through a fragment shader costs several nanoseconds and a quad a microsecond, where composing
 * moves memory. The picture comes in bands of rows that fit a core's cache, so that whoever takes
 * them (an upload, a file) finds them there. */
#ifndef GF_GL_SURFACE_H
#define GF_GL_SURFACE_H

#include "gl/labels.h"
#include "layout/drawlist.h"

/* Rects of a layer, then labels; of one batch. */
struct gf_surface_step {
    size_t first_rect, nrects, first_quad, nquads;
};

/* Reusable memory. {0} is empty. */
struct gf_surface {
    const struct gf_drawlist *list;
    struct gf_labels labels;
    struct gf_surface_step *steps;
    size_t nsteps, steps_cap;
};
void gf_surface_free(struct gf_surface *s);

/* Sets the labels of `list`, which is borrowed until the bands were taken. False with GF_ERR_LIMIT
 * when they cover more than GF_SURFACE_COVERAGE pixels together, which those of a layout can't. */
#define GF_SURFACE_COVERAGE ((size_t)1 << 30)
bool gf_surface_prepare(struct gf_surface *s, struct gf_text *text, const struct gf_drawlist *list,
                        struct gf_error *err);

/* Rows in a band of a picture `width` pixels wide. */
uint32_t gf_surface_band(uint32_t width);

/* Composes the pixel rows [y0, y1) into out[(y1 - y0) * width], top row first: bytes R, G, B, 255.
 * Bands may be composed on several threads at once. */
void gf_surface_compose(const struct gf_surface *s, uint32_t y0, uint32_t y1, uint32_t *out);

#endif
