#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/load_common.h"
#include "cli/folded_file.h"

struct merge_options {
    const char *output;
    unsigned format;
};

/* What can be written: how --format and the end of the output's name call it. */
static const char *const formats[] = {"auto", "folded", "folded.zst", "folded.gz", NULL};
static const char *const endings[] = {"", ".folded", ".folded.zst", ".folded.gz"};
static const enum gf_compression compressions[] = {GF_PLAIN, GF_PLAIN, GF_ZSTD, GF_GZIP};
#define FORMAT_AUTO 0

static const struct gf_option merge_options[] = {
    {"output", 'o', GF_OPT_STRING, offsetof(struct merge_options, output), "OUT", NULL, 0, 0,
     "the file to write, '-' for standard output; required"},
    {"format", 0, GF_OPT_CHOICE, offsetof(struct merge_options, format), "FORMAT", formats, 0, 0,
     "folded, folded.zst or folded.gz; default: by the end of the name OUT, folded for '-'"},
};

static const char *const examples[] = {
    "gigaflame merge host-*.folded.zst -o cluster.folded.zst", "one profile of many hosts",
    "zcat old.gz | gigaflame merge - new.folded -o - | flamegraph.pl > both.svg",
    "as a filter between other tools", NULL};

static bool choose_format(struct merge_options *o, struct gf_error *err)
{
    if (!o->output)
        return gf_fail(err, GF_ERR_USAGE, "no output given (-o OUT, '-' for standard output)");
    if (o->format != FORMAT_AUTO)
        return true;
    if (strcmp(o->output, "-") == 0) {
        o->format = FORMAT_AUTO + 1;
        return true;
    }
    for (unsigned i = 1; formats[i]; i++)
        if (gf_cli_name_ends(o->output, endings[i])) {
            o->format = i;
            return true;
        }
    return gf_fail(err, GF_ERR_USAGE,
                   "the name '%.200s' says no format: end it in .folded, .folded.zst or "
                   ".folded.gz, or give --format",
                   o->output);
}

static bool check_terminal(const struct merge_options *o, struct gf_error *err)
{
    if (strcmp(o->output, "-") != 0 || compressions[o->format] == GF_PLAIN ||
        !isatty(STDOUT_FILENO))
        return true;
    return gf_fail(err, GF_ERR_USAGE,
                   "standard output is a terminal: compressed data is not for it");
}

static bool check(void *options, struct gf_operands *files, struct gf_error *err)
{
    (void)files;
    return choose_format(options, err) && check_terminal(options, err);
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    (void)files;
    const struct merge_options *o = options;
    return gf_write_folded_file(profile, o->output, compressions[o->format],
                                gf_data_threads(loading->options), &cli->interrupt, err);
}

int gf_cmd_merge(struct gf_cli *cli, int argc, char **argv)
{
    struct merge_options o = {0};
    struct gf_data_options data = {.order = GF_ORDER_NAME};
    const struct gf_option_group groups[] = {
        {"Output", merge_options, sizeof merge_options / sizeof *merge_options, &o},
        gf_narrow_option_group(&data.narrowing),
        gf_diff_option_group(&data),
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "merge",
        .usage = "merge [OPTION]... FILE... -o OUT",
        .purpose = "Adds profiles up into one: every distinct stack on one line. The output "
                   "appears whole or not at all, so that OUT may be one of the inputs.",
        .notes = "Without --order the lines are in the order of names, so that two outputs can be "
                 "compared line by line.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    const struct gf_profile_command command = {
        .line = &line, .data = &data, .options = &o, .check = check, .run = run};
    return gf_cli_with_profile(cli, &command, argc, argv);
}
