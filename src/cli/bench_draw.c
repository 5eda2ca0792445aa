#include "cli/bench_draw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/vec.h"
#include "export/png.h"
#include "gl/context.h"
#include "gl/renderer.h"
#include "layout/layout.h"
#include "text/text.h"

/* A row of 18 pixels and text of 12: the window's at scale 1. */
#define ROW_PITCH 18
#define TEXT_PX   12
/* Zooms from the whole down to 2^ZOOMS times as wide. */
#define ZOOMS 16
/* A frame takes milliseconds where a load takes seconds: more of them make the 99th percentile
 * mean something. */
#define FRAMES_PER_RUN 20

struct stage {
    struct gf_bench_draw *bench;
    struct gf_gl *gl;
    struct gf_text *text;
    struct gf_renderer *renderer;
    struct gf_measure measure;
    struct gf_colors colors;
    struct gf_graph graph;
    struct gf_layout_scratch scratch;
    struct gf_drawlist list;
    uint8_t *rgb;
    size_t rgb_size;
    uint64_t frames_drawn;
};

static bool open_stage(struct stage *s, struct gf_error *err)
{
    struct gf_bench_draw *b = s->bench;
    const struct gf_frames *frames = &b->profile->frames;
    const struct gf_theme *theme = gf_theme_by_name("light");
    if (!gf_gl_open_headless(&s->gl, err) || !gf_text_open(&s->text, err) ||
        !gf_renderer_create(s->gl, s->text, &s->renderer, err) ||
        !gf_colors_make(frames, 0, &(struct gf_palette){.mode = "module", .theme = theme},
                        &s->colors, err))
        return false;
    s->rgb_size = (size_t)b->width * b->height * 3;
    s->rgb = malloc(s->rgb_size);
    if (!s->rgb)
        return gf_fail_nomem(err, s->rgb_size);
    snprintf(b->renderer, sizeof b->renderer, "%s", gf_gl_renderer_name(s->gl));
    snprintf(b->version, sizeof b->version, "%s", gf_gl_version(s->gl));
    s->measure = gf_text_measure(s->text);
    s->graph = (struct gf_graph){.frames = frames,
                                 .view = gf_view_all(frames, 0),
                                 .width = b->width,
                                 .height = b->height,
                                 .row_pitch = ROW_PITCH,
                                 .text_px = TEXT_PX,
                                 .scale = 1,
                                 .inverted = true,
                                 .lod = true,
                                 .colors = &s->colors,
                                 .theme = theme,
                                 .measure = &s->measure};
    return true;
}

static void close_stage(struct stage *s)
{
    free(s->rgb);
    gf_drawlist_free(&s->list);
    gf_layout_scratch_free(&s->scratch);
    gf_colors_free(&s->colors);
    gf_renderer_destroy(s->renderer);
    gf_text_close(s->text);
    gf_gl_close(s->gl);
}

static bool lay_out(struct stage *s, struct gf_error *err)
{
    struct gf_layout_counts counts = {0};
    gf_drawlist_reset(&s->list, s->bench->width, s->bench->height, s->graph.theme->background);
    return gf_layout_graph(&s->graph, &s->scratch, &s->list, &counts, err);
}

static bool layout(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)bytes;
    (void)own;
    return lay_out(ctx, err);
}

/* The next of a fixed sequence of views: each is a zoom from the whole around a pixel that a hash
 * of its number chooses. */
static bool frame(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    struct stage *s = ctx;
    *bytes = s->rgb_size;
    const struct gf_frames *frames = s->graph.frames;
    uint64_t number = s->frames_drawn++;
    double pixel = (double)(gf_mix(number) % s->bench->width);
    s->graph.view = gf_view_zoom(gf_view_all(frames, 0), ldexp(1, (int)(number % (ZOOMS + 1))),
                                 pixel, s->bench->width, gf_frame_total(frames, 0, 0));
    return lay_out(s, err) && gf_renderer_draw_to_rgb(s->renderer, &s->list, s->rgb, err);
}

static bool png(void *ctx, uint64_t *bytes, double *own, struct gf_error *err)
{
    (void)own;
    struct stage *s = ctx;
    struct gf_output *out = NULL;
    struct gf_png *image = NULL;
    const struct gf_png_params params = {.width = s->bench->width, .height = s->bench->height};
    *bytes = s->rgb_size;
    if (!gf_output_open("/dev/null", &out, err))
        return false;
    if (!gf_png_begin(out, &params, &image, err))
        goto fail;
    if (!gf_png_rows(image, s->rgb, params.height, err)) {
        gf_png_abort(image);
        goto fail;
    }
    if (!gf_png_end(image, err))
        goto fail;
    return gf_output_commit(out, err);
fail:
    gf_output_abort(out);
    return false;
}

static bool repeat_frames(struct gf_bench_plan *plan, struct stage *s, struct gf_error *err)
{
    struct gf_bench_plan frames = *plan;
    frames.runs *= FRAMES_PER_RUN;
    return gf_bench_repeat(&frames, frame, s, &s->bench->frame, err);
}

bool gf_bench_draw_run(struct gf_bench_draw *bench, struct gf_bench_plan *plan,
                       struct gf_error *err)
{
    struct stage s = {.bench = bench};
    bool ok = open_stage(&s, err) && lay_out(&s, err) && /* builds what later layouts reuse */
              gf_bench_repeat(plan, layout, &s, &bench->layout, err) &&
              gf_renderer_draw_to_rgb(s.renderer, &s.list, s.rgb, err) &&
              gf_bench_repeat(plan, png, &s, &bench->png, err) && repeat_frames(plan, &s, err);
    close_stage(&s);
    return ok;
}
