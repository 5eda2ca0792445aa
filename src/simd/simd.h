/* Kernels over bytes and integers, in one table per instruction set. kernels_scalar.c is the
 * readable reference that every other level is tested against. No kernel reads outside the ranges
 * it is given. */
#ifndef GF_SIMD_SIMD_H
#define GF_SIMD_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "simd/words.h"

/* What lies left of a position in sixteen spans side by side. */
struct gf_spans_left {
    float sum[4];    /* of the covered width, times red, green, blue, and alone */
    uint32_t passed; /* spans whose covered part ends at or before the position */
    uint32_t begun;  /* spans that begin before it */
};

struct gf_simd {
    const char *name; /* "scalar", "sse42", "avx2", "avx512" */

    /* Length of the longest common prefix of a[0..n) and b[0..n). */
    size_t (*common_prefix)(const void *a, const void *b, size_t n);

    /* Index of the first byte c in p[0..n), or n. */
    size_t (*find_byte)(const void *p, size_t n, uint8_t c);

    /* Stores the indices of all bytes c in p[0..n) in ascending order; returns how many. `out` has
     * room for n entries; those after the returned count may be overwritten. */
    size_t (*index_byte)(const void *p, size_t n, uint8_t c, uint32_t *out);

    /* How many bytes of p[0..n) are c. */
    size_t (*count_byte)(const void *p, size_t n, uint8_t c);

    /* Turns values[0..n) into exclusive running sums from `start`, modulo 2^64; returns start plus
     * the sum of all. */
    uint64_t (*prefix_sum)(uint64_t *values, size_t n, uint64_t start);

    /* The keyed hash NH (Black et al., UMAC, 1999) of n blocks of 8 bytes, in the byte order of the
     * machine: start plus gf_hash_block of each block and its key word, modulo 2^64. */
    uint64_t (*hash)(const void *blocks, size_t n, const uint64_t *key, uint64_t start);

    /* The same, with all intermediate values: sums[i] is the hash of the first i blocks, i < n. */
    uint64_t (*hash_prefixes)(const void *blocks, size_t n, const uint64_t *key, uint64_t start,
                              uint64_t *sums);

    /* Whether text[0..n) is the words from the last to the first with one byte `separator` between
     * two. records[] says where in the pool their records are, in units of GF_WORD_UNIT bytes. */
    bool (*is_joined)(const void *text, size_t n, uint8_t separator, const void *pool,
                      const uint32_t *records, size_t nrecords);

    /* Sets the hash of each of n words to gf_word_hash. */
    void (*hash_words)(struct gf_word *words, size_t n, const uint64_t key[GF_WORD_BLOCKS]);

    /* Compares each of n words with its record, which has GF_WORD_PADDING bytes behind it that can
     * be read; sets its id to the record's where they are equal, else to GF_NO_WORD. */
    void (*match_words)(struct gf_word *words, size_t n);
    /* Sums up to `position`, 0..65536, over spans that begin at start[0..16), ascending, and reach
     * to the next one, the last to 65536. The top byte of a color says how much of its span is
     * covered, from the left, in 1/255. Added in the same order on every level: four sums of every
     * fourth span, then these, so that all give the same bits. */
    void (*spans_left)(const uint16_t start[16], const uint32_t color[16], float position,
                       struct gf_spans_left *out);

    /* Bit j of the result is bit index[j] of bits[0..nbits), which are in words of 32, the lowest
     * first; 0 where index[j] >= nbits. */
    uint32_t (*pick_bits)(const uint32_t *bits, uint32_t nbits, const uint32_t index[16]);
};

/* The level to use: the best that this CPU has, or the one that the environment variable
 * GIGAFLAME_SIMD names. An unknown name, or a level that the CPU lacks, is an error. */
const struct gf_simd *gf_simd_select(struct gf_error *err);

/* The level called `name` if this build and this CPU have it, else NULL. */
const struct gf_simd *gf_simd_by_name(const char *name);

/* All levels of this build, worst first, NULL-terminated; the CPU may lack some. */
const struct gf_simd *const *gf_simd_levels(void);

bool gf_simd_supported(const struct gf_simd *level);

#endif
