/* Call paths that several trees have. Where sorted input was dealt out in ranges these are the
 * paths at the seams: a few thousand of ten millions. */
#include <stdlib.h>

#include "model/flatten_preorder.h"
#include "model/tree_merge.h"

#define NONE UINT32_MAX

/* A child of a shared path, by the first tree that has it. */
struct entry {
    uint32_t tree, node, name;
    uint32_t shared; /* index in join.shared where there are several; NONE */
    uint64_t total;
};

struct shared {
    uint32_t name, depth, place, size;
    uint32_t member;          /* first of join.members */
    uint32_t first, nentries; /* its children: in join.entries */
};

/* A tree's node on a shared path. */
struct member {
    uint32_t tree, node, next; /* NONE behind the last */
};

struct join {
    struct gf_preorder *p;
    struct shared *shared; /* parents before their children */
    size_t nshared, shared_cap;
    struct member *members;
    size_t nmembers, members_cap;
    struct entry *entries;
    size_t nentries, entries_cap;
    uint32_t *slot; /* by name: index of the entry in the family at hand, plus 1 */
    struct gf_keyed *family;
    size_t family_cap;
};

static uint64_t sum_before(const struct gf_ordered *o, uint32_t node)
{
    uint32_t from = node - node % GF_SUM_STEP;
    uint64_t sum = o->sums[node / GF_SUM_STEP];
    for (uint32_t i = from; i < node; i++)
        sum += gf_ordered_self(o, i);
    return sum;
}

/* (Counting needs none, and has no sums.) */
static uint64_t total_of(const struct join *j, const struct gf_ordered *o, uint32_t node)
{
    if (j->p->count_only)
        return 0;
    return sum_before(o, node + gf_ordered_size(o, node)) - sum_before(o, node);
}

static uint32_t entry_size(const struct join *j, const struct entry *e)
{
    return e->shared == NONE ? gf_ordered_size(&j->p->trees[e->tree], e->node)
                             : j->shared[e->shared].size;
}

/* One more tree has the path; its node becomes the first of the members. */
static bool add_member(struct join *j, uint32_t shared, uint32_t tree, uint32_t node,
                       struct gf_error *err)
{
    if (!gf_grow(&j->members, &j->members_cap, j->nmembers + 1, err))
        return false;
    j->members[j->nmembers] = (struct member){tree, node, j->shared[shared].member};
    j->shared[shared].member = (uint32_t)j->nmembers++;
    return true;
}

static bool add_shared(struct join *j, uint32_t name, uint32_t depth, struct gf_error *err)
{
    if (!gf_grow(&j->shared, &j->shared_cap, j->nshared + 1, err))
        return false;
    j->shared[j->nshared++] = (struct shared){.name = name, .depth = depth, .member = NONE};
    return true;
}

/* Adds a tree's child of a shared path to the family whose entries begin at `first`. */
static bool add_child(struct join *j, uint32_t depth, uint32_t tree, uint32_t node,
                      struct gf_error *err)
{
    const struct gf_ordered *o = &j->p->trees[tree];
    uint32_t name = o->edges[node].name;
    name = o->name_of ? o->name_of[name] : name;
    if (!j->slot[name]) {
        if (!gf_grow(&j->entries, &j->entries_cap, j->nentries + 1, err))
            return false;
        j->entries[j->nentries++] = (struct entry){tree, node, name, NONE, total_of(j, o, node)};
        j->slot[name] = (uint32_t)j->nentries;
        return true;
    }
    struct entry *e = &j->entries[j->slot[name] - 1];
    if (e->shared == NONE) {
        uint32_t shared = (uint32_t)j->nshared;
        if (!add_shared(j, name, depth, err) || !add_member(j, shared, e->tree, e->node, err))
            return false;
        e->shared = shared;
    }
    e->total += total_of(j, o, node);
    return add_member(j, e->shared, tree, node, err);
}

/* Looks up the children of all shared paths, from the root down. */
static bool find_shared(struct join *j, bool *fits, struct gf_error *err)
{
    size_t most = gf_preorder_most_entries(j->p->f->n);
    if (!add_shared(j, GF_NO_NAME, 0, err))
        return false;
    for (unsigned i = 0; i < j->p->n; i++)
        if (!add_member(j, 0, i, GF_ROOT, err))
            return false;
    for (uint32_t i = 0; i < j->nshared; i++) {
        uint32_t first = (uint32_t)j->nentries, depth = j->shared[i].depth;
        for (uint32_t m = j->shared[i].member; m != NONE; m = j->members[m].next) {
            struct member at = j->members[m];
            const struct gf_ordered *o = &j->p->trees[at.tree];
            uint32_t end = at.node + gf_ordered_size(o, at.node);
            for (uint32_t c = at.node + 1; c < end; c += gf_ordered_size(o, c)) {
                *fits = j->nentries + j->nmembers <= most;
                if (!*fits)
                    return true;
                if (!add_child(j, depth + 1, at.tree, c, err))
                    return false;
            }
        }
        j->shared[i].first = first;
        j->shared[i].nentries = (uint32_t)j->nentries - first;
        for (size_t e = first; e < j->nentries; e++)
            j->slot[j->entries[e].name] = 0;
    }
    return true;
}

