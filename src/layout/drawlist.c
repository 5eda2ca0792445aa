#include "layout/drawlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

void gf_drawlist_reset(struct gf_drawlist *list, uint32_t width, uint32_t height, uint32_t clear)
{
    list->width = width;
    list->height = height;
    list->clear = clear;
    list->strips.columns = list->strips.rows = 0;
    list->nrects = list->nlabels = list->text_len = list->nlayers = 0;
}

void gf_drawlist_free(struct gf_drawlist *list)
{
    free(list->strips.texels);
    free(list->rects);
    free(list->labels);
    free(list->text);
    free(list->layers);
    *list = (struct gf_drawlist){0};
}

bool gf_drawlist_layer(struct gf_drawlist *list, struct gf_error *err)
{
    if (!gf_grow(&list->layers, &list->layers_cap, list->nlayers + 1, err))
        return false;
    list->layers[list->nlayers++] = (struct gf_layer){.first_rect = (uint32_t)list->nrects,
                                                      .first_label = (uint32_t)list->nlabels};
    return true;
}

static int64_t clamp(int64_t v, int64_t lo, int64_t hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

/* a + b, stopping at the ends of the range. */
static int64_t add_saturated(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

bool gf_drawlist_rect(struct gf_drawlist *list, int64_t x, int64_t y, int64_t w, int64_t h,
                      uint32_t color, struct gf_error *err)
{
    /* The fields of a rect are 16 bits wide; a list is of one target, and no target is larger. */
    int64_t right = list->width < INT16_MAX ? list->width : INT16_MAX;
    int64_t bottom = list->height < INT16_MAX ? list->height : INT16_MAX;
    if (w <= 0 || h <= 0)
        return true;
    int64_t x0 = clamp(x, 0, right), x1 = clamp(add_saturated(x, w), 0, right);
    int64_t y0 = clamp(y, 0, bottom), y1 = clamp(add_saturated(y, h), 0, bottom);
    if (x0 >= x1 || y0 >= y1)
        return true;
    if (list->nrects >= UINT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "too many rectangles for one picture");
    if (list->nlayers == 0 && !gf_drawlist_layer(list, err))
        return false;
    if (!gf_grow(&list->rects, &list->rects_cap, list->nrects + 1, err))
        return false;
    list->rects[list->nrects++] = (struct gf_rect){.x = (int16_t)x0,
                                                   .y = (int16_t)y0,
                                                   .w = (uint16_t)(x1 - x0),
                                                   .h = (uint16_t)(y1 - y0),
                                                   .color = color};
    list->layers[list->nlayers - 1].nrects++;
    return true;
}

bool gf_drawlist_label(struct gf_drawlist *list, struct gf_label label, const char *text, size_t n,
                       struct gf_error *err)
{
    size_t end;
    if (!gf_add(list->text_len, n, &end) || end > UINT32_MAX || list->nlabels >= UINT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "too much text for one picture");
    if (list->nlayers == 0 && !gf_drawlist_layer(list, err))
        return false;
    if (!gf_grow(&list->text, &list->text_cap, end, err) ||
        !gf_grow(&list->labels, &list->labels_cap, list->nlabels + 1, err))
        return false;
    if (n)
        memcpy(list->text + list->text_len, text, n);
    label.text = (uint32_t)list->text_len;
    label.len = (uint32_t)n;
    list->text_len = end;
    list->labels[list->nlabels++] = label;
    list->layers[list->nlayers - 1].nlabels++;
    return true;
}

bool gf_drawlist_strips(struct gf_drawlist *list, int32_t x, int32_t y, uint32_t columns,
                        uint32_t rows, uint32_t pitch, uint32_t row_height, struct gf_error *err)
{
    size_t texels;
    if (!gf_mul(columns, rows, &texels) || texels > SIZE_MAX / sizeof *list->strips.texels)
        return gf_fail(err, GF_ERR_LIMIT, "a picture of %u x %u rows is too large", columns, rows);
    if (!gf_grow(&list->strips.texels, &list->strips.cap, texels, err))
        return false;
    list->strips.x = x;
    list->strips.y = y;
    list->strips.columns = columns;
    list->strips.rows = rows;
    list->strips.pitch = pitch;
    list->strips.row_height = row_height;
    if (texels)
        memset(list->strips.texels, 0, texels * sizeof *list->strips.texels);
    return true;
}
