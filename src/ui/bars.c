/* The bars around the graph: what is shown, where one is, and what is pointed at. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "layout/color.h"
#include "ui/panels.h"
#include "ui/sandwich.h"

enum { PAD = 10, GAP = 14, TITLE = 240 }; /* design pixels; TITLE: with a button beside it */

/* Frames of the way from the root that crumbs are made of; of longer ways the middle is left out.
 */
enum { CRUMBS_MAX = 64 };

static struct gf_box inset(const struct gf_panel *p, struct gf_box box, double left, double right)
{
    int32_t l = gf_pen_px(&p->pen, left), r = gf_pen_px(&p->pen, right);
    return (struct gf_box){box.x + l, box.y, box.w - l - r, box.h};
}

/* ---- header ---- */

int32_t gf_panel_button(struct gf_panel *p, struct gf_box room, const char *text, bool on,
                        struct gf_act act)
{
    const struct gf_theme *t = p->pen.theme;
    struct gf_pen_style style = {.color = on ? t->accent : t->text_dim};
    int32_t pad = gf_pen_px(&p->pen, 7), inner = gf_pen_px(&p->pen, 6);
    int32_t w = gf_pen_width(&p->pen, style, text, strlen(text)) + 2 * pad;
    struct gf_box box = {room.x + room.w - w, room.y + inner, w, room.h - 2 * inner};
    if (box.x < room.x)
        return room.x + room.w;
    if (gf_panel_pointed(p, box)) {
        gf_pen_box(&p->pen, box, t->rule);
        style.color = on ? t->accent : t->text;
    }
    gf_pen_text(&p->pen, (struct gf_box){box.x + pad, box.y, w - pad, box.h}, style, text,
                strlen(text));
    gf_panel_zone(p, box, act);
    return box.x;
}

static int32_t draw_buttons(struct gf_panel *p, struct gf_box box)
{
    static const char *const widths[] = {"Widths: after", "Widths: before", "Widths: both"};
    const struct gf_app *app = p->app;
    bool two = app->read && gf_is_differential(&app->read->profile->frames);
    const struct {
        const char *text;
        bool on;
        struct gf_act act;
    } buttons[] = {
        {"?", app->help, {.what = GF_DO_HELP}},
        {app->dark ? "Light" : "Dark", false, {.what = GF_DO_THEME, .amount = -1}},
        {"Table", app->table.open, {.what = GF_DO_TABLE}},
        {widths[app->sides.widths],
         app->sides.widths != GF_WIDTHS_AFTER,
         {.what = GF_DO_WIDTHS, .amount = -1}},
        {"Normalise", app->sides.normalize, {.what = GF_DO_NORMALIZE}},
        {"Sandwich",
         app->lens.kind == GF_DERIVE_SANDWICH,
         {.what = GF_DO_LENS, .amount = GF_DERIVE_SANDWICH, .node = GF_NO_NAME}},
        {"Bottom-up",
         app->lens.kind == GF_DERIVE_BOTTOM_UP,
         {.what = GF_DO_LENS, .amount = GF_DERIVE_BOTTOM_UP, .node = GF_NO_NAME}},
        {app->lens.order == GF_ORDER_NAME ? "By name" : "By weight", false, {.what = GF_DO_ORDER}},
        {app->inverted ? "Icicle" : "Flame", false, {.what = GF_DO_INVERT}},
    };
    size_t n = sizeof buttons / sizeof *buttons;
    n -= gf_in_sandwich(app); /* there up and down are not to be chosen */
    for (size_t i = 0; i < n; i++) {
        enum gf_do what = buttons[i].act.what;
        if (!two && (what == GF_DO_WIDTHS || what == GF_DO_NORMALIZE))
            continue;
        if (box.w < gf_pen_px(&p->pen, TITLE)) /* the rest has keys */
            break;
        int32_t x = gf_panel_button(p, box, buttons[i].text, buttons[i].on, buttons[i].act);
        box.w = x - box.x - gf_pen_px(&p->pen, 2);
    }
    return box.x + box.w;
}

