/* The chips under the crumbs: every step of the narrowing with what it dropped, every search with
 * what it found, in its colour, each with a mark to close it. What is typed is typed into one of
 * them. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ui/panels.h"

/* Design pixels. */
enum {
    PAD = 10,
    INNER = 6,
    GAP = 6,
    SWATCH = 9,
    FIELD = 190,
    WIDEST = 300,
    NARROW = 110,
    TINY = 44
};

/* How much there is room for, from all to hardly anything. */
enum detail { ALL, ACTIVE_ALL, SHARES, SHORT, BARE, DETAILS };

struct chip {
    const char *prefix; /* before the text; NULL: none */
    const char *text;
    size_t n;
    char note[256]; /* what was found, or what is wrong */
    size_t note_n;
    const struct gf_line *field; /* what is typed into it; NULL: it is not typed into */
    const char *hint;            /* in an empty field */
    bool mode;                   /* case counts in the field */
    bool active, focused, bad;
    uint32_t swatch; /* 0: none */
    struct gf_act click, close;
};

/* "12.3%  ·  1,234 frames  ·  45 functions", or only the share; or why not. */
static void describe(const struct gf_app *app, const struct gf_search *s, bool all, struct chip *c)
{
    const struct gf_found *f = s->found;
    char share[16], frames[27], functions[27];
    int n = 0;
    if (s->line.n == 0) {
        c->note_n = 0;
        return;
    }
    if (!f) {
        n = snprintf(c->note, sizeof c->note, "%s", app->scene ? "\xe2\x80\xa6" : "");
    } else if (f->err.code != GF_OK) {
        c->bad = true;
        n = snprintf(c->note, sizeof c->note, "%.200s", all ? f->err.message : "?");
    } else if (f->totals.frames == 0) {
        n = snprintf(c->note, sizeof c->note, "no match");
    } else {
        gf_str_percent(share, f->totals.weight, gf_app_total(app));
        gf_str_grouped(frames, f->totals.frames);
        gf_str_grouped(functions, f->functions);
        if (all)
            n = snprintf(c->note, sizeof c->note,
                         "%s  \xc2\xb7  %s frame%s  \xc2\xb7  %s function%s", share, frames,
                         f->totals.frames == 1 ? "" : "s", functions, f->functions == 1 ? "" : "s");
        else
            n = snprintf(c->note, sizeof c->note, "%s", share);
    }
    c->note_n = n > 0 ? strnlen(c->note, sizeof c->note) : 0;
}

static struct chip search_chip(const struct gf_panel *p, unsigned i, enum detail detail)
{
    const struct gf_app *app = p->app;
    const struct gf_search *s = &app->searches.items[i];
    bool active = i == app->searches.active;
    struct chip c = {
        .text = s->line.text,
        .n = s->line.n,
        .active = active,
        .focused = app->chip == (int)(app->narrow.n + i),
        .field = active && app->searches.typing ? &s->line : NULL,
        .hint = "name or /expression/",
        .mode = s->match_case,
        .swatch = gf_theme_mark(p->pen.theme, s->mark),
        .click = {.what = active ? GF_DO_SEARCH_OPEN : GF_DO_SEARCH_ACTIVATE, .amount = i},
        .close = {.what = GF_DO_SEARCH_REMOVE, .amount = i}};
    if (detail < BARE)
        describe(app, s, detail == ALL || (active && detail == ACTIVE_ALL), &c);
    return c;
}

static struct chip step_chip(const struct gf_panel *p, unsigned i, enum detail detail)
{
    const struct gf_app *app = p->app;
    const struct gf_step_chip *s = &app->narrow.items[i];
    uint64_t all = app->read ? gf_frame_total(&app->read->profile->frames, 0, 0) : 0;
    char share[16];
    struct chip c = {.prefix = gf_narrow_name(s->cut.kind),
                     .text = s->own ? s->own : "",
                     .n = s->own ? s->cut.n : 0,
                     .focused = app->chip == (int)i,
                     .click = {.what = GF_DO_NOTHING},
                     .close = {.what = GF_DO_NARROW_REMOVE, .amount = i}};
    int n = 0;
    if (s->dropped > 0 && detail < SHORT)
        n = snprintf(c.note, sizeof c.note, "\xe2\x88\x92%s",
                     gf_str_percent(share, s->dropped, all));
    c.note_n = n > 0 ? strnlen(c.note, sizeof c.note) : 0;
    return c;
}

static struct chip ask_chip(const struct gf_panel *p)
{
    const struct gf_ask *ask = &p->app->narrow.ask;
    struct chip c = {.prefix = gf_narrow_name(ask->kind),
                     .field = &ask->line,
                     .hint = gf_narrow_has_pattern(ask->kind) ? "name or /expression/" : "0.5%",
                     .bad = true,
                     .click = {.what = GF_DO_NOTHING},
                     .close = {.what = GF_DO_LINE_CANCEL}};
    c.note_n = strlen(memcpy(c.note, ask->wrong, sizeof ask->wrong));
    return c;
}

