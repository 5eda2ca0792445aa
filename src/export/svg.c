#include "export/svg.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "export/svg_text.h"
#include "layout/color.h"
#include "layout/layout.h"
#include "layout/picture.h"
#include "model/diff.h"
#include "model/profile.h"

extern const unsigned char gf_svg_script[];
extern const unsigned gf_svg_script_size;

#define PAD           10.0 /* left and right */
#define TOP           66u  /* title, a line below it, controls */
#define LINE          16u  /* each further line */
#define BOTTOM        30u  /* details of the frame under the pointer */
#define TEXT_PX       12u
#define TEXT_PAD      4.0
#define BLOCK_PX      1.0
#define GAP_PX        3.0 /* frames wider than this are parted by a gap */
#define MAX_DIMENSION 1000000u
#define ELLIPSIS      0x2026u

/* Widths from 2^-24 to 1 pixel, four bins to an octave. */
#define BINS_PER_OCTAVE 4
#define BINS            (24 * BINS_PER_OCTAVE)

struct svg {
    const struct gf_svg_params *p;
    struct gf_svg_text *text; /* NULL in the pass that only counts */
    struct gf_svg_counts counts;
    uint64_t total;
    double scale; /* pixels per weight */
    uint32_t width, pitch, text_px, top;
    double min_width; /* as asked for */
    uint32_t rows;    /* with anything to be seen */
    uint32_t below;   /* of a sandwich: in its second half; `rows` is the first */
};

/* Adjacent frames of a row that are too narrow for a rectangle of their own. */
struct block {
    uint64_t x0, x1; /* weights */
    uint64_t frames;
    uint32_t node;  /* the first */
    double r, g, b; /* sums of colour by weight */
};

static bool in_second(const struct svg *s, uint32_t node)
{
    return s->p->half > 0 && gf_in_second_half(s->p->frames, node);
}

/* In a sandwich depth 1 is one row for both halves, and the root has none. */
static double row_y(const struct svg *s, uint32_t row, bool second)
{
    uint32_t line = s->p->half > 0   ? second ? s->rows - 3 + row : s->rows - 1 - row
                    : s->p->inverted ? row
                                     : s->rows - 1 - row;
    return s->top + (double)line * s->pitch;
}

static double x_of(const struct svg *s, uint64_t weight, bool second)
{
    return PAD + (double)(weight - (second ? s->p->half : 0)) * s->scale;
}

/* In the pass that counts: a row of this node's half has something to be seen. */
static void note_row(struct svg *s, uint32_t node, uint32_t row)
{
    if (!s->text && in_second(s, node))
        s->below = row + 1;
    else if (!s->text)
        s->rows = row + 1;
}

static uint64_t all_rows(const struct svg *s)
{
    return s->p->half > 0 ? (uint64_t)s->rows + s->below - 3 : s->rows;
}

static uint32_t fill_of(const struct svg *s, uint32_t node)
{
    return gf_fill_of(s->p->colors, s->p->frames, node, s->p->theme->root_fill);
}

/* "; before 1,000, 11.2%; +23.4%" of a frame in a differential: what its width does not say. */
static void put_other_sides(struct svg *s, uint32_t node)
{
    const struct gf_frames *f = s->p->frames;
    char number[40], percent[16], change[24];
    uint32_t sides[2] = {gf_side(f, GF_AFTER), gf_side(f, GF_BEFORE)};
    for (int i = 1; i >= 0; i--) {
        if (sides[i] == s->p->value)
            continue;
        uint64_t weight = gf_frame_total(f, node, sides[i]);
        gf_svg_puts(s->text, i == GF_BEFORE ? "; before " : "; after ");
        gf_svg_puts(s->text, gf_weight_text(number, weight, s->p->decimals));
        gf_svg_puts(s->text, ", ");
        gf_svg_puts(s->text, gf_str_percent(percent, weight, gf_frame_total(f, 0, sides[i])));
    }
    gf_svg_puts(s->text, "; ");
    gf_svg_puts(s->text, gf_change_text(change, gf_frame_total(f, node, sides[GF_BEFORE]),
                                        gf_frame_total(f, node, sides[GF_AFTER])));
}

