#include "cli/load_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/progress.h"
#include "model/diff.h"

#define AT(field) offsetof(struct gf_data_options, field)

static const char *const orders[] = {"weight", "name", "input", NULL};

static const struct gf_option data_options[] = {
    {"reverse", 'r', GF_OPT_FLAG, AT(reverse), NULL, NULL, 0, 0,
     "turn every stack round: leaves become roots, their callers stand on them"},
    {"order", 0, GF_OPT_CHOICE, AT(order), "ORDER", orders, 0, 0,
     "order of siblings: weight (widest first), name or input (first seen first)"},
    {"strict", 0, GF_OPT_FLAG, AT(strict), NULL, NULL, 0, 0,
     "fail on the first line that cannot be read, instead of counting it"},
    {"threads", 'j', GF_OPT_U64, AT(threads), "N", NULL, 0, 1024,
     "threads that parse; default: one per core"},
    {"max-memory", 0, GF_OPT_SIZE, AT(max_memory), "SIZE", NULL, 0, 0,
     "limit for trees, names, buffers and all that is made of them, such as 8G; default: most "
     "of the machine's"},
    {"spill-dir", 0, GF_OPT_STRING, AT(spill_dir), "DIR", NULL, 0, 0,
     "where call trees go that outgrow --max-memory; default: $TMPDIR or /var/tmp"},
    {"quiet", 'q', GF_OPT_FLAG, AT(quiet), NULL, NULL, 0, 0,
     "no progress, no report of lines left out; errors only"},
};

static const struct gf_option diff_options[] = {
    {"diff-base", 0, GF_OPT_STRING, AT(diff_base), "FILE", NULL, 0, 0,
     "compare with this profile, which was before: a differential"},
    {"normalize", 0, GF_OPT_FLAG, AT(normalize), NULL, NULL, 0, 0,
     "scale what was before to the total of what is after, so that shares are compared"},
};

struct gf_option_group gf_data_option_group(struct gf_data_options *options)
{
    return (struct gf_option_group){.title = "Input",
                                    .options = data_options,
                                    .n = sizeof data_options / sizeof *data_options,
                                    .values = options};
}

struct gf_option_group gf_diff_option_group(struct gf_data_options *options)
{
    return (struct gf_option_group){.title = "Comparing",
                                    .options = diff_options,
                                    .n = sizeof diff_options / sizeof *diff_options,
                                    .values = options};
}

unsigned gf_data_threads(const struct gf_data_options *options)
{
    if (options->threads > 0)
        return (unsigned)options->threads;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (unsigned)cores : 1;
}

struct gf_load_params gf_data_load_params(const struct gf_data_options *options)
{
    return (struct gf_load_params){.threads = (unsigned)options->threads,
                                   .max_memory = options->max_memory,
                                   .spill_dir = options->spill_dir,
                                   .order = (enum gf_order)options->order,
                                   .reverse = options->reverse,
                                   .strict = options->strict,
                                   .background = options->background,
                                   .counts_only = options->counts_only && !options->diff_base &&
                                                  options->narrowing.n == 0};
}

/* Starts to read the n paths. */
static bool start(struct gf_loading *loading, const char *const *paths, size_t n,
                  struct gf_error *err)
{
    if (!gf_source_list_expand(paths, n, &loading->sources, err))
        return false;
    const struct gf_load_params params = gf_data_load_params(loading->options);
    if (gf_load_start(&loading->sources, &params, &loading->load, err))
        return true;
    gf_source_list_free(&loading->sources);
    return false;
}

bool gf_loading_start(struct gf_loading *loading, const struct gf_cli *cli,
                      const struct gf_operands *files, const struct gf_data_options *options,
                      struct gf_error *err)
{
    *loading = (struct gf_loading){.interrupt = &cli->interrupt, .options = options};
    size_t stdins = options->diff_base && strcmp(options->diff_base, "-") == 0;
    for (size_t i = 0; i < files->n; i++)
        stdins += strcmp(files->items[i], "-") == 0;
    if (stdins > 1)
        return gf_fail(err, GF_ERR_USAGE, "standard input ('-') can be read only once");
    if (options->normalize && !options->diff_base)
        return gf_fail(err, GF_ERR_USAGE, "--normalize needs something to compare with");
    if (!gf_cli_narrowing_make(&loading->narrowing, &options->narrowing, err))
        return false;
    loading->budget = gf_budget_make(gf_memory_limit(options->max_memory));
    if (!loading->budget)
        return gf_fail_nomem(err, sizeof *loading);
    if (start(loading, files->items, files->n, err))
        return true;
    gf_budget_drop(loading->budget);
    return false;
}

/* A reader may sit in read() on a pipe that stays silent: then nothing more is waited for, and the
 * process ends while that thread sleeps. No output has been begun at this point. */
static bool give_up(struct gf_loading *loading)
{
    gf_load_cancel(loading->load);
    return gf_load_wait(loading->load, 1);
}

