/* Matching the nodes of two call trees.
 *
 * Nodes are made in runs, paths down in which each has its parent's id plus one. So a child of a
 * node either stands behind it or is a head, the first node of a run, and only the heads of `into`
 * need a table. The runs of `from` are looked up in the order of their ids, which is parents first:
 * several at a time, so that their waits for memory overlap. */
#include "model/tree_match.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/parallel.h"
#include "model/tree_merge.h"

/* Nodes that are looked at in one go. */
#define BLOCK ((uint32_t)64 << 10)
/* Runs that are walked in step. */
#define WALKS 24
/* Heads whose places are asked for together. */
#define AT_ONCE 32
/* So many nodes before a run begins it is asked what its parent's twin is. */
#define AHEAD 64
/* In the place of a twin that cannot be known yet. */
#define PENDING UINT32_MAX

struct matching {
    struct gf_match *m;
    struct gf_map heads; /* _Atomic uint64_t [mask + 1]: half of the hash, and a head of into; 0 is
                            free */
    uint64_t mask;
    atomic_uint_fast64_t nheads;
    atomic_uint finished; /* blocks of from; they finish in their order */
    pthread_mutex_t mutex;
    pthread_cond_t finishes;
    atomic_bool failed;
    struct gf_error err; /* of the names */
};

static inline bool is_head(const struct gf_edge *edges, uint32_t node)
{
    return edges[node].parent + 1 != node;
}

static inline uint64_t hash_of(const struct matching *g, uint32_t parent, uint32_t name)
{
    return gf_mix(((uint64_t)parent << 32 | name) ^ g->m->into->seed);
}

static uint32_t block_end(const struct gf_tree *t, uint32_t low)
{
    return t->n - low < BLOCK ? t->n : low + BLOCK;
}

static unsigned blocks_of(const struct gf_tree *t)
{
    return 1 + (t->n - 1) / BLOCK;
}

/* ---- the heads of `into` ---- */

static void count_heads(void *ctx, unsigned block)
{
    struct matching *g = ctx;
    const struct gf_edge *edges = gf_tree_edges(g->m->into);
    uint32_t low = block * BLOCK, high = block_end(g->m->into, low);
    uint64_t n = 0;
    for (uint32_t node = low ? low : 1; node < high; node++)
        n += is_head(edges, node);
    atomic_fetch_add(&g->nheads, n);
}

/* A head on its way into the table. */
struct entry {
    uint64_t hash;
    uint32_t node;
};

static void put_heads(struct matching *g, const struct entry *entries, unsigned n)
{
    _Atomic uint64_t *heads = g->heads.data;
    for (unsigned i = 0; i < n; i++) {
        uint64_t entry = (entries[i].hash & ~(uint64_t)UINT32_MAX) | entries[i].node, free = 0;
        for (uint64_t slot = entries[i].hash & g->mask; !atomic_compare_exchange_strong_explicit(
                 &heads[slot], &free, entry, memory_order_relaxed, memory_order_relaxed);
             slot = (slot + 1) & g->mask)
            free = 0;
    }
}

/* Puts the heads of a block into the table; part 0 finds the names of `from` in `into`. */
static void prepare_part(void *ctx, unsigned part)
{
    struct matching *g = ctx;
    const struct gf_tree *into = g->m->into;
    if (part == 0) {
        if (!gf_tree_map_names(g->m->into, g->m->from, &g->m->name_of, &g->err))
            atomic_store(&g->failed, true);
        return;
    }
    const struct gf_edge *edges = gf_tree_edges(into);
    struct entry entries[AT_ONCE];
    unsigned n = 0;
    uint32_t low = (part - 1) * BLOCK, high = block_end(into, low);
    for (uint32_t node = low ? low : 1; node < high; node++) {
        if (!is_head(edges, node))
            continue;
        uint64_t hash = hash_of(g, edges[node].parent, edges[node].name);
        __builtin_prefetch((const uint64_t *)g->heads.data + (hash & g->mask), 1);
        entries[n++] = (struct entry){hash, node};
        if (n == AT_ONCE) {
            put_heads(g, entries, n);
            n = 0;
        }
    }
    put_heads(g, entries, n);
}

