/* The folded decoder: what each kind of line means, and that it means the same however the bytes
 * are cut into calls and whatever the SIMD level. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decoder.h"

/* What the sink received, as text: "stack|value|before|decimals\n" per sample. */
struct heard {
    char *text;
    size_t len, cap;
    char last[1 << 16]; /* the stack before, to check `shared` against */
    size_t last_len;
};

static bool hear(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err)
{
    (void)err;
    struct heard *h = ctx;
    for (const struct gf_sample *s = samples; s < samples + n; s++) {
        assert_true(s->shared <= s->len);
        assert_true(s->shared <= h->last_len);
        assert_memory_equal(s->stack, h->last, s->shared);
        assert_true(s->len <= sizeof h->last);
        memcpy(h->last, s->stack, s->len);
        h->last_len = s->len;
        size_t room = s->len + 64;
        if (h->len + room > h->cap) {
            h->cap = (h->len + room) * 2;
            h->text = realloc(h->text, h->cap);
            assert_non_null(h->text);
        }
        memcpy(h->text + h->len, s->stack, s->len);
        h->len += s->len;
        h->len += (size_t)snprintf(h->text + h->len, 64, "|%llu|%llu|%u\n",
                                   (unsigned long long)s->values[0],
                                   (unsigned long long)s->values[1], s->decimals);
    }
    return true;
}

/* Decodes text[0..n) in calls of at most `step` new bytes. Returns what was heard; free the text.
 */
static struct gf_decode_counts decode(const char *text, size_t n, size_t step, unsigned columns,
                                      const struct gf_simd *simd, struct heard *h)
{
    struct gf_error err;
    struct gf_format_hints hints = {columns};
    struct gf_decoder *d = gf_format_folded.create(&hints, simd, &err);
    assert_non_null(d);
    struct gf_sink sink = {h, hear};
    /* Each call gets its own allocation of exactly the bytes it may read. */
    char *rest = NULL;
    size_t rest_len = 0;
    for (size_t at = 0; at < n || rest_len > 0;) {
        size_t take = n - at < step ? n - at : step, used;
        char *piece = malloc(rest_len + take + 1);
        assert_non_null(piece);
        if (rest_len)
            memcpy(piece, rest, rest_len);
        memcpy(piece + rest_len, text + at, take);
        at += take;
        assert_true(gf_format_folded.feed(d, piece, rest_len + take, at == n, &sink, &used, &err));
        assert_true(used <= rest_len + take);
        free(rest);
        rest_len = rest_len + take - used;
        rest = malloc(rest_len + 1);
        assert_non_null(rest);
        memcpy(rest, piece + used, rest_len);
        memset(piece, 'Z', used); /* nothing may still be looked at */
        free(piece);
        if (at == n)
            assert_int_equal(rest_len, 0);
    }
    free(rest);
    struct gf_decode_counts counts = gf_format_folded.take_counts(d);
    assert_int_equal(gf_format_folded.take_counts(d).lines, 0);
    gf_format_folded.destroy(d);
    return counts;
}

static void expect_text(const char *input, unsigned columns, const char *want)
{
    static struct heard h;
    memset(&h, 0, sizeof h);
    decode(input, strlen(input), 1000, columns, gf_simd_by_name("scalar"), &h);
    if (h.len != strlen(want) || memcmp(h.text ? h.text : "", want, h.len) != 0)
        fail_msg("%s gave\n%.*s instead of\n%s", input, (int)h.len, h.text ? h.text : "", want);
    free(h.text);
}

