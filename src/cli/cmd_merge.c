#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/load_common.h"
#include "cli/profile_file.h"

struct merge_options {
    const char *output;
    unsigned format;
};

static const struct gf_option merge_options[] = {
    {"output", 'o', GF_OPT_STRING, offsetof(struct merge_options, output), "OUT", NULL, 0, 0,
     "the file to write, '-' for standard output; required"},
    {"format", 0, GF_OPT_CHOICE, offsetof(struct merge_options, format), "FORMAT", gf_file_formats,
     0, 0,
     "folded, folded.zst, folded.gz or pprof (.pb.gz); default: by the end of the name OUT, folded "
     "for '-'"},
};

static const char *const examples[] = {
    "gigaflame merge host-*.folded.zst -o cluster.folded.zst",
    "one profile of many hosts",
    "zcat old.gz | gigaflame merge - new.folded -o - | flamegraph.pl > both.svg",
    "as a filter between other tools",
    "gigaflame merge --focus parse cpu.folded -o parse.pb.gz && go tool pprof -http : parse.pb.gz",
    "a part of a profile for pprof",
    NULL};

static bool choose_format(struct merge_options *o, struct gf_error *err)
{
    if (!o->output)
        return gf_fail(err, GF_ERR_USAGE, "no output given (-o OUT, '-' for standard output)");
    bool standard = strcmp(o->output, "-") == 0;
    if (o->format == GF_FILE_AUTO)
        o->format = standard ? GF_FILE_FOLDED : gf_file_format_of(o->output);
    if (o->format == GF_FILE_AUTO)
        return gf_fail(err, GF_ERR_USAGE,
                       "the name '%.200s' says no format: end it in " GF_FILE_ENDINGS
                       ", or give --format",
                       o->output);
    if (standard && gf_file_is_binary((enum gf_file_format)o->format) && isatty(STDOUT_FILENO))
        return gf_fail(err, GF_ERR_USAGE,
                       "standard output is a terminal: compressed data is not for it");
    return true;
}

static bool check(void *options, struct gf_operands *files, struct gf_error *err)
{
    (void)files;
    return choose_format(options, err);
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    (void)files;
    const struct merge_options *o = options;
    return gf_write_profile_file(profile, o->output, (enum gf_file_format)o->format,
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
        .purpose =
            "Adds profiles up into one: every distinct stack on one line, or as one sample for "
            "pprof. The output "
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
