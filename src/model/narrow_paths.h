/* The steps of narrowing that look at one stack at a time: all but `below`. */
#ifndef GF_MODEL_NARROW_PATHS_H
#define GF_MODEL_NARROW_PATHS_H

#include "model/narrow.h"
#include "model/tree.h"

/* Takes n checked steps, none of them `below`, on every stack of `from`, in one pass in pre-order,
 * and makes the tree of what is left, to be freed also on failure. Adds the weight of value type 0
 * that each step dropped to dropped[0..n), and fills functions[0..n). The tree shares the budget of
 * `from`. */
bool gf_narrow_paths(const struct gf_profile *from, const struct gf_narrow_step *steps, uint32_t n,
                     struct gf_meter *meter, const atomic_bool *cancel, struct gf_tree *tree,
                     uint64_t *dropped, uint32_t *functions, struct gf_error *err);

#endif
