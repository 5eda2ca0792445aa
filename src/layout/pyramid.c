#include "layout/pyramid.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "layout/color.h"

enum { FAN = 16, AHEAD = 24 };

void gf_pyramid_free(struct gf_pyramid_row *row)
{
    gf_map_free(&row->storage);
    free(row->match_mask);
    free(row->match_count);
    *row = (struct gf_pyramid_row){0};
}

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

/* A row while its frames arrive: the block at hand, which is packed when the next one starts. */
struct row_builder {
    struct gf_pyramid_row *row;
    uint32_t count, block;
    uint64_t start[GF_BLOCK + 1], end[GF_BLOCK], sum[4];
    uint32_t color[GF_BLOCK];
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

static inline void add_frame(struct row_builder *b, uint64_t start, uint64_t end, uint32_t color)
{
    if (b->count == GF_BLOCK)
        close_block(b, start);
    b->start[b->count] = start;
    b->end[b->count] = end;
    b->color[b->count++] = color;
}

static void close_row(struct row_builder *b)
{
    struct gf_pyramid_row *row = b->row;
    uint64_t end = b->end[b->count - 1];
    close_block(b, end);
    row->start[b->block] = end;
    row->blocks[b->block] = (struct gf_block){.sum = {b->sum[0], b->sum[1], b->sum[2], b->sum[3]}};
    fill_maxima(row);
}

/* Deals the frames out to their rows, in pre-order: the arrays of the profile are read from front
 * to back, where going row by row would read them all over once a row. ends is a stack. */
static void deal_frames(const struct gf_frames *f, const uint64_t *prefix,
                        const struct gf_colors *colors, uint32_t root_fill, uint32_t *ends,
                        struct row_builder *const *builders)
{
    uint32_t depth = 0;
    for (uint32_t node = 0; node < f->n; node++) {
        while (depth > 0 && ends[depth - 1] <= node)
            depth--;
        struct row_builder *b = builders[depth];
        uint32_t end = f->end[node];
        ends[depth++] = end;
        if (!b)
            continue;
        uint32_t name = f->name[node];
        add_frame(b, prefix[node], prefix[end], name < colors->n ? colors->fill[name] : root_fill);
    }
}

bool gf_pyramid_build(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                      uint32_t least, const struct gf_colors *colors, uint32_t root_fill,
                      struct gf_error *err)
{
    uint32_t dense = 0;
    for (uint32_t r = 0; r < frames->nrows; r++)
        dense += frames->row_start[r + 1] - frames->row_start[r] >= least;
    struct row_builder *builder = calloc((size_t)dense + 1, sizeof *builder);
    struct row_builder **by_depth = calloc(frames->nrows, sizeof *by_depth);
    uint32_t *ends = malloc((size_t)frames->nrows * sizeof *ends);
    bool ok = builder && by_depth && ends;
    if (!ok)
        gf_fail_nomem(err, (uint64_t)frames->nrows * 16 + dense * sizeof *builder);
    uint32_t used = 0;
    for (uint32_t r = 0; ok && r < frames->nrows; r++) {
        uint32_t n = frames->row_start[r + 1] - frames->row_start[r];
        if (n < least)
            continue;
        rows[r] = (struct gf_pyramid_row){.n = n, .nblocks = (n + GF_BLOCK - 1) / GF_BLOCK};
        ok = map_arrays(&rows[r], err);
        builder[used].row = &rows[r];
        by_depth[r] = &builder[used++];
    }
    if (ok) {
        deal_frames(frames, frames->prefix[value], colors, root_fill, ends, by_depth);
        for (uint32_t i = 0; i < used; i++)
            close_row(&builder[i]);
    }
    free(builder);
    free(by_depth);
    free(ends);
    return ok;
}

bool gf_pyramid_match(struct gf_pyramid_row *row, const struct gf_frames *frames, uint32_t value,
                      const uint32_t *nodes, const uint8_t *matched, uint32_t nnames, uint64_t key,
                      struct gf_error *err)
{
    if (row->match_valid && row->match_key == key)
        return true;
    size_t blocks = (size_t)row->nblocks + 1;
    if (!row->match_mask)
        row->match_mask = malloc(blocks * sizeof *row->match_mask);
    if (!row->match_count)
        row->match_count = malloc(blocks * sizeof *row->match_count);
    row->match_valid = false;
    if (!row->match_mask || !row->match_count)
        return gf_fail_nomem(err, blocks * sizeof *row->match_count);
    uint32_t count = 0;
    for (uint32_t b = 0; b <= row->nblocks; b++) {
        uint32_t mask = 0;
        for (uint32_t k = b * GF_BLOCK; k < row->n && k < (b + 1) * GF_BLOCK; k++) {
            if (k + AHEAD < row->n)
                __builtin_prefetch(&frames->name[nodes[k + AHEAD]]);
            uint32_t name = frames->name[nodes[k]];
            bool hit =
                name < nnames && matched[name] && gf_frame_total(frames, nodes[k], value) > 0;
            mask |= (uint32_t)hit << (k % GF_BLOCK);
        }
        row->match_count[b] = count;
        row->match_mask[b] = (uint16_t)mask;
        count += (uint32_t)__builtin_popcount(mask);
    }
    row->match_key = key;
    row->match_valid = true;
    return true;
}

uint32_t gf_pyramid_next_wide(const struct gf_pyramid_row *row, uint32_t b, uint32_t end,
                              double weight)
{
    while (b < end) {
        if (b % (FAN * FAN) == 0 && (double)row->widest[2][b / (FAN * FAN)] < weight)
            b += FAN * FAN;
        else if (b % FAN == 0 && (double)row->widest[1][b / FAN] < weight)
            b += FAN;
        else if ((double)row->widest[0][b] >= weight)
            return b;
        else
            b++;
    }
    return end;
}

uint32_t gf_pyramid_seek(const struct gf_pyramid_row *row, uint32_t b, uint32_t end,
                         uint64_t weight)
{
    enum { NEAR = 8 };
    uint32_t lo = b, step = NEAR;
    if (end - b > NEAR) { /* mostly it is a few blocks on: counting them takes no branches */
        uint32_t near = 0;
        for (uint32_t i = 1; i <= NEAR; i++)
            near += row->start[b + i] <= weight;
        lo += near;
        if (near < NEAR)
            return lo;
    }
    while (lo + step < end && row->start[lo + step] <= weight) {
        lo += step;
        step = step < UINT32_MAX / 4 ? step * 2 : step;
    }
    uint32_t hi = end - lo > step ? lo + step : end;
    while (hi - lo > 1) { /* start[lo] <= weight (or lo is b), start[hi] > weight (or hi is end) */
        uint32_t middle = lo + (hi - lo) / 2;
        if (row->start[middle] <= weight)
            lo = middle;
        else
            hi = middle;
    }
    return lo;
}

struct gf_cut gf_pyramid_cut(const struct gf_simd *simd, const struct gf_pyramid_row *row,
                             uint32_t block, double fraction)
{
    struct gf_cut cut = {.block = block, .from = block * GF_BLOCK, .to = block * GF_BLOCK};
    if (!(fraction > 0) || block >= row->nblocks)
        return cut;
    const struct gf_block *b = &row->blocks[block];
    float position = fraction >= 1 ? GF_BLOCK_UNITS : (float)(fraction * GF_BLOCK_UNITS);
    struct gf_spans_left left;
    simd->spans_left(b->at, b->color, position, &left); /* sums stay within 2^24: exact enough */
    double unit = (double)(row->start[block + 1] - row->start[block]) / GF_BLOCK_UNITS;
    for (int i = 0; i < 4; i++)
        cut.part[i] = (double)left.sum[i] * unit;
    cut.from += left.passed;
    cut.to += left.begun;
    return cut;
}

void gf_pyramid_between(const struct gf_pyramid_row *row, const struct gf_cut *a,
                        const struct gf_cut *b, double sum[4])
{
    for (int i = 0; i < 4; i++) {
        uint64_t whole = row->blocks[b->block].sum[i] - row->blocks[a->block].sum[i];
        sum[i] = (double)whole + (b->part[i] - a->part[i]);
    }
}

/* Matches of the row before frame `at`. */
static uint32_t matches_before(const struct gf_pyramid_row *row, uint32_t at)
{
    uint32_t b = at / GF_BLOCK, before = (1u << at % GF_BLOCK) - 1;
    return row->match_count[b] + (uint32_t)__builtin_popcount(row->match_mask[b] & before);
}

uint32_t gf_pyramid_first_match(const struct gf_pyramid_row *row, uint32_t from, uint32_t to)
{
    to = to < row->n ? to : row->n;
    if (from >= to)
        return to;
    uint32_t count = matches_before(row, from);
    if (matches_before(row, to) == count)
        return to;
    uint32_t lo = from / GF_BLOCK, hi = (to - 1) / GF_BLOCK + 1;
    while (hi - lo > 1) { /* to the last block with no more than `count` matches before it */
        uint32_t middle = lo + (hi - lo) / 2;
        if (row->match_count[middle] <= count)
            lo = middle;
        else
            hi = middle;
    }
    uint32_t mask = row->match_mask[lo];
    if (lo == from / GF_BLOCK)
        mask &= ~((1u << from % GF_BLOCK) - 1);
    return lo * GF_BLOCK + (uint32_t)__builtin_ctz(mask);
}
