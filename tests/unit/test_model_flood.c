/* Names and stacks made to collide under a key that is known: the tables draw another one, and the
 * result is right. */
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

#define KEY 12345u

/* Slots that a search in `heads` looks at for the hash. */
static unsigned probes_for(const struct gf_paths *p, uint32_t hash)
{
    const uint64_t *slots = p->heads.data;
    unsigned n = 0;
    for (uint64_t at = hash * p->nslots >> 32; slots[at]; at = (at + 1) % p->nslots)
        n++;
    return n;
}

static void stacks_that_collide(void **state)
{
    (void)state;
    const struct gf_simd *simd = gf_simd_select(NULL);
    struct gf_builder *b = gf_builder_create(1, simd, NULL);
    struct folded_lines l = {0};
    char stack[512];
    gf_paths_set_key(&b->paths, KEY);
    /* All have their home in a two-thousandth of the table. */
    for (uint32_t i = 0; l.n < GF_PATH_PROBES * 2; i++) {
        int len = snprintf(stack, sizeof stack, "root;%08x", (unsigned)(gf_mix(i) >> 32));
        if (gf_paths_hash(&b->paths, stack, (size_t)len) >> 21 == 77)
            folded_add(&l, stack, (size_t)len, i % 9);
    }
    folded_feed(&l, b, simd, 1);
    assert_true(b->is_scattered);
    folded_assert_tree(&l, &b->tree);
    assert_true(b->paths.new_keys >= 1 && b->paths.new_keys <= 4);
    uint64_t probes = 0;
    for (size_t i = 0; i < l.n; i++)
        probes += probes_for(&b->paths, gf_paths_hash(&b->paths, l.lines[i].stack, l.lines[i].len));
    assert_true(probes < l.n * 30);
    gf_builder_destroy(b);
    folded_free(&l);
}

static void names_that_collide(void **state)
{
    (void)state;
    const struct gf_simd *simd = gf_simd_select(NULL);
    struct gf_builder *b = gf_builder_create(1, simd, NULL);
    struct folded_lines l = {0};
    char stack[512];
    gf_intern_set_key(&b->tree.names, KEY);
    for (uint32_t i = 0; l.n < 640; i++) {
        int len = snprintf(stack, sizeof stack, "%08x", i * 2654435761u);
        if ((gf_intern_hash(&b->tree.names, stack, (uint32_t)len) & 0x7ff) == 5)
            folded_add(&l, stack, (size_t)len, i % 9);
    }
    /* Each comes again elsewhere: it must be found whatever key it was hashed under. */
    for (size_t i = 0; i < 640; i++) {
        stack[0] = 'r';
        stack[1] = ';';
        memcpy(stack + 2, l.lines[i].stack, l.lines[i].len);
        folded_add(&l, stack, l.lines[i].len + 2, 1);
    }
    folded_feed(&l, b, simd, 0);
    folded_assert_tree(&l, &b->tree);
    assert_int_equal(b->tree.names.n, 641);
    assert_true(b->tree.names.new_keys >= 1 && b->tree.names.new_keys <= 2);
    gf_builder_destroy(b);
    folded_free(&l);
}

/* The hash knows where in the text a block stands, beyond the length of its key too. */
static void blocks_in_another_order(void **state)
{
    (void)state;
    enum { PIECE_BYTES = GF_PATH_BLOCKS * 8 };
    static char text[2 * PIECE_BYTES], swapped[2 * PIECE_BYTES];
    struct gf_paths p;
    gf_paths_init(&p, gf_simd_select(NULL));
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + gf_mix(i) % 26);
    memcpy(swapped, text + PIECE_BYTES, PIECE_BYTES);
    memcpy(swapped + PIECE_BYTES, text, PIECE_BYTES);
    assert_int_not_equal(gf_paths_hash(&p, text, sizeof text),
                         gf_paths_hash(&p, swapped, sizeof text));
    /* Whole and in steps it is the same. */
    for (size_t end = 0; end < sizeof text; end += 1 + end / 3) {
        p.known = end / 16;
        assert_true(gf_paths_read(&p, text, sizeof text, NULL));
        assert_int_equal(gf_paths_prefix(&p, text, sizeof text, end), gf_paths_hash(&p, text, end));
    }
    gf_paths_free(&p);
}

