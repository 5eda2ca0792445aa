#include <string.h>

#include "cli/options.h"

/* Where the descriptions of options begin; a longer option has its description on the next line. */
#define HELP_COLUMN 26

void gf_wrap(struct gf_print *out, const char *text, unsigned column, unsigned indent,
             unsigned columns)
{
    unsigned at = column;
    bool fresh = true; /* no word on this line yet */
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (len > 0) {
            if (!fresh && at + 1 + len > columns) {
                gf_print_f(out, "\n%*s", (int)indent, "");
                at = indent;
                fresh = true;
            }
            gf_print_f(out, "%s%.*s", fresh ? "" : " ", (int)len, text);
            at += (unsigned)len + !fresh;
            fresh = false;
        }
        text += len;
        if (*text == '\n') {
            gf_print_f(out, "\n%*s", text[1] ? (int)indent : 0, "");
            at = indent;
            fresh = true;
        }
        if (*text)
            text++;
    }
    gf_print_bytes(out, "\n", 1);
}

static void option_help(const struct gf_option *o, unsigned columns, struct gf_print *out)
{
    size_t start = out->len;
    if (o->short_name)
        gf_print_f(out, "  -%c, --%s", o->short_name, o->name);
    else
        gf_print_f(out, "      --%s", o->name);
    if (o->type == GF_OPT_CHOICE && !o->arg) {
        for (size_t i = 0; o->choices[i]; i++)
            gf_print_f(out, "%s%s", i ? "|" : "=", o->choices[i]);
    } else if (o->arg) {
        gf_print_f(out, "=%s", o->arg);
    }
    size_t used = out->len - start;
    if (used + 2 > HELP_COLUMN) {
        gf_print_bytes(out, "\n", 1);
        used = 0;
    }
    gf_print_fill(out, ' ', HELP_COLUMN - used);
    gf_wrap(out, o->help, HELP_COLUMN, HELP_COLUMN, columns);
}

void gf_options_help(const struct gf_command_line *line, unsigned columns, struct gf_print *out)
{
    if (columns < 40)
        columns = 40;
    if (columns > 100)
        columns = 100;
    gf_print_f(out, "Usage: gigaflame %s\n\n", line->usage);
    gf_wrap(out, line->purpose, 0, 0, columns);
    static const struct gf_option help = {
        .name = "help", .short_name = 'h', .help = "show this text"};
    for (size_t g = 0; g < line->ngroups; g++) {
        gf_print_f(out, "\n%s:\n", line->groups[g].title);
        for (size_t i = 0; i < line->groups[g].n; i++)
            option_help(&line->groups[g].options[i], columns, out);
        if (g + 1 == line->ngroups)
            option_help(&help, columns, out);
    }
    if (line->notes) {
        gf_print_bytes(out, "\n", 1);
        gf_wrap(out, line->notes, 0, 0, columns);
    }
    if (line->examples && line->examples[0]) {
        gf_print_f(out, "\nExamples:\n");
        for (size_t i = 0; line->examples[i]; i += 2)
            gf_print_f(out, "  %s\n      %s\n", line->examples[i], line->examples[i + 1]);
    }
}
