/* The list of functions, against sums over the samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model/keysort.h"
#include "model/top.h"
#include "support/naive_profile.h"

/* What the samples say of one name. A function that recurs in one stack counts once. */
static void sum_samples(const struct naive_profile *p, uint32_t name, uint32_t v, uint64_t *self,
                        uint64_t *total)
{
    *self = *total = 0;
    for (uint32_t i = 0; i < p->n; i++) {
        const struct naive_sample *s = &p->samples[i];
        if (memchr(s->path, (int)name, s->depth))
            *total += s->values[v];
        if (s->path[s->depth - 1] == name)
            *self += s->values[v];
    }
}

static uint32_t find_name(const char *text, size_t len)
{
    for (uint32_t i = 0; i < NAIVE_NAMES; i++) {
        if (naive_names[i].len == len && memcmp(naive_names[i].text, text, len) == 0)
            return i;
    }
    fail();
    return 0;
}

static const char *text_of(const struct gf_frames *f, uint32_t name, size_t *len)
{
    *len = (size_t)(f->names.offset[name + 1] - f->names.offset[name]);
    return f->names.bytes + f->names.offset[name];
}

static void check_order(const struct gf_frames *f, const struct gf_function *a,
                        const struct gf_function *b)
{
    assert_true(a->self >= b->self);
    if (a->self > b->self)
        return;
    assert_true(a->total >= b->total);
    if (a->total > b->total)
        return;
    size_t n, m;
    const char *x = text_of(f, a->name, &n), *y = text_of(f, b->name, &m);
    int c = memcmp(x, y, n < m ? n : m);
    assert_true(c < 0 || (c == 0 && n < m));
}

static void test_random_profiles(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct naive_profile p = naive_random(seed * 11, (uint32_t)(1 + seed * 2), 2, 0);
        struct gf_tree t;
        struct gf_frames f;
        struct gf_error err;
        uint64_t stacks;
        naive_tree(&p, 0, p.n, &t);
        assert_true(gf_flatten(&t, GF_ORDER_WEIGHT, gf_simd_select(&err), 1, &f, &stacks, &err));
        for (uint32_t v = 0; v < 2; v++) {
            struct gf_top top;
            assert_true(gf_top_make(&f, v, NULL, NULL, &top, &err));
            assert_int_equal(top.n, f.names.n);
            for (uint32_t i = 0; i < top.n; i++) {
                uint64_t self, total;
                size_t len;
                const char *text = text_of(&f, top.functions[i].name, &len);
                sum_samples(&p, find_name(text, len), v, &self, &total);
                assert_int_equal(top.functions[i].self, self);
                assert_int_equal(top.functions[i].total, total);
                if (i > 0)
                    check_order(&f, &top.functions[i - 1], &top.functions[i]);
            }
            gf_top_free(&top);
        }
        gf_frames_free(&f);
        naive_free(&p);
    }
}

/* Many functions that only their names tell apart. */
static void test_many_ties(void **state)
{
    (void)state;
    struct gf_tree t;
    struct gf_frames f;
    struct gf_error err;
    struct gf_top top;
    uint64_t stacks, seed = 3, one = 1;
    assert_true(gf_tree_init(&t, 1, &err));
    while (t.n < 50000) {
        char text[24] = "com/example/";
        uint32_t len = 12 + (uint32_t)(naive_next(&seed) % 8), name, node;
        bool is_new;
        for (uint32_t i = 12; i < len; i++)
            text[i] = (char)('a' + naive_next(&seed) % 5);
        assert_true(gf_intern_add(&t.names, text, len, &name, &is_new, &err));
        if (is_new) {
            assert_true(gf_tree_child(&t, GF_ROOT, name, &node, &is_new, &err));
            assert_true(gf_tree_add(&t, node, &one, 0, &err));
        }
    }
    assert_true(gf_flatten(&t, GF_ORDER_INPUT, gf_simd_select(&err), 2, &f, &stacks, &err));
    assert_true(gf_top_make(&f, 0, NULL, NULL, &top, &err));
    assert_int_equal(top.n, f.n - 1);
    for (uint32_t i = 1; i < top.n; i++)
        check_order(&f, &top.functions[i - 1], &top.functions[i]);
    gf_top_free(&top);
    struct gf_meter meter = {0};
    atomic_bool cancel;
    atomic_init(&cancel, false);
    assert_true(gf_top_make(&f, 0, &cancel, &meter, &top, &err));
    assert_int_equal(atomic_load(&meter.done), f.n);
    gf_top_free(&top);
    atomic_store(&cancel, true);
    assert_false(gf_top_make(&f, 0, &cancel, &meter, &top, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    gf_frames_free(&f);
}

enum { ITEMS = 200000, ITEM_BYTES = 24 };

/* Keys that count how often they are asked for, and want no more of it at some time. */
struct watched_keys {
    char (*texts)[ITEM_BYTES];
    uint64_t asked, enough;
    atomic_bool cancel;
};

static void count(struct watched_keys *w)
{
    if (++w->asked == w->enough)
        atomic_store(&w->cancel, true);
}

static uint64_t few_numbers(const void *ctx, uint32_t id, uint32_t which)
{
    (void)which;
    count(*(struct watched_keys *const *)ctx);
    return id % 3;
}

static const char *long_text(const void *ctx, uint32_t id, uint32_t *len)
{
    struct watched_keys *w = *(struct watched_keys *const *)ctx;
    count(w);
    *len = (uint32_t)strlen(w->texts[id]);
    return w->texts[id];
}

/* Wherever it is, a sort that is not wanted any more ends soon and loses nothing. */
static void test_a_sort_is_stopped(void **state)
{
    (void)state;
    static bool seen[ITEMS];
    struct watched_keys w = {.texts = calloc(ITEMS, ITEM_BYTES)}, *ctx = &w;
    struct gf_keyed *items = calloc(ITEMS, sizeof *items);
    uint64_t seed = 5, all = 0;
    assert_non_null(w.texts);
    assert_non_null(items);
    for (uint32_t i = 0; i < ITEMS; i++)
        snprintf(w.texts[i], ITEM_BYTES, "com.example.%u", (unsigned)(naive_next(&seed) % 500000));
    const struct gf_keys keys = {
        .numbers = 1, .number = few_numbers, .text = long_text, .ctx = &ctx, .cancel = &w.cancel};
    for (unsigned part = 0; part <= 10; part++) {
        w.asked = 0;
        w.enough = all * part / 10; /* in the first round never */
        atomic_store(&w.cancel, false);
        for (uint32_t i = 0; i < ITEMS; i++)
            items[i].id = i;
        bool done = gf_keysort(items, ITEMS, &keys);
        assert_int_equal(done, part == 0);
        all = part == 0 ? w.asked : all;
        assert_true(part == 0 ? all >= 2 * ITEMS : w.asked < w.enough + 10000);
        memset(seen, 0, sizeof seen);
        for (uint32_t i = 0; i < ITEMS; i++) {
            assert_false(seen[items[i].id]);
            seen[items[i].id] = true;
        }
    }
    free(items);
    free(w.texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_profiles),
        cmocka_unit_test(test_many_ties),
        cmocka_unit_test(test_a_sort_is_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
