#include <stdlib.h>

#include "base/clock.h"
#include "model/lazy_internal.h"

/* ---- the widest first ---- */

/* Of equal ones the first: what is unfolded does not depend on how the heap came about. */
static bool goes_before(const struct gf_lazy *l, uint32_t a, uint32_t b)
{
    uint64_t x = gf_lazy_weights(l, a)[0], y = gf_lazy_weights(l, b)[0];
    return x != y ? x > y : a < b;
}

static bool push(struct gf_lazy *l, uint32_t part, struct gf_error *err)
{
    if (!gf_grow(&l->heap, &l->heap_cap, l->nheap + 1, err))
        return false;
    size_t at = l->nheap++;
    while (at > 0 && goes_before(l, part, l->heap[(at - 1) / 2])) {
        l->heap[at] = l->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    l->heap[at] = part;
    return true;
}

static uint32_t pop(struct gf_lazy *l)
{
    uint32_t top = l->heap[0], last = l->heap[--l->nheap];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < l->nheap; at = child) {
        if (child + 1 < l->nheap && goes_before(l, l->heap[child + 1], l->heap[child]))
            child++;
        if (!goes_before(l, l->heap[child], last))
            break;
        l->heap[at] = l->heap[child];
    }
    l->heap[at] = last;
    return top;
}

/* Whether a part is looked at, and wide enough to be. */
static bool is_seen(const struct gf_lazy *l, const struct gf_lazy_look *look, uint32_t part)
{
    const struct gf_part *p = gf_lazy_part(l, part);
    uint64_t weight = gf_lazy_weights(l, part)[0];
    uint64_t x = p->x - (p->down ? l->half : 0);
    if (p->depth == 0)
        return true;
    if (p->depth >= look->rows[p->down && l->half > 0] || weight < look->least)
        return false;
    return x <= look->to && x + weight >= look->from;
}

/* Puts what can be unfolded among the children of open parts into the heap, from `part` on. */
static bool find_folded(struct gf_lazy *l, const struct gf_lazy_look *look, uint32_t part,
                        struct gf_error *err)
{
    l->nwalk = 0;
    for (;;) {
        const struct gf_part *p = gf_lazy_part(l, part);
        if (is_seen(l, look, part)) {
            if (!p->open && !push(l, part, err))
                return false;
            if (!gf_grow(&l->walk, &l->walk_cap, l->nwalk + p->nchildren, err))
                return false;
            for (uint32_t i = 0; i < p->nchildren; i++)
                l->walk[l->nwalk++] = p->child + i;
        }
        if (l->nwalk == 0)
            return true;
        part = l->walk[--l->nwalk];
    }
}

bool gf_lazy_unfold(struct gf_lazy *l, const struct gf_lazy_look *look, double until,
                    const atomic_bool *cancel, bool *any, bool *more, struct gf_error *err)
{
    *any = *more = false;
    l->nheap = 0;
    if (!find_folded(l, look, 0, err))
        return false;
    while (l->nheap > 0 && !gf_lazy_full(l)) {
        uint32_t part = pop(l);
        if (!gf_lazy_split(l, part, cancel, err))
            return false;
        *any = true;
        const struct gf_part *p = gf_lazy_part(l, part);
        for (uint32_t i = 0; i < p->nchildren; i++)
            if (is_seen(l, look, p->child + i) && !push(l, p->child + i, err))
                return false;
        if (gf_now() >= until)
            break;
    }
    *more = l->nheap > 0;
    return true;
}

uint64_t gf_lazy_total(const struct gf_lazy *l)
{
    return l->half ? l->half : gf_lazy_weights(l, 0)[0];
}

void gf_lazy_use_index(struct gf_lazy *l, const struct gf_frame_index *index)
{
    l->index = index;
    if (l->params.kind == GF_DERIVE_BOTTOM_UP)
        gf_lazy_find_functions(l);
}

bool gf_lazy_has_index(const struct gf_lazy *l)
{
    return l->index != NULL;
}

