/* The frames of a profile, numbered in depth-first pre-order. Node 0 is the synthetic root. */
#ifndef GIGAFLAME_FRAME_H
#define GIGAFLAME_FRAME_H

#include <gigaflame/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gf_frame {
    const char *name; /* name_len bytes, any bytes, not terminated; valid while the profile lives */
    size_t name_len;
    uint64_t self, total; /* in units of 10^-decimals */
    uint64_t x;           /* weight left of the frame in the flame graph */
    uint32_t end; /* one past the last node of its subtree; node + 1 is its first child, if < end */
};

/* Nodes of the profile, the root included. */
GF_API uint32_t gf_profile_nodes(const struct gf_profile *profile);

/* Fills *out for a node below gf_profile_nodes. Returns 1, or 0 when there is no such node. */
GF_API int gf_profile_frame(const struct gf_profile *profile, uint32_t node, struct gf_frame *out);

#ifdef __cplusplus
}
#endif

#endif