static bool wait_for_load(struct gf_loading *loading, struct gf_profile **out, struct gf_error *err)
{
    bool quiet = loading->options->quiet;
    struct gf_progress_bar bar;
    gf_progress_begin(&bar, "reading", quiet);
    while (!gf_load_wait(loading->load, 0.05)) {
        if (gf_interrupted(loading->interrupt)) {
            gf_progress_end(&bar);
            if (!give_up(loading))
                _exit(gf_interrupt_status(loading->interrupt));
            break;
        }
        struct gf_progress p;
        gf_load_progress(loading->load, &p);
        gf_progress_update(&bar, p.bytes_read, p.bytes_total, p.seconds);
    }
    gf_progress_end(&bar);
    struct gf_load *load = loading->load;
    loading->load = NULL;
    if (!gf_load_finish(load, out, err))
        return false;
    gf_frames_join(&(*out)->frames, loading->budget);
    if (!quiet) {
        struct gf_print report = {0};
        gf_ignored_report(&report, *out, &loading->sources);
        if (report.len > 0 && !report.failed)
            fputs(report.text, stderr);
        gf_print_free(&report);
    }
    return true;
}

/* Loads what was before, and makes *profile the differential. */
static bool compare(struct gf_loading *loading, struct gf_profile **profile, struct gf_error *err)
{
    const struct gf_data_options *o = loading->options;
    struct gf_diff_params params = {
        .normalize = o->normalize, .order = (enum gf_order)o->order, .threads = gf_data_threads(o)};
    struct gf_data_options rest = *o;
    struct gf_loading base = {.interrupt = loading->interrupt, .options = &rest};
    struct gf_profile *before = NULL, *differential = NULL;
    if (!o->diff_base)
        return true;
    rest.max_memory = gf_budget_left(loading->budget) + 1; /* 0 would be no limit */
    if (!start(&base, &o->diff_base, 1, err))
        return false;
    base.budget = gf_budget_hold(loading->budget);
    bool ok = wait_for_load(&base, &before, err) &&
              gf_diff(before, *profile, &params, &loading->interrupt->stop, &differential, err);
    gf_profile_free(before);
    gf_loading_free(&base);
    if (ok) {
        gf_profile_free(*profile);
        *profile = differential;
    }
    return ok;
}

bool gf_loading_finish(struct gf_loading *loading, struct gf_profile **out, struct gf_error *err)
{
    const struct gf_data_options *o = loading->options;
    *out = NULL;
    if (wait_for_load(loading, out, err) && compare(loading, out, err) &&
        gf_cli_narrowing_apply(&loading->narrowing, out, (enum gf_order)o->order,
                               gf_data_threads(o), &loading->interrupt->stop, o->quiet, err))
        return true;
    gf_profile_free(*out);
    *out = NULL;
    return false;
}

void gf_loading_free(struct gf_loading *loading)
{
    if (loading->load) {
        struct gf_profile *profile = NULL;
        gf_load_cancel(loading->load);
        if (gf_load_finish(loading->load, &profile, NULL))
            gf_profile_free(profile);
        loading->load = NULL;
    }
    gf_source_list_free(&loading->sources);
    gf_budget_drop(loading->budget);
    loading->budget = NULL;
}

static void ignored_lines(struct gf_print *out, const struct gf_profile_stats *s,
                          const struct gf_source_list *sources)
{
    for (uint32_t i = 0; i < s->nignored_lines; i++) {
        const struct gf_ignored_line *line = &s->ignored_lines[i];
        const char *path = line->file < sources->n ? sources->items[line->file].path : "?";
        gf_print_name(out, path, strlen(path), 0);
        gf_print_f(out, ":%" PRIu64 ": %s\n", line->line, gf_ignored_text(line->cause));
    }
    char a[27], b[27];
    gf_print_f(out, "gigaflame: ignored %s of %s lines (", gf_str_grouped(a, s->ignored),
               gf_str_grouped(b, s->records + s->ignored));
    const char *comma = "";
    for (int cause = 0; cause < GF_IGNORED_CAUSES; cause++)
        if (s->ignored_by[cause] > 0) {
            gf_print_f(out, "%s%s: %s", comma, gf_ignored_text((enum gf_ignored_cause)cause),
                       gf_str_grouped(a, s->ignored_by[cause]));
            comma = ", ";
        }
    gf_print_f(out, ")\n");
}

void gf_ignored_report(struct gf_print *out, const struct gf_profile *profile,
                       const struct gf_source_list *sources)
{
    const struct gf_profile_stats *s = &profile->stats;
    char n[27];
    if (s->ignored > 0)
        ignored_lines(out, s, sources);
    if (s->skipped_files > 0)
        gf_print_f(out, "gigaflame: skipped %s %s\n", gf_str_grouped(n, s->skipped_files),
                   s->skipped_files == 1 ? "file that is no profile"
                                         : "files that are no profiles");
    if (s->rounded > 0)
        gf_print_f(out, "gigaflame: rounded %s %s to %u decimals\n", gf_str_grouped(n, s->rounded),
                   s->rounded == 1 ? "count" : "counts", profile->decimals);
}

int gf_cli_with_profile(struct gf_cli *cli, const struct gf_profile_command *command, int argc,
                        char **argv)
{
    struct gf_operands files;
    int status;
    if (!gf_cli_parse(command->line, argc, argv, &files, &status))
        return status;
    struct gf_error err = {0};
    struct gf_loading loading;
    struct gf_profile *profile = NULL;
    bool ok = (!command->check || command->check(command->options, &files, &err)) &&
              gf_loading_start(&loading, cli, &files, command->data, &err);
    if (ok) {
        ok = (!command->meanwhile || command->meanwhile(command->options, &err)) &&
             gf_loading_finish(&loading, &profile, &err) &&
             command->run(cli, command->options, &loading, &files, profile, &err);
        gf_profile_free(profile);
        gf_loading_free(&loading);
    }
    gf_operands_free(&files);
    return gf_cli_end(cli, command->line->command, ok, &err);
}
