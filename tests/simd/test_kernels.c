/* Every level against the scalar reference, on random bytes, at every short length and at both ends
 * of a page whose neighbours cannot be touched. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/hash.h"
#include "simd/simd.h"

#define PAGE 4096

/* A page with guard pages on both sides; bytes are of a small alphabet, so that all cases occur. */
struct guarded {
    uint8_t *base, *page;
};

static struct guarded guarded_make(uint64_t seed)
{
    struct guarded g;
    g.base = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g.base != MAP_FAILED);
    g.page = g.base + PAGE;
    assert_int_equal(mprotect(g.page, PAGE, PROT_READ | PROT_WRITE), 0);
    for (size_t i = 0; i < PAGE; i++)
        g.page[i] = (uint8_t)("ab;c\nd; "[gf_mix(seed + i) % 8]);
    return g;
}

static void guarded_free(struct guarded g)
{
    munmap(g.base, 3 * PAGE);
}

static void for_each_level(void (*check)(const struct gf_simd *ref, const struct gf_simd *level))
{
    const struct gf_simd *ref = gf_simd_by_name("scalar");
    assert_non_null(ref);
    int compared = 0;
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (gf_simd_supported(*level)) {
            check(ref, *level);
            compared++;
        }
    }
    assert_true(compared >= 1);
}

static void check_bytes(const struct gf_simd *ref, const struct gf_simd *level)
{
    struct guarded a = guarded_make(1), b = guarded_make(2);
    uint32_t want[PAGE], got[PAGE];
    for (size_t n = 0; n <= 300; n++) {
        for (int at_end = 0; at_end < 2; at_end++) {
            uint8_t *p = at_end ? a.page + PAGE - n : a.page;
            uint8_t *q = at_end ? b.page + PAGE - n : b.page;
            assert_int_equal(level->find_byte(p, n, '\n'), ref->find_byte(p, n, '\n'));
            assert_int_equal(level->find_byte(p, n, 'x'), n);
            size_t count = ref->index_byte(p, n, ';', want);
            assert_int_equal(level->index_byte(p, n, ';', got), count);
            assert_memory_equal(got, want, count * sizeof *want);
            assert_int_equal(level->count_byte(p, n, ';'), count);
            memcpy(q, p, n);
            assert_int_equal(level->common_prefix(p, q, n), n);
            for (size_t i = 0; i < n; i += 1 + n / 40) {
                q[i] ^= 0x80;
                assert_int_equal(level->common_prefix(p, q, n), i);
                q[i] ^= 0x80;
            }
        }
    }
    guarded_free(a);
    guarded_free(b);
}

static void check_long(const struct gf_simd *ref, const struct gf_simd *level)
{
    struct guarded a = guarded_make(3);
    uint32_t want[PAGE], got[PAGE];
    for (size_t round = 0; round < 2000; round++) {
        size_t from = gf_mix(round) % PAGE, n = gf_mix(round + 7) % (PAGE - from + 1);
        uint8_t c = (uint8_t)("ab;c\nd; x"[round % 9]);
        assert_int_equal(level->find_byte(a.page + from, n, c),
                         ref->find_byte(a.page + from, n, c));
        size_t count = ref->index_byte(a.page + from, n, c, want);
        assert_int_equal(level->index_byte(a.page + from, n, c, got), count);
        assert_memory_equal(got, want, count * sizeof *want);
        assert_int_equal(level->count_byte(a.page + from, n, c), count);
        size_t other = gf_mix(round + 9) % (PAGE - n + 1);
        assert_int_equal(level->common_prefix(a.page + from, a.page + other, n),
                         ref->common_prefix(a.page + from, a.page + other, n));
    }
    guarded_free(a);
}

static void check_sums(const struct gf_simd *ref, const struct gf_simd *level)
{
    uint64_t want[100], got[100];
    for (size_t n = 0; n <= 100; n++) {
        for (size_t i = 0; i < n; i++)
            want[i] = got[i] = gf_mix(n * 1000 + i); /* large: sums wrap */
        uint64_t sum = ref->prefix_sum(want, n, 42);
        assert_int_equal(level->prefix_sum(got, n, 42), sum);
        assert_memory_equal(got, want, n * sizeof *want);
        if (n > 1) {
            assert_int_equal(want[0], 42);
            assert_int_equal(want[1], 42 + gf_mix(n * 1000));
        }
    }
}

/* hash and hash_prefixes, up to both ends of the page. */
static void check_hashes(const struct gf_simd *ref, const struct gf_simd *level)
{
    struct guarded a = guarded_make(4);
    uint64_t key[PAGE / 8], want[PAGE / 8], got[PAGE / 8 + 1];
    for (size_t i = 0; i < PAGE / 8; i++)
        key[i] = gf_mix(i + 99);
    for (size_t n = 0; n <= PAGE / 8; n += n < 70 ? 1 : 31) {
        for (int at_end = 0; at_end < 2; at_end++) {
            uint8_t *p = at_end ? a.page + PAGE - n * 8 : a.page;
            uint64_t sum = ref->hash(p, n, key, 7 + n);
            assert_int_equal(level->hash(p, n, key, 7 + n), sum);
            assert_int_equal(ref->hash_prefixes(p, n, key, 7 + n, want), sum);
            got[n] = 12345;
            assert_int_equal(level->hash_prefixes(p, n, key, 7 + n, got), sum);
            assert_memory_equal(got, want, n * sizeof *want);
            assert_int_equal(got[n], 12345); /* nothing behind is written */
            if (n > 2) {
                uint64_t block;
                memcpy(&block, p + 8, sizeof block);
                assert_int_equal(want[2] - want[1], gf_hash_block(block, key[1]));
            }
        }
    }
    guarded_free(a);
}