/* "1,234 \xe2\x86\x92 1,500 samples, +21.6%". Returns the length. */
static int sides_text(const struct gf_profile *profile, const uint64_t w[2], char *out, size_t cap)
{
    char before[40], after[40], change[24];
    gf_weight_text(before, w[GF_BEFORE], profile->decimals);
    gf_weight_text(after, w[GF_AFTER], profile->decimals);
    return snprintf(out, cap, "%s \xe2\x86\x92 %s %.40s, %s", before, after,
                    gf_unit_name(&profile->frames, 0),
                    gf_change_text(change, w[GF_BEFORE], w[GF_AFTER]));
}

/* What a frame of a differential weighs on both sides. In a sandwich the root has everything twice.
 */
static void weigh_sides(const struct gf_app *app, uint32_t node, uint64_t w[2])
{
    const struct gf_frames *f = &app->scene->profile->frames;
    for (uint32_t side = 0; side < 2; side++)
        w[side] = gf_frame_total(f, node, gf_side(f, side)) >> (node == 0 && gf_in_sandwich(app));
}

/* Of a differential: its sides, and what cannot be seen since it has no width. */
static void draw_two_totals(struct gf_panel *p, struct gf_box room)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    const struct gf_profile *profile = app->scene->profile;
    char text[192], number[40];
    uint64_t w[2];
    weigh_sides(app, 0, w);
    int n = sides_text(profile, w, text, sizeof text);
    if (app->read->sides.normalize) {
        gf_weight_text(number, w[GF_AFTER], profile->decimals);
        n = snprintf(text, sizeof text, "%s %.40s, before scaled to that", number,
                     gf_unit_name(&profile->frames, 0));
    }
    struct gf_pen_style dim = {.color = t->text_dim}, warn = {.color = t->accent};
    int32_t x = gf_pen_text(&p->pen, room, dim, text, n > 0 ? strnlen(text, sizeof text) : 0);
    if (app->read->unseen == 0)
        return;
    gf_weight_text(number, app->read->unseen, profile->decimals);
    n = snprintf(text, sizeof text, "%s %s (Y)", number,
                 app->sides.widths == GF_WIDTHS_BEFORE ? "new" : "gone");
    int32_t from = x + gf_pen_px(&p->pen, GAP), end = room.x + room.w;
    x = gf_pen_text(&p->pen, (struct gf_box){from, room.y, end - from, room.h}, warn, text,
                    n > 0 ? strnlen(text, sizeof text) : 0);
    gf_panel_zone(p, (struct gf_box){from, room.y, x - from, room.h},
                  (struct gf_act){.what = GF_DO_WIDTHS, .amount = GF_WIDTHS_BOTH});
}

void gf_panel_header(struct gf_panel *p, struct gf_box box)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    gf_pen_box(&p->pen, box, t->panel);
    struct gf_box room = inset(p, box, PAD, PAD);
    char text[160], number[40], paths[27];
    int32_t right = draw_buttons(p, room);
    room.w = right - room.x - gf_pen_px(&p->pen, GAP);
    if (!app->loading && app->lens.more) {
        static const char unfolding[] = "Unfolding \xe2\x80\xa6";
        struct gf_pen_style style = {.color = t->accent};
        int32_t x = gf_pen_text_right(&p->pen, room, style, unfolding, sizeof unfolding - 1);
        room.w = x - room.x - gf_pen_px(&p->pen, GAP);
    }
    gf_pen_box(&p->pen, (struct gf_box){box.x, box.y + box.h - 1, box.w, 1}, t->rule);
    room.w = gf_panel_loading(p, box, room) - room.x;
    if (app->stale && !app->loading) {
        static const char changed[] = "Changed on disk: F5 reads it again";
        struct gf_pen_style style = {.color = t->accent};
        int32_t x = gf_pen_text_right(&p->pen, room, style, changed, sizeof changed - 1);
        gf_panel_zone(p, (struct gf_box){x, room.y, room.x + room.w - x, room.h},
                      (struct gf_act){.what = GF_DO_RELOAD});
        room.w = x - room.x - gf_pen_px(&p->pen, GAP);
    }
    struct gf_pen_style title = {.color = t->text, .size = GF_PEN_TITLE, .bold = true};
    int32_t x = gf_pen_text(&p->pen, room, title, app->input, strlen(app->input));
    x += gf_pen_px(&p->pen, GAP);
    room.w -= x - room.x;
    room.x = x;
    if (!app->scene || room.w <= gf_pen_px(&p->pen, 60))
        return;
    const struct gf_profile *profile = app->scene->profile;
    if (gf_is_differential(&profile->frames)) {
        draw_two_totals(p, room);
        return;
    }
    gf_weight_text(number, gf_app_total(app), profile->decimals);
    /* Of what a lens unfolds the number says nothing. */
    const struct gf_scene *counted = app->scene->whole ? app->scene->whole : app->scene;
    gf_str_grouped(paths, counted->profile->frames.n - 1);
    char of[48] = "";
    if (app->read && gf_app_total(app) != gf_scene_total(app->read)) {
        char whole[40];
        const struct gf_profile *read = app->read->profile;
        gf_weight_text(whole, gf_frame_total(&read->frames, 0, 0), read->decimals);
        snprintf(of, sizeof of, " of %s", whole);
    }
    int n = snprintf(text, sizeof text, "%s%s %.40s  \xc2\xb7  %s call paths", number, of,
                     gf_unit_name(&app->scene->profile->frames, 0), paths);
    struct gf_pen_style dim = {.color = t->text_dim};
    x = gf_pen_text(&p->pen, room, dim, text, n > 0 ? strnlen(text, sizeof text) : 0);
    uint64_t ignored = profile->stats.ignored;
    if (ignored == 0)
        return;
    gf_str_grouped(number, ignored);
    n = snprintf(text, sizeof text, "  \xc2\xb7  %s line%s unreadable", number,
                 ignored == 1 ? "" : "s");
    struct gf_pen_style warn = {.color = t->accent};
    gf_pen_text(&p->pen, (struct gf_box){x, room.y, room.x + room.w - x, room.h}, warn, text,
                n > 0 ? strnlen(text, sizeof text) : 0);
}

