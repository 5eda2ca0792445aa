/* AVX-512 (F, BW, VL): 64 bytes a step; masked loads take the tails, so short ranges need no loop.
 */
#include "simd/kernels.h"

#include <immintrin.h>

static inline __mmask64 tail_mask(size_t n)
{
    return n >= 64 ? ~(__mmask64)0 : (((__mmask64)1 << n) - 1);
}

static size_t common_prefix(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < n; i += 64) {
        __mmask64 in = tail_mask(n - i);
        __m512i u = _mm512_maskz_loadu_epi8(in, x + i), v = _mm512_maskz_loadu_epi8(in, y + i);
        __mmask64 differ = _mm512_cmpneq_epi8_mask(u, v);
        if (differ)
            return i + (size_t)__builtin_ctzll(differ);
    }
    return n;
}

/* Which of the 64 bytes at x are equal to those of `want`. */
static inline uint64_t equal_bytes(const uint8_t *x, __m512i want)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(x), want);
}

/* The same of the first n < 64. */
static inline uint64_t equal_in_tail(const uint8_t *x, size_t n, __m512i want)
{
    __mmask64 in = tail_mask(n);
    return _mm512_mask_cmpeq_epi8_mask(in, _mm512_maskz_loadu_epi8(in, x), want);
}

static size_t find_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    __m512i want = _mm512_set1_epi8((char)c);
    size_t i = 0;
    for (; i + 64 <= n; i += 64) {
        uint64_t found = equal_bytes(x + i, want);
        if (found)
            return i + _tzcnt_u64(found);
    }
    uint64_t found = i < n ? equal_in_tail(x + i, n - i, want) : 0;
    return found ? i + _tzcnt_u64(found) : n;
}

/* Stores `base` plus the index of every bit that is set; there is room for four at the least. Up to
 * four take no branch: how many there are cannot be foretold. Returns how many there are. */
static inline size_t store_indices(uint64_t found, size_t base, uint32_t *out)
{
    size_t here = (size_t)__builtin_popcountll(found);
    for (int k = 0; k < 4; k++) {
        out[k] = (uint32_t)(base + _tzcnt_u64(found));
        found = _blsr_u64(found);
    }
    for (size_t k = 4; found; k++) {
        out[k] = (uint32_t)(base + _tzcnt_u64(found));
        found = _blsr_u64(found);
    }
    return here;
}

static size_t index_byte(const void *p, size_t n, uint8_t c, uint32_t *out)
{
    const uint8_t *x = p;
    __m512i want = _mm512_set1_epi8((char)c);
    size_t count = 0, i = 0;
    /* There is room for n entries, of which no more than i are used. */
    for (; i + 64 <= n; i += 64)
        count += store_indices(equal_bytes(x + i, want), i, out + count);
    if (n - i >= 4)
        return count + store_indices(equal_in_tail(x + i, n - i, want), i, out + count);
    for (; i < n; i++) {
        if (x[i] == c)
            out[count++] = (uint32_t)i;
    }
    return count;
}

static size_t count_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    __m512i want = _mm512_set1_epi8((char)c);
    size_t count = 0, i = 0;
    for (; i + 64 <= n; i += 64)
        count += (size_t)__builtin_popcountll(equal_bytes(x + i, want));
    if (i < n)
        count += (size_t)__builtin_popcountll(equal_in_tail(x + i, n - i, want));
    return count;
}

static uint64_t prefix_sum(uint64_t *values, size_t n, uint64_t start)
{
    const __m512i zero = _mm512_setzero_si512();
    __m512i carry = _mm512_set1_epi64((long long)start);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m512i v = _mm512_loadu_si512(values + i);
        /* Inclusive scan of eight lanes in three shift-and-add steps (Hillis and Steele 1986). */
        __m512i s = _mm512_add_epi64(v, _mm512_alignr_epi64(v, zero, 7));
        s = _mm512_add_epi64(s, _mm512_alignr_epi64(s, zero, 6));
        s = _mm512_add_epi64(s, _mm512_alignr_epi64(s, zero, 4));
        s = _mm512_add_epi64(s, carry);
        _mm512_storeu_si512(values + i, _mm512_sub_epi64(s, v));
        carry = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), s);
    }
    start = (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(carry));
    return gf_scalar_prefix_sum(values + i, n - i, start);
}

