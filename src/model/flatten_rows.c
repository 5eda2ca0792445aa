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

/* The ends of the nodes that hold `at`, from the root down; returns how many there are. Elder
 * siblings are jumped over. */
static uint32_t open_at(const struct gf_frames *out, uint32_t at, uint32_t *open)
{
    uint32_t depth = 0, node = 0;
    while (node < at) {
        if (out->end[node] > at)
            open[depth++] = out->end[node++];
        else
            node = out->end[node];
    }
    return depth;
}

/* A node's depth is how many nodes before it have not ended. Nodes of a row keep their order, which
 * is that of x. */
static void fill_rows(struct gf_flatten *f, unsigned piece)
{
    struct gf_frames *out = f->out;
    uint32_t *next = malloc(f->rows.n * sizeof *next), *open = malloc(f->rows.n * sizeof *open);
    struct gf_error err = {0};
    if (!next || !open) {
        gf_fail_nomem(&err, f->rows.n * sizeof *next);
        gf_flatten_fail(f, &err);
        goto out;
    }
    for (size_t row = 0; row < f->rows.n; row++) {
        next[row] = out->row_start[row];
        for (unsigned before = 0; before < piece; before++)
            next[row] += f->rows.rows[row * f->pieces + before];
    }
    uint64_t low = (uint64_t)piece << f->piece_shift, high = low + ((uint64_t)1 << f->piece_shift);
    const uint32_t *end = out->end, last = high < f->n ? (uint32_t)high : f->n;
    uint32_t *row_nodes = out->row_nodes, depth = open_at(out, (uint32_t)low, open);
    for (uint32_t i = (uint32_t)low; i < last;) {
        row_nodes[next[depth]++] = i;
        uint32_t behind = end[i++];
        if (behind != i) {
            open[depth++] = behind;
            continue;
        }
        while (depth > 0 && open[depth - 1] == i)
            depth--;
    }
out:
    free(next);
    free(open);
}

static void start_rows(struct gf_flatten *f)
{
    struct gf_frames *out = f->out;
    out->nrows = (uint32_t)f->rows.n;
    out->row_start[0] = 0;
    for (size_t row = 0; row < f->rows.n; row++) {
        uint32_t n = 0;
        for (unsigned piece = 0; piece < f->pieces; piece++)
            n += f->rows.rows[row * f->pieces + piece];
        out->row_start[row + 1] = out->row_start[row] + n;
    }
}

/* How many nodes before its turn the place of a node's name is asked for; half as many for the
 * text. Only where there are so many names that they fit no cache. */
#define NAMES_AHEAD 32u
#define MANY_NAMES  65536u

/* Inlined before gcc looks for functions without an effect, among which it counts this one. */
__attribute__((always_inline)) static inline void ask_names(const struct gf_flatten *f,
                                                            const uint32_t *renamed, uint32_t i)
{
    const struct gf_intern *names = &f->tree->names;
    const uint32_t *name = f->out->name;
    if (names->n < MANY_NAMES || f->n - i <= NAMES_AHEAD)
        return;
    gf_intern_ask_place(names, name[i + NAMES_AHEAD]);
    __builtin_prefetch(&renamed[name[i + NAMES_AHEAD]], 1);
    gf_intern_ask_text(names, name[i + NAMES_AHEAD / 2]);
}

/* Renumbers names in order of first appearance and copies their bytes, so that the result does not
 * depend on which thread saw a name first. Names that no node bears are left out. */
static void fill_names(struct gf_flatten *f)
{
    const struct gf_intern *names = &f->tree->names;
    struct gf_frames *out = f->out;
    struct gf_name_table *table = &out->names;
    size_t n = (size_t)names->n + 1;
    uint32_t *renamed = malloc(n * sizeof *renamed);
    struct gf_error err = {0};
    table->offset = malloc(n * sizeof *table->offset);
    table->bytes = malloc(gf_intern_bytes(names) + 1);
    if (!renamed || !table->offset || !table->bytes) {
        gf_fail_nomem(&err, gf_intern_bytes(names) + (uint64_t)n * 12);
        gf_flatten_fail(f, &err);
        goto out;
    }
    memset(renamed, 0xff, n * sizeof *renamed);
    table->offset[0] = 0;
    out->name[0] = GF_NO_NAME;
    for (uint32_t i = 1; i < out->n; i++) {
        uint32_t id = out->name[i];
        ask_names(f, renamed, i);
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
}

static void finish_part(void *ctx, unsigned part)
{
    struct gf_flatten *f = ctx;
    if (part == 0)
        fill_names(f);
    else if (part <= f->pieces)
        fill_rows(f, part - 1);
    else
        sum_up(f);
}

bool gf_flatten_finish(struct gf_flatten *f, struct gf_error *err)
{
    start_rows(f);
    gf_parallel(f->threads, f->pieces + 2, finish_part, f);
    if (f->failed) {
        if (err)
            *err = f->error;
        return false;
    }
    struct gf_frames *out = f->out;
    gf_map_shrink(&out->storage,
                  (size_t)((char *)(out->row_start + out->nrows + 1) - (char *)out->storage.data));
    return true;
}
