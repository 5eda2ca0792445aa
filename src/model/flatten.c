/* From the call tree to the frame array, in passes over all nodes:
 *
 *   1. backwards: totals and subtree sizes add up towards the root; children are linked
 *   2. from the root down, family by family: siblings are sorted, and their places follow from
 *      their parent's place and the sizes of their elder siblings
 *   3. self weights, ends and names move to their places, one array after the other
 *   4. running sums, rows and the order of names follow from those
 *
 * A parent's id is below its children's and neighbours in time lie close together, so the passes by
 * id are nearly sequential; only 2 follows links, and hides its cache misses by prefetching.
 *
 * Memory is what decides how large a profile fits. Nothing is stored that can be derived: a node's
 * link to its parent, once followed, becomes the link to its next sibling, and that its place; the
 * total becomes the self weight again; links and sizes live in parts of the result that are filled
 * later. What has moved is given back to the system block by block. */
#include "model/flatten_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/parallel.h"
#include "model/flatten_preorder.h"
#include "model/tree_count.h"
#include "model/tree_merge.h"

/* Nodes that one thread moves at a time: their self weights are a huge page. */
#define BLOCK ((uint32_t)256 << 10)
/* Below this many nodes a thread costs more than it saves. */
#define NODES_PER_THREAD 65536

bool gf_flatten_fail(struct gf_flatten *f, const struct gf_error *err)
{
    pthread_mutex_lock(&f->mutex);
    if (!f->failed)
        f->error = *err;
    f->failed = true;
    pthread_mutex_unlock(&f->mutex);
    return false;
}

/* Large arrays begin with a huge page (flatten_recycle.h), others with 8 bytes. */
static size_t up(size_t bytes)
{
    size_t unit = bytes < 2 * GF_FLATTEN_UNIT ? sizeof(uint64_t) : GF_FLATTEN_UNIT;
    return (bytes + unit - 1) / unit * unit;
}

/* Those with 8-byte elements come first. How many rows there will be is not known yet: row_start
 * comes last and has room for the most, which costs nothing as long as it is not touched. */
bool gf_flatten_alloc(struct gf_flatten *f, struct gf_error *err)
{
    struct gf_frames *out = f->out;
    size_t n = f->n, nvalues = f->tree->nvalues;
    out->n = f->n;
    out->nvalues = f->tree->nvalues;
    out->prefix = calloc(nvalues, sizeof *out->prefix);
    out->values = calloc(nvalues, sizeof *out->values);
    if (!out->prefix || !out->values)
        return gf_fail_nomem(err, nvalues * sizeof *out->values);
    /* How far the arrays begin one from another. */
    size_t sum = up((n + 1) * sizeof(uint64_t)), id = up(n * sizeof(uint32_t));
    if (!gf_map_reserve(&out->storage, nvalues * sum + 3 * id + (n + 2) * sizeof(uint32_t), err))
        return false;
    char *p = out->storage.data;
    for (size_t v = 0; v < nvalues; v++, p += sum)
        out->prefix[v] = (uint64_t *)p;
    out->name = (uint32_t *)p;
    out->end = (uint32_t *)(p + id);
    out->row_nodes = (uint32_t *)(p + 2 * id);
    out->row_start = (uint32_t *)(p + 3 * id);
    return true;
}

/* One array on its way to its places. */
struct move {
    struct gf_flatten *f;
    struct gf_map *from; /* given back as it empties; NULL: is kept */
    uint32_t value;      /* of weights */
    atomic_uint_fast64_t stacks;
};

/* Gives back the pages of a block that has been moved. */
static void release_block(struct gf_map *map, uint32_t low, uint32_t high)
{
    size_t from = (size_t)low * sizeof(uint64_t), to = (size_t)high * sizeof(uint64_t);
    if (high - low == BLOCK)
        madvise((char *)map->data + from, to - from, MADV_DONTNEED);
}

static uint32_t block_end(const struct gf_flatten *f, uint32_t low)
{
    return f->n - low < BLOCK ? f->n : low + BLOCK;
}

static void move_weights(void *ctx, unsigned block)
{
    struct move *m = ctx;
    uint32_t low = block * BLOCK, high = block_end(m->f, low);
    const struct gf_edge *edges = m->f->edges;
    const uint64_t *self = m->from->data;
    uint64_t *to = m->f->out->prefix[m->value];
    /* Looks at all values, so it is done before the first of them is gone. */
    if (m->value == 0)
        atomic_fetch_add(&m->stacks, gf_tree_count_stacks(m->f->tree, low, high));
    for (uint32_t node = low; node < high; node++)
        to[edges[node].parent] = self[node];
    release_block(m->from, low, high);
}

static void move_ends(void *ctx, unsigned block)
{
    struct move *m = ctx;
    uint32_t low = block * BLOCK, high = block_end(m->f, low);
    const struct gf_edge *edges = m->f->edges;
    const uint32_t *size = m->f->size;
    uint32_t *to = m->f->out->end;
    for (uint32_t node = low; node < high; node++)
        to[edges[node].parent] = edges[node].parent + size[node];
}

