#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/bench.h"

bool gf_bench_repeat(struct gf_bench_plan *plan, gf_bench_work *work, void *ctx,
                     struct gf_timing *out, struct gf_error *err)
{
    out->n = 0;
    double start = gf_now(), share = plan->deadline - start;
    if (plan->stages > 1)
        share /= plan->stages--;
    do {
        double own = -1, before = gf_now();
        if (!gf_interrupt_check(plan->interrupt, err) || !work(ctx, &out->bytes, &own, err))
            return false;
        out->seconds[out->n++] = own >= 0 ? own : gf_now() - before;
    } while (out->n < plan->runs && out->n < GF_BENCH_MAX_RUNS && gf_now() - start < share);
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double gf_timing_quantile(struct gf_timing *timing, double part)
{
    if (timing->n == 0)
        return 0;
    qsort(timing->seconds, timing->n, sizeof *timing->seconds, ascending);
    double at = part * (double)(timing->n - 1);
    size_t i = (size_t)floor(at);
    if (i + 1 >= timing->n)
        return timing->seconds[timing->n - 1];
    return timing->seconds[i] + (at - (double)i) * (timing->seconds[i + 1] - timing->seconds[i]);
}

double gf_timing_rate(struct gf_timing *timing)
{
    double median = gf_timing_quantile(timing, 0.5);
    return median > 0 ? (double)timing->bytes / median / 1e9 : 0;
}
