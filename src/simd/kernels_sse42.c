#include "simd/kernels.h"

#include <immintrin.h>

#define V             __m128i
#define W             16
#define MASK          uint32_t
#define ALL           0xffffu
#define LOAD(p)       _mm_loadu_si128((const void *)(p))
#define EQ(a, b)      ((uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8((a), (b))))
#define SPLAT(c)      _mm_set1_epi8((char)(c))
#define CTZ(m)        ((size_t)__builtin_ctz(m))
#define ZERO()        _mm_setzero_si128()
#define ADD64(a, b)   _mm_add_epi64((a), (b))
#define PRODUCT(v, k) mul_halves(_mm_add_epi32((v), (k)))

static inline __m128i mul_halves(__m128i t)
{
    return _mm_mul_epu32(t, _mm_srli_epi64(t, 32));
}

#include "simd/kernels_x86.inc"

const struct gf_simd gf_simd_sse42 = {
    .name = "sse42",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .count_byte = count_byte,
    .prefix_sum = gf_scalar_prefix_sum,
    .hash = hash,
    .hash_prefixes = hash_prefixes,
    .is_joined = is_joined,
    .hash_words = gf_scalar_hash_words,
    .match_words = gf_scalar_match_words,
    .spans_left = gf_scalar_spans_left,
    .pick_bits = gf_scalar_pick_bits,
};
