/* Measuring: repeated runs under a time budget, their median and spread, and the machine they ran
 * on. */
#ifndef GF_CLI_BENCH_H
#define GF_CLI_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/interrupt.h"
#include "export/json.h"

#define GF_BENCH_MAX_RUNS 1000

/* The seconds of each run of one piece of work. */
struct gf_timing {
    double seconds[GF_BENCH_MAX_RUNS];
    size_t n;
    uint64_t bytes; /* that one run works through; 0: has no meaning here */
};

/* What is left to do: each stage may take its part of the time that the ones before it left. */
struct gf_bench_plan {
    uint64_t runs;   /* of each stage, 1 or more */
    double deadline; /* on gf_now's clock */
    unsigned stages; /* that are still to be measured */
    const struct gf_interrupt *interrupt;
};

/* Runs `work` as often as the plan says, or until its part of the time is over, at least once.
 * `work` returns the bytes it went through; seconds that it stores in *own replace the measured
 * ones. */
typedef bool gf_bench_work(void *ctx, uint64_t *bytes, double *own, struct gf_error *err);
bool gf_bench_repeat(struct gf_bench_plan *plan, gf_bench_work *work, void *ctx,
                     struct gf_timing *out, struct gf_error *err);

/* The value below which `part` (0..1) of the runs lie, interpolated (Hyndman and Fan 1996, type
 * 7); 0.5 is the median. 0 without runs. Sorts the runs. */
double gf_timing_quantile(struct gf_timing *timing, double part);

/* Bytes of a run by the median time, in GB (10^9 bytes) a second. */
double gf_timing_rate(struct gf_timing *timing);

/* What the figures depend on. */
struct gf_machine {
    char cpu[128], kernel[128], system[128];
    unsigned cores;
    uint64_t memory;
};
void gf_machine_read(struct gf_machine *machine);

/* "model name" and the like: the value after "key : " of the first line in `text` that begins with
 * `key`; false when there is none. */
bool gf_machine_field(const char *text, const char *key, char *out, size_t cap);

/* Most memory this process has had resident since it began, or since gf_peak_rss_reset, in bytes:
 * VmHWM of /proc/self/status, which unlike getrusage's figure does not count what a parent had
 * before exec. */
uint64_t gf_peak_rss(void);

/* Starts the peak anew (proc(5), clear_refs); where the kernel does not let it the old one stays.
 */
void gf_peak_rss_reset(void);

#endif
