/* The search: what is typed and what it found, at the right end of the crumbs. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ui/panels.h"

enum { FIELD = 240, RESULT = 330, PAD = 10, INNER = 6, GAP = 10 }; /* design pixels */

/* "12.3%  ·  1,234 frames  ·  45 functions", or why not. */
static size_t result_text(const struct gf_app *app, char *out, size_t cap, bool *bad)
{
    const struct gf_found *f = app->search.found;
    char share[16], frames[27], functions[27];
    int n;
    *bad = false;
    if (!f) {
        n = snprintf(out, cap, "%s", app->scene ? "\xe2\x80\xa6" : "");
    } else if (f->err.code != GF_OK) {
        *bad = true;
        n = snprintf(out, cap, "%.200s", f->err.message);
    } else if (f->totals.frames == 0) {
        n = snprintf(out, cap, "no match");
    } else {
        gf_str_percent(share, f->totals.weight, gf_app_total(app));
        gf_str_grouped(frames, f->totals.frames);
        gf_str_grouped(functions, f->functions);
        n = snprintf(out, cap, "%s  \xc2\xb7  %s frame%s  \xc2\xb7  %s function%s", share, frames,
                     f->totals.frames == 1 ? "" : "s", functions, f->functions == 1 ? "" : "s");
    }
    return n > 0 ? strnlen(out, cap) : 0;
}

/* The text, its end in sight, and the caret. */
static void draw_field(struct gf_panel *p, struct gf_box box)
{
    const struct gf_search *s = &p->app->search;
    const struct gf_theme *t = p->pen.theme;
    int32_t inner = gf_pen_px(&p->pen, INNER), one = gf_pen_px(&p->pen, 1);
    one = one > 1 ? one : 1;
    gf_pen_box(&p->pen, box, t->panel);
    gf_pen_outline(&p->pen, box, one, s->typing ? t->accent : t->rule);
    struct gf_pen_style style = {.color = t->text}, dim = {.color = t->text_dim};
    struct gf_box room = {box.x + inner, box.y, box.w - 2 * inner, box.h};
    int32_t mode =
        gf_pen_text_right(&p->pen, room, dim, s->match_case ? "Aa" : "", s->match_case * 2);
    if (s->match_case)
        room.w = mode - inner - room.x;
    size_t from = 0;
    while (from < s->n && gf_pen_width(&p->pen, style, s->text + from, s->n - from) > room.w - 2) {
        uint32_t cp;
        from += gf_utf8_decode(s->text + from, s->n - from, &cp);
    }
    int32_t x = room.x;
    if (s->n > 0)
        x = gf_pen_text(&p->pen, room, style, s->text + from, s->n - from);
    else
        gf_pen_text(&p->pen, (struct gf_box){room.x + 3 * one, room.y, room.w, room.h}, dim,
                    "name or /expression/", 20);
    if (s->typing)
        gf_pen_box(&p->pen, (struct gf_box){x + one, box.y + 3 * one, one, box.h - 6 * one},
                   t->text);
}

int32_t gf_panel_search(struct gf_panel *p, struct gf_box box)
{
    const struct gf_search *s = &p->app->search;
    const struct gf_theme *t = p->pen.theme;
    int32_t pad = gf_pen_px(&p->pen, PAD), gap = gf_pen_px(&p->pen, GAP);
    box.w -= pad;
    if (!s->typing && s->n == 0) {
        static const char hint[] = "/ search";
        struct gf_pen_style style = {.color = t->text_dim, .size = GF_PEN_SMALL};
        int32_t w = gf_pen_width(&p->pen, style, hint, sizeof hint - 1);
        struct gf_box zone = {box.x + box.w - w, box.y, w, box.h};
        if (zone.x < box.x + box.w / 2)
            return box.x + box.w;
        if (gf_panel_pointed(p, zone))
            style.color = t->accent;
        gf_pen_text(&p->pen, zone, style, hint, sizeof hint - 1);
        gf_panel_zone(p, zone, (struct gf_act){.what = GF_DO_SEARCH_OPEN});
        return zone.x;
    }
    int32_t w = gf_pen_px(&p->pen, FIELD);
    if (w > box.w * 3 / 4)
        w = box.w * 3 / 4;
    struct gf_box field = {box.x + box.w - w, box.y + gf_pen_px(&p->pen, 2), w,
                           box.h - gf_pen_px(&p->pen, 2)};
    draw_field(p, field);
    gf_panel_zone(p, field, (struct gf_act){.what = GF_DO_SEARCH_OPEN});
    if (s->n == 0)
        return field.x;
    char text[256];
    bool bad;
    size_t n = result_text(p->app, text, sizeof text, &bad);
    struct gf_pen_style style = {.color = bad ? t->accent : t->text_dim, .size = GF_PEN_SMALL};
    int32_t room = gf_pen_px(&p->pen, RESULT);
    room = room < field.x - gap - box.x ? room : field.x - gap - box.x;
    if (room <= 0)
        return field.x;
    return gf_pen_text_right(&p->pen, (struct gf_box){field.x - gap - room, box.y, room, box.h},
                             style, text, n);
}
