/* Keyed hash of bytes: XXH3 with a 64-bit seed. A hash is never taken for an identity: whoever
 * finds an equal hash compares the bytes too. */
#ifndef GF_BASE_HASH_H
#define GF_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t gf_hash(const void *data, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(data, n, seed);
}

/* A finaliser for integers (splitmix64, Steele et al. 2014). */
static inline uint64_t gf_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* A seed that an input's author cannot know: from the kernel's random source. */
uint64_t gf_random_seed(void);

#endif
