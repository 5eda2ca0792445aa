/* Narrowing against the same steps taken on lists of samples, one stack at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/narrow.h"
#include "support/naive_profile.h"
#include "support/scene_build.h"

#define ROUNDS 3000

static bool naive_match(const struct gf_narrow_step *step, uint8_t name)
{
    const struct naive_name *text = &naive_names[name];
    return step->pattern.n == 0 ||
           memmem(text->text, text->len, step->pattern.text, step->pattern.n) != NULL;
}

/* Takes the step on one stack; false: the sample is dropped. */
static bool naive_step(const struct gf_narrow_step *step, struct naive_sample *s)
{
    struct naive_sample out = *s;
    bool matches[NAIVE_DEPTH], any = false, twice;
    uint32_t first = s->depth;
    out.depth = 0;
    for (uint32_t d = s->depth; d-- > 0;) {
        matches[d] = naive_match(step, s->path[d]);
        any |= matches[d];
        first = matches[d] ? d : first;
    }
    if (step->kind == GF_NARROW_FOCUS || step->kind == GF_NARROW_IGNORE)
        return any == (step->kind == GF_NARROW_FOCUS);
    for (uint32_t d = 0; d < s->depth; d++) {
        twice = step->kind == GF_NARROW_COLLAPSE_ALL ? memchr(s->path, s->path[d], d) != NULL
                                                     : d > 0 && s->path[d - 1] == s->path[d];
        if (step->kind == GF_NARROW_HIDE        ? !matches[d]
            : step->kind == GF_NARROW_SHOW      ? matches[d]
            : step->kind == GF_NARROW_SHOW_FROM ? d >= first
                                                : !twice)
            out.path[out.depth++] = s->path[d];
    }
    *s = out;
    return s->depth > 0;
}

static bool naive_is_large(const struct naive_profile *p, const struct naive_sample *s,
                           uint32_t depth, double percent)
{
    uint64_t total[GF_MAX_VALUES] = {0}, whole[GF_MAX_VALUES] = {0};
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t v = 0; v < p->nvalues; v++) {
            const struct naive_sample *other = &p->samples[i];
            whole[v] += other->values[v];
            if (other->depth >= depth && memcmp(other->path, s->path, depth) == 0)
                total[v] += other->values[v];
        }
    for (uint32_t v = 0; v < p->nvalues; v++)
        if (whole[v] > 0 && (double)total[v] * 100 >= percent * (double)whole[v])
            return true;
    return false;
}

/* Takes the step on all samples; returns the weight of those it dropped. */
static uint64_t naive_narrow(const struct gf_narrow_step *step, struct naive_profile *p)
{
    struct naive_profile out = {p->nvalues, 0, p->n, calloc(p->n + (size_t)1, sizeof *p->samples)};
    uint64_t dropped = 0;
    assert_non_null(out.samples);
    for (uint32_t i = 0; i < p->n; i++) {
        struct naive_sample s = p->samples[i];
        bool kept = true;
        if (step->kind == GF_NARROW_BELOW) {
            uint32_t depth = 0;
            while (depth < s.depth && naive_is_large(p, &s, depth + 1, step->percent))
                depth++;
            s.depth = depth;
            kept = depth > 0;
        } else {
            kept = naive_step(step, &s);
        }
        if (kept)
            out.samples[out.n++] = s;
        else
            dropped += s.values[0];
    }
    naive_free(p);
    *p = out;
    return dropped;
}

static void drop_weightless(struct naive_profile *p)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n; i++)
        if (p->samples[i].values[0] || (p->nvalues > 1 && p->samples[i].values[1]))
            p->samples[n++] = p->samples[i];
    p->n = n;
}

static struct gf_profile *naive_flatten(const struct naive_profile *p, enum gf_order order)
{
    struct gf_profile *out = calloc(1, sizeof *out);
    struct gf_tree tree;
    struct gf_error err;
    assert_non_null(out);
    naive_tree(p, 0, p->n, &tree);
    assert_true(
        gf_flatten(&tree, order, gf_simd_select(&err), 1, &out->frames, &out->stats.stacks, &err));
    return out;
}

