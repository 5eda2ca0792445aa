/* How wide text is, without knowing about fonts: text/ fills this in, layout/ asks. */
#ifndef GF_BASE_MEASURE_H
#define GF_BASE_MEASURE_H

#include <stdint.h>

struct gf_measure {
    void *ctx;
    /* Advance in pixels of `codepoint` at `px` pixels per em, after `previous` (0: none) for
     * kerning. */
    float (*advance)(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px);
};

/* The size at which labels fit rows of `row` pixels: what is wanted, or less; 0 where none can be
 * read. */
static inline unsigned gf_label_px(unsigned wanted, unsigned row)
{
    unsigned most = row - row / 8;
    unsigned px = wanted < most ? wanted : most;
    return px < 5 ? 0 : px;
}

#endif
