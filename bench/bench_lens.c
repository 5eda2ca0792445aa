/* How long bottom-up and a sandwich take to show: until the first picture, until all that is wide
 * enough to be seen is there, and for comparison as a whole new profile. No window; everything up
 * to the draw list is counted.
 *
 *     bench_lens FILE [ROUNDS [lazy]]
 *
 * Prints medians of ROUNDS (5) in milliseconds; with `lazy` nothing is compared. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench_scene.h"
#include "base/system.h"
#include "model/top.h"
#include "ui/nav.h"
#include "ui/sandwich.h"
#include "ui/screen.h"

enum { ROUNDS_MOST = 99 };

struct figures {
    double index, cold, first, settled, whole;
    double pictures, frames;
};

/* From the wish for a lens to a picture that is as sharp as it gets, or to the first one. */
static void show(struct gf_app *app, struct gf_screen *screen, struct figures *f, bool one)
{
    struct gf_error err;
    double start = gf_now();
    f->pictures = 0;
    while (gf_app_unfold(app), app->wishes.derive) {
        app->wishes.derive = false;
        struct gf_job *job = gf_app_lens_job(app, &bench_look, 0);
        job->run(job, NULL);
        gf_app_derived(app, gf_lens_result(job));
        job->free(job);
        if (!gf_screen_draw(screen, app, false, &err))
            bench_give_up(&err);
        f->pictures++;
        if (f->pictures == 1)
            f->first = gf_now() - start;
        if (one)
            return;
    }
    f->settled = gf_now() - start;
    f->frames = app->scene->profile->frames.n;
}

static void measure_lens(struct gf_scene *base, enum gf_derive_kind kind, uint32_t name, bool whole,
                         struct figures *f)
{
    struct gf_app app;
    struct gf_screen screen = {0};
    struct gf_error err;
    gf_app_init(&app, &bench_measure, "bench");
    app.animate = false;
    gf_app_adopt(&app, gf_scene_hold(base));
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 1920, .y = 1080});
    gf_frame_index_free(&base->index);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_LENS, .amount = kind, .node = name});
    show(&app, &screen, f, true);
    f->cold = f->first;
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_BACK});
    gf_frame_index_free(&base->index);
    double start = gf_now();
    if (!gf_frame_index_make(&base->profile->frames, gf_system_cores(), NULL, &base->index, &err))
        bench_give_up(&err);
    f->index = gf_now() - start;
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_LENS, .amount = kind, .node = name});
    show(&app, &screen, f, false);
    gf_screen_free(&screen);
    gf_app_free(&app);
    start = gf_now();
    for (int half = 0; whole && half < (kind == GF_DERIVE_SANDWICH ? 2 : 1); half++) {
        struct gf_derive_params params = {.kind = kind, .order = GF_ORDER_WEIGHT, .name = name};
        struct gf_profile *derived;
        if (kind == GF_DERIVE_SANDWICH)
            params.kind = half ? GF_DERIVE_CALLEES : GF_DERIVE_CALLERS;
        if (!gf_derive(base->profile, &params, NULL, &derived, &err))
            bench_give_up(&err);
        gf_profile_free(derived);
    }
    f->whole = gf_now() - start;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct figures *all, int n, size_t at)
{
    double values[ROUNDS_MOST];
    for (int i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&all[i] + at, sizeof values[i]);
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[n / 2];
}

static void report(struct gf_scene *base, const char *what, enum gf_derive_kind kind, uint32_t name,
                   int rounds, bool whole)
{
    struct figures all[ROUNDS_MOST] = {{0}};
    for (int i = 0; i < rounds; i++)
        measure_lens(base, kind, name, whole && i == 0, &all[i]);
#define MEDIAN(x) median(all, rounds, offsetof(struct figures, x))
    printf("%-24s %8.0f %8.0f %8.0f %8.0f %8.0f %9.0f %9.0f\n", what, 1e3 * MEDIAN(index),
           1e3 * MEDIAN(cold), 1e3 * MEDIAN(first), 1e3 * MEDIAN(settled), 1e3 * all[0].whole,
           MEDIAN(pictures), MEDIAN(frames));
#undef MEDIAN
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 5;
    bool whole = argc < 4;
    if (argc < 2 || rounds < 1 || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: bench_lens FILE [ROUNDS [lazy]]\n");
        return 2;
    }
    struct gf_scene *base = bench_read_scene(argv[1]);
    struct gf_top top;
    struct gf_error err;
    if (!gf_top_make(&base->profile->frames, 0, NULL, NULL, &top, &err))
        bench_give_up(&err);
    uint32_t widest = 0, middle = 0;
    for (uint32_t i = 1; i < top.n; i++) {
        if (top.functions[i].total > top.functions[widest].total)
            widest = i;
        /* The widest of those in less than a tenth of all samples. */
        if (top.functions[i].total < gf_app_total(&(struct gf_app){.scene = base}) / 10 &&
            (top.functions[middle].total > gf_app_total(&(struct gf_app){.scene = base}) / 10 ||
             top.functions[i].total > top.functions[middle].total))
            middle = i;
    }
    printf("%u call paths, %u functions, %u threads; 1920 x 1080, milliseconds\n",
           base->profile->frames.n - 1, base->profile->frames.names.n, gf_system_cores());
    printf("%-24s %8s %8s %8s %8s %8s %9s %9s\n", "", "index", "cold", "first", "settled", "whole",
           "pictures", "frames");
    report(base, "bottom-up", GF_DERIVE_BOTTOM_UP, GF_NO_NAME, rounds, whole);
    report(base, "sandwich, widest", GF_DERIVE_SANDWICH, top.functions[widest].name, rounds, whole);
    report(base, "sandwich, a tenth", GF_DERIVE_SANDWICH, top.functions[middle].name, rounds,
           whole);
    report(base, "sandwich, most self", GF_DERIVE_SANDWICH, top.functions[0].name, rounds, whole);
    gf_top_free(&top);
    gf_scene_drop(base);
    return 0;
}
