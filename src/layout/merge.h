/* One row of pixels: thin frames are gathered column by column, small ones are drawn into their
 * columns, and the result becomes a row of texels. Internal to layout/. */
#ifndef GF_LAYOUT_MERGE_H
#define GF_LAYOUT_MERGE_H

#include "layout/layout_state.h"

/* The picture of one graph while it is made. */
struct gf_paint {
    const struct gf_graph *graph;
    struct gf_plane plane;
    struct gf_layout_state *state;
    struct gf_row_work *work;
    struct gf_drawlist *list;
    struct gf_layout_counts *counts;
    struct gf_error *err;
    uint32_t depth;      /* of the row at hand */
    int64_t c0, c1;      /* columns of the graph that are in the target */
    int64_t top, bottom; /* pixels of the target that the graph may cover */
};

/* How much of a frame that a search did not find is background, of 256. */
enum { GF_FADED = 168 };

/* A column that belongs to the gap after a frame, or lies under a rectangle. */
#define GF_OWNER_NONE 0u
#define GF_OWNER_GAP  1u

/* The mark of the search that the frame matches; 0: none does. */
static inline uint8_t gf_mark_of(const struct gf_graph *g, uint32_t node)
{
    uint32_t name = g->frames->name[node];
    return g->matched && name < g->frames->names.n ? g->matched[name] : 0;
}

void gf_merge_begin(struct gf_paint *paint);

/* A frame of less than two snapped pixels; mark 0: no search found it. */
void gf_merge_thin(struct gf_paint *paint, double start, double end, uint32_t fill, uint8_t mark);

/* A frame of two snapped pixels or more: the columns [x0, x1) are its own, of which [x0, shown) get
 * `fill` (GF_OWNER_GAP when it is drawn as a rectangle). */
void gf_merge_own(struct gf_paint *paint, double start, double end, int64_t x0, int64_t x1,
                  int64_t shown, uint32_t fill);

/* The blocks [from, to) of a dense row, none of which holds anything as wide as a pixel. */
void gf_merge_blocks(struct gf_paint *paint, const struct gf_pyramid_row *row, uint32_t from,
                     uint32_t to);

/* The texels of the row, for columns c0 .. c1 - 1. Returns whether any shows something. */
bool gf_merge_texels(const struct gf_paint *paint, uint32_t *texels);

#endif
