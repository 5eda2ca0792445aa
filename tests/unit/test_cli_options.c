/* Command lines: what is accepted, what is refused and in which words, and the help text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct values {
    bool quiet, inverted;
    const char *title;
    uint64_t threads, memory;
    double scale;
    unsigned order;
    struct gf_length min;
    struct gf_option_uses uses;
};

static const char *const orders[] = {"weight", "name", "input", NULL};
#define AT(f) offsetof(struct values, f)
static const struct gf_option table[] = {
    {"quiet", 'q', GF_OPT_FLAG, AT(quiet), NULL, NULL, 0, 0, "say little"},
    {"inverted", 'i', GF_OPT_FLAG, AT(inverted), NULL, NULL, 0, 0, "root on top"},
    {"title", 0, GF_OPT_STRING, AT(title), "TEXT", NULL, 0, 0, "heading"},
    {"threads", 'j', GF_OPT_U64, AT(threads), "N", NULL, 0, 64, "how many"},
    {"max-memory", 0, GF_OPT_SIZE, AT(memory), "SIZE", NULL, 0, 0, "how much"},
    {"scale", 0, GF_OPT_DOUBLE, AT(scale), "X", NULL, 0.5, 8, "how large"},
    {"order", 0, GF_OPT_CHOICE, AT(order), "ORDER", orders, 0, 0, "which first"},
    {"minwidth", 0, GF_OPT_LENGTH, AT(min), "W", NULL, 0, 100, "least width"},
    {"focus", 'I', GF_OPT_USE, AT(uses), "REGEX", NULL, 0, 0, "keep"},
    {"hide", 0, GF_OPT_USE, AT(uses), "REGEX", NULL, 0, 0, "take out"},
    {"collapse", 0, GF_OPT_USE_FLAG, AT(uses), NULL, NULL, 0, 0, "make one"},
};

/* Parses a line of words that one blank divides. */
static bool parse(const char *words, struct values *values, struct gf_operands *operands,
                  struct gf_error *err)
{
    static char copy[512];
    static char *argv[32];
    snprintf(copy, sizeof copy, "%s", words);
    int argc = 0;
    char *rest = NULL;
    for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
        argv[argc++] = w;
    argv[argc] = NULL;
    const struct gf_option_group group = {"Options", table, COUNT(table), values};
    const struct gf_command_line line = {
        .command = "render", .usage = "render", .purpose = "p", .groups = &group, .ngroups = 1};
    *values = (struct values){.scale = 1};
    *err = (struct gf_error){0};
    return gf_options_parse(&line, argc, argv, operands, err);
}

static void accepted(void **state)
{
    (void)state;
    struct values v;
    struct gf_operands files;
    struct gf_error err;
    assert_true(parse("render a --threads=3 -q b --max_memory 2G --order name --minwidth 0.5% "
                      "--scale 1.5 --title --not_an_option -- --c - -",
                      &v, &files, &err));
    assert_true(v.quiet);
    assert_false(v.inverted);
    assert_int_equal(v.threads, 3);
    assert_true(v.memory == (uint64_t)2 << 30);
    assert_int_equal(v.order, 1);
    assert_true(v.min.percent && v.min.value == 0.5);
    assert_true(v.scale == 1.5);
    /* Underscores in an argument stay, even where it looks like an option. */
    assert_string_equal(v.title, "--not_an_option");
    const char *expected[] = {"a", "b", "--c", "-", "-"};
    assert_int_equal(files.n, COUNT(expected));
    for (size_t i = 0; i < files.n; i++)
        assert_string_equal(files.items[i], expected[i]);
    gf_operands_free(&files);

    assert_true(parse("render -qj7 --inv - --threads 8 --minwidth 3px", &v, &files, &err));
    assert_true(v.quiet && v.inverted);
    assert_int_equal(v.threads, 8);
    assert_true(!v.min.percent && v.min.value == 3);
    assert_string_equal(files.items[0], "-");
    gf_operands_free(&files);

    assert_true(parse("render --help --no-such-thing", &v, &files, &err));
    assert_true(files.help);
    gf_operands_free(&files);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *words, *message;
    } cases[] = {
        {"render --titel x", "unknown option '--titel' (did you mean '--title'?)"},
        {"render --max_memroy=1G", "unknown option '--max-memroy' (did you mean '--max-memory'?)"},
        {"render --zzz", "unknown option '--zzz'"},
        {"render -x", "unknown option '-x'"},
        {"render -qx", "unknown option '-x'"},
        {"render --quiet=3", "option '--quiet' takes no argument"},
        {"render --help=3", "option '--help' takes no argument"},
        {"render --t 3", "option '--t' is ambiguous"},
        {"render --title", "option '--title' needs an argument"},
        {"render -j", "option '-j' needs an argument"},
        {"render -j x", "--threads: 'x' is not a whole number"},
        {"render -j -1", "--threads: '-1' is not a whole number"},
        {"render -j 3x", "--threads: '3x' is not a whole number"},
        {"render -j 65", "--threads: 65 is out of range (0 to 64)"},
        {"render -j 18446744073709551616",
         "--threads: '18446744073709551616' is not a whole number"},
        {"render --max-memory 1X", "--max-memory: '1X' is not a size such as 512M or 4G"},
        {"render --scale nan", "--scale: 'nan' is not a number"},
        {"render --scale inf", "--scale: 'inf' is not a number"},
        {"render --scale 0x2", "--scale: '0x2' is not a number"},
        {"render --scale 0.4", "--scale: 0.4 is out of range (0.5 to 8)"},
        {"render --order wieght", "--order: unknown 'wieght' (did you mean 'weight'?)"},
        {"render --order zz", "--order: unknown 'zz' (one of weight, name, input)"},
        {"render --minwidth 3em",
         "--minwidth: '3em' is not a width: give pixels (0.5) or a share (0.1%)"},
        {"render --minwidth -1", "--minwidth: -1 is out of range (0 to 100)"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct values v;
        struct gf_operands files;
        struct gf_error err;
        assert_false(parse(cases[i].words, &v, &files, &err));
        assert_int_equal(err.code, GF_ERR_USAGE);
        assert_string_equal(err.message, cases[i].message);
        gf_operands_free(&files);
    }
}