/* The hash products of up to eight blocks. */
static inline __m512i products(const uint8_t *blocks, const uint64_t *key, __mmask8 in)
{
    __m512i t =
        _mm512_add_epi32(_mm512_maskz_loadu_epi64(in, blocks), _mm512_maskz_loadu_epi64(in, key));
    return _mm512_mul_epu32(t, _mm512_srli_epi64(t, 32));
}

static inline __mmask8 lane_mask(size_t n)
{
    return n >= 8 ? 0xff : (__mmask8)((1u << n) - 1);
}

static inline uint64_t add_lanes(__m512i v)
{
    __m256i half = _mm256_add_epi64(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum)));
}

static uint64_t hash(const void *blocks, size_t n, const uint64_t *key, uint64_t start)
{
    const uint8_t *x = blocks;
    __m512i sum = _mm512_setzero_si512(), sum2 = sum;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        sum = _mm512_add_epi64(sum, products(x + 8 * i, key + i, 0xff));
        sum2 = _mm512_add_epi64(sum2, products(x + 8 * i + 64, key + i + 8, 0xff));
    }
    for (; i < n; i += 8)
        sum = _mm512_add_epi64(sum, products(x + 8 * i, key + i, lane_mask(n - i)));
    return start + add_lanes(_mm512_add_epi64(sum, sum2));
}

/* Eight running sums of products from `carry`, each without its own; `carry` goes on. */
static inline __m512i running_sums(__m512i products, __m512i *carry)
{
    const __m512i zero = _mm512_setzero_si512(), last = _mm512_set1_epi64(7);
    __m512i s = _mm512_add_epi64(products, _mm512_alignr_epi64(products, zero, 7));
    s = _mm512_add_epi64(s, _mm512_alignr_epi64(s, zero, 6));
    s = _mm512_add_epi64(s, _mm512_alignr_epi64(s, zero, 4));
    s = _mm512_add_epi64(s, *carry);
    *carry = _mm512_permutexvar_epi64(last, s);
    return _mm512_sub_epi64(s, products);
}

/* What is stored under a mask cannot be loaded before it has reached the cache, and these sums are
 * loaded at once: only the last ones are. */
static uint64_t hash_prefixes(const void *blocks, size_t n, const uint64_t *key, uint64_t start,
                              uint64_t *sums)
{
    const uint8_t *x = blocks;
    __m512i carry = _mm512_set1_epi64((long long)start);
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm512_storeu_si512(sums + i, running_sums(products(x + 8 * i, key + i, 0xff), &carry));
    if (i < n) {
        __mmask8 in = lane_mask(n - i);
        __m512i s = running_sums(products(x + 8 * i, key + i, in), &carry);
        _mm512_mask_storeu_epi64(sums + i, in, s);
    }
    return (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(carry));
}

static bool is_joined(const void *text, size_t n, uint8_t separator, const void *pool,
                      const uint32_t *records, size_t nrecords)
{
    const uint8_t *x = text;
    __mmask64 differ = 0;
    for (size_t i = 0; i < nrecords; i++) {
        uint32_t len;
        const uint8_t *b = (const uint8_t *)gf_word_bytes(pool, records[i], &len);
        if (i > 0 && (n == 0 || x[--n] != separator))
            return false;
        if (len > n)
            return false;
        n -= len;
        const uint8_t *a = x + n;
        /* Nearly all names end within one step: one branch that is always taken the same way. */
        size_t k = 0;
        do {
            __mmask64 in = _bzhi_u64(~0ull, (unsigned)(len - k < 64 ? len - k : 64));
            differ |= _mm512_cmpneq_epi8_mask(_mm512_maskz_loadu_epi8(in, a + k),
                                              _mm512_maskz_loadu_epi8(in, b + k));
            k += 64;
        } while (k < len);
        if (i % 8 == 7 && differ)
            return false;
    }
    return n == 0 && !differ;
}

/* Masked loads make all words of up to 64 bytes alike: no branch depends on their length. */
static void hash_words(struct gf_word *words, size_t n, const uint64_t key[GF_WORD_BLOCKS])
{
    __m512i keys = _mm512_loadu_si512(key);
    for (size_t i = 0; i < n; i++) {
        struct gf_word *w = &words[i];
        if (w->len > 64) {
            w->hash = gf_word_hash(w->text, w->len, key);
            continue;
        }
        __m512i x = _mm512_maskz_loadu_epi8(_bzhi_u64(~0ull, w->len), w->text);
        __mmask8 in = (__mmask8)_bzhi_u32(0xff, (w->len + 7) / 8);
        x = _mm512_add_epi32(x, keys);
        x = _mm512_maskz_mul_epu32(in, x, _mm512_srli_epi64(x, 32));
        w->hash = gf_mix(add_lanes(x) + w->len * 0x9e3779b97f4a7c15u);
    }
}

