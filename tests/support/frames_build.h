/* Small frame arrays for tests, made the plain way. */
#ifndef GF_TESTS_FRAMES_BUILD_H
#define GF_TESTS_FRAMES_BUILD_H

#include "model/frames.h"

/* One node in pre-order; the first is the root, of depth 0 and without a name. */
struct build_node {
    uint32_t depth, name;
    uint64_t self;
};

/* Frames of the given nodes, with names "f0", "f1", … up to the largest number used. Ends the
 * program when memory runs out. Free with frames_build_free. */
void frames_from_nodes(struct gf_frames *out, const struct build_node *nodes, uint32_t n);

/* Frames of folded lines "a;b;c 12\n"; siblings in the order of their first appearance. For little
 * text only. */
void frames_from_folded(struct gf_frames *out, const char *text);

/* Replaces the names. */
void frames_set_names(struct gf_frames *f, const char *const *names, uint32_t n);

void frames_build_free(struct gf_frames *f);

/* A random tree of n nodes, no deeper than `depth`, whose weights are up to 2^bits. */
void frames_random(struct gf_frames *out, uint64_t seed, uint32_t n, uint32_t depth, unsigned bits,
                   uint32_t names);

#endif
