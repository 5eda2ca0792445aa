#include "cli/load_common.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/progress.h"

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
     "limit for trees, names and buffers, such as 8G; default: most of the machine's"},
    {"spill-dir", 0, GF_OPT_STRING, AT(spill_dir), "DIR", NULL, 0, 0,
     "where call trees go that outgrow --max-memory; default: $TMPDIR or /var/tmp"},
    {"quiet", 'q', GF_OPT_FLAG, AT(quiet), NULL, NULL, 0, 0,
     "no progress, no report of lines left out; errors only"},
};

struct gf_option_group gf_data_option_group(struct gf_data_options *options)
{
    return (struct gf_option_group){.title = "Input",
                                    .options = data_options,
                                    .n = sizeof data_options / sizeof *data_options,
                                    .values = options};
}

struct gf_load_params gf_data_load_params(const struct gf_data_options *options)
{
    return (struct gf_load_params){.threads = (unsigned)options->threads,
                                   .max_memory = options->max_memory,
                                   .spill_dir = options->spill_dir,
                                   .order = (enum gf_order)options->order,
                                   .reverse = options->reverse,
                                   .strict = options->strict};
}

bool gf_loading_start(struct gf_loading *loading, const struct gf_cli *cli,
                      const struct gf_operands *files, const struct gf_data_options *options,
                      struct gf_error *err)
{
    *loading = (struct gf_loading){.interrupt = &cli->interrupt, .quiet = options->quiet};
    size_t stdins = 0;
    for (size_t i = 0; i < files->n; i++)
        stdins += strcmp(files->items[i], "-") == 0;
    if (stdins > 1)
        return gf_fail(err, GF_ERR_USAGE, "standard input ('-') can be read only once");
    if (!gf_source_list_expand(files->items, files->n, &loading->sources, err))
        return false;
    const struct gf_load_params params = gf_data_load_params(options);
    if (gf_load_start(&loading->sources, &params, &loading->load, err))
        return true;
    gf_source_list_free(&loading->sources);
    return false;
}

/* A reader may sit in read() on a pipe that stays silent: then nothing more is waited for, and the
 * process ends while that thread sleeps. No output has been begun at this point. */
static bool give_up(struct gf_loading *loading)
{
    gf_load_cancel(loading->load);
    return gf_load_wait(loading->load, 1);
}

bool gf_loading_finish(struct gf_loading *loading, struct gf_profile **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_progress_bar bar;
    gf_progress_begin(&bar, "reading", loading->quiet);
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
    if (!loading->quiet) {
        struct gf_print report = {0};
        gf_ignored_report(&report, *out, &loading->sources);
        if (report.len > 0 && !report.failed)
            fputs(report.text, stderr);
        gf_print_free(&report);
    }
    return true;
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
