/* A profile kept as the list of its samples, and what the frame array has to be according to it:
 * slow, and by definitions instead of by the algorithms under src/model. */
#ifndef GF_TEST_NAIVE_PROFILE_H
#define GF_TEST_NAIVE_PROFILE_H

#include "model/flatten.h"

#define NAIVE_DEPTH 10

struct naive_sample {
    uint32_t depth;
    uint8_t path[NAIVE_DEPTH]; /* indices into naive_names */
    uint64_t values[GF_MAX_VALUES];
    unsigned decimals;
};

struct naive_profile {
    uint32_t nvalues;
    uint32_t n, cap;
    struct naive_sample *samples;
};

/* Names that are hard to order: beginnings of each other, bytes above 127, NUL bytes, lengths
 * around the seven bytes that a sorting key holds. */
#define NAIVE_NAMES 12
struct naive_name {
    const char *text;
    uint32_t len;
};
extern const struct naive_name naive_names[NAIVE_NAMES];

/* A random profile of n samples whose stacks have 1 to NAIVE_DEPTH frames; weights are small, so
 * that ties are many, and some are 0. */
struct naive_profile naive_random(uint64_t seed, uint32_t n, uint32_t nvalues, unsigned decimals);
void naive_free(struct naive_profile *p);

/* Puts the samples into an order in which a walk over their tree meets them. */
void naive_sort(struct naive_profile *p);

/* Makes the tree of samples low to high - 1, as a builder would. Fails the test on an error. */
void naive_tree(const struct naive_profile *p, uint32_t low, uint32_t high, struct gf_tree *t);

/* Makes a tree of one frame with that weight. Fails the test on an error. */
void naive_heavy(struct gf_tree *t, uint64_t value, unsigned decimals);

/* Compares every array of the frames, and the number of stacks, with what the samples say. */
void naive_check(const struct naive_profile *p, enum gf_order order, const struct gf_frames *f,
                 uint64_t stacks);

/* Fails the test unless the two are the same in every byte. */
void naive_same(const struct gf_frames *a, const struct gf_frames *b);

uint64_t naive_next(uint64_t *seed);

#endif
