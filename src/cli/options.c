#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"

/* getopt_long reports a long option by its `val`: the index of the option in a flat list of all
 * groups, moved above the characters; --help comes last. */
#define FIRST_LONG 256

struct flat {
    const struct gf_option **options;
    void **values;
    size_t n;
    struct option *getopt_options;
    char *short_options;
};

static void flat_free(struct flat *flat)
{
    free(flat->options);
    free(flat->values);
    free(flat->getopt_options);
    free(flat->short_options);
}

static bool takes_argument(const struct gf_option *o)
{
    return o->type != GF_OPT_FLAG && o->type != GF_OPT_USE_FLAG;
}

static bool flat_make(const struct gf_command_line *line, struct flat *flat, struct gf_error *err)
{
    size_t n = 0;
    for (size_t g = 0; g < line->ngroups; g++)
        n += line->groups[g].n;
    flat->options = calloc(n + 1, sizeof(*flat->options));
    flat->values = calloc(n + 1, sizeof(*flat->values));
    flat->getopt_options = calloc(n + 2, sizeof(*flat->getopt_options));
    flat->short_options = calloc(2 * n + 4, 1);
    if (!flat->options || !flat->values || !flat->getopt_options || !flat->short_options) {
        flat_free(flat);
        return gf_fail_nomem(err, n * sizeof(struct option));
    }
    char *s = flat->short_options;
    /* "-": operands come in their place, so that only what is an option's name is looked at as
     * one; ":": a missing argument is told apart from an unknown option. */
    *s++ = '-';
    *s++ = ':';
    *s++ = 'h';
    for (size_t g = 0; g < line->ngroups; g++)
        for (size_t i = 0; i < line->groups[g].n; i++) {
            const struct gf_option *o = &line->groups[g].options[i];
            flat->options[flat->n] = o;
            flat->values[flat->n] = (char *)line->groups[g].values + o->at;
            flat->getopt_options[flat->n] =
                (struct option){.name = o->name,
                                .has_arg = takes_argument(o) ? required_argument : no_argument,
                                .val = FIRST_LONG + (int)flat->n};
            if (o->short_name) {
                *s++ = o->short_name;
                if (takes_argument(o))
                    *s++ = ':';
            }
            flat->n++;
        }
    flat->getopt_options[flat->n] =
        (struct option){.name = "help", .has_arg = no_argument, .val = FIRST_LONG + (int)flat->n};
    return true;
}

static bool bad_value(struct gf_error *err, const struct gf_option *o, const char *text,
                      const char *wanted)
{
    return gf_fail(err, GF_ERR_USAGE, "--%s: '%.80s' is not %s", o->name, text, wanted);
}

static bool in_range(const struct gf_option *o, double value, const char *text,
                     struct gf_error *err)
{
    if ((o->min == 0 && o->max == 0) || (value >= o->min && value <= o->max))
        return true;
    return gf_fail(err, GF_ERR_USAGE, "--%s: %.40s is out of range (%.15g to %.15g)", o->name, text,
                   o->min, o->max);
}

static bool parse_u64(const struct gf_option *o, const char *text, uint64_t *out,
                      struct gf_error *err)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || errno)
        return bad_value(err, o, text, "a whole number");
    *out = v;
    return in_range(o, (double)v, text, err);
}

/* Reads a finite decimal number; *end is what follows it. Programs start in the C locale and this
 * one stays there, so the decimal point is always a point. */
static bool number(const char *text, double *out, const char **end)
{
    char *stop;
    *out = strtod(text, &stop);
    *end = stop;
    /* strtod also reads hexadecimal. */
    size_t hex = strcspn(text, "xX");
    return stop != text && isfinite(*out) && hex >= (size_t)(stop - text);
}

static bool parse_length(const struct gf_option *o, const char *text, struct gf_length *out,
                         struct gf_error *err)
{
    const char *unit;
    if (!number(text, &out->value, &unit) ||
        (*unit && strcmp(unit, "px") != 0 && strcmp(unit, "%") != 0))
        return gf_fail(err, GF_ERR_USAGE,
                       "--%s: '%.80s' is not a width: give pixels (0.5) or a share (0.1%%)",
                       o->name, text);
    out->percent = *unit == '%';
    return in_range(o, out->value, text, err);
}

static bool parse_choice(const struct gf_option *o, const char *text, unsigned *out,
                         struct gf_error *err)
{
    size_t n = 0;
    char all[256] = "";
    for (; o->choices[n]; n++) {
        if (strcmp(o->choices[n], text) == 0) {
            *out = (unsigned)n;
            return true;
        }
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", n ? ", " : "", o->choices[n]);
    }
    const char *near = gf_suggest(text, strlen(text), o->choices, n);
    if (near)
        return gf_fail(err, GF_ERR_USAGE, "--%s: unknown '%.80s' (did you mean '%s'?)", o->name,
                       text, near);
    return gf_fail(err, GF_ERR_USAGE, "--%s: unknown '%.80s' (one of %s)", o->name, text, all);
}

static bool add_use(const struct gf_option *o, struct gf_option_uses *uses, const char *text,
                    struct gf_error *err)
{
    if (uses->n == GF_OPTION_USES)
        return gf_fail(err, GF_ERR_USAGE, "--%s: more than %d options of its group", o->name,
                       GF_OPTION_USES);
    uses->items[uses->n++] = (struct gf_option_use){o, text};
    return true;
}

