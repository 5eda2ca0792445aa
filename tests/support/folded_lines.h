/* Folded lines for tests of aggregation: made, put in an order, and led through the decoder into a
 * builder. */
#ifndef GF_TESTS_FOLDED_LINES_H
#define GF_TESTS_FOLDED_LINES_H

#include "model/builder.h"
#include "support/naive_paths.h"

struct folded_line {
    char *stack;
    size_t len;
    uint64_t weight;
};

struct folded_lines {
    struct folded_line *lines;
    size_t n, cap;
};

void folded_add(struct folded_lines *l, const char *stack, size_t len, uint64_t weight);
void folded_free(struct folded_lines *l);

/* Feeds the lines as text, in pieces whose sizes follow from `seed` (0: one piece). */
void folded_feed(const struct folded_lines *l, struct gf_builder *b, const struct gf_simd *simd,
                 uint64_t seed);

/* Asserts that the tree holds what adding the lines one by one gives: the same call paths, each
 * once, with the same self weights. */
void folded_assert_tree(const struct folded_lines *l, const struct gf_tree *t);

#endif
