/* Rows to pixels. A row is walked frame by frame as long as there are few frames to a pixel;
 * denser rows go through the pyramid (pyramid.h). Frames of less than RECT_PX pixels are drawn into
 * the row's texels (merge.h): there they cost nothing more, where a quad costs a software
 * rasteriser about a microsecond. */
#include "layout/layout.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vec.h"
#include "layout/color.h"
#include "layout/labels.h"
#include "layout/merge.h"

enum {
    RECT_PX = 16,           /* frames from this width on become rectangles */
    VISITS_PER_PX = 2,      /* with more frames to a pixel column a row is dense */
    EXACT_BLOCK_PX = 64,    /* a thousandth of a pixel is a 65536th of it */
    LABEL_PAD = 4,          /* design pixels before and after a label */
    SHARED_FRAMES = 1 << 19 /* smaller profiles take less time than threads take to start */
};

struct painter {
    struct gf_paint paint;
    int64_t y0, y1; /* the row in the target, clipped to the graph */
    int64_t row_y;
    double label_least; /* no label is tried in less room */
    uint32_t ghosts;    /* gf_ghost_value */
};

/* The colour of a frame, and the mark of the search that it matches or 0. */
static uint32_t fill_of(const struct gf_graph *g, uint32_t node, uint8_t *mark)
{
    *mark = gf_mark_of(g, node);
    return gf_fill_of(g->colors, g->frames, node, g->theme->root_fill);
}

/* The colour of a frame that has pixels of its own. */
static uint32_t shown_fill(const struct gf_graph *g, uint32_t fill, uint8_t mark)
{
    if (mark)
        return g->keep_fills ? fill : gf_theme_mark(g->theme, mark);
    return g->matched ? gf_color_mix(fill, g->theme->background, GF_FADED) : fill;
}

static bool add_box(struct painter *w, int64_t x0, int64_t x1, int64_t y0, int64_t y1,
                    uint32_t fill)
{
    const struct gf_paint *p = &w->paint;
    x0 = x0 < p->c0 ? p->c0 : x0;
    x1 = x1 > p->c1 ? p->c1 : x1;
    y0 = y0 < w->y0 ? w->y0 : y0;
    y1 = y1 > w->y1 ? w->y1 : y1;
    return gf_drawlist_rect(p->list, p->graph->x + x0, y0, x1 - x0, y1 - y0, fill, p->err);
}

static bool is_ghost(const struct painter *w, uint32_t node)
{
    const struct gf_frames *f = w->paint.graph->frames;
    return w->ghosts < f->nvalues && node != 0 && gf_frame_total(f, node, w->ghosts) == 0;
}

/* The rectangle of a frame, and in it, where there is room for one, the paler inside of a ghost,
 * which *fill becomes. */
static bool add_rect(struct painter *w, uint32_t node, int64_t x0, int64_t x1, uint32_t *fill)
{
    const struct gf_graph *g = w->paint.graph;
    int64_t bottom = w->row_y + g->row_pitch - w->paint.plane.gap;
    int64_t line = g->scale >= 1.5 ? (int64_t)(g->scale + 0.5) : 1;
    if (!add_box(w, x0, x1, w->row_y, bottom, *fill))
        return false;
    if (x1 - x0 < RECT_PX || !is_ghost(w, node) || bottom - w->row_y < 4 * line)
        return true;
    *fill = gf_color_mix(*fill, g->theme->background, GF_GHOST);
    return add_box(w, x0 + line, x1 - line, w->row_y + line, bottom - line, *fill);
}

/* The part of a frame's pixels [x0, x1) that text may take. */
struct label_room {
    int64_t left, right, pad;
};

static struct label_room room_of(const struct gf_graph *g, int64_t x0, int64_t x1)
{
    /* A label belongs to what is seen of the graph, not of the target: tiles have to agree. */
    int64_t pad = gf_snap(LABEL_PAD * (g->scale > 1 ? g->scale : 1));
    return (struct label_room){(x0 < 0 ? 0 : x0) + pad, (x1 > g->width ? g->width : x1) - pad, pad};
}

static bool wish_label(struct painter *w, uint32_t node, int64_t x0, int64_t x1, uint32_t fill)
{
    const struct gf_graph *g = w->paint.graph;
    struct gf_row_work *work = w->paint.work;
    struct label_room room = room_of(g, x0, x1);
    if ((double)(room.right - room.left) < w->label_least || room.right + room.pad <= w->paint.c0 ||
        room.left >= w->paint.c1)
        return true;
    if (!gf_grow(&work->wishes, &work->wishes_cap, work->nwishes + 1, w->paint.err))
        return false;
    work->wishes[work->nwishes++] = (struct gf_label_wish){x0, x1, w->row_y, node, fill};
    return true;
}

