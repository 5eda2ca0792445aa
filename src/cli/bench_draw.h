/* The stages from the frame array to pixels and to a PNG file, measured one by one. */
#ifndef GF_CLI_BENCH_DRAW_H
#define GF_CLI_BENCH_DRAW_H

#include "cli/bench.h"
#include "model/profile.h"

#define GF_BENCH_DRAW_STAGES 3

struct gf_bench_draw {
    const struct gf_profile *profile;
    uint32_t width, height; /* pixels of a picture */
    /* Frame array to draw list, the whole profile in view. */
    struct gf_timing layout;
    /* Layout, drawing and reading back of one view after another: the whole, and zoomed in. */
    struct gf_timing frame;
    /* Pixels of the whole to a PNG file that nobody keeps. */
    struct gf_timing png;
    char renderer[128], version[128];
};

/* Measures all of them; GF_BENCH_DRAW_STAGES of the plan, its last. */
bool gf_bench_draw_run(struct gf_bench_draw *bench, struct gf_bench_plan *plan,
                       struct gf_error *err);

#endif
