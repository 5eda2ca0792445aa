/* A struct gf_output that keeps what is written in memory and can be told to fail, in place of the
 * one in src/io: link memory_output.c into the test, and the library's is not taken. */
#ifndef GF_TEST_MEMORY_OUTPUT_H
#define GF_TEST_MEMORY_OUTPUT_H

#include "io/output.h"

#define MEMORY_OUTPUT_NO_LIMIT SIZE_MAX

struct gf_output {
    unsigned char *data;
    size_t len, cap;
    size_t limit; /* a write that would go beyond fails like a full disk */
};

void memory_output_free(struct gf_output *out);

#endif
