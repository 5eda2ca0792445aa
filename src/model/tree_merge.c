/* Merging call trees. */
#include "model/tree_merge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/parallel.h"
#include "model/frames.h"

/* Nodes moved at a time. */
#define BLOCK ((uint32_t)256 << 10)
/* Pairs taken from the stack together, so that what they need is on its way before it is used. */
#define BATCH 32
/* Names looked for together. */
#define NAMES_AT_ONCE 32u
/* Pairs for each thread before it is worth having several. */
#define PAIRS_PER_THREAD 64

/* Children by links, made in one pass: `first` of a node, then `next` of each, 0 ends; ids ascend.
 * The name stands beside: of a child that is not the one looked for, nothing else is read.
 * Half the time of gf_tree_children, which counts, sums and fills. */
struct link {
    uint32_t next, name;
};
struct links {
    struct gf_map first; /* uint32_t [n] */
    struct gf_map of;    /* struct link [n] */
};

/* What merging needs beside the two trees. */
struct merge {
    struct gf_tree *into;
    struct gf_tree *from;
    bool consume; /* `from` is given back as it moves */
    unsigned threads;
    uint64_t factor;        /* brings from's weights to into's unit */
    uint32_t *name_of;      /* from's name ids to into's */
    struct gf_map node_map; /* from's node ids to into's, plus 1; 0: not known yet */
    struct links ours, theirs;
    atomic_bool failed[3];
    struct gf_error err[3]; /* of the parts that run side by side */
};

/* Adds names low to low + n - 1 of `from`, all of whose slots are asked for before one is read. */
static bool map_some_names(struct gf_intern *into, const struct gf_intern *from, uint32_t low,
                           uint32_t n, uint32_t *map, struct gf_error *err)
{
    struct {
        const char *text;
        uint32_t len;
        uint64_t hash;
    } name[NAMES_AT_ONCE];
    unsigned keys = into->new_keys;
    for (uint32_t i = 0; i < n; i++) {
        name[i].text = gf_intern_text(from, low + i, &name[i].len);
        name[i].hash = gf_intern_hash(into, name[i].text, name[i].len);
        if (into->mask)
            gf_intern_ask_slot(into, name[i].hash);
    }
    for (uint32_t i = 0; i < n; i++) {
        bool is_new;
        if (keys != into->new_keys)
            name[i].hash = gf_intern_hash(into, name[i].text, name[i].len);
        if (!gf_intern_add_hashed(into, name[i].text, name[i].len, name[i].hash, &map[low + i],
                                  &is_new, err))
            return false;
    }
    return true;
}

bool gf_tree_map_names(struct gf_tree *into, const struct gf_tree *from, uint32_t **map,
                       struct gf_error *err)
{
    uint32_t n = from->names.n;
    *map = malloc(((size_t)n + 1) * sizeof **map);
    if (!*map)
        return gf_fail_nomem(err, (uint64_t)n * sizeof **map);
    for (uint32_t low = 0; low < n;) {
        uint32_t some = n - low < NAMES_AT_ONCE ? n - low : NAMES_AT_ONCE;
        if (!map_some_names(&into->names, &from->names, low, some, *map, err))
            return false;
        low += some;
    }
    return true;
}

bool gf_tree_align(struct gf_tree **trees, size_t n, struct gf_error *err)
{
    unsigned decimals = 0;
    for (size_t i = 0; i < n; i++)
        decimals = trees[i]->decimals > decimals ? trees[i]->decimals : decimals;
    for (size_t i = 0; i < n; i++)
        if (!gf_tree_rescale(trees[i], decimals, err))
            return false;
    for (uint32_t v = 0; v < trees[0]->nvalues; v++) {
        uint64_t sum = 0;
        for (size_t i = 0; i < n; i++)
            if (__builtin_add_overflow(sum, trees[i]->sum[v], &sum))
                return gf_fail(err, GF_ERR_LIMIT, "the weights add up to more than 2^64 - 1");
    }
    return true;
}

static bool link_children(const struct gf_tree *t, struct links *l, struct gf_error *err)
{
    if (!gf_map_reserve(&l->first, (size_t)t->n * sizeof(uint32_t), err) ||
        !gf_map_reserve(&l->of, (size_t)t->n * sizeof(struct link), err))
        return false;
    const struct gf_edge *edges = gf_tree_edges(t);
    uint32_t *first = l->first.data;
    struct link *of = l->of.data;
    for (uint32_t node = t->n - 1; node > 0; node--) {
        of[node] = (struct link){first[edges[node].parent], edges[node].name};
        first[edges[node].parent] = node;
    }
    return true;
}

