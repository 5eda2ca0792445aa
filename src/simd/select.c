#include <stdlib.h>
#include <string.h>

#include "simd/kernels.h"

const struct gf_simd *const *gf_simd_levels(void)
{
    static const struct gf_simd *const levels[] = {
        &gf_simd_scalar,
#if defined(__x86_64__)
        &gf_simd_sse42,
        &gf_simd_avx2,
        &gf_simd_avx512,
#endif
        NULL,
    };
    return levels;
}

bool gf_simd_supported(const struct gf_simd *level)
{
#if defined(__x86_64__)
    if (level == &gf_simd_sse42)
        return __builtin_cpu_supports("sse4.2");
    if (level == &gf_simd_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
    if (level == &gf_simd_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi") &&
               __builtin_cpu_supports("bmi2");
#endif
    return level == &gf_simd_scalar;
}

const struct gf_simd *gf_simd_by_name(const char *name)
{
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (strcmp((*level)->name, name) == 0)
            return gf_simd_supported(*level) ? *level : NULL;
    }
    return NULL;
}

const struct gf_simd *gf_simd_select(struct gf_error *err)
{
    const char *forced = getenv("GIGAFLAME_SIMD");
    if (forced && *forced) {
        const struct gf_simd *level = gf_simd_by_name(forced);
        if (!level)
            gf_fail(err, GF_ERR_USAGE,
                    "GIGAFLAME_SIMD=%s: no such level on this CPU (scalar, sse42, avx2, avx512)",
                    forced);
        return level;
    }
    const struct gf_simd *best = &gf_simd_scalar;
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (gf_simd_supported(*level))
            best = *level;
    }
    return best;
}
