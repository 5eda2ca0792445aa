/* Words of a text, and what is done to many of them at once: the keyed hash that leads to a word's
 * record in a table, and the comparison with that record. */
#ifndef GF_SIMD_WORDS_H
#define GF_SIMD_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"

/* A word is hashed in pieces of this many 8-byte blocks, each block under a key of its own. */
#define GF_WORD_BLOCKS 8u

struct gf_word {
    const char *text;
    uint32_t len;
    uint32_t id; /* of its record; GF_NO_WORD: not found yet */
    uint64_t hash;
    const void *record; /* of a word that may be equal: struct gf_word_record */
};

#define GF_NO_WORD UINT32_MAX

/* A known word in a pool: this, then its bytes. */
struct gf_word_record {
    uint32_t id, len;
};

/* Records begin at multiples of this many bytes. */
#define GF_WORD_UNIT 8u
/* Behind a record, this many bytes of the pool can be read. */
#define GF_WORD_PADDING 64

static inline const char *gf_word_bytes(const void *pool, uint32_t record, uint32_t *len)
{
    const char *at = (const char *)pool + record * (uint64_t)GF_WORD_UNIT;
    struct gf_word_record head;
    memcpy(&head, at, sizeof head);
    *len = head.len;
    return at + sizeof head;
}

/* A block's part of the keyed hash NH (Black et al., UMAC, 1999). */
static inline uint64_t gf_hash_block(uint64_t block, uint64_t key)
{
    uint32_t low = (uint32_t)block + (uint32_t)key;
    uint32_t high = (uint32_t)(block >> 32) + (uint32_t)(key >> 32);
    return (uint64_t)low * high;
}

/* The last n < 8 bytes of text[0..len) as a block, the rest of it 0. */
static inline uint64_t gf_word_tail(const char *text, size_t len, size_t n)
{
    uint64_t x = 0;
    if (n == 0)
        return 0;
    if (len >= 8) {
        memcpy(&x, text + len - 8, 8);
        return x >> (8 - n) * 8;
    }
    for (size_t i = 0; i < n; i++)
        x |= (uint64_t)(unsigned char)text[i] << i * 8;
    return x;
}

/* The hash of text[0..len): the NH of each piece, the last block filled up with 0, and a
 * finaliser behind each. */
static inline uint64_t gf_word_hash(const char *text, size_t len,
                                    const uint64_t key[GF_WORD_BLOCKS])
{
    uint64_t h = len * 0x9e3779b97f4a7c15u;
    size_t at = 0;
    do {
        size_t n = len - at < GF_WORD_BLOCKS * 8 ? len - at : GF_WORD_BLOCKS * 8;
        size_t i = 0;
        for (; i < n / 8; i++) {
            uint64_t block;
            memcpy(&block, text + at + i * 8, 8);
            h += gf_hash_block(block, key[i]);
        }
        if (n % 8)
            h += gf_hash_block(gf_word_tail(text, at + n, n % 8), key[i]);
        h = gf_mix(h);
        at += n;
    } while (at < len);
    return h;
}

/* Whether a[0..n) and b[0..n) are equal, for short ranges: without a call, and with a branch for
 * the length's class only. */
static inline bool gf_equal_short(const char *a, const char *b, size_t n)
{
    typedef uint64_t pair __attribute__((vector_size(16)));
    if (n >= 16) {
        pair x, y, u, v, differ = {0, 0};
        size_t i = 0;
        for (; n - i > 32; i += 32) {
            memcpy(&x, a + i, sizeof x);
            memcpy(&y, b + i, sizeof y);
            memcpy(&u, a + i + 16, sizeof u);
            memcpy(&v, b + i + 16, sizeof v);
            differ |= (x ^ y) | (u ^ v);
        }
        /* The rest is 1 to 32 bytes, of which 16 are looked at from either end. */
        if (n - i < 16)
            i = n - 16;
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        memcpy(&u, a + n - 16, sizeof u);
        memcpy(&v, b + n - 16, sizeof v);
        differ |= (x ^ y) | (u ^ v);
        return (differ[0] | differ[1]) == 0;
    }
    uint64_t x = 0, y = 0, u = 0, v = 0;
    if (n >= 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        memcpy(&u, a + n - 8, 8);
        memcpy(&v, b + n - 8, 8);
    } else if (n >= 4) {
        memcpy(&x, a, 4);
        memcpy(&y, b, 4);
        memcpy(&u, a + n - 4, 4);
        memcpy(&v, b + n - 4, 4);
    } else if (n > 0) {
        x = (uint64_t)(unsigned char)a[0] << 16 | (uint64_t)(unsigned char)a[n / 2] << 8 |
            (unsigned char)a[n - 1];
        y = (uint64_t)(unsigned char)b[0] << 16 | (uint64_t)(unsigned char)b[n / 2] << 8 |
            (unsigned char)b[n - 1];
    }
    return ((x ^ y) | (u ^ v)) == 0;
}

#endif
