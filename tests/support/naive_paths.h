/* A naive aggregator to check call trees against: every prefix of every stack is a string of its
 * own in one map. Shares no code with src/model. */
#ifndef GF_TESTS_NAIVE_PATHS_H
#define GF_TESTS_NAIVE_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct naive_path {
    char *text;
    size_t len;
    uint64_t self;
    bool seen; /* for whoever compares */
};

struct naive_paths {
    struct naive_path *slots; /* text is NULL in a free one */
    size_t nslots, n;         /* n: distinct call paths */
    uint32_t max_depth;
};

void naive_add(struct naive_paths *p, const char *stack, size_t len, uint64_t weight);
struct naive_path *naive_find(struct naive_paths *p, const char *path, size_t len);
void naive_free(struct naive_paths *p);

#endif
