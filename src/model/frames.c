#include "model/frames.h"

#include <stdlib.h>
#include <string.h>

const char *gf_frame_name(const struct gf_frames *f, uint32_t node, size_t *len)
{
    uint32_t name = f->name[node];
    if (name == GF_NO_NAME) {
        *len = 0;
        return "";
    }
    *len = (size_t)(f->names.offset[name + 1] - f->names.offset[name]);
    return f->names.bytes + f->names.offset[name];
}

uint32_t gf_row_at_or_before(const struct gf_frames *f, uint32_t depth, uint32_t node)
{
    uint32_t low = f->row_start[depth], high = f->row_start[depth + 1];
    if (low == high || f->row_nodes[low] > node)
        return GF_NO_NODE;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (f->row_nodes[mid] <= node)
            low = mid;
        else
            high = mid;
    }
    return low;
}

uint32_t gf_frame_parent(const struct gf_frames *f, uint32_t node, uint32_t depth)
{
    if (depth == 0)
        return GF_NO_NODE;
    return f->row_nodes[gf_row_at_or_before(f, depth - 1, node)];
}

uint32_t gf_frame_depth(const struct gf_frames *f, uint32_t node)
{
    uint32_t depth = 0;
    for (;; depth++) {
        uint32_t at = gf_row_at_or_before(f, depth, node);
        if (f->row_nodes[at] == node)
            return depth;
    }
}

bool gf_frames_copy_values(const struct gf_frames *from, struct gf_frames *to, struct gf_error *err)
{
    for (uint32_t v = 0; v < from->nvalues && v < to->nvalues; v++) {
        const struct gf_value_type *a = &from->values[v];
        struct gf_value_type *b = &to->values[v];
        b->type = a->type ? strdup(a->type) : NULL;
        b->unit = a->unit ? strdup(a->unit) : NULL;
        if ((a->type && !b->type) || (a->unit && !b->unit))
            return gf_fail_nomem(err, 16);
    }
    return true;
}

bool gf_frames_alloc(struct gf_frames *f, uint32_t n, uint32_t nrows, uint32_t nvalues,
                     struct gf_error *err)
{
    *f = (struct gf_frames){.n = n, .nvalues = nvalues, .nrows = nrows};
    f->prefix = calloc(nvalues, sizeof *f->prefix);
    f->values = calloc(nvalues, sizeof *f->values);
    size_t sums = 0, bytes = 0;
    if (!f->prefix || !f->values || !gf_mul((size_t)n + 1, nvalues * sizeof **f->prefix, &sums) ||
        !gf_add(sums, (3 * (size_t)n + nrows + 1) * sizeof(uint32_t), &bytes))
        return gf_fail_nomem(err, n);
    if (!gf_map_reserve(&f->storage, bytes, err))
        return false;
    uint64_t *at = f->storage.data;
    for (uint32_t v = 0; v < nvalues; v++, at += (size_t)n + 1)
        f->prefix[v] = at;
    f->name = (uint32_t *)at;
    f->end = f->name + n;
    f->row_nodes = f->end + n;
    f->row_start = f->row_nodes + n;
    return true;
}

void gf_frames_free(struct gf_frames *f)
{
    for (uint32_t v = 0; f->values && v < f->nvalues; v++) {
        free(f->values[v].type);
        free(f->values[v].unit);
    }
    free(f->values);
    free(f->prefix);
    if (!f->names_borrowed) {
        free(f->names.bytes);
        free(f->names.offset);
    }
    gf_map_free(&f->storage);
    gf_budget_give(f->budget, f->counted);
    gf_budget_drop(f->budget);
    *f = (struct gf_frames){0};
}

void gf_frames_join(struct gf_frames *f, struct gf_budget *budget)
{
    const struct gf_name_table *names = &f->names;
    f->budget = gf_budget_hold(budget);
    f->counted = f->storage.data ? gf_frames_cost(f->n, f->nvalues) : 0;
    if (names->offset && !f->names_borrowed)
        f->counted += names->offset[names->n] + ((uint64_t)names->n + 1) * sizeof *names->offset;
    gf_budget_count(budget, f->counted);
}
