#include "text/atlas.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

/* Shelf heights are rounded up to this, so that glyphs of one size share shelves. */
#define SHELF_STEP 4u

static bool grow(struct gf_shelves *page, uint32_t need)
{
    uint32_t height = page->height ? page->height : 64;
    while (height < need)
        height *= 2;
    if (height > page->max_height)
        height = page->max_height;
    size_t bytes;
    if (!gf_mul(page->width, height, &bytes))
        return false;
    uint8_t *pixels = realloc(page->pixels, bytes);
    if (!pixels)
        return false;
    size_t old = (size_t)page->width * page->height;
    memset(pixels + old, 0, bytes - old);
    page->pixels = pixels;
    page->height = height;
    return true;
}

/* The lowest shelf that takes w x h; one that is more than half as high again is left for others.
 */
static struct gf_shelf *find_shelf(struct gf_shelves *page, uint32_t w, uint32_t h)
{
    struct gf_shelf *best = NULL;
    for (size_t i = 0; i < page->nshelves; i++) {
        struct gf_shelf *s = &page->shelves[i];
        if (s->height < h || s->height > h + h / 2 + SHELF_STEP || page->width - s->used < w)
            continue;
        if (!best || s->height < best->height)
            best = s;
    }
    return best;
}

enum gf_place gf_shelves_place(struct gf_shelves *page, uint32_t w, uint32_t h, uint32_t *x,
                               uint32_t *y)
{
    if (w > page->width || h > page->max_height)
        return GF_PLACE_FULL;
    struct gf_shelf *shelf = find_shelf(page, w, h);
    if (!shelf) {
        uint32_t left = page->max_height - page->filled;
        if (h > left)
            return GF_PLACE_FULL;
        uint32_t height = (h + SHELF_STEP - 1) / SHELF_STEP * SHELF_STEP;
        if (height > left)
            height = left;
        if (page->filled + height > page->height && !grow(page, page->filled + height))
            return GF_PLACE_NOMEM;
        if (!gf_grow(&page->shelves, &page->shelves_cap, page->nshelves + 1, NULL))
            return GF_PLACE_NOMEM;
        shelf = &page->shelves[page->nshelves++];
        *shelf = (struct gf_shelf){.y = page->filled, .height = height};
        page->filled += height;
    }
    *x = shelf->used;
    *y = shelf->y;
    shelf->used += w;
    return GF_PLACED;
}

void gf_shelves_clear(struct gf_shelves *page)
{
    if (page->pixels)
        memset(page->pixels, 0, (size_t)page->width * page->height);
    page->filled = 0;
    page->nshelves = 0;
}

void gf_shelves_free(struct gf_shelves *page)
{
    free(page->pixels);
    free(page->shelves);
    *page = (struct gf_shelves){.width = page->width, .max_height = page->max_height};
}
