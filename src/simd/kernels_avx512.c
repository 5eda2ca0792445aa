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

static size_t find_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    __m512i want = _mm512_set1_epi8((char)c);
    for (size_t i = 0; i < n; i += 64) {
        __mmask64 in = tail_mask(n - i);
        __mmask64 found = _mm512_mask_cmpeq_epi8_mask(in, _mm512_maskz_loadu_epi8(in, x + i), want);
        if (found)
            return i + (size_t)__builtin_ctzll(found);
    }
    return n;
}

static size_t index_byte(const void *p, size_t n, uint8_t c, uint32_t *out)
{
    const uint8_t *x = p;
    __m512i want = _mm512_set1_epi8((char)c);
    size_t count = 0;
    for (size_t i = 0; i < n; i += 64) {
        __mmask64 in = tail_mask(n - i);
        uint64_t found = _mm512_mask_cmpeq_epi8_mask(in, _mm512_maskz_loadu_epi8(in, x + i), want);
        while (found) {
            out[count++] = (uint32_t)(i + (size_t)__builtin_ctzll(found));
            found &= found - 1;
        }
    }
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

const struct gf_simd gf_simd_avx512 = {
    .name = "avx512",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .prefix_sum = prefix_sum,
};
