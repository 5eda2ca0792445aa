/* A stretch of the frame array in pre-order, with the row of each node. Internal to layout/. */
#ifndef GF_LAYOUT_PYRAMID_WALK_H
#define GF_LAYOUT_PYRAMID_WALK_H

#include "model/frames.h"

/* How many of the ascending nodes[0..n) are below `node`. */
static inline uint32_t gf_count_below(const uint32_t *nodes, uint32_t n, uint32_t node)
{
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (nodes[middle] < node)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* The place of a walk: `ends` is a stack of the frames that `node` lies in. */
struct gf_walk {
    const struct gf_frames *frames;
    uint32_t node, end, depth;
    uint32_t *ends; /* [nrows] */
};

/* Begins at node `from`; ends is room for as many values as there are rows. */
static inline struct gf_walk gf_walk_begin(const struct gf_frames *f, uint32_t from, uint32_t to,
                                           uint32_t *ends)
{
    struct gf_walk w = {.frames = f, .node = from, .end = to, .ends = ends};
    while (w.depth < f->nrows) {
        const uint32_t *nodes = f->row_nodes + f->row_start[w.depth];
        uint32_t n = f->row_start[w.depth + 1] - f->row_start[w.depth];
        uint32_t below = gf_count_below(nodes, n, from);
        if (below == 0 || f->end[nodes[below - 1]] <= from)
            break;
        ends[w.depth++] = f->end[nodes[below - 1]];
    }
    return w;
}

/* The row of the node at hand, which is before `end`; goes on to the next. */
static inline uint32_t gf_walk_next(struct gf_walk *w)
{
    uint32_t depth = w->depth;
    while (depth > 0 && w->ends[depth - 1] <= w->node)
        depth--;
    w->ends[depth] = w->frames->end[w->node++];
    w->depth = depth + 1;
    return depth;
}

#endif
