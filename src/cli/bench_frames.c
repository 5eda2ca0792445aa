#include "cli/bench_frames.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "cli/print.h"
#include "cli/json_weight.h"
#include "gl/context.h"
#include "layout/layout.h"
#include "text/text.h"

/* A row of 18 pixels and text of 12, times the scale of the screen: the window's. */
#define ROW_PITCH 18
#define TEXT_PX   12

/* One way: from the whole to 2^16 times as wide in STEPS pictures, SIDEWAYS there, and back. */
enum { PLACES = 5, STEPS = 24, SIDEWAYS = 16, WAY = 2 * STEPS + SIDEWAYS };
#define DEPTH 16.0

struct stage {
    struct gf_bench_frames *bench;
    struct gf_gl *gl;
    struct gf_text *text;
    struct gf_renderer *renderer;
    struct gf_measure measure;
    struct gf_colors colors;
    struct gf_graph graph;
    struct gf_layout_scratch scratch;
    struct gf_drawlist list;
};

static bool open_stage(struct stage *s, struct gf_error *err)
{
    struct gf_bench_frames *b = s->bench;
    const struct gf_frames *frames = &b->profile->frames;
    const struct gf_theme *theme = gf_theme_by_name("light");
    double start = gf_now();
    if (!gf_gl_open_headless(&s->gl, err) || !gf_text_open(&s->text, err) ||
        !gf_renderer_create(s->gl, s->text, &s->renderer, err))
        return false;
    b->context_seconds = gf_now() - start;
    if (!gf_colors_make(frames, 0, &(struct gf_palette){.mode = "module", .theme = theme},
                        &s->colors, err))
        return false;
    gf_renderer_use(s->renderer, b->path);
    snprintf(b->renderer, sizeof b->renderer, "%s", gf_gl_renderer_name(s->gl));
    snprintf(b->version, sizeof b->version, "%s", gf_gl_version(s->gl));
    s->measure = gf_text_measure(s->text);
    s->graph = (struct gf_graph){.frames = frames,
                                 .inverted = true,
                                 .lod = b->lod,
                                 .colors = &s->colors,
                                 .theme = theme,
                                 .measure = &s->measure};
    return true;
}

static void close_stage(struct stage *s)
{
    gf_drawlist_free(&s->list);
    gf_layout_scratch_free(&s->scratch);
    gf_colors_free(&s->colors);
    gf_renderer_destroy(s->renderer);
    gf_text_close(s->text);
    gf_gl_close(s->gl);
}

/* The view of picture `number` of the flight. */
static struct gf_view view_at(const struct gf_graph *g, unsigned number)
{
    struct gf_view view = gf_view_all(g->frames, g->value);
    unsigned place = number / WAY, step = number % WAY;
    uint64_t chance = gf_mix(place + 1);
    double in = step < STEPS              ? (double)step / STEPS
                : step < STEPS + SIDEWAYS ? 1
                                          : (double)(WAY - step) / STEPS;
    uint64_t total = gf_frame_total(g->frames, 0, g->value);
    view = gf_view_zoom(view, exp2(DEPTH * in), (double)(chance % g->width), g->width, total);
    if (step < STEPS || step >= STEPS + SIDEWAYS)
        return view;
    step -= STEPS;
    view = gf_view_pan(view, (double)step * g->width / 7.0, g->width, total);
    double rows = (double)g->frames->nrows * g->row_pitch - g->height;
    double down = (double)(step < SIDEWAYS / 2 ? step : SIDEWAYS - step) * 2 / SIDEWAYS;
    view.scroll = rows > 0 ? floor(rows * down) : 0;
    return view;
}

static double cpu_now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool draw_view(struct stage *s, struct gf_bench_flight *f, double start, double *laid,
                      struct gf_error *err)
{
    struct gf_layout_counts counts = {0};
    gf_drawlist_reset(&s->list, f->width, f->height, s->graph.theme->background);
    if (!gf_layout_graph(&s->graph, &s->scratch, &s->list, &counts, err))
        return false;
    *laid = gf_now() - start;
    f->rects += s->list.nrects;
    f->labels += s->list.nlabels;
    return gf_renderer_draw_offscreen(s->renderer, &s->list, err);
}

