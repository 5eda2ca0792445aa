/* From frames and a view to a draw list. The cost depends on the pixels, not on the profile. */
#ifndef GF_LAYOUT_LAYOUT_H
#define GF_LAYOUT_LAYOUT_H

#include <stdatomic.h>

#include "base/measure.h"
#include "base/meter.h"
#include "layout/drawlist.h"
#include "layout/palette.h"
#include "model/frames.h"

/* Which part of a profile is seen. The left edge is at weight x + frac (0 <= frac < 1), `span`
 * weights lie across the width; kept apart so that one sample in 2^60 is still placed exactly.
 * `scroll` is the number of device pixels that the rows are scrolled away from the root's side. */
struct gf_view {
    uint64_t x;
    double frac;
    double span;
    double scroll;
};

/* The view that shows everything. */
struct gf_view gf_view_all(const struct gf_frames *frames, uint32_t value);
/* The view that fits `node` to the width. */
struct gf_view gf_view_node(const struct gf_frames *frames, uint32_t value, uint32_t node);
/* Zooms by `factor` (2: twice as wide) around pixel `px` of `width`; what is under px stays there.
 * Clamped to the profile and to a span of no less than 1/64 of one weight unit. */
struct gf_view gf_view_zoom(struct gf_view view, double factor, double px, double width,
                            uint64_t total);
/* Moves the view right by `pixels` of `width`; clamped. */
struct gf_view gf_view_pan(struct gf_view view, double pixels, double width, uint64_t total);

/* Whether a node lies in the second half of a sandwich. */
static inline bool gf_in_second_half(const struct gf_frames *frames, uint32_t node)
{
    return frames->n > 1 && node >= frames->end[1];
}

/* Where the graph lies in the target and how it is drawn. */
struct gf_graph {
    const struct gf_frames *frames;
    uint32_t value;
    struct gf_view view;
    int32_t x, y;           /* top left of the graph in the target, device pixels */
    uint32_t width, height; /* device pixels */
    uint32_t row_pitch;     /* device pixels from row to row, gap included */
    uint32_t text_px;       /* label size */
    double scale;           /* device pixels per design pixel: paddings and gaps follow it */
    bool inverted;          /* true: icicle, the root at the top; false: the root at the bottom */
    double
        min_width; /* frames narrower than this many pixels are not drawn at all; 0: all are seen */
    bool lod;      /* false: every frame is a rect of its own, none merged */
    const struct gf_colors *colors;
    const struct gf_theme *theme;
    const struct gf_measure *measure;
    /* Not 0: a sandwich, as GF_DERIVE_SANDWICH has it. The frames are two halves of this weight
     * side by side, which are drawn over the same pixels: the first upwards from the row that
     * begins `band` pixels below the top, the second downwards from there. That row, of depth 1, is
     * one for both; the root is not drawn. view.x lies in the first half, view.scroll moves all
     * rows down and may be negative, and `inverted` is not asked. */
    uint64_t half;
    int32_t band;
    /* Per name: 0 fades, k is a match of the search with mark k (gf_theme_mark); NULL: no search.
     * Matches too thin for pixels of their own show as their mark, of several in a pixel column the
     * first; other matches are painted in it, or with keep_fills keep their colours. */
    const uint8_t *matched;
    bool keep_fills;
};

struct gf_layout_counts {
    uint64_t drawn;  /* frames drawn as rects of their own */
    uint64_t merged; /* frames seen only as part of a merged block */
    uint64_t labels;
};

/* Reusable memory of a layout; {0} is empty. It keeps what was prepared for the frames and colours
 * that were last drawn (sums over dense rows, about 9 bytes a frame, made when a view first needs
 * them) and prepares anew when others come. Changes in place are noticed by samples of the arrays,
 * of `matched` by all of it; gf_layout_scratch_free makes sure, and leaves {0}. One per thread. */
struct gf_layout_scratch {
    void *impl;
};
/* Bytes that a scratch grows to, at the most, as its frames are drawn in all ways. */
uint64_t gf_layout_scratch_cost(const struct gf_frames *frames);
void gf_layout_scratch_free(struct gf_layout_scratch *scratch);

/* Whether there are rows for which something has to be prepared, which takes long. */
bool gf_layout_is_dense(const struct gf_frames *frames);
/* Prepares it ahead, on whatever thread has the scratch. Of the graph only frames, value, colors
 * and theme count; what matches a search is left to the first picture. `cancel` and `meter`, which
 * does a step a frame where they are dense and expects none of them, may be NULL. After a failure,
 * which GF_ERR_CANCELLED is one of, nothing is prepared. */
bool gf_layout_prepare(const struct gf_graph *graph, struct gf_layout_scratch *scratch,
                       const atomic_bool *cancel, struct gf_meter *meter, struct gf_error *err);

/* What matches a search in the rows that were prepared, found ahead on another thread. Without it
 * the first picture of a search finds it, which takes some nanoseconds a frame. */
struct gf_layout_matches;
/* For the frames of `scratch`, on the thread that has it; NULL when nothing is prepared in it, and
 * without memory. */
struct gf_layout_matches *gf_layout_matches_begin(const struct gf_layout_scratch *scratch);
/* Finds them, on any thread; `frames`, `value` and `matched` (per name, as in gf_graph) as in the
 * graphs that are to be drawn. Ends soon, with GF_ERR_CANCELLED, once *cancel (or NULL) is true. */
bool gf_layout_matches_find(struct gf_layout_matches *matches, const struct gf_frames *frames,
                            uint32_t value, const uint8_t *matched, const atomic_bool *cancel,
                            struct gf_error *err);
/* Gives them to a scratch, on its thread; without effect where they were not found, or it is about
 * other frames. */
void gf_layout_matches_take(struct gf_layout_matches *matches, struct gf_layout_scratch *scratch);
void gf_layout_matches_free(struct gf_layout_matches *matches); /* NULL is fine */
/* Gives what one scratch has of them to another that is about the same frames, in other colours. */
void gf_layout_matches_move(struct gf_layout_scratch *from, struct gf_layout_scratch *to);

/* Appends the picture of the graph to `list`, clipped to the list's target: a target that shows a
 * part of the graph (x and y may be negative) gets exactly that part of the whole. Thin frames go
 * into the list's strips, of which there is one set: a list takes one graph with `lod`. Frames of
 * 16 pixels and more become rectangles. counts (may be NULL) are added to. */
bool gf_layout_graph(const struct gf_graph *graph, struct gf_layout_scratch *scratch,
                     struct gf_drawlist *list, struct gf_layout_counts *counts,
                     struct gf_error *err);

/* Appends the lines above and below the row that a sandwich is about, in a layer over the graph. */
bool gf_layout_band(const struct gf_graph *graph, struct gf_drawlist *list, struct gf_error *err);

struct gf_hit {
    uint32_t node, depth;
};
/* The frame under a pixel of the target, or node GF_NO_NODE. Finds the widest one within half a
 * pixel where frames are thinner than a pixel. */
struct gf_hit gf_layout_hit(const struct gf_graph *graph, double px, double py);

/* The pixels of a frame in the target, clipped to the graph: false when it is not in view. */
bool gf_layout_frame_box(const struct gf_graph *graph, uint32_t node, uint32_t depth, int32_t *x,
                         int32_t *y, int32_t *w, int32_t *h);

#endif
