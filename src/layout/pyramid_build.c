/* Rows are made in one pass over the profile in pre-order, which reads its arrays from front to
 * back, where going row by row would read them all over once a row. Several threads take a stretch
 * of nodes each. In every row a stretch begins with the block that its first frame there opens:
 * frames before that fill up the last block of the stretch before. Running sums begin at 0 in each
 * stretch and are raised by those of the stretches before when all are done. */
#include "layout/pyramid.h"

#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/parallel.h"
#include "base/vec.h"
#include "layout/color.h"
#include "layout/pyramid_walk.h"

enum { FAN = GF_PYRAMID_FAN };

/* Fewer nodes a stretch take less time than a thread takes to start. */
#define STRETCH_NODES (1u << 18)
#define STRETCHES     64u
/* Nodes between two looks at whether it is wanted still. */
#define PIECE (1u << 14)

/* Maps the arrays of a row as one piece, so that large ones lie in huge pages: they are read at
 * random. The number of nodes is 32 bits wide, and so are blocks: no product overflows. */
static bool map_arrays(struct gf_pyramid_row *row, struct gf_error *err)
{
    size_t blocks = (size_t)row->nblocks + 1;
    size_t maxima[3] = {blocks, blocks / FAN + 1, blocks / FAN / FAN + 1};
    size_t bytes = blocks * (sizeof *row->blocks + sizeof *row->start) +
                   (maxima[0] + maxima[1] + maxima[2]) * sizeof(float);
    if (!gf_map_reserve(&row->storage, bytes, err))
        return false;
    row->blocks = row->storage.data; /* whole cache lines come first */
    row->start = (uint64_t *)(row->blocks + blocks);
    row->widest[0] = (float *)(row->start + blocks);
    row->widest[1] = row->widest[0] + maxima[0];
    row->widest[2] = row->widest[1] + maxima[1];
    return true;
}

uint64_t gf_pyramid_cost(uint32_t n, uint32_t least)
{
    enum { MASK = sizeof(uint16_t), COUNT = sizeof(uint32_t), MAXIMA = 2 * sizeof(float) };
    uint64_t blocks = (uint64_t)n / GF_BLOCK + 2;
    return n < least
               ? 0
               : blocks * (sizeof(struct gf_block) + sizeof(uint64_t) + MAXIMA + MASK + COUNT);
}

/* At least `weight`, as a float. */
static float float_above(uint64_t weight)
{
    float f = (float)weight;
    return (double)f < (double)weight ? nextafterf(f, INFINITY) : f;
}

/* Fills one block from `count` frames that start at start[0..count) and end at end[]; start[count]
 * is where the next block begins. Returns the largest distance between starts. */
static uint64_t pack_block(struct gf_block *block, const uint64_t start[GF_BLOCK + 1],
                           const uint64_t end[GF_BLOCK], const uint32_t color[GF_BLOCK],
                           uint32_t count, uint64_t sum[4])
{
    memcpy(block->sum, sum, sizeof block->sum);
    /* Places in the block by one multiplication: of the width no more than 31 bits count. */
    uint64_t block_width = start[count] - start[0];
    unsigned drop = block_width >> 31 ? 33 - (unsigned)__builtin_clzll(block_width) : 0;
    uint64_t unit = block_width ? (1ull << 47) / (block_width >> drop) : 0;
    uint64_t widest = 0;
    for (uint32_t j = 0; j < GF_BLOCK; j++) {
        if (j >= count) {
            block->at[j] = UINT16_MAX;
            block->color[j] = 0;
            continue;
        }
        uint64_t way = start[j + 1] - start[j], width = end[j] - start[j];
        uint64_t at = ((start[j] - start[0]) >> drop) * unit >> 31;
        block->at[j] = at < UINT16_MAX ? (uint16_t)at : UINT16_MAX;
        uint32_t covered =
            way == width ? 255 : (uint32_t)((double)width / (double)way * 255.0 + 0.5);
        block->color[j] = (color[j] & 0xffffff) | covered << 24;
        sum[0] += width * gf_red(color[j]);
        sum[1] += width * gf_green(color[j]);
        sum[2] += width * gf_blue(color[j]);
        sum[3] += width;
        widest = way > widest ? way : widest;
    }
    return widest;
}

