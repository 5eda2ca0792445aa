/* Merging call trees. */
#include "model/tree_merge.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/parallel.h"
#include "model/frames.h"
#include "model/tree_count.h"
#include "model/tree_match.h"

/* Nodes moved at a time. */
#define BLOCK ((uint32_t)256 << 10)
/* Nodes counted at a time, and how many nodes ahead weights of twins are asked for. */
#define COUNTED ((uint32_t)32 << 10)
#define AHEAD   32u
/* Names looked for together. */
#define NAMES_AT_ONCE 32u

/* Two trees that become one. */
struct merge {
    struct gf_tree *into;
    struct gf_tree *from;
    bool consume; /* `from` is given back as it moves */
    unsigned threads;
    uint64_t factor; /* brings from's weights to into's unit */
    struct gf_match match;
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

/* Gives ids in `into` to the nodes that it lacks, which keep their order. */
static bool number_nodes(struct merge *m, uint64_t *n, struct gf_error *err)
{
    uint32_t *node_map = m->match.node_map.data;
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
    const uint32_t *node_map = m->match.node_map.data;
    for (uint32_t node = low; node < high; node++) {
        uint32_t id = node_map[node] - 1;
        if (id >= m->into->n)
            to[id] = (struct gf_edge){node_map[from[node].parent] - 1,
                                      m->match.name_of[from[node].name]};
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
    const uint32_t *node_map = m->match.node_map.data;
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
    return copy_zero_stacks(m, err);
}

/* Finds what the two have in common, and adds what they say of all samples. */
static bool match(struct merge *m, struct gf_error *err)
{
    /* Nothing below asks the index; without it the new nodes are plain appends. */
    gf_map_free(&m->into->index);
    m->into->index_mask = 0;
    if (m->consume) {
        gf_map_free(&m->from->index);
        m->from->index_mask = 0;
    }
    if (m->from->max_depth > m->into->max_depth)
        m->into->max_depth = m->from->max_depth;
    m->match = (struct gf_match){.into = m->into, .from = m->from};
    return add_sums(m, err) && gf_match_trees(&m->match, m->threads, err);
}

static bool run_merge(struct merge *m, struct gf_error *err)
{
    bool ok = match(m, err) && move_nodes(m, err);
    gf_match_free(&m->match);
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

/* Merges pairs of trees until `enough` are left, the first ones of the list. */
static bool merge_until(struct gf_tree **trees, size_t *n, size_t enough, unsigned threads,
                        struct gf_error *err)
{
    struct round r = {.trees = trees, .n = *n, .err = err};
    pthread_mutex_init(&r.mutex, NULL);
    while (r.n > enough && !r.failed) {
        unsigned pairs = (unsigned)(r.n / 2);
        r.half = r.n - pairs;
        r.threads = threads > pairs ? threads / pairs : 1;
        gf_parallel(threads, pairs, merge_pair, &r);
        r.n = r.half;
    }
    pthread_mutex_destroy(&r.mutex);
    *n = r.n;
    return !r.failed;
}

bool gf_tree_merge_all(struct gf_tree **trees, size_t n, unsigned threads, struct gf_tree **all,
                       struct gf_error *err)
{
    bool ok = merge_until(trees, &n, 1, threads, err);
    *all = trees[0];
    return ok;
}

struct counts {
    const struct merge *m;
    atomic_uint_fast64_t nodes, stacks;
};

/* Counts the nodes that `into` lacks, and the stacks that end at those, or where none does in
 * `into`. */
static void count_block(void *ctx, unsigned block)
{
    struct counts *c = ctx;
    const struct merge *m = c->m;
    uint32_t low = block * COUNTED, n = m->from->n;
    uint32_t high = n - low < COUNTED ? n : low + COUNTED;
    const uint32_t *node_map = m->match.node_map.data;
    const uint64_t *self = m->into->self[0].data;
    uint64_t nodes = 0, stacks = 0;
    for (uint32_t node = low ? low : 1; node < high; node++) {
        uint32_t twin = node_map[node];
        nodes += twin == 0;
        uint32_t later = node + AHEAD < high ? node_map[node + AHEAD] : 0;
        __builtin_prefetch(self + later - (later > 0));
        if (gf_tree_ends_stack(m->from, node))
            stacks += twin == 0 || !gf_tree_ends_stack(m->into, twin - 1);
    }
    atomic_fetch_add(&c->nodes, nodes);
    atomic_fetch_add(&c->stacks, stacks);
}

bool gf_tree_count_all(struct gf_tree **trees, size_t n, unsigned threads,
                       struct gf_profile_stats *stats, struct gf_error *err)
{
    if (!merge_until(trees, &n, 2, threads, err))
        return false;
    if (n == 1) {
        gf_tree_state(trees[0], stats);
        gf_tree_count(trees[0], threads, stats);
        return true;
    }
    struct merge m = {.into = trees[0], .from = trees[1], .threads = threads};
    bool ok = match(&m, err);
    if (ok) {
        struct counts c = {.m = &m};
        gf_parallel(threads, 1 + (m.from->n - 1) / COUNTED, count_block, &c);
        gf_tree_state(m.into, stats);
        gf_tree_count(m.into, threads, stats);
        uint64_t paths = stats->call_paths + atomic_load(&c.nodes);
        stats->stacks += atomic_load(&c.stacks);
        stats->call_paths = (uint32_t)paths;
        if (paths >= UINT32_MAX)
            ok = gf_fail(err, GF_ERR_LIMIT, "more than 2^32 - 1 distinct call paths");
    }
    gf_match_free(&m.match);
    return ok;
}
