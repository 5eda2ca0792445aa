/* Folded text of every kind that is hard to aggregate, from a seed: for comparisons of what the
 * loader makes of it with a reference. */
#ifndef GF_TESTS_MIXED_LINES_H
#define GF_TESTS_MIXED_LINES_H

#include "support/packed.h"

struct mixed_lines {
    struct bytes text;
    unsigned columns;  /* counts a line: 1, or 2 in a differential */
    const char *shape; /* how stacks come about: "raw", "deep", … */
    const char *names; /* what frames are called: "chains", "hostile", … */
    bool few_names;    /* 5000 at most, of 140 bytes at most */
};

/* About `lines` lines; the same for the same arguments. Fewer where stacks are deep. Total weight
 * stays below 2^63 in units of 10^-9 where there are decimals. No line of one count reads as one of
 * two. */
struct mixed_lines mixed_make(uint64_t seed, uint32_t lines);

/* The first lines are valid and stay first, so that a reader that sees no more than them of the
 * beginning knows what it reads. */
#define MIXED_HEAD 2

/* Other orders of the same lines. */
enum mixed_order { MIXED_AS_MADE, MIXED_SORTED, MIXED_REVERSED, MIXED_SHUFFLED, MIXED_DEALT };
#define MIXED_ORDERS 5

/* The text with its lines in another order: sorted by bytes, backwards, at random, or all odd ones
 * and then all even ones. To be freed. */
struct bytes mixed_reorder(const struct bytes *text, enum mixed_order order, uint64_t seed);

#endif
