/* The simple reference of large comparisons: folded text, its lines sorted as they are, and what
 * the frame array must be by that. Shares no code and no way of going about it with src/: there is
 * no hash, no tree that grows and no thread in it. Fast enough for hundreds of millions of lines.
 */
#ifndef GF_TESTS_SIMPLE_PROFILE_H
#define GF_TESTS_SIMPLE_PROFILE_H

#include "model/load.h"

struct simple_node {
    const char *name; /* in the text */
    uint32_t len, depth, parent;
    uint32_t size;  /* nodes of its subtree, itself included */
    uint64_t first; /* the line that named it first */
    uint64_t self[2], total[2];
};

struct simple_profile {
    struct simple_node *nodes; /* in pre-order, siblings by name; node 0 is the root */
    uint32_t n, nvalues, max_depth;
    unsigned decimals;
    uint64_t records, stacks, ignored_by[GF_IGNORED_CAUSES];
};

/* Reads text[0..n), borrowed as long as the profile, whose lines have `columns` counts (1, or 2:
 * before and after). No total may be beyond 2^64 - 1. Ends the program when memory runs out. */
struct simple_profile simple_read(const char *text, size_t n, unsigned columns);
void simple_free(struct simple_profile *s);

/* Whether every array and every figure of the loaded profile is what the reference says for
 * siblings in `order`; the first difference goes to standard error. */
bool simple_check(const struct simple_profile *s, enum gf_order order,
                  const struct gf_profile *profile);

#endif