static void suggestions(void **state)
{
    (void)state;
    static const char *const names[] = {"render", "top", "stat", "merge", "bench"};
    static const char *const cases[][2] = {{"rendre", "render"}, {"tpo", "top"},
                                           {"stats", "stat"},    {"mrege", "merge"},
                                           {"bnech", "bench"},   {"renderer", "render"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *near = gf_suggest(cases[i][0], strlen(cases[i][0]), names, COUNT(names));
        assert_non_null(near);
        assert_string_equal(near, cases[i][1]);
    }
    assert_null(gf_suggest("cpu.folded", 10, names, COUNT(names)));
    assert_null(gf_suggest("x", 1, names, COUNT(names)));
    assert_null(gf_suggest("", 0, names, COUNT(names)));
    char longest[4000];
    memset(longest, 'r', sizeof longest);
    assert_null(gf_suggest(longest, sizeof longest, names, COUNT(names)));
}

static void wrapping(void **state)
{
    (void)state;
    struct gf_print p = {0};
    gf_print_f(&p, "ab  ");
    gf_wrap(&p, "one two three four averyveryverylongword x", 4, 4, 13);
    assert_string_equal(p.text,
                        "ab  one two\n    three\n    four\n    averyveryverylongword\n    x\n");
    gf_print_free(&p);
}

/* Every line fits, every option is there with its argument, and the example stands at the end. */
static void help(void **state)
{
    (void)state;
    struct values v;
    const struct gf_option_group group = {"Options", table, COUNT(table), &v};
    static const char *const examples[] = {"gigaflame render x", "what it does", NULL};
    const struct gf_command_line line = {.command = "render",
                                         .usage = "render [OPTION]... FILE...",
                                         .purpose = "Draws something that takes more than one "
                                                    "line of forty columns to say.",
                                         .groups = &group,
                                         .ngroups = 1,
                                         .examples = examples};
    struct gf_print p = {0};
    gf_options_help(&line, 10, &p);
    assert_non_null(strstr(p.text, "Usage: gigaflame render [OPTION]... FILE...\n"));
    for (size_t i = 0; i < COUNT(table); i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s%s%s", table[i].name, table[i].arg ? "=" : "",
                 table[i].arg ? table[i].arg : "");
        assert_non_null(strstr(p.text, name));
        assert_non_null(strstr(p.text, table[i].help));
    }
    assert_non_null(strstr(p.text, "-h, --help"));
    assert_non_null(strstr(p.text, "  gigaflame render x\n      what it does\n"));
    size_t start = strcspn(p.text, "\n") + 1;
    for (size_t i = start; i < p.len;) {
        size_t len = strcspn(p.text + i, "\n");
        assert_true(len <= 60);
        i += len + 1;
    }
    gf_print_free(&p);
}

/* Options that are given several times keep their order among one another. */
static void uses(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } expected[] = {
        {"hide", "a_b"}, {"focus", "x"}, {"collapse", NULL}, {"hide", ""}, {"focus", "y"}};
    struct values v;
    struct gf_operands files;
    struct gf_error err;
    assert_true(
        parse("render --hide a_b f -I x --collapse -q --hide= g --focus=y", &v, &files, &err));
    assert_int_equal(files.n, 2);
    assert_int_equal(v.uses.n, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(v.uses.items[i].option->name, expected[i].name);
        if (expected[i].text)
            assert_string_equal(v.uses.items[i].text, expected[i].text);
        else
            assert_null(v.uses.items[i].text);
    }
    gf_operands_free(&files);
    assert_false(parse("render --collapse=3 f", &v, &files, &err));
    assert_string_equal(err.message, "option '--collapse' takes no argument");
    gf_operands_free(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(uses),
                                       cmocka_unit_test(refused),  cmocka_unit_test(suggestions),
                                       cmocka_unit_test(wrapping), cmocka_unit_test(help)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
