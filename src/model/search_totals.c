/* What matching frames weigh, each sample counted once. Threads take stretches of the pre-order: a
 * match covers what lies in it, up to its end, and what covers the first node of a stretch is the
 * match among that node's ancestors that is nearest to the root. So no stretch has to wait for the
 * one before it. Rows with matches are found afterwards, from a bit a node. */
#include "model/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/parallel.h"
#include "model/match_bits.h"

/* Words of bits a stretch: long enough to be worth a thread, short enough for some to each, since a
 * thread may have to share its core. */
#define STRETCH_WORDS ((size_t)1 << 12)
enum { STRETCHES_MOST = 64 };

/* What one stretch adds up to. */
struct stretch {
    struct gf_search_totals totals;
    uint8_t *across; /* [nacross] of its own; NULL without ticks */
};

struct adding {
    const struct gf_frames *f;
    uint32_t value;
    const uint8_t *matched;
    struct gf_match_names names;
    const atomic_bool *cancel;
    const struct gf_search_ticks *ticks;
    uint32_t *bits; /* [words]; NULL: nobody asks for rows */
    size_t words;
    uint8_t *across; /* of all stretches */
    unsigned nstretches;
    struct stretch stretches[STRETCHES_MOST];
    atomic_bool cancelled;
};

/* Whether nobody wants the result any more. */
static bool given_up(struct adding *a)
{
    if (gf_cancelled(a->cancel))
        atomic_store_explicit(&a->cancelled, true, memory_order_relaxed);
    return atomic_load_explicit(&a->cancelled, memory_order_relaxed);
}

/* Marks the parts of the width that [x, x + weight) touches. */
static void tick(uint8_t *ticks, uint32_t nticks, uint64_t x, uint64_t weight, double scale)
{
    if (weight == 0)
        return;
    double from = (double)x * scale, to = ceil((double)(x + weight) * scale);
    uint32_t first = from < nticks ? (uint32_t)from : nticks - 1;
    uint32_t last = to < nticks ? (uint32_t)to : nticks;
    last = last > first ? last : first + 1;
    if (last == first + 1)
        ticks[first] = 1;
    else
        memset(ticks + first, 1, last - first);
}

/* Nodes before the returned one lie in a match that also holds `node`; 0: none does. */
static uint32_t covered_at(const struct adding *a, uint32_t node)
{
    const struct gf_frames *f = a->f;
    for (uint32_t row = 1; row < f->nrows; row++) {
        uint32_t lo = f->row_start[row], hi = f->row_start[row + 1];
        while (lo < hi) { /* to the first of the row that does not begin before `node` */
            uint32_t middle = lo + (hi - lo) / 2;
            if (f->row_nodes[middle] < node)
                lo = middle + 1;
            else
                hi = middle;
        }
        if (lo == f->row_start[row] || f->end[f->row_nodes[lo - 1]] <= node)
            return 0;
        uint32_t holder = f->row_nodes[lo - 1];
        if (a->matched[f->name[holder]])
            return f->end[holder];
    }
    return 0;
}

static void add_stretch(void *ctx, unsigned part)
{
    struct adding *a = ctx;
    const struct gf_frames *f = a->f;
    struct stretch *s = &a->stretches[part];
    size_t word = a->words * part / a->nstretches, last = a->words * (part + 1) / a->nstretches;
    uint64_t all = gf_frame_total(f, 0, a->value);
    double scale = a->ticks && all > 0 ? (double)a->ticks->nacross / (double)all : 0;
    uint32_t covered = covered_at(a, (uint32_t)word * GF_MATCH_WORD);
    for (; word < last; word++) {
        if (word % STRETCH_WORDS == 0 && given_up(a))
            return;
        uint32_t bits = gf_match_word(f, &a->names, word);
        bits &= word == 0 ? ~1u : ~0u; /* the root is no frame */
        if (a->bits)
            a->bits[word] = bits;
        s->totals.frames += (unsigned)__builtin_popcount(bits);
        uint32_t first = (uint32_t)word * GF_MATCH_WORD;
        while (bits && covered < first + GF_MATCH_WORD) {
            uint32_t node = first + (uint32_t)__builtin_ctz(bits);
            bits &= bits - 1;
            if (node < covered)
                continue;
            uint64_t weight = gf_frame_total(f, node, a->value);
            covered = f->end[node];
            s->totals.weight += weight;
            if (s->across)
                tick(s->across, a->ticks->nacross, gf_frame_x(f, node, a->value), weight, scale);
        }
    }
}

