/* Merging: however samples are dealt out to trees, and whatever is merged into what, the frames
 * are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/tree_merge.h"
#include "support/fail_memory.h"
#include "support/naive_profile.h"

#define MAX_TREES 16

static uint64_t flatten(struct gf_tree *t, struct gf_frames *f)
{
    struct gf_error err;
    uint64_t stacks;
    assert_true(gf_flatten(t, GF_ORDER_WEIGHT, gf_simd_select(&err), 2, f, &stacks, &err));
    return stacks;
}

/* Cuts the samples into n trees, in an order that the seed decides. */
static void deal(const struct naive_profile *p, uint32_t n, uint64_t seed, struct gf_tree *trees,
                 struct gf_tree **list)
{
    for (uint32_t i = 0; i < n; i++) {
        list[i] = &trees[i];
        naive_tree(p, (uint32_t)((uint64_t)p->n * i / n), (uint32_t)((uint64_t)p->n * (i + 1) / n),
                   &trees[i]);
    }
    for (uint32_t i = n; i > 1; i--) {
        uint32_t k = (uint32_t)(naive_next(&seed) % i);
        struct gf_tree *t = list[i - 1];
        list[i - 1] = list[k];
        list[k] = t;
    }
}

/* The trees (consumed) count as what they are together. */
static void check_counts(struct gf_tree **list, uint32_t n, unsigned threads,
                         const struct gf_frames *f, uint64_t stacks)
{
    struct gf_profile_stats stats;
    struct gf_error err;
    assert_true(gf_tree_align(list, n, &err));
    assert_true(gf_tree_count_all(list, n, threads, &stats, &err));
    assert_int_equal(stats.call_paths, f->n - 1);
    assert_int_equal(stats.stacks, stacks);
    assert_int_equal(stats.functions, f->names.n);
    assert_int_equal(stats.max_depth, f->nrows - 1);
    for (uint32_t v = 0; v < f->nvalues; v++)
        assert_int_equal(stats.totals[v], gf_frame_total(f, 0, v));
    for (uint32_t i = 0; i < n; i++)
        gf_tree_free(list[i]);
}

static void test_merge_all(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 80; round++) {
        struct naive_profile p =
            naive_random(round * 777, (uint32_t)(5 + round), 1 + round % 2, round % 3 == 0 ? 4 : 0);
        struct gf_tree trees[MAX_TREES], *list[MAX_TREES], *all;
        struct gf_frames f;
        struct gf_error err;
        uint32_t n = (uint32_t)(round % MAX_TREES + 1);
        deal(&p, n, round, trees, list);
        assert_true(gf_tree_merge_all(list, n, (unsigned)(1 + round % 5), &all, &err));
        for (uint32_t i = 0; i < n; i++) {
            if (&trees[i] != all)
                assert_null(trees[i].edges.data);
        }
        uint64_t stacks = flatten(all, &f);
        naive_check(&p, GF_ORDER_WEIGHT, &f, stacks);
        deal(&p, n, round, trees, list);
        check_counts(list, n, (unsigned)(1 + round % 5), &f, stacks);
        gf_frames_free(&f);
        naive_free(&p);
    }
}

/* Merging one by one by hand, in both directions, leaves `from` as it was. */
static void test_merge_two(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 40; round++) {
        struct naive_profile p = naive_random(round * 31, 40, 2, round % 2 ? 2 : 0);
        struct gf_tree trees[2], *list[2], copy;
        struct gf_frames f, again;
        struct gf_error err;
        deal(&p, 2, round, trees, list);
        assert_true(gf_tree_clone(list[0], &copy, &err));
        assert_true(gf_tree_merge(list[0], list[1], &err));
        assert_true(gf_tree_merge(list[1], &copy, &err));
        naive_check(&p, GF_ORDER_WEIGHT, &f, flatten(list[0], &f));
        flatten(list[1], &again);
        naive_same(&f, &again);
        gf_tree_free(&copy);
        gf_frames_free(&f);
        gf_frames_free(&again);
        naive_free(&p);
    }
}

