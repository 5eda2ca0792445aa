/* What the passes of flattening share: flatten.c (the whole, and moving the nodes to their places),
 * flatten_order.c (links, siblings, places), flatten_rows.c (what follows from the places). */
#ifndef GF_MODEL_FLATTEN_INTERNAL_H
#define GF_MODEL_FLATTEN_INTERNAL_H

#include <pthread.h>

#include "model/flatten.h"
#include "model/keysort.h"

/* How many nodes of each depth have their places in each of a few equal pieces of the result:
 * rows[depth * pieces + piece], depths 0 to n - 1. */
struct gf_row_counts {
    uint32_t *rows;
    size_t n, cap;
};

struct gf_flatten {
    struct gf_tree *tree;
    struct gf_frames *out;
    enum gf_order order;
    const struct gf_simd *simd;
    unsigned threads;
    uint32_t n;
    /* By node. An edge's `parent` is the parent at first, then the next sibling (0: none) from when
     * the links are made, then the place from when the parent's family is arranged. */
    struct gf_edge *edges;
    uint64_t *weight; /* of the first value type: self, then total, then self again */
    uint32_t *first;  /* first child; 0: none. Lives in the result's first running sum */
    uint32_t *size;   /* of the subtree. Lives where the result's names will be */
    bool in_preorder; /* gf_flatten_preorder is at work: weight[] has running sums of self weights,
                       * without the one at the end */
    uint64_t *sums;   /* gf_flatten_sum of the first node of each block, and at the end */
    uint32_t *rank;   /* of each name among all in byte order; NULL: compare the names */
    struct gf_row_counts rows;
    uint32_t pieces;
    unsigned piece_shift;  /* a place's piece is place >> piece_shift */
    pthread_mutex_t mutex; /* guards rows in flatten_order.c, and the following */
    bool failed;
    struct gf_error error; /* the first failure of a thread */
};

/* The running sum of self weights before a node, in pre-order. The first of each block is kept
 * apart, since blocks are given back once their nodes are where they belong. */
#define GF_FLATTEN_BLOCK ((uint32_t)256 << 10)
static inline uint64_t gf_flatten_sum(const struct gf_flatten *f, uint32_t node)
{
    return node % GF_FLATTEN_BLOCK ? f->weight[node] : f->sums[node / GF_FLATTEN_BLOCK];
}

/* The weight of a node's subtree, while siblings are sorted. */
static inline uint64_t gf_flatten_total(const struct gf_flatten *f, uint32_t node)
{
    return f->in_preorder ? gf_flatten_sum(f, node + f->size[node]) - gf_flatten_sum(f, node)
                          : f->weight[node];
}

/* Notes a failure in a thread; returns false. */
bool gf_flatten_fail(struct gf_flatten *f, const struct gf_error *err);

/* flatten_family.c */

/* Ranks the names where it pays: ties between siblings are then decided by two numbers. Without
 * memory for it names are compared instead, so there is no failure. */
void gf_flatten_rank_names(struct gf_flatten *f);

/* Brings siblings (their ids) into the order of the result. */
void gf_flatten_sort_family(const struct gf_flatten *f, struct gf_keyed *family, size_t n);

/* Decides how many pieces rows are made in: one for each thread, as long as counting for that does
 * not need memory like the nodes. */
void gf_flatten_set_pieces(struct gf_flatten *f);

uint32_t *gf_row_counts_grow(const struct gf_flatten *f, struct gf_row_counts *c, uint32_t depth,
                             struct gf_error *err);

/* The counts of a depth, by piece; NULL when memory runs out. */
static inline uint32_t *gf_row_counts(const struct gf_flatten *f, struct gf_row_counts *c,
                                      uint32_t depth, struct gf_error *err)
{
    return depth < c->n ? c->rows + (size_t)depth * f->pieces
                        : gf_row_counts_grow(f, c, depth, err);
}

/* Adds a thread's counts to those of all, unless it failed with *err, and frees them. */
void gf_row_counts_end(struct gf_flatten *f, struct gf_row_counts *c, bool ok,
                       struct gf_error *err);

/* flatten_preorder.c */

/* Does all up to gf_flatten_finish for a tree whose ids are in pre-order. *done is false, and
 * nothing has changed, where they are not. */
bool gf_flatten_preorder(struct gf_flatten *f, uint64_t *stacks, bool *done);

/* flatten_order.c */

/* Sums up totals and sizes towards the root, and links children to their parents. */
void gf_flatten_link(struct gf_flatten *f);
/* Sorts siblings, gives every node its place and counts the rows. */
bool gf_flatten_arrange(struct gf_flatten *f);

/* flatten_rows.c */

/* Running sums from self weights, rows from ends, names in order of first appearance. */
bool gf_flatten_finish(struct gf_flatten *f);

#endif
