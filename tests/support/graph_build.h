/* A graph of test frames with fixed-width letters of 0.6 em. */
#ifndef GF_TESTS_GRAPH_BUILD_H
#define GF_TESTS_GRAPH_BUILD_H

#include "layout/layout.h"

struct gf_measure graph_measure(void);

/* A graph at (0, 0) of width x height over all of `frames`, root at the top, rows of 10 pixels;
 * `colors` is filled with the palette `mode` and to be freed. */
struct gf_graph graph_of(const struct gf_frames *frames, uint32_t width, uint32_t height,
                         const char *mode, struct gf_colors *colors);

#endif
