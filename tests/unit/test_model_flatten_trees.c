/* Flattening several trees as one: however the samples are dealt out, the frames are those of the
 * samples, and those of the merged tree, which takes another way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/tree_merge.h"
#include "support/fail_memory.h"
#include "support/naive_profile.h"

#define MAX_TREES 6

/* The thread sanitizer takes its time, and nothing is recycled there: two blocks are enough. */
#ifdef __SANITIZE_THREAD__
#define LARGE      300000
#define LAST_ORDER GF_ORDER_WEIGHT
#else
#define LARGE      1100000
#define LAST_ORDER GF_ORDER_NAME
#endif

static const struct gf_simd *simd(void)
{
    struct gf_error err;
    const struct gf_simd *level = gf_simd_select(&err);
    assert_non_null(level);
    return level;
}

/* Deals runs of samples out to n trees in turns. Any of them may be left without one: a parser can
 * come too late. */
static void deal(const struct naive_profile *p, uint32_t n, uint32_t run, struct gf_tree *trees,
                 struct gf_tree **list)
{
    for (uint32_t i = 0; i < n; i++) {
        struct naive_profile part = *p;
        part.samples = malloc(p->n * sizeof *p->samples);
        part.n = 0;
        for (uint32_t k = 0; k < p->n; k++)
            if ((k / run + p->n) % n == i)
                part.samples[part.n++] = p->samples[k];
        naive_tree(&part, 0, part.n, &trees[i]);
        list[i] = &trees[i];
        free(part.samples);
    }
}

static void check(const struct naive_profile *p, uint32_t n, uint32_t run, enum gf_order order,
                  unsigned threads)
{
    struct gf_tree trees[MAX_TREES], *list[MAX_TREES];
    struct gf_flattened flat;
    struct gf_error err;
    deal(p, n, run, trees, list);
    assert_true(gf_flatten_trees(list, n, order, simd(), threads, &flat, &err));
    naive_check(p, order, &flat.frames, flat.stacks);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(trees[i].n, 0);
        assert_null(trees[i].edges.data);
    }
    gf_frames_free(&flat.frames);
}

/* Sorted samples, so that every tree is in pre-order; in some rounds one sample breaks that in one
 * of them. Weights with and without decimals, small ones and ones that need all 64 bits of their
 * words, one value and two, stacks of weight 0. */
static void test_dealt(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 240; round++) {
        struct naive_profile p = naive_random(round * 1000 + 7, (uint32_t)(round % 60 + 1),
                                              1 + round % 2, round % 3 == 0 ? 3 : 0);
        naive_sort(&p);
        for (uint32_t i = 0; i < p.n; i++)
            for (uint32_t v = 0; v < p.nvalues; v++)
                p.samples[i].values[v] = round % 5 == 1   ? p.samples[i].values[v] + 1
                                         : round % 5 == 2 ? p.samples[i].values[v] << 33
                                                          : p.samples[i].values[v];
        if (round % 7 == 6) {
            struct naive_sample s = p.samples[0];
            p.samples[0] = p.samples[p.n - 1];
            p.samples[p.n - 1] = s;
        }
        uint32_t n = 1 + (uint32_t)(round / 3 % MAX_TREES), run = 1 + (uint32_t)(round % 9);
        check(&p, n, run, GF_ORDER_WEIGHT, 1 + round % 3);
        check(&p, n, run, GF_ORDER_NAME, 1 + round % 4);
        naive_free(&p);
    }
}

/* A tree like a walk through sorted samples. Its siblings' names ascend in the order of their ids.
 */
