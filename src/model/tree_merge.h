/* Many trees into one. */
#ifndef GF_MODEL_TREE_MERGE_H
#define GF_MODEL_TREE_MERGE_H

#include "model/profile.h"
#include "model/tree.h"

/* Merges n >= 1 trees (same nvalues) on up to `threads` threads: pair by pair, pairs side by side,
 * the smaller of two into the larger. *all is the one of them that holds everything then; the
 * others are empty. Their memory is given back as their nodes move, so beside the trees themselves
 * merging two takes 12 bytes a node and 4 more for those of the smaller. The result is the same
 * tree for any order and number of trees and threads, but for the numbering of nodes and names,
 * which flattening settles. Fails when memory runs out (GF_ERR_NOMEM), with GF_ERR_LIMIT for more
 * than 2^32 - 1 nodes or a sum beyond 2^64 - 1; the trees are then to be freed only. */
bool gf_tree_merge_all(struct gf_tree **trees, size_t n, unsigned threads, struct gf_tree **all,
                       struct gf_error *err);

/* Counts what n >= 1 trees (same nvalues) hold together, as gf_tree_state and gf_tree_count do of
 * one tree. Merges them, but for the last two, of which it is enough to know what they have in
 * common; all are to be freed only. Fails like gf_tree_merge_all. */
bool gf_tree_count_all(struct gf_tree **trees, size_t n, unsigned threads,
                       struct gf_profile_stats *stats, struct gf_error *err);

/* Sets map[] (for the caller to free, also on failure) to the ids in into's table of from's names,
 * which are added to it. */
bool gf_tree_map_names(struct gf_tree *into, const struct gf_tree *from, uint32_t **map,
                       struct gf_error *err);

/* Brings all trees (same nvalues) to one unit and makes sure that no sum of them together overflows
 * (GF_ERR_LIMIT). */
bool gf_tree_align(struct gf_tree **trees, size_t n, struct gf_error *err);

#endif
