/* Aggregation against a naive one, for names that begin one another, in all kinds of orders, cut
 * anywhere, at every SIMD level. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "model/builder_internal.h"
#include "support/folded_lines.h"

/* Seeds of a test: fewer for the thread sanitizer, which is slow and has one thread to look at. */
#if defined(__SANITIZE_THREAD__)
#define SEEDS(n) ((n) / 8)
#else
#define SEEDS(n) (n)
#endif

static uint64_t next_random(uint64_t *state)
{
    return gf_mix(*state += 0x9e3779b97f4a7c15u);
}

/* Names that begin one another, and bytes below and above ';'. */
static const char *const tricky[] = {
    "a",         "a b",
    "a.c",       "a;",
    "",          "foo",
    "foo.cold",  "foo(int)",
    "foo(int)b", "b",
    "b!x",       "b~",
    "zz",        "a\xff",
    "a\x01",     "c",
    "c 1",       "12",
    "x_[k]",     "x",
    "x_[k",      "std::vector<int, std::allocator<int> >::push_back(int const&)_[j]"};

/* One stack of up to `depth` frames out of `names` names. long_names: of hundreds of bytes. */
static size_t make_stack(char *out, uint64_t *rng, unsigned depth, unsigned names, bool long_names)
{
    size_t at = 0;
    unsigned frames = 1 + (unsigned)(next_random(rng) % depth);
    for (unsigned i = 0; i < frames; i++) {
        uint64_t r = next_random(rng) % names;
        if (i > 0)
            out[at++] = ';';
        if (long_names) {
            at += (size_t)snprintf(out + at, 16, "n%u", (unsigned)r);
            size_t pad = 20 + 37 * r % 400;
            memset(out + at, 'a' + (int)(r % 3), pad);
            at += pad;
        } else {
            at +=
                (size_t)snprintf(out + at, 128, "%s", tricky[r % (sizeof tricky / sizeof *tricky)]);
        }
    }
    if (at == 0 || out[0] == ' ' || out[at - 1] == ' ') {
        out[0] = 'q';
        at = 1;
    }
    return at;
}

static int by_bytes(const void *a, const void *b)
{
    const struct folded_line *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int c = memcmp(x->stack, y->stack, n);
    return c ? c : (x->len > y->len) - (x->len < y->len);
}

/* As `sort` orders the lines: the blank before the count takes part. */
static int by_line(const void *a, const void *b)
{
    const struct folded_line *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int c = memcmp(x->stack, y->stack, n);
    if (c || x->len == y->len)
        return c;
    return x->len > n ? (unsigned char)x->stack[n] - ' ' : ' ' - (unsigned char)y->stack[n];
}

/* Frame by frame: ';' is below all bytes. */
static int by_tuple(const void *a, const void *b)
{
    const struct folded_line *x = a, *y = b;
    for (size_t i = 0; i < x->len && i < y->len; i++) {
        unsigned char c = (unsigned char)x->stack[i], d = (unsigned char)y->stack[i];
        if (c != d)
            return c == ';' ? -1 : d == ';' ? 1 : c < d ? -1 : 1;
    }
    return (x->len > y->len) - (x->len < y->len);
}

/* As a locale may: punctuation does not count at first. */
static int by_locale(const void *a, const void *b)
{
    const struct folded_line *x = a, *y = b;
    size_t i = 0, j = 0;
    for (;;) {
        while (i < x->len && strchr(" .;!~()_[]", x->stack[i]))
            i++;
        while (j < y->len && strchr(" .;!~()_[]", y->stack[j]))
            j++;
        if (i == x->len || j == y->len || x->stack[i] != y->stack[j])
            break;
        i++;
        j++;
    }
    if (i == x->len && j == y->len)
        return by_bytes(a, b);
    if (i == x->len || j == y->len)
        return i == x->len ? -1 : 1;
    return (unsigned char)x->stack[i] < (unsigned char)y->stack[j] ? -1 : 1;
}

static int by_bytes_down(const void *a, const void *b)
{
    return by_bytes(b, a);
}

enum order { BY_BYTES, BY_LINE, BY_TUPLE, BY_LOCALE, DOWN, RANDOM, ORDERS };

static void put_in_order(struct folded_line *lines, size_t n, enum order order, uint64_t *rng)
{
    static int (*const compare[])(const void *, const void *) = {by_bytes, by_line, by_tuple,
                                                                 by_locale, by_bytes_down};
    if (order != RANDOM) {
        qsort(lines, n, sizeof *lines, compare[order]);
        return;
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = next_random(rng) % i;
        struct folded_line swap = lines[i - 1];
        lines[i - 1] = lines[j];
        lines[j] = swap;
    }
}

/* Feeds the lines at every level, cut in different ways; all trees must be the naive one's, and the
 * same to the last node. */
