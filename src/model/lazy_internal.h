/* What the parts of unfolding share: lazy.c (what is unfolded next), lazy_split.c (the children of
 * one part), lazy_profile.c (all of them as a frame array). */
#ifndef GF_MODEL_LAZY_INTERNAL_H
#define GF_MODEL_LAZY_INTERNAL_H

#include "model/keysort.h"
#include "model/lazy.h"

/* One frame that is made by unfolding. Its set is a range of an array: of `up` towards the callers,
 * of `down` towards the callees; as long as the first row of bottom-up is folded, of the index. */
struct gf_part {
    uint32_t name, parent, depth;
    uint32_t child, nchildren; /* its children stand side by side, in their order */
    uint32_t item, nitems;
    bool open;    /* it is unfolded */
    bool down;    /* it has callees, not callers, for children */
    bool indexed; /* its set is still in the index */
    uint64_t x;
};

/* A frame on the way up, and the one that the way began at, whose weight it carries. */
struct gf_way {
    uint32_t at, from;
};

/* The frames of one name among the children of a part. */
struct gf_group {
    uint32_t name;
    uint32_t nitems;
    uint32_t next; /* where its next item goes */
};

/* One item of a child, before it is known where it goes. */
struct gf_sorted_item {
    uint32_t at, from, group;
};

struct gf_lazy {
    const struct gf_profile *profile; /* borrowed, as is the index */
    const struct gf_frames *f;
    const struct gf_frame_index *index;
    struct gf_derive_params params;

    struct gf_map parts;   /* struct gf_part [n] */
    struct gf_map weights; /* uint64_t [n][nvalues]: totals */
    uint32_t n, deepest;
    uint32_t nfirst; /* that were there from the start */
    uint64_t half;   /* of a sandwich: the weight of the function */

    struct gf_map up;   /* struct gf_way */
    struct gf_map down; /* uint32_t frames */
    uint32_t ndown;

    /* for the part at hand */
    uint32_t *group_of; /* [names] its group and 1; 0: none */
    struct gf_group *groups;
    uint64_t *group_weights; /* [ngroups][nvalues] */
    struct gf_keyed *order;  /* [ngroups] */
    size_t ngroups, groups_cap, group_weights_cap, order_cap;
    struct gf_map items; /* struct gf_sorted_item [nitems] */
    uint32_t nitems;

    uint32_t *heap; /* parts to unfold, the widest first */
    size_t nheap, heap_cap;
    uint32_t *walk; /* parts to look at */
    size_t nwalk, walk_cap;

    uint64_t taken; /* bytes of the budget */
};

static inline struct gf_part *gf_lazy_part(const struct gf_lazy *l, uint32_t part)
{
    return (struct gf_part *)l->parts.data + part;
}

static inline uint64_t *gf_lazy_weights(const struct gf_lazy *l, uint32_t part)
{
    return (uint64_t *)l->weights.data + (size_t)part * l->f->nvalues;
}

/* gf_map_reserve out of the budget of the frames. */
bool gf_lazy_reserve(struct gf_lazy *l, struct gf_map *map, size_t need, struct gf_error *err);

/* Adds a part without children. False without memory. */
bool gf_lazy_add(struct gf_lazy *l, const struct gf_part *part, const uint64_t *weights,
                 struct gf_error *err);

/* Gives the root of bottom-up its children: all functions with self weight. */
bool gf_lazy_open_functions(struct gf_lazy *l, const atomic_bool *cancel, struct gf_error *err);

/* Finds the sets of its first row in the index. */
void gf_lazy_find_functions(struct gf_lazy *l);

/* Gives a part its children, or nothing changes. */
bool gf_lazy_split(struct gf_lazy *l, uint32_t part, const atomic_bool *cancel,
                   struct gf_error *err);

#endif
