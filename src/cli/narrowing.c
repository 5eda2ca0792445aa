#include "cli/narrowing.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cli/json_weight.h"

/* In the order of enum gf_narrow_kind. */
static const struct gf_option narrow_options[] = {
    {"focus", 'I', GF_OPT_USE, 0, "REGEX", NULL, 0, 0,
     "keep the samples whose stack has a function that matches"},
    {"ignore", 'X', GF_OPT_USE, 0, "REGEX", NULL, 0, 0,
     "drop the samples whose stack has a function that matches"},
    {"hide", 0, GF_OPT_USE, 0, "REGEX", NULL, 0, 0,
     "take functions that match out of the stacks; what they call hangs on their callers"},
    {"show", 0, GF_OPT_USE, 0, "REGEX", NULL, 0, 0,
     "take functions that do not match out of the stacks"},
    {"show-from", 0, GF_OPT_USE, 0, "REGEX", NULL, 0, 0,
     "begin every stack at its first function that matches, seen from the root; drop stacks "
     "without one"},
    {"collapse-recursion", 0, GF_OPT_USE_FLAG, 0, NULL, NULL, 0, 0,
     "a function that calls itself directly becomes one frame"},
    {"collapse-all-recursion", 0, GF_OPT_USE_FLAG, 0, NULL, NULL, 0, 0,
     "a function has one frame in a stack: its outermost"},
    {"below", 0, GF_OPT_USE, 0, "SHARE", NULL, 0, 0,
     "end stacks before their first frame with less than this share (0.5%) of what is left; of a "
     "differential: on both sides"},
};
_Static_assert(sizeof narrow_options / sizeof *narrow_options == GF_NARROW_KINDS,
               "an option for every kind of narrowing");

struct gf_option_group gf_narrow_option_group(struct gf_option_uses *uses)
{
    return (struct gf_option_group){
        .title = "Narrowing (each may be given several times; taken in the order given)",
        .options = narrow_options,
        .n = GF_NARROW_KINDS,
        .values = uses};
}

static bool parse_share(const char *text, double *percent, struct gf_error *err)
{
    char *end;
    *percent = strtod(text, &end);
    if (end != text && strcspn(text, "xXnN") == strlen(text) &&
        (*end == '\0' || strcmp(end, "%") == 0) && *percent >= 0 && *percent <= 100)
        return true;
    return gf_fail(err, GF_ERR_USAGE, "--below: '%.80s' is not a share such as 0.5%%", text);
}

bool gf_cli_narrowing_make(struct gf_cli_narrowing *narrowing, const struct gf_option_uses *uses,
                           struct gf_error *err)
{
    *narrowing = (struct gf_cli_narrowing){.n = uses->n};
    for (uint32_t i = 0; i < uses->n; i++) {
        struct gf_narrow_step *step = &narrowing->steps[i];
        const struct gf_option_use *use = &uses->items[i];
        step->kind = (enum gf_narrow_kind)(use->option - narrow_options);
        if (gf_narrow_has_pattern(step->kind))
            step->pattern =
                (struct gf_search_query){.text = use->text, .n = strlen(use->text), .regex = true};
        else if (step->kind == GF_NARROW_BELOW && !parse_share(use->text, &step->percent, err))
            return false;
    }
    return gf_narrow_check(narrowing->steps, narrowing->n, err);
}

/* "--focus 'main'", "--below 0.5%" */
static void print_step(const struct gf_narrow_step *step, struct gf_print *out)
{
    gf_print_f(out, "--%s", gf_narrow_name(step->kind));
    if (step->kind == GF_NARROW_BELOW)
        gf_print_f(out, " %g%%", step->percent);
    if (!gf_narrow_has_pattern(step->kind))
        return;
    gf_print_f(out, " '");
    gf_print_name(out, step->pattern.text, step->pattern.n, 0);
    gf_print_f(out, "'");
}

