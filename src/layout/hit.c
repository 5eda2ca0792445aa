#include "layout/geometry.h"

/* Where thousands of frames share a pixel, these many around its middle are looked at. */
enum { LOOKED_AT = 1 << 16 };

/* The row under a pixel of the target, or -1; the plane becomes that of its half. */
static int64_t row_at(const struct gf_graph *g, struct gf_plane *p, int64_t y)
{
    if (y < g->y || y >= g->y + (int64_t)g->height || g->row_pitch == 0)
        return -1;
    struct gf_lines lines = gf_lines_between(g, p, y, y + 1);
    return lines.first < lines.last ? (int64_t)gf_line_row(g, p, lines.first) : -1;
}

struct gf_hit gf_layout_hit(const struct gf_graph *graph, double px, double py)
{
    struct gf_hit none = {GF_NO_NODE, 0};
    struct gf_plane p = gf_plane_of(graph);
    if (!(px >= graph->x && px < (double)graph->x + graph->width && fabs(py) < 1e9))
        return none;
    int64_t row = row_at(graph, &p, (int64_t)floor(py));
    if (row < 0)
        return none;
    int64_t column = (int64_t)floor(px) - graph->x;
    uint32_t k = gf_row_seek(&p, p.rows.start[row], p.rows.start[row + 1], (double)column);
    uint32_t end = gf_row_seek(&p, k, p.rows.start[row + 1], (double)column + 1);
    end = end < p.rows.start[row + 1] ? end + 1 : end;
    if (end - k > LOOKED_AT) {
        k += (end - k - LOOKED_AT) / 2;
        end = k + LOOKED_AT;
    }
    struct gf_hit hit = none;
    uint64_t widest = 0;
    for (; k < end; k++) {
        uint32_t node = p.rows.nodes[k];
        uint64_t weight = gf_frame_total(p.frames, node, graph->value);
        if (weight == 0 || weight < p.least)
            continue;
        double start = gf_start_px(&p, node);
        int64_t x0 = gf_snap(start), x1 = gf_snap(gf_end_px(&p, node));
        if (x1 - x0 >= 2) {
            if (x0 <= column && column < x1)
                return (struct gf_hit){node, (uint32_t)row};
        } else if (weight > widest && start < (double)column + 1) {
            widest = weight;
            hit = (struct gf_hit){node, (uint32_t)row};
        }
    }
    return hit;
}

bool gf_layout_frame_box(const struct gf_graph *graph, uint32_t node, uint32_t depth, int32_t *x,
                         int32_t *y, int32_t *w, int32_t *h)
{
    struct gf_plane p = gf_plane_of_node(graph, node);
    uint64_t weight = gf_frame_total(p.frames, node, graph->value);
    if (weight == 0 || weight < p.least || graph->row_pitch == 0 || (graph->half > 0 && node == 0))
        return false;
    double start = gf_start_px(&p, node), end = gf_end_px(&p, node);
    if (end <= 0 || start >= graph->width)
        return false;
    int64_t x0 = gf_snap(start), x1 = gf_snap(end);
    if (x1 - x0 < 2) { /* seen as a texel: the columns that it touches */
        x0 = (int64_t)floor(start);
        x1 = x0 + 1;
    }
    if (x1 - x0 >= 3 * p.gap)
        x1 -= p.gap;
    x0 = x0 < 0 ? 0 : x0;
    x1 = x1 > graph->width ? graph->width : x1;
    int64_t y0 = gf_row_y(graph, &p, depth), y1 = y0 + graph->row_pitch - p.gap;
    int64_t top = graph->y, bottom = top + graph->height;
    y0 = y0 < top ? top : y0;
    y1 = y1 > bottom ? bottom : y1;
    if (x0 >= x1 || y0 >= y1)
        return false;
    *x = (int32_t)(graph->x + x0);
    *y = (int32_t)y0;
    *w = (int32_t)(x1 - x0);
    *h = (int32_t)(y1 - y0);
    return true;
}
