/* The card beside a frame that is pointed at: its whole name and what it weighs. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "layout/labels.h"
#include "layout/palette_fill.h"
#include "model/diff.h"
#include "ui/panels.h"
#include "ui/sandwich.h"

/* Design pixels. */
enum { CARD_WIDTH = 380, CARD_PAD = 9, LINE = 17, AWAY = 8, COLUMN = 78, NOTE = 50 };
enum { NAME_LINES = 6, ROWS = 10 };
/* What a view is divided into, to tell a part of it. */
#define VIEW_PARTS 1000000000u

struct row {
    const char *what;
    char value[256], note[64];
};

struct card {
    struct gf_panel *p;
    char name[GF_LABEL_BYTES];
    size_t len;
    size_t line_end[NAME_LINES]; /* offsets in name */
    unsigned nlines;
    struct row rows[ROWS];
    unsigned nrows;
    int32_t w, h;
};

/* Cuts the name into lines where it is full, preferably behind a sign that separates. */
static void break_name(struct card *c, int32_t room)
{
    struct gf_pen *pen = &c->p->pen;
    unsigned px = (unsigned)gf_pen_px(pen, GF_PEN_TEXT);
    size_t at = 0;
    c->nlines = 0;
    while (at < c->len && c->nlines < NAME_LINES) {
        double x = 0;
        size_t i = at, good = at;
        uint32_t previous = 0;
        while (i < c->len) {
            uint32_t cp;
            size_t n = gf_utf8_decode(c->name + i, c->len - i, &cp);
            x += (double)pen->measure->advance(pen->measure->ctx, cp, previous, px);
            if (x > room && i > at)
                break;
            previous = cp;
            i += n;
            if (cp < 128 && strchr(" ,:;./<>()-_$", (int)cp))
                good = i;
        }
        /* A break that leaves the line mostly empty is none. */
        if (i < c->len && good > at && good - at > (i - at) / 2)
            i = good;
        c->line_end[c->nlines++] = at = i;
    }
}

static void add_row(struct card *c, const char *what, uint64_t weight, const char *note)
{
    const struct gf_app *app = c->p->app;
    char number[40];
    struct row *r = &c->rows[c->nrows++];
    r->what = what;
    gf_weight_text(number, weight, app->scene->profile->decimals);
    snprintf(r->value, sizeof r->value, "%s %.30s", number,
             gf_unit_name(&app->scene->profile->frames, 0));
    snprintf(r->note, sizeof r->note, "%s", note);
}

static void add_share(struct card *c, const char *what, uint64_t part, uint64_t whole)
{
    char share[16];
    struct row *r = &c->rows[c->nrows++];
    r->what = what;
    r->note[0] = '\0';
    snprintf(r->value, sizeof r->value, "%s", gf_str_percent(share, part, whole));
}

/* The part of what is seen that the frame takes: of a wider one nothing counts that is outside. */
static void add_share_of_view(struct card *c)
{
    const struct gf_app *app = c->p->app;
    const struct gf_view *v = &app->view;
    uint64_t x = gf_scene_x(app->scene, app->hovered.node);
    if (v->span >= (double)gf_app_total(app))
        return;
    double from = (x < v->x ? -(double)(v->x - x) : (double)(x - v->x)) - v->frac;
    double to = from + (double)gf_frame_total(&app->scene->profile->frames, app->hovered.node, 0);
    from = from > 0 ? from : 0;
    to = to < v->span ? to : v->span;
    double share = to > from ? (to - from) / v->span : 0;
    add_share(c, "of view", (uint64_t)(share * VIEW_PARTS + 0.5), VIEW_PARTS);
}

static void add_note(struct card *c, const char *what, const char *note)
{
    struct row *r = &c->rows[c->nrows++];
    r->what = what;
    r->note[0] = '\0';
    snprintf(r->value, sizeof r->value, "%s", note);
}