static bool prepare(struct matching *g, unsigned threads, struct gf_error *err)
{
    uint64_t slots = 16;
    unsigned blocks = blocks_of(g->m->into);
    gf_parallel(threads, blocks, count_heads, g);
    while (slots < atomic_load(&g->nheads) * 3 / 2)
        slots *= 2;
    g->mask = slots - 1;
    if (!gf_map_reserve(&g->heads, slots * sizeof(uint64_t), err) ||
        !gf_map_reserve(&g->m->node_map, (size_t)g->m->from->n * sizeof(uint32_t), err))
        return false;
    gf_parallel(threads, 1 + blocks, prepare_part, g);
    if (atomic_load(&g->failed) && err)
        *err = g->err;
    return !atomic_load(&g->failed);
}

/* ---- the runs of `from` ---- */

/* A run that is being looked up. */
struct walk {
    uint32_t node;      /* of from: the one that is looked for */
    uint32_t twin;      /* of into: the same as its parent */
    uint32_t name;      /* in into */
    uint32_t candidate; /* of into: may be the one; 0: the slot is to be read */
    uint64_t hash, slot;
};

struct walks {
    const struct matching *g;
    const struct gf_edge *from, *into;
    uint32_t *node_map;
    uint32_t low, high; /* the block of from */
    uint32_t n;
    struct walk walk[WALKS];
};

/* The run goes on with the child `node` of what has this twin, which is not behind it. */
static void look_for(const struct walks *w, struct walk *k, uint32_t node, uint32_t twin,
                     uint32_t name)
{
    *k = (struct walk){.node = node, .twin = twin, .name = name};
    k->hash = hash_of(w->g, twin, name);
    k->slot = k->hash & w->g->mask;
    __builtin_prefetch((const uint64_t *)w->g->heads.data + k->slot);
}

/* The node that is looked for is `found`. Follows the run as long as both go on in the same way;
 * false where it ends. */
static bool follow(const struct walks *w, struct walk *k, uint32_t found)
{
    const struct gf_match *m = w->g->m;
    uint32_t node = k->node;
    for (;; node++, found++) {
        w->node_map[node] = found + 1;
        if (node + 1 >= w->high || is_head(w->from, node + 1))
            return false;
        uint32_t name = m->name_of[w->from[node + 1].name];
        if (found + 1 < m->into->n && w->into[found + 1].parent == found &&
            w->into[found + 1].name == name)
            continue;
        look_for(w, k, node + 1, found, name);
        return true;
    }
}

/* Goes on to where memory has to be waited for; false when the run is done. What is not found is
 * not there, and so is all below it. */
static bool step(const struct walks *w, struct walk *k)
{
    const struct matching *g = w->g;
    const _Atomic uint64_t *heads = g->heads.data;
    if (k->candidate && w->into[k->candidate].parent == k->twin &&
        w->into[k->candidate].name == k->name)
        return follow(w, k, k->candidate);
    for (;;) {
        uint64_t entry = atomic_load_explicit(&heads[k->slot], memory_order_relaxed);
        if (entry == 0)
            return false;
        k->slot = (k->slot + 1) & g->mask;
        if (entry >> 32 == k->hash >> 32) {
            k->candidate = (uint32_t)entry;
            __builtin_prefetch(w->into + k->candidate);
            return true;
        }
    }
}

static void step_all(struct walks *w)
{
    for (uint32_t i = 0; i < w->n;) {
        if (step(w, &w->walk[i]))
            i++;
        else
            w->walk[i] = w->walk[--w->n];
    }
}

/* Waits until it is known what `node`, of the same block, is. */
static void settle(struct walks *w, uint32_t node)
{
    for (uint32_t i = 0; i < w->n;) {
        if (w->walk[i].node > node) {
            i++;
        } else {
            step_all(w);
            i = 0;
        }
    }
}

