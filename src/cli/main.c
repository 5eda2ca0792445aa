#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/terminal.h"

static const struct gf_command commands[] = {
    {"view", "FILE...", "open the explorer, a window on the profile", gf_cmd_view},
    {"render", "FILE... -o OUT", "draw a flame graph to PNG or SVG, without a display",
     gf_cmd_render},
    {"top", "FILE...", "hottest functions: self and total", gf_cmd_top},
    {"stat", "FILE...", "what is in the profile", gf_cmd_stat},
    {"merge", "FILE... -o OUT", "aggregate many profiles into one", gf_cmd_merge},
    {"diff", "BEFORE AFTER", "what changed from one profile to another", gf_cmd_diff},
    {"bench", "FILE...", "throughput of each stage on this machine", gf_cmd_bench},
};
#define NCOMMANDS (sizeof commands / sizeof *commands)

static const struct gf_command *find(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int print(struct gf_print *text)
{
    struct gf_error err = {0};
    if (gf_print_finish(text, &err))
        return GF_EXIT_DONE;
    fprintf(stderr, "gigaflame: %s\n", err.message);
    return GF_EXIT_FAILED;
}

static int general_help(void)
{
    struct gf_print p = {0};
    unsigned columns = gf_terminal_of(STDOUT_FILENO).columns;
    columns = columns > 100 ? 100 : columns < 40 ? 40 : columns;
    gf_print_f(&p, "Usage: gigaflame COMMAND [OPTION]... FILE...\n\n");
    gf_wrap(&p,
            "Flame graphs of profiles that other tools cannot open: folded stacks, plain, zstd- or "
            "gzip-compressed, of any size. FILE may be '-' for standard input or a directory for "
            "all profiles in it; formats and compression are told from content, not from names.",
            0, 0, columns);
    gf_print_f(&p, "\nCommands:\n");
    for (size_t i = 0; i < NCOMMANDS; i++)
        gf_print_f(&p, "  %-7s %-16s %s\n", commands[i].name, commands[i].operands,
                   commands[i].summary);
    gf_print_f(&p, "\n  gigaflame help COMMAND, gigaflame COMMAND --help: options and examples\n"
                   "  gigaflame --version\n"
                   "\nExamples:\n"
                   "  gigaflame render cpu.folded.zst -o cpu.png\n"
                   "  gigaflame top --limit 20 profiles/\n"
                   "  perf script | stackcollapse-perf.pl | gigaflame render - -o perf.png\n"
                   "\nExit status: 0 done; 1 the input or the output failed; 2 the command line is "
                   "wrong.\n");
    return print(&p);
}

static int version(void)
{
    struct gf_print p = {0};
    gf_print_f(&p, "gigaflame %s\n", GF_VERSION);
    return print(&p);
}

/* The command that was probably meant, or NULL. */
static const char *near_command(const char *word)
{
    const char *names[NCOMMANDS + 1];
    for (size_t i = 0; i < NCOMMANDS; i++)
        names[i] = commands[i].name;
    names[NCOMMANDS] = "help";
    return gf_suggest(word, strlen(word), names, NCOMMANDS + 1);
}

static int unknown_command(const char *word)
{
    struct gf_error err = {0};
    const char *near = near_command(word);
    const char *kind = word[0] == '-' && word[1] ? "option" : "command";
    if (near)
        gf_fail(&err, GF_ERR_USAGE, "unknown %s '%.200s' (did you mean '%s'?)", kind, word, near);
    else if (word[0] == '-' || access(word, F_OK) != 0)
        gf_fail(&err, GF_ERR_USAGE, "unknown %s '%.200s'", kind, word);
    else
        gf_fail(&err, GF_ERR_USAGE, "a file alone says not what to do: gigaflame stat '%.200s'?",
                word);
    return gf_cli_usage_error(NULL, &err);
}

/* Without a command: the files are opened in the explorer, where this build has one. A word that is
 * no file and looks like a command was meant as one. */
static int without_command(struct gf_cli *cli, int argc, char **argv)
{
    const struct gf_command *view = find("view");
    bool file = access(argv[1], F_OK) == 0 || strcmp(argv[1], "-") == 0;
    if (view && (file || argv[1][0] == '-' || !near_command(argv[1])))
        return view->run(cli, argc, argv);
    return unknown_command(argv[1]);
}

static int help_on(struct gf_cli *cli, char *name)
{
    const struct gf_command *command = find(name);
    if (!command)
        return unknown_command(name);
    char help[] = "--help";
    char *help_argv[] = {name, help, NULL};
    return command->run(cli, 2, help_argv);
}

static int dispatch(struct gf_cli *cli, int argc, char **argv)
{
    if (argc < 2) {
        struct gf_error err = {0};
        gf_fail(&err, GF_ERR_USAGE, "no command given");
        return gf_cli_usage_error(NULL, &err);
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return general_help();
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return version();
    const struct gf_command *command = find(word);
    if (command)
        return command->run(cli, argc - 1, argv + 1);
    if (strcmp(word, "help") != 0)
        return without_command(cli, argc, argv);
    return argc == 2 ? general_help() : help_on(cli, argv[2]);
}

int main(int argc, char **argv)
{
    /* Writing beyond a file size limit is an error like a full disk, not a reason to die. A closed
     * pipe ends the program as it ends every filter. */
    signal(SIGXFSZ, SIG_IGN);
    /* The waiting thread holds on to it until the process ends. */
    static struct gf_cli cli;
    struct gf_error err = {0};
    if (!gf_interrupt_start(&cli.interrupt, &err)) {
        fprintf(stderr, "gigaflame: %s\n", err.message);
        return GF_EXIT_FAILED;
    }
    return dispatch(&cli, argc, argv);
}
