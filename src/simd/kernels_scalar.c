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

static uint64_t hash(const void *blocks, size_t n, const uint64_t *key, uint64_t start)
{
    const uint8_t *x = blocks;
    for (size_t i = 0; i < n; i++)
        start += gf_hash_product(x + 8 * i, key[i]);
    return start;
}

static uint64_t hash_prefixes(const void *blocks, size_t n, const uint64_t *key, uint64_t start,
                              uint64_t *sums)
{
    const uint8_t *x = blocks;
    for (size_t i = 0; i < n; i++) {
        sums[i] = start;
        start += gf_hash_product(x + 8 * i, key[i]);
    }
    return start;
}

static bool is_joined(const void *text, size_t n, uint8_t separator, const void *pool,
                      const struct gf_span *spans, size_t nspans)
{
    const uint8_t *x = text;
    for (size_t i = 0; i < nspans; i++) {
        if (i > 0 && (n == 0 || x[--n] != separator))
            return false;
        if (spans[i].len > n)
            return false;
        n -= spans[i].len;
        if (memcmp(x + n, (const uint8_t *)pool + spans[i].offset, spans[i].len) != 0)
            return false;
    }
    return n == 0;
}

const struct gf_simd gf_simd_scalar = {
    .name = "scalar",
    .common_prefix = common_prefix,
    .find_byte = find_byte,
    .index_byte = index_byte,
    .prefix_sum = gf_scalar_prefix_sum,
    .hash = hash,
    .hash_prefixes = hash_prefixes,
    .is_joined = is_joined,
};
