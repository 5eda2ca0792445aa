#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "model/frames.h"

bool gf_tree_init(struct gf_tree *t, uint32_t nvalues, struct gf_error *err)
{
    *t = (struct gf_tree){.nvalues = nvalues, .seed = gf_random_seed()};
    gf_intern_init(&t->names);
    t->self = calloc(nvalues, sizeof *t->self);
    t->sum = calloc(nvalues, sizeof *t->sum);
    uint32_t root;
    if (!t->self || !t->sum) {
        gf_fail_nomem(err, nvalues * sizeof *t->self);
        gf_tree_free(t);
        return false;
    }
    if (!gf_tree_append(t, GF_ROOT, UINT32_MAX, &root, err)) {
        gf_tree_free(t);
        return false;
    }
    return true;
}

void gf_tree_free(struct gf_tree *t)
{
    gf_map_free(&t->edges);
    for (uint32_t v = 0; t->self && v < t->nvalues; v++)
        gf_map_free(&t->self[v]);
    free(t->self);
    free(t->sum);
    gf_map_free(&t->index);
    gf_map_free(&t->zero_stacks);
    gf_intern_free(&t->names);
    gf_budget_give(t->budget, t->taken);
    *t = (struct gf_tree){0};
}

bool gf_tree_share(struct gf_tree *t, struct gf_budget *budget, struct gf_error *err)
{
    uint64_t bytes = gf_intern_size(&t->names) + gf_tree_cost(t->n, t->nvalues);
    if (!budget)
        return true;
    if (!gf_budget_take(budget, bytes, "copying the names", err))
        return false;
    t->budget = budget;
    t->taken = bytes;
    t->room = t->n;
    return true;
}

void gf_tree_move_names(struct gf_tree *from, struct gf_tree *to)
{
    uint64_t bytes = from->budget ? gf_intern_size(&from->names) : 0;
    gf_intern_free(&to->names);
    to->names = from->names;
    from->names = (struct gf_intern){0};
    from->taken -= bytes;
    to->taken += bytes;
}

/* Takes bytes for n more nodes than it has, and for some that may follow. */
static bool take_room(struct gf_tree *t, size_t n, struct gf_error *err)
{
    enum { LEAST = 1 << 10, MOST = 1 << 20 };
    uint64_t need = (uint64_t)t->n + n - t->room, ahead = t->room / 8;
    ahead = ahead < LEAST ? LEAST : ahead > MOST ? MOST : ahead;
    for (uint64_t more = need > ahead ? need : ahead;; more = need) {
        uint64_t room = t->room + more, bytes = gf_tree_cost(more, t->nvalues);
        if (room <= UINT32_MAX && gf_budget_take(t->budget, bytes, "", NULL)) {
            t->room = (uint32_t)room;
            t->taken += bytes;
            return true;
        }
        if (more == need)
            break;
    }
    char paths[27], takes[16], left[16];
    uint64_t nodes = (uint64_t)t->n + n;
    return gf_fail(err, GF_ERR_LIMIT,
                   "%s call paths%s take %s, and --max-memory leaves %s for them",
                   gf_str_grouped(paths, nodes - 1), n == 1 ? " or more" : "",
                   gf_str_bytes(takes, gf_tree_cost(nodes, t->nvalues)),
                   gf_str_bytes(left, gf_budget_left(t->budget) + t->taken));
}

uint64_t gf_tree_size(const struct gf_tree *t)
{
    return (uint64_t)t->n * (sizeof(struct gf_edge) + t->nvalues * sizeof(uint64_t)) +
           (t->index_mask ? ((uint64_t)t->index_mask + 1) * sizeof(uint32_t) : 0) +
           gf_intern_size(&t->names);
}

static bool clone_map(struct gf_map *to, const struct gf_map *from, size_t n, struct gf_error *err)
{
    if (n == 0)
        return true;
    if (!gf_map_reserve(to, n, err))
        return false;
    memcpy(to->data, from->data, n);
    return true;
}

bool gf_tree_clone(const struct gf_tree *t, struct gf_tree *out, struct gf_error *err)
{
    if (!gf_tree_init(out, t->nvalues, err))
        return false;
    bool ok = clone_map(&out->edges, &t->edges, t->n * sizeof(struct gf_edge), err) &&
              clone_map(&out->zero_stacks, &t->zero_stacks, t->zero_stacks.cap, err) &&
              gf_intern_clone(&t->names, &out->names, err);
    for (uint32_t v = 0; ok && v < t->nvalues; v++)
        ok = clone_map(&out->self[v], &t->self[v], t->n * sizeof(uint64_t), err);
    if (!ok) {
        gf_tree_free(out);
        return false;
    }
    memcpy(out->sum, t->sum, t->nvalues * sizeof *t->sum);
    out->n = t->n;
    out->max_depth = t->max_depth;
    out->decimals = t->decimals;
    return true;
}

