/* Dense rows, ready for merging: how a pixel column gets the exact mean colour of the frames in it
 * at a cost that does not depend on how many there are. Internal to layout/.
 *
 * A row's frames are taken in blocks of 16. Per block: where it starts; the running sums of width
 * and of width x red, green, blue over the whole row up to it; and a compact copy of its 16 frames
 * (start within the block in 1/65536 of the block, colour, the share of the way to the next frame
 * that is covered). The sum of colour between two positions is the difference of two running sums
 * plus what lies left of the position within its own block, so a pixel column costs two block
 * look-ups, one of them shared with its neighbour, whatever the zoom: no levels are descended and
 * the arrays of the profile are not touched. Running sums are modulo 2^64: a difference is exact as
 * long as the true value fits, which a column of up to 2^56 weight units ensures.
 *
 * Frames of a pixel and wider must not be merged. Per block the largest distance between two starts
 * is kept (and the maxima of 16 and of 256 blocks, to leap over what is dense), and blocks that
 * hold anything wider than a pixel are left to the caller to visit frame by frame; there are no
 * more of these than pixel columns. What remains is at most 16 pixels a block, so that 1/65536 of
 * it is far below what eight bits of colour can show.
 *
 * 8.8 bytes a frame of the rows that can be dense, made when a view first needs them. Ten million
 * frames in 60 rows at 1920 x 1080, zoomed out, on one core of a 2.5 GHz Xeon that others shared: a
 * layout 10.5 ms (5.9 ms at 16x, 1 ms at 1024x), building the rows once 280 ms. Without huge
 * pages a layout takes twice as long. */
#ifndef GF_LAYOUT_PYRAMID_H
#define GF_LAYOUT_PYRAMID_H

#include <stdatomic.h>

#include "base/meter.h"
#include "layout/geometry.h"
#include "simd/simd.h"

enum { GF_BLOCK = 16, GF_BLOCK_UNITS = 65536, GF_PYRAMID_FAN = 16 };

struct gf_block {
    uint64_t sum[4];          /* running, before this block: red, green, blue, covered width */
    uint16_t at[GF_BLOCK];    /* starts; at[0] is 0 */
    uint32_t color[GF_BLOCK]; /* 0xCCBBGGRR: CC / 255 of the way to the next frame is covered */
};

struct gf_pyramid_row {
    uint32_t n, nblocks;
    bool weightless;         /* a frame of it weighs nothing */
    uint64_t *start;         /* [nblocks + 1] */
    struct gf_block *blocks; /* [nblocks + 1]; of the last only sum counts */
    float *widest[3];        /* by 1, 16 and 256 blocks, rounded up */
    /* Search: which frames match, and how many do before the block. */
    uint16_t *match_mask;        /* [nblocks + 1] */
    uint32_t *match_count;       /* [nblocks + 1]; NULL before the first search */
    struct gf_map match_storage; /* of these two */
    struct gf_map storage;       /* of start, blocks and widest */
};

struct gf_pyramid_params {
    uint32_t value, least;          /* rows of `least` frames or more are built */
    const struct gf_colors *colors; /* a frame without a name takes root_fill */
    uint32_t root_fill;
    unsigned threads;
    const atomic_bool *cancel; /* NULL: it is not cancelled */
    struct gf_meter *meter;    /* does `frames->n` steps; may be NULL */
};

/* Builds rows into rows[frames->nrows], which are zero before. The result is the same for any
 * number of threads. On failure, which GF_ERR_CANCELLED is one of, the caller frees what there is.
 */
bool gf_pyramid_build(struct gf_pyramid_row *rows, const struct gf_frames *frames,
                      const struct gf_pyramid_params *params, struct gf_error *err);

/* Bytes of a row of n frames, with what a search notes in it; 0 where it has less than `least`. */
uint64_t gf_pyramid_cost(uint32_t n, uint32_t least);

/* Notes in all rows that are built which frames match: those whose name has a mark in
 * matched[nnames], unless their total is 0. Replaces what was noted before; the result is the same
 * for any number of threads. After a failure, which GF_ERR_CANCELLED is one of (`cancel` may be
 * NULL), the notes are not to be used. */
bool gf_pyramid_match(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                      const uint8_t *matched, uint32_t nnames, unsigned threads,
                      const atomic_bool *cancel, struct gf_error *err);

void gf_pyramid_free(struct gf_pyramid_row *row);

/* The first block in [b, end) with anything of `weight` or more; end when there is none. */
uint32_t gf_pyramid_next_wide(const struct gf_pyramid_row *row, uint32_t b, uint32_t end,
                              double weight);

/* The last block at or after `b`, before `end`, that starts at or before `weight`. */
uint32_t gf_pyramid_seek(const struct gf_pyramid_row *row, uint32_t b, uint32_t end,
                         uint64_t weight);

/* The running sums at a position within a block. */
struct gf_cut {
    uint32_t block;
    double part[4]; /* what lies left of the position in its block, in weight units */
    uint32_t from,
        to; /* frames from `from` on reach right of it; those before `to` begin left of it */
};
struct gf_cut gf_pyramid_cut(const struct gf_simd *simd, const struct gf_pyramid_row *row,
                             uint32_t block, double fraction);

/* The sums between two cuts. */
void gf_pyramid_between(const struct gf_pyramid_row *row, const struct gf_cut *a,
                        const struct gf_cut *b, double sum[4]);

/* The first of the frames [from, to) of the row that matches; `to`, or the end of the row, when
 * none does. */
uint32_t gf_pyramid_first_match(const struct gf_pyramid_row *row, uint32_t from, uint32_t to);

#endif
