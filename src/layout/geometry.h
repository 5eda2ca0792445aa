/* Where frames lie in pixels. Internal to layout/: the picture, hits and boxes share it, so that
 * they agree. */
#ifndef GF_LAYOUT_GEOMETRY_H
#define GF_LAYOUT_GEOMETRY_H

#include <math.h>

#include "layout/layout.h"

/* Weights to pixels from the graph's left edge. The difference to the view's edge is taken in
 * integers first, so that a frame of one unit keeps its place in a profile of 2^60; every step is
 * monotone, so that frames which don't overlap in weights don't overlap in pixels. */
struct gf_scale {
    uint64_t x;
    double frac, pixels; /* pixels per weight unit */
};

static inline struct gf_scale gf_scale_of(const struct gf_graph *g)
{
    return (struct gf_scale){g->view.x, g->view.frac, g->width / g->view.span};
}

static inline double gf_scale_px(const struct gf_scale *s, uint64_t weight)
{
    double d = weight >= s->x ? (double)(weight - s->x) : -(double)(s->x - weight);
    return (d - s->frac) * s->pixels;
}

/* The pixel edge that a frame's edge at `px` snaps to. */
static inline int64_t gf_snap(double px)
{
    return px < -1e9 ? -1000000000 : px > 1e9 ? 1000000000 : (int64_t)floor(px + 0.5);
}

/* The frames of each depth by ascending x: all of them, or those that are wide enough. */
struct gf_rows {
    const uint32_t *start, *nodes;
    uint32_t n;
};

static inline struct gf_rows gf_rows_of(const struct gf_frames *f)
{
    return (struct gf_rows){f->row_start, f->row_nodes, f->nrows};
}

/* What the layout of one graph and the hit test have in common. */
struct gf_plane {
    const struct gf_frames *frames;
    const uint64_t *prefix;
    struct gf_scale scale;
    struct gf_rows rows;
    uint64_t least; /* frames of less weight are not drawn */
    int64_t gap;    /* pixels between frames and rows */
    int64_t scroll; /* whole pixels */
    bool second;    /* of a sandwich: this is about its second half */
};

/* Everything but `rows` pruned: that is the layout's business. Of a sandwich: the first half. */
struct gf_plane gf_plane_of(const struct gf_graph *g);
/* The plane of the half that `node` lies in. */
struct gf_plane gf_plane_of_node(const struct gf_graph *g, uint32_t node);

/* Rows are drawn in lines, numbered from the top down, which may begin below 0: that is the root's
 * line, or the one that the halves of a sandwich share. */
struct gf_lines {
    int64_t first, last; /* last is not one of them */
};

/* The lines that have pixels from `top` to before `bottom` of the target. */
struct gf_lines gf_lines_between(const struct gf_graph *g, const struct gf_plane *p, int64_t top,
                                 int64_t bottom);
/* The depth of the row in a line; the plane becomes that of its half. */
uint32_t gf_line_row(const struct gf_graph *g, struct gf_plane *p, int64_t line);

/* The least weight that is `min_width` pixels wide. */
uint64_t gf_least_weight(const struct gf_scale *s, double min_width);

/* Top of row `depth` in the target. */
int64_t gf_row_y(const struct gf_graph *g, const struct gf_plane *p, uint32_t depth);

/* The first index in nodes[lo..hi) of a row whose frame ends right of pixel `px`, by galloping from
 * lo; hi when there is none. */
uint32_t gf_row_seek(const struct gf_plane *p, uint32_t lo, uint32_t hi, double px);

static inline double gf_start_px(const struct gf_plane *p, uint32_t node)
{
    return gf_scale_px(&p->scale, p->prefix[node]);
}
static inline double gf_end_px(const struct gf_plane *p, uint32_t node)
{
    return gf_scale_px(&p->scale, p->prefix[p->frames->end[node]]);
}

#endif