static void free_links(struct links *l)
{
    gf_map_free(&l->first);
    gf_map_free(&l->of);
}

static void prepare_part(void *ctx, unsigned part)
{
    struct merge *m = ctx;
    struct gf_error *err = &m->err[part];
    bool ok = part == 0   ? link_children(m->into, &m->ours, err)
              : part == 1 ? link_children(m->from, &m->theirs, err)
                          : gf_tree_map_names(m->into, m->from, &m->name_of, err);
    atomic_store(&m->failed[part], !ok);
}

/* The first failure of parts that ran side by side. */
static bool all_done(struct merge *m, struct gf_error *err)
{
    for (int i = 0; i < 3; i++) {
        if (atomic_load(&m->failed[i])) {
            if (err)
                *err = m->err[i];
            return false;
        }
    }
    return true;
}

/* Brings both trees to one unit and makes sure that no sum will overflow. */
static bool add_sums(struct merge *m, struct gf_error *err)
{
    struct gf_tree *into = m->into;
    const struct gf_tree *from = m->from;
    if (!gf_tree_rescale(into, from->decimals, err))
        return false;
    m->factor = 1;
    for (unsigned i = from->decimals; i < into->decimals; i++)
        m->factor *= 10;
    for (uint32_t v = 0; v < into->nvalues; v++) {
        uint64_t sum;
        if (__builtin_mul_overflow(from->sum[v], m->factor, &sum) ||
            __builtin_add_overflow(into->sum[v], sum, &into->sum[v]))
            return gf_fail(err, GF_ERR_LIMIT, "the weights add up to more than 2^64 - 1");
    }
    return true;
}

/* A node of `from`, and the same one of `into`. */
struct pair {
    uint32_t node, twin;
};

/* Pairs whose children are to be looked at. */
struct matcher {
    struct merge *m;
    struct pair *stack;
    size_t n, cap;
    uint32_t *child_by_name; /* into's children of the family at hand, plus 1 */
};

static bool match(struct matcher *w, uint32_t node, uint32_t twin, struct gf_error *err)
{
    ((uint32_t *)w->m->node_map.data)[node] = twin + 1;
    if (!gf_grow(&w->stack, &w->cap, w->n + 1, err))
        return false;
    w->stack[w->n++] = (struct pair){node, twin};
    return true;
}

/* Finds which children of a node are children of its twin too: the families that begin with
 * `theirs` and `ours`. A single child is looked for among the others; for more of them, the twin's
 * are noted by name first. */
static bool match_family(struct matcher *w, uint32_t theirs, uint32_t ours, struct gf_error *err)
{
    const struct merge *m = w->m;
    const struct link *our = m->ours.of.data, *their = m->theirs.of.data;
    if (!theirs || !ours)
        return true;
    if (!their[theirs].next) {
        uint32_t name = m->name_of[their[theirs].name];
        while (ours && our[ours].name != name)
            ours = our[ours].next;
        return !ours || match(w, theirs, ours, err);
    }
    for (uint32_t i = ours; i; i = our[i].next)
        w->child_by_name[our[i].name] = i + 1;
    bool ok = true;
    for (uint32_t i = theirs; ok && i; i = their[i].next) {
        uint32_t found = w->child_by_name[m->name_of[their[i].name]];
        if (found)
            ok = match(w, i, found - 1, err);
    }
    for (uint32_t i = ours; i; i = our[i].next)
        w->child_by_name[our[i].name] = 0;
    return ok;
}

/* Takes the last n <= BATCH pairs from the stack and matches their children. */
static bool match_batch(struct matcher *w, size_t n, struct gf_error *err)
{
    const struct merge *m = w->m;
    const uint32_t *our_first = m->ours.first.data, *their_first = m->theirs.first.data;
    struct pair firsts[BATCH];
    const struct pair *batch = w->stack + (w->n -= n);
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&their_first[batch[i].node]);
        __builtin_prefetch(&our_first[batch[i].twin]);
    }
    for (size_t i = 0; i < n; i++) {
        firsts[i] = (struct pair){their_first[batch[i].node], our_first[batch[i].twin]};
        __builtin_prefetch((const struct link *)m->theirs.of.data + firsts[i].node);
        __builtin_prefetch((const struct link *)m->ours.of.data + firsts[i].twin);
    }
    for (size_t i = 0; i < n; i++) {
        if (!match_family(w, firsts[i].node, firsts[i].twin, err))
            return false;
    }
    return true;
}

