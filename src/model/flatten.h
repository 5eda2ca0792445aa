/* From the call tree to the frame array. */
#ifndef GF_MODEL_FLATTEN_H
#define GF_MODEL_FLATTEN_H

#include "model/load.h"
#include "model/tree.h"

/* What comes out of it. */
struct gf_flattened {
    struct gf_frames frames; /* value types are left empty for the caller to fill in */
    uint64_t stacks;         /* distinct ones */
    unsigned decimals;       /* weights are in units of 10^-decimals */
};

/* Flattens n >= 1 trees (same nvalues) as the one that they make together, with siblings in
 * `order`, on up to `threads` threads; the result is the same for any number of trees and threads.
 * The trees are consumed: their memory is taken apart and given back while the result grows, and
 * they are empty afterwards, also on failure. For one value type and names apart a node takes 20
 * bytes before and after. Where all trees have their ids in pre-order and little in common it is up
 * to 24 in between. Else they are merged first (tree_merge.h) and it is 28 at the most. Fails when
 * memory runs out (GF_ERR_NOMEM), and as merging does. */
bool gf_flatten_trees(struct gf_tree **trees, size_t n, enum gf_order order,
                      const struct gf_simd *simd, unsigned threads, struct gf_flattened *to,
                      struct gf_error *err);

/* Counts the nodes (the root included) and distinct stacks of the one tree that n >= 1 trees,
 * brought to one unit (gf_tree_align), make together. *done is false, and the trees are as they
 * were, where they have to be merged to know: where not all have their ids in pre-order and small
 * weights, or where they have much in common. Else they are then to be freed, but for names: the
 * first has those of all. Fails when memory runs out (GF_ERR_NOMEM). */
bool gf_flatten_count(struct gf_tree **trees, size_t n, unsigned threads, uint32_t *nodes,
                      uint64_t *stacks, bool *done, struct gf_error *err);

/* gf_flatten_trees for one tree. */
bool gf_flatten(struct gf_tree *t, enum gf_order order, const struct gf_simd *simd,
                unsigned threads, struct gf_frames *out, uint64_t *stacks, struct gf_error *err);

#endif
