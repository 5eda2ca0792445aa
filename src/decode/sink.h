/* What a decoder gives to the model: samples, in batches. */
#ifndef GF_DECODE_SINK_H
#define GF_DECODE_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Most value types a sample can carry. */
#define GF_MAX_VALUES 2

/* One sample. `stack` is the frames' names from root to leaf, ';' between them, not terminated; it
 * lives until the sink returns. `shared` says how many of its first bytes are known to equal those
 * of the sample before it (0 is always true), so that nobody compares them again. */
struct gf_sample {
    const char *stack;
    uint32_t len;
    uint32_t shared;
    uint64_t values[GF_MAX_VALUES];
    uint8_t decimals; /* the values are in units of 10^-decimals */
};

/* Longest stack in bytes. */
#define GF_MAX_STACK ((size_t)1 << 30)
/* Most decimals a value keeps; more are rounded. */
#define GF_MAX_DECIMALS 9

struct gf_sink {
    void *ctx;
    /* Takes n samples in the order of the input. False stops the decoder with *err. */
    bool (*take)(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err);
};

#endif
