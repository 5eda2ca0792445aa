/* A differential with other widths. */
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "model/diff.h"
#include "model/diff_internal.h"

/* The value types of a view, the widths first. */
static bool name_values(const struct gf_frames *from, struct gf_frames *to, enum gf_widths widths,
                        struct gf_error *err)
{
    static const char *const types[][3] = {[GF_WIDTHS_AFTER] = {"after", "before", NULL},
                                           [GF_WIDTHS_BEFORE] = {"before", "after", NULL},
                                           [GF_WIDTHS_BOTH] = {"both", "after", "before"}};
    for (uint32_t v = 0; v < to->nvalues; v++) {
        to->values[v].type = strdup(types[widths][v]);
        to->values[v].unit = strdup(gf_unit_name(from, GF_AFTER));
        if (!to->values[v].type || !to->values[v].unit)
            return gf_fail_nomem(err, 16);
    }
    return true;
}

/* Every stack as on the side where it weighs more. */
static bool add_larger(const uint64_t *after, const uint64_t *before, uint32_t n, uint64_t *out,
                       const atomic_bool *cancel, struct gf_error *err)
{
    out[0] = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i % GF_DIFF_STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
        uint64_t a = after[i + 1] - after[i], b = before[i + 1] - before[i];
        if (__builtin_add_overflow(out[i], a > b ? a : b, &out[i + 1]))
            return gf_fail(err, GF_ERR_LIMIT, "both sides together weigh more than 2^64 - 1");
    }
    return true;
}

static bool make(const struct gf_profile *from, enum gf_widths widths, bool normalize,
                 const atomic_bool *cancel, struct gf_frames *f, struct gf_error *err)
{
    const struct gf_frames *g = &from->frames;
    bool both = widths == GF_WIDTHS_BOTH;
    size_t n = (size_t)g->n + 1, more = (size_t)normalize + both;
    f->nvalues = both ? 3 : 2;
    f->prefix = calloc(f->nvalues, sizeof *f->prefix);
    f->values = calloc(f->nvalues, sizeof *f->values);
    if (!f->prefix || !f->values)
        return gf_fail_nomem(err, 64);
    f->budget = gf_budget_hold(g->budget);
    if (!name_values(g, f, widths, err) ||
        !gf_budget_take(g->budget, n * more * sizeof **f->prefix, "other widths", err))
        return false;
    f->counted = n * more * sizeof **f->prefix;
    if (more > 0 && !gf_map_reserve(&f->storage, f->counted, err))
        return false;
    uint64_t *after = g->prefix[GF_AFTER], *before = g->prefix[GF_BEFORE];
    if (normalize) {
        uint64_t *scaled = f->storage.data;
        before = scaled;
        if (!gf_diff_scale(g, scaled, cancel, err))
            return false;
    }
    f->prefix[widths == GF_WIDTHS_AFTER ? 0 : 1] = after;
    f->prefix[widths == GF_WIDTHS_BEFORE ? 0 : both ? 2 : 1] = before;
    if (both)
        f->prefix[0] = (uint64_t *)f->storage.data + (normalize ? n : 0);
    return !both || add_larger(after, before, g->n, f->prefix[0], cancel, err);
}

bool gf_diff_view(const struct gf_profile *from, enum gf_widths widths, bool normalize,
                  const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err)
{
    const struct gf_frames *g = &from->frames;
    struct gf_profile *p = calloc(1, sizeof *p);
    *out = NULL;
    if (!p)
        return gf_fail_nomem(err, sizeof *p);
    p->stats = from->stats;
    p->decimals = from->decimals;
    p->frames = (struct gf_frames){.n = g->n,
                                   .name = g->name,
                                   .end = g->end,
                                   .nrows = g->nrows,
                                   .row_start = g->row_start,
                                   .row_nodes = g->row_nodes,
                                   .names = g->names,
                                   .names_borrowed = true};
    if (!make(from, widths, normalize, cancel, &p->frames, err)) {
        gf_profile_free(p);
        return false;
    }
    for (uint32_t v = 0; v < GF_FRAME_VALUES; v++)
        p->stats.totals[v] = v < p->frames.nvalues ? gf_frame_total(&p->frames, 0, v) : 0;
    *out = p;
    return true;
}