/* Large enough for several threads and blocks; half of the nodes are in both trees. */
static void make_large(uint32_t seed, struct gf_tree *t)
{
    struct gf_error err;
    uint64_t random = seed, shared = 5;
    assert_true(gf_tree_init(t, 1, &err));
    for (uint32_t i = 0; i < 150000; i++) {
        uint64_t *from = i % 2 ? &random : &shared, value = 1 + i % 3;
        uint32_t node = GF_ROOT, name;
        bool is_new;
        for (int d = 0; d < 5; d++) {
            char text[2] = {(char)('a' + naive_next(from) % 26), (char)('a' + d)};
            assert_true(gf_intern_add(&t->names, text, 2, &name, &is_new, &err));
            assert_true(gf_tree_child(t, node, name, &node, &is_new, &err));
        }
        assert_true(gf_tree_add(t, node, &value, 0, &err));
    }
    t->max_depth = 5;
}

static void test_large_trees(void **state)
{
    (void)state;
    struct gf_tree a, b, c[2], *all, *list[2] = {&c[0], &c[1]};
    struct gf_frames want, f;
    struct gf_error err;
    make_large(1000000, &a);
    make_large(2000000, &b);
    assert_true(a.n > 270000);
    uint64_t sum = a.sum[0] + b.sum[0];
    for (unsigned threads = 0; threads <= 4; threads++) {
        assert_true(gf_tree_clone(threads % 2 ? &a : &b, &c[0], &err));
        assert_true(gf_tree_clone(threads % 2 ? &b : &a, &c[1], &err));
        assert_true(gf_tree_merge_all(list, 2, threads, &all, &err));
        assert_int_equal(all->sum[0], sum);
        uint64_t stacks = flatten(all, threads ? &f : &want);
        if (threads) {
            assert_true(gf_tree_clone(&a, &c[0], &err));
            assert_true(gf_tree_clone(&b, &c[1], &err));
            check_counts((struct gf_tree *[]){&c[0], &c[1]}, 2, threads, &f, stacks);
            naive_same(&want, &f);
            gf_frames_free(&f);
        }
    }
    assert_int_equal(gf_frame_total(&want, 0, 0), sum);
    gf_frames_free(&want);
    gf_tree_free(&a);
    gf_tree_free(&b);
}

/* Paths of hard shapes for finding the same node in another tree, from a seed. */
enum shape {
    WIDE, /* one family, in one order or the other */
    DEEP, /* paths longer than what one thread takes at a time, which part now and then */
    COMB, /* each path leaves the one before near its leaf: parents have just been made */
    FAR,  /* each path goes on from any node before */
    SHAPES
};

static void grow(struct gf_tree *t, uint32_t node, uint32_t name, uint32_t *child)
{
    struct gf_error err;
    char text[8];
    uint32_t id;
    bool is_new;
    snprintf(text, sizeof text, "%x", name);
    assert_true(gf_intern_add(&t->names, text, (uint32_t)strlen(text), &id, &is_new, &err));
    assert_true(gf_tree_child(t, node, id, child, &is_new, &err));
    assert_true(gf_tree_add(t, *child, &(uint64_t){1}, 0, &err));
}

static void add_shape(enum shape shape, uint64_t seed, struct gf_tree *t)
{
    enum { NODES = 150000, DEPTH = 75000 };
    uint32_t *path = malloc(NODES * sizeof *path), n = 0;
    uint64_t shared = 3;
    assert_non_null(path);
    for (uint32_t i = 0; i < NODES; i++) {
        uint64_t random = naive_next(&seed), same = naive_next(&shared);
        uint32_t made, name = (uint32_t)(random % 4096 ? same : random) % 3;
        if (shape == WIDE)
            name = (uint32_t)(random % 8 ? i : i + NODES);
        else if (shape == DEEP)
            name = random % 32768 ? 7 : name;
        if (shape == WIDE || (shape == DEEP && i % DEPTH == 0))
            n = 0;
        else if (shape == COMB && n > 4 && (same >> 8) % 5 == 0)
            n -= 4;
        else if (shape == FAR && n > 0)
            n = (uint32_t)((random >> 8) % n) + 1;
        grow(t, n > 0 ? path[n - 1] : GF_ROOT, name, &made);
        n = shape == FAR ? i : n;
        path[n++] = made;
    }
    t->max_depth = NODES;
    free(path);
}

