#include "cli/bench_matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/system.h"
#include "simd/simd.h"

#define LEVEL_VARIABLE "GIGAFLAME_SIMD"
/* How long a window waits before it asks for the next picture. */
#define PICTURE_SECONDS 0.016

static bool add_cell(struct gf_bench_matrix *m, size_t *cap, const struct gf_simd *level,
                     const struct gf_source_list *sources, struct gf_load_params params,
                     struct gf_error *err)
{
    if (!gf_grow(&m->cells, cap, m->n + 1, err))
        return false;
    struct gf_bench_cell *cell = &m->cells[m->n++];
    memset(cell, 0, sizeof *cell);
    cell->simd = level->name;
    cell->load.sources = sources;
    cell->load.params = params;
    return true;
}

static bool make_cells(struct gf_bench_matrix *m, const struct gf_source_list *sources,
                       const struct gf_load_params *params, struct gf_error *err)
{
    size_t cap = 0;
    struct gf_load_params p = *params;
    unsigned most = p.threads ? p.threads : gf_system_cores();
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++) {
        if (!gf_simd_supported(*level))
            continue;
        for (p.threads = 1; p.threads < most; p.threads *= 2)
            if (!add_cell(m, &cap, *level, sources, p, err))
                return false;
        p.threads = most;
        if (!add_cell(m, &cap, *level, sources, p, err))
            return false;
    }
    return true;
}

static bool run_cells(struct gf_bench_matrix *m, const struct gf_bench_sample *sample,
                      const struct gf_bench_plan *plan, struct gf_error *err)
{
    for (uint64_t round = 0; round < plan->runs; round++) {
        for (size_t i = 0; i < m->n; i++) {
            struct gf_bench_cell *cell = &m->cells[i];
            if (round > 0 && gf_now() > plan->deadline)
                return true;
            if (setenv(LEVEL_VARIABLE, cell->simd, 1) != 0)
                return gf_fail_nomem(err, strlen(cell->simd));
            if (!gf_interrupt_check(plan->interrupt, err) ||
                !gf_bench_load_again(&cell->load, sample, err))
                return false;
            gf_bench_load_free(&cell->load);
        }
    }
    return true;
}

bool gf_bench_matrix_run(struct gf_bench_matrix *m, const struct gf_source_list *sources,
                         const struct gf_load_params *params, const struct gf_bench_plan *plan,
                         struct gf_error *err)
{
    struct gf_bench_sample sample = {0};
    const char *forced = getenv(LEVEL_VARIABLE);
    char *before = forced ? strdup(forced) : NULL;
    *m = (struct gf_bench_matrix){0};
    bool ok = make_cells(m, sources, params, err) && gf_bench_sample_take(sources, &sample, err) &&
              run_cells(m, &sample, plan, err);
    if (before)
        setenv(LEVEL_VARIABLE, before, 1);
    else
        unsetenv(LEVEL_VARIABLE);
    free(before);
    gf_bench_sample_free(&sample);
    return ok;
}

void gf_bench_matrix_free(struct gf_bench_matrix *m)
{
    for (size_t i = 0; i < m->n; i++)
        gf_bench_load_free(&m->cells[i].load);
    free(m->cells);
    *m = (struct gf_bench_matrix){0};
}

void gf_bench_matrix_text(struct gf_bench_matrix *m, struct gf_print *out)
{
    gf_print_f(out, "\n%-7s %7s %9s %9s %9s %9s %19s %5s %6s\n", "simd", "threads", "decode ms",
               "aggregate", "flatten", "load", "min - max", "runs", "GB/s");
    for (size_t i = 0; i < m->n; i++) {
        struct gf_bench_load *l = &m->cells[i].load;
        gf_print_f(out, "%-7s %7u %9.2f %9.2f %9.2f %9.2f %9.2f - %7.2f %5zu %6.2f\n",
                   m->cells[i].simd, l->params.threads, 1e3 * gf_timing_quantile(&l->decode, 0.5),
                   1e3 * gf_timing_quantile(&l->aggregate, 0.5),
                   1e3 * gf_timing_quantile(&l->flatten, 0.5),
                   1e3 * gf_timing_quantile(&l->load, 0.5), 1e3 * gf_timing_quantile(&l->load, 0),
                   1e3 * gf_timing_quantile(&l->load, 1), l->load.n, gf_timing_rate(&l->load));
    }
}

void gf_bench_stage_json(struct gf_json *j, const char *name, struct gf_timing *t)
{
    gf_json_object(j, NULL);
    gf_json_string(j, "stage", name, strlen(name));
    gf_json_double(j, "seconds", gf_timing_quantile(t, 0.5));
    gf_json_double(j, "min", gf_timing_quantile(t, 0));
    gf_json_double(j, "max", gf_timing_quantile(t, 1));
    gf_json_u64(j, "runs", t->n);
    gf_json_u64(j, "bytes", t->bytes);
    gf_json_double(j, "gb_per_s", gf_timing_rate(t));
    gf_json_end_object(j);
}

