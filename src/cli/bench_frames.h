/* How long pictures take while somebody flies through a profile. */
#ifndef GF_CLI_BENCH_FRAMES_H
#define GF_CLI_BENCH_FRAMES_H

#include "cli/bench.h"
#include "gl/renderer.h"
#include "model/profile.h"

struct gf_bench_flight {
    uint32_t width, height;
    struct gf_timing layout; /* frame array to draw list */
    struct gf_timing draw;   /* draw list to a finished picture in the driver's memory */
    struct gf_timing total;
    struct gf_timing cpu; /* processor time of all threads: what other programs take is not in it */
    double first_seconds; /* the first picture, with what later ones reuse */
    uint64_t rects, labels; /* of all pictures */
};

/* 1920 x 1080 and 3840 x 2160. */
enum { GF_BENCH_FLIGHTS = 2 };

struct gf_bench_frames {
    const struct gf_profile *profile;
    bool lod; /* false: every frame is an instance of its own */
    enum gf_renderer_path path;
    unsigned repetitions; /* of the flight */
    const struct gf_interrupt *interrupt;
    double context_seconds; /* to open the driver, the fonts and the shaders */
    struct gf_bench_flight flight[GF_BENCH_FLIGHTS];
    char renderer[128], version[128];
};

/* Flies: all in view; then around five places in turn, each times in by the factor of 2^16, a while
 * sideways and up and down, and out again. The same views for the same profile. */
bool gf_bench_frames_run(struct gf_bench_frames *bench, struct gf_error *err);

bool gf_bench_frames_print(struct gf_bench_frames *bench, bool json, struct gf_error *err);

#endif
