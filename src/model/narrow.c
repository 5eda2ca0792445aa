#include "model/narrow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "model/diff.h"
#include "model/narrow_paths.h"
#include "model/retree.h"

/* Nodes between two looks at the cancel flag. */
#define STEP (1u << 14)

const char *gf_narrow_name(enum gf_narrow_kind kind)
{
    static const char *const names[GF_NARROW_KINDS] = {"focus",
                                                       "ignore",
                                                       "hide",
                                                       "show",
                                                       "show-from",
                                                       "collapse-recursion",
                                                       "collapse-all-recursion",
                                                       "below"};
    return names[kind];
}

bool gf_narrow_has_pattern(enum gf_narrow_kind kind)
{
    return kind <= GF_NARROW_SHOW_FROM;
}

/* Says of which step the pattern is wrong, and where. */
static bool fail_pattern(const struct gf_narrow_step *step, struct gf_error *err)
{
    if (!err || err->code != GF_ERR_USAGE)
        return false;
    struct gf_error cause = *err;
    int shown = step->pattern.n < 80 ? (int)step->pattern.n : 80;
    gf_fail(err, GF_ERR_USAGE, "--%s '%.*s': %.200s, at byte %llu", gf_narrow_name(step->kind),
            shown, step->pattern.text, cause.message, (unsigned long long)cause.byte);
    err->byte = cause.byte;
    return false;
}

bool gf_narrow_check(const struct gf_narrow_step *steps, uint32_t n, struct gf_error *err)
{
    if (n > GF_NARROW_STEPS)
        return gf_fail(err, GF_ERR_LIMIT, "more than %d steps of narrowing", GF_NARROW_STEPS);
    for (uint32_t i = 0; i < n; i++) {
        const struct gf_narrow_step *step = &steps[i];
        if ((unsigned)step->kind >= GF_NARROW_KINDS)
            return gf_fail(err, GF_ERR_USAGE, "unknown kind of narrowing");
        if (step->kind == GF_NARROW_BELOW && !(step->percent >= 0 && step->percent <= 100))
            return gf_fail(err, GF_ERR_USAGE, "--below: %g is no share (0 to 100 percent)",
                           step->percent);
        if (gf_narrow_has_pattern(step->kind) && !gf_search_check(&step->pattern, err))
            return fail_pattern(step, err);
    }
    return true;
}

static uint64_t *weights(const struct gf_tree *t, uint32_t value)
{
    return t->self[value].data;
}

/* The value types, a bit each, by which shares are told: the sides of a differential, and not what
 * gives the widths of both, so that other widths leave the same frames. */
static uint32_t measures_of(const struct gf_frames *f)
{
    if (gf_is_differential(f))
        return 1u << gf_side(f, GF_AFTER) | 1u << gf_side(f, GF_BEFORE);
    return (1u << f->nvalues) - 1;
}

/* Whether total[] of a node, of each value type, is a share that stays. The smallest of errors is
 * let pass: 0.1% of 1000 is 1, though 0.1 is not quite what a double holds. */
static bool large(const uint64_t *total, const struct gf_tree *t, uint32_t measures, double percent)
{
    bool any = false;
    for (uint32_t v = 0; v < t->nvalues; v++) {
        if (t->sum[v] == 0 || !(measures >> v & 1))
            continue;
        any = true;
        if ((double)total[v] * 100 >= percent * (double)t->sum[v] * (1 - 1e-12))
            return true;
    }
    return !any;
}

/* Totals of all nodes: total[node * nvalues + value]. NULL when memory runs out. */
static uint64_t *sum_up(const struct gf_tree *t)
{
    uint64_t *total = calloc(t->n, t->nvalues * sizeof *total);
    const struct gf_edge *edges = gf_tree_edges(t);
    for (uint32_t node = t->n; total && node-- > 0;)
        for (uint32_t v = 0; v < t->nvalues; v++) {
            uint64_t *mine = &total[(size_t)node * t->nvalues + v];
            *mine += weights(t, v)[node];
            if (node > 0)
                total[(size_t)edges[node].parent * t->nvalues + v] += *mine;
        }
    return total;
}

/* Adds what `node` of `from` weighs itself to `to`, of *into, or to *dropped if that is the root.
 */
static bool move_self(const struct gf_tree *from, uint32_t node, struct gf_tree *into, uint32_t to,
                      uint64_t *dropped, struct gf_error *err)
{
    uint64_t values[GF_FRAME_VALUES], any = 0;
    for (uint32_t v = 0; v < from->nvalues; v++) {
        values[v] = weights(from, v)[node];
        any |= values[v];
    }
    if (to == GF_ROOT && node != GF_ROOT) {
        *dropped += values[0];
        return true;
    }
    if (any == 0 && !gf_tree_zero_stack(from, node))
        return true;
    return gf_tree_add(into, to, values, from->decimals, err);
}

/* Takes small frames from the tree. Whatever stands on a small frame is small too, so no two
 * siblings become one: a kept frame's parent is kept. */
