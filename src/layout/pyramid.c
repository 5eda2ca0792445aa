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
    double unit = start[count] > start[0] ? 65536.0 / (double)(start[count] - start[0]) : 0;
    uint64_t widest = 0;
    for (uint32_t j = 0; j < GF_BLOCK; j++) {
        if (j >= count) {
            block->at[j] = UINT16_MAX;
            block->color[j] = 0;
            continue;
        }
        uint64_t way = start[j + 1] - start[j], width = end[j] - start[j];
        double at = (double)(start[j] - start[0]) * unit;
        block->at[j] = at < 65535 ? (uint16_t)at : UINT16_MAX;
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

bool gf_pyramid_build(struct gf_pyramid_row *row, const struct gf_frames *frames, uint32_t value,
                      const uint32_t *nodes, uint32_t n, const struct gf_colors *colors,
                      uint32_t root_fill, struct gf_error *err)
{
    const uint64_t *prefix = frames->prefix[value];
    *row = (struct gf_pyramid_row){.n = n, .nblocks = (n + GF_BLOCK - 1) / GF_BLOCK};
    if (!map_arrays(row, err))
        return false;
    uint64_t sum[4] = {0}, start[GF_BLOCK + 1] = {0}, end[GF_BLOCK] = {0};
    uint32_t color[GF_BLOCK] = {0}, in_block = 0, b = 0;
    for (uint32_t k = 0; k < n; k++) {
        if (k + AHEAD < n) { /* the nodes of a row lie far apart in these arrays */
            uint32_t next = nodes[k + AHEAD];
            __builtin_prefetch(&prefix[next]);
            __builtin_prefetch(&frames->end[next]);
            __builtin_prefetch(&frames->name[next]);
        }
        if (k + AHEAD / 2 < n)
            __builtin_prefetch(&prefix[frames->end[nodes[k + AHEAD / 2]]]);
        uint32_t node = nodes[k], name = frames->name[node];
        start[in_block] = prefix[node];
        end[in_block] = prefix[frames->end[node]];
        color[in_block] = name < colors->n ? colors->fill[name] : root_fill;
        if (++in_block < GF_BLOCK && k + 1 < n)
            continue;
        start[in_block] = k + 1 < n ? prefix[nodes[k + 1]] : end[in_block - 1];
        row->start[b] = start[0];
        row->widest[0][b] =
            float_above(pack_block(&row->blocks[b], start, end, color, in_block, sum));
        b++;
        row->start[b] = start[in_block];
        in_block = 0;
    }
    row->blocks[b] = (struct gf_block){.sum = {sum[0], sum[1], sum[2], sum[3]}};
    fill_maxima(row);
    return true;
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
    uint32_t lo = b, step = 1;
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

struct gf_cut gf_pyramid_cut(const struct gf_pyramid_row *row, uint32_t block, double fraction)
{
    struct gf_cut cut = {.block = block, .from = block * GF_BLOCK, .to = block * GF_BLOCK};
    if (!(fraction > 0) || block >= row->nblocks)
        return cut;
    const struct gf_block *b = &row->blocks[block];
    float position = fraction >= 1 ? 65536.0f : (float)(fraction * 65536.0);
    float start[GF_BLOCK + 1], left[GF_BLOCK];
    /* Plain loops of sixteen, for the compiler to make vectors of; the sums stay within 2^24. */
    for (int j = 0; j < GF_BLOCK; j++)
        start[j] = b->at[j];
    start[GF_BLOCK] = 65536;
    int32_t before = 0, passed = 0;
    for (int j = 0; j < GF_BLOCK; j++) {
        float covered =
            (start[j + 1] - start[j]) * (float)(int32_t)(b->color[j] >> 24) * (1 / 255.0f);
        float reach = position - start[j];
        before += reach > 0;
        passed += reach >= covered;
        reach = reach < 0 ? 0 : reach;
        left[j] = reach < covered ? reach : covered;
    }
    float sum[4][4] = {{0}};
    for (int j = 0; j < GF_BLOCK; j += 4)
        for (int k = 0; k < 4; k++) {
            uint32_t color = b->color[j + k];
            sum[0][k] += left[j + k] * (float)(int32_t)(color & 0xff);
            sum[1][k] += left[j + k] * (float)(int32_t)(color >> 8 & 0xff);
            sum[2][k] += left[j + k] * (float)(int32_t)(color >> 16 & 0xff);
            sum[3][k] += left[j + k];
        }
    double unit = (double)(row->start[block + 1] - row->start[block]) / 65536.0;
    for (int i = 0; i < 4; i++)
        cut.part[i] = (double)(sum[i][0] + sum[i][1] + sum[i][2] + sum[i][3]) * unit;
    cut.from += (uint32_t)passed;
    cut.to += (uint32_t)before;
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

bool gf_pyramid_has_match(const struct gf_pyramid_row *row, uint32_t from, uint32_t to)
{
    if (to > row->n)
        to = row->n;
    if (from >= to)
        return false;
    uint32_t count[2];
    for (int i = 0; i < 2; i++) {
        uint32_t at = i ? to : from, b = at / GF_BLOCK;
        count[i] = row->match_count[b] +
                   (uint32_t)__builtin_popcount(row->match_mask[b] & ((1u << at % GF_BLOCK) - 1));
    }
    return count[1] > count[0];
}