static bool match_stack(struct matcher *w, struct gf_error *err)
{
    while (w->n > 0) {
        if (!match_batch(w, w->n < BATCH ? w->n : BATCH, err))
            return false;
    }
    return true;
}

static bool start_matcher(struct matcher *w, struct merge *m, struct gf_error *err)
{
    *w = (struct matcher){.m = m};
    w->child_by_name = calloc((size_t)m->into->names.n + 1, sizeof *w->child_by_name);
    return w->child_by_name ||
           gf_fail_nomem(err, (uint64_t)m->into->names.n * sizeof *w->child_by_name);
}

static void end_matcher(struct matcher *w)
{
    free(w->child_by_name);
    free(w->stack);
}

/* Pairs that are matched side by side: what lies below one has nothing in common with what lies
 * below another. */
struct match_tasks {
    struct merge *m;
    const struct pair *pairs;
    size_t n;
    atomic_size_t next;
};

static void match_tasks(void *ctx, unsigned part)
{
    struct match_tasks *t = ctx;
    struct matcher w;
    struct gf_error err = {0};
    bool ok = start_matcher(&w, t->m, &err);
    size_t i;
    while (ok && (i = atomic_fetch_add(&t->next, 1)) < t->n) {
        ok = match(&w, t->pairs[i].node, t->pairs[i].twin, &err) && match_stack(&w, &err);
    }
    end_matcher(&w);
    if (!ok && !atomic_exchange(&t->m->failed[0], true))
        t->m->err[0] = err;
    (void)part;
}

/* Finds the nodes that both trees have, from the root down. The children of a node that `into`
 * lacks are lacking too, so only shared nodes are looked at: for sorted inputs cut in two that is
 * one path. Goes by breadth until there is enough for all threads. */
static bool match_nodes(struct merge *m, struct gf_error *err)
{
    struct matcher w;
    size_t head = 0, enough = m->threads > 1 ? (size_t)m->threads * PAIRS_PER_THREAD : 1;
    bool ok = start_matcher(&w, m, err) && match(&w, GF_ROOT, GF_ROOT, err);
    while (ok && head < w.n && w.n - head < enough) {
        struct pair p = w.stack[head++];
        ok = match_family(&w, ((const uint32_t *)m->theirs.first.data)[p.node],
                          ((const uint32_t *)m->ours.first.data)[p.twin], err);
    }
    if (ok && head < w.n) {
        struct match_tasks t = {.m = m, .pairs = w.stack + head, .n = w.n - head};
        gf_parallel(m->threads, m->threads, match_tasks, &t);
        ok = all_done(m, err);
    }
    end_matcher(&w);
    return ok;
}

/* Gives ids in `into` to the nodes that it lacks, which keep their order. */
static bool number_nodes(struct merge *m, uint64_t *n, struct gf_error *err)
{
    uint32_t *node_map = m->node_map.data;
    uint64_t next = m->into->n;
    for (uint32_t node = 0; node < m->from->n; node++) {
        if (!node_map[node])
            node_map[node] = (uint32_t)++next;
    }
    *n = next;
    return next <= UINT32_MAX ||
           gf_fail(err, GF_ERR_LIMIT, "more than 2^32 - 1 distinct call paths");
}

/* Copies the nodes that `into` lacks, and adds the weights of all. No two are the same node. */
static void copy_block(void *ctx, unsigned block)
{
    struct merge *m = ctx;
    uint32_t low = block * BLOCK, high = m->from->n - low < BLOCK ? m->from->n : low + BLOCK;
    const struct gf_edge *from = gf_tree_edges(m->from);
    struct gf_edge *to = m->into->edges.data;
    const uint32_t *node_map = m->node_map.data;
    for (uint32_t node = low; node < high; node++) {
        uint32_t id = node_map[node] - 1;
        if (id >= m->into->n)
            to[id] = (struct gf_edge){node_map[from[node].parent] - 1, m->name_of[from[node].name]};
    }
    for (uint32_t v = 0; v < m->from->nvalues; v++) {
        const uint64_t *self = m->from->self[v].data;
        uint64_t *self_to = m->into->self[v].data;
        for (uint32_t node = low; node < high; node++) {
            if (self[node])
                self_to[node_map[node] - 1] += self[node] * m->factor;
        }
    }
    if (!m->consume || high - low < BLOCK)
        return;
    size_t at = (size_t)low * sizeof(uint64_t), bytes = (size_t)BLOCK * sizeof(uint64_t);
    madvise((char *)m->from->edges.data + at, bytes, MADV_DONTNEED);
    for (uint32_t v = 0; v < m->from->nvalues; v++)
        madvise((char *)m->from->self[v].data + at, bytes, MADV_DONTNEED);
}

