/* What a call tree says about its profile before, or instead of, its frame array. */
#ifndef GF_MODEL_TREE_COUNT_H
#define GF_MODEL_TREE_COUNT_H

#include "model/profile.h"
#include "model/tree.h"

/* Sets what the tree knows of itself: totals, call paths and the greatest depth. */
void gf_tree_state(const struct gf_tree *t, struct gf_profile_stats *stats);

/* Counts distinct stacks, in a pass over all nodes on up to `threads` threads, and functions. Of a
 * loaded tree, whose every name is borne by a node. */
void gf_tree_count(const struct gf_tree *t, unsigned threads, struct gf_profile_stats *stats);

/* Whether a stack ends at the node: one that has weight of any type, or was given with none. */
static inline bool gf_tree_ends_stack(const struct gf_tree *t, uint32_t node)
{
    uint64_t any = 0;
    for (uint32_t v = 0; v < t->nvalues; v++)
        any |= ((const uint64_t *)t->self[v].data)[node];
    return any || gf_tree_zero_stack(t, node);
}

/* Distinct stacks that end at nodes low to high - 1. */
uint64_t gf_tree_count_stacks(const struct gf_tree *t, uint32_t low, uint32_t high);

#endif