/* A key drawn while a batch is under way: its samples were hashed under the old one. */
static void a_new_key_in_the_midst_of_a_batch(void **state)
{
    (void)state;
    const struct gf_simd *simd = gf_simd_select(NULL);
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct gf_builder *b = gf_builder_create(1, simd, NULL);
        struct folded_lines l = {0};
        char stack[512];
        gf_paths_set_key(&b->paths, KEY);
        for (uint32_t i = 0; l.n < GF_PATH_PROBES * 3; i++) {
            int len = snprintf(stack, sizeof stack, "r;%08x", (unsigned)(gf_mix(i + seed) >> 32));
            if (gf_paths_hash(&b->paths, stack, (size_t)len) >> 21 != 77)
                continue;
            folded_add(&l, stack, (size_t)len, 1);
            /* Again, and with frames behind it: found under either key. */
            memcpy(stack + len, ";x;y", 4);
            folded_add(&l, stack, (size_t)len + 4, 1);
            folded_add(&l, stack, (size_t)len, 1);
        }
        for (size_t i = l.n; i > 1; i--) {
            size_t j = gf_mix(seed * l.n + i) % i;
            struct folded_line swap = l.lines[i - 1];
            l.lines[i - 1] = l.lines[j];
            l.lines[j] = swap;
        }
        folded_feed(&l, b, simd, 0);
        assert_true(b->is_scattered && b->paths.new_keys >= 1);
        folded_assert_tree(&l, &b->tree);
        gf_builder_destroy(b);
        folded_free(&l);
    }
}

struct hashed {
    uint32_t hash, i;
};

static int by_hash(const void *a, const void *b)
{
    const struct hashed *x = a, *y = b;
    return x->hash != y->hash ? (x->hash > y->hash) - (x->hash < y->hash)
                              : (x->i > y->i) - (x->i < y->i);
}

static int twin_stack(char stack[64], uint32_t i)
{
    return snprintf(stack, 64, "root;a;%08x;b;c;d;e", (unsigned)(gf_mix(i) >> 32));
}

/* Two stacks with one hash, of which the first comes until its text is kept: the second is not
 * taken for it. */
static void twins_of_an_anchor(void **state)
{
    (void)state;
    enum { STACKS = 400000, TIMES = 4000 };
    const struct gf_simd *simd = gf_simd_select(NULL);
    struct gf_builder *b = gf_builder_create(1, simd, NULL);
    struct folded_lines l = {0};
    struct hashed *all = malloc(STACKS * sizeof *all);
    char stack[64];
    unsigned pairs = 0;
    gf_paths_set_key(&b->paths, KEY);
    for (uint32_t i = 0; i < STACKS; i++) {
        int len = twin_stack(stack, i);
        all[i] = (struct hashed){gf_paths_hash(&b->paths, stack, (size_t)len), i};
    }
    qsort(all, STACKS, sizeof *all, by_hash);
    for (uint32_t i = 1; i < STACKS; i++) {
        if (all[i].hash != all[i - 1].hash)
            continue;
        pairs++;
        for (uint32_t k = 0; k < TIMES; k++) {
            /* Stacks in between, so that the samples are in no order. */
            bool second = k > TIMES / 2 && k % 4 == 0;
            uint32_t which = k % 2 ? all[(k * 7919u) % STACKS].i : all[i - 1 + second].i;
            folded_add(&l, stack, (size_t)twin_stack(stack, which), 1);
        }
    }
    assert_true(pairs >= 4);
    folded_feed(&l, b, simd, 0);
    assert_true(b->is_scattered && b->paths.new_keys == 0);
    size_t anchors = 0;
    for (uint32_t i = 0; i < GF_ANCHORS; i++)
        anchors += b->scattered.anchors.nodes[i] != GF_ROOT;
    assert_true(anchors >= pairs);
    folded_assert_tree(&l, &b->tree);
    gf_builder_destroy(b);
    folded_free(&l);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_that_collide),
        cmocka_unit_test(names_that_collide),
        cmocka_unit_test(blocks_in_another_order),
        cmocka_unit_test(a_new_key_in_the_midst_of_a_batch),
        cmocka_unit_test(twins_of_an_anchor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