bool gf_lazy_full(const struct gf_lazy *l)
{
    return l->n - l->nfirst >= GF_LAZY_MOST;
}

/* ---- the first rows ---- */

bool gf_lazy_reserve(struct gf_lazy *l, struct gf_map *map, size_t need, struct gf_error *err)
{
    struct gf_budget *budget = l->f->budget;
    size_t had = map->cap;
    if (need <= had)
        return true;
    if (!gf_budget_take(budget, need - had, "unfolding this", err))
        return false;
    if (!gf_map_reserve(map, need, err)) {
        gf_budget_give(budget, need - had);
        return false;
    }
    gf_budget_count(budget, map->cap - need); /* it grows ahead */
    l->taken += map->cap - had;
    return true;
}

bool gf_lazy_add(struct gf_lazy *l, const struct gf_part *part, const uint64_t *weights,
                 struct gf_error *err)
{
    size_t n = (size_t)l->n + 1, nvalues = l->f->nvalues;
    if (!gf_lazy_reserve(l, &l->parts, n * sizeof *part, err) ||
        !gf_lazy_reserve(l, &l->weights, n * nvalues * sizeof *weights, err))
        return false;
    *gf_lazy_part(l, l->n) = *part;
    for (uint32_t v = 0; v < nvalues; v++)
        gf_lazy_weights(l, l->n)[v] = weights[v];
    l->n++;
    return true;
}

/* The next frame of the function that begins at `node` or after; frames.n when there is none. *k is
 * how many of the index have been passed. */
static uint32_t next_frame(const struct gf_lazy *l, uint32_t node, uint32_t *k)
{
    const struct gf_frames *f = l->f;
    uint32_t name = l->params.name;
    if (!l->index) { /* a pass over all names: it is the first picture that matters */
        while (node < f->n && f->name[node] != name)
            node++;
        return node;
    }
    const uint32_t *frames = l->index->by_name + l->index->start[name];
    uint32_t n = l->index->start[name + 1] - l->index->start[name];
    while (*k < n && frames[*k] < node)
        ++*k;
    return *k < n ? frames[*k] : f->n;
}

/* The outermost frames of the function, as the set of its callers or callees, and their weights. */
static bool find_outermost(struct gf_lazy *l, bool down, struct gf_part *part, uint64_t *weights,
                           struct gf_error *err)
{
    const struct gf_frames *f = l->f;
    size_t size = down ? sizeof(uint32_t) : sizeof(struct gf_way);
    struct gf_map *items = down ? &l->down : &l->up;
    uint32_t k = 0;
    *part = (struct gf_part){.name = l->params.name, .depth = 1, .down = down};
    for (uint32_t node = next_frame(l, 1, &k); node < f->n;
         node = next_frame(l, f->end[node], &k)) {
        if (!gf_lazy_reserve(l, items, (part->nitems + (size_t)1) * size, err))
            return false;
        if (down)
            ((uint32_t *)items->data)[part->nitems++] = node;
        else
            ((struct gf_way *)items->data)[part->nitems++] = (struct gf_way){node, node};
        for (uint32_t v = 0; v < f->nvalues; v++)
            weights[v] += gf_frame_total(f, node, v);
    }
    l->ndown = down ? part->nitems : l->ndown;
    return true;
}

/* Twice the weight has to be a weight for a sandwich. */
static bool check_halves(const uint64_t *weights, uint32_t nvalues, struct gf_error *err)
{
    for (uint32_t v = 0; v < nvalues; v++)
        if (weights[v] > UINT64_MAX / 2)
            return gf_fail(err, GF_ERR_LIMIT, "the function weighs too much for a sandwich");
    return true;
}

