#include "layout/layout_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/system.h"
#include "base/vec.h"

/* Contents of an array as a number: all of it up to 256 kB, samples of more. */
static uint64_t fingerprint(const void *data, size_t n, uint64_t seed)
{
    enum { WHOLE = 256 << 10, PIECE = 256, PIECES = 512 };
    const unsigned char *bytes = data;
    if (n <= WHOLE)
        return gf_hash(bytes, n, seed);
    uint64_t h = seed;
    for (size_t i = 0; i < PIECES; i++)
        h = gf_hash(bytes + (n - PIECE) / (PIECES - 1) * i, PIECE, h);
    return gf_hash(&n, sizeof n, h);
}

static uint64_t frames_key(const struct gf_graph *g)
{
    const struct gf_frames *f = g->frames;
    uint64_t parts[] = {
        (uintptr_t)f->end, (uintptr_t)f->prefix[g->value], (uintptr_t)f->row_nodes, f->n,
        f->nrows,          gf_frame_total(f, 0, g->value)};
    uint64_t key = gf_hash(parts, sizeof parts, g->value);
    return fingerprint(f->prefix[g->value], (size_t)f->n * sizeof(uint64_t), key);
}

static void drop_pyramid(struct gf_layout_state *s)
{
    for (uint32_t i = 0; i < s->pyramid_rows; i++)
        gf_pyramid_free(&s->pyramid[i]);
    free(s->pyramid);
    s->pyramid = NULL;
    s->pyramid_rows = 0;
    s->matched = false;
}

static void drop_pruned(struct gf_layout_state *s)
{
    free(s->pruned_start);
    free(s->pruned_nodes);
    s->pruned_start = s->pruned_nodes = NULL;
    s->pruned = (struct gf_rows){0};
}

static void free_work(struct gf_row_work *w)
{
    free(w->columns);
    free(w->owner);
    free(w->match);
    free(w->blocks);
    free(w->wishes);
    gf_drawlist_free(&w->list);
}

uint64_t gf_layout_scratch_cost(const struct gf_frames *frames)
{
    uint64_t bytes = 0;
    for (uint32_t row = 0; row < frames->nrows; row++)
        bytes += gf_pyramid_cost(frames->row_start[row + 1] - frames->row_start[row], GF_DENSE_ROW);
    return bytes;
}

void gf_layout_scratch_free(struct gf_layout_scratch *scratch)
{
    struct gf_layout_state *s = scratch->impl;
    if (s) {
        drop_pyramid(s);
        drop_pruned(s);
        for (size_t i = 0; i < GF_LAYOUT_THREADS; i++)
            free_work(&s->work[i]);
        free(s->done);
        pthread_mutex_destroy(&s->lock);
        free(s);
    }
    scratch->impl = NULL;
}

struct gf_layout_state *gf_layout_state_of(struct gf_layout_scratch *scratch,
                                           const struct gf_graph *graph, struct gf_error *err)
{
    struct gf_layout_state *s = scratch->impl;
    if (!s) {
        const struct gf_simd *simd = gf_simd_select(err);
        if (!simd)
            return NULL;
        s = scratch->impl = calloc(1, sizeof *s);
        if (!s) {
            gf_fail_nomem(err, sizeof *s);
            return NULL;
        }
        s->simd = simd;
        pthread_mutex_init(&s->lock, NULL);
    }
    const struct gf_frames *f = graph->frames;
    uint64_t of_frames = frames_key(graph);
    uint64_t key = fingerprint(graph->colors->fill, graph->colors->n * sizeof(uint32_t),
                               of_frames ^ graph->theme->root_fill);
    if (key != s->key || (s->pyramid && s->pyramid_rows != f->nrows))
        drop_pyramid(s);
    if (of_frames != s->pruned_key)
        drop_pruned(s);
    s->key = key;
    s->pruned_key = of_frames;
    /* A search edits its array in place, so all of it counts. */
    s->match_key = graph->matched ? gf_layout_match_key(graph->matched, f->names.n) : 0;
    return s;
}

uint64_t gf_layout_match_key(const uint8_t *matched, uint32_t nnames)
{
    return gf_hash(matched, nnames, 1);
}

unsigned gf_layout_threads(void)
{
    unsigned cores = gf_system_cores();
    return cores < GF_LAYOUT_THREADS ? cores : GF_LAYOUT_THREADS;
}

bool gf_row_work_begin(struct gf_row_work *w, size_t columns, struct gf_error *err)
{
    w->nwishes = 0;
    return gf_grow(&w->columns, &w->columns_cap, columns, err) &&
           gf_grow(&w->owner, &w->owner_cap, columns, err) &&
           gf_grow(&w->match, &w->match_cap, columns, err) &&
           gf_grow(&w->blocks, &w->blocks_cap, columns + 1, err);
}

