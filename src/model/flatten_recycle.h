/* Pages of the trees that become pages of the result. Fresh memory is dear: it has to be cleared,
 * and on a virtual machine that returns what is free to its host it has to be had back first (0.8
 * to 3 GB a second where this was measured). So where a block of a tree has been read for the last
 * time, its huge pages are put where the result needs some next. */
#ifndef GF_MODEL_FLATTEN_RECYCLE_H
#define GF_MODEL_FLATTEN_RECYCLE_H

#include <stdatomic.h>

#include "model/flatten_internal.h"

/* Nodes whose weights are a huge page. The result's arrays begin at multiples of one, so that a
 * block of places has one of each running sum, and half of one of names and of ends. */
#define GF_FLATTEN_BLOCK ((uint32_t)256 << 10)
#define GF_FLATTEN_UNIT  ((size_t)2 << 20)

struct gf_recycler {
    const struct gf_frames *out;
    pthread_mutex_t mutex;
    char **units; /* to be had */
    size_t n, room;
    atomic_uchar *open; /* by block of places: it may be written. NULL: all of them may */
};

/* For trees of `nodes` nodes in all. Without memory, or where the result is small or not aligned,
 * nothing is recycled. */
void gf_recycler_start(struct gf_recycler *r, const struct gf_frames *out, uint64_t nodes);
void gf_recycler_end(struct gf_recycler *r);

/* Takes a block of a tree's array, which nobody needs any more. */
void gf_recycler_give(struct gf_recycler *r, void *block);

void gf_recycler_open(struct gf_recycler *r, uint32_t block);

/* Puts what is left under the first of one 32-bit number a node. */
void gf_recycler_fill(struct gf_recycler *r, uint32_t *ids);

/* To be called before a place is written. */
static inline void gf_recycler_ask(struct gf_recycler *r, uint32_t place)
{
    if (r->open && !atomic_load_explicit(&r->open[place / GF_FLATTEN_BLOCK], memory_order_acquire))
        gf_recycler_open(r, place / GF_FLATTEN_BLOCK);
}

#endif