/* ---- crumbs ---- */

/* The way from below the root to the zoomed frame, the last CRUMBS_MAX of it. */
static unsigned way(const struct gf_app *app, struct gf_spot out[CRUMBS_MAX])
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot at = app->focus;
    unsigned n = 0;
    while (n < CRUMBS_MAX && at.depth > 0) {
        out[n++] = at;
        at.node = gf_frame_parent(f, at.node, at.depth);
        at.depth--;
    }
    return n;
}

static int32_t draw_crumb(struct gf_panel *p, struct gf_box room, const char *name, size_t n,
                          bool last, struct gf_act act)
{
    const struct gf_theme *t = p->pen.theme;
    struct gf_pen_style style = {.color = last ? t->text : t->text_dim, .size = GF_PEN_SMALL};
    int32_t most = gf_pen_px(&p->pen, last ? 420 : 150);
    struct gf_box box = {room.x, room.y, room.w < most ? room.w : most, room.h};
    int32_t w = gf_pen_width(&p->pen, style, name, n);
    struct gf_box zone = {box.x, box.y, w < box.w ? w : box.w, box.h};
    if (gf_panel_pointed(p, zone))
        style.color = t->accent;
    int32_t end = gf_pen_name(&p->pen, box, style, name, n);
    if (end == box.x) /* too short for a name of a function */
        end = gf_pen_text(&p->pen, box, style, name, n);
    gf_panel_zone(p, (struct gf_box){box.x, box.y, end - box.x, box.h}, act);
    return end;
}

/* What is looked through, as a chip that a click takes away. The room goes on behind it. */
static void draw_lens(struct gf_panel *p, struct gf_box *room)
{
    static const char *const kinds[] = {
        [GF_DERIVE_BOTTOM_UP] = "bottom-up",
        [GF_DERIVE_CALLERS] = "callers of ",
        [GF_DERIVE_CALLEES] = "callees of ",
        [GF_DERIVE_SANDWICH] = "around ",
    };
    const struct gf_lens *lens = &p->app->lens;
    const struct gf_theme *t = p->pen.theme;
    if (lens->kind == GF_DERIVE_SAME)
        return;
    struct gf_pen_style style = {.color = t->accent, .size = GF_PEN_SMALL};
    int32_t pad = gf_pen_px(&p->pen, 6), most = gf_pen_px(&p->pen, 340);
    struct gf_box text = {room->x + pad, room->y, room->w < most ? room->w : most, room->h};
    struct gf_box chip = {room->x, room->y + gf_pen_px(&p->pen, 2), 0,
                          room->h - gf_pen_px(&p->pen, 3)};
    const char *what = kinds[lens->kind];
    int32_t x = gf_pen_text(&p->pen, text, style, what, strlen(what));
    if (lens->name) {
        text.w -= x - text.x;
        text.x = x;
        x = gf_pen_name(&p->pen, text, style, lens->name, lens->n);
    }
    x = gf_pen_text(&p->pen, (struct gf_box){x + pad, room->y, 4 * pad, room->h}, style, "\xc3\x97",
                    2);
    chip.w = x + pad - chip.x;
    gf_pen_outline(&p->pen, chip, gf_pen_hairline(&p->pen), t->rule);
    gf_panel_zone(p, chip, (struct gf_act){.what = GF_DO_LENS, .amount = GF_DERIVE_SAME});
    int32_t next = chip.x + chip.w + gf_pen_px(&p->pen, 8);
    room->w -= next - room->x;
    room->x = next;
}

