/* Matches of a search in dense rows, found beside the drawing and handed over. They are about the
 * frames and not about colours: rows of the same frames give them to one another. */
#include <stdlib.h>

#include "base/hash.h"
#include "layout/layout_state.h"

struct gf_layout_matches {
    uint64_t frames_key, key;
    bool found;
    uint32_t nrows;
    struct gf_pyramid_row rows[]; /* their sizes, and what matches */
};

struct gf_layout_matches *gf_layout_matches_begin(const struct gf_layout_scratch *scratch)
{
    const struct gf_layout_state *s = scratch->impl;
    if (!s || !s->pyramid)
        return NULL;
    struct gf_layout_matches *m = calloc(1, sizeof *m + s->pyramid_rows * sizeof m->rows[0]);
    if (!m)
        return NULL;
    m->frames_key = s->pruned_key;
    m->nrows = s->pyramid_rows;
    for (uint32_t r = 0; r < m->nrows; r++)
        m->rows[r] = (struct gf_pyramid_row){.n = s->pyramid[r].n,
                                             .nblocks = s->pyramid[r].nblocks,
                                             .weightless = s->pyramid[r].weightless};
    return m;
}

bool gf_layout_matches_find(struct gf_layout_matches *m, const struct gf_frames *frames,
                            uint32_t value, const uint8_t *matched, const atomic_bool *cancel,
                            struct gf_error *err)
{
    m->key = gf_layout_match_key(matched, frames->names.n);
    m->found = gf_pyramid_match(m->rows, frames, value, matched, frames->names.n,
                                gf_layout_threads(), cancel, err);
    return m->found;
}

/* Brings what matches from one row to another, and back what was there. */
static void exchange(struct gf_pyramid_row *a, struct gf_pyramid_row *b)
{
    struct gf_pyramid_row old = *a;
    a->match_mask = b->match_mask;
    a->match_count = b->match_count;
    a->match_storage = b->match_storage;
    b->match_mask = old.match_mask;
    b->match_count = old.match_count;
    b->match_storage = old.match_storage;
}

void gf_layout_matches_take(struct gf_layout_matches *m, struct gf_layout_scratch *scratch)
{
    struct gf_layout_state *s = scratch->impl;
    if (!m->found || !s || !s->pyramid || s->pruned_key != m->frames_key ||
        s->pyramid_rows != m->nrows)
        return;
    for (uint32_t r = 0; r < m->nrows; r++)
        exchange(&s->pyramid[r], &m->rows[r]);
    s->matched = true;
    s->matched_key = m->key;
    m->found = false; /* what it has now is what was there before */
}

void gf_layout_matches_free(struct gf_layout_matches *m)
{
    for (uint32_t r = 0; m && r < m->nrows; r++)
        gf_pyramid_free(&m->rows[r]);
    free(m);
}

void gf_layout_matches_move(struct gf_layout_scratch *from, struct gf_layout_scratch *to)
{
    struct gf_layout_state *a = from->impl, *b = to->impl;
    if (!a || !b || a == b || !a->pyramid || !b->pyramid || !a->matched ||
        a->pruned_key != b->pruned_key || a->pyramid_rows != b->pyramid_rows)
        return;
    for (uint32_t r = 0; r < a->pyramid_rows; r++)
        exchange(&a->pyramid[r], &b->pyramid[r]);
    b->matched = true;
    b->matched_key = a->matched_key;
    a->matched = false;
}
