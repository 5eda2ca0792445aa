/* What is unfolded lazily against gf_derive, which makes the same by another way, over random
 * profiles in which functions call themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/lazy.h"
#include "model/top.h"
#include "support/naive_profile.h"

static const enum gf_derive_kind kinds[] = {GF_DERIVE_BOTTOM_UP, GF_DERIVE_CALLERS,
                                            GF_DERIVE_CALLEES};
static const enum gf_order orders[] = {GF_ORDER_WEIGHT, GF_ORDER_NAME, GF_ORDER_INPUT};

/* Everything, now. */
static const struct gf_lazy_look all = {0, UINT64_MAX, 0, {UINT32_MAX, UINT32_MAX}};

static void make_profile(uint64_t seed, uint32_t samples, uint32_t nvalues, struct gf_profile *out)
{
    struct naive_profile naive = naive_random(seed, samples, nvalues, 0);
    struct gf_tree tree;
    struct gf_error err;
    uint64_t stacks;
    naive_tree(&naive, 0, naive.n, &tree);
    *out = (struct gf_profile){0};
    const struct gf_simd *simd = gf_simd_select(&err);
    if (!gf_flatten(&tree, GF_ORDER_INPUT, simd, 1, &out->frames, &stacks, &err))
        fail_msg("%s", err.message);
    gf_tree_free(&tree);
    naive_free(&naive);
}

/* The same frames in the same places; names have other numbers. */
static void check_same(const struct gf_frames *a, const struct gf_frames *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->nvalues, b->nvalues);
    for (uint32_t i = 0; i < a->n; i++) {
        size_t na, nb;
        const char *name_a = gf_frame_name(a, i, &na), *name_b = gf_frame_name(b, i, &nb);
        assert_int_equal(na, nb);
        assert_memory_equal(name_a, name_b, na);
        assert_int_equal(a->end[i], b->end[i]);
    }
    for (uint32_t v = 0; v < a->nvalues; v++)
        assert_memory_equal(a->prefix[v], b->prefix[v], ((size_t)a->n + 1) * sizeof(uint64_t));
    assert_int_equal(a->nrows, b->nrows);
    assert_memory_equal(a->row_start, b->row_start, ((size_t)a->nrows + 1) * sizeof(uint32_t));
    assert_memory_equal(a->row_nodes, b->row_nodes, (size_t)a->n * sizeof(uint32_t));
}

static struct gf_lazy *make_lazy(const struct gf_profile *p, const struct gf_frame_index *index,
                                 struct gf_derive_params params)
{
    struct gf_lazy *lazy;
    struct gf_error err;
    if (!gf_lazy_make(p, index, &params, NULL, &lazy, &err))
        fail_msg("%s", err.message);
    return lazy;
}

static void unfold(struct gf_lazy *lazy, struct gf_lazy_look look, double until)
{
    bool any, more;
    struct gf_error err;
    if (!gf_lazy_unfold(lazy, &look, until, NULL, &any, &more, &err))
        fail_msg("%s", err.message);
}

static struct gf_profile *picture(const struct gf_lazy *lazy, struct gf_lazy_parts *parts)
{
    struct gf_profile *p;
    struct gf_error err;
    if (!gf_lazy_profile(lazy, &p, parts, &err))
        fail_msg("%s", err.message);
    return p;
}

/* All of it unfolded is the derived profile; and so is what is unfolded in any steps. */
static void check_kind(const struct gf_profile *p, const struct gf_frame_index *index,
                       struct gf_derive_params params, uint64_t *seed)
{
    struct gf_profile *derived;
    struct gf_error err = {0};
    if (!gf_derive(p, &params, NULL, &derived, &err)) {
        assert_int_equal(err.code, GF_ERR_EMPTY);
        return;
    }
    /* With an index from the start, or behind the first picture: that shows the same. */
    struct gf_lazy *lazy = make_lazy(p, index, params), *late = make_lazy(p, NULL, params);
    struct gf_lazy_parts early[2];
    struct gf_profile *first[2] = {picture(lazy, &early[0]), picture(late, &early[1])};
    check_same(&first[0]->frames, &first[1]->frames);
    for (int i = 0; i < 2; i++) {
        gf_lazy_parts_free(&early[i]);
        gf_profile_free(first[i]);
    }
    if (naive_next(seed) % 2) {
        struct gf_lazy *other = lazy;
        lazy = late;
        late = other;
    }
    if (!gf_lazy_has_index(lazy))
        gf_lazy_use_index(lazy, index);
    gf_lazy_free(late);
    uint64_t total = gf_frame_total(&p->frames, 0, 0);
    for (int i = 0; i < 5; i++) { /* a look here and there first; one part each */
        struct gf_lazy_look look = {
            naive_next(seed) % (total + 1), 0, naive_next(seed) % 20, {9, 9}};
        look.to = look.from + naive_next(seed) % 50;
        unfold(lazy, look, 0);
    }
    unfold(lazy, all, 1e300);
    struct gf_lazy_parts parts;
    struct gf_profile *lazily = picture(lazy, &parts);
    check_same(&lazily->frames, &derived->frames);
    for (uint32_t i = 0; i < lazily->frames.n; i++) {
        assert_int_equal(parts.folded[i], 0);
        assert_int_equal(parts.frame[parts.part[i]], i);
    }
    gf_lazy_parts_free(&parts);
    gf_profile_free(lazily);
    gf_lazy_free(lazy);
    gf_profile_free(derived);
}

