/* The stages up to the frame array at every SIMD level and number of threads, and what pictures in
 * between cost a load. Runs go round robin, so that a machine that changes its speed changes it for
 * all. */
#ifndef GF_CLI_BENCH_MATRIX_H
#define GF_CLI_BENCH_MATRIX_H

#include "cli/bench_load.h"
#include "cli/print.h"

/* One level at one number of threads. */
struct gf_bench_cell {
    const char *simd;
    struct gf_bench_load load; /* decode, aggregate, flatten and load are measured */
};

struct gf_bench_matrix {
    struct gf_bench_cell *cells; /* levels in the order of gf_simd_levels, threads ascending */
    size_t n;
};

/* Measures the levels that the CPU has with 1, 2, 4, … threads and as many as params->threads says
 * (0: one per core), plan->runs of each or as many rounds as end before the plan's deadline, one at
 * least. The environment's GIGAFLAME_SIMD, which says what the loader takes, is set meanwhile. To
 * be freed, also on failure. */
bool gf_bench_matrix_run(struct gf_bench_matrix *matrix, const struct gf_source_list *sources,
                         const struct gf_load_params *params, const struct gf_bench_plan *plan,
                         struct gf_error *err);
void gf_bench_matrix_free(struct gf_bench_matrix *matrix);
void gf_bench_matrix_text(struct gf_bench_matrix *matrix, struct gf_print *out);
void gf_bench_matrix_json(struct gf_bench_matrix *matrix, struct gf_json *j);

/* Loads in pairs, one plain and one of which pictures are asked for all the time. */
struct gf_bench_partial {
    struct gf_timing plain, drawn;
    struct gf_timing ratio; /* drawn / plain of each pair, not seconds */
    uint64_t pictures;      /* of the last load */
};

/* Measures plan->runs pairs, or as many as end before its deadline, one at least. */
bool gf_bench_partial_run(struct gf_bench_partial *partial, const struct gf_source_list *sources,
                          const struct gf_load_params *params, const struct gf_bench_plan *plan,
                          struct gf_error *err);
void gf_bench_partial_text(struct gf_bench_partial *partial, struct gf_print *out);
void gf_bench_partial_json(struct gf_bench_partial *partial, struct gf_json *j);

/* One stage as an element of an array, and as a line of a table. */
void gf_bench_stage_json(struct gf_json *j, const char *name, struct gf_timing *t);
void gf_bench_stage_text(struct gf_print *out, const char *name, struct gf_timing *t);

#endif
