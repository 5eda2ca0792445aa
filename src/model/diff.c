#include "model/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "base/str.h"
#include "model/diff_internal.h"
#include "model/keysort.h"
#include "model/retree.h"
#include "model/top.h"
#include "model/tree_merge.h"

/* The value type with this name; nvalues: there is none. */
static uint32_t value_called(const struct gf_frames *f, const char *type)
{
    uint32_t v = 0;
    while (v < f->nvalues && !(f->values[v].type && strcmp(f->values[v].type, type) == 0))
        v++;
    return v;
}

bool gf_is_differential(const struct gf_frames *frames)
{
    return frames->nvalues >= 2 && value_called(frames, "before") < frames->nvalues;
}

uint32_t gf_side(const struct gf_frames *frames, uint32_t side)
{
    uint32_t v = value_called(frames, side == GF_AFTER ? "after" : "before");
    return v < frames->nvalues ? v : side;
}

/* One side on its way into a tree. */
struct side {
    const struct gf_profile *profile;
    uint32_t value; /* of the tree */
    struct gf_tree tree;
};

/* Puts every frame of the side into its tree. */
static bool lay(struct side *s, struct gf_meter *meter, const atomic_bool *cancel,
                struct gf_error *err)
{
    const struct gf_frames *f = &s->profile->frames;
    uint32_t *open = calloc((size_t)f->nrows + 1, sizeof *open);
    uint32_t *placed = calloc((size_t)f->nrows + 1, sizeof *placed);
    uint32_t depth = 0;
    bool ok = (open && placed) || gf_fail_nomem(err, (uint64_t)f->nrows * sizeof *open);
    s->tree.max_depth = f->nrows - 1;
    for (uint32_t node = 0; ok && node < f->n; node++) {
        uint64_t values[GF_MAX_VALUES] = {0};
        if (node % GF_DIFF_STEP == 0) {
            ok = !gf_cancelled(cancel) || gf_fail_cancelled(err);
            gf_meter_did(meter, GF_DIFF_STEP);
        }
        while (node > 0 && f->end[open[depth]] <= node)
            depth--;
        if (node > 0) {
            open[++depth] = node;
            ok = ok &&
                 gf_tree_append(&s->tree, placed[depth - 1], f->name[node], &placed[depth], err);
        }
        values[s->value] = gf_frame_self(f, node, 0);
        if (ok && (values[s->value] > 0 || f->end[node] == node + 1))
            ok = gf_tree_add(&s->tree, placed[depth], values, s->tree.decimals, err);
    }
    free(open);
    free(placed);
    return ok;
}

static bool check(const struct gf_profile *before, const struct gf_profile *after,
                  struct gf_error *err)
{
    if (before->frames.nvalues > 1 || after->frames.nvalues > 1)
        return gf_fail(err, GF_ERR_USAGE, "one of the two is a differential already");
    const char *a = gf_unit_name(&before->frames, 0), *b = gf_unit_name(&after->frames, 0);
    if (strcmp(a, b) != 0)
        return gf_fail(err, GF_ERR_USAGE, "before counts %.64s, after counts %.64s", a, b);
    return true;
}

static const char *same_or_mixed(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ? a : "mixed";
}

/* What is known of the input of both. */
static void add_stats(struct gf_profile_stats *to, const struct gf_profile_stats *from)
{
    to->incomplete |= from->incomplete;
    to->files += from->files;
    to->format = same_or_mixed(to->format, from->format);
    to->compression = same_or_mixed(to->compression, from->compression);
    to->bytes_read += from->bytes_read;
    to->bytes_decoded += from->bytes_decoded;
    to->records += from->records;
    to->ignored += from->ignored;
    for (int cause = 0; cause < GF_IGNORED_CAUSES; cause++)
        to->ignored_by[cause] += from->ignored_by[cause];
    to->skipped_files += from->skipped_files;
    to->rounded += from->rounded;
    to->spilled_bytes += from->spilled_bytes;
    to->seconds_load += from->seconds_load;
    to->seconds_merge += from->seconds_merge;
    to->seconds_flatten += from->seconds_flatten;
    to->tree_bytes = to->tree_bytes > from->tree_bytes ? to->tree_bytes : from->tree_bytes;
}

