/* Which frames match a search, as a bit each in pre-order: made from a bit a name, sixteen frames
 * at a time. What is to be done with matches comes after that, so that neither loop has branches
 * that nobody can foretell. */
#ifndef GF_MODEL_MATCH_BITS_H
#define GF_MODEL_MATCH_BITS_H

#include "base/error.h"
#include "model/frames.h"
#include "simd/simd.h"

/* Bits are kept in words of so many. */
enum { GF_MATCH_WORD = 32 };

/* A bit a name. */
struct gf_match_names {
    const struct gf_simd *simd;
    uint32_t *bits;
    uint32_t n; /* names; what has a larger number matches nothing */
};

/* The names with a mark in matched[0..n), which is not 0. */
bool gf_match_names_make(const uint8_t *matched, uint32_t n, struct gf_match_names *out,
                         struct gf_error *err);
void gf_match_names_free(struct gf_match_names *names);

/* Words for the bits of all frames. */
static inline size_t gf_match_words(const struct gf_frames *frames)
{
    return ((size_t)frames->n + GF_MATCH_WORD - 1) / GF_MATCH_WORD;
}

/* Bits of the frames nodes[0..n), n <= 16, taken from bits[0..nbits). */
static inline uint32_t gf_match_pick(const struct gf_simd *simd, const uint32_t *bits,
                                     uint32_t nbits, const uint32_t *nodes, uint32_t n)
{
    uint32_t picked = 0;
    if (n == 16)
        return simd->pick_bits(bits, nbits, nodes);
    for (uint32_t i = 0; i < n; i++)
        picked |= (nodes[i] < nbits ? bits[nodes[i] / 32] >> nodes[i] % 32 & 1 : 0) << i;
    return picked;
}

/* The bits of the frames from number GF_MATCH_WORD * word on. */
static inline uint32_t gf_match_word(const struct gf_frames *frames,
                                     const struct gf_match_names *names, size_t word)
{
    uint32_t bits = 0, first = (uint32_t)word * GF_MATCH_WORD;
    for (uint32_t i = 0; i < GF_MATCH_WORD && first + i < frames->n; i += 16) {
        uint32_t n = frames->n - first - i;
        bits |= gf_match_pick(names->simd, names->bits, names->n, frames->name + first + i,
                              n < 16 ? n : 16)
                << i;
    }
    return bits;
}

#endif