static void make_large(struct gf_tree *t, uint32_t n, uint32_t deepest, uint64_t heaviest)
{
    struct gf_error err;
    uint64_t seed = n;
    uint32_t *depth = calloc(n, sizeof *depth), *children = calloc(n, sizeof *children);
    assert_true(gf_tree_init(t, 1, &err));
    while (t->n < n) {
        uint32_t at = t->n - 1, name, node;
        for (uint64_t up = naive_next(&seed) % 8; (up > 4 || depth[at] == deepest) && at;
             up -= up > 4)
            at = gf_tree_edges(t)[at].parent;
        char text[32];
        bool is_new;
        int len = snprintf(text, sizeof text, "name %07u", children[at]++);
        assert_true(gf_intern_add(&t->names, text, (uint32_t)len, &name, &is_new, &err));
        assert_true(gf_tree_append(t, at, name, &node, &err));
        depth[node] = depth[at] + 1;
        t->max_depth = depth[node] > t->max_depth ? depth[node] : t->max_depth;
        uint64_t value = naive_next(&seed) % (heaviest + 1);
        if (naive_next(&seed) % 2)
            assert_true(gf_tree_add(t, node, &value, 0, &err));
    }
    free(depth);
    free(children);
}

/* Deals runs of nodes out to n trees, each with the paths that lead to its nodes. */
static void deal_nodes(const struct gf_tree *t, uint32_t n, uint32_t run, struct gf_tree *trees)
{
    struct gf_error err;
    uint32_t *id = malloc(t->n * sizeof *id), *path = malloc(t->n * sizeof *path), name, len;
    for (uint32_t i = 0; i < n; i++) {
        assert_true(gf_tree_init(&trees[i], 1, &err));
        memset(id, 0, t->n * sizeof *id);
        for (uint32_t node = 1; node < t->n; node++) {
            uint32_t depth = 0;
            bool is_new;
            if (node / run % n != i)
                continue;
            for (uint32_t up = node; up != GF_ROOT && !id[up]; up = gf_tree_edges(t)[up].parent)
                path[depth++] = up;
            while (depth-- > 0) {
                struct gf_edge edge = gf_tree_edges(t)[path[depth]];
                const char *text = gf_intern_text(&t->names, edge.name, &len);
                assert_true(gf_intern_add(&trees[i].names, text, len, &name, &is_new, &err));
                assert_true(
                    gf_tree_append(&trees[i], id[edge.parent], name, &id[path[depth]], &err));
            }
            const uint64_t *self = (const uint64_t *)t->self[0].data + node;
            if (*self || gf_tree_zero_stack(t, node))
                assert_true(gf_tree_add(&trees[i], id[node], self, 0, &err));
        }
        trees[i].max_depth = t->max_depth;
    }
    free(id);
    free(path);
}

/* The frames of clones of the trees: of the trees as they are, or of the merged one. */
static uint64_t flatten_clones(const struct gf_tree *trees, uint32_t n, bool merge,
                               enum gf_order order, unsigned threads, struct gf_frames *f)
{
    struct gf_tree clones[MAX_TREES], *list[MAX_TREES], *all;
    struct gf_flattened flat;
    struct gf_error err;
    for (uint32_t i = 0; i < n; i++) {
        list[i] = &clones[i];
        assert_true(gf_tree_clone(&trees[i], &clones[i], &err));
    }
    if (merge)
        assert_true(gf_tree_merge_all(list, n, threads, &all, &err));
    assert_true(gf_flatten_trees(list, merge ? 1 : n, order, simd(), threads, &flat, &err));
    *f = flat.frames;
    return flat.stacks;
}

/* Enough nodes that pages are recycled and several threads begin in the middle of a tree. By name
 * the places are those of the walk. */