static bool name_before(struct gf_profile *p, struct gf_error *err)
{
    struct gf_value_type *v = p->frames.values;
    v[GF_BEFORE].type = strdup("before");
    v[GF_BEFORE].unit = v[GF_AFTER].unit ? strdup(v[GF_AFTER].unit) : NULL;
    return (v[GF_BEFORE].type && (v[GF_BEFORE].unit || !v[GF_AFTER].unit)) ||
           gf_fail_nomem(err, 16);
}

/* Bytes for both trees, which are there at the same time and become one. */
static uint64_t cost_of(const struct side sides[2])
{
    uint64_t bytes = 0;
    for (int i = 0; i < 2; i++)
        bytes += gf_tree_cost(sides[i].profile->frames.n, 2) + gf_intern_size(&sides[i].tree.names);
    return bytes;
}

bool gf_diff_scale(const struct gf_frames *f, uint64_t *out, const atomic_bool *cancel,
                   struct gf_error *err)
{
    const uint64_t *before = f->prefix[gf_side(f, GF_BEFORE)];
    uint64_t whole = before[f->n], scale = gf_frame_total(f, 0, gf_side(f, GF_AFTER));
    for (uint32_t i = 0; i <= f->n; i++) { /* from the first on: the whole is read before */
        if (i % GF_DIFF_STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
        out[i] = whole ? (uint64_t)((unsigned __int128)before[i] * scale / whole) : 0;
    }
    return true;
}

bool gf_diff(const struct gf_profile *before, const struct gf_profile *after,
             const struct gf_diff_params *params, const atomic_bool *cancel,
             struct gf_profile **out, struct gf_error *err)
{
    struct side sides[2] = {{.profile = after, .value = GF_AFTER},
                            {.profile = before, .value = GF_BEFORE}};
    struct gf_tree *trees[2] = {&sides[0].tree, &sides[1].tree}, *all;
    unsigned threads = params->threads ? params->threads : 1;
    *out = NULL;
    if (!check(before, after, err))
        return false;
    uint64_t frames = (uint64_t)before->frames.n + after->frames.n;
    gf_meter_expect(params->meter, 2 * frames); /* laying them over each other counts as much */
    bool ok = gf_retree_begin(after, 2, trees[0], err) && gf_retree_begin(before, 2, trees[1], err);
    if (ok && params->normalize) /* what is scaled has no unit of its own */
        trees[1]->decimals = after->decimals;
    struct gf_budget *budget = after->frames.budget;
    uint64_t bytes = ok ? cost_of(sides) : 0;
    if (ok && !gf_budget_take(budget, bytes, "the comparison", err)) {
        bytes = 0;
        ok = false;
    }
    ok = ok && lay(&sides[0], params->meter, cancel, err) &&
         lay(&sides[1], params->meter, cancel, err) &&
         gf_tree_merge_all(trees, 2, threads, &all, err) &&
         gf_retree_finish(all, after, params->order, threads, out, err);
    if (ok) {
        struct gf_frames *made = &(*out)->frames;
        ok = name_before(*out, err) &&
             (!params->normalize || gf_diff_scale(made, made->prefix[GF_BEFORE], cancel, err));
    }
    if (ok) {
        add_stats(&(*out)->stats, &before->stats);
    } else {
        gf_profile_free(*out);
        *out = NULL;
    }
    gf_meter_did(params->meter, frames);
    gf_tree_free(trees[0]);
    gf_tree_free(trees[1]);
    gf_budget_give(budget, bytes);
    return ok;
}

/* What functions are ordered by. */
struct order {
    const struct gf_change *items; /* by name */
    const struct gf_name_table *names;
    bool by_total;
};

uint64_t gf_growth_key(const uint64_t weight[2], uint32_t which)
{
    bool gained = weight[GF_AFTER] > weight[GF_BEFORE];
    if (which == 0)
        return !gained;
    return gained ? ~(weight[GF_AFTER] - weight[GF_BEFORE]) : weight[GF_BEFORE] - weight[GF_AFTER];
}

static uint64_t number(const void *ctx, uint32_t id, uint32_t which)
{
    const struct order *order = ctx;
    const struct gf_change *c = &order->items[id];
    return gf_growth_key((which < 2) == order->by_total ? c->total : c->self, which % 2);
}

static const char *text(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_name_table *names = ((const struct order *)ctx)->names;
    *len = (uint32_t)(names->offset[id + 1] - names->offset[id]);
    return names->bytes + names->offset[id];
}

bool gf_diff_functions(const struct gf_frames *frames, bool by_total, const atomic_bool *cancel,
                       struct gf_meter *meter, struct gf_changes *out, struct gf_error *err)
{
    uint32_t n = frames->names.n;
    uint64_t bytes = n * (2 * sizeof(struct gf_change) + sizeof(struct gf_keyed));
    *out = (struct gf_changes){0};
    if (!gf_budget_take(frames->budget, bytes, "the table of functions", err))
        return false;
    struct gf_change *by_name = calloc((size_t)n + 1, sizeof *by_name);
    struct gf_keyed *order = calloc((size_t)n + 1, sizeof *order);
    *out = (struct gf_changes){calloc((size_t)n + 1, sizeof *out->items), n};
    bool ok = (by_name && order && out->items) || gf_fail_nomem(err, n * sizeof *by_name);
    for (uint32_t v = 0; ok && v < 2; v++) {
        struct gf_top top;
        ok = gf_top_make(frames, gf_side(frames, v), cancel, meter, &top, err);
        for (uint32_t i = 0; ok && i < n; i++) {
            struct gf_change *c = &by_name[top.functions[i].name];
            c->name = top.functions[i].name;
            c->self[v] = top.functions[i].self;
            c->total[v] = top.functions[i].total;
        }
        if (ok)
            gf_top_free(&top);
    }
    for (uint32_t i = 0; ok && i < n; i++)
        order[i].id = i;
    const struct gf_keys keys = {.numbers = 4,
                                 .number = number,
                                 .text = text,
                                 .ctx = &(struct order){by_name, &frames->names, by_total},
                                 .cancel = cancel};
    ok = ok && (gf_keysort(order, n, &keys) || gf_fail_cancelled(err));
    for (uint32_t i = 0; ok && i < n; i++)
        out->items[i] = by_name[order[i].id];
    free(by_name);
    free(order);
    gf_budget_give(frames->budget, bytes);
    if (!ok)
        gf_changes_free(out);
    return ok;
}

void gf_changes_free(struct gf_changes *changes)
{
    free(changes->items);
    *changes = (struct gf_changes){0};
}

uint64_t gf_diff_only_on(const struct gf_frames *frames, uint32_t side)
{
    uint32_t here = gf_side(frames, side), there = gf_side(frames, !side);
    uint64_t weight = 0;
    for (uint32_t node = 1; node < frames->n;) {
        bool only = gf_frame_total(frames, node, there) == 0;
        weight += only ? gf_frame_total(frames, node, here) : 0;
        node = only ? frames->end[node] : node + 1;
    }
    return weight;
}

char *gf_change_weight(char out[44], const uint64_t w[2], unsigned decimals)
{
    bool lost = w[GF_AFTER] < w[GF_BEFORE];
    uint64_t change = lost ? w[GF_BEFORE] - w[GF_AFTER] : w[GF_AFTER] - w[GF_BEFORE];
    out[0] = lost ? '-' : '+';
    gf_weight_text(out + (change > 0), change, decimals);
    return out;
}

char *gf_change_text(char out[24], uint64_t before, uint64_t after)
{
    char text[16];
    if (before == after || before == 0 || after == 0) {
        snprintf(out, 24, "%s", before == after ? "0%" : before == 0 ? "new" : "gone");
        return out;
    }
    if (after / before >= 100) {
        snprintf(out, 24, "x%.3g", (double)after / (double)before);
        return out;
    }
    gf_str_percent(text, after > before ? after - before : before - after, before);
    /* "<" and ">" make no sense behind a sign. */
    snprintf(out, 24, "%c%s", after > before ? '+' : '-', text + strspn(text, "<>"));
    return out;
}