static const char *const patterns[] = {"a", "b", "ab", "cdefgh", "\xc3\xa9", "o", "q", "", "zzz"};

static struct gf_narrow_step random_step(uint64_t *seed)
{
    const char *text = patterns[naive_next(seed) % (sizeof patterns / sizeof *patterns)];
    static const double shares[] = {0, 1, 2.5, 5, 10, 30, 60, 100};
    return (struct gf_narrow_step){.kind =
                                       (enum gf_narrow_kind)(naive_next(seed) % GF_NARROW_KINDS),
                                   .pattern = {.text = text, .n = strlen(text)},
                                   .percent = shares[naive_next(seed) % 8]};
}

static void test_random_steps(void **state)
{
    (void)state;
    uint32_t emptied = 0;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = round * 1000;
        struct gf_narrow_step steps[6];
        uint32_t nsteps = (uint32_t)(naive_next(&seed) % 6);
        enum gf_order order = round % 2 ? GF_ORDER_NAME : GF_ORDER_WEIGHT;
        struct naive_profile p = naive_random(seed, 1 + (uint32_t)(naive_next(&seed) % 60),
                                              1 + (uint32_t)(round % 3 == 0), 0);
        drop_weightless(&p);
        if (p.n == 0) {
            naive_free(&p);
            continue;
        }
        struct gf_profile *from = naive_flatten(&p, order), *out;
        uint64_t dropped[6];
        for (uint32_t i = 0; i < nsteps; i++) {
            steps[i] = random_step(&seed);
            dropped[i] = naive_narrow(&steps[i], &p);
        }
        const struct gf_narrow_params params = {.steps = steps, .n = nsteps, .order = order};
        struct gf_narrow_report report;
        struct gf_error err = {0};
        bool ok = gf_narrow(from, &params, NULL, &out, &report, &err);
        if (ok != (p.n > 0))
            fail_msg("round %d: %s", (int)round, ok ? "something is left" : err.message);
        for (uint32_t i = 0; i < nsteps; i++)
            if (ok && report.dropped[i] != dropped[i])
                fail_msg("round %d: step %u dropped %d, not %d", (int)round, i,
                         (int)report.dropped[i], (int)dropped[i]);
        if (ok)
            naive_check(&p, order, &out->frames, out->stats.stacks);
        else
            assert_int_equal(err.code, GF_ERR_EMPTY);
        emptied += !ok;
        gf_profile_free(out);
        gf_profile_free(from);
        naive_free(&p);
    }
    assert_true(emptied > ROUNDS / 20 && emptied < ROUNDS / 2);
}

/* The steps on folded text; `want` lists path and self weight of every frame that has some. */
struct expected {
    const char *path;
    uint64_t self;
};

static struct gf_profile *narrow(const char *text, const struct gf_narrow_step *steps, uint32_t n,
                                 struct gf_narrow_report *report, struct gf_error *err)
{
    struct gf_scene *scene = scene_from_folded(text, true);
    const struct gf_narrow_params params = {.steps = steps, .n = n, .threads = 2};
    struct gf_profile *out;
    gf_narrow(scene->profile, &params, NULL, &out, report, err);
    gf_scene_drop(scene);
    return out;
}

static struct gf_narrow_step regex(enum gf_narrow_kind kind, const char *text)
{
    return (struct gf_narrow_step){.kind = kind,
                                   .pattern = {.text = text, .n = strlen(text), .regex = true}};
}

