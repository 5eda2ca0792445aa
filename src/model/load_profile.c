/* From the parsers' trees to a profile: its frame array, or only what there is to count. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/flatten.h"
#include "model/load_internal.h"
#include "model/tree_count.h"
#include "model/tree_merge.h"

static bool set_value_types(struct gf_frames *frames, struct gf_error *err)
{
    static const char *const types[GF_MAX_VALUES] = {"samples", "before"};
    for (uint32_t v = 0; v < frames->nvalues; v++) {
        frames->values[v].type = strdup(types[v]);
        frames->values[v].unit = strdup("samples");
        if (!frames->values[v].type || !frames->values[v].unit)
            return gf_fail_nomem(err, 16);
    }
    return true;
}

/* What several trees say together, when their nodes and stacks have been counted. */
static void state_all(struct gf_tree **trees, size_t n, struct gf_profile_stats *stats)
{
    gf_tree_state(trees[0], stats);
    for (size_t i = 1; i < n; i++) {
        for (uint32_t v = 0; v < trees[i]->nvalues; v++)
            stats->totals[v] += trees[i]->sum[v];
        if (trees[i]->max_depth > stats->max_depth)
            stats->max_depth = trees[i]->max_depth;
    }
    stats->functions = trees[0]->names.n;
}

/* What there is to count in the trees, instead of their frame array. */
static bool take_counts(struct gf_load *load, struct gf_tree **trees, size_t n,
                        struct gf_profile *profile, struct gf_error *err)
{
    struct gf_profile_stats *stats = &profile->stats;
    uint32_t nodes = 0, nvalues = trees[0]->nvalues;
    bool done = false;
    double start = gf_now();
    profile->frames.values = calloc(nvalues, sizeof *profile->frames.values);
    if (!profile->frames.values)
        return gf_fail_nomem(err, nvalues * sizeof *profile->frames.values);
    profile->frames.nvalues = nvalues;
    if (n > 1 && (!gf_tree_align(trees, n, err) ||
                  !gf_flatten_count(trees, n, load->nparsers, &nodes, &stats->stacks, &done, err)))
        return false;
    if (!done && !gf_tree_count_all(trees, n, load->nparsers, stats, err))
        return false;
    if (done) {
        state_all(trees, n, stats);
        stats->call_paths = nodes - 1;
    }
    profile->decimals = trees[0]->decimals;
    stats->seconds_merge = gf_now() - start;
    for (size_t i = 0; i < n; i++)
        gf_tree_free(trees[i]);
    return true;
}

static bool take_frames(struct gf_load *load, struct gf_tree **trees, size_t n,
                        struct gf_profile *profile, struct gf_error *err)
{
    struct gf_flattened flat;
    if (!gf_flatten_trees(trees, n, load->params.order, load->simd, load->nparsers, &flat, err))
        return false;
    const struct gf_frames *frames = &flat.frames;
    profile->frames = *frames;
    profile->decimals = flat.decimals;
    for (uint32_t v = 0; v < frames->nvalues; v++)
        profile->stats.totals[v] = gf_frame_total(frames, 0, v);
    profile->stats.stacks = flat.stacks;
    profile->stats.call_paths = frames->n - 1;
    profile->stats.functions = frames->names.n;
    profile->stats.max_depth = frames->nrows - 1;
    return true;
}

/* Turns the only tree round. */
static bool turn(struct gf_tree *tree, struct gf_error *err)
{
    struct gf_tree reversed;
    if (!gf_tree_reverse(tree, &reversed, err))
        return false;
    gf_tree_free(tree);
    *tree = reversed;
    return true;
}

struct gf_profile *gf_load_make_profile(struct gf_load *load, struct gf_tree **trees, size_t n,
                                        struct gf_error *err)
{
    const struct gf_load_params *params = &load->params;
    struct gf_profile *profile = calloc(1, sizeof *profile);
    struct gf_tree *all;
    double start = gf_now();
    bool ok = profile || gf_fail_nomem(err, sizeof *profile);
    if (ok && params->reverse) {
        ok = gf_tree_merge_all(trees, n, load->nparsers, &all, err) && turn(all, err);
        profile->stats.seconds_merge = gf_now() - start;
    }
    ok = ok && (params->counts_only ? take_counts : take_frames)(
                   load, trees, params->reverse ? 1 : n, profile, err);
    if (ok && set_value_types(&profile->frames, err))
        return profile;
    for (size_t i = 0; i < n; i++)
        gf_tree_free(trees[i]);
    gf_profile_free(profile);
    return NULL;
}