static void lines_mean_what_they_say(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a;b 3\n", "a;b|3|0|0\n"},
        {"a;b 3", "a;b|3|0|0\n"},
        {"a;b 3\r\n", "a;b|3|0|0\n"},
        {"  a;b \t 3 \t \n", "a;b|3|0|0\n"},
        {"a;b\t3\n", "a;b|3|0|0\n"},
        {"operator() (int) 3\n", "operator() (int)|3|0|0\n"},
        {"a;foo 12 5\n", "a;foo 12|5|0|0\n"},
        {";a;;b; 1\n", ";a;;b;|1|0|0\n"},
        {"a 0\n", "a|0|0|0\n"},
        {"a 007\n", "a|7|0|0\n"},
        {"a 18446744073709551615\n", "a|18446744073709551615|0|0\n"},
        {"a 999999999999999999\n", "a|999999999999999999|0|0\n"},
        {"a 1000000000000000000\n", "a|1000000000000000000|0|0\n"},
        {"a 1.5\n", "a|15|0|1\n"},
        {"a 2.\n", "a|2|0|0\n"},
        {"a 2.500\n", "a|25|0|1\n"},
        {"a 0.0000000005\n", "a|1|0|9\n"},
        {"a 6744073709999.99999999951\n", "a|6744073710000|0|0\n"},
        {"a 18446744073709551614.99999999999\n", "a|18446744073709551615|0|0\n"},
        {"a 18446744073709551615.00000000004\n", "a|18446744073709551615|0|0\n"},
        {"a 18446744073709551615.99999999999\na 1.1999999999\n", "a|12|0|1\n"},
        {"a 0.00000000049\n", "a|0|0|0\n"},
        {"a 0.9999999996\n", "a|1|0|0\n"},
        {"\xef\xbb\xbf"
         "a 1\n",
         "a|1|0|0\n"},
        {"#foo 3\n", "#foo|3|0|0\n"},
        {"# foo 3\n#\n#no count\n\n \t\r\n", ""},
        {"n\xff\x01;\xc3 1\n", "n\xff\x01;\xc3|1|0|0\n"},
        {NULL, NULL},
    };
    for (size_t i = 0; cases[i][0]; i++)
        expect_text(cases[i][0], 1, cases[i][1]);
    expect_text("a;b 1 2\na 0.5 3\n", 2, "a;b|2|1|0\na|30|5|1\n");
}

static void lines_are_ignored_by_cause(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum gf_ignored_cause cause;
    } cases[] = {
        {"nothing", GF_IGNORED_NO_COUNT},
        {"a b", GF_IGNORED_NO_COUNT},
        {"a .5", GF_IGNORED_NO_COUNT},
        {"a 1e3", GF_IGNORED_NO_COUNT},
        {"a 12a", GF_IGNORED_NO_COUNT},
        {"a 1.5.2", GF_IGNORED_NO_COUNT},
        {"a -", GF_IGNORED_NO_COUNT},
        {"a -5", GF_IGNORED_NEGATIVE},
        {"a -0.5", GF_IGNORED_NEGATIVE},
        {"5", GF_IGNORED_NO_STACK},
        {"  5.5 ", GF_IGNORED_NO_STACK},
        {"a 18446744073709551616", GF_IGNORED_TOO_LARGE},
        {"a 99999999999999999999999", GF_IGNORED_TOO_LARGE},
        {"a 18446744073709551615.5", GF_IGNORED_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[128];
        static struct heard h;
        memset(&h, 0, sizeof h);
        snprintf(text, sizeof text, "ok 1\n\n%s\nok 2\n", cases[i].line);
        struct gf_decode_counts c =
            decode(text, strlen(text), 1000, 1, gf_simd_by_name("scalar"), &h);
        if (c.ignored_by[cases[i].cause] != 1)
            fail_msg("'%s' is not ignored as: %s", cases[i].line, gf_ignored_text(cases[i].cause));
        assert_int_equal(c.records, 2);
        assert_int_equal(c.lines, 4);
        assert_int_equal(c.nignored, 1);
        assert_int_equal(c.ignored[0].line, 2);
        free(h.text);
    }
}

/* A comment has no count; in a differential a line with one of two is a bad one. */
static void half_a_differential_is_no_comment(void **state)
{
    (void)state;
    static const char text[] = "a 1 2\n#foo 3\n#foo bar\n# foo 3\n#foo 3 4\n";
    static struct heard h;
    struct gf_decode_counts c =
        decode(text, sizeof text - 1, 1000, 2, gf_simd_by_name("scalar"), &h);
    assert_int_equal(c.records, 2);
    assert_int_equal(c.ignored_by[GF_IGNORED_NO_COUNT], 1);
    assert_int_equal(c.ignored[0].line, 1);
    free(h.text);
}

