#include "layout/pyramid.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum { FAN = GF_PYRAMID_FAN };

void gf_pyramid_free(struct gf_pyramid_row *row)
{
    gf_map_free(&row->storage);
    gf_map_free(&row->match_storage);
    *row = (struct gf_pyramid_row){0};
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
