/* Flattening against what the samples say, and the same for any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/fail_memory.h"
#include "support/naive_profile.h"

static const enum gf_order orders[] = {GF_ORDER_WEIGHT, GF_ORDER_NAME, GF_ORDER_INPUT};

static const struct gf_simd *simd(void)
{
    struct gf_error err;
    const struct gf_simd *level = gf_simd_select(&err);
    assert_non_null(level);
    return level;
}

static uint64_t flatten(struct gf_tree *t, enum gf_order order, unsigned threads,
                        struct gf_frames *f)
{
    struct gf_error err;
    uint64_t stacks;
    assert_true(gf_flatten(t, order, simd(), threads, f, &stacks, &err));
    assert_int_equal(t->n, 0);
    assert_null(t->edges.data);
    return stacks;
}

static void test_random_profiles(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 60; round++) {
        struct naive_profile p = naive_random(round * 1000, (uint32_t)(round % 20 * 3 + 1),
                                              1 + round % 2, round % 3 == 0 ? 3 : 0);
        for (int i = 0; i < 3; i++) {
            struct gf_tree t;
            struct gf_frames f;
            naive_tree(&p, 0, p.n, &t);
            uint64_t stacks = flatten(&t, orders[i], 1 + round % 3, &f);
            naive_check(&p, orders[i], &f, stacks);
            gf_frames_free(&f);
        }
        naive_free(&p);
    }
}

/* Samples in the order of a walk over the tree: its ids are in pre-order, which takes a way of its
 * own. One sample at the end may break that, and nothing is left of the attempt. */
static void test_in_preorder(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 90; round++) {
        struct naive_profile p = naive_random(round * 1000 + 500, (uint32_t)(round % 40 + 1),
                                              1 + round % 2, round % 3 == 0 ? 3 : 0);
        naive_sort(&p);
        if (round % 5 == 4)
            p.samples[p.n - 1] = p.samples[0];
        if (round % 5 == 4 && p.samples[0].depth < NAIVE_DEPTH)
            p.samples[p.n - 1].path[p.samples[p.n - 1].depth++] = (uint8_t)(round % NAIVE_NAMES);
        for (int i = 0; i < 3; i++) {
            struct gf_tree t;
            struct gf_frames f;
            naive_tree(&p, 0, p.n, &t);
            uint64_t stacks = flatten(&t, orders[i], 1 + round % 3, &f);
            naive_check(&p, orders[i], &f, stacks);
            gf_frames_free(&f);
        }
        naive_free(&p);
    }
}

static void test_root_alone(void **state)
{
    (void)state;
    struct gf_tree t;
    struct gf_frames f;
    struct gf_error err;
    assert_true(gf_tree_init(&t, 2, &err));
    assert_int_equal(flatten(&t, GF_ORDER_WEIGHT, 4, &f), 0);
    assert_int_equal(f.n, 1);
    assert_int_equal(f.nrows, 1);
    assert_int_equal(f.end[0], 1);
    assert_int_equal(f.row_start[1], 1);
    assert_int_equal(f.prefix[1][1], 0);
    assert_int_equal(f.names.n, 0);
    gf_frames_free(&f);
}

/* How a made tree grows: where the next node is hung. */
enum shape {
    SHAPE_SORTED,    /* like a walk through a sorted tree: below the last node or an ancestor */
    SHAPE_SCATTERED, /* anywhere */
    SHAPE_FLAT,      /* all below the root */
    SHAPE_DEEP       /* each below the last */
};

static uint32_t parent_in(enum shape shape, const struct gf_tree *t, uint64_t *seed)
{
    uint32_t last = t->n - 1;
    if (shape == SHAPE_FLAT)
        return GF_ROOT;
    if (shape == SHAPE_SCATTERED)
        return (uint32_t)(naive_next(seed) % t->n);
    if (shape == SHAPE_SORTED) {
        for (uint64_t up = naive_next(seed) % 8; up > 4 && last != GF_ROOT; up--)
            last = gf_tree_edges(t)[last].parent;
    }
    return last;
}

/* Names are made so that no two siblings have the same one. */
static void make_tree(enum shape shape, uint32_t n, bool distinct, struct gf_tree *t)
{
    struct gf_error err;
    uint64_t seed = 7;
    assert_true(gf_tree_init(t, 1, &err));
    while (t->n < n) {
        char text[32];
        uint32_t node, name, parent = parent_in(shape, t, &seed);
        bool is_new = false;
        while (!is_new) {
            uint64_t number = distinct ? t->n * UINT64_C(2654435761) % n : naive_next(&seed) % 500;
            int len = snprintf(text, sizeof text, "module::function%06u", (unsigned)number);
            assert_true(gf_intern_add(&t->names, text, (uint32_t)len, &name, &is_new, &err));
            assert_true(gf_tree_child(t, parent, name, &node, &is_new, &err));
            if (!is_new)
                parent = node;
        }
        uint64_t value = naive_next(&seed) % 3;
        assert_true(gf_tree_add(t, node, &value, 0, &err));
    }
}

/* The frames are those of the tree: every parent, name and weight is found again by a walk that
 * knows nothing of the places. */
