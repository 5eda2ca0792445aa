#include "model/frame_index.h"

#include <stdlib.h>

#include "base/cancel.h"
#include "base/parallel.h"

enum {
    PIECES = 16,
    PIECE_LEAST = 1 << 16, /* frames for which a thread pays */
    STEP = 1 << 16         /* frames between two looks at the cancel flag */
};

/* The frames are cut into pieces. Each piece counts its names; from the counts follows where in
 * by_name its frames of a name begin, so that these are in ascending order whatever runs first. */
struct making {
    const struct gf_frames *f;
    struct gf_frame_index *index;
    const atomic_bool *cancel;
    unsigned pieces;
    uint32_t *at; /* [pieces][names]: how many, then where the next one goes */
    atomic_bool cancelled, failed;
};

static uint32_t border(const struct making *m, unsigned piece)
{
    return (uint32_t)(1 + (uint64_t)(m->f->n - 1) * piece / m->pieces);
}

static bool stopped(struct making *m)
{
    if (gf_cancelled(m->cancel))
        m->cancelled = true;
    return m->cancelled || m->failed;
}

/* The path to `node`, from the root: the frames that hold it, and itself. Returns its depth. */
static uint32_t path_to(const struct gf_frames *f, uint32_t node, uint32_t *open)
{
    uint32_t depth = 0;
    open[0] = 0;
    while (open[depth] != node) {
        open[depth + 1] = f->row_nodes[gf_row_at_or_before(f, depth + 1, node)];
        depth++;
    }
    return depth;
}

/* Finds the parents of a piece and counts its names. */
static void count_piece(void *ctx, unsigned piece)
{
    struct making *m = ctx;
    const struct gf_frames *f = m->f;
    uint32_t low = border(m, piece), high = border(m, piece + 1);
    uint32_t *counts = m->at + (size_t)piece * f->names.n;
    uint32_t *open = malloc(((size_t)f->nrows + 1) * sizeof *open);
    if (!open) {
        m->failed = true;
        return;
    }
    uint32_t depth = path_to(f, low - 1, open);
    for (uint32_t i = low; i < high; i++) {
        if (i % STEP == 0 && stopped(m))
            break;
        while (f->end[open[depth]] <= i)
            depth--;
        m->index->parent[i] = open[depth];
        open[++depth] = i;
        counts[f->name[i]]++;
    }
    free(open);
}

/* From counts to places. */
static void place_names(struct making *m)
{
    uint32_t names = m->f->names.n, at = 0;
    for (uint32_t name = 0; name < names; name++) {
        m->index->start[name] = at;
        for (unsigned piece = 0; piece < m->pieces; piece++) {
            uint32_t *count = &m->at[(size_t)piece * names + name], n = *count;
            *count = at;
            at += n;
        }
    }
    m->index->start[names] = at;
}

static void fill_piece(void *ctx, unsigned piece)
{
    struct making *m = ctx;
    const struct gf_frames *f = m->f;
    uint32_t low = border(m, piece), high = border(m, piece + 1);
    uint32_t *at = m->at + (size_t)piece * f->names.n;
    for (uint32_t i = low; i < high; i++) {
        if (i % STEP == 0 && stopped(m))
            return;
        m->index->by_name[at[f->name[i]]++] = i;
    }
}

static bool make(struct making *m, unsigned threads, struct gf_error *err)
{
    const struct gf_frames *f = m->f;
    struct gf_frame_index *index = m->index;
    size_t numbers = 2 * (size_t)f->n + f->names.n + 1;
    index->budget = gf_budget_hold(f->budget);
    if (!gf_budget_take(f->budget, numbers * sizeof(uint32_t), "the index of the frames", err))
        return false;
    index->taken = numbers * sizeof(uint32_t);
    if (!gf_map_reserve(&index->storage, numbers * sizeof(uint32_t), err))
        return false;
    index->parent = index->storage.data;
    index->by_name = index->parent + f->n;
    index->start = index->by_name + f->n;
    index->parent[0] = GF_NO_NODE;
    /* The counts shall not take more than the frames. */
    uint32_t most = f->n / (f->names.n > PIECE_LEAST ? f->names.n : PIECE_LEAST);
    m->pieces = most < 1 ? 1 : most < PIECES ? most : PIECES;
    m->at = calloc((size_t)m->pieces * f->names.n + 1, sizeof *m->at);
    if (!m->at)
        return gf_fail_nomem(err, (uint64_t)m->pieces * f->names.n * sizeof *m->at);
    gf_parallel(threads, m->pieces, count_piece, m);
    if (m->failed)
        return gf_fail_nomem(err, (uint64_t)f->nrows * sizeof(uint32_t));
    if (!stopped(m)) {
        place_names(m);
        gf_parallel(threads, m->pieces, fill_piece, m);
    }
    return !stopped(m) || gf_fail_cancelled(err);
}

bool gf_frame_index_make(const struct gf_frames *frames, unsigned threads,
                         const atomic_bool *cancel, struct gf_frame_index *out,
                         struct gf_error *err)
{
    *out = (struct gf_frame_index){0};
    struct making m = {.f = frames, .index = out, .cancel = cancel};
    bool ok = make(&m, threads, err);
    free(m.at);
    if (!ok)
        gf_frame_index_free(out);
    return ok;
}

void gf_frame_index_free(struct gf_frame_index *index)
{
    gf_map_free(&index->storage);
    gf_budget_give(index->budget, index->taken);
    gf_budget_drop(index->budget);
    *index = (struct gf_frame_index){0};
}
