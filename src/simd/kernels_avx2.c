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

/* Eight spans: the covered width left of the position. */
static inline __m256 left_of(__m256 from, __m256 to, __m256i color, __m256 position,
                             struct gf_spans_left *out)
{
    __m256 share = _mm256_cvtepi32_ps(_mm256_srli_epi32(color, 24));
    __m256 covered =
        _mm256_mul_ps(_mm256_mul_ps(_mm256_sub_ps(to, from), share), _mm256_set1_ps(1 / 255.0f));
    __m256 reach = _mm256_sub_ps(position, from);
    int begun = _mm256_movemask_ps(_mm256_cmp_ps(reach, _mm256_setzero_ps(), _CMP_GT_OQ));
    int passed = _mm256_movemask_ps(_mm256_cmp_ps(reach, covered, _CMP_GE_OQ));
    out->begun += (uint32_t)__builtin_popcount((unsigned)begun);
    out->passed += (uint32_t)__builtin_popcount((unsigned)passed);
    return _mm256_min_ps(_mm256_max_ps(reach, _mm256_setzero_ps()), covered);
}

/* One byte of each colour, as numbers. */
static inline __m256 channel(__m256i color, int shift)
{
    __m256i bytes = _mm256_and_si256(_mm256_srli_epi32(color, shift), _mm256_set1_epi32(0xff));
    return _mm256_cvtepi32_ps(bytes);
}

/* Lanes 0..3, then 4..7, of a and then of b added up. */
static inline __m128 quarters(__m256 a, __m256 b)
{
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    return _mm_add_ps(_mm_add_ps(sum, _mm256_castps256_ps128(b)), _mm256_extractf128_ps(b, 1));
}

static void spans_left(const uint16_t start[16], const uint32_t color[16], float position,
                       struct gf_spans_left *out)
{
    __m256i starts = _mm256_loadu_si256((const void *)start);
    __m256 from[2] = {
        _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm256_castsi256_si128(starts))),
        _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm256_extracti128_si256(starts, 1)))};
    const __m256i next = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 0);
    __m256 turned[2] = {_mm256_permutevar8x32_ps(from[0], next),
                        _mm256_permutevar8x32_ps(from[1], next)};
    __m256 to[2] = {_mm256_blend_ps(turned[0], turned[1], 0x80),
                    _mm256_blend_ps(turned[1], _mm256_set1_ps(65536), 0x80)};
    __m256 at = _mm256_set1_ps(position);
    __m256i c[2] = {_mm256_loadu_si256((const void *)color),
                    _mm256_loadu_si256((const void *)(color + 8))};
    out->passed = out->begun = 0;
    __m256 left[2] = {left_of(from[0], to[0], c[0], at, out),
                      left_of(from[1], to[1], c[1], at, out)};
    __m128 sum[4];
    for (int i = 0; i < 3; i++)
        sum[i] = quarters(_mm256_mul_ps(left[0], channel(c[0], 8 * i)),
                          _mm256_mul_ps(left[1], channel(c[1], 8 * i)));
    sum[3] = quarters(left[0], left[1]);
    _MM_TRANSPOSE4_PS(sum[0], sum[1], sum[2], sum[3]);
    _mm_storeu_ps(out->sum, _mm_add_ps(_mm_add_ps(_mm_add_ps(sum[0], sum[1]), sum[2]), sum[3]));
}

static inline uint32_t pick_eight(const uint32_t *bits, __m256i nbits, const uint32_t *index)
{
    const __m256i top = _mm256_set1_epi32(INT32_MIN);
    __m256i at = _mm256_loadu_si256((const void *)index);
    /* There is no comparison of unsigned numbers, but one of numbers moved down by 2^31. */
    __m256i in = _mm256_cmpgt_epi32(_mm256_xor_si256(nbits, top), _mm256_xor_si256(at, top));
    __m256i words = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int *)bits,
                                                _mm256_srli_epi32(at, 5), in, 4);
    __m256i rest = _mm256_andnot_si256(at, _mm256_set1_epi32(31)); /* 31 - at % 32 */
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_sllv_epi32(words, rest)));
}

static uint32_t pick_bits(const uint32_t *bits, uint32_t nbits, const uint32_t index[16])
{
    __m256i n = _mm256_set1_epi32((int)nbits);
    return pick_eight(bits, n, index) | pick_eight(bits, n, index + 8) << 8;
}

const struct gf_simd gf_simd_avx2 = {
    .name = "avx2",
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
    .spans_left = spans_left,
    .pick_bits = pick_bits,
};