static void check(const struct folded_lines *l, uint64_t seed)
{
    struct gf_builder *first = NULL;
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (!gf_simd_supported(*level))
            continue;
        struct gf_builder *b = gf_builder_create(1, *level, NULL);
        assert_non_null(b);
        folded_feed(l, b, *level, seed);
        const struct gf_tree *t = gf_builder_tree(b);
        if (first) {
            const struct gf_tree *u = gf_builder_tree(first);
            assert_int_equal(t->n, u->n);
            assert_memory_equal(t->edges.data, u->edges.data, t->n * sizeof(struct gf_edge));
            assert_memory_equal(t->self[0].data, u->self[0].data, t->n * sizeof(uint64_t));
            gf_builder_destroy(b);
        } else {
            folded_assert_tree(l, t);
            first = b;
        }
        seed = seed ? seed + 1 : 0;
    }
    gf_builder_destroy(first);
}

static void any_order_gives_the_same_paths(void **state)
{
    (void)state;
    char stack[8192];
    for (uint64_t seed = 1; seed <= SEEDS(120); seed++) {
        uint64_t rng = seed;
        struct folded_lines l = {0};
        unsigned depth = 1 + (unsigned)(next_random(&rng) % 9);
        unsigned names = 2 + (unsigned)(next_random(&rng) % 20);
        size_t n = 1 + next_random(&rng) % 600;
        for (size_t i = 0; i < n; i++) {
            size_t len = make_stack(stack, &rng, depth, names, seed % 8 == 0);
            folded_add(&l, stack, len, next_random(&rng) % 50);
        }
        put_in_order(l.lines, l.n, (enum order)(seed % ORDERS), &rng);
        check(&l, seed % 5 ? seed : 0);
        folded_free(&l);
    }
}

/* Files of different orders one after the other, with much in common. */
static void orders_may_change(void **state)
{
    (void)state;
    char stack[8192];
    for (uint64_t seed = 1; seed <= SEEDS(60); seed++) {
        uint64_t rng = seed * 1000;
        struct folded_lines l = {0};
        for (unsigned part = 0; part < 6; part++) {
            uint64_t common = next_random(&rng) % 3;
            size_t from = l.n, n = 30 + next_random(&rng) % 300;
            for (size_t i = 0; i < n; i++) {
                uint64_t same = common * 1000 + next_random(&rng) % 100;
                uint64_t *source = next_random(&rng) % 2 ? &same : &rng;
                size_t len = make_stack(stack, source, 12, 18, seed % 8 == 0);
                folded_add(&l, stack, len, 1 + i % 3);
            }
            put_in_order(l.lines + from, n, (enum order)(next_random(&rng) % ORDERS), &rng);
        }
        check(&l, seed);
        folded_free(&l);
    }
}

/* More distinct stacks than the cache of stacks keeps; and one call path a stack. */
static void a_full_cache_forgets_nothing(void **state)
{
    (void)state;
    struct folded_lines l = {0};
    uint64_t rng = 1;
    char stack[64];
    for (unsigned i = 0; i < 220000; i++) {
        int len = snprintf(stack, sizeof stack, "r;%08x", (unsigned)(gf_mix(i % 150000) >> 32));
        folded_add(&l, stack, (size_t)len, 1);
    }
    put_in_order(l.lines, l.n, RANDOM, &rng);
    const struct gf_simd *simd = gf_simd_select(NULL);
    struct gf_builder *b = gf_builder_create(1, simd, NULL);
    folded_feed(&l, b, simd, 0);
    assert_true(b->is_scattered);
    assert_true(b->paths.nbuckets * GF_STACK_WAYS < 150000);
    folded_assert_tree(&l, &b->tree);
    assert_true(gf_builder_size(b) < 44u * b->tree.n + gf_intern_size(&b->tree.names));
    gf_builder_destroy(b);
    folded_free(&l);
}

/* Adds a stack that leaves one of those before at some frame: up to 60 frames, the deepest late,
 * with names of up to `most` bytes. */
static void add_branch(struct folded_lines *l, uint64_t *rng, unsigned most)
{
    char stack[60 * 100];
    size_t at = 0;
    unsigned frames = 0, want = 1 + (unsigned)(next_random(rng) % (20 + l->n / 80));
    if (l->n > 0) {
        const struct folded_line *from = &l->lines[next_random(rng) % l->n];
        unsigned kept = (unsigned)(next_random(rng) % want);
        for (size_t i = 0; i <= from->len && frames < kept; i++) {
            if (i == from->len || from->stack[i] == ';') {
                at = i;
                frames++;
            }
        }
        memcpy(stack, from->stack, at);
    }
    for (; frames < want; frames++) {
        if (frames > 0)
            stack[at++] = ';';
        size_t len = 1 + next_random(rng) % most;
        memset(stack + at, 'a' + (int)(next_random(rng) % 26), len);
        at += len;
    }
    folded_add(l, stack, at, 1 + next_random(rng) % 9);
}

