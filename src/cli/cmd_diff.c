#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "cli/profile_file.h"
#include "cli/render.h"
#include "cli/terminal.h"
#include "export/json.h"
#include "model/diff.h"

/* Rows of each of the two tables when --limit says nothing: both fit a screen. JSON has all. */
#define TABLE_ROWS 20
#define NO_LIMIT   UINT64_MAX

struct diff_options {
    struct gf_render_options picture; /* its output, format and json are not looked at */
    struct gf_data_options *data;
    const char *output;
    unsigned sort; /* 0: self, 1: total */
    uint64_t limit;
    bool json, normalize;
    enum gf_file_format file; /* of the stacks; GF_FILE_AUTO: a picture or the table */
    struct gf_canvas canvas;
};

#define AT(field) offsetof(struct diff_options, field)

static const char *const sorts[] = {"self", "total", NULL};

static const struct gf_option diff_options[] = {
    {"limit", 'n', GF_OPT_U64, AT(limit), "N", NULL, 0, 0,
     "print the N functions that gained most and the N that lost most, 0: all; default: 20 in the "
     "table, all in JSON"},
    {"sort", 0, GF_OPT_CHOICE, AT(sort), "BY", sorts, 0, 0,
     "self or total: by which change functions are ordered; default: self"},
    {"json", 0, GF_OPT_FLAG, AT(json), NULL, NULL, 0, 0, "print one JSON object"},
    {"output", 'o', GF_OPT_STRING, AT(output), "OUT", NULL, 0, 0,
     "instead of the table write a picture (.png, .svg) or both counts of every stack (.folded, "
     ".folded.zst, .folded.gz; for pprof .pb.gz; '-': folded to standard output)"},
    {"normalize", 0, GF_OPT_FLAG, AT(normalize), NULL, NULL, 0, 0,
     "scale BEFORE to the total of AFTER, so that shares are compared"},
};

static const char *const examples[] = {
    "gigaflame diff before.folded.zst after.folded.zst",
    "the functions that gained and lost most self weight",
    "gigaflame diff --normalize --sort total before/ after/",
    "of two directories, as shares, by what the functions called weighs too",
    "gigaflame diff before.folded after.folded --focus parse -o parse.png",
    "a differential flame graph of what goes through one function",
    NULL};

static bool choose_output(struct diff_options *o, struct gf_error *err)
{
    if (!o->output)
        return true;
    if (o->json)
        return gf_fail(err, GF_ERR_USAGE, "--json prints a table, -o OUT writes something else");
    o->file = strcmp(o->output, "-") == 0 ? GF_FILE_FOLDED : gf_file_format_of(o->output);
    o->picture.output = o->output;
    if (o->file || gf_cli_name_ends(o->output, ".png") || gf_cli_name_ends(o->output, ".svg"))
        return o->file || gf_render_options_check(&o->picture, err);
    return gf_fail(err, GF_ERR_USAGE,
                   "the name '%.200s' says no format: end it in .png, .svg, " GF_FILE_ENDINGS,
                   o->output);
}

/* BEFORE becomes what the other is compared with. */
static bool check(void *options, struct gf_operands *files, struct gf_error *err)
{
    struct diff_options *o = options;
    if (files->n != 2)
        return gf_fail(err, GF_ERR_USAGE, "two profiles are needed, BEFORE and AFTER; not %zu",
                       files->n);
    o->data->diff_base = files->items[0];
    o->data->normalize = o->normalize;
    files->items[0] = files->items[1];
    files->n = 1;
    return choose_output(o, err);
}

static bool open_canvas(void *options, struct gf_error *err)
{
    struct diff_options *o = options;
    return !o->output || o->file ||
           gf_canvas_open(&o->canvas, (enum gf_render_format)o->picture.format, err);
}

static const char *name_of(const struct gf_frames *f, uint32_t name, size_t *n)
{
    *n = (size_t)(f->names.offset[name + 1] - f->names.offset[name]);
    return f->names.bytes + f->names.offset[name];
}

/* Whether row i of n is one of those wanted: `limit` from either end. */
static bool wanted(uint64_t limit, uint32_t i, uint32_t n)
{
    return limit == 0 || limit == NO_LIMIT || i < limit || n - i <= limit;
}

