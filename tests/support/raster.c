#include "support/raster.h"

#include <stdlib.h>

uint32_t raster_blend(uint32_t under, uint32_t over)
{
    unsigned a = over >> 24;
    uint32_t out = 0xff000000u;
    for (int shift = 0; shift < 24; shift += 8) {
        unsigned u = under >> shift & 0xff, o = over >> shift & 0xff;
        out |= ((u * (255 - a) + o * a + 127) / 255) << shift;
    }
    return out;
}

unsigned raster_distance(uint32_t a, uint32_t b)
{
    unsigned most = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        int d = abs((int)(a >> shift & 0xff) - (int)(b >> shift & 0xff));
        most = (unsigned)d > most ? (unsigned)d : most;
    }
    return most;
}

static void fill(const struct gf_drawlist *l, uint32_t *pixels, int64_t x, int64_t y, int64_t w,
                 int64_t h, uint32_t color)
{
    for (int64_t py = y < 0 ? 0 : y; py < y + h && py < l->height; py++)
        for (int64_t px = x < 0 ? 0 : x; px < x + w && px < l->width; px++) {
            uint32_t *p = &pixels[py * l->width + px];
            *p = raster_blend(*p, color);
        }
}

uint32_t *raster(const struct gf_drawlist *l)
{
    size_t n = (size_t)l->width * l->height;
    uint32_t *pixels = malloc((n ? n : 1) * sizeof *pixels);
    if (!pixels)
        abort();
    for (size_t i = 0; i < n; i++)
        pixels[i] = l->clear;
    const struct gf_strips *s = &l->strips;
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t c = 0; c < s->columns; c++)
            fill(l, pixels, (int64_t)s->x + c, s->y + (int64_t)r * s->pitch, 1, s->row_height,
                 s->texels[(size_t)r * s->columns + c]);
    for (size_t i = 0; i < l->nlayers; i++)
        for (uint32_t k = 0; k < l->layers[i].nrects; k++) {
            const struct gf_rect *q = &l->rects[l->layers[i].first_rect + k];
            fill(l, pixels, q->x, q->y, q->w, q->h, q->color);
        }
    return pixels;
}