/* Adds stacks that are deeper by one frame each than the deepest there is, between others. */
static void add_deeper(struct folded_lines *l, uint64_t *rng)
{
    char stack[60 * 100 + 64];
    size_t deepest = 0, most = 0;
    for (size_t i = 0; i < l->n; i++) {
        size_t frames = 0;
        for (size_t k = 0; k < l->lines[i].len; k++)
            frames += l->lines[i].stack[k] == ';';
        if (frames > most) {
            most = frames;
            deepest = i;
        }
    }
    size_t len = l->lines[deepest].len;
    memcpy(stack, l->lines[deepest].stack, len);
    for (unsigned i = 0; i < 32; i++) {
        const struct folded_line *other = &l->lines[next_random(rng) % l->n];
        folded_add(l, other->stack, other->len, 1);
        memcpy(stack + len, ";q", 2);
        len += 2;
        folded_add(l, stack, len, 1);
    }
}

/* All new, then the same again, then new ones: whole stacks are looked for only where some come
 * again. Frames are known from the leaf up, in many stacks not all of them. */
static void new_and_known_stacks(void **state)
{
    (void)state;
    enum { NEW = 1280, AGAIN = 640 }; /* 3,200 stacks in all */
    for (uint64_t seed = 1; seed <= SEEDS(8); seed++) {
        uint64_t rng = seed * 77;
        unsigned most = seed % 3 == 0 ? 4 : seed % 3 == 1 ? 40 : 95;
        struct folded_lines l = {0};
        for (unsigned i = 0; i < NEW; i++)
            add_branch(&l, &rng, most);
        for (unsigned i = 0; i < AGAIN; i++)
            folded_add(&l, l.lines[i].stack, l.lines[i].len, 1);
        put_in_order(l.lines + NEW, AGAIN, RANDOM, &rng);
        for (unsigned i = 0; i < NEW; i++)
            add_branch(&l, &rng, most);
        add_deeper(&l, &rng);
        check(&l, 0);
        const struct gf_simd *simd = gf_simd_select(NULL);
        struct gf_builder *b = gf_builder_create(1, simd, NULL);
        folded_feed(&(struct folded_lines){.lines = l.lines, .n = NEW}, b, simd, 0);
        if (most > 4) /* names of few letters make stacks that were there */
            assert_true(b->is_scattered && b->scattered.fresh && b->paths.nstacks < NEW / 2);
        folded_feed(&(struct folded_lines){.lines = l.lines + NEW, .n = AGAIN}, b, simd, 0);
        assert_true(b->is_scattered && !b->scattered.fresh && b->paths.nstacks > AGAIN / 2);
        gf_builder_destroy(b);
        folded_free(&l);
    }
}

/* The same stack twenty thousand frames deep, cut at random depths. */
static void deep_stacks(void **state)
{
    (void)state;
    enum { FRAMES = 20000 };
    static char stack[FRAMES * 4];
    struct folded_lines l = {0};
    size_t len = 0;
    uint64_t rng = 5;
    for (unsigned i = 0; i < FRAMES; i++)
        len += (size_t)snprintf(stack + len, 8, i ? ";%u" : "%u", (unsigned)(gf_mix(i) % 100));
    for (unsigned i = 0; i < 200; i++) {
        size_t end = next_random(&rng) % len;
        char kept = stack[end];
        stack[end] = (char)('a' + i % 26);
        if (kept != ';')
            folded_add(&l, stack, end + 1, 1);
        stack[end] = kept;
    }
    struct gf_builder *b = gf_builder_create(1, gf_simd_select(NULL), NULL);
    folded_feed(&l, b, gf_simd_select(NULL), 3);
    struct naive_paths naive = {0};
    uint64_t self = 0;
    for (uint32_t node = 1; node < b->tree.n; node++)
        self += ((const uint64_t *)b->tree.self[0].data)[node];
    assert_int_equal(self, l.n);
    /* Every line ends in a node of its own behind the longest one's frames; a naive map of all
     * prefixes of the longest and of the ends of the others has as many. */
    size_t longest = 0;
    for (size_t i = 1; i < l.n; i++)
        longest = l.lines[i].len > l.lines[longest].len ? i : longest;
    naive_add(&naive, l.lines[longest].stack, l.lines[longest].len, 1);
    size_t paths = naive.n;
    for (size_t i = 0; i < l.n; i++)
        paths += i != longest;
    assert_true(b->tree.n - 1 <= paths && b->tree.n - 1 >= naive.n);
    assert_int_equal(b->tree.max_depth, naive.max_depth);
    naive_free(&naive);
    gf_builder_destroy(b);
    folded_free(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_gives_the_same_paths),
        cmocka_unit_test(orders_may_change),
        cmocka_unit_test(a_full_cache_forgets_nothing),
        cmocka_unit_test(new_and_known_stacks),
        cmocka_unit_test(deep_stacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