void gf_bench_stage_text(struct gf_print *out, const char *name, struct gf_timing *t)
{
    char bytes[16] = "";
    gf_print_f(out, "%-10s %9.2f %9.2f %9.2f %5zu", name, 1e3 * gf_timing_quantile(t, 0),
               1e3 * gf_timing_quantile(t, 0.5), 1e3 * gf_timing_quantile(t, 1), t->n);
    if (t->bytes > 0)
        gf_print_f(out, " %9s %7.2f", gf_str_bytes(bytes, t->bytes), gf_timing_rate(t));
    gf_print_bytes(out, "\n", 1);
}

void gf_bench_matrix_json(struct gf_bench_matrix *m, struct gf_json *j)
{
    gf_json_array(j, "matrix");
    for (size_t i = 0; i < m->n; i++) {
        struct gf_bench_cell *cell = &m->cells[i];
        gf_json_object(j, NULL);
        gf_json_string(j, "simd", cell->simd, strlen(cell->simd));
        gf_json_u64(j, "threads", cell->load.params.threads);
        gf_json_array(j, "stages");
        gf_bench_stage_json(j, "decode", &cell->load.decode);
        gf_bench_stage_json(j, "aggregate", &cell->load.aggregate);
        gf_bench_stage_json(j, "flatten", &cell->load.flatten);
        gf_bench_stage_json(j, "load", &cell->load.load);
        gf_json_end_array(j);
        gf_json_end_object(j);
    }
    gf_json_end_array(j);
}

/* A load as a window makes it: asks for what there is until all is there. */
static bool load_drawn(const struct gf_source_list *sources, const struct gf_load_params *params,
                       uint64_t *pictures, struct gf_profile **profile, struct gf_error *err)
{
    struct gf_load *load;
    *pictures = 0;
    if (!gf_load_start(sources, params, &load, err))
        return false;
    do {
        struct gf_profile *part = gf_load_partial(load);
        *pictures += part != NULL;
        gf_profile_free(part);
    } while (!gf_load_wait(load, PICTURE_SECONDS));
    return gf_load_finish(load, profile, err);
}

static void add_time(struct gf_timing *t, double value)
{
    if (t->n < GF_BENCH_MAX_RUNS)
        t->seconds[t->n++] = value;
}

static bool run_pair(struct gf_bench_partial *p, const struct gf_source_list *sources,
                     const struct gf_load_params *params, struct gf_error *err)
{
    double seconds[2];
    for (unsigned i = 0; i < 2; i++) {
        /* Which of the two goes first changes from pair to pair. */
        bool drawn = (i + p->ratio.n) % 2;
        struct gf_profile *profile = NULL;
        double start = gf_now();
        if (!(drawn ? load_drawn(sources, params, &p->pictures, &profile, err)
                    : gf_load_all(sources, params, &profile, err)))
            return false;
        seconds[drawn] = gf_now() - start;
        p->plain.bytes = p->drawn.bytes = profile->stats.bytes_decoded;
        gf_profile_free(profile);
    }
    add_time(&p->plain, seconds[0]);
    add_time(&p->drawn, seconds[1]);
    add_time(&p->ratio, seconds[0] > 0 ? seconds[1] / seconds[0] : 1);
    return true;
}

bool gf_bench_partial_run(struct gf_bench_partial *p, const struct gf_source_list *sources,
                          const struct gf_load_params *params, const struct gf_bench_plan *plan,
                          struct gf_error *err)
{
    memset(p, 0, sizeof *p);
    for (uint64_t i = 0; i < plan->runs && (i == 0 || gf_now() < plan->deadline); i++)
        if (!gf_interrupt_check(plan->interrupt, err) || !run_pair(p, sources, params, err))
            return false;
    return true;
}

void gf_bench_partial_text(struct gf_bench_partial *p, struct gf_print *out)
{
    gf_print_f(out, "\n");
    gf_bench_stage_text(out, "plain", &p->plain);
    gf_bench_stage_text(out, "drawn", &p->drawn);
    gf_print_f(out,
               "a load with %llu pictures on the way takes %.2f times as long (pairs: %.2f to "
               "%.2f)\n",
               (unsigned long long)p->pictures, gf_timing_quantile(&p->ratio, 0.5),
               gf_timing_quantile(&p->ratio, 0), gf_timing_quantile(&p->ratio, 1));
}

void gf_bench_partial_json(struct gf_bench_partial *p, struct gf_json *j)
{
    gf_json_object(j, "partial");
    gf_json_u64(j, "pictures", p->pictures);
    gf_json_double(j, "plain_seconds", gf_timing_quantile(&p->plain, 0.5));
    gf_json_double(j, "drawn_seconds", gf_timing_quantile(&p->drawn, 0.5));
    gf_json_double(j, "ratio", gf_timing_quantile(&p->ratio, 0.5));
    gf_json_double(j, "ratio_min", gf_timing_quantile(&p->ratio, 0));
    gf_json_double(j, "ratio_max", gf_timing_quantile(&p->ratio, 1));
    gf_json_u64(j, "runs", p->ratio.n);
    gf_json_end_object(j);
}