static void fill_maxima(struct gf_pyramid_row *row)
{
    uint32_t n = row->nblocks;
    for (int level = 1; level < 3; level++) {
        uint32_t above = (n + FAN - 1) / FAN;
        for (uint32_t i = 0; i < above; i++) {
            float most = 0;
            for (uint32_t j = i * FAN; j < n && j < (i + 1) * FAN; j++)
                most = row->widest[level - 1][j] > most ? row->widest[level - 1][j] : most;
            row->widest[level][i] = most;
        }
        n = above;
    }
}

/* A row while the frames of a stretch arrive: the block at hand, which is packed when the next one
 * starts. */
struct row_builder {
    struct gf_pyramid_row *row;
    const uint32_t *nodes; /* of the row */
    uint32_t skip;         /* frames that belong to the stretch before */
    uint32_t next, last;   /* the frames that fill up the last block: nodes[next .. last) */
    uint32_t first_block;  /* of the stretch */
    uint32_t count, block;
    bool weightless; /* a frame weighs nothing */
    uint64_t start[GF_BLOCK + 1], end[GF_BLOCK], sum[4];
    uint32_t color[GF_BLOCK];
};

struct build {
    struct gf_pyramid_row *rows;
    const struct gf_frames *frames;
    const struct gf_pyramid_params *params;
    const uint64_t *prefix;
    uint32_t ndense;
    uint32_t *dense; /* [ndense] the rows to build */
    uint32_t *slot;  /* [nrows] the place of a row in dense, or UINT32_MAX */
    uint32_t stretches;
    struct row_builder *builders; /* [stretches][ndense] */
    uint32_t *ends;               /* [stretches][nrows] */
};

static void close_block(struct row_builder *b, uint64_t next_start)
{
    struct gf_pyramid_row *row = b->row;
    b->start[b->count] = next_start;
    row->start[b->block] = b->start[0];
    row->widest[0][b->block] = float_above(
        pack_block(&row->blocks[b->block], b->start, b->end, b->color, b->count, b->sum));
    b->block++;
    b->count = 0;
}

static inline void add_frame(const struct build *k, struct row_builder *b, uint32_t node)
{
    const struct gf_frames *f = k->frames;
    uint64_t start = k->prefix[node];
    if (b->count == GF_BLOCK)
        close_block(b, start);
    b->start[b->count] = start;
    b->end[b->count] = k->prefix[f->end[node]];
    b->weightless |= b->end[b->count] == start;
    b->color[b->count++] = gf_fill_of(k->params->colors, f, node, k->params->root_fill);
}

static uint32_t first_node(const struct build *k, uint32_t stretch)
{
    return (uint32_t)((uint64_t)k->frames->n * stretch / k->stretches);
}

/* The first frame of a row, counted within it, whose block belongs to the stretch or a later one;
 * *below: how many frames of the row come before the stretch. */
static uint32_t first_frame(const struct build *k, uint32_t row, uint32_t stretch, uint32_t *below)
{
    const struct gf_frames *f = k->frames;
    uint32_t n = f->row_start[row + 1] - f->row_start[row];
    *below = stretch == k->stretches
                 ? n
                 : gf_count_below(f->row_nodes + f->row_start[row], n, first_node(k, stretch));
    uint32_t whole = (*below + GF_BLOCK - 1) / GF_BLOCK * GF_BLOCK;
    return whole < n ? whole : n;
}

static void open_stretch(const struct build *k, uint32_t stretch, struct row_builder *builders)
{
    for (uint32_t i = 0; i < k->ndense; i++) {
        struct row_builder *b = &builders[i];
        uint32_t row = k->dense[i], below, after;
        uint32_t first = first_frame(k, row, stretch, &below);
        uint32_t last = first_frame(k, row, stretch + 1, &after);
        b->row = &k->rows[row];
        b->nodes = k->frames->row_nodes + k->frames->row_start[row];
        b->skip = first - below;
        b->next = first > after ? first : after;
        b->last = last;
        b->block = b->first_block = first / GF_BLOCK;
    }
}

/* The blocks that are open at the end of a stretch: what is missing lies in the next ones. */
static void close_stretch(const struct build *k, struct row_builder *builders)
{
    for (uint32_t i = 0; i < k->ndense; i++) {
        struct row_builder *b = &builders[i];
        while (b->next < b->last)
            add_frame(k, b, b->nodes[b->next++]);
        if (b->count > 0)
            close_block(b,
                        b->last < b->row->n ? k->prefix[b->nodes[b->last]] : b->end[b->count - 1]);
    }
}