/* The chips from left to right: steps, what is asked for, searches. */
static unsigned count(const struct gf_app *app)
{
    return app->narrow.n + app->narrow.ask.open + app->searches.n;
}

static struct chip chip_of(const struct gf_panel *p, unsigned i, enum detail detail)
{
    const struct gf_narrowing *all = &p->app->narrow;
    if (i < all->n)
        return step_chip(p, i, detail);
    i -= all->n;
    if (all->ask.open && i == 0)
        return ask_chip(p);
    return search_chip(p, i - all->ask.open, detail);
}

static struct gf_pen_style small(const struct gf_panel *p, bool dim)
{
    const struct gf_theme *t = p->pen.theme;
    return (struct gf_pen_style){.color = dim ? t->text_dim : t->text, .size = GF_PEN_SMALL};
}

/* Pixels that the text of a chip takes. */
static int32_t text_width(const struct gf_panel *p, const struct chip *c, enum detail detail)
{
    int32_t most = gf_pen_px(&p->pen, detail < SHORT ? WIDEST : detail < BARE ? NARROW : TINY);
    if (c->field)
        return gf_pen_px(&p->pen, detail < SHORT ? FIELD : NARROW);
    int32_t w = gf_pen_width(&p->pen, small(p, false), c->text, c->n);
    return w < most ? w : most;
}

static int32_t note_width(const struct gf_panel *p, const struct chip *c)
{
    if (c->note_n == 0)
        return 0;
    return gf_pen_width(&p->pen, small(p, true), c->note, c->note_n) + gf_pen_px(&p->pen, GAP);
}

/* Pixels before the text: swatch and prefix. */
static int32_t front_width(const struct gf_panel *p, const struct chip *c)
{
    int32_t gap = gf_pen_px(&p->pen, GAP), w = 0;
    if (c->swatch)
        w += gf_pen_px(&p->pen, SWATCH) + gap;
    if (c->prefix)
        w += gf_pen_width(&p->pen, small(p, true), c->prefix, strlen(c->prefix)) + gap;
    return w;
}

static int32_t chip_width(const struct gf_panel *p, const struct chip *c, enum detail detail)
{
    int32_t gap = gf_pen_px(&p->pen, GAP), inner = gf_pen_px(&p->pen, INNER);
    return 2 * inner + front_width(p, c) + text_width(p, c, detail) + note_width(p, c) + gap +
           gf_pen_px(&p->pen, SWATCH);
}

/* What a field can show at most. */
enum { SHOWN_BYTES = 512 };

void gf_panel_field(struct gf_panel *p, struct gf_box box, struct gf_pen_style style,
                    const struct gf_line *line, const char *hint)
{
    int32_t one = gf_pen_hairline(&p->pen);
    struct gf_pen_style dim = style;
    dim.color = p->pen.theme->text_dim;
    size_t from = line->n > SHOWN_BYTES ? line->n - SHOWN_BYTES : 0;
    while (from < line->n && (line->text[from] & 0xc0) == 0x80)
        from++;
    while (from < line->n &&
           gf_pen_width(&p->pen, style, line->text + from, line->n - from) > box.w - 2) {
        uint32_t cp;
        from += gf_utf8_decode(line->text + from, line->n - from, &cp);
    }
    int32_t x = box.x;
    if (line->n > 0)
        x = gf_pen_text(&p->pen, box, style, line->text + from, line->n - from);
    else
        gf_pen_text(&p->pen, (struct gf_box){box.x + 3 * one, box.y, box.w, box.h}, dim, hint,
                    strlen(hint));
    gf_pen_box(&p->pen, (struct gf_box){x + one, box.y + 3 * one, one, box.h - 6 * one},
               p->pen.theme->text);
}

static void draw_field(struct gf_panel *p, struct gf_box box, const struct chip *c)
{
    int32_t one = gf_pen_hairline(&p->pen);
    if (c->mode) {
        int32_t x = gf_pen_text_right(&p->pen, box, small(p, true), "Aa", 2);
        box.w = x - 4 * one - box.x;
    }
    gf_panel_field(p, box, small(p, false), c->field, c->hint);
}

/* Swatch and prefix. Returns where the text begins. */
static int32_t draw_front(struct gf_panel *p, struct gf_box box, const struct chip *c)
{
    int32_t swatch = gf_pen_px(&p->pen, SWATCH), gap = gf_pen_px(&p->pen, GAP);
    int32_t x = box.x + gf_pen_px(&p->pen, INNER);
    if (c->swatch) {
        gf_pen_box(&p->pen, (struct gf_box){x, box.y + (box.h - swatch) / 2, swatch, swatch},
                   c->swatch);
        x += swatch + gap;
    }
    if (c->prefix)
        x = gf_pen_text(&p->pen, (struct gf_box){x, box.y, box.w, box.h}, small(p, true), c->prefix,
                        strlen(c->prefix)) +
            gap;
    return x;
}