static void test_all_of_it(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    for (int round = 0; round < 120; round++) {
        struct gf_profile p;
        struct gf_frame_index index;
        make_profile(naive_next(&seed), 1 + (uint32_t)(naive_next(&seed) % 200),
                     1 + (uint32_t)round % 2, &p);
        assert_true(gf_frame_index_make(&p.frames, 2, NULL, &index, NULL));
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            check_kind(
                &p, &index,
                (struct gf_derive_params){.kind = kinds[i],
                                          .order = orders[naive_next(&seed) % 3],
                                          .name = (uint32_t)naive_next(&seed) % p.frames.names.n},
                &seed);
        gf_frame_index_free(&index);
        gf_frames_free(&p.frames);
    }
}

/* The totals of functions are those of the table. */
static void test_totals_of_the_table(void **state)
{
    (void)state;
    struct gf_profile p;
    struct gf_frame_index index;
    struct gf_top top;
    make_profile(7, 300, 1, &p);
    assert_true(gf_frame_index_make(&p.frames, 1, NULL, &index, NULL));
    assert_true(gf_top_make(&p.frames, 0, NULL, NULL, &top, NULL));
    for (uint32_t i = 0; i < top.n; i++) {
        struct gf_derive_params params = {
            .kind = GF_DERIVE_SANDWICH, .order = GF_ORDER_WEIGHT, .name = top.functions[i].name};
        struct gf_lazy *lazy = make_lazy(&p, &index, params);
        struct gf_lazy_parts parts;
        struct gf_profile *lazily = picture(lazy, &parts);
        const struct gf_frames *f = &lazily->frames;
        assert_int_equal(f->n, 3);
        assert_int_equal(gf_frame_total(f, 1, 0), top.functions[i].total);
        assert_int_equal(gf_frame_total(f, 2, 0), top.functions[i].total);
        assert_int_equal(gf_frame_x(f, 2, 0), top.functions[i].total);
        gf_lazy_parts_free(&parts);
        gf_profile_free(lazily);
        gf_lazy_free(lazy);
    }
    gf_top_free(&top);
    gf_frame_index_free(&index);
    gf_frames_free(&p.frames);
}

/* One half of a sandwich is the frames [node, end[node]) under a root of their own. */
static void check_half(const struct gf_frames *sandwich, uint32_t node,
                       const struct gf_frames *derived)
{
    assert_int_equal(sandwich->end[node] - node, derived->n - 1);
    for (uint32_t i = 0; i + 1 < derived->n; i++) {
        size_t na, nb;
        const char *a = gf_frame_name(sandwich, node + i, &na);
        const char *b = gf_frame_name(derived, 1 + i, &nb);
        assert_int_equal(na, nb);
        assert_memory_equal(a, b, na);
        assert_int_equal(sandwich->end[node + i] - node, derived->end[1 + i] - 1);
        assert_int_equal(gf_frame_x(sandwich, node + i, 0) - gf_frame_x(sandwich, node, 0),
                         gf_frame_x(derived, 1 + i, 0));
        assert_int_equal(gf_frame_self(sandwich, node + i, 0), gf_frame_self(derived, 1 + i, 0));
    }
}

