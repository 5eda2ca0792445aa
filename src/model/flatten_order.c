/* The passes of flattening that find every node's place. */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "model/flatten_internal.h"
#include "model/keysort.h"

/* Nodes between two looks at how far the other thread is. */
#define LINK_BLOCK 16384u
/* How many nodes before they are reached their parents are fetched. */
#define AHEAD 24
/* Nodes taken from the stack together, so that what they need is on its way before it is used. */
#define BATCH 16

struct link {
    struct gf_flatten *f;
    atomic_uint_fast32_t summed; /* the nodes from here on have added to their parents' totals */
};

/* Sums cannot overflow: the tree keeps their bound. */
static void sum_totals(struct link *l)
{
    const struct gf_edge *edges = l->f->edges;
    uint64_t *total = l->f->weight;
    if (l->f->order == GF_ORDER_WEIGHT) {
        for (uint32_t node = l->f->n - 1; node > 0; node--) {
            __builtin_prefetch(&total[edges[node > AHEAD ? node - AHEAD : 0].parent], 1);
            total[edges[node].parent] += total[node];
            if (node % LINK_BLOCK == 0)
                atomic_store_explicit(&l->summed, node, memory_order_release);
        }
    }
    atomic_store_explicit(&l->summed, 0, memory_order_release);
}

/* Follows sum_totals, since it replaces the links to parents by those to siblings. Children come
 * to stand in the order of their ids. */
static void sum_sizes(struct link *l)
{
    struct gf_edge *edges = l->f->edges;
    uint32_t *size = l->f->size, *first = l->f->first, node = l->f->n - 1;
    while (node > 0) {
        uint32_t low = (node - 1) / LINK_BLOCK * LINK_BLOCK;
        while (atomic_load_explicit(&l->summed, memory_order_acquire) > low)
            sched_yield();
        for (; node > low; node--) {
            uint32_t ahead = edges[node > AHEAD ? node - AHEAD : 0].parent;
            __builtin_prefetch(&size[ahead], 1);
            __builtin_prefetch(&first[ahead], 1);
            uint32_t parent = edges[node].parent;
            size[parent] += ++size[node];
            edges[node].parent = first[parent];
            first[parent] = node;
        }
    }
    size[GF_ROOT]++;
}

static void link_part(void *ctx, unsigned part)
{
    struct link *l = ctx;
    if (part == 0)
        sum_totals(l);
    else if (part == 1)
        sum_sizes(l);
    else
        l->f->rank = gf_flatten_rank_names(l->f->tree, l->f->order);
}

void gf_flatten_link(struct gf_flatten *f)
{
    struct link l = {.f = f};
    atomic_init(&l.summed, f->n);
    gf_parallel(f->threads, 3, link_part, &l);
}

/* A node with children whose place is known. */
struct item {
    uint32_t node, depth;
};

/* What a thread works with. */
struct arranger {
    struct gf_flatten *f;
    struct item *stack;
    size_t n, stack_cap;
    struct gf_keyed *family;
    size_t family_cap;
    struct gf_row_counts rows;
    struct gf_error err;
};

static bool push(struct arranger *a, uint32_t node, uint32_t depth)
{
    if (!gf_grow(&a->stack, &a->stack_cap, a->n + 1, &a->err))
        return false;
    a->stack[a->n++] = (struct item){node, depth};
    __builtin_prefetch(&a->f->first[node]);
    return true;
}

/* Most nodes have one child: goes down as long as that is so. Sets *at to the node where it is not,
 * and to GF_NO_NODE at the end of a stack. */
static bool arrange_chain(struct arranger *a, struct item *at)
{
    struct gf_flatten *f = a->f;
    bool weigh = f->order == GF_ORDER_WEIGHT;
    uint32_t node = at->node, depth = at->depth, place = f->edges[node].parent;
    for (;;) {
        uint32_t child = f->first[node];
        if (f->edges[child].parent)
            break;
        if (weigh)
            f->weight[node] -= f->weight[child];
        f->edges[child].parent = ++place;
        uint32_t *counts = gf_row_counts(f, &a->rows, ++depth, &a->err);
        if (!counts)
            return false;
        counts[place >> f->piece_shift]++;
        node = child;
        if (f->size[node] == 1) {
            node = GF_NO_NODE;
            break;
        }
    }
    *at = (struct item){node, depth};
    return true;
}

