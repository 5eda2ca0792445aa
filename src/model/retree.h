/* A profile made out of another one: what every such way has in common. The names go over, a tree
 * of the new paths is built by whoever knows them, and the rest stays what it was. */
#ifndef GF_MODEL_RETREE_H
#define GF_MODEL_RETREE_H

#include "model/load.h"
#include "model/profile.h"
#include "model/tree.h"

/* Makes `tree` one that is to hold paths of `from`: with no node but the root, nvalues value types,
 * the same decimals, and every name of `from` under the id that it has there. Freed by the caller,
 * also on failure (GF_ERR_NOMEM). */
bool gf_retree_begin(const struct gf_profile *from, uint32_t nvalues, struct gf_tree *tree,
                     struct gf_error *err);

/* Adds the self weights of `node` of `from` to the tree's node `to`. */
bool gf_retree_add_self(struct gf_tree *tree, uint32_t to, const struct gf_frames *from,
                        uint32_t node, struct gf_error *err);

/* Flattens the tree, which no path may be deeper in than in `from`, on up to `threads` threads, to
 * a new profile with the value types and the origin of `from`, which shares its budget. The tree is
 * empty afterwards, also on failure (GF_ERR_NOMEM); it may still be freed. */
bool gf_retree_finish(struct gf_tree *tree, const struct gf_profile *from, enum gf_order order,
                      unsigned threads, struct gf_profile **out, struct gf_error *err);

#endif