/* " (1,234 samples, 12.3%)", with the other side where it is of a node in a differential. */
static void put_amount(struct svg *s, uint64_t weight, uint32_t node)
{
    char number[40], percent[16];
    gf_svg_puts(s->text, " (");
    gf_svg_puts(s->text, gf_weight_text(number, weight, s->p->decimals));
    gf_svg_puts(s->text, " ");
    const char *unit = s->p->unit ? s->p->unit : "samples";
    gf_svg_put_foreign(s->text, unit);
    gf_svg_puts(s->text, ", ");
    gf_svg_puts(s->text, gf_str_percent(percent, weight, s->total));
    if (node != GF_NO_NODE && gf_is_differential(s->p->frames))
        put_other_sides(s, node);
    gf_svg_puts(s->text, ")");
}

/* Frames that only were before are outlines. */
static void put_rect(struct svg *s, double x, double y, double w, uint32_t color, bool ghost)
{
    gf_svg_puts(s->text, "<rect x=\"");
    gf_svg_put_number(s->text, x);
    gf_svg_puts(s->text, "\" y=\"");
    gf_svg_put_number(s->text, y);
    gf_svg_puts(s->text, "\" width=\"");
    gf_svg_put_number(s->text, w);
    gf_svg_puts(s->text, "\" height=\"");
    gf_svg_put_u64(s->text, s->pitch - 1);
    gf_svg_puts(s->text, "\" fill=\"");
    gf_svg_put_color(s->text, color);
    if (ghost) {
        gf_svg_puts(s->text, "\" fill-opacity=\".22\" stroke=\"");
        gf_svg_put_color(s->text, color);
    }
    gf_svg_puts(s->text, "\"/>");
}

/* How many bytes of the name fit `room` pixels, and whether an ellipsis must follow them; 0 where
 * under three characters would be left. */
static size_t fit(const struct gf_measure *m, unsigned px, const char *name, size_t n, double room,
                  bool *cut)
{
    double x = 0, dots = m->advance(m->ctx, ELLIPSIS, 0, px);
    size_t kept = 0, chars = 0, kept_chars = 0;
    uint32_t previous = 0;
    *cut = false;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = gf_utf8_decode(name + i, n - i, &cp);
        x += (double)m->advance(m->ctx, cp, previous, px);
        if (x > room) {
            *cut = true;
            return kept_chars >= 3 ? kept : 0;
        }
        i += len;
        chars++;
        previous = cp;
        if (x + dots <= room) {
            kept = i;
            kept_chars = chars;
        }
    }
    return n;
}

static void put_label(struct svg *s, const char *name, size_t n, double x, double y, double w,
                      uint32_t fill)
{
    bool cut;
    size_t len = s->text_px ? fit(s->p->measure, s->text_px, name, n, w - 2 * TEXT_PAD, &cut) : 0;
    if (len == 0)
        return;
    uint32_t color = gf_text_on(s->p->theme, fill);
    gf_svg_puts(s->text, "<text x=\"");
    gf_svg_put_number(s->text, x + TEXT_PAD);
    gf_svg_puts(s->text, "\" y=\"");
    gf_svg_put_number(s->text, y + (s->pitch - 1) * 0.5 + 0.375 * s->text_px);
    if (color != s->p->theme->frame_text_dark) {
        gf_svg_puts(s->text, "\" fill=\"");
        gf_svg_put_color(s->text, color);
    }
    gf_svg_puts(s->text, "\">");
    gf_svg_put_escaped(s->text, name, len);
    gf_svg_puts(s->text, cut ? "\xe2\x80\xa6</text>" : "</text>");
}

static void frame(struct svg *s, uint32_t node, uint32_t row)
{
    s->counts.drawn++;
    note_row(s, node, row);
    if (!s->text)
        return;
    const struct gf_frames *f = s->p->frames;
    uint64_t total = gf_frame_total(f, node, s->p->value);
    bool second = in_second(s, node);
    double x = x_of(s, gf_frame_x(f, node, s->p->value), second), y = row_y(s, row, second);
    double w = (double)total * s->scale;
    size_t n = 3;
    const char *raw = node == 0 ? "all" : gf_frame_name(f, node, &n);
    char name[GF_SVG_SHOWN_BYTES];
    n = gf_svg_shown(name, raw, n);
    gf_svg_puts(s->text, w > GAP_PX ? "<g class=\"w\"><title>" : "<g><title>");
    gf_svg_put_escaped(s->text, name, n);
    put_amount(s, total, node);
    gf_svg_puts(s->text, "</title>");
    uint32_t fill = fill_of(s, node);
    uint32_t side = gf_ghost_value(s->p->colors, f);
    bool ghost = node != 0 && side < f->nvalues && gf_frame_total(f, node, side) == 0;
    put_rect(s, x, y, w, fill, ghost);
    fill = ghost ? gf_color_mix(fill, s->p->theme->background, GF_GHOST) : fill;
    put_label(s, name, n, x, y, w, fill);
    gf_svg_puts(s->text, "</g>\n");
}