static void test_large(void **state)
{
    (void)state;
    static const struct {
        uint32_t nodes, deepest, trees, run;
        uint64_t heaviest;
    } cases[] = {
        {LARGE, 60, 2, 40000, 3},              /* like sorted input */
        {LARGE, 60, 3, LARGE / 8, UINT32_MAX}, /* weights fill their words */
        {LARGE, 1 << 30, 2, LARGE / 3, 20},    /* too deep to begin in the middle */
        {200000, 40, 5, 1, 3},                 /* most paths are in all trees */
        {300000, 1, 3, 1000, 3},               /* one wide family */
        {LARGE, 12, 1, 1, 100},                /* one tree */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gf_tree t, trees[MAX_TREES];
        struct gf_frames want, f;
        make_large(&t, cases[i].nodes, cases[i].deepest, cases[i].heaviest);
        deal_nodes(&t, cases[i].trees, cases[i].run, trees);
        for (enum gf_order order = GF_ORDER_WEIGHT; order <= LAST_ORDER; order++) {
            uint64_t stacks = flatten_clones(trees, cases[i].trees, true, order, 2, &want);
            assert_int_equal(want.n, t.n);
            assert_int_equal(want.nrows, t.max_depth + 1);
            assert_int_equal(want.prefix[0][want.n], t.sum[0]);
            for (unsigned threads = 1; threads <= 4; threads += 3) {
                assert_int_equal(flatten_clones(trees, cases[i].trees, false, order, threads, &f),
                                 stacks);
                naive_same(&want, &f);
                gf_frames_free(&f);
            }
            gf_frames_free(&want);
        }
        for (uint32_t k = 0; k < cases[i].trees; k++)
            gf_tree_free(&trees[k]);
        gf_tree_free(&t);
    }
}

static void test_overflow(void **state)
{
    (void)state;
    static const struct {
        uint64_t a, b;
        unsigned a_decimals, b_decimals;
        bool fits;
    } cases[] = {
        {UINT64_MAX - 5, 5, 0, 0, true},    {UINT64_MAX - 5, 6, 0, 0, false},
        {UINT32_MAX - 5, 5, 0, 0, true},    {UINT32_MAX - 5, 6, 0, 0, true},
        {15, UINT64_MAX / 100, 2, 0, true}, {16, UINT64_MAX / 100, 2, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gf_tree t[2], *list[2] = {&t[0], &t[1]};
        struct gf_flattened flat;
        struct gf_error err = {0};
        naive_heavy(&t[0], cases[i].a, cases[i].a_decimals);
        naive_heavy(&t[1], cases[i].b, cases[i].b_decimals);
        bool ok = gf_flatten_trees(list, 2, GF_ORDER_WEIGHT, simd(), 2, &flat, &err);
        assert_int_equal(ok, cases[i].fits);
        assert_int_equal(err.code, ok ? GF_OK : GF_ERR_LIMIT);
        if (ok) {
            uint64_t a = cases[i].a, b = cases[i].b;
            for (unsigned k = cases[i].b_decimals; k < cases[i].a_decimals; k++)
                b *= 10;
            assert_int_equal(gf_frame_self(&flat.frames, 1, 0), a + b);
            assert_int_equal(flat.decimals, cases[i].a_decimals);
        }
        gf_frames_free(&flat.frames);
    }
}

/* Each request for memory fails in turn: a clean error (or, where the memory only saves time, the
 * same result), and nothing lost. */
static void test_memory_runs_out(void **state)
{
    (void)state;
    static const uint32_t runs[] = {5000, 1}; /* little and much in common */
    for (int i = 0; i < 2; i++) {
        struct gf_tree t, made[2];
        bool failed = true;
        unsigned errors = 0;
        make_large(&t, 70000, 30, 3);
        deal_nodes(&t, 2, runs[i], made);
        for (long at = 0; failed; at++) {
            struct gf_tree trees[2], *list[2] = {&trees[0], &trees[1]};
            struct gf_flattened flat;
            struct gf_error err = {0};
            assert_true(gf_tree_clone(&made[0], &trees[0], &err));
            assert_true(gf_tree_clone(&made[1], &trees[1], &err));
            fail_memory_at(at);
            bool ok = gf_flatten_trees(list, 2, GF_ORDER_WEIGHT, simd(), 2, &flat, &err);
            failed = fail_memory_failed();
            fail_memory_at(-1);
            assert_int_equal(trees[0].n + trees[1].n, 0);
            if (!ok) {
                assert_true(failed);
                assert_int_equal(err.code, GF_ERR_NOMEM);
                assert_null(flat.frames.storage.data);
                errors++;
            } else {
                assert_int_equal(flat.frames.n, t.n);
            }
            gf_frames_free(&flat.frames);
        }
        assert_true(errors >= 12);
        gf_tree_free(&made[0]);
        gf_tree_free(&made[1]);
        gf_tree_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dealt),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