/* Stacks of names of all lengths, as they are and with one byte changed. The text lies against the
 * guard pages; the pool may be read beyond a name. */
static void check_joined(const struct gf_simd *ref, const struct gf_simd *level)
{
    struct guarded a = guarded_make(5);
    static uint8_t pool[16 * 256 + GF_WORD_PADDING];
    uint32_t records[16];
    for (size_t i = 0; i < sizeof pool; i++)
        pool[i] = (uint8_t)("ab;c"[gf_mix(i) % 4]);
    for (uint64_t round = 0; round < 6000; round++) {
        size_t n = gf_mix(round) % 16, len = 0;
        for (size_t i = 0; i < n; i++) {
            struct gf_word_record head = {
                0, (uint32_t)(gf_mix(round * 16 + i) % (i % 5 == 4 ? 200 : 40))};
            records[i] = (uint32_t)(i * 32 + gf_mix(round + i) % 5);
            memcpy(pool + records[i] * (size_t)GF_WORD_UNIT, &head, sizeof head);
            len += head.len + (i > 0);
        }
        uint8_t *text = round % 2 ? a.page + PAGE - len : a.page, *end = text + len;
        for (size_t i = 0; i < n; i++) {
            if (i > 0)
                *--end = ';';
            uint32_t part;
            const char *bytes = gf_word_bytes(pool, records[i], &part);
            end -= part;
            memcpy(end, bytes, part);
        }
        assert_ptr_equal(end, text);
        assert_true(ref->is_joined(text, len, ';', pool, records, n));
        assert_true(level->is_joined(text, len, ';', pool, records, n));
        if (len == 0)
            continue;
        assert_false(level->is_joined(text + 1, len - 1, ';', pool, records, n));
        assert_false(level->is_joined(text, len, ';', pool, records, n - 1));
        uint8_t *one = text + gf_mix(round + 3) % len;
        *one ^= 1;
        assert_false(ref->is_joined(text, len, ';', pool, records, n));
        assert_false(level->is_joined(text, len, ';', pool, records, n));
        *one ^= 1;
    }
    guarded_free(a);
}

/* Words of all lengths against the guard pages: the same hash at every level, one that every byte
 * and the length have a part in; and equal to a record only if nothing differs. */
static void check_words(const struct gf_simd *ref, const struct gf_simd *level)
{
    struct guarded a = guarded_make(6);
    uint64_t key[GF_WORD_BLOCKS];
    static uint64_t pool[64];
    struct gf_word_record head = {7, 0};
    char *bytes = (char *)pool + sizeof head;
    for (size_t i = 0; i < GF_WORD_BLOCKS; i++)
        key[i] = gf_mix(i + 99);
    for (uint32_t n = 0; n <= 300; n++) {
        uint8_t *text = n % 2 ? a.page + PAGE - n : a.page;
        struct gf_word word = {.text = (const char *)text, .len = n, .record = pool};
        struct gf_word want = word, other = word;
        ref->hash_words(&want, 1, key);
        level->hash_words(&word, 1, key);
        assert_int_equal(word.hash, want.hash);
        head.len = n;
        memcpy(pool, &head, sizeof head);
        memcpy(bytes, text, n);
        level->match_words(&word, 1);
        assert_int_equal(word.id, 7);
        for (uint32_t i = 0; i < n; i += 1 + n / 40) {
            text[i] ^= 0x40;
            level->hash_words(&other, 1, key);
            level->match_words(&word, 1);
            text[i] ^= 0x40;
            assert_int_not_equal(other.hash, want.hash);
            assert_int_equal(word.id, GF_NO_WORD);
        }
        if (n == 0)
            continue;
        /* One byte shorter, and one longer than the record. */
        word.len = n - 1;
        level->hash_words(&word, 1, key);
        level->match_words(&word, 1);
        assert_int_not_equal(word.hash, want.hash);
        assert_int_equal(word.id, GF_NO_WORD);
        word.len = n;
        head.len = n - 1;
        memcpy(pool, &head, sizeof head);
        level->match_words(&word, 1);
        assert_int_equal(word.id, GF_NO_WORD);
    }
    guarded_free(a);
}

static void words_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_words);
}

static void bytes_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_bytes);
    for_each_level(check_long);
}

static void sums_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_sums);
}

static void hashes_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_hashes);
}

static void joined_names_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_joined);
}