static uint32_t mean_color(const struct block *b)
{
    double w = (double)(b->x1 - b->x0);
    return (uint32_t)(b->r / w + 0.5) | (uint32_t)(b->g / w + 0.5) << 8 |
           (uint32_t)(b->b / w + 0.5) << 16;
}

static void end_block(struct svg *s, struct block *b, uint32_t row)
{
    double w = (double)(b->x1 - b->x0) * s->scale;
    if (b->frames == 0 || w < s->min_width) {
        s->counts.skipped += b->frames;
    } else if (b->frames == 1) {
        frame(s, b->node, row);
    } else {
        s->counts.merged += b->frames;
        s->counts.blocks++;
        note_row(s, b->node, row);
        if (s->text) {
            char number[27];
            gf_svg_puts(s->text, "<g class=\"m\"><title>");
            gf_svg_puts(s->text, gf_str_grouped(number, b->frames));
            gf_svg_puts(s->text, " narrow frames");
            put_amount(s, b->x1 - b->x0, GF_NO_NODE);
            gf_svg_puts(s->text, "</title>");
            bool second = in_second(s, b->node);
            put_rect(s, x_of(s, b->x0, second), row_y(s, row, second), w, mean_color(b), false);
            gf_svg_puts(s->text, "</g>\n");
        }
    }
    *b = (struct block){0};
}

static void add_to_block(struct svg *s, struct block *b, uint32_t node, uint64_t x, uint64_t total,
                         uint32_t row)
{
    bool other = b->frames > 0 && in_second(s, b->node) != in_second(s, node);
    if (b->frames > 0 && (x != b->x1 || other || (double)(x + total - b->x0) * s->scale > BLOCK_PX))
        end_block(s, b, row);
    if (b->frames++ == 0) {
        b->x0 = x;
        b->node = node;
    }
    b->x1 = x + total;
    uint32_t color = fill_of(s, node);
    b->r += (double)(color & 0xff) * (double)total;
    b->g += (double)(color >> 8 & 0xff) * (double)total;
    b->b += (double)(color >> 16 & 0xff) * (double)total;
}

static void walk(struct svg *s)
{
    const struct gf_frames *f = s->p->frames;
    double min_width = s->counts.min_width;
    s->counts = (struct gf_svg_counts){.min_width = min_width};
    for (uint32_t row = s->p->half > 0; row < f->nrows; row++) {
        struct block block = {0};
        for (uint32_t i = f->row_start[row]; i < f->row_start[row + 1]; i++) {
            uint32_t node = f->row_nodes[i];
            uint64_t total = gf_frame_total(f, node, s->p->value);
            if (node != 0 && (double)total * s->scale < min_width) {
                if (total > 0)
                    add_to_block(s, &block, node, gf_frame_x(f, node, s->p->value), total, row);
                continue;
            }
            end_block(s, &block, row);
            if (row == 1 && in_second(s, node)) /* the function stands there already */
                s->below = s->text || s->below > 2 ? s->below : 2;
            else
                frame(s, node, row);
        }
        end_block(s, &block, row);
    }
}

/* The least width with no more than max_frames frames as wide, but not over a pixel. */
static double choose_min_width(const struct svg *s)
{
    const struct gf_frames *f = s->p->frames;
    uint64_t limit = s->p->max_frames ? s->p->max_frames : 50000;
    uint64_t bins[BINS + 1] = {0};
    for (uint32_t node = 0; node < f->n; node++) {
        double w = (double)gf_frame_total(f, node, s->p->value) * s->scale;
        if (w < s->min_width)
            continue;
        double bin = w >= 1 ? BINS : floor(log2(w) * BINS_PER_OCTAVE) + BINS;
        bins[bin > 0 ? (unsigned)bin : 0]++;
    }
    uint64_t wider = bins[BINS];
    int bin = BINS;
    while (bin > 0 && wider + bins[bin - 1] <= limit)
        wider += bins[--bin];
    double least = bin == 0 ? 0 : exp2((double)(bin - BINS) / BINS_PER_OCTAVE);
    return least > s->min_width ? least : s->min_width;
}

