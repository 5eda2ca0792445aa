/* What the subcommands share: the table's entry, parsing, reporting an error, the exit status. */
#ifndef GF_CLI_COMMAND_H
#define GF_CLI_COMMAND_H

#include "cli/interrupt.h"
#include "cli/options.h"

struct gf_cli {
    struct gf_interrupt interrupt;
};

enum gf_status { GF_EXIT_DONE = 0, GF_EXIT_FAILED = 1, GF_EXIT_USAGE = 2 };

struct gf_command {
    const char *name, *operands, *summary;
    /* argv[0] is the subcommand's name. Returns the exit status. */
    int (*run)(struct gf_cli *cli, int argc, char **argv);
};

int gf_cmd_view(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_render(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_top(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_stat(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_merge(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_diff(struct gf_cli *cli, int argc, char **argv);
int gf_cmd_bench(struct gf_cli *cli, int argc, char **argv);

/* Parses a subcommand's line, which needs at least one FILE. Returns false when there is nothing
 * to do but to return *status: --help was printed, or the line is wrong and that was said. On true
 * the caller frees `operands`. */
bool gf_cli_parse(const struct gf_command_line *line, int argc, char **argv,
                  struct gf_operands *operands, int *status);

/* Says on stderr what is wrong with the command line of `command`; returns GF_EXIT_USAGE. */
int gf_cli_usage_error(const char *command, const struct gf_error *err);

/* Whether a file's name ends in `end` (".png") and is more than that. */
bool gf_cli_name_ends(const char *name, const char *end);

/* The end of a subcommand: on failure prints "gigaflame: file:line: message" and chooses the
 * status. An interrupted program says nothing. */
int gf_cli_end(const struct gf_cli *cli, const char *command, bool ok, const struct gf_error *err);

#endif
