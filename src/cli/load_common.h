/* Loading as every subcommand does it: the data options, the progress bar, Ctrl-C, and the report
 * of what could not be read. */
#ifndef GF_CLI_LOAD_COMMON_H
#define GF_CLI_LOAD_COMMON_H

#include "cli/command.h"
#include "cli/options.h"
#include "model/load.h"

struct gf_data_options {
    uint64_t threads, max_memory; /* 0: chosen by the loader */
    unsigned order;               /* enum gf_order */
    const char *spill_dir;        /* NULL: chosen by the loader */
    bool reverse, strict, quiet;
};

/* The group of these options, its results going to `options`. */
struct gf_option_group gf_data_option_group(struct gf_data_options *options);

/* The loader's parameters for these options. */
struct gf_load_params gf_data_load_params(const struct gf_data_options *options);

struct gf_loading {
    const struct gf_interrupt *interrupt;
    bool quiet;
    struct gf_source_list sources;
    struct gf_load *load;
};

/* Finds the sources and starts to read them on other threads. On failure nothing is left to free.
 */
bool gf_loading_start(struct gf_loading *loading, const struct gf_cli *cli,
                      const struct gf_operands *files, const struct gf_data_options *options,
                      struct gf_error *err);

/* Waits for the profile with a progress bar, stops early on Ctrl-C, and reports on stderr what was
 * left out (unless quiet). `loading` keeps the list of sources: gf_loading_free it. */
bool gf_loading_finish(struct gf_loading *loading, struct gf_profile **out, struct gf_error *err);

/* Frees the sources; gives up a load that was not finished. */
void gf_loading_free(struct gf_loading *loading);

/* The report of lines, files and digits left out; appends nothing when there is nothing to say. */
void gf_ignored_report(struct gf_print *out, const struct gf_profile *profile,
                       const struct gf_source_list *sources);

#endif