static void put_text(struct svg *s, const char *id_and_class, double x, double y,
                     const char *anchor, const char *text)
{
    gf_svg_puts(s->text, "<text id=\"");
    gf_svg_puts(s->text, id_and_class);
    gf_svg_puts(s->text, "\" x=\"");
    gf_svg_put_number(s->text, x);
    gf_svg_puts(s->text, "\" y=\"");
    gf_svg_put_number(s->text, y);
    gf_svg_puts(s->text, "\" text-anchor=\"");
    gf_svg_puts(s->text, anchor);
    gf_svg_puts(s->text, "\">");
    gf_svg_put_foreign(s->text, text);
    gf_svg_puts(s->text, "</text>\n");
}

static void put_style_rule(struct svg *s, const char *rule, uint32_t color, const char *rest)
{
    gf_svg_puts(s->text, rule);
    gf_svg_put_color(s->text, color);
    gf_svg_puts(s->text, rest);
}

static void put_style(struct svg *s)
{
    const struct gf_theme *theme = s->p->theme;
    gf_svg_puts(s->text, "<style>text{font:12px 'DejaVu Sans',Verdana,sans-serif}"
                         ".button{cursor:pointer}#title{font-size:17px}"
                         ".hide{display:none}.f>g{cursor:pointer}.f>g.m{cursor:default}"
                         ".above>rect{opacity:.5}.f text{pointer-events:none;font-size:");
    gf_svg_put_number(s->text, s->text_px);
    gf_svg_puts(s->text, "px}");
    put_style_rule(s, ".f>g.w>rect{stroke-width:1;stroke:", theme->background, "}");
    put_style_rule(s, ".f>g:hover>rect{stroke-width:1;stroke:", theme->text, "}");
    put_style_rule(s, ".f>g.match>rect{fill:", theme->match, "}");
    put_style_rule(s, ".f>g.match>text{fill:", gf_text_on(theme, theme->match), "}");
    put_style_rule(s, ".f>g.above>text{fill:", theme->text, "}");
    put_style_rule(s, ".ui{fill:", theme->text, "}");
    put_style_rule(s, ".dim{fill:", theme->text_dim, "}.button:hover{");
    put_style_rule(s, "fill:", theme->text, "}</style>\n");
}

/* What a PNG says below its title, as far as it fits. */
static void put_summary(struct svg *s)
{
    const struct gf_svg_params *p = s->p;
    char text[1024 + 4];
    bool cut = false;
    size_t n = gf_picture_summary(text, sizeof text - 4, p->frames, p->value, p->half, p->decimals,
                                  p->unit ? p->unit : "samples", p->input);
    n = fit(p->measure, TEXT_PX, text, n, s->width - 2 * PAD, &cut);
    memcpy(text + n, "\xe2\x80\xa6", 4);
    text[n + (cut ? 3 : 0)] = '\0';
    put_text(s, "summary\" class=\"dim", s->width / 2.0, 42, "middle", text);
}

static void put_head(struct svg *s, uint32_t height)
{
    char head[256];
    snprintf(head, sizeof head,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%u\" height=\"%u\" "
             "viewBox=\"0 0 %u %u\">\n",
             s->width, height, s->width, height);
    gf_svg_puts(s->text, head);
    put_style(s);
    gf_svg_puts(s->text, "<script><![CDATA[\n");
    gf_svg_put(s->text, (const char *)gf_svg_script, gf_svg_script_size);
    gf_svg_puts(s->text, "]]></script>\n<rect width=\"100%\" height=\"100%\" fill=\"");
    gf_svg_put_color(s->text, s->p->theme->background);
    gf_svg_puts(s->text, "\"/>\n");
    const char *title = s->p->title ? s->p->title : "Flame Graph";
    put_text(s, "title\" class=\"ui", s->width / 2.0, 24, "middle", title);
    if (s->p->input)
        put_summary(s);
    if (s->p->subtitle)
        put_text(s, "subtitle\" class=\"dim", s->width / 2.0, s->top - 24.0, "middle",
                 s->p->subtitle);
}

