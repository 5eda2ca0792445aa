/* Flattening trees whose ids are in pre-order, as they are when their samples came in the order of
 * a walk over the tree. A subtree is then a range of ids, so that nothing has to be linked: a pass
 * in the order of the ids gives sizes and, family by family, the order of siblings; a second one
 * brings all of a node to its place. Several such trees need not be merged first: the few call
 * paths that more than one of them has are looked up (flatten_join.c), everything else moves as it
 * is. */
#ifndef GF_MODEL_FLATTEN_PREORDER_H
#define GF_MODEL_FLATTEN_PREORDER_H

#include "model/flatten_recycle.h"
#include "model/tree_count.h"

/* What stands in ordered.size[]: the size of a node's subtree, and of a node without children the
 * depth of the node behind it instead. */
#define GF_LEAF      UINT32_C(0x80000000)
#define GF_SHARED    UINT32_C(0x40000000) /* in several trees; the edge has the place */
#define GF_SKIPPED   UINT32_C(0x20000000) /* and it is another's that is written down */
#define GF_SIZE_MASK UINT32_C(0x1fffffff)

/* Nodes between two of ordered.sums[]. */
#define GF_SUM_STEP 32u

/* Where the second pass may begin: the nodes from the root down to `node`, which comes next, are
 * those from path[at] on. */
struct gf_entry_point {
    uint32_t node, depth;
    size_t at;
};

/* A tree that is flattened. An edge's `parent` is the parent at first, then the distance of the
 * place from that of the parent. */
struct gf_ordered {
    struct gf_tree *tree;
    struct gf_edge *edges;
    uint64_t *self; /* weights of the first type: the bits in self_mask */
    uint32_t n;
    /* Either an array of its own or, where no weight needs them, the upper halves of the weights:
     * that is memory which need not be had first. */
    uint32_t *size;
    unsigned size_shift; /* a node's is size[node << size_shift] */
    uint64_t self_mask;
    uint64_t *sums;    /* of self weights of the first type, before every GF_SUM_STEP-th node */
    uint32_t *rank;    /* gf_flatten_rank_names */
    uint32_t *name_of; /* its name ids in the result's table; NULL: the same */
    uint32_t max_depth;
    uint32_t *path; /* node ids, later places */
    size_t npath, path_cap;
    struct gf_entry_point *points;
    size_t npoints, points_cap;
    uint32_t done; /* nodes that the first pass reached */
    bool arranged; /* their parents are gone */
};

struct gf_preorder {
    struct gf_flatten *f;
    struct gf_ordered *trees;
    unsigned n;
    bool packed;     /* sizes share their words with weights */
    bool count_only; /* places are not wanted */
    uint32_t widest; /* where several trees have a larger family, they have too much in common */
    struct gf_recycler recycler;
    atomic_bool scattered; /* some tree is not in pre-order */
    atomic_bool wide;      /* some has a family of more than `widest` */
    atomic_uint_fast64_t stacks;
};

static inline uint32_t *gf_ordered_word(const struct gf_ordered *o, uint32_t node)
{
    return &o->size[(size_t)node << o->size_shift];
}

static inline uint32_t gf_ordered_size(const struct gf_ordered *o, uint32_t node)
{
    uint32_t word = *gf_ordered_word(o, node);
    return word & GF_LEAF ? 1 : word & GF_SIZE_MASK;
}

static inline uint64_t gf_ordered_self(const struct gf_ordered *o, uint32_t node)
{
    return o->self[node] & o->self_mask;
}

/* gf_tree_count_stacks of nodes low to low + n - 1. */
static inline uint64_t gf_ordered_stacks(const struct gf_ordered *o, uint32_t low, uint32_t n)
{
    uint64_t stacks = 0;
    if (!o->size_shift)
        return gf_tree_count_stacks(o->tree, low, low + n);
    for (uint32_t i = low ? 0 : 1; i < n; i++)
        stacks += gf_ordered_self(o, low + i) != 0;
    return stacks;
}

/* flatten_join.c */

/* Finds the call paths that several trees have, gives them and their children places, and moves
 * their weights into one of the trees. Sets f->n. *fits is false, and nothing has changed, where
 * there are so many of them that merging comes cheaper. */
bool gf_preorder_join(struct gf_preorder *p, bool *fits, struct gf_error *err);

/* flatten_place.c */

/* Brings all nodes to their places, and frees the trees' nodes. */
bool gf_preorder_place(struct gf_preorder *p);

/* More entries than this are too many for joining `nodes` nodes in several trees: a sixteenth. */
static inline uint32_t gf_preorder_most_entries(uint32_t nodes)
{
    return 1024 + nodes / 16;
}

/* flatten_preorder.c */

/* (The first tree has nodes, where any has: it lends its names to the result.)
 * Does all up to gf_flatten_finish for trees whose ids are in pre-order. *done is false where some
 * are not, or where they have so much in common that they should be merged first: they are as they
 * were then. f->wide says that the merged one may well be in pre-order. */
bool gf_flatten_preorder(struct gf_flatten *f, struct gf_tree **trees, unsigned n, uint64_t *stacks,
                         bool *done, struct gf_error *err);

#endif