static void match_words(struct gf_word *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct gf_word *w = &words[i];
        struct gf_word_record record;
        memcpy(&record, w->record, sizeof record);
        const char *bytes = (const char *)w->record + sizeof record;
        __mmask64 in = _bzhi_u64(~0ull, w->len < 64 ? w->len : 64);
        __m512i x = _mm512_maskz_loadu_epi8(in, w->text);
        bool equal =
            !_mm512_mask_cmpneq_epi8_mask(in, x, _mm512_loadu_si512(bytes)) && record.len == w->len;
        if (equal && w->len > 64)
            equal = memcmp(bytes + 64, w->text + 64, w->len - 64) == 0;
        w->id = equal ? record.id : GF_NO_WORD;
    }
}

/* One byte of each colour, as numbers. */
static inline __m512 channel(__m512i color, unsigned shift)
{
    __m512i bytes = _mm512_and_si512(_mm512_srli_epi32(color, shift), _mm512_set1_epi32(0xff));
    return _mm512_cvtepi32_ps(bytes);
}

/* Lanes 0..3, 4..7, 8..11 and 12..15 added up in this order. */
static inline __m128 quarters(__m512 v)
{
    __m128 sum = _mm_add_ps(_mm512_castps512_ps128(v), _mm512_extractf32x4_ps(v, 1));
    return _mm_add_ps(_mm_add_ps(sum, _mm512_extractf32x4_ps(v, 2)), _mm512_extractf32x4_ps(v, 3));
}

static void spans_left(const uint16_t start[16], const uint32_t color[16], float position,
                       struct gf_spans_left *out)
{
    __m512i starts = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)start));
    __m512i ends = _mm512_alignr_epi32(_mm512_set1_epi32(65536), starts, 1);
    __m512i c = _mm512_loadu_si512(color);
    __m512 way = _mm512_cvtepi32_ps(_mm512_sub_epi32(ends, starts));
    __m512 share = _mm512_cvtepi32_ps(_mm512_srli_epi32(c, 24));
    __m512 covered = _mm512_mul_ps(_mm512_mul_ps(way, share), _mm512_set1_ps(1 / 255.0f));
    __m512 reach = _mm512_sub_ps(_mm512_set1_ps(position), _mm512_cvtepi32_ps(starts));
    unsigned begun = _mm512_cmp_ps_mask(reach, _mm512_setzero_ps(), _CMP_GT_OQ);
    unsigned passed = _mm512_cmp_ps_mask(reach, covered, _CMP_GE_OQ);
    __m512 left = _mm512_min_ps(_mm512_max_ps(reach, _mm512_setzero_ps()), covered);
    __m128 red = quarters(_mm512_mul_ps(left, channel(c, 0)));
    __m128 green = quarters(_mm512_mul_ps(left, channel(c, 8)));
    __m128 blue = quarters(_mm512_mul_ps(left, channel(c, 16)));
    __m128 alone = quarters(left);
    _MM_TRANSPOSE4_PS(red, green, blue, alone);
    _mm_storeu_ps(out->sum, _mm_add_ps(_mm_add_ps(_mm_add_ps(red, green), blue), alone));
    out->begun = (uint32_t)__builtin_popcount(begun);
    out->passed = (uint32_t)__builtin_popcount(passed);
}

static uint32_t pick_bits(const uint32_t *bits, uint32_t nbits, const uint32_t index[16])
{
    __m512i at = _mm512_loadu_si512(index);
    __mmask16 in = _mm512_cmplt_epu32_mask(at, _mm512_set1_epi32((int)nbits));
    __m512i words =
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), in, _mm512_srli_epi32(at, 5), bits, 4);
    __m512i bit = _mm512_and_si512(at, _mm512_set1_epi32(31));
    return _mm512_test_epi32_mask(words, _mm512_sllv_epi32(_mm512_set1_epi32(1), bit));
}

const struct gf_simd gf_simd_avx512 = {
    .name = "avx512",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .count_byte = count_byte,
    .prefix_sum = prefix_sum,
    .hash = hash,
    .hash_prefixes = hash_prefixes,
    .is_joined = is_joined,
    .hash_words = hash_words,
    .match_words = match_words,
    .spans_left = spans_left,
    .pick_bits = pick_bits,
};
