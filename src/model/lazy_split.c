/* Unfolding one part: its items are grouped by the names of their callers, or callees. */
#include <string.h>

#include "base/cancel.h"
#include "base/vec.h"
#include "model/lazy_internal.h"

enum {
    STEP = 1 << 14, /* items between two looks at the cancel flag */
    AHEAD = 16,     /* items are asked for this early: they lie anywhere in memory */
};

static void forget_groups(struct gf_lazy *l)
{
    for (size_t i = 0; i < l->ngroups; i++)
        l->group_of[l->groups[i].name] = 0;
    l->ngroups = 0;
    l->nitems = 0;
}

/* The group of a name, a new one if need be. */
static bool group_of(struct gf_lazy *l, uint32_t name, uint32_t *group, struct gf_error *err)
{
    if (l->group_of[name] == 0) {
        size_t nvalues = l->f->nvalues, n = l->ngroups + 1, had = l->groups_cap;
        if (!gf_grow(&l->groups, &l->groups_cap, n, err) ||
            !gf_grow(&l->group_weights, &l->group_weights_cap, n * nvalues, err))
            return false;
        uint64_t bytes = (l->groups_cap - had) *
                         (sizeof *l->groups + nvalues * sizeof(uint64_t) + sizeof *l->order);
        gf_budget_count(l->f->budget, bytes); /* what grows next may be refused */
        l->taken += bytes;
        l->groups[l->ngroups] = (struct gf_group){.name = name};
        memset(l->group_weights + l->ngroups * nvalues, 0, nvalues * sizeof *l->group_weights);
        l->group_of[name] = (uint32_t)++l->ngroups;
    }
    *group = l->group_of[name] - 1;
    return true;
}

/* Notes that frame `at` stands for what frame `from` weighs: its self weight or its total. */
static bool add_item(struct gf_lazy *l, uint32_t at, uint32_t from, bool total,
                     struct gf_error *err)
{
    struct gf_sorted_item *item = (struct gf_sorted_item *)l->items.data + l->nitems;
    uint32_t group, nvalues = l->f->nvalues;
    if (!group_of(l, l->f->name[at], &group, err))
        return false;
    uint32_t end = total ? l->f->end[from] : from + 1;
    for (uint32_t v = 0; v < nvalues; v++)
        l->group_weights[(size_t)group * nvalues + v] +=
            l->f->prefix[v][end] - l->f->prefix[v][from];
    l->groups[group].nitems++;
    *item = (struct gf_sorted_item){at, from, group};
    l->nitems++;
    return true;
}

static bool has_self(const struct gf_frames *f, uint32_t node)
{
    for (uint32_t v = 0; v < f->nvalues; v++)
        if (gf_frame_self(f, node, v) > 0)
            return true;
    return false;
}

