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
/* Families up to this size are sorted by insertion. */
#define SMALL_FAMILY 20
/* Most pieces of the result that rows are made of side by side. */
#define MAX_PIECES 8
/* Nodes taken from the stack together, so that what they need is on its way before it is used. */
#define BATCH 16
/* Ranking all names pays where each is borne by several nodes. */
#define NODES_PER_RANKED_NAME 4

static const char *name_text(const void *ctx, uint32_t id, uint32_t *len)
{
    return gf_intern_text(ctx, id, len);
}

/* Ties between siblings are then decided by two numbers. Without memory for it names are compared
 * instead, so there is no failure. */
static void rank_names(struct gf_flatten *f)
{
    const struct gf_intern *names = &f->tree->names;
    if (f->order == GF_ORDER_INPUT || f->n / NODES_PER_RANKED_NAME < names->n)
        return;
    struct gf_keyed *items = malloc(((size_t)names->n + 1) * sizeof *items);
    uint32_t *rank = malloc(((size_t)names->n + 1) * sizeof *rank);
    if (items && rank) {
        for (uint32_t id = 0; id < names->n; id++)
            items[id].id = id;
        gf_keysort(items, names->n, &(struct gf_keys){0, NULL, name_text, names});
        for (uint32_t i = 0; i < names->n; i++)
            rank[items[i].id] = i;
        f->rank = rank;
        rank = NULL;
    }
    free(items);
    free(rank);
}

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
        rank_names(l->f);
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
    uint32_t *rows; /* nodes counted so far, by depth */
    size_t nrows, rows_cap;
    struct gf_error err;
};

static int compare_names(const struct gf_flatten *f, uint32_t a, uint32_t b)
{
    uint32_t x = f->edges[a].name, y = f->edges[b].name, nx, ny;
    if (f->rank)
        return (f->rank[x] > f->rank[y]) - (f->rank[x] < f->rank[y]);
    const char *p = gf_intern_text(&f->tree->names, x, &nx);
    const char *q = gf_intern_text(&f->tree->names, y, &ny);
    int c = memcmp(p, q, nx < ny ? nx : ny);
    return c ? c : (nx > ny) - (nx < ny);
}

/* The numbers that siblings are ordered by: the complement of the total in the order of weights,
 * then the name's rank where it is known. */
static uint64_t sibling_number(const void *ctx, uint32_t id, uint32_t which)
{
    const struct gf_flatten *f = ctx;
    if (f->order == GF_ORDER_WEIGHT && which == 0)
        return ~f->weight[id];
    return f->rank[f->edges[id].name];
}

static const char *sibling_text(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_flatten *f = ctx;
    return gf_intern_text(&f->tree->names, f->edges[id].name, len);
}

static void sort_family(const struct gf_flatten *f, struct gf_keyed *family, size_t n)
{
    if (n > SMALL_FAMILY) {
        uint32_t numbers = (f->order == GF_ORDER_WEIGHT) + (f->rank != NULL);
        gf_keysort(family, n,
                   &(struct gf_keys){numbers, sibling_number, f->rank ? NULL : sibling_text, f});
        return;
    }
    for (size_t i = 0; i < n; i++)
        family[i].key = f->order == GF_ORDER_WEIGHT ? ~f->weight[family[i].id] : 0;
    for (size_t i = 1; i < n; i++) {
        struct gf_keyed child = family[i];
        size_t k = i;
        for (; k > 0; k--) {
            const struct gf_keyed *elder = &family[k - 1];
            if (child.key > elder->key ||
                (child.key == elder->key && compare_names(f, child.id, elder->id) > 0))
                break;
            family[k] = *elder;
        }
        family[k] = child;
    }
}

/* Makes room for counting depths up to `depth`; new counts are 0. */
static bool grow_rows(const struct gf_flatten *f, uint32_t **rows, size_t *cap, size_t *nrows,
                      size_t want, struct gf_error *err)
{
    if (want <= *nrows)
        return true;
    if (!gf_grow(rows, cap, want * f->pieces, err))
        return false;
    memset(*rows + *nrows * f->pieces, 0, (want - *nrows) * f->pieces * sizeof **rows);
    *nrows = want;
    return true;
}

/* The counts of a depth, by piece; NULL when memory runs out. */
static inline uint32_t *row_counts(struct arranger *a, uint32_t depth)
{
    if (depth >= a->nrows &&
        !grow_rows(a->f, &a->rows, &a->rows_cap, &a->nrows, (size_t)depth + 1, &a->err))
        return NULL;
    return a->rows + (size_t)depth * a->f->pieces;
}

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
        uint32_t *counts = row_counts(a, ++depth);
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
    for (uint32_t child = f->first[parent.node]; child; child = f->edges[child].parent) {
        if (n == a->family_cap && !gf_grow(&a->family, &a->family_cap, n + 1, &a->err))
            return false;
        a->family[n++].id = child;
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
        sort_family(f, a->family, n);
    uint32_t place = f->edges[parent.node].parent + 1;
    uint32_t *counts = row_counts(a, parent.depth + 1);
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
    struct gf_flatten *f = a->f;
    pthread_mutex_lock(&f->mutex);
    ok = ok && grow_rows(f, &f->rows, &f->rows_cap, &f->nrows, a->nrows, &a->err);
    for (size_t i = 0; ok && i < a->nrows * f->pieces; i++)
        f->rows[i] += a->rows[i];
    pthread_mutex_unlock(&f->mutex);
    if (!ok)
        gf_flatten_fail(f, &a->err);
    free(a->stack);
    free(a->family);
    free(a->rows);
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
    uint32_t *counts = row_counts(&a, 0);
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

/* A piece for each thread, as long as counting for that does not need memory like the nodes. */
static void set_pieces(struct gf_flatten *f)
{
    uint64_t want = f->threads < MAX_PIECES ? f->threads : MAX_PIECES;
    if (want * f->threads * f->tree->max_depth > f->n / 8)
        want = 1;
    while ((uint64_t)(f->n - 1) >> f->piece_shift >= want)
        f->piece_shift++;
    f->pieces = ((f->n - 1) >> f->piece_shift) + 1;
}

bool gf_flatten_arrange(struct gf_flatten *f)
{
    struct tasks t = {.f = f};
    set_pieces(f);
    f->edges[GF_ROOT].parent = 0;
    if (make_tasks(&t, f->threads > 1 ? f->n / (f->threads * 16) : f->n)) {
        t.at_once = 1 + t.n / ((size_t)f->threads * 64);
        gf_parallel(f->threads, f->threads, arrange_tasks, &t);
    }
    free(t.items);
    return !f->failed;
}