static bool add_label(const struct gf_paint *p, const struct gf_label_wish *wish)
{
    const struct gf_graph *g = p->graph;
    struct label_room room = room_of(g, wish->x0, wish->x1);
    size_t n = 3;
    const char *name = "all";
    uint32_t id = g->frames->name[wish->node];
    if (id < g->frames->names.n) {
        name = g->frames->names.bytes + g->frames->names.offset[id];
        n = (size_t)(g->frames->names.offset[id + 1] - g->frames->names.offset[id]);
    }
    int64_t height = g->row_pitch - p->plane.gap;
    /* Capitals and ascenders reach about 0.72 of the size above the baseline. */
    int64_t baseline = wish->row_y + gf_snap((double)height / 2 + 0.36 * g->text_px);
    if (baseline - 3 * (int64_t)g->text_px / 4 < g->y ||
        baseline + g->text_px / 4 > g->y + (int64_t)g->height)
        return true; /* the row is cut at the graph's edge, and text can't be */
    char text[GF_LABEL_BYTES];
    size_t len =
        gf_label_fit(g->measure, g->text_px, (double)(room.right - room.left), name, n, text);
    if (len == 0)
        return true;
    struct gf_label label = {.x = (float)(g->x + room.left),
                             .baseline = (int32_t)baseline,
                             .clip_x0 = (int32_t)(g->x + room.left - room.pad),
                             .clip_x1 = (int32_t)(g->x + room.right + room.pad),
                             .color = gf_text_on(g->theme, wish->fill),
                             .px = (uint16_t)g->text_px};
    p->counts->labels++;
    return gf_drawlist_label(p->list, label, text, len, p->err);
}

static bool draw_frame(struct painter *w, uint32_t node)
{
    struct gf_paint *p = &w->paint;
    const struct gf_graph *g = p->graph;
    uint64_t weight = gf_frame_total(g->frames, node, g->value);
    if (weight == 0 || weight < p->plane.least)
        return true;
    double start = gf_start_px(&p->plane, node), end = gf_end_px(&p->plane, node);
    if (end <= (double)p->c0 || start >= (double)p->c1)
        return true;
    int64_t x0 = gf_snap(start), x1 = gf_snap(end);
    uint8_t mark;
    uint32_t fill = fill_of(g, node, &mark);
    if (g->lod && x1 - x0 < 2) {
        gf_merge_thin(p, start, end, fill, mark);
        p->counts->merged++;
        return true;
    }
    fill = shown_fill(g, fill, mark);
    int64_t shown = x1 - x0 >= 3 * p->plane.gap ? x1 - p->plane.gap : x1;
    p->counts->drawn += x1 > x0;
    if (g->lod) {
        bool rect = x1 - x0 >= RECT_PX;
        gf_merge_own(p, start, end, x0, x1, shown, rect ? GF_OWNER_GAP : fill);
        if (!rect)
            return true;
    }
    return add_rect(w, node, x0, shown, &fill) && wish_label(w, node, x0, shown, fill);
}

static bool draw_frames(struct painter *w, uint32_t k, uint32_t end)
{
    const struct gf_plane *p = &w->paint.plane;
    for (; k < end; k++) {
        if (k + 6 < end)
            __builtin_prefetch(&p->prefix[p->frames->end[p->rows.nodes[k + 6]]]);
        uint32_t node = p->rows.nodes[k];
        if (gf_start_px(p, node) >= (double)w->paint.c1)
            break;
        if (!draw_frame(w, node))
            return false;
    }
    return true;
}

static uint32_t block_end(const struct gf_pyramid_row *row, uint32_t first, uint32_t block)
{
    uint32_t end = (block + 1) * GF_BLOCK;
    return first + (end < row->n ? end : row->n);
}

/* The frames of a row lie far apart in the arrays: asks for those that are drawn next. */
static void prefetch_frame(const struct gf_plane *p, uint32_t k)
{
    uint32_t node = p->rows.nodes[k];
    __builtin_prefetch(&p->prefix[node]);
    __builtin_prefetch(&p->frames->end[node]);
    __builtin_prefetch(&p->frames->name[node]);
}

