/* The whole picture that is exported: header, graph and footer with legend. It is drawn in tiles of
 * any size, which together equal the picture drawn in one piece. */
#ifndef GF_LAYOUT_PICTURE_H
#define GF_LAYOUT_PICTURE_H

#include "layout/layout.h"

/* All pointers are borrowed until the picture is no longer used. Texts are UTF-8, shown safely;
 * NULL: left out. */
struct gf_picture_params {
    const struct gf_frames *frames;
    uint32_t value;
    unsigned decimals;     /* of the profile's weights */
    struct gf_view view;   /* span 0: everything */
    const char *title;     /* top left, bold */
    const char *subtitle;  /* below the total */
    const char *unit;      /* "samples", "nanoseconds", … */
    const char *input;     /* where the profile came from */
    uint32_t width;        /* device pixels, margins included */
    double scale;          /* device pixels per design pixel */
    uint32_t frame_height; /* design pixels from row to row */
    uint32_t text_px;      /* design pixels per em of labels; less where rows are low */
    double min_width;      /* device pixels; narrower frames are left out; 0: they are blended */
    /* Device pixels: rows at the far end are left out where the frames of no column of pixels come
     * to this together, so that one deep stack of many does not make the picture high; 0: none. */
    double faint;
    double unfolded; /* what stands on frames under this width is not among the frames; 0: all is */
    bool inverted, lod;
    uint64_t half; /* not 0: a sandwich, as in struct gf_graph */
    const struct gf_colors *colors;
    const struct gf_theme *theme;
    const struct gf_measure *measure;
    const uint8_t *matched; /* per name, or NULL */
};

/* Width 1200 at scale 1, rows of 18 pixels with text of 12; all frames, but in rows that show less
 * than 0.1 pixels. */
struct gf_picture_params gf_picture_defaults(void);

/* "3,961 samples  ·  306 call paths  ·  python.folded": what a picture says of its frames, of which
 * `half` is as in struct gf_graph; the input where there is one. Returns the length, less than
 * `cap`. */
size_t gf_picture_summary(char *out, size_t cap, const struct gf_frames *frames, uint32_t value,
                          uint64_t half, unsigned decimals, const char *unit, const char *input);

struct gf_picture {
    struct gf_picture_params params;
    uint32_t width, height; /* device pixels */
    struct gf_graph graph;  /* where the graph lies in the picture */
    uint32_t rows;          /* rows that show anything, in a sandwich those of both halves */
    uint32_t faint_rows;    /* rows that are left out: see `faint` */
};

/* Lays the picture out: its height follows from the rows that hold a frame wide enough to be drawn.
 * GF_ERR_LIMIT when it would be higher than 2^31 - 1 pixels, GF_ERR_USAGE when the width has no
 * room for a graph. */
bool gf_picture_init(struct gf_picture *picture, const struct gf_picture_params *params,
                     struct gf_layout_scratch *scratch, struct gf_error *err);

/* Fills `list` with the tile of w x h pixels whose top left is (x, y) of the picture. A tile is at
 * most 32767 pixels wide and high. `counts` adds up what this tile shows: a frame in two tiles
 * counts twice. */
bool gf_picture_tile(const struct gf_picture *picture, uint32_t x, uint32_t y, uint32_t w,
                     uint32_t h, struct gf_layout_scratch *scratch, struct gf_drawlist *list,
                     struct gf_layout_counts *counts, struct gf_error *err);

#endif