/* Two trees merged are the tree of all that was put into them. */
static void test_hard_shapes(void **state)
{
    (void)state;
    for (enum shape shape = WIDE; shape < SHAPES; shape++) {
        struct gf_tree a, b, all, c[2], *list[2] = {&c[0], &c[1]}, *merged;
        struct gf_frames want, f;
        struct gf_error err;
        assert_true(gf_tree_init(&a, 1, &err) && gf_tree_init(&b, 1, &err) &&
                    gf_tree_init(&all, 1, &err));
        add_shape(shape, 1, &a);
        add_shape(shape, 2, &b);
        add_shape(shape, 1, &all);
        add_shape(shape, 2, &all);
        assert_true(a.n > 65536 && all.n > a.n + 1000 && all.n < a.n + b.n - 1000);
        uint64_t stacks = flatten(&all, &want);
        for (unsigned threads = 1; threads <= 4; threads++) {
            assert_true(gf_tree_clone(&a, &c[0], &err) && gf_tree_clone(&b, &c[1], &err));
            assert_true(gf_tree_merge_all(list, 2, threads, &merged, &err));
            assert_int_equal(flatten(merged, &f), stacks);
            naive_same(&want, &f);
            assert_true(gf_tree_clone(&a, &c[0], &err) && gf_tree_clone(&b, &c[1], &err));
            struct gf_profile_stats stats;
            list[0] = &c[0], list[1] = &c[1];
            assert_true(gf_tree_count_all(list, 2, threads, &stats, &err));
            assert_int_equal(stats.call_paths, want.n - 1);
            assert_int_equal(stats.stacks, stacks);
            gf_tree_free(&c[0]);
            gf_tree_free(&c[1]);
            list[0] = &c[0], list[1] = &c[1];
            gf_frames_free(&f);
        }
        gf_frames_free(&want);
        gf_tree_free(&a);
        gf_tree_free(&b);
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
        {UINT64_MAX - 5, 5, 0, 0, true},        {UINT64_MAX - 5, 6, 0, 0, false},
        {UINT64_MAX / 10, 1, 0, 1, true},       {UINT64_MAX / 10 + 1, 1, 0, 1, false},
        {1, UINT64_MAX / 100 + 1, 2, 0, false}, {15, UINT64_MAX / 100, 2, 0, true},
        {16, UINT64_MAX / 100, 2, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gf_tree t[2], *list[2] = {&t[0], &t[1]}, *all;
        struct gf_error err = {0};
        naive_heavy(&t[0], cases[i].a, cases[i].a_decimals);
        naive_heavy(&t[1], cases[i].b, cases[i].b_decimals);
        assert_int_equal(gf_tree_merge_all(list, 2, 2, &all, &err), cases[i].fits);
        if (!cases[i].fits)
            assert_int_equal(err.code, GF_ERR_LIMIT);
        gf_tree_free(&t[0]);
        gf_tree_free(&t[1]);
    }
}

/* Each request for memory fails in turn: a clean error and nothing lost. */
static void test_memory_runs_out(void **state)
{
    (void)state;
    struct naive_profile p = naive_random(99, 90, 1, 0);
    for (unsigned threads = 1; threads <= 2; threads++) {
        bool failed = true;
        unsigned errors = 0;
        for (long at = 0; failed; at++) {
            struct gf_tree trees[3], *list[3], *all;
            struct gf_error err = {0};
            deal(&p, 3, (uint64_t)at, trees, list);
            fail_memory_at(at);
            bool ok = gf_tree_merge_all(list, 3, threads, &all, &err);
            failed = fail_memory_failed();
            fail_memory_at(-1);
            assert_int_equal(ok, !failed);
            if (failed) {
                assert_int_equal(err.code, GF_ERR_NOMEM);
                errors++;
            }
            for (int i = 0; i < 3; i++)
                gf_tree_free(&trees[i]);
        }
        assert_true(errors >= 6);
    }
    naive_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge_all),   cmocka_unit_test(test_merge_two),
        cmocka_unit_test(test_large_trees), cmocka_unit_test(test_hard_shapes),
        cmocka_unit_test(test_overflow),    cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