static bool take(const struct gf_option *o, void *value, const char *text, struct gf_error *err)
{
    const char *end;
    switch (o->type) {
    case GF_OPT_FLAG:
        *(bool *)value = true;
        return true;
    case GF_OPT_STRING:
        *(const char **)value = text;
        return true;
    case GF_OPT_U64:
        return parse_u64(o, text, value, err);
    case GF_OPT_DOUBLE:
        if (!number(text, value, &end) || *end)
            return bad_value(err, o, text, "a number");
        return in_range(o, *(double *)value, text, err);
    case GF_OPT_SIZE:
        if (!gf_str_parse_size(text, value))
            return bad_value(err, o, text, "a size such as 512M or 4G");
        return in_range(o, (double)*(uint64_t *)value, text, err);
    case GF_OPT_CHOICE:
        return parse_choice(o, text, value, err);
    case GF_OPT_LENGTH:
        return parse_length(o, text, value, err);
    case GF_OPT_USE:
    case GF_OPT_USE_FLAG:
        return add_use(o, value, text, err);
    }
    return gf_fail(err, GF_ERR_USAGE, "--%s: unknown kind of option", o->name);
}

/* pprof's users write --show_from: underscores in the name, not in the argument, become "-". */
static void normalise(char *arg)
{
    if (strncmp(arg, "--", 2) != 0)
        return;
    for (char *c = arg + 2; *c && *c != '='; c++)
        if (*c == '_')
            *c = '-';
}

static bool unknown(const struct flat *flat, const char *arg, int short_option,
                    struct gf_error *err)
{
    if (strncmp(arg, "--", 2) != 0)
        return gf_fail(err, GF_ERR_USAGE, "unknown option '-%c'", short_option);
    size_t len = strcspn(arg + 2, "=");
    size_t matches = 0, exact = flat->n;
    if (len == strlen("help") && strncmp(arg + 2, "help", len) == 0)
        return gf_fail(err, GF_ERR_USAGE, "option '--help' takes no argument");
    for (size_t i = 0; i < flat->n; i++)
        if (strncmp(flat->options[i]->name, arg + 2, len) == 0) {
            matches++;
            if (strlen(flat->options[i]->name) == len)
                exact = i;
        }
    if (exact < flat->n || (matches == 1 && arg[2 + len] == '='))
        return gf_fail(err, GF_ERR_USAGE, "option '--%.*s' takes no argument", (int)len, arg + 2);
    if (matches > 1)
        return gf_fail(err, GF_ERR_USAGE, "option '--%.*s' is ambiguous", (int)len, arg + 2);
    const char **names = calloc(flat->n + 1, sizeof *names);
    if (!names)
        return gf_fail_nomem(err, flat->n * sizeof *names);
    for (size_t i = 0; i < flat->n; i++)
        names[i] = flat->options[i]->name;
    names[flat->n] = "help";
    const char *near = gf_suggest(arg + 2, len, names, flat->n + 1);
    free(names);
    if (near)
        return gf_fail(err, GF_ERR_USAGE, "unknown option '--%.*s' (did you mean '--%s'?)",
                       (int)(len < 80 ? len : 80), arg + 2, near);
    return gf_fail(err, GF_ERR_USAGE, "unknown option '--%.*s'", (int)(len < 80 ? len : 80),
                   arg + 2);
}

static size_t short_index(const struct flat *flat, int c)
{
    for (size_t i = 0; i < flat->n; i++)
        if (flat->options[i]->short_name == c)
            return i;
    return flat->n;
}

/* Handles what getopt_long returned for `arg`. */
static bool handle(const struct flat *flat, int c, const char *arg, struct gf_operands *out,
                   struct gf_error *err)
{
    if (c == 1) {
        out->items[out->n++] = optarg;
        return true;
    }
    if (c == '?')
        return unknown(flat, arg, optopt, err);
    if (c == ':' && strncmp(arg, "--", 2) == 0)
        return gf_fail(err, GF_ERR_USAGE, "option '%.80s' needs an argument", arg);
    if (c == ':')
        return gf_fail(err, GF_ERR_USAGE, "option '-%c' needs an argument", optopt);
    if (c == 'h' || c == FIRST_LONG + (int)flat->n) {
        out->help = true;
        return true;
    }
    size_t i = c >= FIRST_LONG ? (size_t)(c - FIRST_LONG) : short_index(flat, c);
    return take(flat->options[i], flat->values[i], optarg, err);
}

bool gf_options_parse(const struct gf_command_line *line, int argc, char **argv,
                      struct gf_operands *out, struct gf_error *err)
{
    *out = (struct gf_operands){0};
    struct flat flat = {0};
    if (!flat_make(line, &flat, err))
        return false;
    bool ok = false;
    out->items = calloc((size_t)argc + 1, sizeof *out->items);
    if (!out->items) {
        gf_fail_nomem(err, (uint64_t)argc * sizeof *out->items);
        goto done;
    }
    optind = 0; /* glibc: starts over */
    opterr = 0;
    int at = 1;
    for (;;) {
        if (at < argc)
            normalise(argv[at]);
        int c = getopt_long(argc, argv, flat.short_options, flat.getopt_options, NULL);
        if (c == -1)
            break;
        if (!handle(&flat, c, argv[at], out, err))
            goto done;
        at = optind;
        if (out->help)
            break;
    }
    for (int i = optind; i < argc && !out->help; i++)
        out->items[out->n++] = argv[i];
    ok = true;
done:
    flat_free(&flat);
    return ok;
}

void gf_operands_free(struct gf_operands *operands)
{
    free(operands->items);
    *operands = (struct gf_operands){0};
}
