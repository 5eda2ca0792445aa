/* What people see besides results: the progress line, names in tables, the report of lines left
 * out, and the figures of repeated runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "cli/bench.h"
#include "cli/load_common.h"
#include "cli/progress.h"

static size_t cells(const char *s)
{
    size_t used = 0;
    for (size_t i = 0, n = strlen(s); i < n;) {
        uint32_t cp;
        i += gf_utf8_decode(s + i, n - i, &cp);
        used += gf_cells(cp);
    }
    return used;
}

static void line_is(struct gf_terminal t, uint64_t done, uint64_t total, double rate,
                    double seconds, const char *expected)
{
    struct gf_print p = {0};
    gf_progress_line(&p, &t, "reading", done, total, rate, seconds);
    assert_string_equal(p.text, expected);
    gf_print_free(&p);
}

static void progress_lines(void **state)
{
    (void)state;
    struct gf_terminal plain = {.columns = 90}, utf8 = {.columns = 90, .utf8 = true};
    line_is(plain, 500000000, 1000000000, 250e6, 2,
            "reading ###############...............  50%  500 MB of 1.00 GB  250 MB/s  2 s left");
    line_is(utf8, 500000000, 1000000000, 250e6, 2,
            "reading ━━━━━━━━━━━━━━━                 50%  500 MB of 1.00 GB  250 MB/s  2 s left");
    line_is(plain, 500000000, 0, 250e6, 2.4, "reading 500 MB  250 MB/s  2 s");
    line_is(plain, 0, 0, 0, 4000, "reading 0 B  0 B/s  1 h 06 min");
    plain.columns = 20;
    line_is(plain, 500000000, 1000000000, 250e6, 2, " 50%  500 MB of 1.0");
}

/* Whatever the figures and the width, the line stays on one line. */
static void progress_fits(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 999, 123456789, UINT64_MAX / 3, UINT64_MAX};
    static const double rates[] = {0, 0.001, 123456, 1e12, 1e300};
    for (unsigned columns = 1; columns < 140; columns++)
        for (size_t s = 0; s < 6; s++)
            for (size_t r = 0; r < 5; r++) {
                struct gf_terminal t = {.columns = columns, .utf8 = columns % 2};
                struct gf_print p = {0};
                gf_progress_line(&p, &t, "reading", sizes[s], sizes[5 - s], rates[r], rates[r]);
                assert_true(cells(p.text ? p.text : "") < columns);
                gf_print_free(&p);
            }
}

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t columns;
        const char *shown;
    } cases[] = {
        {"plain", 0, "plain"},
        {"\x1b[31mred\x07", 0, "\\x1b[31mred\\x07"},
        {"\xe2\x80\xae"
         "evil",
         0, "\\u{202e}evil"},
        {"bad\xff", 0, "bad\\xff"},
        {"abcdefgh", 8, "abcdefgh"},
        {"abcdefghi", 8, "abcdefg…"},
        {"日本語", 6, "日本語"},
        {"日本語x", 6, "日本…"},
        {"\x1b[31m", 6, "\\x1b[…"},
        {"", 3, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gf_print p = {0};
        gf_print_f(&p, "<");
        gf_print_name(&p, cases[i].name, strlen(cases[i].name), cases[i].columns);
        gf_print_f(&p, ">");
        char expected[64];
        snprintf(expected, sizeof expected, "<%s>", cases[i].shown);
        assert_string_equal(p.text, expected);
        gf_print_free(&p);
    }
    /* The worst name: every two bytes become seven. */
    char worst[2000];
    for (size_t i = 0; i < sizeof worst; i += 2)
        memcpy(worst + i, "\xd8\x9c", 2);
    struct gf_print p = {0};
    gf_print_name(&p, worst, sizeof worst, 0);
    assert_int_equal(p.len, sizeof worst / 2 * strlen("\\u{61c}"));
    gf_print_free(&p);
}

