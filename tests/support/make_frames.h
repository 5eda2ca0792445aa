/* Frame arrays for tests, written down by hand instead of by the code under src/model. */
#ifndef GF_TEST_MAKE_FRAMES_H
#define GF_TEST_MAKE_FRAMES_H

#include "model/frames.h"

/* Nodes in pre-order; the first is the root (depth 0), its name is not used. */
struct made_node {
    uint32_t depth;
    const char *name;
    uint64_t self;
};

/* One value type. Aborts when memory runs out. Free with made_frames_free, not gf_frames_free. */
struct gf_frames make_frames(const struct made_node *nodes, uint32_t n);
void made_frames_free(struct gf_frames *frames);

#endif
