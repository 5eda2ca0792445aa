#include "layout/picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "layout/labels.h"
#include "layout/layout_state.h"
#include "model/profile.h"

/* Design pixels. */
enum {
    MARGIN = 10,
    TITLE_PX = 17,
    TITLE_LINE = 26,
    TEXT_PX = 12,
    TEXT_LINE = 18,
    SPACE = 8, /* between the graph and what is around it */
    SWATCH = 10,
    SWATCH_SPACE = 5,
    LEGEND_SPACE = 14
};

struct gf_picture_params gf_picture_defaults(void)
{
    return (struct gf_picture_params){.width = 1200,
                                      .scale = 1,
                                      .frame_height = 18,
                                      .text_px = TEXT_PX,
                                      .faint = 0.1,
                                      .lod = true};
}

static int64_t px(const struct gf_picture *p, double design)
{
    return (int64_t)(design * p->params.scale + 0.5);
}

static int64_t header_height(const struct gf_picture *p)
{
    bool subtitle = p->params.subtitle && p->params.subtitle[0];
    bool title = p->params.title && p->params.title[0];
    return px(p, MARGIN) + (title ? px(p, TITLE_LINE) : 0) + px(p, TEXT_LINE) * (subtitle ? 2 : 1) +
           px(p, SPACE);
}

/* The legend, and what it says last. */
static unsigned legend_of(const struct gf_picture_params *k,
                          struct gf_legend_entry out[GF_LEGEND_MAX + 1])
{
    unsigned n = gf_palette_legend(&k->colors->palette, out);
    if (k->matched)
        out[n++] = (struct gf_legend_entry){"match", k->theme->match};
    return n;
}

static int64_t text_width(const struct gf_picture *p, const char *text)
{
    unsigned size = (unsigned)px(p, TEXT_PX);
    return (int64_t)ceil(gf_label_width(p->params.measure, size, text, strlen(text))) + 1;
}

/* Pixels of a legend entry, and between it and the one after it. */
static int64_t entry_width(const struct gf_picture *p, const struct gf_legend_entry *entry)
{
    return px(p, SWATCH) + (entry->label ? px(p, SWATCH_SPACE) + text_width(p, entry->label) : 0);
}

static int64_t entry_space(const struct gf_picture *p, const struct gf_legend_entry *entry)
{
    return entry->label ? px(p, LEGEND_SPACE) : 0;
}

static int64_t legend_width(const struct gf_picture *p)
{
    struct gf_legend_entry entries[GF_LEGEND_MAX + 1];
    unsigned n = legend_of(&p->params, entries);
    int64_t width = 0;
    for (unsigned i = 0; i < n; i++)
        width += entry_width(p, &entries[i]) + (i + 1 < n ? entry_space(p, &entries[i]) : 0);
    return width;
}

/* What is not in the picture, at the foot of it: beside the legend, in fewer words if need be, or
 * else on a line of its own. */
struct note {
    char text[96]; /* empty: all is */
    bool below;
};

static void put_note(const struct gf_picture *p, bool brief, char text[96])
{
    const struct gf_picture_params *k = &p->params;
    text[0] = '\0';
    if (k->min_width > 0)
        snprintf(text, 96, brief ? "under %g px: left out" : "frames under %g px are left out",
                 k->min_width);
    else if (k->unfolded > 0)
        snprintf(text, 96,
                 brief ? "under %g px: folded" : "what stands on frames under %g px is left out",
                 k->unfolded);
    else if (p->faint_rows > 0)
        snprintf(text, 96,
                 brief ? "%u %s under %g px: left out" : "%u deeper %s under %g px %s left out",
                 p->faint_rows, p->faint_rows == 1 ? "row" : "rows", k->faint,
                 p->faint_rows == 1 ? "is" : "are");
}