static uint32_t slot_of(const struct gf_tree *t, uint32_t parent, uint32_t name)
{
    return (uint32_t)gf_mix(((uint64_t)parent << 32 | name) ^ t->seed) & t->index_mask;
}

/* Makes the index for `slots` slots. Ids are handed out by us and the key is random, so no input
 * can aim at a slot. */
static bool build_index(struct gf_tree *t, uint64_t slots, struct gf_error *err)
{
    struct gf_map fresh = {0};
    if (!gf_map_reserve(&fresh, slots * sizeof(uint32_t), err))
        return false;
    gf_map_free(&t->index);
    t->index = fresh;
    t->index_mask = (uint32_t)(slots - 1);
    const struct gf_edge *edges = t->edges.data;
    uint32_t *table = t->index.data;
    for (uint32_t node = 1; node < t->n; node++) {
        uint32_t slot = slot_of(t, edges[node].parent, edges[node].name);
        while (table[slot])
            slot = (slot + 1) & t->index_mask;
        table[slot] = node;
    }
    return true;
}

/* Makes sure that one more node fits the index at three quarters of its slots or less. */
static bool grow_index(struct gf_tree *t, struct gf_error *err)
{
    uint64_t slots = t->index_mask ? (uint64_t)t->index_mask + 1 : 1024;
    while (((uint64_t)t->n + 1) * 4 > slots * 3)
        slots *= 2;
    if (slots > (uint64_t)UINT32_MAX + 1)
        return gf_fail(err, GF_ERR_LIMIT, "more than 3 * 2^30 distinct call paths");
    return slots == (uint64_t)t->index_mask + 1 || build_index(t, slots, err);
}

bool gf_tree_reserve(struct gf_tree *t, size_t n, struct gf_error *err)
{
    if (n > UINT32_MAX - t->n)
        return gf_fail(err, GF_ERR_LIMIT, "more than 2^32 distinct call paths");
    if (t->room && n + t->n > t->room && !take_room(t, n, err))
        return false;
    size_t edges = (t->n + n) * sizeof(struct gf_edge);
    size_t self = (t->n + n) * sizeof(uint64_t);
    if (edges > t->edges.cap && !gf_map_reserve(&t->edges, edges, err))
        return false;
    for (uint32_t v = 0; v < t->nvalues; v++) {
        if (self > t->self[v].cap && !gf_map_reserve(&t->self[v], self, err))
            return false;
    }
    return true;
}

static bool append_node(struct gf_tree *t, uint32_t parent, uint32_t name, uint32_t *node,
                        struct gf_error *err)
{
    if (!gf_tree_reserve(t, 1, err))
        return false;
    ((struct gf_edge *)t->edges.data)[t->n] = (struct gf_edge){parent, name};
    *node = t->n++;
    return true;
}

bool gf_tree_append(struct gf_tree *t, uint32_t parent, uint32_t name, uint32_t *node,
                    struct gf_error *err)
{
    if (!t->index_mask)
        return append_node(t, parent, name, node, err);
    if (!grow_index(t, err))
        return false;
    uint32_t *table = t->index.data, slot = slot_of(t, parent, name);
    while (table[slot])
        slot = (slot + 1) & t->index_mask;
    if (!append_node(t, parent, name, node, err))
        return false;
    table[slot] = *node;
    return true;
}

bool gf_tree_child(struct gf_tree *t, uint32_t parent, uint32_t name, uint32_t *node, bool *is_new,
                   struct gf_error *err)
{
    if (!grow_index(t, err))
        return false;
    uint32_t *table = t->index.data, slot = slot_of(t, parent, name);
    const struct gf_edge *edges = t->edges.data;
    for (; table[slot]; slot = (slot + 1) & t->index_mask) {
        const struct gf_edge *e = &edges[table[slot]];
        if (e->parent == parent && e->name == name) {
            *node = table[slot];
            *is_new = false;
            return true;
        }
    }
    if (!append_node(t, parent, name, node, err))
        return false;
    table[slot] = *node;
    *is_new = true;
    return true;
}