void gf_panel_crumbs(struct gf_panel *p, struct gf_box box)
{
    const struct gf_app *app = p->app;
    if (box.h <= 0 || !app->scene)
        return;
    struct gf_spot spots[CRUMBS_MAX];
    unsigned n = way(app, spots), from = n;
    struct gf_box room = inset(p, box, PAD, PAD);
    static const char mark[] = "\xe2\x80\xba", more[] = "\xe2\x80\xa6";
    struct gf_pen_style dim = {.color = p->pen.theme->text_dim, .size = GF_PEN_SMALL};
    /* As many from the end as surely have room, at 160 pixels each. */
    unsigned fit = (unsigned)(room.w / (gf_pen_px(&p->pen, 165) + 1));
    if (from > fit + 1)
        from = fit + 1;
    int32_t gap = gf_pen_px(&p->pen, 6);
    draw_lens(p, &room);
    int32_t x = draw_crumb(p, room, "all", 3, n == 0, (struct gf_act){.what = GF_DO_SHOW_ALL});
    for (unsigned i = from; i-- > 0 && room.w > gf_pen_px(&p->pen, 40);) {
        bool cut = i + 1 == from && from < n;
        for (int k = 0; k < (cut ? 2 : 1); k++) {
            room.w -= x + gap - room.x;
            room.x = x + gap;
            x = gf_pen_text(&p->pen, room, dim, k == 0 ? mark : more,
                            k == 0 ? sizeof mark - 1 : sizeof more - 1);
        }
        room.w -= x + gap - room.x;
        room.x = x + gap;
        size_t len;
        const char *name = gf_frame_name(&app->scene->profile->frames, spots[i].node, &len);
        x = draw_crumb(p, room, name, len, i == 0,
                       (struct gf_act){.what = GF_DO_ZOOM_TO, .node = spots[i].node});
    }
}

/* ---- status ---- */

static int32_t legend_width(struct gf_panel *p, struct gf_pen_style style,
                            const struct gf_legend_entry *entries, unsigned n)
{
    int32_t w = 0;
    for (unsigned i = 0; i < n; i++) {
        const char *label = entries[i].label;
        w += gf_pen_px(&p->pen, 9);
        if (label)
            w += gf_pen_px(&p->pen, 17) + gf_pen_width(&p->pen, style, label, strlen(label));
    }
    return w;
}

/* The legend, ending at the right edge of the room. Returns where it starts. */
static int32_t draw_legend(struct gf_panel *p, struct gf_box room)
{
    const struct gf_colors *colors = &p->app->scene->colors[p->app->dark];
    struct gf_legend_entry entries[GF_LEGEND_MAX];
    unsigned n = gf_palette_legend(&colors->palette, entries);
    struct gf_pen_style dim = {.color = p->pen.theme->text_dim, .size = GF_PEN_SMALL};
    int32_t swatch = gf_pen_px(&p->pen, 9), left = room.x, x = room.x + room.w;
    if (legend_width(p, dim, entries, n) > room.w) /* a part of it would mislead */
        return x;
    for (unsigned i = n; i-- > 0;) {
        const char *label = entries[i].label;
        if (label) {
            x -= i + 1 < n ? gf_pen_px(&p->pen, 12) : 0;
            x = gf_pen_text_right(&p->pen, (struct gf_box){left, room.y, x - left, room.h}, dim,
                                  label, strlen(label)) -
                gf_pen_px(&p->pen, 5);
        }
        x -= swatch;
        gf_pen_box(&p->pen, (struct gf_box){x, room.y + (room.h - swatch) / 2, swatch, swatch},
                   entries[i].fill);
    }
    gf_panel_zone(p, (struct gf_box){x, room.y, room.x + room.w - x, room.h},
                  (struct gf_act){.what = GF_DO_COLORS, .amount = 1});
    return x;
}

