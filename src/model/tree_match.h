/* Which call paths two trees have in common. Internal to merging. */
#ifndef GF_MODEL_TREE_MATCH_H
#define GF_MODEL_TREE_MATCH_H

#include "model/tree.h"

struct gf_match {
    const struct gf_tree *from;
    struct gf_tree *into;   /* gets from's names */
    uint32_t *name_of;      /* from's name ids to into's */
    struct gf_map node_map; /* uint32_t: from's node ids to into's, plus 1; 0: into has no such */
};

/* Matches the trees m->into and m->from, which have no index, on up to `threads` threads. Meanwhile
 * takes 12 to 24 bytes for each node of `into` that does not stand behind its parent, which most
 * do, and 4 for those of `from` until gf_match_free, which is to be called in any case. */
bool gf_match_trees(struct gf_match *m, unsigned threads, struct gf_error *err);
void gf_match_free(struct gf_match *m);

#endif
