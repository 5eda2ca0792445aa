#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "cli/terminal.h"
#include "export/json.h"
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

static bool print_json(const struct gf_profile *p, const struct gf_top *top, uint32_t rows,
                       struct gf_error *err)
{
    const struct gf_frames *f = &p->frames;
    struct gf_json j = {0};
    const char *unit = gf_unit_name(f, 0);
    gf_json_object(&j, NULL);
    gf_json_weight(&j, "total", gf_frame_total(f, 0, 0), p->decimals);
    gf_json_string(&j, "unit", unit, strlen(unit));
    gf_json_array(&j, "functions");
    for (uint32_t i = 0; i < rows; i++) {
        const struct gf_function *fn = &top->functions[i];
        uint64_t from = f->names.offset[fn->name], to = f->names.offset[fn->name + 1];
        gf_json_object(&j, NULL);
        gf_json_string(&j, "name", f->names.bytes + from, (size_t)(to - from));
        gf_json_weight(&j, "self", fn->self, p->decimals);
        gf_json_weight(&j, "total", fn->total, p->decimals);
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

/* Widths of the two columns of weights. */
static void measure(const struct gf_profile *p, const struct gf_top *top, uint32_t rows, int *self,
                    int *total)
{
    char text[40];
    *self = (int)strlen("self");
    *total = (int)strlen("total");
    for (uint32_t i = 0; i < rows; i++) {
        int n = (int)strlen(gf_weight_text(text, top->functions[i].self, p->decimals));
        *self = n > *self ? n : *self;
        n = (int)strlen(gf_weight_text(text, top->functions[i].total, p->decimals));
        *total = n > *total ? n : *total;
    }
}

static bool print_table(const struct gf_profile *p, const struct gf_top *top, uint32_t rows,
                        struct gf_error *err)
{
    const struct gf_frames *f = &p->frames;
    const struct gf_terminal terminal = gf_terminal_of(STDOUT_FILENO);
    uint64_t whole = gf_frame_total(f, 0, 0);
    int self_width, total_width;
    measure(p, top, rows, &self_width, &total_width);
    /* Two columns of percentages at most 6 wide ("0.045%"), two spaces between columns. */
    size_t taken = (size_t)(self_width + total_width) + 2 * 6 + 4 * 2;
    size_t room = 0;
    if (terminal.is_terminal)
        room = terminal.columns > taken + 12 ? terminal.columns - taken : 12;
    struct gf_print out = {0};
    char a[40], b[40], share_a[16], share_b[16];
    gf_print_f(&out, "%*s  %6s  %*s  %6s  %s\n", self_width, "self", "self%", total_width, "total",
               "total%", "function");
    for (uint32_t i = 0; i < rows; i++) {
        const struct gf_function *fn = &top->functions[i];
        uint64_t from = f->names.offset[fn->name], to = f->names.offset[fn->name + 1];
        gf_print_f(
            &out, "%*s  %6s  %*s  %6s  ", self_width, gf_weight_text(a, fn->self, p->decimals),
            gf_str_percent(share_a, fn->self, whole), total_width,
            gf_weight_text(b, fn->total, p->decimals), gf_str_percent(share_b, fn->total, whole));
        gf_print_name(&out, f->names.bytes + from, (size_t)(to - from), room);
        gf_print_bytes(&out, "\n", 1);
    }
    const char *unit = gf_unit_name(f, 0);
    gf_print_f(&out, "\n%s of %s functions, ", gf_str_grouped(a, rows), gf_str_grouped(b, top->n));
    gf_print_f(&out, "%s ", gf_weight_text(a, whole, p->decimals));
    gf_print_name(&out, unit, strlen(unit), 0);
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
    struct gf_top top;
    if (!gf_top_make(&profile->frames, 0, &top, err))
        return false;
    uint64_t limit = o->limit == NO_LIMIT ? (o->json ? 0 : TABLE_ROWS) : o->limit;
    uint32_t rows = limit == 0 || limit > top.n ? top.n : (uint32_t)limit;
    bool ok =
        o->json ? print_json(profile, &top, rows, err) : print_table(profile, &top, rows, err);
    gf_top_free(&top);
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
