/* The tables of the single levels; only select.c looks at them. */
#ifndef GF_SIMD_KERNELS_H
#define GF_SIMD_KERNELS_H

#include <string.h>

#include "simd/simd.h"

extern const struct gf_simd gf_simd_scalar;
#if defined(__x86_64__)
extern const struct gf_simd gf_simd_sse42;
extern const struct gf_simd gf_simd_avx2;
extern const struct gf_simd gf_simd_avx512;
#endif

/* Shared by levels that have nothing better than the reference for a kernel. */
uint64_t gf_scalar_prefix_sum(uint64_t *values, size_t n, uint64_t start);
void gf_scalar_hash_words(struct gf_word *words, size_t n, const uint64_t key[GF_WORD_BLOCKS]);
void gf_scalar_match_words(struct gf_word *words, size_t n);
void gf_scalar_spans_left(const uint16_t start[16], const uint32_t color[16], float position,
                          struct gf_spans_left *out);
uint32_t gf_scalar_pick_bits(const uint32_t *bits, uint32_t nbits, const uint32_t index[16]);

/* The same for a block in memory. */
static inline uint64_t gf_hash_product(const uint8_t *block, uint64_t key)
{
    uint64_t x;
    memcpy(&x, block, sizeof x);
    return gf_hash_block(x, key);
}

#endif