static void test_sandwich(void **state)
{
    (void)state;
    uint64_t seed = 99;
    for (int round = 0; round < 60; round++) {
        struct gf_profile p, *callers, *callees;
        struct gf_frame_index index;
        struct gf_error err;
        make_profile(naive_next(&seed), 150, 1, &p);
        assert_true(gf_frame_index_make(&p.frames, 1, NULL, &index, NULL));
        struct gf_derive_params params = {.kind = GF_DERIVE_CALLERS,
                                          .order = GF_ORDER_WEIGHT,
                                          .name = (uint32_t)naive_next(&seed) % p.frames.names.n};
        assert_true(gf_derive(&p, &params, NULL, &callers, &err));
        params.kind = GF_DERIVE_CALLEES;
        assert_true(gf_derive(&p, &params, NULL, &callees, &err));
        params.kind = GF_DERIVE_SANDWICH;
        struct gf_lazy *lazy = make_lazy(&p, &index, params);
        unfold(lazy, all, 1e300);
        struct gf_lazy_parts parts;
        struct gf_profile *sandwich = picture(lazy, &parts);
        const struct gf_frames *f = &sandwich->frames;
        check_half(f, 1, &callers->frames);
        check_half(f, f->end[1], &callees->frames);
        assert_int_equal(f->end[f->end[1]], f->n);
        gf_lazy_parts_free(&parts);
        gf_profile_free(sandwich);
        gf_lazy_free(lazy);
        gf_profile_free(callers);
        gf_profile_free(callees);
        gf_frame_index_free(&index);
        gf_frames_free(&p.frames);
    }
}

/* Looks unfold no more than they have to, and what was there before stays where it was. */
static void test_steps(void **state)
{
    (void)state;
    struct gf_profile p;
    struct gf_frame_index index;
    make_profile(3, 400, 1, &p);
    assert_true(gf_frame_index_make(&p.frames, 1, NULL, &index, NULL));
    struct gf_lazy *lazy =
        make_lazy(&p, &index,
                  (struct gf_derive_params){
                      .kind = GF_DERIVE_BOTTOM_UP, .order = GF_ORDER_WEIGHT, .name = 0});
    uint64_t total = gf_frame_total(&p.frames, 0, 0), least = total / 400;
    const struct gf_lazy_look look = {total / 4, total / 2, least, {2, 2}};
    struct gf_lazy_parts before = {0};
    struct gf_profile *old = picture(lazy, &before);
    bool any = true, more = true;
    unsigned steps = 0;
    while (more) {
        struct gf_lazy_parts parts;
        assert_true(gf_lazy_unfold(lazy, &look, 0, NULL, &any, &more, NULL));
        assert_true(any);
        steps++;
        struct gf_profile *now = picture(lazy, &parts);
        for (uint32_t i = 0; i < old->frames.n; i++) {
            uint32_t node = parts.frame[before.part[i]];
            assert_int_equal(now->frames.name[node], old->frames.name[i]);
            assert_int_equal(gf_frame_x(&now->frames, node, 0), gf_frame_x(&old->frames, i, 0));
            assert_int_equal(gf_frame_total(&now->frames, node, 0),
                             gf_frame_total(&old->frames, i, 0));
        }
        gf_lazy_parts_free(&before);
        gf_profile_free(old);
        before = parts;
        old = now;
    }
    assert_in_range(steps, 3, 1000);
    const struct gf_frames *f = &old->frames;
    for (uint32_t i = 1; i < f->n; i++) {
        uint64_t x = gf_frame_x(f, i, 0), weight = gf_frame_total(f, i, 0);
        bool seen = x <= look.to && x + weight >= look.from && weight >= least;
        if (gf_frame_depth(f, i) < 2)
            assert_int_equal(before.folded[i], !seen);
        else
            assert_int_equal(before.folded[i], 1);
    }
    assert_true(gf_lazy_unfold(lazy, &look, 0, NULL, &any, &more, NULL));
    assert_false(any || more);
    gf_lazy_parts_free(&before);
    gf_profile_free(old);
    gf_lazy_free(lazy);
    gf_frame_index_free(&index);
    gf_frames_free(&p.frames);
}

