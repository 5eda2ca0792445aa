#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "export/json.h"
#include "model/diff.h"

struct stat_options {
    bool json;
};

static const struct gf_option stat_options[] = {
    {"json", 0, GF_OPT_FLAG, offsetof(struct stat_options, json), NULL, NULL, 0, 0,
     "print one JSON object"},
};

static const char *const examples[] = {"gigaflame stat cpu.folded.zst",
                                       "sizes, totals and depth of one profile",
                                       "gigaflame stat --json profiles/ | jq .total",
                                       "the total of all profiles in a directory", NULL};

static bool print_json(const struct gf_profile *p, const struct gf_cli_narrowing *narrowing,
                       struct gf_error *err)
{
    const struct gf_profile_stats *s = &p->stats;
    const struct gf_frames *f = &p->frames;
    struct gf_json j = {0};
    const char *unit = gf_unit_name(f, 0);
    gf_json_object(&j, NULL);
    gf_json_u64(&j, "files", s->files);
    gf_json_string(&j, "format", s->format, strlen(s->format));
    gf_json_string(&j, "compression", s->compression, strlen(s->compression));
    gf_json_u64(&j, "bytes_read", s->bytes_read);
    gf_json_u64(&j, "bytes_decoded", s->bytes_decoded);
    gf_json_u64(&j, "records", s->records);
    gf_json_u64(&j, "ignored", s->ignored);
    gf_json_weight(&j, "total", s->totals[0], p->decimals);
    gf_json_string(&j, "unit", unit, strlen(unit));
    gf_json_u64(&j, "stacks", s->stacks);
    gf_json_u64(&j, "nodes", s->call_paths);
    gf_json_u64(&j, "functions", s->functions);
    gf_json_u64(&j, "max_depth", s->max_depth);
    gf_json_u64(&j, "skipped_files", s->skipped_files);
    gf_json_array(&j, "values");
    for (uint32_t v = 0; v < f->nvalues; v++) {
        const struct gf_value_type *t = &f->values[v];
        gf_json_object(&j, NULL);
        gf_json_string(&j, "type", t->type ? t->type : "", t->type ? strlen(t->type) : 0);
        gf_json_string(&j, "unit", t->unit ? t->unit : "", t->unit ? strlen(t->unit) : 0);
        gf_json_weight(&j, "total", s->totals[v], p->decimals);
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_cli_narrowing_json(narrowing, p, &j);
    gf_json_double(&j, "load_seconds", s->seconds_load);
    gf_json_u64(&j, "tree_bytes", s->tree_bytes);
    gf_json_u64(&j, "spilled_bytes", s->spilled_bytes);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

static void row(struct gf_print *out, const char *name, uint64_t value)
{
    char text[27];
    gf_print_f(out, "%-12s %s\n", name, gf_str_grouped(text, value));
}

static bool print_text(const struct gf_profile *p, const struct gf_cli_narrowing *narrowing,
                       struct gf_error *err)
{
    const struct gf_profile_stats *s = &p->stats;
    const struct gf_frames *f = &p->frames;
    struct gf_print out = {0};
    char a[40], b[40];
    gf_print_f(&out, "%-12s %s (%s, %s)\n", "files", gf_str_grouped(a, s->files), s->format,
               s->compression);
    gf_print_f(&out, "%-12s %s", "size", gf_str_bytes(a, s->bytes_read));
    if (s->bytes_decoded != s->bytes_read)
        gf_print_f(&out, ", %s decoded", gf_str_bytes(b, s->bytes_decoded));
    gf_print_f(&out, "\n");
    row(&out, "records", s->records);
    row(&out, "ignored", s->ignored);
    for (uint32_t v = 0; v < f->nvalues; v++) {
        const char *unit = gf_unit_name(f, v);
        gf_print_f(&out, "%-12s %s ", v ? "" : "total",
                   gf_weight_text(a, s->totals[v], p->decimals));
        gf_print_name(&out, unit, strlen(unit), 0);
        gf_print_f(&out, "%s\n", v == GF_BEFORE && gf_is_differential(f) ? " before" : "");
    }
    gf_cli_narrowing_print(narrowing, p, &out);
    row(&out, "stacks", s->stacks);
    row(&out, "call paths", s->call_paths);
    row(&out, "functions", s->functions);
    row(&out, "max depth", s->max_depth);
    return gf_print_finish(&out, err);
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    (void)cli;
    (void)files;
    const struct stat_options *o = options;
    return o->json ? print_json(profile, &loading->narrowing, err)
                   : print_text(profile, &loading->narrowing, err);
}

int gf_cmd_stat(struct gf_cli *cli, int argc, char **argv)
{
    struct stat_options o = {0};
    struct gf_data_options data = {.counts_only = true};
    const struct gf_option_group groups[] = {{"Output", stat_options, 1, &o},
                                             gf_narrow_option_group(&data.narrowing),
                                             gf_diff_option_group(&data),
                                             gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "stat",
        .usage = "stat [OPTION]... FILE...",
        .purpose = "Says what is in the profiles, taken together: samples read and ignored, their "
                   "total weight, distinct stacks, call paths and functions, and the greatest "
                   "depth.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    const struct gf_profile_command command = {
        .line = &line, .data = &data, .options = &o, .run = run};
    return gf_cli_with_profile(cli, &command, argc, argv);
}