static void check(const char *text, const struct gf_narrow_step *steps, uint32_t n,
                  const struct expected *want, size_t nwant)
{
    struct gf_error err = {0};
    struct gf_profile *p = narrow(text, steps, n, NULL, &err);
    if (!p)
        fail_msg("%s", err.message);
    uint64_t all = 0;
    for (size_t i = 0; i < nwant; i++) {
        uint32_t node = gf_scene_path(&p->frames, want[i].path);
        if (node == GF_NO_NODE)
            fail_msg("no %s", want[i].path);
        assert_int_equal(gf_frame_self(&p->frames, node, 0), want[i].self);
        all += want[i].self;
    }
    assert_int_equal(gf_frame_total(&p->frames, 0, 0), all);
    gf_profile_free(p);
}

#define CHECK(text, steps, want)                                                                   \
    check(text, steps, sizeof(steps) / sizeof *(steps), want, sizeof(want) / sizeof *(want))

static const char profile[] = "main;run;malloc;mmap 1\nmain;run;parse;malloc 2\nmain;run;parse 4\n"
                              "main;exit 8\nidle 16\nmain;run;malloc;page_fault;malloc 32\n";

static void test_pprof_order(void **state)
{
    (void)state;
    const struct gf_narrow_step steps[] = {
        regex(GF_NARROW_FOCUS, "^run$"), regex(GF_NARROW_IGNORE, "page_"),
        regex(GF_NARROW_HIDE, "^(malloc|exit)$"), regex(GF_NARROW_SHOW_FROM, "^run$|parse")};
    const struct expected want[] = {{"run;mmap", 1}, {"run;parse", 6}};
    CHECK(profile, steps, want);
}

/* Each step sees what the one before it left. */
static void test_order_counts(void **state)
{
    (void)state;
    const struct gf_narrow_step hide_first[] = {regex(GF_NARROW_HIDE, "parse"),
                                                regex(GF_NARROW_FOCUS, "parse|mmap")};
    const struct expected mmap_only[] = {{"main;run;malloc;mmap", 1}};
    CHECK(profile, hide_first, mmap_only);
    const struct gf_narrow_step focus_first[] = {hide_first[1], hide_first[0]};
    const struct expected both[] = {
        {"main;run", 4}, {"main;run;malloc", 2}, {"main;run;malloc;mmap", 1}};
    CHECK(profile, focus_first, both);
}

static void test_recursion(void **state)
{
    (void)state;
    static const char text[] = "a;b;b;b;c 1\na;b;a;b;c 2\na;b;b 4\na;a;b;c 8\n";
    const struct gf_narrow_step direct[] = {{.kind = GF_NARROW_COLLAPSE}};
    const struct expected want_direct[] = {{"a;b;c", 9}, {"a;b", 4}, {"a;b;a;b;c", 2}};
    CHECK(text, direct, want_direct);
    const struct gf_narrow_step all[] = {{.kind = GF_NARROW_COLLAPSE_ALL}};
    const struct expected want_all[] = {{"a;b;c", 11}, {"a;b", 4}};
    CHECK(text, all, want_all);
    /* What is hidden first does not stand between two frames any more. */
    const struct gf_narrow_step hidden[] = {regex(GF_NARROW_HIDE, "a"), direct[0]};
    const struct expected want_hidden[] = {{"b;c", 11}, {"b", 4}};
    CHECK(text, hidden, want_hidden);
}

static void test_weightless_stacks(void **state)
{
    (void)state;
    const struct gf_narrow_step steps[] = {regex(GF_NARROW_FOCUS, "b")};
    struct gf_profile *p = narrow("a;b 0\na;c 1\na;b;d 0\na;x;b;y 5\n", steps, 1, NULL, NULL);
    assert_non_null(p);
    assert_int_not_equal(gf_scene_path(&p->frames, "a;b;d"), GF_NO_NODE);
    assert_int_equal(gf_scene_path(&p->frames, "a;c"), GF_NO_NODE);
    assert_int_equal(p->stats.stacks, 2);
    assert_int_equal(p->stats.max_depth, 4);
    assert_int_equal(p->stats.functions, 5);
    gf_profile_free(p);
}

