/* The table of functions, at the right of the graph. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "layout/color.h"
#include "ui/panels.h"
#include "ui/table_do.h"
#include "ui/table_draw.h"

enum { ROW = 18, PAD = 10, GAP = 8, NAME = 150 }; /* design pixels; NAME: the least for names */
/* Columns of numbers, design pixels. */
enum { WEIGHT = 84, SHARE = 50, SIDE = 76 };
/* A weight of more digits than that is shortened. */
enum { WEIGHT_CHARS = 12, SIDE_CHARS = 11 };

enum shows { SHOWS_WEIGHT, SHOWS_SHARE, SHOWS_CHANGE };

struct column {
    const char *heading;
    enum gf_column_of by;
    enum shows shows;
    uint8_t width, chars;
};

static const struct column one_side[] = {
    {"self", GF_BY_SELF, SHOWS_WEIGHT, WEIGHT, WEIGHT_CHARS},
    {"", GF_BY_SELF, SHOWS_SHARE, SHARE, 0},
    {"total", GF_BY_TOTAL, SHOWS_SHARE, SHARE, 0},
};
/* Self and total; where there is no room for both, those that the table is ordered by. */
static const struct column two_sides[] = {
    {"self before", GF_BY_SELF_BEFORE, SHOWS_WEIGHT, SIDE, SIDE_CHARS},
    {"self after", GF_BY_SELF, SHOWS_WEIGHT, SIDE, SIDE_CHARS},
    {"change", GF_BY_SELF_CHANGE, SHOWS_CHANGE, SIDE, SIDE_CHARS},
    {"total before", GF_BY_TOTAL_BEFORE, SHOWS_WEIGHT, SIDE, SIDE_CHARS},
    {"total after", GF_BY_TOTAL, SHOWS_WEIGHT, SIDE, SIDE_CHARS},
    {"change", GF_BY_TOTAL_CHANGE, SHOWS_CHANGE, SIDE, SIDE_CHARS},
};
enum { COLUMNS = sizeof two_sides / sizeof *two_sides };

static bool is_total(enum gf_column_of by)
{
    return by == GF_BY_TOTAL || by == GF_BY_TOTAL_BEFORE || by == GF_BY_TOTAL_CHANGE;
}

/* What is drawn of each row. */
struct sheet {
    struct gf_panel *p;
    const struct column *columns;
    unsigned ncolumns;
    struct gf_box at[COLUMNS], name; /* of a row at y = 0 */
    int32_t row;                     /* its height */
    uint64_t all[2];                 /* the weight of everything, on both sides */
    bool two;
};

static uint64_t side_total(const struct gf_frames *f, uint32_t side, bool two)
{
    return gf_frame_total(f, 0, two ? gf_side(f, side) : 0);
}

static struct sheet sheet_of(struct gf_panel *p, struct gf_box box)
{
    const struct gf_app *app = p->app;
    const struct gf_functions *functions = app->table.functions;
    struct sheet s = {.p = p,
                      .columns = one_side,
                      .ncolumns = sizeof one_side / sizeof *one_side,
                      .row = gf_table_row_height(app->scale),
                      .two = functions && functions->two};
    int32_t pad = gf_pen_px(&p->pen, PAD), gap = gf_pen_px(&p->pen, GAP), x = box.x + 1 + pad;
    if (functions)
        for (uint32_t v = 0; v < (s.two ? 2 : 1); v++)
            s.all[v] = side_total(&functions->base->profile->frames, v, s.two);
    if (s.two) {
        s.columns = two_sides;
        s.ncolumns = COLUMNS;
        if (box.w < gf_pen_px(&p->pen, COLUMNS * (SIDE + GAP) + 2 * PAD + NAME)) {
            s.columns += is_total(app->table.sort) ? COLUMNS / 2 : 0;
            s.ncolumns = COLUMNS / 2;
        }
    }
    for (unsigned i = 0; i < s.ncolumns; i++) {
        s.at[i] = (struct gf_box){x, 0, gf_pen_px(&p->pen, s.columns[i].width), s.row};
        x += s.at[i].w + gap;
    }
    x += gap;
    s.name = (struct gf_box){x, 0, box.x + box.w - pad - x, s.row};
    return s;
}

int32_t gf_table_row_height(double scale)
{
    int32_t h = (int32_t)floor(ROW * scale + 0.5);
    return h > 1 ? h : 1;
}

int32_t gf_table_width(const struct gf_app *app)
{
    const struct gf_functions *functions = app->table.functions;
    double design = app->width / app->scale;
    bool both = functions && functions->two && design >= 1200;
    return (int32_t)floor((both ? COLUMNS * (SIDE + GAP) + 220 : 430) * app->scale + 0.5);
}

