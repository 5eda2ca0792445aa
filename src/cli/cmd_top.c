#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "cli/terminal.h"
#include "export/json.h"
#include "model/diff.h"
#include "model/top.h"

/* Rows of the table when --limit says nothing: about a screen. JSON has all. */
#define TABLE_ROWS 40
#define NO_LIMIT   UINT64_MAX

struct top_options {
    bool json;
    uint64_t limit;
};

static const struct gf_option top_options[] = {
    {"limit", 'n', GF_OPT_U64, offsetof(struct top_options, limit), "N", NULL, 0, 0,
     "print the N hottest functions, 0: all; default: 40 in the table, all in JSON"},
    {"json", 0, GF_OPT_FLAG, offsetof(struct top_options, json), NULL, NULL, 0, 0,
     "print one JSON object"},
};

static const char *const examples[] = {
    "gigaflame top cpu.folded", "the 40 functions with the most self weight",
    "gigaflame top --limit 0 --json profiles/ > top.json", "all functions of many profiles", NULL};

/* The rows to print, and in a differential what functions weighed before, by name. */
struct rows {
    const struct gf_profile *profile;
    struct gf_top top;
    struct gf_function *before; /* NULL: this is no differential */
    uint32_t n;
};

static bool find_before(struct rows *rows, struct gf_error *err)
{
    struct gf_top top;
    uint32_t n = rows->profile->frames.names.n;
    rows->before = calloc((size_t)n + 1, sizeof *rows->before);
    if (!rows->before)
        return gf_fail_nomem(err, (uint64_t)n * sizeof *rows->before);
    if (!gf_top_make(&rows->profile->frames, GF_BEFORE, NULL, NULL, &top, err))
        return false;
    for (uint32_t i = 0; i < top.n; i++)
        rows->before[top.functions[i].name] = top.functions[i];
    gf_top_free(&top);
    return true;
}

static bool print_json(const struct rows *rows, struct gf_error *err)
{
    const struct gf_profile *p = rows->profile;
    const struct gf_frames *f = &p->frames;
    struct gf_json j = {0};
    const char *unit = gf_unit_name(f, 0);
    gf_json_object(&j, NULL);
    gf_json_weight(&j, "total", gf_frame_total(f, 0, 0), p->decimals);
    gf_json_string(&j, "unit", unit, strlen(unit));
    if (rows->before)
        gf_json_weight(&j, "total_before", gf_frame_total(f, 0, GF_BEFORE), p->decimals);
    gf_json_array(&j, "functions");
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct gf_function *fn = &rows->top.functions[i];
        uint64_t from = f->names.offset[fn->name], to = f->names.offset[fn->name + 1];
        gf_json_object(&j, NULL);
        gf_json_string(&j, "name", f->names.bytes + from, (size_t)(to - from));
        gf_json_weight(&j, "self", fn->self, p->decimals);
        gf_json_weight(&j, "total", fn->total, p->decimals);
        if (rows->before) {
            gf_json_weight(&j, "self_before", rows->before[fn->name].self, p->decimals);
            gf_json_weight(&j, "total_before", rows->before[fn->name].total, p->decimals);
        }
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

/* Widths of the two columns of weights. */
static void measure(const struct rows *rows, int *self, int *total)
{
    char text[40];
    *self = (int)strlen("self");
    *total = (int)strlen("total");
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct gf_function *fn = &rows->top.functions[i];
        int n = (int)strlen(gf_weight_text(text, fn->self, rows->profile->decimals));
        *self = n > *self ? n : *self;
        n = (int)strlen(gf_weight_text(text, fn->total, rows->profile->decimals));
        *total = n > *total ? n : *total;
    }
}

/* "755   25.6%", and in a differential "  -78.7%" */
static void print_weight(struct gf_print *out, const struct rows *rows, int width, uint64_t weight,
                         uint64_t before)
{
    const struct gf_profile *p = rows->profile;
    char text[40], share[16], change[24];
    gf_print_f(out, "%*s  %6s  ", width, gf_weight_text(text, weight, p->decimals),
               gf_str_percent(share, weight, gf_frame_total(&p->frames, 0, 0)));
    if (rows->before)
        gf_print_f(out, "%7s  ", gf_change_text(change, before, weight));
}

