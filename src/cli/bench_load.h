/* The stages from files to the frame array, measured one by one. */
#ifndef GF_CLI_BENCH_LOAD_H
#define GF_CLI_BENCH_LOAD_H

#include "cli/bench.h"
#include "decode/decoder.h"
#include "model/load.h"

/* Stages that are repeated: aggregate, flatten and load are one. */
#define GF_BENCH_LOAD_STAGES 4

struct gf_bench_load {
    const struct gf_source_list *sources;
    struct gf_load_params params;
    /* Files to bytes, through the system's cache from the second run on. */
    struct gf_timing read;
    /* read and decompression, on one thread. */
    struct gf_timing decompress;
    /* Decoded bytes in memory to samples that nobody takes, on one thread. */
    struct gf_timing decode;
    /* Everything from files to call trees, on all threads. */
    struct gf_timing aggregate;
    /* Call trees to the frame array. */
    struct gf_timing flatten;
    /* Everything from files to the frame array. */
    struct gf_timing load;
    uint64_t peak_rss;          /* of the loads, in bytes */
    struct gf_profile *profile; /* of the last load; gf_bench_load_free */
};

/* The beginning of the first source that is a profile, for the stage that decodes. */
struct gf_bench_sample {
    struct gf_map text;
    size_t len;
    const struct gf_format *format;
    struct gf_format_hints hints;
};

/* Reads it; gf_bench_sample_free, also on failure. */
bool gf_bench_sample_take(const struct gf_source_list *sources, struct gf_bench_sample *sample,
                          struct gf_error *err);
void gf_bench_sample_free(struct gf_bench_sample *sample);

/* Adds one run to decode, aggregate, flatten and load, at the level that GIGAFLAME_SIMD names. */
bool gf_bench_load_again(struct gf_bench_load *bench, const struct gf_bench_sample *sample,
                         struct gf_error *err);

/* Measures all of them; GF_BENCH_LOAD_STAGES of the plan. Sources are read again and again, so none
 * may be standard input. On failure there is nothing to free. */
bool gf_bench_load_run(struct gf_bench_load *bench, struct gf_bench_plan *plan,
                       struct gf_error *err);
void gf_bench_load_free(struct gf_bench_load *bench);

#endif
