/* The texts of some paths of a call tree that samples often run through: a cache, small enough to
 * stay near. A path is compared with a sample from its end towards the root, name by name; where it
 * comes to a node in here, what is left of it is compared at once. No hash is taken for an
 * identity: what is in here was compared name by name before.
 *
 * A sample that was compared name by name proposes the node half way up to where it met an anchor,
 * or the root: so what is common becomes one, then what is common in what is left, to the point
 * that whole stacks are, if they come often. A node that is proposed twice gets its place, unless
 * who has it was of more use. */
#ifndef GF_MODEL_ANCHORS_H
#define GF_MODEL_ANCHORS_H

#include "model/tree.h"

#define GF_ANCHOR_BITS 9
#define GF_ANCHORS     (1u << GF_ANCHOR_BITS)
/* Bytes of the longest text: 33 cache lines, so that not all begin in the same sets of a cache. */
#define GF_ANCHOR_TEXT 2112u

struct gf_anchors {
    uint32_t nodes[GF_ANCHORS]; /* GF_ROOT: free */
    uint32_t lens[GF_ANCHORS];
    uint8_t uses[GF_ANCHORS];
    uint32_t proposed[2 * GF_ANCHORS];
    struct gf_map texts; /* char [GF_ANCHORS][GF_ANCHOR_TEXT] */
    uint32_t turn;
};

void gf_anchors_free(struct gf_anchors *a);

/* Where a node is if it is in here. */
static inline uint32_t gf_anchor_at(uint32_t node)
{
    return node * 0x9e3779b1u >> (32 - GF_ANCHOR_BITS);
}

static inline bool gf_anchor_is(const struct gf_anchors *a, uint32_t node)
{
    return a->nodes[gf_anchor_at(node)] == node;
}

static inline const char *gf_anchor_text(const struct gf_anchors *a, uint32_t at)
{
    return (const char *)a->texts.data + (size_t)at * GF_ANCHOR_TEXT;
}

/* Asks for its text. */
static inline void gf_anchor_ask(const struct gf_anchors *a, uint32_t at)
{
    const char *text = gf_anchor_text(a, at);
    for (uint32_t i = 0; i < a->lens[at]; i += 64)
        __builtin_prefetch(text + i);
}

/* Learns from a path of the tree that reads text[0..end). Going up from `node`, its end, `n` names
 * were compared, whose records are records[0..n); there was the root, or an anchor. */
bool gf_anchors_learn(struct gf_anchors *a, const struct gf_tree *t, uint32_t node,
                      const char *text, uint32_t end, const uint32_t *records, uint32_t n,
                      struct gf_error *err);

/* Notes that the anchor at this place was met. */
static inline void gf_anchor_used(struct gf_anchors *a, uint32_t at)
{
    a->uses[at] = (uint8_t)(a->uses[at] + (a->uses[at] < UINT8_MAX));
}

#endif
