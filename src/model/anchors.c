#include "model/anchors.h"

#include <string.h>

/* Of so many samples one is learned from. */
#define EVERY 4u

void gf_anchors_free(struct gf_anchors *a)
{
    gf_map_free(&a->texts);
}

/* Gives the node, whose path reads text[0..end), a place. */
static bool settle(struct gf_anchors *a, uint32_t node, const char *text, uint32_t end,
                   struct gf_error *err)
{
    uint32_t at = gf_anchor_at(node);
    if (a->uses[at] > 0) {
        a->uses[at]--;
        return true;
    }
    if (!a->texts.data && !gf_map_reserve(&a->texts, (size_t)GF_ANCHORS * GF_ANCHOR_TEXT, err))
        return false;
    memcpy((char *)a->texts.data + (size_t)at * GF_ANCHOR_TEXT, text, end);
    a->nodes[at] = node;
    a->lens[at] = end;
    a->uses[at] = 1;
    return true;
}

bool gf_anchors_learn(struct gf_anchors *a, const struct gf_tree *t, uint32_t node,
                      const char *text, uint32_t end, const uint32_t *records, uint32_t n,
                      struct gf_error *err)
{
    const struct gf_edge *edges = gf_tree_edges(t);
    if (n == 0 || a->turn++ % EVERY != 0)
        return true;
    for (uint32_t up = 0; up < n / 2 || (end > GF_ANCHOR_TEXT && up + 1 < n); up++) {
        uint32_t len;
        gf_word_bytes(t->names.pool.data, records[up], &len);
        end -= len + 1;
        node = edges[node].parent;
    }
    if (end > GF_ANCHOR_TEXT)
        return true;
    uint32_t *proposed = &a->proposed[node * 0x85ebca6bu >> (31 - GF_ANCHOR_BITS)];
    if (*proposed != node) {
        *proposed = node;
        return true;
    }
    return settle(a, node, text, end, err);
}