/* The root with the function on it, once or twice. */
static bool open_function(struct gf_lazy *l, uint64_t *weights, struct gf_error *err)
{
    bool both = l->params.kind == GF_DERIVE_SANDWICH;
    uint32_t nvalues = l->f->nvalues;
    struct gf_part part;
    if (l->params.name >= l->f->names.n)
        return gf_fail(err, GF_ERR_EMPTY, "this function is nowhere in the profile");
    if (!find_outermost(l, l->params.kind == GF_DERIVE_CALLEES, &part, weights, err))
        return false;
    if (part.nitems == 0)
        return gf_fail(err, GF_ERR_EMPTY, "this function is nowhere in the profile");
    if (!gf_lazy_add(l, &part, weights, err))
        return false;
    if (both) {
        for (uint32_t v = 0; v < nvalues; v++)
            weights[v] = 0;
        if (!find_outermost(l, true, &part, weights, err) || !check_halves(weights, nvalues, err))
            return false;
        l->half = part.x = weights[0];
        if (!gf_lazy_add(l, &part, weights, err))
            return false;
    }
    for (uint32_t v = 0; v < nvalues; v++)
        gf_lazy_weights(l, 0)[v] = both ? 2 * weights[v] : weights[v];
    struct gf_part *root = gf_lazy_part(l, 0);
    root->open = true;
    root->child = 1;
    root->nchildren = both ? 2 : 1;
    l->deepest = 1;
    return true;
}

static bool start(struct gf_lazy *l, const atomic_bool *cancel, struct gf_error *err)
{
    const struct gf_frames *f = l->f;
    uint64_t bytes = f->names.n * sizeof *l->group_of;
    if (!gf_budget_take(f->budget, bytes, "unfolding this", err))
        return false;
    l->taken += bytes;
    uint64_t *weights = calloc(f->nvalues, sizeof *weights);
    l->group_of = calloc((size_t)f->names.n + 1, sizeof *l->group_of);
    bool ok = (weights && l->group_of) || gf_fail_nomem(err, f->names.n * sizeof *l->group_of);
    bool bottom_up = l->params.kind == GF_DERIVE_BOTTOM_UP;
    for (uint32_t v = 0; ok && bottom_up && v < f->nvalues; v++)
        weights[v] = gf_frame_total(f, 0, v) - gf_frame_self(f, 0, v);
    ok = ok && gf_lazy_add(l, &(struct gf_part){.name = GF_NO_NAME}, weights, err);
    if (ok && bottom_up) {
        ok = gf_lazy_reserve(l, &l->up, (size_t)f->n * sizeof(struct gf_way), err) &&
             gf_lazy_open_functions(l, cancel, err);
        if (ok && l->n == 1)
            ok = gf_fail(err, GF_ERR_EMPTY, "nothing in the profile has any weight");
    } else if (ok) {
        ok = open_function(l, weights, err);
    }
    free(weights);
    return ok;
}

bool gf_lazy_make(const struct gf_profile *from, const struct gf_frame_index *index,
                  const struct gf_derive_params *params, const atomic_bool *cancel,
                  struct gf_lazy **out, struct gf_error *err)
{
    *out = NULL;
    if (params->kind == GF_DERIVE_SAME)
        return gf_fail(err, GF_ERR_USAGE, "there is nothing to unfold");
    struct gf_lazy *l = calloc(1, sizeof *l);
    if (!l)
        return gf_fail_nomem(err, sizeof *l);
    l->profile = from;
    l->f = &from->frames;
    l->index = index;
    l->params = *params;
    if (!start(l, cancel, err)) {
        gf_lazy_free(l);
        return false;
    }
    l->nfirst = l->n;
    *out = l;
    return true;
}

void gf_lazy_free(struct gf_lazy *l)
{
    if (!l)
        return;
    gf_budget_give(l->f->budget, l->taken);
    gf_map_free(&l->parts);
    gf_map_free(&l->weights);
    gf_map_free(&l->up);
    gf_map_free(&l->down);
    gf_map_free(&l->items);
    free(l->group_of);
    free(l->groups);
    free(l->group_weights);
    free(l->order);
    free(l->heap);
    free(l->walk);
    free(l);
}
