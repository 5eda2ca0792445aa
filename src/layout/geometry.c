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

struct gf_plane gf_plane_of_node(const struct gf_graph *g, uint32_t node)
{
    struct gf_plane p = gf_plane_of(g);
    if (g->half > 0 && gf_in_second_half(g->frames, node))
        gf_line_row(g, &p, 1);
    return p;
}

/* Top of line 0 in the target. */
static int64_t origin(const struct gf_graph *g, const struct gf_plane *p)
{
    if (g->half > 0)
        return (int64_t)g->y + g->band + p->scroll;
    return g->inverted ? g->y - p->scroll : g->y + (int64_t)g->height - g->row_pitch + p->scroll;
}

int64_t gf_row_y(const struct gf_graph *g, const struct gf_plane *p, uint32_t depth)
{
    int64_t line = g->half > 0   ? p->second ? (int64_t)depth - 1 : 1 - (int64_t)depth
                   : g->inverted ? (int64_t)depth
                                 : -(int64_t)depth;
    return origin(g, p) + line * g->row_pitch;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct gf_lines gf_lines_between(const struct gf_graph *g, const struct gf_plane *p, int64_t top,
                                 int64_t bottom)
{
    int64_t pitch = g->row_pitch, rows = p->rows.n, from = origin(g, p);
    struct gf_lines in = {floor_div(top - from, pitch), floor_div(bottom - from - 1, pitch) + 1};
    struct gf_lines all = g->half > 0   ? (struct gf_lines){2 - rows, rows - 1}
                          : g->inverted ? (struct gf_lines){0, rows}
                                        : (struct gf_lines){1 - rows, 1};
    in.first = in.first < all.first ? all.first : in.first;
    in.last = in.last > all.last ? all.last : in.last;
    in.last = in.last < in.first ? in.first : in.last;
    return in;
}

uint32_t gf_line_row(const struct gf_graph *g, struct gf_plane *p, int64_t line)
{
    uint32_t away = (uint32_t)(line < 0 ? -line : line);
    if (g->half == 0)
        return away;
    p->second = line > 0;
    p->scale.x = g->view.x + (p->second ? g->half : 0);
    return away + 1;
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