/* Where the function comes from, as far as its name says, and what kind of code it is. */
static void add_module(struct card *c, const char *name, size_t n)
{
    char text[GF_LABEL_BYTES];
    struct gf_pen *pen = &c->p->pen;
    enum gf_kind kind = gf_name_kind(name, n);
    const char *label = kind == GF_KIND_USER ? NULL : gf_kind_label(kind);
    size_t at, len = gf_name_origin(name, n, &at);
    if (len == n) /* it is its own */
        len = 0;
    if (len == 0 && !label)
        return;
    double room = c->w - gf_pen_px(pen, COLUMN + NOTE + 2 * CARD_PAD);
    unsigned px = (unsigned)gf_pen_px(pen, GF_PEN_TEXT);
    size_t cut = gf_label_cut(pen->measure, px, room, name + at, len, text);
    struct row *r = &c->rows[c->nrows++];
    r->what = cut ? "module" : "kind";
    r->note[0] = '\0';
    if (cut == 0) {
        snprintf(r->value, sizeof r->value, "%s", label ? label : "");
        return;
    }
    if (cut >= sizeof r->value) /* marks that take no room */
        for (cut = sizeof r->value - 1; (text[cut] & 0xc0) == 0x80;)
            cut--;
    snprintf(r->value, sizeof r->value, "%.*s", (int)cut, text);
    snprintf(r->note, sizeof r->note, "%s", label ? label : "");
}

/* "12.3% of all" */
static void add_part(struct card *c, const char *what, uint64_t weight, uint64_t all)
{
    char share[16], note[64];
    snprintf(note, sizeof note, "%s of %s", gf_str_percent(share, weight, all),
             gf_in_sandwich(c->p->app) ? "the function" : "all");
    add_row(c, what, weight, note);
}

static void add_weights(struct card *c, bool folded)
{
    const struct gf_app *app = c->p->app;
    const struct gf_frames *f = &app->scene->profile->frames;
    uint64_t all = gf_app_total(app);
    add_part(c, "total", gf_frame_total(f, app->hovered.node, 0), all);
    if (!folded)
        add_part(c, "self", gf_frame_self(f, app->hovered.node, 0), all);
}

/* "+1,234 samples  +12.3%" */
static void add_change(struct card *c, const char *what, const uint64_t w[2])
{
    const struct gf_app *app = c->p->app;
    char number[44];
    struct row *r = &c->rows[c->nrows++];
    r->what = what;
    gf_change_weight(number, w, app->scene->profile->decimals);
    snprintf(r->value, sizeof r->value, "%s %.30s", number,
             gf_unit_name(&app->scene->profile->frames, 0));
    gf_change_text(r->note, w[GF_BEFORE], w[GF_AFTER]);
}

/* Both sides, each as a part of all of its side. */
static void add_sides(struct card *c, bool folded)
{
    static const char *const names[2][3] = {{"before", "after", "change"},
                                            {"self before", "self after", "change"}};
    const struct gf_app *app = c->p->app;
    const struct gf_frames *f = &app->scene->profile->frames;
    uint32_t node = app->hovered.node, sides[2] = {gf_side(f, GF_AFTER), gf_side(f, GF_BEFORE)};
    uint64_t all[2], w[2];
    for (int i = 0; i < 2; i++) /* a sandwich has everything twice */
        all[i] = gf_frame_total(f, 0, sides[i]) / (gf_in_sandwich(app) ? 2 : 1);
    for (int self = 0; self < (folded ? 1 : 2); self++) {
        for (int i = 0; i < 2; i++)
            w[i] = self ? gf_frame_self(f, node, sides[i]) : gf_frame_total(f, node, sides[i]);
        add_part(c, names[self][0], w[GF_BEFORE], all[GF_BEFORE]);
        add_part(c, names[self][1], w[GF_AFTER], all[GF_AFTER]);
        add_change(c, names[self][2], w);
    }
}

static void fill(struct card *c)
{
    const struct gf_app *app = c->p->app;
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot spot = app->hovered;
    size_t n;
    const char *name = gf_frame_name(f, spot.node, &n);
    if (spot.node == 0) {
        name = "all";
        n = 3;
    }
    c->len = gf_label_cut(c->p->pen.measure, (unsigned)gf_pen_px(&c->p->pen, GF_PEN_TEXT), 1e6,
                          name, n, c->name);
    if (spot.node != 0)
        add_module(c, name, n);
    bool folded = app->scene->parts.folded && app->scene->parts.folded[spot.node];
    uint64_t total = gf_frame_total(f, spot.node, 0);
    if (gf_is_differential(f))
        add_sides(c, folded);
    else
        add_weights(c, folded);
    if (folded) /* what is self is not known yet */
        add_note(c, "inside", "not unfolded yet: zoom in");
    add_share_of_view(c);
    if (spot.depth > 1)
        add_share(c, "of parent", total,
                  gf_frame_total(f, gf_frame_parent(f, spot.node, spot.depth), 0));
}

