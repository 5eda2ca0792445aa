#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "cli/bench_draw.h"
#include "cli/bench_frames.h"
#include "cli/bench_matrix.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "simd/simd.h"

#define STAGES 8

struct bench_options {
    bool json, frames, matrix, partial;
    unsigned lod, draw;
    uint64_t runs;
    double budget;
    uint64_t width, height;
};

static const char *const lod_modes[] = {"on", "off", NULL};
static const char *const draw_modes[] = {"auto", "quads", "composed", NULL}; /* gf_renderer_path */

#define AT(field) offsetof(struct bench_options, field)
static const struct gf_option bench_options[] = {
    {"runs", 0, GF_OPT_U64, AT(runs), "N", NULL, 1, GF_BENCH_MAX_RUNS,
     "runs of each stage; default: 5"},
    {"budget", 0, GF_OPT_DOUBLE, AT(budget), "SECONDS", NULL, 0.001, 86400,
     "about how long all of it may take: fewer runs then, but one at least; default: 30"},
    {"width", 0, GF_OPT_U64, AT(width), "PX", NULL, 64, 16384,
     "width of the drawn pictures; default: 1920"},
    {"image-height", 0, GF_OPT_U64, AT(height), "PX", NULL, 64, 16384,
     "their height; default: 1080"},
    {"matrix", 0, GF_OPT_FLAG, AT(matrix), NULL, NULL, 0, 0,
     "also measure loading at every SIMD level with 1, 2, 4 … threads, in turns, in half of the "
     "budget"},
    {"partial", 0, GF_OPT_FLAG, AT(partial), NULL, NULL, 0, 0,
     "also measure what pictures of what has been read so far cost a load, in pairs, in a quarter "
     "of the budget"},
    {"frames", 0, GF_OPT_FLAG, AT(frames), NULL, NULL, 0, 0,
     "load once, then fly through the profile at 1920x1080 and 3840x2160: the time of each "
     "picture"},
    {"lod", 0, GF_OPT_CHOICE, AT(lod), "MODE", lod_modes, 0, 0,
     "with --frames: on, or off: every frame an instance of its own; default: on"},
    {"draw", 0, GF_OPT_CHOICE, AT(draw), "HOW", draw_modes, 0, 0,
     "with --frames: instanced quads, composed on the CPU, or what suits the driver; default: "
     "auto"},
    {"json", 0, GF_OPT_FLAG, AT(json), NULL, NULL, 0, 0, "print one JSON object"},
};

static const char *const examples[] = {"gigaflame bench cpu.folded.zst",
                                       "seconds and GB/s of each stage",
                                       "gigaflame bench --frames cpu.folded.zst",
                                       "milliseconds a picture while zooming and panning",
                                       "gigaflame bench --matrix --budget 120 cpu.folded.zst",
                                       "loading at every SIMD level and number of threads",
                                       "GIGAFLAME_SIMD=scalar gigaflame bench --json cpu.folded",
                                       "the same without vector units",
                                       NULL};

struct bench {
    const struct bench_options *options;
    struct gf_bench_load load;
    struct gf_bench_matrix matrix;
    struct gf_bench_partial partial;
    struct gf_bench_draw draw;
    struct gf_machine machine;
    const char *simd;
    struct {
        const char *name;
        struct gf_timing *timing;
    } stages[STAGES];
};

static void name_stages(struct bench *b)
{
    size_t n = 0;
    b->stages[n].name = "read";
    b->stages[n++].timing = &b->load.read;
    b->stages[n].name = "decompress";
    b->stages[n++].timing = &b->load.decompress;
    b->stages[n].name = "decode";
    b->stages[n++].timing = &b->load.decode;
    b->stages[n].name = "aggregate";
    b->stages[n++].timing = &b->load.aggregate;
    b->stages[n].name = "flatten";
    b->stages[n++].timing = &b->load.flatten;
    b->stages[n].name = "layout";
    b->stages[n++].timing = &b->draw.layout;
    b->stages[n].name = "frame";
    b->stages[n++].timing = &b->draw.frame;
    b->stages[n].name = "png";
    b->stages[n++].timing = &b->draw.png;
}

static void text_field(struct gf_json *j, const char *key, const char *text)
{
    gf_json_string(j, key, text, strlen(text));
}