static void move_names(void *ctx, unsigned block)
{
    struct move *m = ctx;
    uint32_t low = block * BLOCK, high = block_end(m->f, low);
    const struct gf_edge *edges = m->f->edges;
    uint32_t *to = m->f->out->name;
    for (uint32_t node = low; node < high; node++)
        to[edges[node].parent] = edges[node].name;
    release_block(m->from, low, high);
}

/* In the order that keeps the peak low: weights first, as their running sum has the first links'
 * pages; then ends; then names, into the pages of the sizes. */
static uint64_t move_nodes(struct gf_flatten *f)
{
    struct move m = {.f = f};
    unsigned blocks = (unsigned)(((uint64_t)f->n + BLOCK - 1) / BLOCK);
    for (m.value = 0; m.value < f->tree->nvalues; m.value++) {
        m.from = &f->tree->self[m.value];
        gf_parallel(f->threads, blocks, move_weights, &m);
        gf_map_free(m.from);
    }
    m.from = NULL;
    gf_parallel(f->threads, blocks, move_ends, &m);
    m.from = &f->tree->edges;
    gf_parallel(f->threads, blocks, move_names, &m);
    gf_map_free(m.from);
    return atomic_load(&m.stacks);
}

/* The four steps; f->tree is the only one. */
static bool flatten_scattered(struct gf_flatten *f, uint64_t *stacks)
{
    f->edges = f->tree->edges.data;
    f->weight = f->tree->self[0].data;
    f->first = (uint32_t *)f->out->prefix[0];
    f->size = f->out->name;
    gf_flatten_set_pieces(f, f->tree->max_depth);
    gf_flatten_link(f);
    bool ok = gf_flatten_arrange(f);
    if (ok)
        *stacks = move_nodes(f);
    free(f->rank);
    return ok;
}

static void free_slots(struct gf_tree *t)
{
    gf_map_free(&t->names.slots);
    t->names.mask = 0;
}

/* Trees that are not in pre-order, or have much in common, are merged and take the four steps. */
static bool flatten_merged(struct gf_flatten *f, struct gf_tree **trees, size_t n, uint64_t *stacks,
                           struct gf_error *err)
{
    bool done = false;
    if (n > 1) {
        gf_frames_free(f->out);
        *f->out = (struct gf_frames){0};
        if (!gf_tree_merge_all(trees, n, f->threads, &f->tree, err))
            return false;
        f->n = f->tree->n;
        free_slots(f->tree);
        if (!gf_flatten_alloc(f, err) ||
            (f->wide && !gf_flatten_preorder(f, &f->tree, 1, stacks, &done, err)))
            return false;
    }
    if (done || flatten_scattered(f, stacks))
        return true;
    if (err)
        *err = f->error;
    return false;
}

/* Puts a tree with nodes first: of several, the first one's names are those of the result. One of
 * no nodes may come from a parser that was too late for any sample. */
static void put_nodes_first(struct gf_tree **trees, size_t n)
{
    size_t i = 0;
    while (i + 1 < n && trees[i]->n <= 1)
        i++;
    struct gf_tree *first = trees[i];
    trees[i] = trees[0];
    trees[0] = first;
}

bool gf_flatten_trees(struct gf_tree **trees, size_t n, enum gf_order order,
                      const struct gf_simd *simd, unsigned threads, struct gf_flattened *to,
                      struct gf_error *err)
{
    put_nodes_first(trees, n);
    struct gf_flatten f = {.tree = trees[0], .out = &to->frames, .order = order, .simd = simd};
    uint64_t nodes = 0;
    bool done = false, ok = gf_tree_align(trees, n, err);
    *to = (struct gf_flattened){.decimals = trees[0]->decimals};
    for (size_t i = 0; i < n; i++) {
        nodes += trees[i]->n;
        gf_map_free(&trees[i]->index);
        trees[i]->index_mask = 0;
    }
    uint64_t useful = 1 + nodes / NODES_PER_THREAD;
    f.threads = threads < useful ? (threads ? threads : 1) : (unsigned)useful;
    f.n = nodes < UINT32_MAX ? (uint32_t)nodes : UINT32_MAX;
    if (n == 1)
        free_slots(trees[0]);
    pthread_mutex_init(&f.mutex, NULL);
    if (ok && nodes < UINT32_MAX && (n == 1 || order != GF_ORDER_INPUT))
        ok = gf_flatten_alloc(&f, err) &&
             gf_flatten_preorder(&f, trees, (unsigned)n, &to->stacks, &done, err);
    if (ok && !done)
        ok = flatten_merged(&f, trees, n, &to->stacks, err);
    ok = ok && gf_flatten_finish(&f, err);
    pthread_mutex_destroy(&f.mutex);
    free(f.rows.rows);
    for (size_t i = 0; i < n; i++)
        gf_tree_free(trees[i]);
    if (!ok)
        gf_frames_free(&to->frames);
    return ok;
}

bool gf_flatten(struct gf_tree *t, enum gf_order order, const struct gf_simd *simd,
                unsigned threads, struct gf_frames *out, uint64_t *stacks, struct gf_error *err)
{
    struct gf_flattened to;
    bool ok = gf_flatten_trees(&t, 1, order, simd, threads, &to, err);
    *out = to.frames;
    *stacks = to.stacks;
    return ok;
}
