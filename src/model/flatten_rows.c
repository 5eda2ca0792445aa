/* The last passes of flattening: running sums, rows and names, side by side. */
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "model/flatten_internal.h"

static void sum_up(struct gf_flatten *f)
{
    for (uint32_t v = 0; v < f->out->nvalues; v++) {
        uint64_t *prefix = f->out->prefix[v];
        prefix[f->n] = f->simd->prefix_sum(prefix, f->n, 0);
    }
}

/* A node's depth is how many nodes before it have not ended. Nodes of a row keep their order, which
 * is that of x. */
static bool fill_rows(struct gf_flatten *f)
{
    struct gf_frames *out = f->out;
    uint32_t *next = malloc(f->nrows * sizeof *next), *open = malloc(f->nrows * sizeof *open);
    struct gf_error err = {0};
    bool ok = next && open;
    if (!ok) {
        gf_fail_nomem(&err, f->nrows * sizeof *next);
        gf_flatten_fail(f, &err);
        goto out;
    }
    out->nrows = (uint32_t)f->nrows;
    out->row_start[0] = 0;
    for (uint32_t row = 0; row < out->nrows; row++) {
        next[row] = out->row_start[row];
        out->row_start[row + 1] = next[row] + f->rows[row];
    }
    const uint32_t *end = out->end;
    uint32_t *row_nodes = out->row_nodes;
    uint32_t depth = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        while (depth > 0 && open[depth - 1] <= i)
            depth--;
        row_nodes[next[depth]++] = i;
        if (end[i] > i + 1)
            open[depth++] = end[i];
    }
out:
    free(next);
    free(open);
    return ok;
}

/* Renumbers names in order of first appearance and copies their bytes, so that the result does not
 * depend on which thread saw a name first. Names that no node bears are left out. */
static bool fill_names(struct gf_flatten *f)
{
    const struct gf_intern *names = &f->tree->names;
    struct gf_frames *out = f->out;
    struct gf_name_table *table = &out->names;
    size_t n = (size_t)names->n + 1;
    uint32_t *renamed = malloc(n * sizeof *renamed);
    struct gf_error err = {0};
    table->offset = malloc(n * sizeof *table->offset);
    table->bytes = malloc(names->used + 1);
    bool ok = renamed && table->offset && table->bytes;
    if (!ok) {
        gf_fail_nomem(&err, names->used + (uint64_t)n * 12);
        gf_flatten_fail(f, &err);
        goto out;
    }
    memset(renamed, 0xff, n * sizeof *renamed);
    table->offset[0] = 0;
    out->name[0] = GF_NO_NAME;
    for (uint32_t i = 1; i < out->n; i++) {
        uint32_t id = out->name[i];
        if (renamed[id] == UINT32_MAX) {
            uint32_t len;
            const char *text = gf_intern_text(names, id, &len);
            uint64_t at = table->offset[table->n];
            memcpy(table->bytes + at, text, len);
            renamed[id] = table->n;
            table->offset[++table->n] = at + len;
        }
        out->name[i] = renamed[id];
    }
out:
    free(renamed);
    return ok;
}

static void finish_part(void *ctx, unsigned part)
{
    struct gf_flatten *f = ctx;
    if (part == 0)
        fill_rows(f);
    else if (part == 1)
        fill_names(f);
    else
        sum_up(f);
}

bool gf_flatten_finish(struct gf_flatten *f)
{
    gf_parallel(f->threads, 3, finish_part, f);
    if (f->failed)
        return false;
    struct gf_frames *out = f->out;
    gf_map_shrink(&out->storage,
                  (size_t)((char *)(out->row_start + out->nrows + 1) - (char *)out->storage.data));
    return true;
}