/* A text of lines that share beginnings of all lengths, among odd ones. */
static char *make_text(size_t *len)
{
    size_t cap = 1 << 20, n = 0;
    char *text = malloc(cap);
    assert_non_null(text);
    uint32_t x = 12345;
    static const char *const names[] = {"a", "a b", "ab.c", "", "a_long_name_of_a_function()", "#"};
    static const char *const tails[] = {" 1\n",   " 12\r\n", "\t7\n", " 1.25\n",
                                        "  3 \n", " x\n",    "\n"};
    while (n < 60000) {
        unsigned frames = 1 + (x >> 8) % 9;
        for (unsigned i = 0; i < frames; i++) {
            x = x * 1664525 + 1013904223;
            const char *name = names[(x >> 20) % (i < 4 ? 2 : 6)];
            n += (size_t)snprintf(text + n, cap - n, "%s%s", i ? ";" : "", name);
        }
        x = x * 1664525 + 1013904223;
        n += (size_t)snprintf(text + n, cap - n, "%s", tails[(x >> 16) % 7]);
    }
    *len = n - 1; /* the last line stays open */
    return text;
}

static void cuts_and_levels_do_not_matter(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 2, 7, 63, 64, 65, 1000, 4096, 1 << 20};
    static struct heard want, got;
    size_t n;
    char *text = make_text(&n);
    memset(&want, 0, sizeof want);
    struct gf_decode_counts all = decode(text, n, 1 << 20, 1, gf_simd_by_name("scalar"), &want);
    assert_true(all.records > 1000);
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (!gf_simd_supported(*level))
            continue;
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            memset(&got, 0, sizeof got);
            struct gf_decode_counts c = decode(text, n, steps[i], 1, *level, &got);
            assert_memory_equal(&c, &all, sizeof c);
            assert_int_equal(got.len, want.len);
            assert_memory_equal(got.text, want.text, want.len);
            free(got.text);
        }
    }
    free(want.text);
    free(text);
}

static void heads_are_told_apart(void **state)
{
    (void)state;
    struct gf_format_hints hints;
    static char binary[4096], comments[70000], line[70000];
    for (size_t i = 0; i < sizeof binary; i++)
        binary[i] = (char)(i * 37 % 251);
    memset(comments, '#', sizeof comments);
    memset(line, 'x', sizeof line);
    assert_ptr_equal(gf_format_probe("a 1\n", 4, true, &hints), &gf_format_folded);
    assert_int_equal(hints.columns, 1);
    assert_non_null(gf_format_probe("a 1 2\nb 3 4\n", 12, true, &hints));
    assert_int_equal(hints.columns, 2);
    assert_non_null(gf_format_probe("a 1 2\nb 3 4\nc 5\n", 16, true, &hints));
    assert_int_equal(hints.columns, 1);
    assert_non_null(gf_format_probe("a 1 2\n", 6, true, &hints));
    assert_int_equal(hints.columns, 1); /* one line is no evidence */
    assert_null(gf_format_probe("", 0, true, &hints));
    assert_null(gf_format_probe("hello\nworld\n", 12, true, &hints));
    assert_null(gf_format_probe(binary, sizeof binary, false, &hints));
    assert_non_null(gf_format_probe(line, sizeof line, false, &hints));
    assert_null(gf_format_probe(line, sizeof line, true, &hints));
    assert_non_null(gf_format_probe(comments, sizeof comments, false, &hints));
    /* Whole lines, and more to come. */
    assert_non_null(gf_format_probe("# a comment\n\n", 13, false, &hints));
    assert_null(gf_format_probe("# a comment\n\n", 13, true, &hints));
    assert_null(gf_format_probe("hello\nworld\n", 12, false, &hints));
}

static bool refuse(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err)
{
    (void)ctx, (void)samples, (void)n;
    return gf_fail(err, GF_ERR_LIMIT, "full");
}

static void the_sink_can_stop_it(void **state)
{
    (void)state;
    struct gf_error err = {0};
    struct gf_format_hints hints = {1};
    struct gf_decoder *d = gf_format_folded.create(&hints, gf_simd_by_name("scalar"), &err);
    struct gf_sink sink = {NULL, refuse};
    size_t used;
    assert_false(gf_format_folded.feed(d, "a 1\n", 4, true, &sink, &used, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    gf_format_folded.destroy(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_mean_what_they_say),
        cmocka_unit_test(lines_are_ignored_by_cause),
        cmocka_unit_test(half_a_differential_is_no_comment),
        cmocka_unit_test(cuts_and_levels_do_not_matter),
        cmocka_unit_test(heads_are_told_apart),
        cmocka_unit_test(the_sink_can_stop_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