static void the_environment_forces_a_level(void **state)
{
    (void)state;
    struct gf_error err;
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        setenv("GIGAFLAME_SIMD", (*level)->name, 1);
        const struct gf_simd *got = gf_simd_select(&err);
        if (gf_simd_supported(*level))
            assert_ptr_equal(got, *level);
        else
            assert_null(got);
    }
    setenv("GIGAFLAME_SIMD", "mmx", 1);
    assert_null(gf_simd_select(&err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    unsetenv("GIGAFLAME_SIMD");
    assert_non_null(gf_simd_select(&err));
}

static void check_spans(const struct gf_simd *ref, const struct gf_simd *level)
{
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct guarded a = guarded_make(seed), b = guarded_make(seed);
        /* Up against the page's end: nothing behind may be touched. */
        uint16_t *start = (uint16_t *)(void *)(a.page + PAGE - 16 * sizeof *start);
        uint32_t *color = (uint32_t *)(void *)(b.page + PAGE - 16 * sizeof *color);
        uint32_t at = 0;
        for (unsigned j = 0; j < 16; j++) {
            start[j] = (uint16_t)at;
            at += (uint32_t)(gf_mix(seed * 16 + j) % (seed % 3 ? 4096 : 8192));
            at = at > UINT16_MAX ? UINT16_MAX : at;
            color[j] = (uint32_t)gf_mix(seed * 99 + j);
            if (seed % 2)
                color[j] |= 0xff000000u;
        }
        float position = seed % 5 ? (float)(gf_mix(seed) % 65537) : (float)start[seed % 16];
        struct gf_spans_left want, got;
        ref->spans_left(start, color, position, &want);
        level->spans_left(start, color, position, &got);
        assert_memory_equal(got.sum, want.sum, sizeof want.sum);
        assert_int_equal(got.passed, want.passed);
        assert_int_equal(got.begun, want.begun);
        guarded_free(a);
        guarded_free(b);
    }
}

static void spans_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_spans);
}

/* The reference itself, against sums over every unit of the sixteen spans. */
static void the_reference_sums_spans(void **state)
{
    (void)state;
    uint16_t start[16];
    uint32_t color[16];
    for (unsigned j = 0; j < 16; j++) {
        start[j] = (uint16_t)(j * 4096);
        color[j] = (j % 2 ? 0xffu : 51u) << 24 | (j * 3) << 16 | (j * 5) << 8 | (j * 7);
    }
    for (unsigned position = 0; position <= 65536; position += 1365) {
        uint64_t want[4] = {0};
        for (unsigned i = 0; i < position && i < 65536; i++) {
            unsigned j = i / 4096;
            bool covered = (i % 4096) * 5 < 4096 || j % 2;
            want[0] += covered ? j * 7 : 0;
            want[1] += covered ? j * 5 : 0;
            want[2] += covered ? j * 3 : 0;
            want[3] += covered;
        }
        struct gf_spans_left got;
        gf_simd_by_name("scalar")->spans_left(start, color, (float)position, &got);
        for (int i = 0; i < 4; i++)
            assert_true(fabs((double)got.sum[i] - (double)want[i]) <= 120 * 16);
        assert_int_equal(got.begun, (position + 4095) / 4096);
    }
}

static void check_picks(const struct gf_simd *level, const struct gf_simd *ref)
{
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct guarded a = guarded_make(seed), b = guarded_make(seed);
        /* Both up against the page's end: nothing behind may be touched. */
        uint32_t nwords = 1 + (uint32_t)(gf_mix(seed) % 40), nbits = nwords * 32 - seed % 32;
        uint32_t *bits = (uint32_t *)(void *)(a.page + PAGE - nwords * sizeof *bits);
        uint32_t *index = (uint32_t *)(void *)(b.page + PAGE - 16 * sizeof *index);
        for (unsigned j = 0; j < nwords; j++)
            bits[j] = (uint32_t)gf_mix(seed * 64 + j);
        for (unsigned j = 0; j < 16; j++)
            index[j] = (uint32_t)(gf_mix(seed * 16 + j) % (nbits + nbits / 4 + 1));
        index[seed % 16] = seed % 3 ? nbits - 1 : UINT32_MAX;
        index[seed / 16 % 16] = seed % 2 ? nbits : UINT32_C(1) << 31;
        uint32_t got = level->pick_bits(bits, nbits, index);
        assert_int_equal(got, ref->pick_bits(bits, nbits, index));
        for (unsigned j = 0; j < 16; j++) {
            bool want = index[j] < nbits && (bits[index[j] / 32] & 1u << index[j] % 32);
            assert_int_equal(got >> j & 1, want);
        }
        guarded_free(a);
        guarded_free(b);
    }
}

static void picks_match_the_reference(void **state)
{
    (void)state;
    for_each_level(check_picks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_match_the_reference),
        cmocka_unit_test(sums_match_the_reference),
        cmocka_unit_test(hashes_match_the_reference),
        cmocka_unit_test(joined_names_match_the_reference),
        cmocka_unit_test(words_match_the_reference),
        cmocka_unit_test(spans_match_the_reference),
        cmocka_unit_test(the_reference_sums_spans),
        cmocka_unit_test(picks_match_the_reference),
        cmocka_unit_test(the_environment_forces_a_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
