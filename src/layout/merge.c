#include "layout/merge.h"

#include <string.h>

#include "layout/color.h"

void gf_merge_begin(struct gf_paint *paint)
{
    size_t n = (size_t)(paint->c1 - paint->c0);
    memset(paint->work->columns, 0, n * sizeof *paint->work->columns);
    memset(paint->work->owner, 0, n * sizeof *paint->work->owner);
    memset(paint->work->match, 0, n);
}

static double overlap(double start, double end, int64_t column)
{
    double from = start > (double)column ? start : (double)column;
    double to = end < (double)(column + 1) ? end : (double)(column + 1);
    return to > from ? to - from : 0;
}

static int64_t bounded(double px, int64_t lo, int64_t hi)
{
    return px <= (double)lo ? lo : px >= (double)hi ? hi : (int64_t)floor(px);
}

/* The first match from the left has the column. */
static void note_match(struct gf_paint *paint, int64_t column, uint8_t mark)
{
    uint8_t *match = &paint->work->match[column - paint->c0];
    *match = *match ? *match : mark;
}

void gf_merge_thin(struct gf_paint *paint, double start, double end, uint32_t fill, uint8_t mark)
{
    int64_t last = bounded(ceil(end), paint->c0, paint->c1);
    for (int64_t c = bounded(start, paint->c0, paint->c1); c < last; c++) {
        double width = overlap(start, end, c);
        if (width <= 0)
            continue;
        struct gf_column *column = &paint->work->columns[c - paint->c0];
        column->red += width * gf_red(fill);
        column->green += width * gf_green(fill);
        column->blue += width * gf_blue(fill);
        column->thin += width;
        note_match(paint, c, mark);
    }
}

void gf_merge_own(struct gf_paint *paint, double start, double end, int64_t x0, int64_t x1,
                  int64_t shown, uint32_t fill)
{
    /* What snapping took from the frame is not empty background: thin neighbours spread over it. */
    if (start < (double)x0 && x0 - 1 >= paint->c0 && x0 - 1 < paint->c1)
        paint->work->columns[x0 - 1 - paint->c0].wide += (double)x0 - start;
    if (end > (double)x1 && x1 >= paint->c0 && x1 < paint->c1)
        paint->work->columns[x1 - paint->c0].wide += end - (double)x1;
    x0 = x0 < paint->c0 ? paint->c0 : x0;
    x1 = x1 > paint->c1 ? paint->c1 : x1;
    for (int64_t c = x0; c < x1; c++)
        paint->work->owner[c - paint->c0] = c < shown ? fill : GF_OWNER_GAP;
}

/* A position between blocks: weights from the view's left edge. */
static struct gf_cut cut_at(const struct gf_paint *paint, const struct gf_pyramid_row *row,
                            uint32_t block, double position)
{
    uint64_t x = paint->plane.scale.x, start = row->start[block];
    double from = start >= x ? (double)(start - x) : -(double)(x - start);
    double width = (double)(row->start[block + 1] - start);
    return gf_pyramid_cut(paint->state->simd, row, block,
                          width > 0 ? (position - from) / width : 0);
}

/* The weight that lies `position` right of the view's edge, rounded down. */
static uint64_t weight_at(const struct gf_paint *paint, double position)
{
    uint64_t weight;
    if (position >= 18446744073709551616.0 ||
        __builtin_add_overflow(paint->plane.scale.x, (uint64_t)position, &weight))
        return UINT64_MAX;
    return weight;
}

/* The mark of the first match among the frames [from, to) of a row. */
static uint8_t mark_between(const struct gf_paint *paint, const struct gf_pyramid_row *row,
                            uint32_t from, uint32_t to)
{
    uint32_t k = gf_pyramid_first_match(row, from, to);
    const struct gf_rows *rows = &paint->plane.rows;
    return k < to ? gf_mark_of(paint->graph, rows->nodes[rows->start[paint->depth] + k]) : 0;
}

void gf_merge_blocks(struct gf_paint *paint, const struct gf_pyramid_row *row, uint32_t from,
                     uint32_t to)
{
    const struct gf_scale *scale = &paint->plane.scale;
    double left = gf_scale_px(scale, row->start[from]), right = gf_scale_px(scale, row->start[to]);
    int64_t first = bounded(left, paint->c0, paint->c1);
    int64_t last = bounded(ceil(right), paint->c0, paint->c1);
    /* First all look-ups, then all sums: the blocks are on their way while others are looked up. */
    uint32_t *block = paint->work->blocks, b = from;
    for (int64_t c = first; c <= last; c++) {
        double position = (double)c / scale->pixels + scale->frac;
        b = gf_pyramid_seek(row, b, to, weight_at(paint, position));
        block[c - first] = b;
        __builtin_prefetch(&row->blocks[b]);
        __builtin_prefetch((const char *)&row->blocks[b] + 64);
    }
    struct gf_cut a = {.block = from, .from = from * GF_BLOCK, .to = from * GF_BLOCK}, z = a;
    if (left < (double)first)
        a = cut_at(paint, row, block[0], (double)first / scale->pixels + scale->frac);
    uint32_t seen = a.from;
    for (int64_t c = first; c < last; c++, a = z) {
        if (right <= (double)(c + 1))
            z = (struct gf_cut){.block = to, .from = to * GF_BLOCK, .to = to * GF_BLOCK};
        else
            z = cut_at(paint, row, block[c + 1 - first],
                       (double)(c + 1) / scale->pixels + scale->frac);
        double sum[4];
        gf_pyramid_between(row, &a, &z, sum);
        if (!(sum[3] > 0))
            continue;
        struct gf_column *column = &paint->work->columns[c - paint->c0];
        column->red += sum[0] * scale->pixels;
        column->green += sum[1] * scale->pixels;
        column->blue += sum[2] * scale->pixels;
        column->thin += sum[3] * scale->pixels;
        if (paint->graph->matched)
            note_match(paint, c, mark_between(paint, row, a.from, z.to));
    }
    uint32_t end = z.to < row->n ? z.to : row->n;
    if (end > seen)
        paint->counts->merged += end - seen;
}

static unsigned level(double v)
{
    return v <= 0 ? 0 : v >= 255 ? 255 : (unsigned)(v + 0.5);
}

bool gf_merge_texels(const struct gf_paint *paint, uint32_t *texels)
{
    const struct gf_row_work *s = paint->work;
    const struct gf_theme *theme = paint->graph->theme;
    uint32_t any = 0;
    size_t n = (size_t)(paint->c1 - paint->c0);
    for (size_t c = 0; c < n; c++) {
        uint32_t texel = 0;
        if (s->match[c]) {
            texel = gf_theme_mark(theme, s->match[c]);
        } else if (s->owner[c] != GF_OWNER_NONE) {
            texel = s->owner[c] == GF_OWNER_GAP ? 0 : s->owner[c];
        } else if (s->columns[c].thin > 0) {
            const struct gf_column *k = &s->columns[c];
            double room = 1 - k->wide;
            unsigned alpha = level(255 * (room > k->thin ? k->thin / room : 1));
            if (alpha) {
                texel = gf_rgb(level(k->red / k->thin), level(k->green / k->thin),
                               level(k->blue / k->thin));
                if (paint->graph->matched)
                    texel = gf_color_mix(texel, theme->background, GF_FADED);
                texel = (texel & 0xffffff) | alpha << 24;
            }
        }
        texels[c] = texel;
        any |= texel;
    }
    return any != 0;
}
