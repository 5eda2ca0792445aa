/* From the command line to a profile, as every subcommand does it: the data options, the progress
 * bar, Ctrl-C, the report of what could not be read, the differential and the narrowing. */
#ifndef GF_CLI_LOAD_COMMON_H
#define GF_CLI_LOAD_COMMON_H

#include "cli/command.h"
#include "cli/narrowing.h"
#include "cli/options.h"
#include "model/load.h"

struct gf_data_options {
    uint64_t threads, max_memory; /* 0: chosen by the loader */
    unsigned order;               /* enum gf_order */
    const char *spill_dir;        /* NULL: chosen by the loader */
    bool reverse, strict, quiet;
    bool background, counts_only; /* as in struct gf_load_params */
    const char *diff_base;        /* NULL: no differential */
    bool normalize;
    struct gf_option_uses narrowing;
};

/* The group of these options, its results going to `options`. */
struct gf_option_group gf_data_option_group(struct gf_data_options *options);

/* The group of the options of a differential, and of narrowing. Only for those who take the profile
 * from gf_loading_finish. */
struct gf_option_group gf_diff_option_group(struct gf_data_options *options);

/* How many threads work on a profile that is loaded. */
unsigned gf_data_threads(const struct gf_data_options *options);

/* The loader's parameters for these options. */
struct gf_load_params gf_data_load_params(const struct gf_data_options *options);

struct gf_loading {
    const struct gf_interrupt *interrupt;
    const struct gf_data_options *options;
    struct gf_source_list sources;
    struct gf_load *load;
    struct gf_budget *budget;          /* of all profiles: --max-memory */
    struct gf_cli_narrowing narrowing; /* what it did, when the profile is there */
};

/* Checks the options, finds the sources and starts to read them on other threads. On failure
 * nothing is left to free. `options` is borrowed. */
bool gf_loading_start(struct gf_loading *loading, const struct gf_cli *cli,
                      const struct gf_operands *files, const struct gf_data_options *options,
                      struct gf_error *err);

/* Waits for the profile with a progress bar, stops early on Ctrl-C, and reports on stderr what was
 * left out (unless quiet). Then makes the differential and narrows, where the options say so.
 * `loading` keeps the list of sources: gf_loading_free it. */
bool gf_loading_finish(struct gf_loading *loading, struct gf_profile **out, struct gf_error *err);

/* Frees the sources; gives up a load that was not finished. */
void gf_loading_free(struct gf_loading *loading);

/* A subcommand that does one thing with one profile. */
struct gf_profile_command {
    const struct gf_command_line *line;
    const struct gf_data_options *data;
    void *options;
    /* Looks at the options and operands, which it may change, before anything is read; NULL: they
     * are fine. */
    bool (*check)(void *options, struct gf_operands *files, struct gf_error *err);
    /* What can be done while files are read; NULL: nothing. */
    bool (*meanwhile)(void *options, struct gf_error *err);
    bool (*run)(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err);
};

/* Parses the line, loads the profile of its operands, runs the command on it, and says what went
 * wrong. Returns the exit status. */
int gf_cli_with_profile(struct gf_cli *cli, const struct gf_profile_command *command, int argc,
                        char **argv);

/* The report of lines, files and digits left out; appends nothing when there is nothing to say. */
void gf_ignored_report(struct gf_print *out, const struct gf_profile *profile,
                       const struct gf_source_list *sources);

#endif