static bool mul10(uint64_t *value, unsigned times)
{
    while (times-- > 0) {
        if (__builtin_mul_overflow(*value, 10u, value))
            return false;
    }
    return true;
}

static bool fail_sum(struct gf_error *err)
{
    return gf_fail(err, GF_ERR_LIMIT, "the weights add up to more than 2^64 - 1");
}

bool gf_tree_rescale(struct gf_tree *t, unsigned decimals, struct gf_error *err)
{
    if (decimals <= t->decimals)
        return true;
    unsigned times = decimals - t->decimals;
    for (uint32_t v = 0; v < t->nvalues; v++) {
        if (!mul10(&t->sum[v], times))
            return fail_sum(err);
        uint64_t *self = t->self[v].data;
        for (uint32_t i = 0; i < t->n; i++)
            mul10(&self[i], times); /* fits, since the sum did */
    }
    t->decimals = decimals;
    return true;
}

static bool note_zero_stack(struct gf_tree *t, uint32_t node, struct gf_error *err)
{
    if (!gf_map_reserve(&t->zero_stacks, (size_t)node / 8 + 1, err))
        return false;
    ((uint8_t *)t->zero_stacks.data)[node / 8] |= (uint8_t)(1u << node % 8);
    return true;
}

bool gf_tree_add_any(struct gf_tree *t, uint32_t node, const uint64_t *values, unsigned decimals,
                     struct gf_error *err)
{
    if (decimals > t->decimals && !gf_tree_rescale(t, decimals, err))
        return false;
    uint64_t any = 0;
    for (uint32_t v = 0; v < t->nvalues; v++) {
        uint64_t value = values[v];
        if ((decimals < t->decimals && !mul10(&value, t->decimals - decimals)) ||
            __builtin_add_overflow(t->sum[v], value, &t->sum[v]))
            return fail_sum(err);
        ((uint64_t *)t->self[v].data)[node] += value;
        any |= value;
    }
    return any || note_zero_stack(t, node, err);
}

bool gf_tree_children(const struct gf_tree *t, struct gf_children *out, struct gf_error *err)
{
    *out = (struct gf_children){0};
    if (!gf_map_reserve(&out->first, ((size_t)t->n + 2) * sizeof(uint32_t), err) ||
        !gf_map_reserve(&out->list, (size_t)t->n * sizeof(uint32_t), err)) {
        gf_children_free(out);
        return false;
    }
    const struct gf_edge *edges = t->edges.data;
    /* Counted two places on, so that after filling, first[p] is where the children of p begin. */
    uint32_t *first = out->first.data, *list = out->list.data;
    for (uint32_t node = 1; node < t->n; node++)
        first[edges[node].parent + 2]++;
    for (uint32_t p = 2; p <= t->n; p++)
        first[p] += first[p - 1];
    for (uint32_t node = 1; node < t->n; node++)
        list[first[edges[node].parent + 1]++] = node;
    return true;
}

void gf_children_free(struct gf_children *c)
{
    gf_map_free(&c->first);
    gf_map_free(&c->list);
}

bool gf_tree_reverse(const struct gf_tree *t, struct gf_tree *out, struct gf_error *err)
{
    if (!gf_tree_init(out, t->nvalues, err))
        return false;
    for (uint32_t id = 0; id < t->names.n; id++) {
        uint32_t len, same;
        bool is_new;
        const char *text = gf_intern_text(&t->names, id, &len);
        if (!gf_intern_add(&out->names, text, len, &same, &is_new, err))
            goto fail;
    }
    const struct gf_edge *edges = gf_tree_edges(t);
    for (uint32_t node = 1; node < t->n; node++) {
        uint64_t values[GF_FRAME_VALUES], any = 0;
        for (uint32_t v = 0; v < t->nvalues; v++) {
            values[v] = ((const uint64_t *)t->self[v].data)[node];
            any |= values[v];
        }
        if (!any && !gf_tree_zero_stack(t, node))
            continue;
        uint32_t at = GF_ROOT;
        bool is_new;
        for (uint32_t up = node; up != GF_ROOT; up = edges[up].parent) {
            if (!gf_tree_child(out, at, edges[up].name, &at, &is_new, err))
                goto fail;
        }
        if (!gf_tree_add(out, at, values, t->decimals, err))
            goto fail;
    }
    out->max_depth = t->max_depth;
    return true;
fail:
    gf_tree_free(out);
    return false;
}