static struct note note_of(const struct gf_picture *p)
{
    int64_t all = (int64_t)p->width - 2 * px(p, MARGIN);
    int64_t beside = all - legend_width(p) - px(p, MARGIN);
    struct note note = {.below = false};
    for (int brief = 0; brief < 2; brief++) {
        put_note(p, brief, note.text);
        if (!note.text[0] || text_width(p, note.text) <= beside)
            return note;
    }
    note.below = true;
    put_note(p, false, note.text);
    if (text_width(p, note.text) > all)
        put_note(p, true, note.text);
    return note;
}

static int64_t footer_height(const struct gf_picture *p)
{
    int64_t lines = note_of(p).below ? 2 : 1;
    return px(p, SPACE) + lines * px(p, TEXT_LINE) + px(p, MARGIN) / 2;
}

/* Whether a column of pixels shows as much of the row as the picture asks for. What lies in a row
 * lies over a frame of the row before it, so where one does all rows before it do. */
static bool shows(const struct gf_picture *p, const struct gf_plane *plane, uint32_t row)
{
    uint32_t first = plane->rows.start[row], last = plane->rows.start[row + 1];
    double faint = p->params.faint, column = -1, sum = 0;
    for (uint32_t k = gf_row_seek(plane, first, last, 0); k < last; k++) {
        double from = gf_start_px(plane, plane->rows.nodes[k]);
        double to = gf_end_px(plane, plane->rows.nodes[k]);
        if (from >= p->graph.width)
            break;
        from = from > 0 ? from : 0;
        to = to < p->graph.width ? to : p->graph.width;
        double at = floor(from);
        if (to - from >= faint)
            return true;
        sum = at == column ? sum : 0;
        column = at;
        sum += (to < at + 1 ? to : at + 1) - from;
        if (sum >= faint)
            return true;
        if (to > at + 1) {
            column = at + 1;
            sum = to - column;
        }
    }
    return false;
}

