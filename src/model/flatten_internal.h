/* What the passes of flattening share: flatten.c (the whole, and moving the nodes to their places),
 * flatten_order.c (links, siblings, places), flatten_rows.c (what follows from the places). */
#ifndef GF_MODEL_FLATTEN_INTERNAL_H
#define GF_MODEL_FLATTEN_INTERNAL_H

#include <pthread.h>

#include "model/flatten.h"

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
    uint32_t *rank;   /* of each name among all in byte order; NULL: compare the names */
    /* How many nodes of each depth have their places in each of a few equal pieces of the result:
     * rows[depth * pieces + piece]. */
    uint32_t *rows;
    size_t nrows, rows_cap;
    uint32_t pieces;
    unsigned piece_shift;  /* a place's piece is place >> piece_shift */
    pthread_mutex_t mutex; /* guards rows in flatten_order.c, and the following */
    bool failed;
    struct gf_error error; /* the first failure of a thread */
};

/* Notes a failure in a thread; returns false. */
bool gf_flatten_fail(struct gf_flatten *f, const struct gf_error *err);

/* flatten_order.c */

/* Sums up totals and sizes towards the root, and links children to their parents. */
void gf_flatten_link(struct gf_flatten *f);
/* Sorts siblings, gives every node its place and counts the rows. */
bool gf_flatten_arrange(struct gf_flatten *f);

/* flatten_rows.c */

/* Running sums from self weights, rows from ends, names in order of first appearance. */
bool gf_flatten_finish(struct gf_flatten *f);

#endif
