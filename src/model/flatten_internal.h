/* What the passes of flattening share: flatten.c (the whole), flatten_preorder.c, flatten_join.c
 * and flatten_place.c (trees in pre-order), flatten_order.c (all others), flatten_rows.c (what
 * follows from the places). */
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
    struct gf_tree *tree; /* whose names are those of the result */
    struct gf_frames *out;
    enum gf_order order;
    const struct gf_simd *simd;
    unsigned threads;
    bool wide; /* the trees were in pre-order, but for a family that has to be merged first */
    uint32_t n;
    /* By node. An edge's `parent` is the parent at first, then the next sibling (0: none) from when
     * the links are made, then the place from when the parent's family is arranged. */
    struct gf_edge *edges;
    uint64_t *weight; /* of the first value type: self, then total, then self again */
    uint32_t *first;  /* first child; 0: none. Lives in the result's first running sum */
    uint32_t *size;   /* of the subtree. Lives where the result's names will be */
    uint32_t *rank;   /* of each name among all in byte order; NULL: compare the names */
    struct gf_row_counts rows;
    uint32_t pieces;
    unsigned piece_shift;  /* a place's piece is place >> piece_shift */
    pthread_mutex_t mutex; /* guards rows in flatten_order.c, and the following */
    bool failed;
    struct gf_error error; /* the first failure of a thread */
};

/* Notes a failure in a thread; returns false. */
bool gf_flatten_fail(struct gf_flatten *f, const struct gf_error *err);

/* Lays out the result's arrays in one mapping, with room for f->n nodes. There may be fewer in the
 * end. */
bool gf_flatten_alloc(struct gf_flatten *f, struct gf_error *err);

/* flatten_family.c */

/* What siblings are told apart by beside their weights. The name of one is `stride` bytes behind
 * that of the one with the id before. */
struct gf_siblings {
    enum gf_order order;
    const struct gf_intern *names;
    const uint32_t *rank; /* of names; NULL: compare their bytes */
    const uint32_t *name;
    size_t stride;
};

static inline struct gf_siblings gf_siblings_of(enum gf_order order, const struct gf_tree *t,
                                                const uint32_t *rank)
{
    return (struct gf_siblings){order, &t->names, rank, &gf_tree_edges(t)->name,
                                sizeof(struct gf_edge)};
}

/* Ranks the names of a tree where it pays: ties between siblings are then decided by two numbers.
 * NULL where it does not pay, or memory for it is lacking: then names are compared. */
uint32_t *gf_flatten_rank_names(const struct gf_tree *t, enum gf_order order);

/* A sibling's key: the more weight, the sooner. */
static inline uint64_t gf_sibling_key(enum gf_order order, uint64_t total)
{
    return order == GF_ORDER_WEIGHT ? ~total : 0;
}

/* Brings siblings (their ids, with their keys) into the order of the result. */
void gf_flatten_sort_family(const struct gf_siblings *s, struct gf_keyed *family, size_t n);

/* Decides how many pieces rows are made in: one for each thread, as long as counting for that does
 * not need memory like the nodes. */
void gf_flatten_set_pieces(struct gf_flatten *f, uint32_t max_depth);

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

/* flatten_preorder.c, flatten_join.c, flatten_place.c: see flatten_preorder.h */

/* flatten_order.c */

/* Sums up totals and sizes towards the root, and links children to their parents. */
void gf_flatten_link(struct gf_flatten *f);
/* Sorts siblings, gives every node its place and counts the rows. */
bool gf_flatten_arrange(struct gf_flatten *f);

/* flatten_rows.c */

/* Running sums from self weights, rows from ends, names in order of first appearance. */
bool gf_flatten_finish(struct gf_flatten *f, struct gf_error *err);

#endif
