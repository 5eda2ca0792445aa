#include "gl/surface.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

/* Half of the second-level cache of common cores. */
enum { BAND_BYTES = 256 << 10 };
#define OPAQUE 0xff000000u

/* The rows [y0, y1) of the target while they are composed. */
struct band {
    uint32_t *pixels;
    int64_t width, y0, y1;
};

void gf_surface_free(struct gf_surface *s)
{
    gf_labels_free(&s->labels);
    free(s->steps);
    *s = (struct gf_surface){0};
}

bool gf_surface_prepare(struct gf_surface *s, struct gf_text *text, const struct gf_drawlist *list,
                        struct gf_error *err)
{
    s->list = list;
    s->nsteps = 0;
    gf_labels_clear(&s->labels);
    if (!gf_grow(&s->steps, &s->steps_cap, list->nlayers, err))
        return false;
    for (size_t i = 0; i < list->nlayers; i++) {
        const struct gf_layer *layer = &list->layers[i];
        struct gf_surface_step *step = &s->steps[s->nsteps++];
        *step = (struct gf_surface_step){.first_rect = layer->first_rect,
                                         .nrects = layer->nrects,
                                         .first_quad = s->labels.nquads};
        for (uint32_t k = 0; k < layer->nlabels; k++) {
            const struct gf_label *label = &list->labels[layer->first_label + k];
            if (!gf_labels_add(&s->labels, text, label, list->text + label->text, list->width,
                               list->height, err))
                return false;
            if (s->labels.ncoverage > GF_SURFACE_COVERAGE)
                return gf_fail(err, GF_ERR_LIMIT, "too much text for one picture");
        }
        step->nquads = s->labels.nquads - step->first_quad;
    }
    return true;
}

uint32_t gf_surface_band(uint32_t width)
{
    uint32_t rows = (uint32_t)(BAND_BYTES / sizeof(uint32_t)) / (width ? width : 1);
    return rows > 8 ? rows : 8;
}

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* alpha / 255 of `ink` over the opaque pixel `under`, rounded. Two channels a multiplication; a sum
 * of two bytes by weights that add up to 255 stays in 16 bits, and (t + t / 256) / 256 with half a
 * step added before is t / 255 (J. Blinn, "Three wrongs make a right", 1995). */
static inline uint32_t blend(uint32_t under, uint32_t ink, uint32_t alpha)
{
    uint32_t rest = 255 - alpha;
    uint32_t rb = (ink & 0xff00ff) * alpha + (under & 0xff00ff) * rest + 0x800080;
    uint32_t g = (ink >> 8 & 0xff) * alpha + (under >> 8 & 0xff) * rest + 0x80;
    rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
    g = (g + (g >> 8)) & 0xff00;
    return OPAQUE | rb | g;
}

static void fill(uint32_t *to, int64_t n, uint32_t color)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = color;
}

/* One row of frames over the background, as long as the target is wide. */
static void lay_texels(const struct band *b, const struct gf_strips *s, uint32_t row, uint32_t *to)
{
    const uint32_t *texels = s->texels + (size_t)row * s->columns;
    int64_t first = clamp(-(int64_t)s->x, 0, s->columns);
    int64_t end = clamp(b->width - s->x, 0, s->columns);
    for (int64_t c = first; c < end; c++) {
        uint32_t alpha = texels[c] >> 24, *pixel = &to[c + s->x];
        if (alpha == 255)
            *pixel = texels[c];
        else if (alpha)
            *pixel = blend(*pixel, texels[c], alpha);
    }
}

/* Background and strips of the whole band. */
static void lay_ground(const struct band *b, const struct gf_drawlist *list)
{
    const struct gf_strips *s = &list->strips;
    uint32_t clear = list->clear | OPAQUE;
    size_t bytes = (size_t)b->width * sizeof *b->pixels;
    bool any = s->columns > 0 && s->rows > 0 && s->pitch > 0;
    const uint32_t *ground = NULL, *row_above = NULL;
    int64_t row_before = -1;
    for (int64_t y = b->y0; y < b->y1; y++) {
        uint32_t *to = b->pixels + (y - b->y0) * b->width;
        int64_t into = y - s->y, row = any && into >= 0 ? into / s->pitch : -1;
        if (row < 0 || row >= s->rows || into - row * s->pitch >= s->row_height) {
            if (ground)
                memcpy(to, ground, bytes);
            else
                fill(to, b->width, clear);
            ground = to;
            continue;
        }
        if (row == row_before) {
            memcpy(to, row_above, bytes);
        } else {
            fill(to, b->width, clear);
            lay_texels(b, s, (uint32_t)row, to);
        }
        row_before = row;
        row_above = to;
    }
}

static void draw_rects(const struct band *b, const struct gf_rect *rects, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct gf_rect *r = &rects[i];
        int64_t y0 = r->y > b->y0 ? r->y : b->y0, y1 = (int64_t)r->y + r->h;
        y1 = y1 < b->y1 ? y1 : b->y1;
        if (y0 >= y1)
            continue;
        int64_t x0 = clamp(r->x, 0, b->width), x1 = clamp((int64_t)r->x + r->w, 0, b->width);
        uint32_t alpha = r->color >> 24, color = r->color | OPAQUE;
        for (int64_t y = y0; y < y1; y++) {
            uint32_t *to = b->pixels + (y - b->y0) * b->width;
            if (alpha == 255)
                fill(to + x0, x1 - x0, color);
            else
                for (int64_t x = x0; x < x1; x++)
                    to[x] = blend(to[x], color, alpha);
        }
    }
}

static void ink_row(uint32_t *to, const uint8_t *coverage, size_t n, uint32_t color, uint32_t alpha)
{
    for (size_t x = 0; x < n;) {
        uint64_t eight = 1;
        if (n - x >= sizeof eight)
            memcpy(&eight, coverage + x, sizeof eight);
        if (eight == 0) { /* three quarters of a label are blank */
            x += sizeof eight;
            continue;
        }
        size_t end = n - x >= sizeof eight ? x + sizeof eight : n;
        for (; x < end; x++) {
            uint32_t c = coverage[x];
            if (alpha != 255)
                c = (c * alpha + 127) / 255;
            to[x] = blend(to[x], color, c);
        }
    }
}

static void draw_labels(const struct band *b, const struct gf_labels *labels,
                        const struct gf_surface_step *step)
{
    for (size_t i = step->first_quad; i < step->first_quad + step->nquads; i++) {
        const struct gf_quad *q = &labels->quads[i]; /* lies in the target */
        int64_t y0 = q->y > b->y0 ? q->y : b->y0, y1 = (int64_t)q->y + q->h;
        y1 = y1 < b->y1 ? y1 : b->y1;
        for (int64_t y = y0; y < y1; y++)
            ink_row(b->pixels + (y - b->y0) * b->width + q->x,
                    labels->coverage + q->first + (size_t)(y - q->y) * q->w, q->w, q->color,
                    q->color >> 24);
    }
}

void gf_surface_compose(const struct gf_surface *s, uint32_t y0, uint32_t y1, uint32_t *out)
{
    struct band b = {.pixels = out, .width = s->list->width, .y0 = y0, .y1 = y1};
    lay_ground(&b, s->list);
    for (size_t i = 0; i < s->nsteps; i++) {
        draw_rects(&b, s->list->rects + s->steps[i].first_rect, s->steps[i].nrects);
        draw_labels(&b, &s->labels, &s->steps[i]);
    }
}