static void build_stretch(void *ctx, unsigned stretch)
{
    const struct build *k = ctx;
    const struct gf_frames *f = k->frames;
    struct row_builder *builders = k->builders + (size_t)stretch * k->ndense;
    open_stretch(k, stretch, builders);
    struct gf_walk walk = gf_walk_begin(f, first_node(k, stretch), first_node(k, stretch + 1),
                                        k->ends + (size_t)stretch * f->nrows);
    while (walk.node < walk.end) {
        if (walk.node % PIECE == 0) {
            if (gf_cancelled(k->params->cancel))
                return;
            gf_meter_did(k->params->meter, PIECE);
        }
        uint32_t node = walk.node, slot = k->slot[gf_walk_next(&walk)];
        if (slot == UINT32_MAX)
            continue;
        struct row_builder *b = &builders[slot];
        if (b->skip > 0)
            b->skip--;
        else
            add_frame(k, b, node);
    }
    close_stretch(k, builders);
}

/* Raises the sums of a stretch by what the stretches before it came to. */
static void join_sums(void *ctx, unsigned stretch)
{
    const struct build *k = ctx;
    for (uint32_t i = 0; i < k->ndense; i++) {
        uint64_t before[4] = {0};
        for (uint32_t s = 0; s < stretch; s++)
            for (int c = 0; c < 4; c++)
                before[c] += k->builders[(size_t)s * k->ndense + i].sum[c];
        const struct row_builder *b = &k->builders[(size_t)stretch * k->ndense + i];
        for (uint32_t j = b->first_block; stretch > 0 && j < b->block; j++)
            for (int c = 0; c < 4; c++)
                b->row->blocks[j].sum[c] += before[c];
        if (stretch + 1 < k->stretches)
            continue;
        for (uint32_t s = 0; s < k->stretches; s++)
            b->row->weightless |= k->builders[(size_t)s * k->ndense + i].weightless;
        struct gf_block *all = &b->row->blocks[b->row->nblocks];
        *all = (struct gf_block){0};
        for (int c = 0; c < 4; c++)
            all->sum[c] = before[c] + b->sum[c];
        b->row->start[b->row->nblocks] = k->prefix[k->frames->end[b->nodes[b->row->n - 1]]];
        fill_maxima(b->row);
    }
}

static bool prepare(struct build *k, struct gf_error *err)
{
    uint32_t least = k->params->least;
    unsigned threads = k->params->threads;
    const struct gf_frames *f = k->frames;
    uint32_t stretches = f->n / STRETCH_NODES, most = threads < STRETCHES ? threads : STRETCHES;
    k->stretches = stretches < most ? stretches : most;
    k->stretches = k->stretches > 0 ? k->stretches : 1;
    for (uint32_t r = 0; r < f->nrows; r++)
        k->ndense += f->row_start[r + 1] - f->row_start[r] >= least;
    k->dense = malloc(((size_t)k->ndense + 1) * sizeof *k->dense);
    k->slot = malloc((size_t)f->nrows * sizeof *k->slot);
    k->builders = calloc((size_t)k->ndense * k->stretches + 1, sizeof *k->builders);
    k->ends = malloc((size_t)f->nrows * k->stretches * sizeof *k->ends);
    if (!k->dense || !k->slot || !k->builders || !k->ends)
        return gf_fail_nomem(err, (uint64_t)k->ndense * k->stretches * sizeof *k->builders +
                                      (uint64_t)f->nrows * k->stretches * sizeof *k->ends);
    uint32_t used = 0;
    for (uint32_t r = 0; r < f->nrows; r++) {
        uint32_t n = f->row_start[r + 1] - f->row_start[r];
        k->slot[r] = n < least ? UINT32_MAX : used;
        if (n < least)
            continue;
        k->dense[used++] = r;
        k->rows[r] = (struct gf_pyramid_row){.n = n, .nblocks = (n + GF_BLOCK - 1) / GF_BLOCK};
        if (!map_arrays(&k->rows[r], err))
            return false;
    }
    return true;
}

bool gf_pyramid_build(struct gf_pyramid_row *rows, const struct gf_frames *frames,
                      const struct gf_pyramid_params *params, struct gf_error *err)
{
    struct build k = {
        .rows = rows, .frames = frames, .params = params, .prefix = frames->prefix[params->value]};
    bool ok = prepare(&k, err);
    if (ok) {
        gf_parallel(params->threads, k.stretches, build_stretch, &k);
        ok = !gf_cancelled(k.params->cancel) || gf_fail_cancelled(err);
    }
    if (ok)
        gf_parallel(params->threads, k.stretches, join_sums, &k);
    free(k.dense);
    free(k.slot);
    free(k.builders);
    free(k.ends);
    return ok;
}