static bool arrange_family(struct arranger *a, struct item parent)
{
    struct gf_flatten *f = a->f;
    bool weigh = f->order == GF_ORDER_WEIGHT;
    uint64_t inside = 0;
    size_t n = 0;
    struct gf_siblings siblings = gf_siblings_of(f->order, f->tree, f->rank);
    for (uint32_t child = f->first[parent.node]; child; child = f->edges[child].parent) {
        if (n == a->family_cap && !gf_grow(&a->family, &a->family_cap, n + 1, &a->err))
            return false;
        a->family[n].id = child;
        a->family[n++].key = gf_sibling_key(f->order, f->weight[child]);
        inside += weigh ? f->weight[child] : 0;
    }
    if (weigh)
        f->weight[parent.node] -= inside;
    /* Pushed last to first, so that subtrees are gone through in the order of their ids. */
    for (size_t i = n; i-- > 0;) {
        if (f->size[a->family[i].id] > 1 && !push(a, a->family[i].id, parent.depth + 1))
            return false;
    }
    if (n > 1 && f->order != GF_ORDER_INPUT)
        gf_flatten_sort_family(&siblings, a->family, n);
    uint32_t place = f->edges[parent.node].parent + 1;
    uint32_t *counts = gf_row_counts(f, &a->rows, parent.depth + 1, &a->err);
    if (!counts)
        return false;
    for (size_t i = 0; i < n; i++) {
        f->edges[a->family[i].id].parent = place;
        counts[place >> f->piece_shift]++;
        place += f->size[a->family[i].id];
    }
    return true;
}

/* Arranges everything below the nodes on the stack. */
static bool arrange_stack(struct arranger *a)
{
    const struct gf_flatten *f = a->f;
    struct item batch[BATCH];
    while (a->n > 0) {
        size_t n = a->n < BATCH ? a->n : BATCH;
        a->n -= n;
        for (size_t i = 0; i < n; i++) {
            batch[i] = a->stack[a->n + n - 1 - i];
            uint32_t child = f->first[batch[i].node];
            __builtin_prefetch(&f->edges[child]);
            __builtin_prefetch(&f->weight[child]);
            __builtin_prefetch(&f->size[child]);
        }
        for (size_t i = 0; i < n; i++) {
            if (!arrange_chain(a, &batch[i]) ||
                (batch[i].node != GF_NO_NODE && !arrange_family(a, batch[i])))
                return false;
        }
    }
    return true;
}

/* Adds a thread's counts to those of all, and frees what it had. */
static void end_arranger(struct arranger *a, bool ok)
{
    gf_row_counts_end(a->f, &a->rows, ok, &a->err);
    free(a->stack);
    free(a->family);
}

/* Subtrees to be arranged, each by one thread. */
struct tasks {
    struct gf_flatten *f;
    struct item *items;
    size_t n, cap;
    size_t at_once;
    atomic_size_t next;
};

static void arrange_tasks(void *ctx, unsigned part)
{
    (void)part;
    struct tasks *t = ctx;
    struct arranger a = {.f = t->f};
    bool ok = true;
    for (;;) {
        size_t low = atomic_fetch_add(&t->next, t->at_once);
        if (!ok || low >= t->n)
            break;
        size_t n = t->n - low < t->at_once ? t->n - low : t->at_once;
        ok = gf_grow(&a.stack, &a.stack_cap, n, &a.err);
        if (ok) {
            memcpy(a.stack, t->items + low, n * sizeof *t->items);
            a.n = n;
            ok = arrange_stack(&a);
        }
    }
    end_arranger(&a, ok);
}

/* Arranges the families of large subtrees' roots; the smaller subtrees below become tasks. */
static bool make_tasks(struct tasks *t, uint32_t most)
{
    struct gf_flatten *f = t->f;
    struct arranger a = {.f = f};
    uint32_t *counts = gf_row_counts(f, &a.rows, 0, &a.err);
    bool ok = counts && (f->n == 1 || push(&a, GF_ROOT, 0));
    if (ok)
        counts[0] = 1;
    while (ok && a.n > 0) {
        struct item item = a.stack[--a.n];
        if (f->size[item.node] > most) {
            ok = arrange_family(&a, item);
            continue;
        }
        ok = gf_grow(&t->items, &t->cap, t->n + 1, &a.err);
        if (ok)
            t->items[t->n++] = item;
    }
    end_arranger(&a, ok);
    return ok;
}

bool gf_flatten_arrange(struct gf_flatten *f)
{
    struct tasks t = {.f = f};
    f->edges[GF_ROOT].parent = 0;
    if (make_tasks(&t, f->threads > 1 ? f->n / (f->threads * 16) : f->n)) {
        t.at_once = 1 + t.n / ((size_t)f->threads * 64);
        gf_parallel(f->threads, f->threads, arrange_tasks, &t);
    }
    free(t.items);
    return !f->failed;
}
