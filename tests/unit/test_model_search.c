/* Searching names and adding up what matches, against counts made by hand and by a slow oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "support/frames_build.h"
#include "model/search.h"

static const char profile[] =
    "main;parse;Parse_expr;parse 5\nmain;parse 7\nmain;emit;\xd0\x96uk 11\n"
    "main;emit;parser 13\nother;\xff\xfe;parse 17\nother 1\n";

static struct gf_frames frames;
static uint8_t matched[64];

static int setup(void **state)
{
    (void)state;
    frames_from_folded(&frames, profile);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    frames_build_free(&frames);
    return 0;
}

static uint32_t search(const char *text, bool regex, bool ignore_case)
{
    const struct gf_search_query q = {text, strlen(text), regex, ignore_case};
    uint32_t functions = 0;
    struct gf_error err;
    memset(matched, 7, sizeof matched);
    if (!gf_search_names(&frames.names, &q, NULL, matched, &functions, &err))
        fail_msg("%s", err.message);
    return functions;
}

static struct gf_search_totals totals(void)
{
    struct gf_search_totals t;
    struct gf_error err;
    assert_true(gf_search_totals(&frames, 0, matched, 1, NULL, &t, NULL, &err));
    return t;
}

static void test_text_and_case(void **state)
{
    (void)state;
    assert_int_equal(search("parse", false, false), 2); /* parse, parser */
    struct gf_search_totals t = totals();
    assert_int_equal(t.weight, 5 + 7 + 13 + 17); /* nested parse counts once */
    assert_int_equal(t.frames, 4);
    assert_int_equal(search("PARSE", false, true), 3);
    assert_int_equal(search("PARSE", false, false), 0);
    assert_int_equal(totals().frames, 0);
    assert_int_equal(search("\xd0\xb6UK", false, true), 1); /* Cyrillic zhe, small and capital */
    assert_int_equal(search("a.*e", false, true), 0);       /* no expression: stars as they are */
    assert_int_equal(search("", false, true), frames.names.n);
}