static void check_tree(struct gf_tree *t, const struct gf_frames *f, enum gf_order order)
{
    uint32_t *open = calloc(f->n + (size_t)1, sizeof *open), depth = 0;
    uint32_t *node_of = calloc(f->n, sizeof *node_of), *cursor = calloc(f->n, sizeof *cursor);
    struct gf_error err;
    assert_int_equal(f->n, t->n);
    for (uint32_t row = 0; row < f->nrows; row++)
        cursor[row] = f->row_start[row];
    for (uint32_t i = 0; i < f->n; i++) {
        while (depth > 0 && f->end[open[depth - 1]] <= i)
            depth--;
        assert_int_equal(f->row_nodes[cursor[depth]++], i);
        if (i > 0) {
            uint32_t name, len, parent = open[depth - 1];
            size_t n;
            bool is_new;
            const char *text = gf_frame_name(f, i, &n);
            assert_true(gf_intern_add(&t->names, text, (uint32_t)n, &name, &is_new, &err));
            assert_false(is_new);
            assert_true(gf_tree_child(t, node_of[parent], name, &node_of[i], &is_new, &err));
            assert_false(is_new);
            assert_true(f->end[i] <= f->end[parent]);
            if (i > parent + 1 && order == GF_ORDER_WEIGHT && f->end[i] < f->end[parent])
                assert_true(gf_frame_total(f, i, 0) >= gf_frame_total(f, f->end[i], 0));
            if (order != GF_ORDER_INPUT && f->end[i] < f->end[parent] &&
                (order == GF_ORDER_NAME ||
                 gf_frame_total(f, i, 0) == gf_frame_total(f, f->end[i], 0))) {
                size_t m;
                const char *next = gf_frame_name(f, f->end[i], &m);
                int c = memcmp(text, next, n < m ? n : m);
                assert_true(c < 0 || (c == 0 && n < m));
            }
            (void)len;
        }
        assert_int_equal(gf_frame_self(f, i, 0), ((const uint64_t *)t->self[0].data)[node_of[i]]);
        open[depth++] = i;
    }
    for (uint32_t row = 0; row < f->nrows; row++)
        assert_int_equal(cursor[row], f->row_start[row + 1]);
    free(open);
    free(node_of);
    free(cursor);
}

/* Enough nodes that several threads take part. */
static void test_large_trees(void **state)
{
    (void)state;
    for (int shape = SHAPE_SORTED; shape <= SHAPE_DEEP; shape++) {
        for (int i = 0; i < 3; i++) {
            struct gf_tree t, copy;
            struct gf_frames one, many;
            struct gf_error err;
            uint32_t n = shape == SHAPE_DEEP ? 100000 : 140000;
            make_tree((enum shape)shape, n, shape == SHAPE_FLAT, &t);
            assert_true(gf_tree_clone(&t, &copy, &err));
            uint64_t stacks = flatten(&copy, orders[i], 1, &one);
            check_tree(&t, &one, orders[i]);
            for (unsigned threads = 2; threads <= 9; threads += 7) {
                assert_true(gf_tree_clone(&t, &copy, &err));
                assert_int_equal(flatten(&copy, orders[i], threads, &many), stacks);
                naive_same(&one, &many);
                gf_frames_free(&many);
            }
            gf_frames_free(&one);
            gf_tree_free(&t);
        }
    }
}

/* Where no thread can be started, the caller does it all. */
static void test_without_threads(void **state)
{
    (void)state;
    struct gf_tree t, copy;
    struct gf_frames one, none;
    struct gf_error err;
    make_tree(SHAPE_SCATTERED, 200000, false, &t);
    assert_true(gf_tree_clone(&t, &copy, &err));
    flatten(&copy, GF_ORDER_WEIGHT, 1, &one);
    fail_threads(true);
    flatten(&t, GF_ORDER_WEIGHT, 8, &none);
    fail_threads(false);
    naive_same(&one, &none);
    gf_frames_free(&one);
    gf_frames_free(&none);
}

/* Each request for memory fails in turn: a clean error (or, where the memory only saves time, the
 * same result), and nothing lost. */
static void test_memory_runs_out(void **state)
{
    (void)state;
    static const unsigned threads[] = {1, 3};
    for (int shape = SHAPE_SORTED; shape <= SHAPE_SCATTERED; shape++) {
        struct gf_tree made;
        make_tree((enum shape)shape, 70000, false, &made);
        for (int i = 0; i < 2; i++) {
            bool failed = true;
            unsigned errors = 0;
            for (long at = 0; failed; at++) {
                struct gf_tree t;
                struct gf_frames f;
                struct gf_error err = {0};
                uint64_t stacks;
                assert_true(gf_tree_clone(&made, &t, &err));
                fail_memory_at(at);
                bool ok = gf_flatten(&t, GF_ORDER_WEIGHT, simd(), threads[i], &f, &stacks, &err);
                failed = fail_memory_failed();
                fail_memory_at(-1);
                assert_int_equal(t.n, 0);
                if (!ok) {
                    assert_true(failed);
                    assert_int_equal(err.code, GF_ERR_NOMEM);
                    assert_null(f.storage.data);
                    errors++;
                }
                gf_frames_free(&f);
            }
            assert_true(errors >= 8);
        }
        gf_tree_free(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_profiles), cmocka_unit_test(test_in_preorder),
        cmocka_unit_test(test_root_alone),      cmocka_unit_test(test_large_trees),
        cmocka_unit_test(test_without_threads), cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
