/* Draw lists to pixels, the plain way: what the renderer has to show, text left out. */
#ifndef GF_TESTS_RASTER_H
#define GF_TESTS_RASTER_H

#include "layout/drawlist.h"

/* Pixels 0xAABBGGRR, top row first, width * height of the list; free() it. */
uint32_t *raster(const struct gf_drawlist *list);

/* Straight alpha blending of `over` on opaque `under`. */
uint32_t raster_blend(uint32_t under, uint32_t over);

/* Largest difference of a channel. */
unsigned raster_distance(uint32_t a, uint32_t b);

#endif