double gf_table_max_scroll(const struct gf_app *app)
{
    int32_t row = gf_table_row_height(app->scale);
    double most = ((double)app->table.nrows + 1) * row - gf_app_panes(app).table.h;
    return most > 0 ? ceil(most / row) * row : 0; /* whole rows are drawn */
}

/* ---- cells ---- */

static struct gf_box at_row(struct gf_box box, int32_t y)
{
    box.y = y;
    return box;
}

/* A weight in no more than `chars` letters: "1,234,567" or "1.23 T". Keeps a sign. */
static const char *shorten(char text[44], double weight, unsigned chars)
{
    static const char *const units[] = {"", " k", " M", " G", " T", " P", " E"};
    unsigned unit = 0;
    if (strlen(text) <= chars)
        return text;
    for (; fabs(weight) >= 999.5 && unit < 6; unit++)
        weight /= 1000;
    snprintf(text, 44, "%s%.3g%s", text[0] == '+' ? "+" : "", weight, units[unit]);
    return text;
}

static void cell_text(const struct sheet *s, const struct column *c, const struct gf_change *f,
                      char out[44])
{
    unsigned decimals = s->p->app->scene->profile->decimals;
    const uint64_t *w = is_total(c->by) ? f->total : f->self;
    bool before = c->by == GF_BY_SELF_BEFORE || c->by == GF_BY_TOTAL_BEFORE;
    uint32_t side = before ? GF_BEFORE : GF_AFTER;
    double unit = pow(10, -(double)decimals);
    switch (c->shows) {
    case SHOWS_WEIGHT:
        gf_weight_text(out, w[side], decimals);
        shorten(out, (double)w[side] * unit, c->chars);
        break;
    case SHOWS_SHARE:
        gf_str_percent(out, w[side], s->all[side]);
        break;
    case SHOWS_CHANGE:
        gf_change_weight(out, w, decimals);
        shorten(out, ((double)w[GF_AFTER] - (double)w[GF_BEFORE]) * unit, c->chars);
        break;
    }
}

/* The colour that a change has in the graph: the ends of its legend. */
static uint32_t change_color(const struct sheet *s, const uint64_t w[2])
{
    const struct gf_app *app = s->p->app;
    struct gf_legend_entry entries[GF_LEGEND_MAX];
    unsigned n = gf_palette_legend(&app->scene->colors[app->dark].palette, entries);
    if (n == 0 || w[GF_AFTER] == w[GF_BEFORE])
        return s->p->pen.theme->rule;
    return entries[w[GF_AFTER] > w[GF_BEFORE] ? n - 1 : 0].fill;
}

/* A bar behind the name: as long as the share of the column that the table is ordered by, or as the
 * change is of all. */
static void draw_bar(const struct sheet *s, struct gf_box box, const struct gf_change *f)
{
    const struct gf_theme *t = s->p->pen.theme;
    enum gf_column_of by = s->p->app->table.sort;
    const uint64_t *w = is_total(by) ? f->total : f->self;
    uint32_t color = gf_color_mix(t->accent, t->panel, t->dark ? 190 : 205);
    bool before = by == GF_BY_SELF_BEFORE || by == GF_BY_TOTAL_BEFORE;
    double part = (double)w[before ? GF_BEFORE : GF_AFTER];
    double whole = (double)s->all[before ? GF_BEFORE : GF_AFTER];
    if (by == GF_BY_SELF_CHANGE || by == GF_BY_TOTAL_CHANGE) {
        part = fabs((double)w[GF_AFTER] - (double)w[GF_BEFORE]);
        whole = (double)(s->all[0] > s->all[1] ? s->all[0] : s->all[1]);
        color = gf_color_mix(change_color(s, w), t->panel, 110);
    }
    box.y += s->row / 6;
    box.h -= s->row / 3;
    box.w = whole > 0 ? (int32_t)(box.w * (part / whole < 1 ? part / whole : 1)) : 0;
    gf_pen_box(&s->p->pen, box, color);
}