/* Where a stack of weight 0 ended in the one, it did in the other. */
static bool copy_zero_stacks(struct merge *m, struct gf_error *err)
{
    static const uint64_t none[GF_FRAME_VALUES];
    const uint32_t *node_map = m->node_map.data;
    const uint8_t *bits = m->from->zero_stacks.data;
    for (size_t byte = 0; byte < m->from->zero_stacks.cap; byte++) {
        for (unsigned bit = 0; bits[byte] >> bit; bit++) {
            if (bits[byte] >> bit & 1 &&
                !gf_tree_add(m->into, node_map[byte * 8 + bit] - 1, none, 0, err))
                return false;
        }
    }
    return true;
}

static bool move_nodes(struct merge *m, struct gf_error *err)
{
    struct gf_tree *into = m->into;
    uint64_t n;
    if (!number_nodes(m, &n, err) ||
        !gf_map_reserve(&into->edges, (size_t)n * sizeof(struct gf_edge), err))
        return false;
    for (uint32_t v = 0; v < into->nvalues; v++) {
        if (!gf_map_reserve(&into->self[v], (size_t)n * sizeof(uint64_t), err))
            return false;
    }
    gf_parallel(m->threads, (unsigned)(((uint64_t)m->from->n + BLOCK - 1) / BLOCK), copy_block, m);
    into->n = (uint32_t)n;
    if (m->from->max_depth > into->max_depth)
        into->max_depth = m->from->max_depth;
    return copy_zero_stacks(m, err);
}

static bool run_merge(struct merge *m, struct gf_error *err)
{
    /* Nothing below asks the index; without it the new nodes are plain appends. */
    gf_map_free(&m->into->index);
    m->into->index_mask = 0;
    if (m->consume) {
        gf_map_free(&m->from->index);
        m->from->index_mask = 0;
    }
    bool ok = add_sums(m, err);
    if (ok) {
        gf_parallel(m->threads, 3, prepare_part, m);
        ok = all_done(m, err);
    }
    ok = ok && gf_map_reserve(&m->node_map, (size_t)m->from->n * sizeof(uint32_t), err) &&
         match_nodes(m, err);
    free_links(&m->ours);
    free_links(&m->theirs);
    ok = ok && move_nodes(m, err);
    free(m->name_of);
    gf_map_free(&m->node_map);
    return ok;
}

bool gf_tree_merge(struct gf_tree *into, const struct gf_tree *from, struct gf_error *err)
{
    struct merge m = {.into = into, .from = (struct gf_tree *)(uintptr_t)from, .threads = 1};
    return run_merge(&m, err);
}

/* One round of merging: the first half of the trees takes in the second. */
struct round {
    struct gf_tree **trees;
    size_t n, half;
    unsigned threads; /* for each pair */
    pthread_mutex_t mutex;
    bool failed;
    struct gf_error *err;
};

static void merge_pair(void *ctx, unsigned i)
{
    struct round *r = ctx;
    struct gf_tree **into = &r->trees[i], **from = &r->trees[i + r->half];
    struct gf_error err = {0};
    if ((*into)->n < (*from)->n) {
        struct gf_tree *t = *into;
        *into = *from;
        *from = t;
    }
    struct merge m = {.into = *into, .from = *from, .consume = true, .threads = r->threads};
    bool ok = run_merge(&m, &err);
    gf_tree_free(*from);
    if (ok)
        return;
    pthread_mutex_lock(&r->mutex);
    if (!r->failed && r->err)
        *r->err = err;
    r->failed = true;
    pthread_mutex_unlock(&r->mutex);
}

bool gf_tree_merge_all(struct gf_tree **trees, size_t n, unsigned threads, struct gf_tree **all,
                       struct gf_error *err)
{
    struct round r = {.trees = trees, .n = n, .err = err};
    pthread_mutex_init(&r.mutex, NULL);
    while (r.n > 1 && !r.failed) {
        unsigned pairs = (unsigned)(r.n / 2);
        r.half = r.n - pairs;
        r.threads = threads > pairs ? threads / pairs : 1;
        gf_parallel(threads, pairs, merge_pair, &r);
        r.n = r.half;
    }
    pthread_mutex_destroy(&r.mutex);
    *all = trees[0];
    return !r.failed;
}