static void test_expressions(void **state)
{
    (void)state;
    assert_int_equal(search("^parse$", true, false), 1);
    assert_int_equal(totals().frames, 3);
    assert_int_equal(totals().weight, 5 + 7 + 17);
    assert_int_equal(search("^(main|other)$", true, false), 2);
    assert_int_equal(totals().weight, 54);
    struct gf_error err = {0};
    const struct gf_search_query bad = {"a(b", 3, true, true};
    uint32_t functions;
    assert_false(gf_search_names(&frames.names, &bad, NULL, matched, &functions, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    assert_int_equal(err.byte, 3);
    assert_non_null(strstr(err.message, "parenthesis"));
}

static void test_cancel(void **state)
{
    (void)state;
    atomic_bool cancel;
    atomic_init(&cancel, true);
    const struct gf_search_query q = {"a", 1, false, true};
    struct gf_error err = {0};
    uint32_t functions;
    assert_false(gf_search_names(&frames.names, &q, &cancel, matched, &functions, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
}

static void test_no_expression_takes_ages(void **state)
{
    (void)state;
    struct gf_frames f;
    char name[60];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const char *names[] = {name};
    const struct build_node nodes[] = {{0, 0, 0}, {1, 0, 5}};
    frames_from_nodes(&f, nodes, 2);
    frames_set_names(&f, names, 1);
    const struct gf_search_query q = {"^(a+)+$b|^(a|aa)+$c", 19, true, false};
    uint32_t functions;
    struct gf_error err;
    assert_true(gf_search_names(&f.names, &q, NULL, matched, &functions, &err));
    assert_int_equal(functions, 0);
    frames_build_free(&f);
}

/* n frames, `every` of them at a time on one stack of two; deeper down at random. */
static void frames_on_stacks(struct gf_frames *f, uint32_t n, uint32_t every)
{
    struct build_node *nodes = calloc(n, sizeof *nodes);
    assert_non_null(nodes);
    for (uint32_t i = 1; i < n; i++) {
        uint64_t r = gf_mix(i);
        uint32_t place = (i - 1) % every, last = nodes[i - 1].depth;
        nodes[i].depth = place < 2 ? place + 1 : 3 + (uint32_t)(r % (last > 22 ? 20 : last - 1));
        nodes[i].name = (uint32_t)(r >> 24) % 30;
        nodes[i].self = r >> 40 & 0xff;
    }
    frames_from_nodes(f, nodes, n);
    free(nodes);
}

/* The oracle walks up from every node. Takes over the frames. */
static void check_totals(struct gf_frames f)
{
    uint8_t *marks = calloc(f.names.n, 1), across[256], rows[16];
    uint32_t *parent = calloc(f.n, sizeof *parent);
    for (uint32_t i = 0; i < f.names.n; i += 7)
        marks[i] = 1;
    for (uint32_t i = 0; i < f.n; i++)
        for (uint32_t c = i + 1; c < f.end[i]; c = f.end[c])
            parent[c] = i;
    uint64_t weight = 0, nframes = 0, all = gf_frame_total(&f, 0, 0);
    uint8_t expected[256] = {0}, expected_rows[16] = {0};
    for (uint32_t i = 1; i < f.n; i++) {
        bool in = false;
        nframes += marks[f.name[i]];
        uint32_t row = 1;
        for (uint32_t a = parent[i]; a != 0; a = parent[a])
            row++;
        expected_rows[row * 16 / f.nrows] |= marks[f.name[i]];
        for (uint32_t a = i; a != 0 && !in; a = parent[a])
            in = marks[f.name[a]];
        weight += in ? gf_frame_self(&f, i, 0) : 0;
        if (!marks[f.name[i]] || gf_frame_total(&f, i, 0) == 0)
            continue;
        for (uint32_t k = 0; k < 256; k++) {
            double from = (double)all / 256 * k, to = (double)all / 256 * (k + 1);
            double x = (double)gf_frame_x(&f, i, 0), w = (double)gf_frame_total(&f, i, 0);
            expected[k] |= x < to && x + w > from;
        }
    }
    for (unsigned threads = 1; threads < 5; threads++) {
        struct gf_search_totals t;
        const struct gf_search_ticks ticks = {across, rows, 256, 16};
        struct gf_error err;
        assert_true(gf_search_totals(&f, 0, marks, threads, NULL, &t, &ticks, &err));
        assert_int_equal(t.weight, weight);
        assert_int_equal(t.frames, nframes);
        assert_memory_equal(across, expected, sizeof across);
        assert_memory_equal(rows, expected_rows, sizeof rows);
    }
    free(marks);
    free(parent);
    frames_build_free(&f);
}

static void test_totals_by_ancestors(void **state)
{
    (void)state;
    struct gf_frames f;
    frames_random(&f, 11, 3000, 40, 20, 30);
    check_totals(f);
    /* So many that they are added up in stretches, with matches that go on from one to the next. */
    for (uint32_t every = 7; every < 500000; every *= 3) {
        frames_on_stacks(&f, 600000, every);
        check_totals(f);
    }
}

static void test_next_goes_round(void **state)
{
    (void)state;
    search("^parse$", true, false);
    uint32_t at = 0, seen = 0, first = gf_search_next(&frames, matched, 0, true);
    for (at = first; seen < 3; seen++) {
        size_t n;
        const char *name = gf_frame_name(&frames, at, &n);
        assert_true(n == 5 && memcmp(name, "parse", 5) == 0);
        uint32_t next = gf_search_next(&frames, matched, at, true);
        assert_int_equal(gf_search_next(&frames, matched, next, false), at);
        at = next;
    }
    assert_int_equal(at, first);
    search("nowhere", false, true);
    assert_int_equal(gf_search_next(&frames, matched, 2, true), GF_NO_NODE);
    assert_int_equal(gf_search_next(&frames, matched, 2, false), GF_NO_NODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text_and_case, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expressions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
        cmocka_unit_test(test_no_expression_takes_ages),
        cmocka_unit_test(test_totals_by_ancestors),
        cmocka_unit_test_setup_teardown(test_next_goes_round, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
