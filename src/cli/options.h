/* Command lines from tables: each subcommand lists its options once, and parsing, checking, the
 * help text and the suggestions for misspelt names all come from that list. */
#ifndef GF_CLI_OPTIONS_H
#define GF_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/print.h"

enum gf_option_type {
    GF_OPT_FLAG,    /* bool */
    GF_OPT_STRING,  /* const char *, borrowed from argv */
    GF_OPT_U64,     /* uint64_t, decimal */
    GF_OPT_DOUBLE,  /* double, finite */
    GF_OPT_SIZE,    /* uint64_t bytes, "64K", "1.5G" */
    GF_OPT_CHOICE,  /* unsigned: index in choices */
    GF_OPT_LENGTH,  /* struct gf_length: "12", "12px", "0.5%" */
    GF_OPT_USE,     /* struct gf_option_uses, with an argument: may be given several times */
    GF_OPT_USE_FLAG /* the same without one */
};

/* Every use of the options that share this list, in the order of the command line. */
#define GF_OPTION_USES 64
struct gf_option_uses {
    struct gf_option_use {
        const struct gf_option *option;
        const char *text; /* borrowed from argv; NULL for GF_OPT_USE_FLAG */
    } items[GF_OPTION_USES];
    uint32_t n;
};

struct gf_length {
    double value;
    bool percent;
};

struct gf_option {
    const char *name; /* with "-" between words; "_" is taken for it on the command line */
    char short_name;  /* 0: none */
    enum gf_option_type type;
    size_t at;                  /* offsetof the value in the group's struct */
    const char *arg;            /* how the help calls the argument; NULL for flags */
    const char *const *choices; /* GF_OPT_CHOICE: NULL-terminated */
    double min, max;            /* inclusive, for numbers; both 0: any that the type holds */
    const char *help;           /* one sentence, no full stop; says the default */
};

/* Options that are listed together. `values` is where their results go: what stands there before
 * parsing is the default. */
struct gf_option_group {
    const char *title;
    const struct gf_option *options;
    size_t n;
    void *values;
};

/* What one subcommand takes. */
struct gf_command_line {
    const char *command; /* "render" */
    const char *usage;   /* "render [OPTION]... FILE... -o OUT" */
    const char *purpose; /* one paragraph */
    const char *notes;   /* after the options, wrapped; NULL: none */
    const struct gf_option_group *groups;
    size_t ngroups;
    const char *const *examples; /* pairs: command, what it does; NULL-terminated */
};

/* The operands in their order; elements are borrowed from argv. */
struct gf_operands {
    const char **items; /* owned array */
    size_t n;
    bool help; /* --help was given: nothing else counts */
};
void gf_operands_free(struct gf_operands *operands);

/* Parses argv[1..argc). Options and operands may be mixed, "--" ends the options, a long name may
 * be shortened while it stays unique. Fails with GF_ERR_USAGE and one line that names the option
 * and, where one is near, the name that was probably meant. argv's strings may be edited. */
bool gf_options_parse(const struct gf_command_line *line, int argc, char **argv,
                      struct gf_operands *out, struct gf_error *err);

/* The help text, wrapped to `columns`. */
void gf_options_help(const struct gf_command_line *line, unsigned columns, struct gf_print *out);

/* Appends `text` in lines of at most `columns`, continued at `indent`; the first line goes on at
 * column `column`. Ends with a newline. */
void gf_wrap(struct gf_print *out, const char *text, unsigned column, unsigned indent,
             unsigned columns);

/* The candidate nearest to `word`, or NULL when none is near enough to be what was meant. Nearness
 * is the optimal string alignment distance (Damerau 1964: insert, delete, replace, swap). */
const char *gf_suggest(const char *word, size_t len, const char *const *candidates, size_t n);

#endif
