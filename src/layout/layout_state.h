/* What a layout keeps between calls. Internal to layout/. */
#ifndef GF_LAYOUT_LAYOUT_STATE_H
#define GF_LAYOUT_LAYOUT_STATE_H

#include <pthread.h>

#include "layout/pyramid.h"

/* One pixel column of the row at hand. Widths are in pixels. */
struct gf_column {
    double red, green, blue; /* of the thin frames, times the width they cover */
    double thin, wide;       /* what thin and what wide frames cover */
};

/* A label to be fitted: text can be measured on one thread only. */
struct gf_label_wish {
    int64_t x0, x1, row_y;
    uint32_t node, fill;
};

/* More threads only wait for memory. */
enum { GF_LAYOUT_THREADS = 4 };

/* As many threads as a layout may use here. */
unsigned gf_layout_threads(void);

/* What one thread draws into. */
struct gf_row_work {
    /* [columns] of the target that the graph covers */
    struct gf_column *columns;
    uint32_t *owner;  /* colour of the small frame that has the column, a gap, or 0 */
    uint8_t *match;   /* the mark of the first thin match in the column, or 0 */
    uint32_t *blocks; /* [columns + 1] the block under each column's left edge */
    size_t columns_cap, owner_cap, match_cap, blocks_cap;
    struct gf_drawlist list; /* rectangles of its rows */
    struct gf_label_wish *wishes;
    size_t nwishes, wishes_cap;
};

/* Where the rectangles and labels of a row are. */
struct gf_row_done {
    unsigned work;
    size_t first_rect, nrects, first_wish, nwishes;
};

struct gf_layout_state {
    const struct gf_simd *simd;
    struct gf_row_work work[GF_LAYOUT_THREADS];
    struct gf_row_done *done;
    size_t done_cap;
    pthread_mutex_t lock; /* over the making of `pyramid` */

    uint64_t key, match_key;
    bool matched; /* the pyramid has the matches of the search matched_key */
    uint64_t matched_key;
    struct gf_pyramid_row *pyramid; /* [frames->nrows], or NULL before it was needed */
    uint32_t pyramid_rows;

    /* The frames of at least pruned_least, by row. */
    uint64_t pruned_key, pruned_least;
    struct gf_rows pruned;
    uint32_t *pruned_start, *pruned_nodes;
};

/* The state behind `scratch`, ready for the frames and colours of `graph`: what was made for others
 * is dropped. NULL without memory. */
struct gf_layout_state *gf_layout_state_of(struct gf_layout_scratch *scratch,
                                           const struct gf_graph *graph, struct gf_error *err);

/* What tells the matches of one search from those of another. */
uint64_t gf_layout_match_key(const uint8_t *matched, uint32_t nnames);

/* Makes room for `columns` pixel columns, and empties the rest. */
bool gf_row_work_begin(struct gf_row_work *work, size_t columns, struct gf_error *err);

/* The rows with only the frames of `least` weight or more, found by a walk that leaves out what
 * hangs below the others. */
bool gf_layout_state_prune(struct gf_layout_state *s, const struct gf_graph *graph, uint64_t least,
                           struct gf_rows *rows, struct gf_error *err);

/* Rows with fewer frames are always walked. */
enum { GF_DENSE_ROW = 4096 };

/* The pyramid of a row of GF_DENSE_ROW frames or more, built when it is not, with the matches of
 * the graph's search. From several threads at once, for different rows. */
bool gf_layout_state_pyramid(struct gf_layout_state *s, const struct gf_graph *graph, uint32_t row,
                             const struct gf_pyramid_row **out, struct gf_error *err);

#endif