/* Where the card goes: beside the pointer, above or below the frame, never over it. */
static struct gf_box place(const struct card *c)
{
    const struct gf_app *app = c->p->app;
    struct gf_graph g = gf_app_graph(app);
    struct gf_box f = {(int32_t)app->x, (int32_t)app->y, 1, 1};
    gf_layout_frame_box(&g, app->hovered.node, app->hovered.depth, &f.x, &f.y, &f.w, &f.h);
    int32_t away = gf_pen_px(&c->p->pen, AWAY), edge = gf_pen_px(&c->p->pen, 4);
    struct gf_box box = {(int32_t)app->x + away, f.y + f.h + away, c->w, c->h};
    if (box.x + box.w > app->width - edge)
        box.x = app->width - edge - box.w;
    box.x = box.x > edge ? box.x : edge;
    bool below = box.y + box.h <= app->height - edge;
    bool above = f.y - away - box.h >= edge;
    /* Callees lie above in a flame graph and below in an icicle: they are what is read next. */
    bool down =
        gf_in_sandwich(app) ? gf_in_second_half(g.frames, app->hovered.node) : gf_root_on_top(app);
    if (above && (!below || down))
        box.y = f.y - away - box.h;
    return box;
}

static void draw(struct card *c, struct gf_box box)
{
    struct gf_pen *pen = &c->p->pen;
    const struct gf_theme *t = pen->theme;
    int32_t pad = gf_pen_px(pen, CARD_PAD), line = gf_pen_px(pen, LINE);
    gf_pen_layer(pen);
    gf_pen_box(pen, box, t->panel);
    int32_t edge = gf_pen_px(pen, 1);
    gf_pen_outline(pen, box, edge > 1 ? edge : 1, t->text_dim);
    struct gf_box at = {box.x + pad, box.y + pad, box.w - 2 * pad, line};
    struct gf_pen_style strong = {.color = t->text}, dim = {.color = t->text_dim};
    size_t from = 0;
    for (unsigned i = 0; i < c->nlines; i++, at.y += line) {
        bool cut = i + 1 == c->nlines && c->line_end[i] < c->len;
        size_t end = cut ? c->len : c->line_end[i];
        gf_pen_text(pen, at, strong, c->name + from, end - from);
        from = c->line_end[i];
    }
    at.y += pad / 2;
    int32_t column = gf_pen_px(pen, COLUMN);
    for (unsigned i = 0; i < c->nrows; i++, at.y += line) {
        const struct row *r = &c->rows[i];
        gf_pen_text(pen, at, dim, r->what, strlen(r->what));
        struct gf_box value = {at.x + column, at.y, at.w - column, line};
        int32_t x = gf_pen_text(pen, value, strong, r->value, strlen(r->value));
        x += gf_pen_px(pen, 10);
        gf_pen_text(pen, (struct gf_box){x, at.y, at.x + at.w - x, line}, dim, r->note,
                    strlen(r->note));
    }
}

void gf_panel_card(struct gf_panel *p)
{
    struct card c = {.p = p};
    struct gf_pen *pen = &p->pen;
    int32_t pad = gf_pen_px(pen, CARD_PAD), line = gf_pen_px(pen, LINE);
    c.w = gf_pen_px(pen, CARD_WIDTH);
    if (c.w > p->app->width - gf_pen_px(pen, 8))
        c.w = p->app->width - gf_pen_px(pen, 8);
    if (c.w < gf_pen_px(pen, 120))
        return;
    fill(&c);
    break_name(&c, c.w - 2 * pad);
    /* In a low window the name gives way first, then the card. */
    struct gf_graph g = gf_app_graph(p->app);
    int32_t most = (p->app->height - (int32_t)g.row_pitch) / 2 - gf_pen_px(pen, AWAY + 4);
    do {
        c.h = 2 * pad + pad / 2 + line * (int32_t)(c.nlines + c.nrows);
        if (c.h <= most)
            break;
        if (c.nlines > 1)
            c.nlines--;
        else
            c.nrows--;
    } while (c.nrows > 0);
    if (c.nrows > 0)
        draw(&c, place(&c));
}