static bool fly(struct stage *s, struct gf_bench_flight *f, struct gf_error *err)
{
    unsigned scale = f->width / 1920;
    s->graph.width = f->width;
    s->graph.height = f->height;
    s->graph.row_pitch = ROW_PITCH * scale;
    s->graph.text_px = TEXT_PX * scale;
    s->graph.scale = scale;
    for (unsigned i = 0; i <= s->bench->repetitions * PLACES * WAY; i++) {
        if (!gf_interrupt_check(s->bench->interrupt, err))
            return false;
        s->graph.view = view_at(&s->graph, i % (PLACES * WAY));
        double cpu = cpu_now(), start = gf_now(), laid;
        if (!draw_view(s, f, start, &laid, err))
            return false;
        double total = gf_now() - start;
        if (i == 0) {
            f->first_seconds = total;
            continue;
        }
        if (f->total.n == GF_BENCH_MAX_RUNS)
            break;
        f->layout.seconds[f->layout.n++] = laid;
        f->draw.seconds[f->draw.n++] = total - laid;
        f->total.seconds[f->total.n++] = total;
        f->cpu.seconds[f->cpu.n++] = cpu_now() - cpu;
    }
    return true;
}

bool gf_bench_frames_run(struct gf_bench_frames *bench, struct gf_error *err)
{
    struct stage s = {.bench = bench};
    static const uint32_t sizes[GF_BENCH_FLIGHTS][2] = {{1920, 1080}, {3840, 2160}};
    bool ok = open_stage(&s, err);
    for (int i = 0; ok && i < GF_BENCH_FLIGHTS; i++) {
        bench->flight[i].width = sizes[i][0];
        bench->flight[i].height = sizes[i][1];
        ok = fly(&s, &bench->flight[i], err);
    }
    close_stage(&s);
    return ok;
}

static void timing_json(struct gf_json *j, const char *key, struct gf_timing *t)
{
    gf_json_object(j, key);
    gf_json_double(j, "p50", 1e3 * gf_timing_quantile(t, 0.5));
    gf_json_double(j, "p99", 1e3 * gf_timing_quantile(t, 0.99));
    gf_json_double(j, "max", 1e3 * gf_timing_quantile(t, 1));
    gf_json_end_object(j);
}

static bool print_json(struct gf_bench_frames *b, struct gf_error *err)
{
    struct gf_json j = {0};
    gf_json_object(&j, NULL);
    gf_json_string(&j, "gl_renderer", b->renderer, strlen(b->renderer));
    gf_json_string(&j, "gl_version", b->version, strlen(b->version));
    gf_json_u64(&j, "nodes", b->profile->frames.n - 1);
    gf_json_string(&j, "lod", b->lod ? "on" : "off", b->lod ? 2 : 3);
    gf_json_double(&j, "context_ms", 1e3 * b->context_seconds);
    gf_json_array(&j, "flights");
    for (int i = 0; i < GF_BENCH_FLIGHTS; i++) {
        struct gf_bench_flight *f = &b->flight[i];
        gf_json_object(&j, NULL);
        gf_json_u64(&j, "width", f->width);
        gf_json_u64(&j, "height", f->height);
        gf_json_u64(&j, "pictures", f->total.n);
        gf_json_double(&j, "first_ms", 1e3 * f->first_seconds);
        timing_json(&j, "layout_ms", &f->layout);
        timing_json(&j, "draw_ms", &f->draw);
        timing_json(&j, "frame_ms", &f->total);
        timing_json(&j, "cpu_ms", &f->cpu);
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

static void timing_row(struct gf_print *out, const char *name, struct gf_timing *t)
{
    gf_print_f(out, "  %-8s %8.2f %8.2f %8.2f\n", name, 1e3 * gf_timing_quantile(t, 0.5),
               1e3 * gf_timing_quantile(t, 0.99), 1e3 * gf_timing_quantile(t, 1));
}

bool gf_bench_frames_print(struct gf_bench_frames *b, bool json, struct gf_error *err)
{
    if (json)
        return print_json(b, err);
    struct gf_print out = {0};
    char text[27];
    gf_print_f(&out, "%s, OpenGL %s\n", b->renderer, b->version);
    gf_print_f(&out, "%s call paths, level of detail %s; driver and fonts open after %.0f ms\n",
               gf_str_grouped(text, b->profile->frames.n - 1), b->lod ? "on" : "off",
               1e3 * b->context_seconds);
    for (int i = 0; i < GF_BENCH_FLIGHTS; i++) {
        struct gf_bench_flight *f = &b->flight[i];
        double n = f->total.n ? (double)f->total.n : 1;
        gf_print_f(&out,
                   "\n%ux%u, %zu pictures, %.0f rectangles and %.0f labels each, first %.1f ms\n",
                   f->width, f->height, f->total.n, (double)f->rects / n, (double)f->labels / n,
                   1e3 * f->first_seconds);
        gf_print_f(&out, "  %-8s %8s %8s %8s\n", "ms", "p50", "p99", "worst");
        timing_row(&out, "layout", &f->layout);
        timing_row(&out, "draw", &f->draw);
        timing_row(&out, "frame", &f->total);
        timing_row(&out, "cpu", &f->cpu);
    }
    return gf_print_finish(&out, err);
}
