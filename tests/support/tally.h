/* The oracle of the loader's tests: folded text aggregated by sorting its lines. Knows only plain
 * lines, "stack count"; shares no code with the loader. */
#ifndef GF_TESTS_TALLY_H
#define GF_TESTS_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/profile.h"

struct tally_stack {
    char *stack;
    uint64_t count;
};

struct tally {
    struct tally_stack *items; /* by the stack's bytes, each once */
    size_t n, cap;
    uint64_t total, lines;
};

/* Adds the lines of text[0..n); a line without a count is left out. */
void tally_add(struct tally *t, const char *text, size_t n);

/* Sorts and joins what was added. */
void tally_close(struct tally *t);

void tally_free(struct tally *t);

/* Fails the test where the profile's self weights are not those of the (closed) tally. */
void tally_expect(const struct tally *t, const struct gf_profile *profile);

/* Fails the test where the profile is not one of a part of the lines: each stack is known and has
 * no more weight than all the lines give it. */
void tally_expect_part(const struct tally *t, const struct gf_profile *profile);

#endif