static bool print_table(const struct rows *rows, struct gf_error *err)
{
    const struct gf_profile *p = rows->profile;
    const struct gf_frames *f = &p->frames;
    const struct gf_terminal terminal = gf_terminal_of(STDOUT_FILENO);
    int self_width, total_width;
    measure(rows, &self_width, &total_width);
    /* Two columns of percentages at most 6 wide ("0.045%"), two spaces between columns. */
    size_t taken = (size_t)(self_width + total_width) + 2 * 6 + 4 * 2 + (rows->before ? 2 * 9 : 0);
    size_t room = 0;
    if (terminal.is_terminal)
        room = terminal.columns > taken + 12 ? terminal.columns - taken : 12;
    struct gf_print out = {0};
    const char *change = rows->before ? " change  " : "";
    gf_print_f(&out, "%*s  %6s  %s%*s  %6s  %s%s\n", self_width, "self", "self%", change,
               total_width, "total", "total%", change, "function");
    for (uint32_t i = 0; i < rows->n; i++) {
        const struct gf_function *fn = &rows->top.functions[i];
        const struct gf_function *before = rows->before ? &rows->before[fn->name] : fn;
        uint64_t from = f->names.offset[fn->name], to = f->names.offset[fn->name + 1];
        print_weight(&out, rows, self_width, fn->self, before->self);
        print_weight(&out, rows, total_width, fn->total, before->total);
        gf_print_name(&out, f->names.bytes + from, (size_t)(to - from), room);
        gf_print_bytes(&out, "\n", 1);
    }
    const char *unit = gf_unit_name(f, 0);
    char a[40], b[40];
    gf_print_f(&out, "\n%s of %s functions, ", gf_str_grouped(a, rows->n),
               gf_str_grouped(b, rows->top.n));
    gf_print_f(&out, "%s ", gf_weight_text(a, gf_frame_total(f, 0, 0), p->decimals));
    gf_print_name(&out, unit, strlen(unit), 0);
    if (rows->before)
        gf_print_f(&out, ", before %s",
                   gf_weight_text(a, gf_frame_total(f, 0, GF_BEFORE), p->decimals));
    gf_print_bytes(&out, "\n", 1);
    return gf_print_finish(&out, err);
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    (void)cli;
    (void)loading;
    (void)files;
    const struct top_options *o = options;
    struct rows rows = {.profile = profile};
    if (!gf_top_make(&profile->frames, 0, NULL, NULL, &rows.top, err))
        return false;
    uint64_t limit = o->limit == NO_LIMIT ? (o->json ? 0 : TABLE_ROWS) : o->limit;
    rows.n = limit == 0 || limit > rows.top.n ? rows.top.n : (uint32_t)limit;
    bool ok = (!gf_is_differential(&profile->frames) || find_before(&rows, err)) &&
              (o->json ? print_json(&rows, err) : print_table(&rows, err));
    gf_top_free(&rows.top);
    free(rows.before);
    return ok;
}

int gf_cmd_top(struct gf_cli *cli, int argc, char **argv)
{
    struct top_options o = {.limit = NO_LIMIT};
    struct gf_data_options data = {0};
    const struct gf_option_group groups[] = {
        {"Output", top_options, sizeof top_options / sizeof *top_options, &o},
        gf_narrow_option_group(&data.narrowing),
        gf_diff_option_group(&data),
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "top",
        .usage = "top [OPTION]... FILE...",
        .purpose = "Lists functions by their self weight, then by their total. A function that "
                   "recurs in one stack counts once in its total. Characters in names that a "
                   "terminal would act on are shown as \\xNN or \\u{N}.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    const struct gf_profile_command command = {
        .line = &line, .data = &data, .options = &o, .run = run};
    return gf_cli_with_profile(cli, &command, argc, argv);
}