/* The controls are hidden until the script is there to serve them. */
static void put_controls(struct svg *s, uint32_t height)
{
    const char *name_type = s->p->name_type ? s->p->name_type : "Function:";
    put_text(s, "reset\" class=\"dim button hide", PAD, 24, "start", "Reset Zoom");
    put_text(s, "search\" class=\"dim button hide", s->width - PAD, 24, "end", "Search");
    /* Beside the root, where the picture is looked at first. */
    double y = s->p->inverted ? s->top - 8.0 : height - 11.0;
    put_text(s, "details\" class=\"ui", PAD, y, "start", " ");
    put_text(s, "matched\" class=\"ui", s->width - PAD, y, "end", " ");
    gf_svg_puts(s->text, "<g class=\"f\" data-name-type=\"");
    gf_svg_put_foreign(s->text, name_type);
    gf_svg_puts(s->text, "\" data-text-px=\"");
    gf_svg_put_number(s->text, s->text_px);
    gf_svg_puts(s->text, "\" data-light-text=\"");
    gf_svg_put_color(s->text, s->p->theme->frame_text_light);
    /* Labels inherit their colour; rectangles have their own. */
    gf_svg_puts(s->text, "\" fill=\"");
    gf_svg_put_color(s->text, s->p->theme->frame_text_dark);
    gf_svg_puts(s->text, "\">\n");
}

/* What parts the function of a sandwich from its callers and its callees: lines in the gaps above
 * and below its row, as gf_layout_band draws them. They stay where frames are zoomed. */
static void put_band(struct svg *s)
{
    double y = row_y(s, 1, false) - 1;
    for (int i = 0; i < 2; i++, y += s->pitch) {
        gf_svg_puts(s->text, "<rect pointer-events=\"none\" x=\"");
        gf_svg_put_number(s->text, PAD);
        gf_svg_puts(s->text, "\" y=\"");
        gf_svg_put_number(s->text, y);
        gf_svg_puts(s->text, "\" width=\"");
        gf_svg_put_number(s->text, s->width - 2 * PAD);
        gf_svg_puts(s->text, "\" height=\"1\" fill=\"");
        gf_svg_put_color(s->text, s->p->theme->text);
        gf_svg_puts(s->text, "\"/>\n");
    }
}

static bool prepare(struct svg *s, const struct gf_svg_params *p, struct gf_error *err)
{
    s->p = p;
    s->width = p->width ? p->width : 1200;
    s->pitch = p->row_height ? p->row_height : 18;
    s->top = TOP + (p->input && p->subtitle ? LINE : 0);
    s->text_px = gf_label_px(p->text_px ? p->text_px : TEXT_PX, s->pitch);
    s->min_width = p->min_width > 0 ? p->min_width : 0.1;
    if (s->width < 100 || s->width > MAX_DIMENSION)
        return gf_fail(err, GF_ERR_USAGE, "an SVG can be 100 to %u pixels wide, not %u",
                       MAX_DIMENSION, s->width);
    if (s->pitch < 2 || s->pitch > 1000)
        return gf_fail(err, GF_ERR_USAGE, "a row can be 2 to 1000 pixels high, not %u", s->pitch);
    s->total = p->half ? p->half : gf_frame_total(p->frames, 0, p->value);
    s->scale = s->total > 0 ? (s->width - 2 * PAD) / (double)s->total : 0;
    s->counts.min_width = choose_min_width(s);
    walk(s);
    uint64_t height = s->top + all_rows(s) * s->pitch + BOTTOM;
    if (height > INT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "an SVG of %u rows is too high", s->rows);
    return true;
}

bool gf_svg_write(const struct gf_svg_params *params, struct gf_output *out,
                  struct gf_svg_counts *counts, struct gf_error *err)
{
    struct svg s = {0};
    if (!prepare(&s, params, err))
        return false;
    s.text = malloc(sizeof *s.text);
    if (!s.text)
        return gf_fail_nomem(err, sizeof *s.text);
    s.text->out = out;
    s.text->failed = false;
    s.text->used = 0;
    uint32_t height = (uint32_t)(s.top + all_rows(&s) * s.pitch + BOTTOM);
    put_head(&s, height);
    put_controls(&s, height);
    walk(&s);
    gf_svg_puts(s.text, "</g>\n");
    if (params->half > 0)
        put_band(&s);
    gf_svg_puts(s.text, "</svg>\n");
    s.counts.height = height;
    if (counts)
        *counts = s.counts;
    bool ok = gf_svg_flush(s.text, err);
    free(s.text);
    return ok;
}