static void ignored_report(void **state)
{
    (void)state;
    char a[] = "a\x1b.folded", b[] = "b.folded";
    struct gf_source items[] = {{.path = a}, {.path = b}};
    struct gf_source_list sources = {.items = items, .n = 2};
    struct gf_profile profile = {.decimals = 9};
    struct gf_print p = {0};
    gf_ignored_report(&p, &profile, &sources);
    assert_int_equal(p.len, 0);

    struct gf_profile_stats *s = &profile.stats;
    s->records = 1000;
    s->ignored = 3;
    s->ignored_by[GF_IGNORED_NO_COUNT] = 2;
    s->ignored_by[GF_IGNORED_NEGATIVE] = 1;
    s->nignored_lines = 2;
    s->ignored_lines[0] = (struct gf_ignored_line){0, 7, GF_IGNORED_NO_COUNT};
    s->ignored_lines[1] = (struct gf_ignored_line){1, 12345, GF_IGNORED_NEGATIVE};
    s->skipped_files = 1;
    s->rounded = 2;
    gf_ignored_report(&p, &profile, &sources);
    char expected[1024];
    const char *no_count = gf_ignored_text(GF_IGNORED_NO_COUNT);
    const char *negative = gf_ignored_text(GF_IGNORED_NEGATIVE);
    snprintf(expected, sizeof expected,
             "a\\x1b.folded:7: %s\nb.folded:12345: %s\n"
             "gigaflame: ignored 3 of 1,003 lines (%s: 2, %s: 1)\n"
             "gigaflame: skipped 1 file that is no profile\n"
             "gigaflame: rounded 2 counts to 9 decimals\n",
             no_count, negative, no_count, negative);
    assert_string_equal(p.text, expected);
    gf_print_free(&p);
}

static void quantiles(void **state)
{
    (void)state;
    static struct gf_timing t = {.seconds = {5, 1, 4, 2, 3}, .n = 5};
    assert_true(gf_timing_quantile(&t, 0) == 1);
    assert_true(gf_timing_quantile(&t, 0.5) == 3);
    assert_true(gf_timing_quantile(&t, 1) == 5);
    assert_true(gf_timing_quantile(&t, 0.125) == 1.5);
    t.n = 0;
    assert_true(gf_timing_quantile(&t, 0.5) == 0);
}

struct runs {
    unsigned done, fail_at;
};

static bool run(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    struct runs *r = ctx;
    *bytes = 100;
    *own = ++r->done;
    return r->done != r->fail_at || gf_fail(err, GF_ERR_IO, "broken");
}

static void repeating(void **state)
{
    (void)state;
    static struct gf_interrupt interrupt;
    static struct gf_timing t;
    struct gf_error err = {0};
    struct gf_bench_plan plan = {.runs = 4, .deadline = 1e18, .stages = 2, .interrupt = &interrupt};
    struct runs r = {0};
    assert_true(gf_bench_repeat(&plan, run, &r, &t, &err));
    assert_int_equal(t.n, 4);
    assert_int_equal(plan.stages, 1);
    assert_true(t.bytes == 100 && t.seconds[3] == 4);
    /* Time that is over still lets one run happen. */
    plan.deadline = 0;
    assert_true(gf_bench_repeat(&plan, run, &r, &t, &err));
    assert_int_equal(t.n, 1);
    r = (struct runs){.fail_at = 2};
    plan.deadline = 1e18;
    assert_false(gf_bench_repeat(&plan, run, &r, &t, &err));
    assert_int_equal(r.done, 2);
    atomic_store(&interrupt.signal, SIGINT);
    assert_false(gf_bench_repeat(&plan, run, &r, &t, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_int_equal(gf_interrupt_status(&interrupt), 130);
}

static void machine_fields(void **state)
{
    (void)state;
    char out[32];
    static const char cpuinfo[] = "processor\t: 0\nmodel name\t: Some CPU\nmodel\t\t: 17\n";
    assert_true(gf_machine_field(cpuinfo, "model name", out, sizeof out));
    assert_string_equal(out, "Some CPU");
    assert_true(gf_machine_field(cpuinfo, "model", out, sizeof out));
    assert_string_equal(out, "17");
    assert_true(gf_machine_field("NAME=\"x\"\nPRETTY_NAME=\"Debian 12\"\n", "PRETTY_NAME", out,
                                 sizeof out));
    assert_string_equal(out, "Debian 12");
    assert_false(gf_machine_field(cpuinfo, "stepping", out, sizeof out));
    char small[4];
    assert_true(gf_machine_field(cpuinfo, "model name", small, sizeof small));
    assert_string_equal(small, "Som");
    assert_true(gf_peak_rss() > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(progress_lines), cmocka_unit_test(progress_fits),
        cmocka_unit_test(names),          cmocka_unit_test(ignored_report),
        cmocka_unit_test(quantiles),      cmocka_unit_test(repeating),
        cmocka_unit_test(machine_fields)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
