#include "cli/command.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/terminal.h"

/* Twice what gf_error_text can need for the longest message would still fit. */
#define ERROR_TEXT 4096

int gf_cli_usage_error(const char *command, const struct gf_error *err)
{
    char text[ERROR_TEXT];
    gf_error_text(err, text, sizeof text);
    fprintf(stderr, "gigaflame: %s; see 'gigaflame %s%s--help'\n", text, command ? command : "",
            command ? " " : "");
    return GF_EXIT_USAGE;
}

bool gf_cli_parse(const struct gf_command_line *line, int argc, char **argv,
                  struct gf_operands *operands, int *status)
{
    struct gf_error err = {0};
    if (!gf_options_parse(line, argc, argv, operands, &err)) {
        *status = gf_cli_usage_error(line->command, &err);
        goto stop;
    }
    if (operands->help) {
        struct gf_print help = {0};
        gf_options_help(line, gf_terminal_of(STDOUT_FILENO).columns, &help);
        *status = GF_EXIT_DONE;
        if (!gf_print_finish(&help, &err)) {
            char text[ERROR_TEXT];
            gf_error_text(&err, text, sizeof text);
            fprintf(stderr, "gigaflame: %s\n", text);
            *status = GF_EXIT_FAILED;
        }
        goto stop;
    }
    if (operands->n == 0) {
        gf_fail(&err, GF_ERR_USAGE, "no FILE given ('-' is standard input)");
        *status = gf_cli_usage_error(line->command, &err);
        goto stop;
    }
    return true;
stop:
    gf_operands_free(operands);
    return false;
}

bool gf_cli_name_ends(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

int gf_cli_end(const struct gf_cli *cli, const char *command, bool ok, const struct gf_error *err)
{
    if (ok)
        return GF_EXIT_DONE;
    if (err->code == GF_ERR_CANCELLED && gf_interrupted(&cli->interrupt))
        return gf_interrupt_status(&cli->interrupt);
    if (err->code == GF_ERR_USAGE)
        return gf_cli_usage_error(command, err);
    char text[ERROR_TEXT];
    gf_error_text(err, text, sizeof text);
    fprintf(stderr, "gigaflame: %s\n", text);
    return GF_EXIT_FAILED;
}
