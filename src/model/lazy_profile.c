/* What is unfolded, as a frame array: parts in pre-order, self weights, rows. */
#include <stdlib.h>

#include "model/lazy_internal.h"

/* The next part in pre-order, 0 after the last. Closes what ends before it. */
static uint32_t next_part(const struct gf_lazy *l, const struct gf_lazy_parts *parts, uint32_t part,
                          uint32_t placed, uint32_t *end)
{
    const struct gf_part *p = gf_lazy_part(l, part);
    if (p->nchildren > 0)
        return p->child;
    while (part != 0) {
        end[parts->frame[part]] = placed;
        const struct gf_part *parent = gf_lazy_part(l, gf_lazy_part(l, part)->parent);
        if (part + 1 < parent->child + parent->nchildren)
            return part + 1;
        part = gf_lazy_part(l, part)->parent;
    }
    end[0] = placed;
    return 0;
}

/* Self weights of a part, where the running sums will be: its total less those of its children. */
static void put_self(const struct gf_lazy *l, uint32_t part, struct gf_frames *f, uint32_t frame)
{
    const struct gf_part *p = gf_lazy_part(l, part);
    const uint64_t *total = gf_lazy_weights(l, part);
    for (uint32_t v = 0; v < f->nvalues; v++) {
        uint64_t self = total[v];
        for (uint32_t i = 0; i < p->nchildren; i++)
            self -= gf_lazy_weights(l, p->child + i)[v];
        f->prefix[v][frame] = self;
    }
}

static void fill(const struct gf_lazy *l, struct gf_frames *f, struct gf_lazy_parts *parts)
{
    uint32_t part = 0, n = 0;
    do {
        const struct gf_part *p = gf_lazy_part(l, part);
        f->name[n] = p->name;
        parts->part[n] = part;
        parts->frame[part] = n;
        parts->folded[n] = !p->open;
        put_self(l, part, f, n);
        f->row_start[p->depth + 1]++;
        n++;
        part = next_part(l, parts, part, n, f->end);
    } while (part != 0);
    for (uint32_t v = 0; v < f->nvalues; v++) {
        uint64_t sum = 0;
        for (uint32_t i = 0; i < f->n; i++) {
            uint64_t self = f->prefix[v][i];
            f->prefix[v][i] = sum;
            sum += self;
        }
        f->prefix[v][f->n] = sum;
    }
}

static bool fill_rows(const struct gf_lazy *l, struct gf_frames *f,
                      const struct gf_lazy_parts *parts, struct gf_error *err)
{
    uint32_t *next = malloc(((size_t)f->nrows + 1) * sizeof *next);
    if (!next)
        return gf_fail_nomem(err, (uint64_t)f->nrows * sizeof *next);
    for (uint32_t row = 0; row < f->nrows; row++) {
        next[row] = f->row_start[row];
        f->row_start[row + 1] += f->row_start[row];
    }
    for (uint32_t i = 0; i < f->n; i++)
        f->row_nodes[next[gf_lazy_part(l, parts->part[i])->depth]++] = i;
    free(next);
    return true;
}

bool gf_lazy_profile(const struct gf_lazy *l, struct gf_profile **out, struct gf_lazy_parts *parts,
                     struct gf_error *err)
{
    *out = NULL;
    *parts = (struct gf_lazy_parts){.n = l->n};
    struct gf_profile *p = calloc(1, sizeof *p);
    if (!p)
        return gf_fail_nomem(err, sizeof *p);
    p->decimals = l->profile->decimals;
    p->stats = l->profile->stats;
    p->stats.max_depth = l->deepest;
    struct gf_frames *f = &p->frames;
    uint64_t bytes = gf_frames_cost(l->n, l->f->nvalues) +
                     l->n * (2 * sizeof *parts->part + sizeof *parts->folded);
    if (!gf_budget_take(l->f->budget, bytes, "unfolding this", err)) {
        free(p);
        return false;
    }
    bool ok = gf_frames_alloc(f, l->n, l->deepest + 1, l->f->nvalues, err) &&
              gf_frames_copy_values(l->f, f, err);
    f->budget = gf_budget_hold(l->f->budget);
    f->counted = bytes; /* what ties it to the next goes when it goes */
    f->names = l->f->names;
    f->names_borrowed = true;
    parts->part = malloc((size_t)l->n * sizeof *parts->part);
    parts->frame = malloc((size_t)l->n * sizeof *parts->frame);
    parts->folded = malloc(l->n);
    ok = ok && ((parts->part && parts->frame && parts->folded) || gf_fail_nomem(err, l->n * 9ULL));
    if (ok)
        fill(l, f, parts);
    ok = ok && fill_rows(l, f, parts, err);
    if (!ok) {
        gf_profile_free(p);
        gf_lazy_parts_free(parts);
        return false;
    }
    *out = p;
    return true;
}

void gf_lazy_parts_free(struct gf_lazy_parts *parts)
{
    free(parts->part);
    free(parts->frame);
    free(parts->folded);
    *parts = (struct gf_lazy_parts){0};
}