static bool print_json(const struct gf_profile *p, const struct gf_changes *changes,
                       const struct diff_options *o, const struct gf_cli_narrowing *narrowing,
                       struct gf_error *err)
{
    const struct gf_frames *f = &p->frames;
    struct gf_json j = {0};
    const char *unit = gf_unit_name(f, 0);
    gf_json_object(&j, NULL);
    gf_json_weight(&j, "total_before", gf_frame_total(f, 0, GF_BEFORE), p->decimals);
    gf_json_weight(&j, "total_after", gf_frame_total(f, 0, GF_AFTER), p->decimals);
    gf_json_string(&j, "unit", unit, strlen(unit));
    gf_json_weight(&j, "vanished", gf_diff_only_on(f, GF_BEFORE), p->decimals);
    gf_json_weight(&j, "new", gf_diff_only_on(f, GF_AFTER), p->decimals);
    gf_cli_narrowing_json(narrowing, p, &j);
    gf_json_array(&j, "functions");
    for (uint32_t i = 0; i < changes->n; i++) {
        const struct gf_change *c = &changes->items[i];
        size_t n;
        const char *name = name_of(f, c->name, &n);
        if (!wanted(o->limit, i, changes->n))
            continue;
        gf_json_object(&j, NULL);
        gf_json_string(&j, "name", name, n);
        gf_json_weight(&j, "self_before", c->self[GF_BEFORE], p->decimals);
        gf_json_weight(&j, "self_after", c->self[GF_AFTER], p->decimals);
        gf_json_weight(&j, "total_before", c->total[GF_BEFORE], p->decimals);
        gf_json_weight(&j, "total_after", c->total[GF_AFTER], p->decimals);
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

/* A table under way. Columns are as wide as their widest cell could be. */
struct table {
    struct gf_print out;
    const struct gf_profile *profile;
    const struct gf_changes *changes;
    bool by_total;
    int width;   /* of a column of weights */
    size_t room; /* for names; 0: any */
};

static void side(struct table *t, const uint64_t w[2])
{
    unsigned decimals = t->profile->decimals;
    char before[40], after[40], change[44], share[24];
    gf_print_f(
        &t->out, "%*s  %*s  %*s  %7s  ", t->width, gf_weight_text(before, w[GF_BEFORE], decimals),
        t->width, gf_weight_text(after, w[GF_AFTER], decimals), t->width + 1,
        gf_change_weight(change, w, decimals), gf_change_text(share, w[GF_BEFORE], w[GF_AFTER]));
}

static void row(struct table *t, const struct gf_change *c)
{
    size_t n;
    const char *name = name_of(&t->profile->frames, c->name, &n);
    side(t, t->by_total ? c->total : c->self);
    side(t, t->by_total ? c->self : c->total);
    gf_print_name(&t->out, name, n, t->room);
    gf_print_bytes(&t->out, "\n", 1);
}

/* "gained" over the names of the columns. */
static void heading(struct table *t, const char *title)
{
    /* Of the four columns of a side, with the blanks between and behind them. */
    int side_width = 3 * t->width + 1 + 7 + 4 * 2;
    gf_print_f(&t->out, "%s\n%-*s%s\n", title, side_width, t->by_total ? "total" : "self",
               t->by_total ? "self" : "total");
    for (int kind = 0; kind < 2; kind++)
        gf_print_f(&t->out, "%*s  %*s  %*s  %7s  ", t->width, "before", t->width, "after",
                   t->width + 1, "change", "%");
    gf_print_f(&t->out, "function\n");
}

/* One of the two tables: the functions that gained, or that lost, by the weight that orders them;
 * up to `limit`. */
static void section(struct table *t, bool gained, uint64_t limit)
{
    uint32_t n = t->changes->n, shown = 0;
    for (uint32_t k = 0; k < n && shown < limit; k++) {
        const struct gf_change *c = &t->changes->items[gained ? k : n - 1 - k];
        const uint64_t *w = t->by_total ? c->total : c->self;
        if (gained ? w[GF_AFTER] <= w[GF_BEFORE] : w[GF_AFTER] >= w[GF_BEFORE])
            break;
        if (shown++ == 0)
            heading(t, gained ? "GAINED" : "LOST");
        row(t, c);
    }
    if (shown > 0)
        gf_print_bytes(&t->out, "\n", 1);
}

/* The widest a weight gets is that of one of the wholes, or of a column's name. */
static int weight_width(const struct gf_profile *p)
{
    char text[40];
    int width = (int)strlen("before");
    for (uint32_t v = 0; v < 2; v++) {
        int n = (int)strlen(gf_weight_text(text, gf_frame_total(&p->frames, 0, v), p->decimals));
        /* What has decimals may have more of them than the whole. */
        n += p->decimals ? (int)p->decimals + 1 : 0;
        width = n > width ? n : width;
    }
    return width;
}

static void totals(struct table *t, const struct gf_cli_narrowing *narrowing)
{
    const struct gf_profile *p = t->profile;
    const struct gf_frames *f = &p->frames;
    const char *unit = gf_unit_name(f, 0);
    uint64_t before = gf_frame_total(f, 0, GF_BEFORE), after = gf_frame_total(f, 0, GF_AFTER);
    uint64_t vanished = gf_diff_only_on(f, GF_BEFORE), fresh = gf_diff_only_on(f, GF_AFTER);
    char a[40], b[40], change[24], share[16];
    gf_print_f(&t->out, "%-12s %s before, %s after (%s) ", "total",
               gf_weight_text(a, before, p->decimals), gf_weight_text(b, after, p->decimals),
               gf_change_text(change, before, after));
    gf_print_name(&t->out, unit, strlen(unit), 0);
    gf_print_f(&t->out, "\n%-12s %s (%s of before)\n", "paths gone",
               gf_weight_text(a, vanished, p->decimals), gf_str_percent(share, vanished, before));
    gf_print_f(&t->out, "%-12s %s (%s of after)\n", "paths new",
               gf_weight_text(a, fresh, p->decimals), gf_str_percent(share, fresh, after));
    gf_cli_narrowing_print(narrowing, p, &t->out);
    gf_print_bytes(&t->out, "\n", 1);
}

static bool print_table(const struct gf_profile *p, const struct gf_changes *changes,
                        const struct diff_options *o, const struct gf_cli_narrowing *narrowing,
                        struct gf_error *err)
{
    const struct gf_terminal terminal = gf_terminal_of(STDOUT_FILENO);
    struct table t = {
        .profile = p, .changes = changes, .by_total = o->sort == 1, .width = weight_width(p)};
    size_t taken = 2 * (size_t)(3 * t.width + 1 + 7 + 4 * 2);
    if (terminal.is_terminal)
        t.room = terminal.columns > taken + 12 ? terminal.columns - taken : 12;
    uint64_t limit = o->limit == NO_LIMIT ? TABLE_ROWS : o->limit == 0 ? UINT64_MAX : o->limit;
    totals(&t, narrowing);
    section(&t, true, limit);
    section(&t, false, limit);
    if (t.out.len > 1 && !t.out.failed)
        t.out.len--; /* of the blank lines the last */
    return gf_print_finish(&t.out, err);
}

/* Where one side has far more, everything changed and nothing stands out. */
static void advise(const struct gf_frames *f, const struct gf_data_options *data)
{
    uint64_t before = gf_frame_total(f, 0, GF_BEFORE), after = gf_frame_total(f, 0, GF_AFTER);
    uint64_t more = before > after ? before : after, less = before > after ? after : before;
    if (!data->quiet && !data->normalize && more - less > less / 5)
        fputs("gigaflame: the totals differ much; --normalize compares shares\n", stderr);
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    struct diff_options *o = options;
    struct gf_render_report report = {0};
    struct gf_changes changes;
    if (o->output && o->file)
        return gf_write_profile_file(profile, o->output, o->file, gf_data_threads(loading->options),
                                     &cli->interrupt, err);
    if (o->output) {
        gf_render_note_sources(&o->picture, loading);
        return gf_render_profile(&o->canvas, profile, files, &o->picture, &cli->interrupt, &report,
                                 err);
    }
    if (!gf_diff_functions(&profile->frames, o->sort == 1, NULL, NULL, &changes, err))
        return false;
    bool ok = o->json ? print_json(profile, &changes, o, &loading->narrowing, err)
                      : print_table(profile, &changes, o, &loading->narrowing, err);
    gf_changes_free(&changes);
    advise(&profile->frames, o->data);
    return ok;
}

int gf_cmd_diff(struct gf_cli *cli, int argc, char **argv)
{
    struct gf_data_options data = {0};
    struct diff_options o = {.picture = gf_render_defaults(), .data = &data, .limit = NO_LIMIT};
    const struct gf_option_group groups[] = {
        {"Output", diff_options, sizeof diff_options / sizeof *diff_options, &o},
        gf_picture_option_group(&o.picture),
        gf_lens_option_group(&o.picture.lens),
        gf_narrow_option_group(&data.narrowing),
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "diff",
        .usage = "diff [OPTION]... BEFORE AFTER",
        .purpose = "Says what changed from one profile to another: the functions that gained and "
                   "that lost most, with their self weight and their total on both sides. With -o "
                   "it draws the differential flame graph, widths of AFTER, or writes the stacks "
                   "with both counts, which every command takes as a profile.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    const struct gf_profile_command command = {.line = &line,
                                               .data = &data,
                                               .options = &o,
                                               .check = check,
                                               .meanwhile = open_canvas,
                                               .run = run};
    int status = gf_cli_with_profile(cli, &command, argc, argv);
    gf_canvas_close(&o.canvas);
    return status;
}
