/* Matches of a search in dense rows: first a bit for every frame of the profile, in pre-order, then
 * the bits of each row's frames, which stand in that order too: both passes read from front to
 * back, and the bits of ten million frames fit the cache. */
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/parallel.h"
#include "base/vec.h"
#include "layout/pyramid.h"
#include "model/match_bits.h"

/* Words of bits that a thread takes at a time. */
#define STRETCH_WORDS ((size_t)1 << 12)
/* Blocks of a row between two looks at whether they are wanted still. */
#define PIECE 4096u

struct matching {
    struct gf_pyramid_row *rows;
    const struct gf_frames *frames;
    uint32_t value;
    struct gf_match_names names;
    uint32_t *bits; /* [gf_match_words] */
    const atomic_bool *cancel;
};

static void match_stretch(void *ctx, unsigned part)
{
    const struct matching *m = ctx;
    const struct gf_frames *f = m->frames;
    size_t all = gf_match_words(f), from = part * STRETCH_WORDS;
    size_t to = all - from < STRETCH_WORDS ? all : from + STRETCH_WORDS;
    if (gf_cancelled(m->cancel))
        return;
    for (size_t word = from; word < to; word++)
        m->bits[word] = gf_match_word(f, &m->names, word);
}

/* The bits of a block's frames, those without weight left out: these have no pixels. */
static uint32_t mask_of(const struct matching *m, const struct gf_pyramid_row *row,
                        const uint32_t *nodes, uint32_t n)
{
    uint32_t mask = gf_match_pick(m->names.simd, m->bits, m->frames->n, nodes, n);
    for (uint32_t rest = row->weightless ? mask : 0; rest; rest &= rest - 1) {
        uint32_t j = (uint32_t)__builtin_ctz(rest);
        if (gf_frame_total(m->frames, nodes[j], m->value) == 0)
            mask &= ~(1u << j);
    }
    return mask;
}

static void match_row(void *ctx, unsigned r)
{
    const struct matching *m = ctx;
    struct gf_pyramid_row *row = &m->rows[r];
    const uint32_t *nodes = m->frames->row_nodes + m->frames->row_start[r];
    uint32_t count = 0;
    for (uint32_t b = 0; row->n && b <= row->nblocks; b++) {
        if (b % PIECE == 0 && gf_cancelled(m->cancel))
            return;
        uint32_t first = b * GF_BLOCK, left = row->n > first ? row->n - first : 0;
        uint32_t mask = mask_of(m, row, nodes + first, left < GF_BLOCK ? left : GF_BLOCK);
        row->match_count[b] = count;
        row->match_mask[b] = (uint16_t)mask;
        count += (uint32_t)__builtin_popcount(mask);
    }
}

/* Maps what the rows need for searches, where they have it not. */
static bool map_rows(struct gf_pyramid_row *rows, uint32_t nrows, struct gf_error *err)
{
    for (uint32_t r = 0; r < nrows; r++) {
        struct gf_pyramid_row *row = &rows[r];
        if (row->n == 0 || row->match_count)
            continue;
        size_t blocks = (size_t)row->nblocks + 1;
        if (!gf_map_reserve(&row->match_storage,
                            blocks * (sizeof *row->match_count + sizeof *row->match_mask), err))
            return false;
        row->match_count = row->match_storage.data;
        row->match_mask = (uint16_t *)(row->match_count + blocks);
    }
    return true;
}

bool gf_pyramid_match(struct gf_pyramid_row *rows, const struct gf_frames *frames, uint32_t value,
                      const uint8_t *matched, uint32_t nnames, unsigned threads,
                      const atomic_bool *cancel, struct gf_error *err)
{
    size_t words = gf_match_words(frames);
    struct matching m = {.rows = rows, .frames = frames, .value = value, .cancel = cancel};
    bool ok = gf_match_names_make(matched, nnames, &m.names, err);
    m.bits = ok ? malloc((words + 1) * sizeof *m.bits) : NULL;
    ok = m.bits || (ok && gf_fail_nomem(err, words * sizeof *m.bits));
    ok = ok && map_rows(rows, frames->nrows, err);
    if (ok) {
        unsigned stretches = (unsigned)((words + STRETCH_WORDS - 1) / STRETCH_WORDS);
        gf_parallel(threads, stretches, match_stretch, &m);
        gf_parallel(threads, frames->nrows, match_row, &m);
        ok = !gf_cancelled(cancel) || gf_fail_cancelled(err);
    }
    gf_match_names_free(&m.names);
    free(m.bits);
    return ok;
}
