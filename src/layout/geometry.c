#include "layout/geometry.h"

uint64_t gf_least_weight(const struct gf_scale *s, double min_width)
{
    double weight = ceil(min_width / s->pixels);
    return !(weight > 0) ? 0 : weight >= 18446744073709549568.0 ? UINT64_MAX : (uint64_t)weight;
}

struct gf_plane gf_plane_of(const struct gf_graph *g)
{
    struct gf_plane p = {.frames = g->frames,
                         .prefix = g->frames->prefix[g->value],
                         .scale = gf_scale_of(g),
                         .rows = gf_rows_of(g->frames)};
    p.least = gf_least_weight(&p.scale, g->min_width);
    p.gap = g->scale > 1 ? gf_snap(g->scale) : 1;
    if (p.gap >= (int64_t)g->row_pitch)
        p.gap = 0;
    p.scroll = gf_snap(g->view.scroll);
    return p;
}

int64_t gf_row_y(const struct gf_graph *g, const struct gf_plane *p, uint32_t depth)
{
    int64_t pitch = g->row_pitch;
    return g->inverted ? g->y + depth * pitch - p->scroll
                       : g->y + (int64_t)g->height - (depth + (int64_t)1) * pitch + p->scroll;
}

uint32_t gf_row_seek(const struct gf_plane *p, uint32_t lo, uint32_t hi, double px)
{
    uint32_t step = 1, at = lo;
    while (at < hi && gf_end_px(p, p->rows.nodes[at]) <= px) {
        lo = at + 1;
        at = hi - lo > step ? lo + step : hi;
        step = step < UINT32_MAX / 4 ? step * 2 : step;
    }
    if (at < hi)
        hi = at;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (gf_end_px(p, p->rows.nodes[middle]) <= px)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}