static void say_unmatched(const struct gf_cli_narrowing *narrowing)
{
    struct gf_print out = {0};
    for (uint32_t i = 0; i < narrowing->n; i++)
        if (gf_narrow_has_pattern(narrowing->steps[i].kind) &&
            narrowing->report.functions[i] == 0) {
            gf_print_f(&out, "gigaflame: ");
            print_step(&narrowing->steps[i], &out);
            gf_print_f(&out, " matches no function\n");
        }
    if (out.len > 0 && !out.failed)
        fputs(out.text, stderr);
    gf_print_free(&out);
}

bool gf_cli_narrowing_apply(struct gf_cli_narrowing *narrowing, struct gf_profile **profile,
                            enum gf_order order, unsigned threads, const atomic_bool *cancel,
                            bool quiet, struct gf_error *err)
{
    const struct gf_frames *f = &(*profile)->frames;
    const struct gf_narrow_params params = {
        .steps = narrowing->steps, .n = narrowing->n, .order = order, .threads = threads};
    if (narrowing->n == 0)
        return true;
    for (uint32_t v = 0; v < f->nvalues; v++)
        narrowing->before[v] = gf_frame_total(f, 0, v);
    struct gf_profile *narrowed;
    if (!gf_narrow(*profile, &params, cancel, &narrowed, &narrowing->report, err))
        return false;
    gf_profile_free(*profile);
    *profile = narrowed;
    if (!quiet)
        say_unmatched(narrowing);
    return true;
}

void gf_cli_narrowing_print(const struct gf_cli_narrowing *narrowing,
                            const struct gf_profile *profile, struct gf_print *out)
{
    char a[40], b[40], share[16];
    if (narrowing->n == 0) /* there may be counts only, and no frames */
        return;
    uint64_t before = narrowing->before[0], left = gf_frame_total(&profile->frames, 0, 0);
    gf_print_f(out, "%-12s %s of %s (%s)\n", "kept", gf_weight_text(a, left, profile->decimals),
               gf_weight_text(b, before, profile->decimals), gf_str_percent(share, left, before));
    for (uint32_t i = 0; i < narrowing->n; i++) {
        const struct gf_narrow_step *step = &narrowing->steps[i];
        gf_print_f(out, "%-12s ", i ? "" : "narrowing");
        print_step(step, out);
        const char *comma = ": ";
        if (gf_narrow_has_pattern(step->kind)) {
            uint32_t n = narrowing->report.functions[i];
            gf_print_f(out, ": %s %s", gf_str_grouped(a, n), n == 1 ? "function" : "functions");
            comma = ", ";
        }
        gf_print_f(out, "%sdropped %s\n", comma,
                   gf_weight_text(a, narrowing->report.dropped[i], profile->decimals));
    }
}

void gf_cli_narrowing_json(const struct gf_cli_narrowing *narrowing,
                           const struct gf_profile *profile, struct gf_json *json)
{
    if (narrowing->n == 0) /* there may be counts only, and no frames */
        return;
    uint64_t before = narrowing->before[0], left = gf_frame_total(&profile->frames, 0, 0);
    gf_json_object(json, "narrowing");
    gf_json_weight(json, "total_before", before, profile->decimals);
    gf_json_weight(json, "kept", left, profile->decimals);
    gf_json_weight(json, "dropped", before - left, profile->decimals);
    gf_json_array(json, "steps");
    for (uint32_t i = 0; i < narrowing->n; i++) {
        const struct gf_narrow_step *step = &narrowing->steps[i];
        const char *name = gf_narrow_name(step->kind);
        gf_json_object(json, NULL);
        gf_json_string(json, "step", name, strlen(name));
        if (gf_narrow_has_pattern(step->kind)) {
            gf_json_string(json, "pattern", step->pattern.text, step->pattern.n);
            gf_json_u64(json, "functions", narrowing->report.functions[i]);
        }
        if (step->kind == GF_NARROW_BELOW)
            gf_json_double(json, "percent", step->percent);
        gf_json_weight(json, "dropped", narrowing->report.dropped[i], profile->decimals);
        gf_json_end_object(json);
    }
    gf_json_end_array(json);
    gf_json_end_object(json);
}
