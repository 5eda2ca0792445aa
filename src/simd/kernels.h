/* The tables of the single levels; only select.c looks at them. */
#ifndef GF_SIMD_KERNELS_H
#define GF_SIMD_KERNELS_H

#include "simd/simd.h"

extern const struct gf_simd gf_simd_scalar;
#if defined(__x86_64__)
extern const struct gf_simd gf_simd_sse42;
extern const struct gf_simd gf_simd_avx2;
extern const struct gf_simd gf_simd_avx512;
#endif

/* Shared by levels that have nothing better than the reference for a kernel. */
uint64_t gf_scalar_prefix_sum(uint64_t *values, size_t n, uint64_t start);

#endif
