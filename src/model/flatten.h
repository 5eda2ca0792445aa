/* From the call tree to the frame array. */
#ifndef GF_MODEL_FLATTEN_H
#define GF_MODEL_FLATTEN_H

#include "model/load.h"
#include "model/tree.h"

/* Flattens `t` with siblings in `order`. Counts distinct stacks into *stacks. The tree is consumed:
 * its memory is given back piece by piece, so that the two are never there in full at once, and is
 * empty afterwards, also on failure. */
bool gf_flatten(struct gf_tree *t, enum gf_order order, const struct gf_simd *simd,
                struct gf_frames *out, uint64_t *stacks, struct gf_error *err);

#endif