static bool fold_small(struct gf_tree *t, uint32_t measures, double percent,
                       const atomic_bool *cancel, uint64_t *dropped, struct gf_error *err)
{
    struct gf_tree kept;
    struct gf_budget *budget = t->budget;
    uint64_t bytes = (uint64_t)t->n * (t->nvalues * sizeof(uint64_t) + sizeof(uint32_t));
    if (!gf_budget_take(budget, bytes, "adding up the frames", err))
        return false;
    uint64_t *total = sum_up(t);
    uint32_t *at = calloc(t->n, sizeof *at);
    if (!gf_tree_init(&kept, t->nvalues, err))
        goto fail;
    if ((!total || !at) && !gf_fail_nomem(err, (uint64_t)t->n * sizeof *total))
        goto fail_tree;
    if (!gf_tree_share(&kept, budget, err))
        goto fail_tree;
    kept.decimals = t->decimals;
    const struct gf_edge *edges = gf_tree_edges(t);
    for (uint32_t node = 0; node < t->n; node++) {
        if (node % STEP == 0 && gf_cancelled(cancel) && !gf_fail_cancelled(err))
            goto fail_tree;
        if (node != GF_ROOT) {
            at[node] = at[edges[node].parent];
            if (large(&total[(size_t)node * t->nvalues], t, measures, percent) &&
                !gf_tree_append(&kept, at[node], edges[node].name, &at[node], err))
                goto fail_tree;
        }
        if (!move_self(t, node, &kept, at[node], dropped, err))
            goto fail_tree;
    }
    gf_tree_move_names(t, &kept);
    gf_tree_free(t);
    *t = kept;
    free(total);
    free(at);
    gf_budget_give(budget, bytes);
    return true;
fail_tree:
    gf_tree_free(&kept);
fail:
    free(total);
    free(at);
    gf_budget_give(budget, bytes);
    return false;
}

/* The steps from `first` up to and with the next `below`: they take one pass over the profile, and
 * those that follow need the totals that it has then. Returns the number of them; 1 at least. */
static uint32_t steps_of_pass(const struct gf_narrow_params *params, uint32_t first, bool *below)
{
    uint32_t n = 0;
    while (first + n < params->n && params->steps[first + n].kind != GF_NARROW_BELOW)
        n++;
    *below = first + n < params->n;
    return n + *below;
}

static bool take_steps(const struct gf_profile *from, const struct gf_narrow_params *params,
                       uint32_t first, uint32_t n, bool below, const atomic_bool *cancel,
                       struct gf_profile **out, struct gf_narrow_report *report,
                       struct gf_error *err)
{
    struct gf_tree tree;
    const struct gf_narrow_step *steps = params->steps + first;
    gf_meter_expect(params->meter, 2 * (uint64_t)from->frames.n); /* flattening counts as much */
    bool ok = gf_narrow_paths(from, steps, n - below, params->meter, cancel, &tree,
                              report->dropped + first, report->functions + first, err);
    if (ok && below)
        ok = fold_small(&tree, measures_of(&from->frames), steps[n - 1].percent, cancel,
                        &report->dropped[first + n - 1], err);
    if (ok && tree.n <= 1)
        ok = gf_fail(err, GF_ERR_EMPTY, "no sample is left");
    ok = ok && gf_retree_finish(&tree, from, params->order, params->threads, out, err);
    gf_meter_did(params->meter, from->frames.n);
    gf_tree_free(&tree);
    return ok;
}

/* Says which step was the one that took the last samples. */
static void fail_empty(const struct gf_narrow_params *params, const struct gf_narrow_report *report,
                       struct gf_error *err)
{
    uint32_t last = params->n;
    while (last > 0 && report->dropped[last - 1] == 0)
        last--;
    if (last == 0)
        return;
    const struct gf_narrow_step *step = &params->steps[last - 1];
    const char *name = gf_narrow_name(step->kind);
    int shown = step->pattern.n < 80 ? (int)step->pattern.n : 80;
    if (gf_narrow_has_pattern(step->kind))
        gf_fail(err, GF_ERR_EMPTY, "no sample is left after --%s '%.*s'", name, shown,
                step->pattern.text);
    else
        gf_fail(err, GF_ERR_EMPTY, "no sample is left after --%s", name);
}

bool gf_narrow(const struct gf_profile *from, const struct gf_narrow_params *params,
               const atomic_bool *cancel, struct gf_profile **out, struct gf_narrow_report *report,
               struct gf_error *err)
{
    struct gf_narrow_report unseen;
    struct gf_error own;
    struct gf_profile *made = NULL;
    uint32_t first = 0;
    report = report ? report : &unseen;
    err = err ? err : &own;
    *report = (struct gf_narrow_report){0};
    *out = NULL;
    if (!gf_narrow_check(params->steps, params->n, err))
        return false;
    do {
        bool below;
        struct gf_profile *next;
        uint32_t n = steps_of_pass(params, first, &below);
        bool ok =
            take_steps(made ? made : from, params, first, n, below, cancel, &next, report, err);
        gf_profile_free(made);
        if (!ok && err->code == GF_ERR_EMPTY)
            fail_empty(params, report, err);
        if (!ok)
            return false;
        made = next;
        first += n;
    } while (first < params->n);
    *out = made;
    return true;
}
