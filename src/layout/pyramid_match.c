/* Matches of a search in dense rows. The first search copies the names of the rows' frames into the
 * order of the rows, in one pass over the profile in pre-order: 4 bytes a frame. From then on a
 * search reads them from front to back, a nanosecond a frame, where the profile's own array would
 * be read all over once a row. Threads take a stretch of nodes each, and then a row each. */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vec.h"
#include "layout/pyramid.h"
#include "layout/pyramid_walk.h"

/* Fewer nodes a stretch take less time than a thread takes to start. */
#define STRETCH_NODES (1u << 18)

struct naming {
    struct gf_pyramid_row *rows;
    const struct gf_frames *frames;
    uint32_t value;
    uint32_t stretches;
    uint32_t *ends;  /* [stretches][nrows] */
    uint32_t *index; /* [stretches][nrows] the next frame of each row, counted within it */
};

static void name_stretch(void *ctx, unsigned stretch)
{
    const struct naming *k = ctx;
    const struct gf_frames *f = k->frames;
    uint32_t from = (uint32_t)((uint64_t)f->n * stretch / k->stretches);
    uint32_t to = (uint32_t)((uint64_t)f->n * (stretch + 1) / k->stretches);
    uint32_t *index = k->index + (size_t)stretch * f->nrows;
    for (uint32_t r = 0; r < f->nrows; r++)
        index[r] =
            k->rows[r].n ? gf_count_below(f->row_nodes + f->row_start[r], k->rows[r].n, from) : 0;
    struct gf_walk walk = gf_walk_begin(f, from, to, k->ends + (size_t)stretch * f->nrows);
    while (walk.node < walk.end) {
        uint32_t node = walk.node, row = gf_walk_next(&walk);
        if (k->rows[row].n)
            k->rows[row].names[index[row]++] =
                gf_frame_total(f, node, k->value) > 0 ? f->name[node] : GF_NO_NAME;
    }
}

/* Maps what the rows need for searches, where they have it not. */
static bool map_rows(struct gf_pyramid_row *rows, uint32_t nrows, bool *fresh, struct gf_error *err)
{
    *fresh = false;
    for (uint32_t r = 0; r < nrows; r++) {
        struct gf_pyramid_row *row = &rows[r];
        if (row->n == 0 || row->names)
            continue;
        size_t blocks = (size_t)row->nblocks + 1;
        size_t bytes = row->n * sizeof *row->names +
                       blocks * (sizeof *row->match_count + sizeof *row->match_mask);
        if (!gf_map_reserve(&row->match_storage, bytes, err))
            return false;
        row->names = row->match_storage.data;
        row->match_count = row->names + row->n;
        row->match_mask = (uint16_t *)(row->match_count + blocks);
        *fresh = true;
    }
    return true;
}

static bool copy_names(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                       unsigned threads, struct gf_error *err)
{
    struct naming k = {.rows = rows, .frames = frames, .value = value};
    k.stretches = frames->n / STRETCH_NODES < threads ? frames->n / STRETCH_NODES : threads;
    k.stretches = k.stretches > 0 ? k.stretches : 1;
    size_t each = (size_t)frames->nrows * k.stretches;
    k.ends = malloc(each * sizeof *k.ends);
    k.index = malloc(each * sizeof *k.index);
    bool ok = k.ends && k.index;
    if (ok)
        gf_parallel(threads, k.stretches, name_stretch, &k);
    else
        gf_fail_nomem(err, each * 2 * sizeof *k.ends);
    free(k.ends);
    free(k.index);
    return ok;
}

struct matching {
    struct gf_pyramid_row *rows;
    const uint8_t *matched;
    uint32_t nnames;
};

static void match_row(void *ctx, unsigned r)
{
    const struct matching *m = ctx;
    struct gf_pyramid_row *row = &m->rows[r];
    uint32_t count = 0;
    for (uint32_t b = 0; row->n && b <= row->nblocks; b++) {
        const uint32_t *names = row->names + (size_t)b * GF_BLOCK;
        uint32_t left = row->n > b * GF_BLOCK ? row->n - b * GF_BLOCK : 0, mask = 0;
        for (uint32_t j = 0; j < GF_BLOCK && j < left; j++)
            mask |= (uint32_t)(names[j] < m->nnames && m->matched[names[j]]) << j;
        row->match_count[b] = count;
        row->match_mask[b] = (uint16_t)mask;
        count += (uint32_t)__builtin_popcount(mask);
    }
}

bool gf_pyramid_match(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                      const uint8_t *matched, uint32_t nnames, unsigned threads,
                      struct gf_error *err)
{
    struct matching m = {.rows = rows, .matched = matched, .nnames = nnames};
    bool fresh;
    if (!map_rows(rows, frames->nrows, &fresh, err) ||
        (fresh && !copy_names(rows, frames, value, threads, err))) {
        for (uint32_t r = 0; r < frames->nrows; r++) { /* the next time anew */
            gf_map_free(&rows[r].match_storage);
            rows[r].names = NULL;
        }
        return false;
    }
    gf_parallel(threads, frames->nrows, match_row, &m);
    return true;
}
