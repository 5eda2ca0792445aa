#include "simd/kernels.h"

#include <immintrin.h>

#define V        __m256i
#define W        32
#define MASK     uint32_t
#define ALL      0xffffffffu
#define LOAD(p)  _mm256_loadu_si256((const void *)(p))
#define EQ(a, b) ((uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((a), (b))))
#define SPLAT(c) _mm256_set1_epi8((char)(c))
#define CTZ(m)   ((size_t)__builtin_ctz(m))
#include "simd/kernels_x86.inc"

const struct gf_simd gf_simd_avx2 = {
    .name = "avx2",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .prefix_sum = gf_scalar_prefix_sum,
};
