/* A flame graph as one self-contained SVG that a browser can zoom and search, in the manner of
 * flamegraph.pl: click to zoom, Ctrl-F or "Search", percentages of what matched, the state in the
 * address. Nothing of the profile can act as markup or script in it. */
#ifndef GF_EXPORT_SVG_H
#define GF_EXPORT_SVG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/measure.h"
#include "io/output.h"
#include "layout/palette.h"
#include "model/frames.h"

struct gf_svg_params {
    const struct gf_frames *frames;
    uint32_t value;
    unsigned decimals; /* weights are in units of 10^-decimals */
    const struct gf_colors *colors;
    const struct gf_theme *theme;
    const struct gf_measure *measure;
    const char *title;     /* NULL: "Flame Graph" */
    const char *subtitle;  /* NULL: none */
    const char *input;     /* where the profile came from, said with its total; NULL: neither is */
    const char *unit;      /* what is counted; NULL: "samples" */
    const char *name_type; /* before the name of the frame under the pointer; NULL: "Function:" */
    uint32_t width;        /* pixels; 0: 1200 */
    uint32_t row_height;   /* pixels, the gap included; 0: 18 */
    uint32_t text_px;      /* pixels per em of labels, less where rows are low; 0: 12 */
    double min_width;      /* pixels; narrower frames are merged into blocks; 0: 0.1 */
    uint32_t max_frames;   /* 0: 50,000; see gf_svg_counts.min_width */
    bool inverted;         /* the root at the top */
    uint64_t half;         /* not 0: a sandwich, as in struct gf_graph */
};

struct gf_svg_counts {
    uint64_t drawn;   /* frames with a rectangle of their own */
    uint64_t merged;  /* frames seen only as part of a block */
    uint64_t skipped; /* frames in blocks that are narrower than min_width themselves */
    uint64_t blocks;
    /* The width, in pixels, from which on frames have a rectangle of their own: that of the
     * parameters, or more (up to 1) where there would be more than max_frames of them. */
    double min_width;
    uint32_t height;
};

/* Writes the SVG to `out`, which stays the caller's to commit or abort; `counts` may be NULL. A run
 * of adjacent frames narrower than min_width is one block of at most a pixel in their mean colour,
 * so that the size of the file follows the size of the picture and not that of the profile.
 * Fails with GF_ERR_USAGE for a width or a row height that leaves no room, and with what writing
 * to `out` fails with. */
bool gf_svg_write(const struct gf_svg_params *params, struct gf_output *out,
                  struct gf_svg_counts *counts, struct gf_error *err);

#endif
