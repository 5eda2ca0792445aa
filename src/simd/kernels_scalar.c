/* The reference: what each kernel means, written so that it can be seen to be right. */
#include "simd/kernels.h"

static size_t common_prefix(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    size_t i = 0;
    while (i < n && x[i] == y[i])
        i++;
    return i;
}

static size_t find_byte(const void *p, size_t n, uint8_t c)
{
    const uint8_t *x = p;
    size_t i = 0;
    while (i < n && x[i] != c)
        i++;
    return i;
}

static size_t index_byte(const void *p, size_t n, uint8_t c, uint32_t *out)
{
    const uint8_t *x = p;
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        if (x[i] == c)
            out[found++] = (uint32_t)i;
    }
    return found;
}

uint64_t gf_scalar_prefix_sum(uint64_t *values, size_t n, uint64_t start)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t value = values[i];
        values[i] = start;
        start += value;
    }
    return start;
}

const struct gf_simd gf_simd_scalar = {
    .name = "scalar",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .prefix_sum = gf_scalar_prefix_sum,
};
