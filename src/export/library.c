/* The functions of include/gigaflame over the layers below. */
#include <string.h>

#include <gigaflame/frame.h>
#include <gigaflame/narrow.h>
#include <gigaflame/profile.h>

#include "export/folded.h"
#include "export/pprof.h"
#include "model/diff.h"
#include "model/load.h"
#include "model/narrow.h"

static enum gf_order order_of(enum gf_sibling_order order)
{
    static const enum gf_order orders[] = {
        [GF_SIBLINGS_BY_WEIGHT] = GF_ORDER_WEIGHT,
        [GF_SIBLINGS_BY_NAME] = GF_ORDER_NAME,
        [GF_SIBLINGS_BY_INPUT] = GF_ORDER_INPUT,
    };
    return (unsigned)order < 3 ? orders[order] : GF_ORDER_WEIGHT;
}

struct gf_profile *gf_profile_load(const char *const *paths, size_t n,
                                   const struct gf_profile_options *options, struct gf_error *err)
{
    static const struct gf_profile_options defaults = {0};
    if (!options)
        options = &defaults;
    struct gf_load_params params = {
        .threads = options->threads,
        .max_memory = options->max_memory,
        .order = order_of(options->order),
        .reverse = options->reverse != 0,
        .strict = options->strict != 0,
    };
    struct gf_source_list sources = {0};
    struct gf_profile *profile = NULL;
    struct gf_budget *budget = gf_budget_make(gf_memory_limit(options->max_memory));
    if (!budget) {
        gf_fail_nomem(err, sizeof sources);
        return NULL;
    }
    if (gf_source_list_expand(paths, n, &sources, err))
        gf_load_all(&sources, &params, &profile, err);
    gf_source_list_free(&sources);
    if (profile)
        gf_frames_join(&profile->frames, budget);
    gf_budget_drop(budget);
    return profile;
}

void gf_profile_get_info(const struct gf_profile *profile, struct gf_profile_info *out)
{
    const struct gf_profile_stats *s = &profile->stats;
    *out = (struct gf_profile_info){
        .files = s->files,
        .bytes_read = s->bytes_read,
        .bytes_decoded = s->bytes_decoded,
        .records = s->records,
        .ignored = s->ignored,
        .total = gf_frame_total(&profile->frames, 0, 0),
        .decimals = profile->decimals,
        .stacks = s->stacks,
        .nodes = profile->frames.n - 1,
        .functions = s->functions,
        .max_depth = s->max_depth,
    };
}

/* True when `path` ends in `suffix`. */
static bool ends_in(const char *path, const char *suffix)
{
    size_t n = strlen(path), k = strlen(suffix);
    return n >= k && strcmp(path + n - k, suffix) == 0;
}

typedef bool write_fn(const struct gf_frames *frames, unsigned decimals, struct gf_encoder *enc,
                      struct gf_error *err);

static int write_file(const struct gf_profile *profile, const char *path, enum gf_compression kind,
                      write_fn *write, struct gf_error *err)
{
    struct gf_output *out = NULL;
    struct gf_encoder *enc = NULL;
    if (!gf_output_open(path, &out, err))
        return 0;
    if (gf_encoder_open(out, kind, 0, &enc, err)) {
        if (!write(&profile->frames, profile->decimals, enc, err))
            gf_encoder_abort(enc);
        else if (gf_encoder_finish(enc, err))
            return gf_output_commit(out, err);
    }
    gf_output_abort(out);
    return 0;
}

int gf_profile_write_folded(const struct gf_profile *profile, const char *path,
                            struct gf_error *err)
{
    enum gf_compression kind = ends_in(path, ".zst")  ? GF_ZSTD
                               : ends_in(path, ".gz") ? GF_GZIP
                                                      : GF_PLAIN;
    return write_file(profile, path, kind, gf_folded_write, err);
}

int gf_profile_write_pprof(const struct gf_profile *profile, const char *path, struct gf_error *err)
{
    return write_file(profile, path, GF_GZIP, gf_pprof_write, err);
}

uint32_t gf_profile_nodes(const struct gf_profile *profile)
{
    return profile->frames.n;
}

int gf_profile_frame(const struct gf_profile *profile, uint32_t node, struct gf_frame *out)
{
    const struct gf_frames *f = &profile->frames;
    if (node >= f->n)
        return 0;
    out->name = gf_frame_name(f, node, &out->name_len);
    out->self = gf_frame_self(f, node, 0);
    out->total = gf_frame_total(f, node, 0);
    out->x = gf_frame_x(f, node, 0);
    out->end = f->end[node];
    return 1;
}

struct gf_profile *gf_profile_narrow(const struct gf_profile *profile,
                                     const struct gf_narrow_rule *rules, size_t n,
                                     enum gf_sibling_order order, struct gf_error *err)
{
    struct gf_narrow_step steps[GF_NARROW_STEPS];
    struct gf_profile *out = NULL;
    for (size_t i = 0; i < n && i < GF_NARROW_STEPS; i++) {
        const char *pattern = rules[i].pattern ? rules[i].pattern : "";
        steps[i] = (struct gf_narrow_step){.kind = rules[i].kind,
                                           .pattern = {.text = pattern,
                                                       .n = strlen(pattern),
                                                       .regex = !rules[i].plain,
                                                       .ignore_case = rules[i].ignore_case != 0},
                                           .percent = rules[i].percent};
    }
    const struct gf_narrow_params params = {
        .steps = steps, .n = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX, .order = order_of(order)};
    gf_narrow(profile, &params, NULL, &out, NULL, err);
    return out;
}

struct gf_profile *gf_profile_diff(const struct gf_profile *before, const struct gf_profile *after,
                                   int normalize, enum gf_sibling_order order, struct gf_error *err)
{
    const struct gf_diff_params params = {.normalize = normalize != 0, .order = order_of(order)};
    struct gf_profile *out = NULL;
    gf_diff(before, after, &params, NULL, &out, err);
    return out;
}

int gf_profile_frame_before(const struct gf_profile *profile, uint32_t node, uint64_t *self,
                            uint64_t *total)
{
    const struct gf_frames *f = &profile->frames;
    if (node >= f->n || !gf_is_differential(f))
        return 0;
    *self = gf_frame_self(f, node, GF_BEFORE);
    *total = gf_frame_total(f, node, GF_BEFORE);
    return 1;
}
