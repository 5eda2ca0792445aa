#include "model/edge_set.h"

#include "base/hash.h"

#define FIRST_SLOTS 1024u

void gf_edge_set_init(struct gf_edge_set *set)
{
    *set = (struct gf_edge_set){.seed = gf_random_seed()};
}

void gf_edge_set_free(struct gf_edge_set *set)
{
    gf_map_free(&set->slots);
    *set = (struct gf_edge_set){0};
}

/* The slot of the node with this parent and name, or the free one where it belongs. Ids are handed
 * out by us and the key is random, so no input can aim at a slot. */
static uint32_t *slot_of(const struct gf_edge_set *set, const struct gf_tree *t, uint32_t parent,
                         uint32_t name)
{
    const struct gf_edge *edges = gf_tree_edges(t);
    uint32_t *slots = set->slots.data;
    uint32_t at = (uint32_t)gf_mix(((uint64_t)parent << 32 | name) ^ set->seed) & set->mask;
    while (slots[at] && (edges[slots[at]].parent != parent || edges[slots[at]].name != name))
        at = (at + 1) & set->mask;
    return &slots[at];
}

uint32_t gf_edge_set_find(const struct gf_edge_set *set, const struct gf_tree *t, uint32_t parent,
                          uint32_t name)
{
    return set->mask ? *slot_of(set, t, parent, name) : GF_ROOT;
}

static void put(struct gf_edge_set *set, const struct gf_tree *t, uint32_t node)
{
    const struct gf_edge *edge = &gf_tree_edges(t)[node];
    *slot_of(set, t, edge->parent, edge->name) = node;
}

/* Makes sure that one more fits at three quarters of the slots or less. A set of all nodes of the
 * largest tree would need 2^33 slots: there the mask stays and the last quarter is used. */
static bool grow(struct gf_edge_set *set, const struct gf_tree *t, struct gf_error *err)
{
    uint64_t slots = set->mask ? (uint64_t)set->mask + 1 : 0;
    if (slots && ((uint64_t)set->n + 1) * 4 <= slots * 3)
        return true;
    uint64_t wanted = slots ? slots * 2 : FIRST_SLOTS;
    if (wanted > (uint64_t)UINT32_MAX + 1)
        return (uint64_t)set->n + 2 < slots ||
               gf_fail(err, GF_ERR_LIMIT, "too many call paths become one");
    struct gf_edge_set fresh = {.mask = (uint32_t)(wanted - 1), .n = set->n, .seed = set->seed};
    if (!gf_map_reserve(&fresh.slots, wanted * sizeof(uint32_t), err))
        return false;
    const uint32_t *old = set->slots.data;
    for (uint64_t i = 0; i < slots; i++)
        if (old[i])
            put(&fresh, t, old[i]);
    gf_map_free(&set->slots);
    *set = fresh;
    return true;
}

bool gf_edge_set_add(struct gf_edge_set *set, const struct gf_tree *t, uint32_t node,
                     struct gf_error *err)
{
    if (!grow(set, t, err))
        return false;
    put(set, t, node);
    set->n++;
    return true;
}