/* The frame that the line at the bottom is about: pointed at, selected, or zoomed to. */
static uint32_t spoken_of(const struct gf_app *app, bool pure)
{
    if (!pure && app->hovered.node != GF_NO_NODE)
        return app->hovered.node;
    uint32_t node = app->selected.node != GF_NO_NODE ? app->selected.node : app->focus.node;
    return node == 0 && gf_in_sandwich(app) ? 1 : node; /* what is all there */
}

void gf_panel_status(struct gf_panel *p, struct gf_box box, bool pure)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    gf_pen_box(&p->pen, box, t->panel);
    if (!app->scene)
        return;
    struct gf_box room = inset(p, box, PAD, PAD);
    if (!pure)
        room = gf_panel_busy(p, room);
    int32_t half = room.w / 2;
    int32_t legend = draw_legend(p, (struct gf_box){room.x + half, room.y, room.w - half, room.h});
    room.w = legend - room.x - gf_pen_px(&p->pen, GAP);
    uint32_t node = spoken_of(app, pure);
    const struct gf_profile *profile = app->scene->profile;
    const struct gf_change *picked = app->hovered.node == GF_NO_NODE ? gf_app_picked(app) : NULL;
    uint64_t total = picked ? picked->total[GF_AFTER] : gf_frame_total(&profile->frames, node, 0);
    uint64_t all = picked ? gf_frame_total(&app->base->profile->frames, 0, 0) : gf_app_total(app);
    char number[40], share[16], self[16], text[192];
    gf_weight_text(number, total, profile->decimals);
    int n = snprintf(text, sizeof text, "%s %.40s, %s", number, gf_unit_name(&profile->frames, 0),
                     gf_str_percent(share, total, all));
    if (gf_is_differential(&profile->frames)) {
        uint64_t w[2];
        weigh_sides(app, node, w);
        n = sides_text(profile, picked ? picked->total : w, text, sizeof text);
    } else if (n > 0 && gf_in_sandwich(app) && !picked)
        n = snprintf(text + n, sizeof text - (size_t)n, " of the function");
    if (n > 0 && picked)
        n = snprintf(text + n, sizeof text - (size_t)n, ", self %s, over all places",
                     gf_str_percent(self, picked->self[GF_AFTER], all));
    if (n < 0)
        return;
    struct gf_pen_style dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
    struct gf_pen_style strong = {.color = t->text, .size = GF_PEN_SMALL};
    int32_t w = gf_pen_width(&p->pen, dim, text, strnlen(text, sizeof text));
    struct gf_box first = room;
    first.w -= w + gf_pen_px(&p->pen, GAP);
    size_t len = 3;
    const char *name = node == 0 ? "all" : gf_frame_name(&profile->frames, node, &len);
    if (picked) {
        const struct gf_name_table *names = &profile->frames.names;
        name = names->bytes + names->offset[picked->name];
        len = (size_t)(names->offset[picked->name + 1] - names->offset[picked->name]);
    }
    int32_t x = first.w > 0 ? gf_pen_name(&p->pen, first, strong, name, len) : room.x;
    x += x > room.x ? gf_pen_px(&p->pen, GAP) : 0;
    gf_pen_text(&p->pen, (struct gf_box){x, room.y, room.x + room.w - x, room.h}, dim, text,
                strnlen(text, sizeof text));
}

/* ---- before anything was read ---- */

void gf_panel_waiting(struct gf_panel *p, struct gf_box box)
{
    const char *text = p->app->loading && !p->app->stopping ? "Reading \xe2\x80\xa6"
                       : p->app->loading                    ? "Stopping \xe2\x80\xa6"
                                         : "Stopped before anything was read. F5 reads it again.";
    size_t n = strlen(text);
    struct gf_pen_style style = {.color = p->pen.theme->text_dim, .size = 15};
    int32_t w = gf_pen_width(&p->pen, style, text, n);
    struct gf_box middle = {box.x + (box.w - w) / 2, box.y, w + 2, box.h};
    if (middle.x > box.x)
        gf_pen_text(&p->pen, middle, style, text, n);
}