/* The callers of what a part stands for. Ways that have come to the root end. */
static bool collect_callers(struct gf_lazy *l, const struct gf_part *part,
                            const atomic_bool *cancel, struct gf_error *err)
{
    const uint32_t *parent = l->index->parent, *indexed = l->index->by_name + part->item;
    const struct gf_way *ways = (const struct gf_way *)l->up.data + part->item;
    bool total = l->params.kind != GF_DERIVE_BOTTOM_UP;
    if (!gf_lazy_reserve(l, &l->items, (size_t)part->nitems * sizeof(struct gf_sorted_item), err))
        return false;
    for (uint32_t i = 0; i < part->nitems; i++) {
        if (i % STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
        if (i + AHEAD < part->nitems)
            __builtin_prefetch(&parent[part->indexed ? indexed[i + AHEAD] : ways[i + AHEAD].at]);
        struct gf_way way = part->indexed ? (struct gf_way){indexed[i], indexed[i]} : ways[i];
        uint32_t caller = parent[way.at];
        if (caller == 0 || (part->indexed && !has_self(l->f, way.from)))
            continue;
        if (!add_item(l, caller, way.from, total, err))
            return false;
    }
    return true;
}

static bool collect_callees(struct gf_lazy *l, const struct gf_part *part,
                            const atomic_bool *cancel, struct gf_error *err)
{
    const uint32_t *end = l->f->end, *items = (const uint32_t *)l->down.data + part->item;
    for (uint32_t i = 0; i < part->nitems; i++) {
        for (uint32_t child = items[i] + 1; child < end[items[i]]; child = end[child]) {
            if (l->nitems % STEP == 0 &&
                (gf_cancelled(cancel) ||
                 !gf_lazy_reserve(l, &l->items,
                                  ((size_t)l->nitems + STEP) * sizeof(struct gf_sorted_item), err)))
                return gf_cancelled(cancel) ? gf_fail_cancelled(err) : false;
            if (!add_item(l, child, child, true, err))
                return false;
        }
        if (i % STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
    }
    return true;
}

/* ---- siblings ---- */

static uint64_t weight_of(const void *ctx, uint32_t group, uint32_t which)
{
    const struct gf_lazy *l = ctx;
    (void)which;
    return ~l->group_weights[(size_t)group * l->f->nvalues];
}

static const char *name_of(const void *ctx, uint32_t group, uint32_t *len)
{
    const struct gf_lazy *l = ctx;
    const struct gf_name_table *names = &l->f->names;
    uint32_t name = l->groups[group].name;
    *len = (uint32_t)(names->offset[name + 1] - names->offset[name]);
    return names->bytes + names->offset[name];
}

/* The groups in the order of siblings. As they are found they stand in that of the input. */
static bool sort_groups(struct gf_lazy *l, struct gf_error *err)
{
    if (!gf_grow(&l->order, &l->order_cap, l->ngroups + 1, err))
        return false;
    for (uint32_t i = 0; i < l->ngroups; i++)
        l->order[i].id = i;
    struct gf_keys keys = {.numbers = l->params.order == GF_ORDER_WEIGHT,
                           .number = weight_of,
                           .text = name_of,
                           .ctx = l};
    if (l->params.order != GF_ORDER_INPUT)
        gf_keysort(l->order, l->ngroups, &keys);
    return true;
}

/* Makes room for everything that the children need, so that nothing fails behind it. */
static bool reserve(struct gf_lazy *l, bool down, struct gf_error *err)
{
    size_t n = (size_t)l->n + l->ngroups;
    if (n >= UINT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "too many frames");
    if (!gf_lazy_reserve(l, &l->parts, n * sizeof(struct gf_part), err) ||
        !gf_lazy_reserve(l, &l->weights, n * l->f->nvalues * sizeof(uint64_t), err))
        return false;
    return !down ||
           gf_lazy_reserve(l, &l->down, ((size_t)l->ndown + l->nitems) * sizeof(uint32_t), err);
}

/* The groups become the children of a part. What is in the arrays from `item` on is theirs. */
static void add_children(struct gf_lazy *l, uint32_t parent, uint32_t item)
{
    struct gf_part *p = gf_lazy_part(l, parent);
    uint32_t nvalues = l->f->nvalues;
    uint64_t inside = 0;
    for (size_t i = 0; i < l->ngroups; i++)
        inside += l->group_weights[i * nvalues];
    uint64_t x = p->x + (gf_lazy_weights(l, parent)[0] - inside); /* self lies left of children */
    p->child = l->n;
    p->nchildren = (uint32_t)l->ngroups;
    p->open = true;
    if (l->ngroups > 0 && p->depth + 1 > l->deepest)
        l->deepest = p->depth + 1;
    for (size_t i = 0; i < l->ngroups; i++) {
        uint32_t id = l->order[i].id;
        struct gf_group *g = &l->groups[id];
        const uint64_t *weights = l->group_weights + (size_t)id * nvalues;
        *gf_lazy_part(l, l->n) = (struct gf_part){.name = g->name,
                                                  .parent = parent,
                                                  .depth = p->depth + 1,
                                                  .item = item,
                                                  .nitems = g->nitems,
                                                  .down = p->down,
                                                  .x = x};
        memcpy(gf_lazy_weights(l, l->n), weights, nvalues * sizeof *weights);
        g->next = item;
        item += g->nitems;
        x += weights[0];
        l->n++;
    }
}

/* Brings the items to their groups, in the order in which they were found. */
static void distribute(struct gf_lazy *l, bool down)
{
    const struct gf_sorted_item *items = l->items.data;
    struct gf_way *up = l->up.data;
    uint32_t *frames = l->down.data;
    for (uint32_t i = 0; i < l->nitems; i++) {
        uint32_t to = l->groups[items[i].group].next++;
        if (down)
            frames[to] = items[i].at;
        else
            up[to] = (struct gf_way){items[i].at, items[i].from};
    }
}

bool gf_lazy_split(struct gf_lazy *l, uint32_t part, const atomic_bool *cancel,
                   struct gf_error *err)
{
    struct gf_part p = *gf_lazy_part(l, part);
    bool ok = p.down ? collect_callees(l, &p, cancel, err) : collect_callers(l, &p, cancel, err);
    ok = ok && sort_groups(l, err) && reserve(l, p.down, err);
    if (ok) {
        add_children(l, part, p.down ? l->ndown : p.item);
        distribute(l, p.down);
        l->ndown += p.down ? l->nitems : 0;
    }
    forget_groups(l);
    return ok;
}

/* ---- the first row of bottom-up ---- */

/* One pass over all frames in their order: by name they would be taken from all over memory. */
static bool sum_functions(struct gf_lazy *l, const atomic_bool *cancel, struct gf_error *err)
{
    const struct gf_frames *f = l->f;
    for (uint32_t node = 1; node < f->n; node++) {
        uint32_t group;
        if (node % STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
        if (!has_self(f, node))
            continue;
        if (!group_of(l, f->name[node], &group, err))
            return false;
        for (uint32_t v = 0; v < f->nvalues; v++)
            l->group_weights[(size_t)group * f->nvalues + v] += gf_frame_self(f, node, v);
    }
    return true;
}

bool gf_lazy_open_functions(struct gf_lazy *l, const atomic_bool *cancel, struct gf_error *err)
{
    bool ok = sum_functions(l, cancel, err) && sort_groups(l, err) && reserve(l, false, err);
    if (ok) {
        add_children(l, 0, 0);
        if (l->index)
            gf_lazy_find_functions(l);
    }
    forget_groups(l);
    return ok;
}

void gf_lazy_find_functions(struct gf_lazy *l)
{
    const uint32_t *start = l->index->start;
    for (uint32_t part = 1; part < l->n; part++) {
        struct gf_part *p = gf_lazy_part(l, part);
        p->indexed = true;
        p->item = start[p->name];
        p->nitems = start[p->name + 1] - p->item;
    }
}