static bool make_pyramid(struct gf_layout_state *s, const struct gf_graph *graph,
                         const atomic_bool *cancel, struct gf_meter *meter, struct gf_error *err)
{
    const struct gf_frames *f = graph->frames;
    const struct gf_pyramid_params params = {.value = graph->value,
                                             .least = GF_DENSE_ROW,
                                             .colors = graph->colors,
                                             .root_fill = graph->theme->root_fill,
                                             .threads = gf_layout_threads(),
                                             .cancel = cancel,
                                             .meter = meter};
    if (s->pyramid)
        return true;
    s->pyramid = calloc(f->nrows, sizeof *s->pyramid);
    if (!s->pyramid)
        return gf_fail_nomem(err, (uint64_t)f->nrows * sizeof *s->pyramid);
    s->pyramid_rows = f->nrows;
    if (gf_pyramid_build(s->pyramid, f, &params, err))
        return true;
    drop_pyramid(s);
    return false;
}

/* Notes the matches of the graph's search in the pyramid, where they are not yet. */
static bool match_pyramid(struct gf_layout_state *s, const struct gf_graph *graph,
                          struct gf_error *err)
{
    if (!graph->matched || (s->matched && s->matched_key == s->match_key))
        return true;
    s->matched = gf_pyramid_match(s->pyramid, graph->frames, graph->value, graph->matched,
                                  graph->frames->names.n, gf_layout_threads(), NULL, err);
    s->matched_key = s->match_key;
    return s->matched;
}

bool gf_layout_state_pyramid(struct gf_layout_state *s, const struct gf_graph *graph, uint32_t row,
                             const struct gf_pyramid_row **out, struct gf_error *err)
{
    pthread_mutex_lock(&s->lock);
    bool made = make_pyramid(s, graph, NULL, NULL, err) && match_pyramid(s, graph, err);
    pthread_mutex_unlock(&s->lock);
    *out = made ? &s->pyramid[row] : NULL;
    return made;
}

bool gf_layout_is_dense(const struct gf_frames *f)
{
    for (uint32_t r = 0; r < f->nrows; r++)
        if (f->row_start[r + 1] - f->row_start[r] >= GF_DENSE_ROW)
            return true;
    return false;
}

bool gf_layout_prepare(const struct gf_graph *graph, struct gf_layout_scratch *scratch,
                       const atomic_bool *cancel, struct gf_meter *meter, struct gf_error *err)
{
    if (!gf_layout_is_dense(graph->frames))
        return true;
    struct gf_layout_state *s = gf_layout_state_of(scratch, graph, err);
    return s && make_pyramid(s, graph, cancel, meter, err);
}

/* The frames of at least `least`, in pre-order with their depths. */
struct survivors {
    uint32_t *nodes, *depths;
    size_t n, nodes_cap, depths_cap;
    uint32_t *ends; /* [nrows] of the frames that hold the one at hand */
};

static bool survive(struct survivors *all, const struct gf_graph *graph, uint64_t least,
                    struct gf_error *err)
{
    const struct gf_frames *f = graph->frames;
    uint32_t depth = 0;
    for (uint32_t node = 0; node < f->n;) {
        while (depth > 0 && all->ends[depth - 1] <= node)
            depth--;
        if (gf_frame_total(f, node, graph->value) < least) {
            node = f->end[node];
            continue;
        }
        if (!gf_grow(&all->nodes, &all->nodes_cap, all->n + 1, err) ||
            !gf_grow(&all->depths, &all->depths_cap, all->n + 1, err))
            return false;
        all->nodes[all->n] = node;
        all->depths[all->n++] = depth;
        all->ends[depth++] = f->end[node];
        node++;
    }
    return true;
}

/* Sorts the survivors by depth, keeping their order within each. */
static bool into_rows(struct gf_layout_state *s, const struct survivors *all, uint32_t nrows,
                      struct gf_error *err)
{
    s->pruned_start = calloc((size_t)nrows + 2, sizeof *s->pruned_start);
    s->pruned_nodes = malloc((all->n ? all->n : 1) * sizeof *s->pruned_nodes);
    if (!s->pruned_start || !s->pruned_nodes) {
        drop_pruned(s);
        return gf_fail_nomem(err, (all->n + nrows) * sizeof *s->pruned_nodes);
    }
    uint32_t *start = s->pruned_start, deepest = 0;
    for (size_t i = 0; i < all->n; i++) {
        start[all->depths[i] + 2]++;
        deepest = all->depths[i] + 1 > deepest ? all->depths[i] + 1 : deepest;
    }
    for (uint32_t r = 0; r < nrows; r++)
        start[r + 2] += start[r + 1];
    for (size_t i = 0; i < all->n; i++)
        s->pruned_nodes[start[all->depths[i] + 1]++] = all->nodes[i];
    s->pruned = (struct gf_rows){start, s->pruned_nodes, deepest};
    return true;
}

bool gf_layout_state_prune(struct gf_layout_state *s, const struct gf_graph *graph, uint64_t least,
                           struct gf_rows *rows, struct gf_error *err)
{
    if (!s->pruned_start || s->pruned_least != least) {
        drop_pruned(s);
        struct survivors all = {0};
        all.ends = malloc((size_t)graph->frames->nrows * sizeof *all.ends);
        bool ok = all.ends ? survive(&all, graph, least, err) &&
                                 into_rows(s, &all, graph->frames->nrows, err)
                           : gf_fail_nomem(err, graph->frames->nrows * sizeof *all.ends);
        free(all.ends);
        free(all.nodes);
        free(all.depths);
        if (!ok)
            return false;
        s->pruned_least = least;
    }
    *rows = s->pruned;
    return true;
}