/* Begins to look up the run from `node` on, whose parent has a twin. */
static void begin(struct walks *w, uint32_t node)
{
    while (w->n == WALKS)
        step_all(w);
    struct walk *k = &w->walk[w->n++];
    uint32_t twin = w->node_map[w->from[node].parent] - 1;
    look_for(w, k, node, twin, w->g->m->name_of[w->from[node].name]);
    if (twin + 1 < w->g->m->into->n) { /* behind its parent, perhaps */
        k->candidate = twin + 1;
        __builtin_prefetch(w->into + k->candidate);
    }
}

/* Sets what is known of a run's nodes in this block. */
static void note_run(struct walks *w, uint32_t node, uint32_t value)
{
    do
        w->node_map[node++] = value;
    while (node < w->high && !is_head(w->from, node));
}

/* Looks up the runs of the block whose parents are in it or below `known`. The others, and what
 * hangs on them, are noted as pending; true when there are any. */
static bool look_up(struct walks *w, uint32_t known)
{
    bool pending = false;
    for (uint32_t node = w->low ? w->low : 1; node < w->high; node++) {
        uint32_t parent = w->from[node].parent;
        if (node + AHEAD < w->high)
            __builtin_prefetch(w->node_map + w->from[node + AHEAD].parent);
        if (node > w->low && node > 1 && parent + 1 == node)
            continue;
        if (parent >= w->low)
            settle(w, parent);
        if (parent < w->low && parent >= known) {
            note_run(w, node, PENDING);
            pending = true;
        } else if (w->node_map[parent] == PENDING) {
            note_run(w, node, PENDING);
        } else if (w->node_map[parent]) {
            begin(w, node);
        }
    }
    while (w->n > 0)
        step_all(w);
    return pending;
}

/* Looks up the runs that were pending, now that all blocks before are done. */
static void look_up_rest(struct walks *w)
{
    for (uint32_t node = w->low; node < w->high; node++) {
        uint32_t parent = w->from[node].parent;
        if (w->node_map[node] != PENDING || (node > w->low && parent + 1 == node))
            continue;
        if (parent >= w->low)
            settle(w, parent);
        note_run(w, node, 0);
        if (w->node_map[parent])
            begin(w, node);
    }
    while (w->n > 0)
        step_all(w);
}

/* A block of `from`. Blocks are taken, and finished, in their order. */
static void match_block(void *ctx, unsigned block)
{
    struct matching *g = ctx;
    struct gf_match *m = g->m;
    struct walks w = {.g = g,
                      .from = gf_tree_edges(m->from),
                      .into = gf_tree_edges(m->into),
                      .node_map = m->node_map.data,
                      .low = block * BLOCK};
    w.high = block_end(m->from, w.low);
    if (block == 0)
        w.node_map[GF_ROOT] = GF_ROOT + 1;
    bool pending = look_up(&w, atomic_load(&g->finished) * BLOCK);
    pthread_mutex_lock(&g->mutex);
    while (atomic_load(&g->finished) < block)
        pthread_cond_wait(&g->finishes, &g->mutex);
    pthread_mutex_unlock(&g->mutex);
    if (pending)
        look_up_rest(&w);
    pthread_mutex_lock(&g->mutex);
    atomic_store(&g->finished, block + 1);
    pthread_cond_broadcast(&g->finishes);
    pthread_mutex_unlock(&g->mutex);
}

bool gf_match_trees(struct gf_match *m, unsigned threads, struct gf_error *err)
{
    struct matching g = {.m = m};
    pthread_mutex_init(&g.mutex, NULL);
    pthread_cond_init(&g.finishes, NULL);
    bool ok = prepare(&g, threads, err);
    if (ok)
        gf_parallel(threads, blocks_of(m->from), match_block, &g);
    pthread_cond_destroy(&g.finishes);
    pthread_mutex_destroy(&g.mutex);
    gf_map_free(&g.heads);
    return ok;
}

void gf_match_free(struct gf_match *m)
{
    free(m->name_of);
    gf_map_free(&m->node_map);
}