static void draw_chip(struct gf_panel *p, struct gf_box box, const struct chip *c,
                      enum detail detail)
{
    const struct gf_theme *t = p->pen.theme;
    int32_t one = gf_pen_hairline(&p->pen);
    int32_t gap = gf_pen_px(&p->pen, GAP);
    if (c->field || gf_panel_pointed(p, box))
        gf_pen_box(&p->pen, box, t->panel);
    gf_pen_outline(&p->pen, box, c->focused ? 2 * one : one,
                   c->field || c->focused ? t->accent
                   : c->active            ? t->text_dim
                                          : t->rule);
    gf_panel_zone(p, box, c->click);
    struct gf_box at = {draw_front(p, box, c), box.y, text_width(p, c, detail), box.h};
    if (c->field)
        draw_field(p, at, c);
    else
        gf_pen_text(&p->pen, (struct gf_box){at.x, at.y, at.w + 1, at.h}, small(p, false), c->text,
                    c->n);
    at.x += at.w;
    struct gf_pen_style note = small(p, true);
    note.color = c->bad ? t->accent : note.color;
    if (c->note_n > 0)
        gf_pen_text(&p->pen, (struct gf_box){at.x + gap, at.y, note_width(p, c) + 1, at.h}, note,
                    c->note, c->note_n);
    at.x += note_width(p, c);
    struct gf_box close = {at.x + gap / 2, box.y, box.x + box.w - at.x - gap / 2, box.h};
    struct gf_pen_style mark = small(p, !gf_panel_pointed(p, close));
    gf_pen_text(&p->pen, (struct gf_box){at.x + gap, at.y, close.w, at.h}, mark, "\xc3\x97", 2);
    gf_panel_zone(p, close, c->close);
}

/* A word at the end that adds another search. Returns what it takes. */
static int32_t draw_add(struct gf_panel *p, struct gf_box room)
{
    static const char word[] = "+ another";
    struct gf_pen_style style = small(p, true);
    int32_t w = gf_pen_width(&p->pen, style, word, sizeof word - 1), gap = gf_pen_px(&p->pen, GAP);
    struct gf_box zone = {room.x, room.y, w + gap, room.h};
    unsigned n = p->app->searches.n;
    if (w + gap > room.w || n == 0 || n == GF_SEARCHES)
        return 0;
    if (gf_panel_pointed(p, zone))
        style.color = p->pen.theme->accent;
    gf_pen_text(&p->pen, zone, style, word, sizeof word - 1);
    gf_panel_zone(p, zone, (struct gf_act){.what = GF_DO_SEARCH_ADD});
    return w + gap;
}

void gf_panel_chips(struct gf_panel *p, struct gf_box box)
{
    unsigned n = count(p->app);
    if (box.h <= 0 || n == 0)
        return;
    int32_t pad = gf_pen_px(&p->pen, PAD), gap = gf_pen_px(&p->pen, GAP);
    box = (struct gf_box){box.x + pad, box.y + gf_pen_px(&p->pen, 2), box.w - 2 * pad,
                          box.h - gf_pen_px(&p->pen, 3)};
    enum detail detail = ALL;
    for (; detail + 1 < DETAILS; detail++) {
        int32_t all = 0;
        for (unsigned i = 0; i < n; i++) {
            struct chip c = chip_of(p, i, detail);
            all += chip_width(p, &c, detail) + gap;
        }
        if (all <= box.w)
            break;
    }
    for (unsigned i = 0; i < n; i++) {
        struct chip c = chip_of(p, i, detail);
        int32_t w = chip_width(p, &c, detail);
        if (w > box.w) /* a window so small has room for the last one at most */
            w = box.w;
        if (w < gf_pen_px(&p->pen, TINY))
            return;
        draw_chip(p, (struct gf_box){box.x, box.y, w, box.h}, &c, detail);
        box.x += w + gap;
        box.w -= w + gap;
    }
    draw_add(p, box);
}

int32_t gf_panel_search_hint(struct gf_panel *p, struct gf_box box)
{
    static const char hint[] = "/ search";
    struct gf_pen_style style = small(p, true);
    box.w -= gf_pen_px(&p->pen, PAD);
    int32_t w = gf_pen_width(&p->pen, style, hint, sizeof hint - 1);
    struct gf_box zone = {box.x + box.w - w, box.y, w, box.h};
    if (p->app->searches.n > 0 || zone.x < box.x + box.w / 2)
        return box.x + box.w;
    if (gf_panel_pointed(p, zone))
        style.color = p->pen.theme->accent;
    gf_pen_text(&p->pen, zone, style, hint, sizeof hint - 1);
    gf_panel_zone(p, zone, (struct gf_act){.what = GF_DO_SEARCH_OPEN});
    return zone.x;
}