/* Which frames of a block may be a pixel wide or more; `unit` is 1/65536 of it in pixels. */
static unsigned wide_in_block(const struct gf_block *block, uint32_t n, double unit)
{
    unsigned wide = 0;
    double least = 1 / unit - 1; /* starts are rounded down */
    for (uint32_t j = 0; j < n; j++) {
        int way = (j + 1 < n ? block->at[j + 1] : GF_BLOCK_UNITS) - block->at[j];
        wide |= (unsigned)((double)way >= least) << j;
    }
    return wide;
}

/* A block that holds something wide, which is drawn for itself. The thin frames beside it are taken
 * from the block's copies where these are exact to a thousandth of a pixel: that saves most of the
 * waiting for memory. */
static bool draw_block(struct painter *w, const struct gf_pyramid_row *row, uint32_t first,
                       uint32_t b)
{
    const struct gf_plane *plane = &w->paint.plane;
    uint32_t k = first + b * GF_BLOCK, end = block_end(row, first, b);
    double width = (double)(row->start[b + 1] - row->start[b]) * plane->scale.pixels;
    if (width > EXACT_BLOCK_PX)
        return draw_frames(w, k, end);
    const struct gf_block *block = &row->blocks[b];
    double left = gf_scale_px(&plane->scale, row->start[b]), unit = width / GF_BLOCK_UNITS;
    unsigned wide = wide_in_block(block, end - k, unit);
    if (w->paint.graph->matched) /* a match shows in every column that it touches, however little */
        wide |= row->match_mask[b];
    for (unsigned rest = wide; rest; rest &= rest - 1)
        prefetch_frame(plane, k + (uint32_t)__builtin_ctz(rest));
    for (uint32_t j = 0; k + j < end; j++) {
        if (wide >> j & 1) {
            if (!draw_frame(w, plane->rows.nodes[k + j]))
                return false;
            continue;
        }
        int way = (k + j + 1 < end ? block->at[j + 1] : GF_BLOCK_UNITS) - block->at[j];
        double start = left + block->at[j] * unit;
        double covered = (double)(way * (int)(block->color[j] >> 24)) * unit / 255;
        gf_merge_thin(&w->paint, start, start + covered, block->color[j], 0);
        w->paint.counts->merged++;
    }
    return true;
}

/* A dense row: runs of blocks without wide frames are summed, the other blocks looked at. */
static bool draw_dense(struct painter *w, uint32_t k0, uint32_t k1, uint32_t first)
{
    const struct gf_pyramid_row *row;
    if (!gf_layout_state_pyramid(w->paint.state, w->paint.graph, w->paint.depth, &row,
                                 w->paint.err))
        return false;
    /* A hair under a pixel, for what rounding may add. */
    double pixel = (1 - 1e-6) / w->paint.plane.scale.pixels;
    uint32_t b = (k0 - first) / GF_BLOCK, end = (k1 - first + GF_BLOCK - 1) / GF_BLOCK;
    uint32_t wide = gf_pyramid_next_wide(row, b, end, pixel);
    while (b < end) {
        uint32_t next = wide < end ? gf_pyramid_next_wide(row, wide + 1, end, pixel) : end;
        if (next < end) {
            __builtin_prefetch(&row->blocks[next].at);
            __builtin_prefetch(&row->blocks[next].color);
            __builtin_prefetch(&row->start[next]);
            __builtin_prefetch(&w->paint.plane.rows.nodes[first + next * GF_BLOCK]);
        }
        if (wide > b)
            gf_merge_blocks(&w->paint, row, b, wide);
        if (wide < end && !draw_block(w, row, first, wide))
            return false;
        b = wide < end ? wide + 1 : end;
        wide = next;
    }
    return true;
}

/* The texels of a row that is only partly in the graph, as rectangles. */
static bool texels_as_rects(struct painter *w, const uint32_t *texels)
{
    const struct gf_paint *p = &w->paint;
    for (int64_t c = p->c0, next; c < p->c1; c = next) {
        uint32_t texel = texels[c - p->c0];
        for (next = c + 1; next < p->c1 && texels[next - p->c0] == texel;)
            next++;
        if (texel && !add_box(w, c, next, w->y0, w->y1, texel))
            return false;
    }
    return true;
}

/* Thin matches that lie where a rectangle was drawn. */
static bool uncover_matches(struct painter *w)
{
    const struct gf_paint *p = &w->paint;
    if (!p->graph->matched)
        return true;
    for (int64_t c = p->c0; c < p->c1; c++)
        if (p->work->match[c - p->c0] && p->work->owner[c - p->c0] == GF_OWNER_GAP &&
            !add_box(w, c, c + 1, w->y0, w->y1,
                     gf_theme_mark(p->graph->theme, p->work->match[c - p->c0])))
            return false;
    return true;
}