static void test_errors(void **state)
{
    (void)state;
    struct gf_profile p;
    struct gf_frame_index index;
    struct gf_lazy *lazy;
    struct gf_error err;
    bool any, more;
    const atomic_bool stop = true;
    make_profile(5, 100, 1, &p);
    assert_true(gf_frame_index_make(&p.frames, 1, NULL, &index, NULL));
    struct gf_derive_params params = {
        .kind = GF_DERIVE_CALLERS, .order = GF_ORDER_NAME, .name = 99};
    assert_false(gf_lazy_make(&p, &index, &params, NULL, &lazy, &err));
    assert_int_equal(err.code, GF_ERR_EMPTY);
    params.kind = GF_DERIVE_SAME;
    assert_false(gf_lazy_make(&p, &index, &params, NULL, &lazy, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    params.name = 1;
    for (int kind = GF_DERIVE_BOTTOM_UP; kind <= GF_DERIVE_SANDWICH; kind++) {
        params.kind = (enum gf_derive_kind)kind;
        lazy = make_lazy(&p, &index, params);
        struct gf_lazy_parts before, after;
        struct gf_profile *a = picture(lazy, &before);
        assert_false(gf_lazy_unfold(lazy, &all, 1e300, &stop, &any, &more, &err));
        assert_int_equal(err.code, GF_ERR_CANCELLED);
        struct gf_profile *b = picture(lazy, &after); /* nothing has happened */
        check_same(&a->frames, &b->frames);
        unfold(lazy, all, 1e300); /* and everything still can */
        gf_lazy_parts_free(&before);
        gf_lazy_parts_free(&after);
        gf_profile_free(a);
        gf_profile_free(b);
        gf_lazy_free(lazy);
    }
    gf_frame_index_free(&index);
    gf_frames_free(&p.frames);
}

/* More functions than the first pages hold, each with callers of its own. */
static void test_many_functions(void **state)
{
    (void)state;
    enum { FUNCTIONS = 30000 };
    struct gf_tree tree;
    struct gf_error err;
    struct gf_profile p = {0}, *derived;
    struct gf_frame_index index;
    uint64_t stacks;
    assert_true(gf_tree_init(&tree, 1, &err));
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        char name[16];
        uint32_t id, node;
        bool is_new;
        int n = snprintf(name, sizeof name, "f%u", i * 7919 % FUNCTIONS);
        assert_true(gf_intern_add(&tree.names, name, (uint32_t)n, &id, &is_new, &err));
        assert_true(gf_tree_append(&tree, i % 100 == 0 ? GF_ROOT : i % 100, id, &node, &err));
        assert_true(gf_tree_add(&tree, node, &(uint64_t){1 + i % 5}, 0, &err));
    }
    tree.max_depth = 2;
    assert_true(
        gf_flatten(&tree, GF_ORDER_WEIGHT, gf_simd_select(&err), 1, &p.frames, &stacks, &err));
    gf_tree_free(&tree);
    assert_true(gf_frame_index_make(&p.frames, 2, NULL, &index, NULL));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct gf_derive_params params = {.kind = kinds[i], .order = GF_ORDER_NAME, .name = 0};
        struct gf_lazy *lazy = make_lazy(&p, &index, params);
        struct gf_lazy_parts parts;
        unfold(lazy, all, 1e300);
        struct gf_profile *lazily = picture(lazy, &parts);
        assert_true(gf_derive(&p, &params, NULL, &derived, &err));
        check_same(&lazily->frames, &derived->frames);
        gf_lazy_parts_free(&parts);
        gf_profile_free(lazily);
        gf_profile_free(derived);
        gf_lazy_free(lazy);
    }
    gf_frame_index_free(&index);
    gf_frames_free(&p.frames);
}

/* Parents and names of every frame, however many threads look. */
static void test_index(void **state)
{
    (void)state;
    struct gf_profile p;
    make_profile(11, 60000, 1, &p);
    const struct gf_frames *f = &p.frames;
    for (unsigned threads = 1; threads <= 4; threads += 3) {
        struct gf_frame_index index;
        assert_true(gf_frame_index_make(f, threads, NULL, &index, NULL));
        assert_int_equal(index.parent[0], GF_NO_NODE);
        for (uint32_t row = 1; row < f->nrows; row++)
            for (uint32_t k = f->row_start[row]; k < f->row_start[row + 1]; k++)
                assert_int_equal(index.parent[f->row_nodes[k]],
                                 gf_frame_parent(f, f->row_nodes[k], row));
        assert_int_equal(index.start[f->names.n], f->n - 1);
        for (uint32_t name = 0; name < f->names.n; name++)
            for (uint32_t k = index.start[name]; k < index.start[name + 1]; k++) {
                assert_int_equal(f->name[index.by_name[k]], name);
                if (k > index.start[name])
                    assert_true(index.by_name[k] > index.by_name[k - 1]);
            }
        gf_frame_index_free(&index);
    }
    gf_frames_free(&p.frames);
    struct gf_error err;
    const atomic_bool stop = true;
    struct gf_frame_index index;
    make_profile(12, 60000, 1, &p);
    assert_false(gf_frame_index_make(&p.frames, 1, &stop, &index, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    gf_frames_free(&p.frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it),      cmocka_unit_test(test_totals_of_the_table),
        cmocka_unit_test(test_sandwich),       cmocka_unit_test(test_steps),
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_index),
        cmocka_unit_test(test_many_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
