/* Places small rectangles on one page of coverage by shelves: rows of glyphs of about one height,
 * each filled from left to right. */
#ifndef GF_TEXT_ATLAS_H
#define GF_TEXT_ATLAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct gf_shelf {
    uint32_t y, height, used;
};

/* {0} with width and max_height set is empty. */
struct gf_shelves {
    uint8_t *pixels; /* [width * height] */
    uint32_t width, height, max_height;
    uint32_t filled; /* height taken by shelves */
    struct gf_shelf *shelves;
    size_t nshelves, shelves_cap;
};

enum gf_place { GF_PLACED, GF_PLACE_FULL, GF_PLACE_NOMEM };

/* Reserves w x h pixels, all 0, and stores their corner. FULL when the page can't grow enough. */
enum gf_place gf_shelves_place(struct gf_shelves *page, uint32_t w, uint32_t h, uint32_t *x,
                               uint32_t *y);
/* Forgets what was placed and clears the pixels; keeps the memory. */
void gf_shelves_clear(struct gf_shelves *page);
void gf_shelves_free(struct gf_shelves *page);

#endif