/* Draws row w->paint.depth into rectangles and `texels`; *used tells whether these show anything.
 */
static bool draw_row(struct painter *w, uint32_t *texels, bool *used)
{
    struct gf_paint *p = &w->paint;
    struct gf_plane *plane = &p->plane;
    uint32_t first = plane->rows.start[w->paint.depth],
             last = plane->rows.start[w->paint.depth + 1];
    /* Whether a row is dense must not depend on the tile that it is drawn into. */
    uint32_t in_view = gf_row_seek(plane, first, last, 0);
    uint32_t view_end = gf_row_seek(plane, in_view, last, (double)p->graph->width);
    view_end += view_end < last;
    bool dense = p->graph->lod && plane->least <= 1 && last - first >= GF_DENSE_ROW &&
                 (view_end - in_view) / VISITS_PER_PX > p->graph->width &&
                 plane->scale.pixels > 0x1p-56;
    uint32_t k0 = gf_row_seek(plane, in_view, view_end, (double)p->c0 - 1);
    if (!p->graph->lod)
        return draw_frames(w, k0, view_end);
    gf_merge_begin(p);
    uint32_t k1 = gf_row_seek(plane, k0, view_end, (double)p->c1);
    k1 += k1 < view_end;
    if (!(dense ? draw_dense(w, k0, k1, first) : draw_frames(w, k0, view_end)))
        return false;
    *used = gf_merge_texels(p, texels);
    return uncover_matches(w);
}

/* Rows of the graph that several threads draw, each taking the next. */
struct painting {
    const struct painter *painter;
    unsigned parts; /* one draws into the list itself */
    struct gf_lines lines;
    uint32_t rows;            /* as many as lines */
    struct gf_row_done *done; /* [rows], from the top down */
    atomic_uint next;         /* of these */
    atomic_bool any, failed;  /* of the strips something shows; a thread gave up */
    struct gf_layout_counts counts[GF_LAYOUT_THREADS];
    struct gf_error errors[GF_LAYOUT_THREADS];
};

static bool paint_row(struct painter *w, uint32_t *texels, bool *any)
{
    struct gf_paint *p = &w->paint;
    const struct gf_graph *g = p->graph;
    int64_t height = g->row_pitch - p->plane.gap;
    w->row_y = gf_row_y(g, &p->plane, w->paint.depth);
    w->y0 = w->row_y < p->top ? p->top : w->row_y;
    w->y1 = w->row_y + height > p->bottom ? p->bottom : w->row_y + height;
    bool used = false;
    if (!draw_row(w, texels, &used))
        return false;
    /* A strip can't be cut; what would stick out of the graph into the target is drawn
     * otherwise. */
    if (used && (w->row_y < g->y || w->row_y + height > g->y + (int64_t)g->height)) {
        if (!texels_as_rects(w, texels))
            return false;
        memset(texels, 0, (size_t)(p->c1 - p->c0) * sizeof *texels);
        used = false;
    }
    *any |= used;
    return true;
}

static void paint_part(void *ctx, unsigned part)
{
    struct painting *all = ctx;
    struct painter w = *all->painter;
    struct gf_paint *p = &w.paint;
    p->work = &p->state->work[part];
    p->counts = &all->counts[part];
    p->err = &all->errors[part];
    const struct gf_drawlist *list = p->list;
    uint32_t *texels = list->strips.texels;
    if (all->parts > 1) {
        p->list = &p->work->list;
        gf_drawlist_reset(p->list, list->width, list->height, 0);
    }
    size_t columns = (size_t)(p->c1 - p->c0);
    bool any = false;
    if (!gf_row_work_begin(p->work, columns, p->err)) {
        all->failed = true;
        return;
    }
    for (uint32_t i; (i = all->next++) < all->rows && !all->failed;) {
        w.paint.depth = gf_line_row(p->graph, &p->plane, all->lines.first + i);
        struct gf_row_done *done = &all->done[i];
        *done = (struct gf_row_done){
            .work = part, .first_rect = p->list->nrects, .first_wish = p->work->nwishes};
        if (!paint_row(&w, p->graph->lod ? texels + i * columns : NULL, &any))
            all->failed = true;
        done->nrects = p->list->nrects - done->first_rect;
        done->nwishes = p->work->nwishes - done->first_wish;
    }
    if (any)
        all->any = true;
}