static void add_sizes(struct join *j)
{
    uint64_t size = 0;
    for (size_t i = j->nshared; i-- > 0;) {
        struct shared *s = &j->shared[i];
        size = 1;
        for (uint32_t e = 0; e < s->nentries; e++)
            size += entry_size(j, &j->entries[s->first + e]);
        s->size = (uint32_t)size;
    }
    j->p->f->n = j->p->f->out->n = (uint32_t)size;
}

/* Gives the children of a shared path their places. */
static bool arrange(struct join *j, const struct shared *s, struct gf_error *err)
{
    const struct gf_flatten *f = j->p->f;
    struct gf_siblings siblings = {.order = f->order,
                                   .names = &f->tree->names,
                                   .name = &j->entries->name,
                                   .stride = sizeof *j->entries};
    if (!gf_grow(&j->family, &j->family_cap, s->nentries, err))
        return false;
    for (uint32_t i = 0; i < s->nentries; i++) {
        j->family[i].id = s->first + i;
        j->family[i].key = gf_sibling_key(f->order, j->entries[s->first + i].total);
    }
    gf_flatten_sort_family(&siblings, j->family, s->nentries);
    uint32_t place = s->place + 1;
    for (uint32_t i = 0; i < s->nentries; i++) {
        const struct entry *e = &j->entries[j->family[i].id];
        if (e->shared == NONE)
            j->p->trees[e->tree].edges[e->node].parent = place - s->place;
        else
            j->shared[e->shared].place = place;
        place += entry_size(j, e);
    }
    return true;
}

/* Moves a member's weights to another. */
static void move_self(const struct gf_ordered *from, uint32_t node, const struct gf_ordered *to,
                      uint32_t at)
{
    to->self[at] += gf_ordered_self(from, node);
    from->self[node] &= ~from->self_mask;
    for (uint32_t v = 1; v < from->tree->nvalues; v++) {
        uint64_t *self = (uint64_t *)from->tree->self[v].data + node;
        ((uint64_t *)to->tree->self[v].data)[at] += *self;
        *self = 0;
    }
}

static const struct gf_ordered *tree_of(const struct join *j, const struct member *at)
{
    return &j->p->trees[at->tree];
}

/* The member that is written down for all: one with children, where any has, since what stands in
 * size[] is for others the way on. */
static const struct member *choose(const struct join *j, const struct shared *s)
{
    const struct member *best = &j->members[s->member];
    for (uint32_t m = s->member; m != NONE; m = j->members[m].next)
        if (gf_ordered_size(tree_of(j, &j->members[m]), j->members[m].node) > 1)
            best = &j->members[m];
    return best;
}

/* Makes one member of a shared path bear the weight of all. */
static void gather(struct join *j, const struct shared *s)
{
    const struct member *best = choose(j, s);
    uint64_t stacks = 0, counted = 0;
    for (uint32_t m = s->member; m != NONE; m = j->members[m].next) {
        const struct member *at = &j->members[m];
        const struct gf_ordered *o = tree_of(j, at);
        stacks += gf_ordered_stacks(o, at->node, 1);
        o->edges[at->node].parent = s->place;
        *gf_ordered_word(o, at->node) |= at == best ? GF_SHARED : GF_SHARED | GF_SKIPPED;
        if (at != best)
            move_self(o, at->node, tree_of(j, best), best->node);
    }
    uint32_t *size = gf_ordered_word(tree_of(j, best), best->node);
    if (!(*size & GF_LEAF))
        *size = s->size | GF_SHARED;
    /* Stacks are going to be counted tree by tree: some of weight 0 more than once. */
    for (uint32_t m = s->member; m != NONE; m = j->members[m].next)
        counted += gf_ordered_stacks(tree_of(j, &j->members[m]), j->members[m].node, 1);
    atomic_fetch_add(&j->p->stacks, (stacks > 0) - counted);
}

static bool map_names(struct join *j, struct gf_error *err)
{
    struct gf_preorder *p = j->p;
    for (unsigned i = 1; i < p->n; i++)
        if (!gf_tree_map_names(p->trees[0].tree, p->trees[i].tree, &p->trees[i].name_of, err))
            return false;
    size_t names = p->trees[0].tree->names.n;
    j->slot = calloc(names + 1, sizeof *j->slot);
    return j->slot || gf_fail_nomem(err, names * sizeof *j->slot);
}

bool gf_preorder_join(struct gf_preorder *p, bool *fits, struct gf_error *err)
{
    struct join j = {.p = p};
    uint32_t max_depth = 0;
    for (unsigned i = 0; i < p->n; i++)
        max_depth = p->trees[i].max_depth > max_depth ? p->trees[i].max_depth : max_depth;
    *fits = true;
    if (p->n == 1) {
        gf_flatten_set_pieces(p->f, max_depth);
        return true;
    }
    bool ok = map_names(&j, err) && find_shared(&j, fits, err);
    if (ok && *fits) {
        add_sizes(&j);
        gf_flatten_set_pieces(p->f, max_depth);
        for (size_t i = 0; ok && i < j.nshared; i++) {
            ok = p->count_only || arrange(&j, &j.shared[i], err);
            gather(&j, &j.shared[i]);
        }
    }
    free(j.shared);
    free(j.members);
    free(j.entries);
    free(j.slot);
    free(j.family);
    return ok;
}
