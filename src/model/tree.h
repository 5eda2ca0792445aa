/* The call tree under construction: nodes in order of creation, so that a parent's id is always
 * below its children's, 8 bytes of edge and 8 of self weight per value type each. There are no
 * links to children: whoever needs to find one knows that it must be new (builder.c), or asks the
 * index, a keyless hash table of node ids that exists only from the first question on. */
#ifndef GF_MODEL_TREE_H
#define GF_MODEL_TREE_H

#include "base/budget.h"
#include "base/vec.h"
#include "decode/sink.h"
#include "model/intern.h"

struct gf_edge {
    uint32_t parent, name;
};

#define GF_ROOT 0u

struct gf_tree {
    struct gf_map edges;       /* struct gf_edge [n] */
    struct gf_map *self;       /* [nvalues] of uint64_t [n] */
    struct gf_map index;       /* uint32_t node ids; 0 is free */
    struct gf_map zero_stacks; /* a bit per node: a stack of weight 0 ended here; may be shorter */
    uint32_t n;                /* nodes, the root included */
    uint32_t nvalues;
    uint32_t room;            /* nodes that bytes of the budget were taken for; 0: any */
    struct gf_budget *budget; /* borrowed; gf_tree_share */
    uint64_t taken;           /* bytes of it */
    uint32_t index_mask;      /* slots - 1; 0 while there is no index */
    uint32_t max_depth;       /* most frames in a stack */
    unsigned decimals;        /* weights are in units of 10^-decimals */
    uint64_t seed;
    uint64_t *sum; /* [nvalues] all self weights together: bounds every sum in the tree */
    struct gf_intern names;
};

bool gf_tree_init(struct gf_tree *t, uint32_t nvalues, struct gf_error *err);
void gf_tree_free(struct gf_tree *t);

/* Bytes that a tree of n nodes takes at the most on its way to a frame array: itself and that. What
 * finds nodes in the tree is gone before the other is there, and is no larger. */
static inline uint64_t gf_tree_cost(uint64_t n, uint32_t nvalues)
{
    return n * (sizeof(struct gf_edge) + 3 * sizeof(uint32_t) + 2 * nvalues * sizeof(uint64_t));
}

/* Has the tree, which has all of its names, take what it costs from `budget` (NULL: no limit) as it
 * grows; adding nodes fails with GF_ERR_LIMIT where it leaves too little. gf_tree_free gives it
 * back. */
bool gf_tree_share(struct gf_tree *t, struct gf_budget *budget, struct gf_error *err);

/* Gives the names of `from`, which is to be freed, to `to`, which has none. */
void gf_tree_move_names(struct gf_tree *from, struct gf_tree *to);

static inline const struct gf_edge *gf_tree_edges(const struct gf_tree *t)
{
    return t->edges.data;
}

/* Adds a child that the caller knows is not there. False when memory or ids run out. */
bool gf_tree_append(struct gf_tree *t, uint32_t parent, uint32_t name, uint32_t *node,
                    struct gf_error *err);

/* Makes room for n more nodes: the caller may fill their edges in and add n to t->n. The tree must
 * have no index. */
bool gf_tree_reserve(struct gf_tree *t, size_t n, struct gf_error *err);

/* The child of `parent` with this name, through the index, or added to it (*is_new). */
bool gf_tree_child(struct gf_tree *t, uint32_t parent, uint32_t name, uint32_t *node, bool *is_new,
                   struct gf_error *err);

/* Adds weights in units of 10^-decimals to a node; the tree changes its own unit when it must. A
 * sum beyond 2^64 - 1 is GF_ERR_LIMIT. */
bool gf_tree_add_any(struct gf_tree *t, uint32_t node, const uint64_t *values, unsigned decimals,
                     struct gf_error *err);

static inline bool gf_tree_add(struct gf_tree *t, uint32_t node, const uint64_t *values,
                               unsigned decimals, struct gf_error *err)
{
    uint64_t sum;
    if (t->nvalues != 1 || decimals != t->decimals || values[0] == 0 ||
        __builtin_add_overflow(t->sum[0], values[0], &sum))
        return gf_tree_add_any(t, node, values, decimals, err);
    t->sum[0] = sum;
    ((uint64_t *)t->self[0].data)[node] += values[0];
    return true;
}

/* Whether a stack of weight 0 ended at this node. */
static inline bool gf_tree_zero_stack(const struct gf_tree *t, uint32_t node)
{
    return node / 8 < t->zero_stacks.cap &&
           ((const uint8_t *)t->zero_stacks.data)[node / 8] >> node % 8 & 1;
}

/* Brings the tree to the finer unit 10^-decimals. */
bool gf_tree_rescale(struct gf_tree *t, unsigned decimals, struct gf_error *err);

/* Children by parent: those of p are list[first[p]] .. list[first[p + 1] - 1], ids ascending. */
struct gf_children {
    struct gf_map first; /* uint32_t [n + 1] */
    struct gf_map list;  /* uint32_t [n - 1] */
};
bool gf_tree_children(const struct gf_tree *t, struct gf_children *out, struct gf_error *err);
void gf_children_free(struct gf_children *c);

/* Adds all of `from` to `into` (same nvalues). The result is the same tree whatever was in which.
 */
bool gf_tree_merge(struct gf_tree *into, const struct gf_tree *from, struct gf_error *err);

/* A new tree of the same samples with every stack turned round. */
bool gf_tree_reverse(const struct gf_tree *t, struct gf_tree *out, struct gf_error *err);

/* A copy of the tree without its index. */
bool gf_tree_clone(const struct gf_tree *t, struct gf_tree *out, struct gf_error *err);

/* Memory in use, in bytes. */
uint64_t gf_tree_size(const struct gf_tree *t);

#endif