/* Brings what the threads drew together, in the order of the rows. */
static bool gather(const struct gf_paint *p, const struct painting *all)
{
    for (uint32_t i = 0; i < all->rows; i++) {
        const struct gf_row_done *done = &all->done[i];
        const struct gf_row_work *work = &p->state->work[done->work];
        for (size_t k = 0; all->parts > 1 && k < done->nrects; k++) {
            const struct gf_rect *r = &work->list.rects[done->first_rect + k];
            if (!gf_drawlist_rect(p->list, r->x, r->y, r->w, r->h, r->color, p->err))
                return false;
        }
        for (size_t k = 0; k < done->nwishes; k++)
            if (!add_label(p, &work->wishes[done->first_wish + k]))
                return false;
    }
    return true;
}

static bool paint_rows(const struct painter *w)
{
    const struct gf_paint *p = &w->paint;
    const struct gf_graph *g = p->graph;
    struct painting all = {.painter = w};
    struct gf_plane top = p->plane;
    all.lines = gf_lines_between(g, &p->plane, p->top, p->bottom);
    all.rows = (uint32_t)(all.lines.last - all.lines.first);
    if (all.rows == 0)
        return true;
    uint32_t rows = all.rows, top_row = gf_line_row(g, &top, all.lines.first);
    int64_t height = g->row_pitch - p->plane.gap;
    if (g->lod && !gf_drawlist_strips(
                      p->list, (int32_t)(g->x + p->c0), (int32_t)gf_row_y(g, &top, top_row),
                      (uint32_t)(p->c1 - p->c0), rows, g->row_pitch, (uint32_t)height, p->err))
        return false;
    if (!gf_grow(&p->state->done, &p->state->done_cap, rows, p->err))
        return false;
    all.done = p->state->done;
    bool large = g->lod && g->frames->n >= SHARED_FRAMES && rows > 1;
    all.parts = large ? gf_layout_threads() : 1;
    gf_parallel(all.parts, all.parts, paint_part, &all);
    for (unsigned i = 0; i < all.parts; i++) {
        p->counts->drawn += all.counts[i].drawn;
        p->counts->merged += all.counts[i].merged;
        if (all.failed && all.errors[i].code) {
            if (p->err)
                *p->err = all.errors[i];
            return false;
        }
    }
    if (!all.any && g->lod)
        p->list->strips.columns = p->list->strips.rows = 0;
    return gather(p, &all);
}

bool gf_layout_graph(const struct gf_graph *graph, struct gf_layout_scratch *scratch,
                     struct gf_drawlist *list, struct gf_layout_counts *counts,
                     struct gf_error *err)
{
    struct gf_layout_counts unwanted = {0};
    if (!(graph->view.span > 0) || graph->row_pitch == 0 || graph->width == 0)
        return true;
    struct gf_layout_state *state = gf_layout_state_of(scratch, graph, err);
    if (!state)
        return false;
    struct painter w = {.paint = {.graph = graph,
                                  .plane = gf_plane_of(graph),
                                  .state = state,
                                  .list = list,
                                  .counts = counts ? counts : &unwanted,
                                  .err = err},
                        .ghosts = gf_ghost_value(graph->colors, graph->frames)};
    struct gf_paint *p = &w.paint;
    int64_t x = graph->x, y = graph->y, right = x + graph->width, bottom = y + graph->height;
    p->c0 = x < 0 ? -x : 0;
    p->c1 = (right > list->width ? list->width : right) - x;
    p->top = y < 0 ? 0 : y;
    p->bottom = bottom > list->height ? list->height : bottom;
    if (p->c0 >= p->c1 || p->top >= p->bottom)
        return true;
    if (p->plane.least > 1 &&
        !gf_layout_state_prune(state, graph, p->plane.least, &p->plane.rows, err))
        return false;
    /* Three characters of the narrowest letter. */
    const struct gf_measure *m = graph->measure;
    w.label_least =
        graph->text_px ? 3.0 * (double)m->advance(m->ctx, 'i', 0, graph->text_px) : INFINITY;
    return paint_rows(&w);
}

bool gf_layout_band(const struct gf_graph *g, struct gf_drawlist *list, struct gf_error *err)
{
    int64_t t = gf_snap(g->scale) > 1 ? gf_snap(g->scale) : 1;
    int64_t y = (int64_t)g->y + g->band + gf_snap(g->view.scroll) - t;
    bool ok = gf_drawlist_layer(list, err);
    for (int i = 0; i < 2; i++, y += g->row_pitch)
        if (ok && y >= g->y && y + t <= g->y + (int64_t)g->height)
            ok = gf_drawlist_rect(list, g->x, y, g->width, t, g->theme->text, err);
    return ok;
}