/* Whether any frame of the row matches. */
static bool row_matches(const struct adding *a, uint32_t row)
{
    const struct gf_frames *f = a->f;
    const uint32_t *nodes = f->row_nodes + f->row_start[row];
    uint32_t n = f->row_start[row + 1] - f->row_start[row], any = 0;
    for (uint32_t i = 0; i < n && !any; i += 16)
        any = gf_match_pick(a->names.simd, a->bits, f->n, nodes + i, n - i < 16 ? n - i : 16);
    return any != 0;
}

/* The k-th part of the rows. */
static void mark_rows(void *ctx, unsigned part)
{
    struct adding *a = ctx;
    uint32_t nrows = a->f->nrows, nrow = a->ticks->nrow;
    uint32_t row = (uint32_t)(((uint64_t)part * nrows + nrow - 1) / nrow);
    while (row < nrows && (uint64_t)row * nrow / nrows == part && !a->ticks->row[part]) {
        if (given_up(a))
            return;
        a->ticks->row[part] = row_matches(a, row++);
    }
}

static void join_ticks(const struct adding *a)
{
    for (unsigned i = 0; i < a->nstretches; i++)
        for (uint32_t k = 0; k < a->ticks->nacross; k++)
            a->ticks->across[k] |= a->stretches[i].across[k];
}

/* Memory for what was found in between; to be freed also on failure. */
static bool prepare(struct adding *a, struct gf_error *err)
{
    const struct gf_search_ticks *ticks = a->ticks;
    size_t stretches = a->words / STRETCH_WORDS + 1;
    a->nstretches = stretches < STRETCHES_MOST ? (unsigned)stretches : STRETCHES_MOST;
    if (!gf_match_names_make(a->matched, a->f->names.n, &a->names, err))
        return false;
    if (!ticks)
        return true;
    memset(ticks->across, 0, ticks->nacross);
    memset(ticks->row, 0, ticks->nrow);
    a->across = calloc(a->nstretches, ticks->nacross);
    a->bits = malloc(a->words * sizeof *a->bits);
    if (!a->across || !a->bits)
        return gf_fail_nomem(err, a->words * sizeof *a->bits);
    for (unsigned i = 0; i < a->nstretches; i++)
        a->stretches[i].across = a->across + (size_t)i * ticks->nacross;
    return true;
}

bool gf_search_totals(const struct gf_frames *f, uint32_t value, const uint8_t *matched,
                      unsigned threads, const atomic_bool *cancel, struct gf_search_totals *out,
                      const struct gf_search_ticks *ticks, struct gf_error *err)
{
    struct adding a = {.f = f,
                       .value = value,
                       .matched = matched,
                       .cancel = cancel,
                       .ticks = ticks,
                       .words = gf_match_words(f)};
    atomic_init(&a.cancelled, false);
    *out = (struct gf_search_totals){0};
    bool ok = prepare(&a, err);
    if (ok)
        gf_parallel(threads, a.nstretches, add_stretch, &a);
    for (unsigned i = 0; i < a.nstretches && ok; i++) {
        out->weight += a.stretches[i].totals.weight;
        out->frames += a.stretches[i].totals.frames;
    }
    if (ok && ticks && out->frames > 0 && !atomic_load(&a.cancelled)) {
        join_ticks(&a);
        gf_parallel(threads, ticks->nrow, mark_rows, &a);
    }
    ok = ok && (!atomic_load(&a.cancelled) || gf_fail_cancelled(err));
    gf_match_names_free(&a.names);
    free(a.across);
    free(a.bits);
    return ok;
}