static void machine_json(struct gf_json *j, const struct bench *b)
{
    gf_json_object(j, "machine");
    text_field(j, "cpu", b->machine.cpu);
    gf_json_u64(j, "cores", b->machine.cores);
    gf_json_u64(j, "memory_bytes", b->machine.memory);
    text_field(j, "system", b->machine.system);
    text_field(j, "kernel", b->machine.kernel);
    text_field(j, "compiler", __VERSION__);
    text_field(j, "gigaflame", GF_VERSION);
    text_field(j, "zstd", GF_ZSTD_VERSION);
    text_field(j, "isal", GF_ISAL_VERSION);
    text_field(j, "gl_renderer", b->draw.renderer);
    text_field(j, "gl_version", b->draw.version);
    gf_json_end_object(j);
}

static bool print_json(struct bench *b, struct gf_error *err)
{
    struct gf_json j = {0};
    gf_json_object(&j, NULL);
    machine_json(&j, b);
    text_field(&j, "simd", b->simd);
    gf_json_u64(&j, "threads", b->load.profile->stats.threads);
    gf_json_array(&j, "stages");
    for (size_t i = 0; i < STAGES; i++)
        gf_bench_stage_json(&j, b->stages[i].name, b->stages[i].timing);
    gf_json_end_array(&j);
    gf_json_double(&j, "load_seconds", gf_timing_quantile(&b->load.load, 0.5));
    gf_json_double(&j, "load_gb_per_s", gf_timing_rate(&b->load.load));
    gf_json_u64(&j, "peak_rss_bytes", b->load.peak_rss);
    gf_json_u64(&j, "nodes", b->load.profile->frames.n - 1);
    gf_json_object(&j, "frame_ms");
    gf_json_double(&j, "p50", 1e3 * gf_timing_quantile(&b->draw.frame, 0.5));
    gf_json_double(&j, "p99", 1e3 * gf_timing_quantile(&b->draw.frame, 0.99));
    gf_json_double(&j, "max", 1e3 * gf_timing_quantile(&b->draw.frame, 1));
    gf_json_end_object(&j);
    gf_json_object(&j, "picture");
    gf_json_u64(&j, "width", b->draw.width);
    gf_json_u64(&j, "height", b->draw.height);
    gf_json_end_object(&j);
    if (b->options->matrix)
        gf_bench_matrix_json(&b->matrix, &j);
    if (b->options->partial)
        gf_bench_partial_json(&b->partial, &j);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

static bool print_text(struct bench *b, struct gf_error *err)
{
    struct gf_print out = {0};
    char a[27], c[27];
    gf_print_f(&out, "%s, %u %s, %s of memory\n%s, %s\n", b->machine.cpu, b->machine.cores,
               b->machine.cores == 1 ? "core" : "cores", gf_str_bytes(a, b->machine.memory),
               b->machine.system, b->machine.kernel);
    gf_print_f(&out, "gigaflame %s, compiler %s, zstd %s, ISA-L %s, simd %s\n%s, OpenGL %s\n\n",
               GF_VERSION, __VERSION__, GF_ZSTD_VERSION, GF_ISAL_VERSION, b->simd, b->draw.renderer,
               b->draw.version);
    gf_print_f(&out, "%-10s %9s %9s %9s %5s %9s %7s\n", "stage", "min ms", "median", "max", "runs",
               "bytes", "GB/s");
    for (size_t i = 0; i < STAGES; i++)
        gf_bench_stage_text(&out, b->stages[i].name, b->stages[i].timing);
    gf_print_f(&out, "\n");
    gf_bench_stage_text(&out, "load", &b->load.load);
    gf_print_f(&out, "\n%s call paths, %u threads, at most %s of memory while loading\n",
               gf_str_grouped(a, b->load.profile->frames.n - 1), b->load.profile->stats.threads,
               gf_str_bytes(c, b->load.peak_rss));
    gf_print_f(&out, "frames of %ux%u: half within %.1f ms, 99%% within %.1f ms\n", b->draw.width,
               b->draw.height, 1e3 * gf_timing_quantile(&b->draw.frame, 0.5),
               1e3 * gf_timing_quantile(&b->draw.frame, 0.99));
    if (b->options->matrix)
        gf_bench_matrix_text(&b->matrix, &out);
    if (b->options->partial)
        gf_bench_partial_text(&b->partial, &out);
    return gf_print_finish(&out, err);
}

/* What is asked for beside the stages; what has been measured of them is in memory meanwhile. */
static bool measure_more(struct bench *b, const struct bench_options *o, struct gf_bench_plan *plan,
                         struct gf_error *err)
{
    plan->deadline = gf_now() + o->budget / 2;
    if (o->matrix && !gf_bench_matrix_run(&b->matrix, b->load.sources, &b->load.params, plan, err))
        return false;
    plan->deadline = gf_now() + o->budget / 4;
    return !o->partial ||
           gf_bench_partial_run(&b->partial, b->load.sources, &b->load.params, plan, err);
}

static bool measure(struct bench *b, const struct bench_options *o,
                    const struct gf_data_options *data, const struct gf_source_list *sources,
                    const struct gf_interrupt *interrupt, struct gf_error *err)
{
    const struct gf_simd *simd = gf_simd_select(err);
    if (!simd)
        return false;
    b->options = o;
    b->simd = simd->name;
    gf_machine_read(&b->machine);
    name_stages(b);
    double share = 1 - (o->matrix ? 0.5 : 0) - (o->partial ? 0.25 : 0);
    struct gf_bench_plan plan = {.runs = o->runs,
                                 .deadline = gf_now() + share * o->budget,
                                 .stages = GF_BENCH_LOAD_STAGES + GF_BENCH_DRAW_STAGES,
                                 .interrupt = interrupt};
    b->load.sources = sources;
    b->load.params = gf_data_load_params(data);
    if (!gf_bench_load_run(&b->load, &plan, err))
        return false;
    b->draw.profile = b->load.profile;
    b->draw.width = (uint32_t)o->width;
    b->draw.height = (uint32_t)o->height;
    bool ok = gf_bench_draw_run(&b->draw, &plan, err) && measure_more(b, o, &plan, err) &&
              (o->json ? print_json(b, err) : print_text(b, err));
    gf_bench_matrix_free(&b->matrix);
    gf_bench_load_free(&b->load);
    return ok;
}

static bool fly(const struct bench_options *o, const struct gf_data_options *data,
                const struct gf_source_list *sources, const struct gf_interrupt *interrupt,
                struct gf_error *err)
{
    struct gf_load_params params = gf_data_load_params(data);
    struct gf_profile *profile = NULL;
    struct gf_bench_frames *b = calloc(1, sizeof *b);
    if (!b)
        return gf_fail_nomem(err, sizeof *b);
    bool ok = gf_load_all(sources, &params, &profile, err);
    b->profile = profile;
    b->lod = o->lod == 0;
    b->path = o->lod == 0 || o->draw ? (enum gf_renderer_path)o->draw : GF_RENDERER_QUADS;
    b->repetitions = o->runs < 3 ? (unsigned)o->runs : 3;
    b->interrupt = interrupt;
    ok = ok && gf_bench_frames_run(b, err) && gf_bench_frames_print(b, o->json, err);
    gf_profile_free(profile);
    free(b);
    return ok;
}

static bool run(struct gf_cli *cli, const struct gf_operands *files, const struct bench_options *o,
                const struct gf_data_options *data, struct gf_error *err)
{
    for (size_t i = 0; i < files->n; i++)
        if (strcmp(files->items[i], "-") == 0)
            return gf_fail(err, GF_ERR_USAGE,
                           "bench reads its input more than once: standard input cannot be");
    struct gf_source_list sources = {0};
    struct bench *b = calloc(1, sizeof *b);
    if (!b)
        return gf_fail_nomem(err, sizeof *b);
    bool ok = gf_source_list_expand(files->items, files->n, &sources, err) &&
              (o->frames ? fly(o, data, &sources, &cli->interrupt, err)
                         : measure(b, o, data, &sources, &cli->interrupt, err));
    gf_source_list_free(&sources);
    free(b);
    return ok;
}

int gf_cmd_bench(struct gf_cli *cli, int argc, char **argv)
{
    struct bench_options o = {.runs = 5, .budget = 30, .width = 1920, .height = 1080};
    struct gf_data_options data = {0};
    const struct gf_option_group groups[] = {
        {"Measuring", bench_options, sizeof bench_options / sizeof *bench_options, &o},
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "bench",
        .usage = "bench [OPTION]... FILE...",
        .purpose =
            "Measures every stage on this machine, from the file to the picture: shortest, median "
            "and longest of several runs. read, decompress (with reading) and decode are on one "
            "thread; "
            "aggregate is all from the files to the call trees, on all threads; "
            "frame is layout, drawing and reading back of a fixed sequence of zoomed views.",
        .notes = "The environment variable GIGAFLAME_SIMD=scalar|sse42|avx2|avx512 forces an "
                 "instruction set.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    struct gf_operands files;
    int status;
    if (!gf_cli_parse(&line, argc, argv, &files, &status))
        return status;
    struct gf_error err = {0};
    bool ok = run(cli, &files, &o, &data, &err);
    gf_operands_free(&files);
    return gf_cli_end(cli, "bench", ok, &err);
}