static void test_below(void **state)
{
    (void)state;
    static const char text[] = "a;b;c 9\na;b;d 1\na;e 40\na 49\nf;g 1\n";
    const struct gf_narrow_step two[] = {{.kind = GF_NARROW_BELOW, .percent = 2}};
    const struct expected want[] = {{"a;b;c", 9}, {"a;b", 1}, {"a;e", 40}, {"a", 49}};
    CHECK(text, two, want);
    /* Exactly the share stays. */
    const struct gf_narrow_step ten[] = {{.kind = GF_NARROW_BELOW, .percent = 10}};
    const struct expected want_ten[] = {{"a;b", 10}, {"a;e", 40}, {"a", 49}};
    CHECK(text, ten, want_ten);
    /* Of what reaches the step: of 10. */
    const struct gf_narrow_step after[] = {regex(GF_NARROW_FOCUS, "b"), ten[0]};
    const struct expected want_after[] = {{"a;b;c", 9}, {"a;b;d", 1}};
    CHECK(text, after, want_after);
}

static void test_report(void **state)
{
    (void)state;
    const struct gf_narrow_step steps[] = {
        regex(GF_NARROW_IGNORE, "^idle"), regex(GF_NARROW_FOCUS, "p"),
        regex(GF_NARROW_FOCUS, "mmap|never"), regex(GF_NARROW_HIDE, "nowhere")};
    struct gf_narrow_report report;
    struct gf_profile *p = narrow(profile, steps, 4, &report, NULL);
    assert_non_null(p);
    gf_profile_free(p);
    static const uint64_t dropped[] = {16, 8, 38, 0};
    static const uint32_t functions[] = {1, 3, 1, 0};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(report.dropped[i], dropped[i]);
        assert_int_equal(report.functions[i], functions[i]);
    }
}

static void test_errors(void **state)
{
    (void)state;
    struct gf_error err = {0};
    const struct gf_narrow_step wrong[] = {regex(GF_NARROW_FOCUS, "main"),
                                           regex(GF_NARROW_SHOW_FROM, "ma(in")};
    assert_null(narrow(profile, wrong, 2, NULL, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    assert_string_equal(err.message, "--show-from 'ma(in': missing closing parenthesis, at byte 5");
    assert_int_equal(err.byte, 5);
    const struct gf_narrow_step nothing[] = {
        regex(GF_NARROW_FOCUS, "main"), regex(GF_NARROW_FOCUS, "idle"), regex(GF_NARROW_HIDE, "x")};
    assert_null(narrow(profile, nothing, 3, NULL, &err));
    assert_int_equal(err.code, GF_ERR_EMPTY);
    assert_string_equal(err.message, "no sample is left after --focus 'idle'");
    const struct gf_narrow_step share[] = {{.kind = GF_NARROW_BELOW, .percent = NAN}};
    assert_null(narrow(profile, share, 1, NULL, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    struct gf_narrow_step many[GF_NARROW_STEPS + 1];
    for (int i = 0; i <= GF_NARROW_STEPS; i++)
        many[i] = regex(GF_NARROW_HIDE, "malloc");
    assert_null(narrow(profile, many, GF_NARROW_STEPS + 1, NULL, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    struct gf_profile *p = narrow(profile, many, GF_NARROW_STEPS, NULL, &err);
    assert_non_null(p);
    gf_profile_free(p);
}

static void test_cancel(void **state)
{
    (void)state;
    struct gf_scene *scene = scene_from_folded(profile, true);
    const struct gf_narrow_step steps[] = {regex(GF_NARROW_FOCUS, "main")};
    const struct gf_narrow_params params = {.steps = steps, .n = 1};
    const atomic_bool cancel = true;
    struct gf_profile *out;
    struct gf_error err = {0};
    assert_false(gf_narrow(scene->profile, &params, &cancel, &out, NULL, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_null(out);
    gf_scene_drop(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_steps),
        cmocka_unit_test(test_pprof_order),
        cmocka_unit_test(test_order_counts),
        cmocka_unit_test(test_recursion),
        cmocka_unit_test(test_weightless_stacks),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_report),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
