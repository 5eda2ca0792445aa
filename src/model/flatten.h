/* From the call tree to the frame array. */
#ifndef GF_MODEL_FLATTEN_H
#define GF_MODEL_FLATTEN_H

#include "model/load.h"
#include "model/tree.h"

/* Flattens `t` with siblings in `order`, on up to `threads` threads; the result is the same for any
 * number of them. Counts distinct stacks into *stacks. The tree is consumed: its memory is taken
 * apart and given back while the result grows (24 bytes a node at the most where ids are nearly in
 * pre-order, 28 where they are scattered, for one value type and names apart), and it is empty
 * afterwards, also on failure. Fails when memory runs out (GF_ERR_NOMEM). The value types of the
 * result are left empty for the caller to fill in. */
bool gf_flatten(struct gf_tree *t, enum gf_order order, const struct gf_simd *simd,
                unsigned threads, struct gf_frames *out, uint64_t *stacks, struct gf_error *err);

#endif
