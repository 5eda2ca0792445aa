/* Matches of a search in dense rows, noted in one pass over the profile in pre-order: going row by
 * row, the names of a row's frames lie all over memory. Threads take a stretch of nodes each, and
 * share the words where two of them meet. */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vec.h"
#include "layout/pyramid.h"
#include "layout/pyramid_walk.h"

/* Fewer nodes a stretch take less time than a thread takes to start. */
#define STRETCH_NODES (1u << 18)

struct matching {
    struct gf_pyramid_row *rows;
    const struct gf_frames *frames;
    uint32_t value;
    const uint8_t *matched;
    uint32_t nnames;
    uint32_t stretches;
    uint32_t *ends;  /* [stretches][nrows] */
    uint32_t *index; /* [stretches][nrows] the next frame of each row, counted within it */
};

static void match_stretch(void *ctx, unsigned stretch)
{
    const struct matching *m = ctx;
    const struct gf_frames *f = m->frames;
    uint32_t from = (uint32_t)((uint64_t)f->n * stretch / m->stretches);
    uint32_t to = (uint32_t)((uint64_t)f->n * (stretch + 1) / m->stretches);
    uint32_t *index = m->index + (size_t)stretch * f->nrows;
    for (uint32_t r = 0; r < f->nrows; r++)
        index[r] =
            m->rows[r].n ? gf_count_below(f->row_nodes + f->row_start[r], m->rows[r].n, from) : 0;
    struct gf_walk walk = gf_walk_begin(f, from, to, m->ends + (size_t)stretch * f->nrows);
    while (walk.node < walk.end) {
        uint32_t node = walk.node, row = gf_walk_next(&walk), k = index[row]++;
        uint32_t name = f->name[node];
        if (name < m->nnames && m->matched[name] && m->rows[row].n &&
            gf_frame_total(f, node, m->value) > 0)
            __atomic_fetch_or(&m->rows[row].match_mask[k / GF_BLOCK],
                              (uint16_t)(1u << (k % GF_BLOCK)), __ATOMIC_RELAXED);
    }
}

static bool prepare_rows(const struct matching *m, struct gf_error *err)
{
    for (uint32_t r = 0; r < m->frames->nrows; r++) {
        struct gf_pyramid_row *row = &m->rows[r];
        if (row->n == 0)
            continue;
        size_t blocks = (size_t)row->nblocks + 1;
        if (!row->match_mask)
            row->match_mask = malloc(blocks * sizeof *row->match_mask);
        if (!row->match_count)
            row->match_count = malloc(blocks * sizeof *row->match_count);
        if (!row->match_mask || !row->match_count)
            return gf_fail_nomem(err, blocks * sizeof *row->match_count);
        memset(row->match_mask, 0, blocks * sizeof *row->match_mask);
    }
    return true;
}

static void count_matches(struct gf_pyramid_row *row)
{
    uint32_t count = 0;
    for (uint32_t b = 0; row->n && b <= row->nblocks; b++) {
        row->match_count[b] = count;
        count += (uint32_t)__builtin_popcount(row->match_mask[b]);
    }
}

bool gf_pyramid_match(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                      const uint8_t *matched, uint32_t nnames, unsigned threads,
                      struct gf_error *err)
{
    struct matching m = {.rows = rows,
                         .frames = frames,
                         .value = value,
                         .matched = matched,
                         .nnames = nnames,
                         .stretches = frames->n / STRETCH_NODES};
    m.stretches = m.stretches < threads ? m.stretches : threads;
    m.stretches = m.stretches > 0 ? m.stretches : 1;
    size_t each = (size_t)frames->nrows * m.stretches;
    m.ends = malloc(each * sizeof *m.ends);
    m.index = malloc(each * sizeof *m.index);
    bool ok =
        m.ends && m.index ? prepare_rows(&m, err) : gf_fail_nomem(err, each * 2 * sizeof *m.ends);
    if (ok) {
        gf_parallel(threads, m.stretches, match_stretch, &m);
        for (uint32_t r = 0; r < frames->nrows; r++)
            count_matches(&rows[r]);
    }
    free(m.ends);
    free(m.index);
    return ok;
}