/* How many of the first rows show that much; one at least. */
static uint32_t rows_shown(const struct gf_picture *p, const struct gf_plane *plane, uint32_t rows)
{
    uint32_t low = 1, high = rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (shows(p, plane, middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The rows of a plane down to the last that shows a frame; at least one. */
static uint32_t rows_of(struct gf_picture *p, const struct gf_plane *plane)
{
    const struct gf_graph *g = &p->graph;
    uint32_t rows = plane->rows.n ? plane->rows.n : 1;
    for (; rows > 1; rows--) {
        uint32_t first = plane->rows.start[rows - 1], last = plane->rows.start[rows];
        uint32_t k = gf_row_seek(plane, first, last, 0);
        if (k < last && gf_start_px(plane, plane->rows.nodes[k]) < g->width)
            break;
    }
    uint32_t shown = p->params.faint > 0 ? rows_shown(p, plane, rows) : rows;
    p->faint_rows += rows - shown;
    return shown;
}

/* How many rows there are, and in a sandwich where its band is. */
static bool count_rows(struct gf_picture *p, struct gf_layout_scratch *scratch,
                       struct gf_error *err)
{
    struct gf_graph *g = &p->graph;
    struct gf_layout_state *state = gf_layout_state_of(scratch, g, err);
    if (!state)
        return false;
    struct gf_plane plane = gf_plane_of(g);
    if (plane.least > 1 && !gf_layout_state_prune(state, g, plane.least, &plane.rows, err))
        return false;
    p->rows = rows_of(p, &plane);
    if (g->half == 0)
        return true;
    /* The root is not drawn, and the function is in a row of both halves. */
    uint32_t above = p->rows > 2 ? p->rows - 1 : 1;
    gf_line_row(g, &plane, 1);
    uint32_t below = rows_of(p, &plane);
    below = below > 2 ? below - 1 : 1;
    p->rows = above + below - 1;
    g->band =
        (int32_t)((int64_t)(above - 1) * g->row_pitch <= INT32_MAX ? (above - 1) * g->row_pitch
                                                                   : INT32_MAX);
    return true;
}

bool gf_picture_init(struct gf_picture *picture, const struct gf_picture_params *params,
                     struct gf_layout_scratch *scratch, struct gf_error *err)
{
    *picture = (struct gf_picture){.params = *params, .width = params->width};
    struct gf_picture *p = picture;
    if (!(params->scale >= 0.25 && params->scale <= 64) || params->frame_height == 0 ||
        params->frame_height > 1000)
        return gf_fail(err, GF_ERR_USAGE, "scale and frame height are out of range");
    int64_t margin = px(p, MARGIN), pitch = px(p, params->frame_height);
    if ((int64_t)params->width <= 2 * margin + 16 || params->width > INT32_MAX)
        return gf_fail(err, GF_ERR_USAGE, "a width of %u pixels has no room for a graph",
                       params->width);
    p->graph = (struct gf_graph){
        .frames = params->frames,
        .value = params->value,
        .view = params->view,
        .x = (int32_t)margin,
        .y = (int32_t)header_height(p),
        .width = params->width - (uint32_t)(2 * margin),
        .row_pitch = pitch > 1 ? (uint32_t)pitch : 1,
        .text_px = (uint32_t)px(p, gf_label_px(params->text_px, params->frame_height)),
        .scale = params->scale,
        .inverted = params->inverted,
        .half = params->half,
        .min_width = params->min_width,
        .lod = params->lod,
        .colors = params->colors,
        .theme = params->theme,
        .measure = params->measure,
        .matched = params->matched};
    if (!(p->graph.view.span > 0))
        p->graph.view = gf_view_all(params->frames, params->value);
    if (params->half > 0)
        p->graph.view = (struct gf_view){.span = (double)params->half};
    if (!count_rows(p, scratch, err))
        return false;
    int64_t graph = (int64_t)p->rows * p->graph.row_pitch;
    int64_t height = header_height(p) + graph + footer_height(p);
    if (height > INT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "a picture of %u rows would be too high", p->rows);
    p->graph.height = (uint32_t)graph;
    p->height = (uint32_t)height;
    return true;
}

/* A tile while it is filled: (x, y) is its place in the picture. */
struct tile {
    const struct gf_picture *p;
    int64_t x, y;
    struct gf_drawlist *list;
    struct gf_error *err;
};

struct line {
    int64_t x, baseline, room;
    double px; /* design pixels */
    uint32_t color;
    bool bold;
};

static bool add_text(const struct tile *t, struct line line, const char *text, size_t n)
{
    char fitted[GF_LABEL_BYTES];
    unsigned size = (unsigned)px(t->p, line.px);
    /* Bold letters are a little wider than those that are measured. */
    double room = line.bold ? 0.9 * (double)line.room : (double)line.room;
    size_t len = gf_label_cut(t->p->params.measure, size, room, text, n, fitted);
    bool seen = line.baseline - (int64_t)size * 2 < t->y + t->list->height &&
                line.baseline + (int64_t)size > t->y;
    if (len == 0 || !seen)
        return true;
    struct gf_label label = {.x = (float)(line.x - t->x),
                             .baseline = (int32_t)(line.baseline - t->y),
                             .clip_x0 = (int32_t)(line.x - t->x),
                             .clip_x1 = (int32_t)(line.x + line.room - t->x),
                             .color = line.color,
                             .px = (uint16_t)size,
                             .flags = line.bold ? GF_LABEL_BOLD : 0};
    return gf_drawlist_label(t->list, label, fitted, len, t->err);
}

size_t gf_picture_summary(char *out, size_t cap, const struct gf_frames *frames, uint32_t value,
                          uint64_t half, unsigned decimals, const char *unit, const char *input)
{
    char weight[40], paths[27];
    gf_weight_text(weight, half ? half : gf_frame_total(frames, 0, value), decimals);
    gf_str_grouped(paths, frames->n - 1);
    snprintf(out, cap, "%s %s  \xc2\xb7  %s call paths%s%s", weight, unit ? unit : "", paths,
             input && input[0] ? "  \xc2\xb7  " : "", input ? input : "");
    return strlen(out);
}

static bool draw_header(const struct tile *t)
{
    const struct gf_picture *p = t->p;
    const struct gf_picture_params *k = &p->params;
    int64_t margin = px(p, MARGIN), y = margin;
    struct line line = {.x = margin,
                        .room = (int64_t)p->width - 2 * margin,
                        .px = TITLE_PX,
                        .color = k->theme->text,
                        .bold = true};
    if (k->title && k->title[0]) {
        line.baseline = y + px(p, TITLE_PX);
        y += px(p, TITLE_LINE);
        if (!add_text(t, line, k->title, strlen(k->title)))
            return false;
    }
    char text[1024];
    size_t n = gf_picture_summary(text, sizeof text, k->frames, k->value, k->half, k->decimals,
                                  k->unit, k->input);
    line.px = TEXT_PX;
    line.bold = false;
    line.color = k->theme->text_dim;
    line.baseline = y + px(p, TEXT_PX + 1);
    if (!add_text(t, line, text, n))
        return false;
    if (k->subtitle && k->subtitle[0]) {
        line.baseline += px(p, TEXT_LINE);
        return add_text(t, line, k->subtitle, strlen(k->subtitle));
    }
    return true;
}

static bool draw_legend(const struct tile *t, int64_t y)
{
    const struct gf_picture *p = t->p;
    struct gf_legend_entry entries[GF_LEGEND_MAX + 1];
    unsigned n = legend_of(&p->params, entries);
    int64_t swatch = px(p, SWATCH), baseline = y + px(p, TEXT_PX + 1);
    int64_t x = (int64_t)p->width - px(p, MARGIN) - legend_width(p); /* it ends at the margin */
    for (unsigned i = 0; i < n; i++) {
        const char *label = entries[i].label;
        if (!gf_drawlist_rect(t->list, x - t->x, baseline - swatch - t->y, swatch, swatch,
                              entries[i].fill, t->err))
            return false;
        int64_t width = entry_width(p, &entries[i]), used = swatch + px(p, SWATCH_SPACE);
        struct line line = {.x = x + used,
                            .baseline = baseline,
                            .room = width - used,
                            .px = TEXT_PX,
                            .color = p->params.theme->text_dim};
        if (label && !add_text(t, line, label, strlen(label)))
            return false;
        x += width + entry_space(p, &entries[i]);
    }
    return true;
}

static bool draw_footer(const struct tile *t)
{
    const struct gf_picture *p = t->p;
    int64_t y = (int64_t)p->height - footer_height(p) + px(p, SPACE), margin = px(p, MARGIN);
    struct note note = note_of(p);
    struct line line = {.x = margin,
                        .baseline = y + px(p, TEXT_PX + 1) + (note.below ? px(p, TEXT_LINE) : 0),
                        .room = (int64_t)p->width - 2 * margin,
                        .px = TEXT_PX,
                        .color = p->params.theme->text_dim};
    return draw_legend(t, y) && (!note.text[0] || add_text(t, line, note.text, strlen(note.text)));
}

bool gf_picture_tile(const struct gf_picture *picture, uint32_t x, uint32_t y, uint32_t w,
                     uint32_t h, struct gf_layout_scratch *scratch, struct gf_drawlist *list,
                     struct gf_layout_counts *counts, struct gf_error *err)
{
    if (w > INT16_MAX || h > INT16_MAX)
        return gf_fail(err, GF_ERR_USAGE, "a tile of %u x %u pixels is too large", w, h);
    gf_drawlist_reset(list, w, h, picture->params.theme->background);
    struct tile t = {picture, x, y, list, err};
    struct gf_graph graph = picture->graph;
    graph.x = (int32_t)(graph.x - t.x);
    graph.y = (int32_t)(graph.y - t.y);
    return gf_layout_graph(&graph, scratch, list, counts, err) &&
           (graph.half == 0 || gf_layout_band(&graph, list, err)) && draw_header(&t) &&
           draw_footer(&t);
}
