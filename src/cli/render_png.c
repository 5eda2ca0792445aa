#include "cli/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"

/* A tile's pixels pass through the caches and, on a software rasteriser, through one core: bigger
 * tiles gain nothing from here on. 8 million pixels are a 4K screen, 24 MB. */
#define TILE_PIXELS ((uint64_t)8 << 20)
/* Coordinates in a draw list are 16 bits. */
#define TILE_MAX 16384

/* One picture on its way. */
struct job {
    struct gf_canvas *canvas;
    const struct gf_render_png_params *params;
    struct gf_render_report *report;
    uint32_t tile_width, tile_height;
    uint8_t *band; /* [width * tile_height * 3] */
    uint8_t *tile; /* the same place as band where one tile spans the width */
    struct gf_drawlist list;
};

static uint32_t at_most(uint64_t a, uint64_t b)
{
    return (uint32_t)(a < b ? a : b);
}

static bool prepare(struct job *job, struct gf_error *err)
{
    const struct gf_render_report *r = job->report;
    uint64_t side = at_most((uint64_t)gf_gl_max_size(job->canvas->gl), TILE_MAX);
    job->tile_width = at_most(r->width, side);
    uint64_t rows = TILE_PIXELS / r->width;
    job->tile_height = at_most(at_most(rows > 64 ? rows : 64, side), r->height);
    size_t row, bytes;
    if (!gf_mul(r->width, 3, &row) || !gf_mul(row, job->tile_height, &bytes))
        return gf_fail(err, GF_ERR_LIMIT, "a picture %u pixels wide is too large", r->width);
    job->band = malloc(bytes);
    if (!job->band)
        return gf_fail_nomem(err, bytes);
    job->tile = job->band;
    if (job->tile_width == r->width)
        return true;
    bytes = (size_t)job->tile_width * job->tile_height * 3;
    job->tile = malloc(bytes);
    return job->tile || gf_fail_nomem(err, bytes);
}

static bool draw_tile(struct job *job, uint32_t x, uint32_t y, uint32_t w, uint32_t h,
                      struct gf_error *err)
{
    struct gf_render_report *r = job->report;
    struct gf_layout_counts counts = {0};
    double start = gf_now();
    if (!gf_picture_tile(job->params->picture, x, y, w, h, job->params->scratch, &job->list,
                         &counts, err))
        return false;
    double laid_out = gf_now();
    if (!gf_renderer_draw_to_rgb(job->canvas->renderer, &job->list, job->tile, err))
        return false;
    r->drawn += counts.drawn;
    r->merged += counts.merged;
    r->layout_seconds += laid_out - start;
    r->draw_seconds += gf_now() - laid_out;
    r->tiles++;
    if (job->tile != job->band)
        for (uint32_t row = 0; row < h; row++)
            memcpy(job->band + ((size_t)row * r->width + x) * 3, job->tile + (size_t)row * w * 3,
                   (size_t)w * 3);
    return true;
}

/* Height of the band that begins at y. It ends between two rows of frames where it can, so that no
 * frame is laid out and counted twice. */
static uint32_t band_height(const struct job *job, uint32_t y)
{
    const struct gf_graph *graph = &job->params->picture->graph;
    uint32_t h = at_most(job->tile_height, job->report->height - y);
    int64_t end = (int64_t)y + h, into = end - graph->y;
    if (end < job->report->height && into > 0 && into % graph->row_pitch < h)
        h -= (uint32_t)(into % graph->row_pitch);
    return h;
}

static bool draw_bands(struct job *job, struct gf_png *png, struct gf_error *err)
{
    struct gf_render_report *r = job->report;
    for (uint32_t y = 0, h; y < r->height; y += h) {
        h = band_height(job, y);
        for (uint32_t x = 0; x < r->width; x += job->tile_width) {
            uint32_t w = at_most(job->tile_width, r->width - x);
            if (!gf_interrupt_check(job->params->interrupt, err) ||
                !draw_tile(job, x, y, w, h, err))
                return false;
        }
        double start = gf_now();
        if (!gf_png_rows(png, job->band, h, err))
            return false;
        r->encode_seconds += gf_now() - start;
    }
    return true;
}

bool gf_render_png(struct gf_canvas *canvas, const struct gf_render_png_params *params,
                   struct gf_output *out, struct gf_render_report *report, struct gf_error *err)
{
    struct job job = {.canvas = canvas, .params = params, .report = report};
    struct gf_png *png = NULL;
    report->width = params->picture->width;
    report->height = params->picture->height;
    const struct gf_png_params image = {.width = report->width,
                                        .height = report->height,
                                        .threads = params->threads,
                                        .texts = params->texts,
                                        .ntexts = params->ntexts};
    bool ok = prepare(&job, err) && gf_png_begin(out, &image, &png, err);
    if (ok && !draw_bands(&job, png, err)) {
        gf_png_abort(png);
        ok = false;
    } else if (ok) {
        double start = gf_now();
        ok = gf_png_end(png, err);
        report->encode_seconds += gf_now() - start;
        report->bytes = gf_output_size(out);
    }
    if (job.tile != job.band)
        free(job.tile);
    free(job.band);
    gf_drawlist_free(&job.list);
    return ok;
}
