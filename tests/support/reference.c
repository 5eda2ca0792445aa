#include "support/reference.h"

#include <math.h>
#include <stdlib.h>

#include "text/visual.h"

struct picture {
    uint8_t *rgb;
    int64_t width, height;
    double *ink;          /* coverage of the label at hand, 0..1 */
    int64_t first, after; /* the pixels that its ink is among, for the sake of time */
};

static void blend(struct picture *p, int64_t x, int64_t y, uint32_t color, double coverage)
{
    if (x < 0 || y < 0 || x >= p->width || y >= p->height)
        return;
    uint8_t *to = p->rgb + (y * p->width + x) * 3;
    double alpha = (color >> 24) / 255.0 * coverage;
    for (int i = 0; i < 3; i++) {
        double source = (double)(color >> (8 * i) & 255);
        to[i] = (uint8_t)floor(source * alpha + to[i] * (1 - alpha) + 0.5);
    }
}

static void draw_rect(struct picture *p, const struct gf_rect *rect)
{
    for (int64_t y = 0; y < p->height; y++) {
        bool in_rows = y >= rect->y && y < (int64_t)rect->y + rect->h;
        for (int64_t x = 0; in_rows && x < p->width; x++) {
            if (x >= rect->x && x < (int64_t)rect->x + rect->w)
                blend(p, x, y, rect->color, 1);
        }
    }
}

static void draw_strips(struct picture *p, const struct gf_strips *s)
{
    for (uint32_t row = 0; row < s->rows; row++) {
        for (uint32_t line = 0; line < s->row_height; line++) {
            int64_t y = s->y + (int64_t)row * s->pitch + line;
            for (uint32_t column = 0; column < s->columns; column++)
                blend(p, (int64_t)s->x + column, y, s->texels[(size_t)row * s->columns + column],
                      1);
        }
    }
}

/* Adds a glyph to the label's shape: ink over ink. */
static void ink_glyph(struct picture *p, const struct gf_label *label, const struct gf_glyph *g,
                      struct gf_atlas atlas, int64_t pen)
{
    for (unsigned j = 0; j < g->h; j++) {
        for (unsigned i = 0; i < g->w; i++) {
            int64_t x = pen + g->left + i, y = (int64_t)label->baseline - g->top + j;
            if (x < label->clip_x0 || x >= label->clip_x1 || x < 0 || y < 0 || x >= p->width ||
                y >= p->height)
                continue;
            double c = atlas.pixels[(size_t)(g->v + j) * atlas.width + g->u + i] / 255.0;
            int64_t at = y * p->width + x;
            double *ink = &p->ink[at];
            p->first = at < p->first ? at : p->first;
            p->after = at >= p->after ? at + 1 : p->after;
            *ink = 1 - (1 - *ink) * (1 - c);
        }
    }
}

static void draw_label(struct picture *p, const struct gf_label *label, const char *utf8,
                       struct gf_text *text)
{
    bool bold = label->flags & GF_LABEL_BOLD;
    int64_t pen = (int64_t)floor(label->x + 0.5);
    uint32_t previous = 0, c, *visual = calloc(label->len + 1, sizeof *visual);
    if (!visual)
        abort();
    size_t n = gf_text_visual(utf8, label->len, visual);
    p->first = INT64_MAX;
    p->after = 0;
    for (size_t k = 0; k < n; k++, previous = c) {
        c = visual[k];
        pen += (int64_t)gf_text_kerning(text, previous, c, label->px, bold);
        const struct gf_glyph *g = gf_text_glyph(text, c, label->px, bold);
        ink_glyph(p, label, g, gf_text_atlas(text), pen);
        pen += (int64_t)g->advance;
    }
    free(visual);
    for (int64_t i = p->first; i < p->after; i++) {
        if (p->ink[i] > 0)
            blend(p, i % p->width, i / p->width, label->color, p->ink[i]);
        p->ink[i] = 0;
    }
}

bool gf_reference_draw(const struct gf_drawlist *list, struct gf_text *text, uint8_t *rgb)
{
    size_t n = (size_t)list->width * list->height;
    struct picture p = {.rgb = rgb, .width = list->width, .height = list->height};
    p.ink = calloc(n, sizeof *p.ink);
    if (!p.ink)
        return false;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 3; k++)
            rgb[i * 3 + k] = (uint8_t)(list->clear >> (8 * k));
    }
    draw_strips(&p, &list->strips);
    for (size_t l = 0; l < list->nlayers; l++) {
        const struct gf_layer *layer = &list->layers[l];
        for (uint32_t i = 0; i < layer->nrects; i++)
            draw_rect(&p, &list->rects[layer->first_rect + i]);
        for (uint32_t i = 0; i < layer->nlabels; i++) {
            const struct gf_label *label = &list->labels[layer->first_label + i];
            draw_label(&p, label, list->text + label->text, text);
        }
    }
    free(p.ink);
    return true;
}

unsigned gf_reference_compare(const uint8_t *a, const uint8_t *b, uint32_t width, uint32_t height,
                              uint32_t *x, uint32_t *y)
{
    unsigned worst = 0;
    *x = *y = 0;
    for (size_t i = 0; i < (size_t)width * height * 3; i++) {
        unsigned d = (unsigned)abs(a[i] - b[i]);
        if (d > worst) {
            worst = d;
            *x = (uint32_t)(i / 3 % width);
            *y = (uint32_t)(i / 3 / width);
        }
    }
    return worst;
}
