#include "simd/kernels.h"

#include <immintrin.h>

#define V             __m256i
#define W             32
#define MASK          uint32_t
#define ALL           0xffffffffu
#define LOAD(p)       _mm256_loadu_si256((const void *)(p))
#define EQ(a, b)      ((uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((a), (b))))
#define SPLAT(c)      _mm256_set1_epi8((char)(c))
#define CTZ(m)        ((size_t)__builtin_ctz(m))
#define ZERO()        _mm256_setzero_si256()
#define ADD64(a, b)   _mm256_add_epi64((a), (b))
#define PRODUCT(v, k) mul_halves(_mm256_add_epi32((v), (k)))

static inline __m256i mul_halves(__m256i t)
{
    return _mm256_mul_epu32(t, _mm256_srli_epi64(t, 32));
}

#include "simd/kernels_x86.inc"

const struct gf_simd gf_simd_avx2 = {
    .name = "avx2",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .prefix_sum = gf_scalar_prefix_sum,
    .hash = hash,
    .hash_prefixes = hash_prefixes,
    .is_joined = is_joined,
};