static void draw_row(const struct sheet *s, struct gf_box row, const struct gf_change *f, bool at)
{
    struct gf_panel *p = s->p;
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    bool picked = app->picked == f->name, keys = at && gf_table_has_keys(app);
    if (gf_panel_pointed(p, row) || picked || keys)
        gf_pen_box(&p->pen, row, gf_color_mix(t->rule, t->panel, picked ? 0 : 128));
    draw_bar(s, at_row(s->name, row.y), f);
    for (unsigned i = 0; i < s->ncolumns; i++) {
        const struct column *c = &s->columns[i];
        bool dim = !s->two && c->shows == SHOWS_WEIGHT;
        struct gf_pen_style style = {.color = dim ? t->text_dim : t->text, .size = GF_PEN_SMALL};
        char text[44];
        cell_text(s, c, f, text);
        gf_pen_text_right(&p->pen, at_row(s->at[i], row.y), style, text, strlen(text));
    }
    const struct gf_name_table *names = &app->scene->profile->frames.names;
    struct gf_pen_style name = {.color = picked ? t->accent : t->text};
    gf_pen_name(&p->pen, at_row(s->name, row.y), name, names->bytes + names->offset[f->name],
                (size_t)(names->offset[f->name + 1] - names->offset[f->name]));
    if (keys) {
        int32_t one = gf_pen_hairline(&p->pen);
        gf_pen_outline(&p->pen, row, one, t->accent);
    }
    gf_panel_zone(p, row, (struct gf_act){.what = GF_DO_TABLE_POINT, .node = f->name});
}

/* ---- headings ---- */

static void draw_heading(const struct sheet *s, struct gf_box box, const char *text,
                         enum gf_column_of by, bool right)
{
    struct gf_panel *p = s->p;
    const struct gf_theme *t = p->pen.theme;
    const struct gf_table *table = &p->app->table;
    bool on = table->sort == by;
    struct gf_pen_style style = {.color = on ? t->accent : t->text_dim, .size = GF_PEN_SMALL};
    char out[80];
    if (!on && gf_panel_pointed(p, box))
        style.color = t->text;
    gf_panel_zone(p, box, (struct gf_act){.what = GF_DO_TABLE_SORT, .amount = by});
    if (!text[0])
        return;
    bool down = (by == GF_BY_NAME) == table->reversed;
    const char *arrow = !on ? "" : down ? " \xe2\x96\xbe" : " \xe2\x96\xb4";
    int n = snprintf(out, sizeof out, "%s%s", text, arrow);
    size_t len = n > 0 ? strnlen(out, sizeof out) : 0;
    if (right)
        gf_pen_text_right(&p->pen, box, style, out, len);
    else
        gf_pen_text(&p->pen, box, style, out, len);
}

static void draw_headings(const struct sheet *s, int32_t y)
{
    const struct gf_table *t = &s->p->app->table;
    char text[80], rows[27], all[27];
    for (unsigned i = 0; i < s->ncolumns; i++)
        draw_heading(s, at_row(s->at[i], y), s->columns[i].heading, s->columns[i].by, true);
    gf_str_grouped(rows, t->nrows);
    gf_str_grouped(all, t->functions->n);
    if (t->nrows < t->functions->n)
        snprintf(text, sizeof text, "function (%s of %s)", rows, all);
    else
        snprintf(text, sizeof text, "function (%s)", all);
    draw_heading(s, at_row(s->name, y), text, GF_BY_NAME, false);
}

void gf_panel_table(struct gf_panel *p, struct gf_box box)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    const struct gf_table *table = &app->table;
    if (box.w <= 0 || box.h <= 0)
        return;
    struct sheet s = sheet_of(p, box);
    int32_t h = s.row, two = gf_pen_px(&p->pen, 2);
    gf_pen_box(&p->pen, box, t->panel);
    gf_pen_box(&p->pen, (struct gf_box){box.x, box.y, table->focus ? two : 1, box.h},
               table->focus ? t->accent : t->rule);
    struct gf_box row = {box.x + two, box.y + h, box.w - two, h};
    if (!table->rows) {
        struct gf_pen_style dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
        struct gf_box note = at_row(s.at[0], row.y);
        note.w = box.w;
        gf_pen_text(&p->pen, note, dim, app->scene ? "Adding up \xe2\x80\xa6" : "", 13);
        return;
    }
    if (table->nrows == 0) {
        static const char none[] = "No function matches the search";
        struct gf_pen_style dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
        gf_pen_text(&p->pen, at_row((struct gf_box){s.at[0].x, 0, box.w, h}, row.y), dim, none,
                    sizeof none - 1);
    }
    double scroll = table->scroll, most = gf_table_max_scroll(app);
    scroll = scroll > most ? most : scroll < 0 ? 0 : scroll;
    uint32_t first = (uint32_t)(scroll / h);
    for (uint32_t i = first; i < table->nrows && row.y + h <= box.y + box.h; i++, row.y += h)
        draw_row(&s, row, &table->functions->items[table->rows[i]], i == table->at);
    draw_headings(&s, box.y);
}
