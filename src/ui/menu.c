#include "ui/menu.h"

#include <string.h>

#include "layout/color.h"
#include "ui/panels.h"
#include "ui/select.h"

enum { LINE = 22, PAD = 5, INNER = 10, WIDTH = 270 }; /* design pixels */

static const struct gf_menu_entry entries[] = {
    {"Fit to the window", "Enter", GF_DO_FIT, 0},
    {"Copy the name", "Ctrl-C", GF_DO_COPY, GF_COPY_NAME},
    {"Copy the stack", "Shift-Ctrl-C", GF_DO_COPY, GF_COPY_STACK},
    {"Copy what it calls as folded", "Alt-C", GF_DO_COPY, GF_COPY_FOLDED},
    {"Highlight the function", "G", GF_DO_PICK, 0},
    {"Focus: only samples with it", "F", GF_DO_NARROW, GF_NARROW_FOCUS},
    {"Ignore: only samples without it", "X", GF_DO_NARROW, GF_NARROW_IGNORE},
    {"Hide it, keep what it calls", "H", GF_DO_NARROW, GF_NARROW_HIDE},
    {"Show from it: cut off its callers", "M", GF_DO_NARROW, GF_NARROW_SHOW_FROM},
    {"Sandwich: between callers and callees", "W", GF_DO_LENS, GF_DERIVE_SANDWICH},
    {"Callers, over all places", "C", GF_DO_LENS, GF_DERIVE_CALLERS},
    {"Callees, over all places", "V", GF_DO_LENS, GF_DERIVE_CALLEES},
    {"Open a file", "Ctrl-O", GF_DO_OPEN, 0},
    {"Other colours", "L", GF_DO_COLORS, 1},
    {"Colours for any eye, or not", "Shift-L", GF_DO_COLOR_BLIND, 0},
};
enum { ENTRIES = sizeof entries / sizeof *entries };

const struct gf_menu_entry *gf_menu_entries(unsigned *n)
{
    *n = ENTRIES;
    return entries;
}

/* The entry's command, about the function of the selected frame. */
static struct gf_act act_of(const struct gf_app *app, unsigned i)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    uint32_t node = app->selected.node;
    return (struct gf_act){.what = entries[i].what,
                           .amount = entries[i].amount,
                           .node = node != GF_NO_NODE ? f->name[node] : GF_NO_NAME};
}

static void take(struct gf_app *app, double index)
{
    app->menu.open = false;
    if (!(index >= 0 && index < ENTRIES))
        return;
    struct gf_act act = act_of(app, (unsigned)index);
    gf_app_do(app, &act);
}

bool gf_menu_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_menu *m = &app->menu;
    switch (act->what) {
    case GF_DO_MENU:
        /* The root is no function. */
        m->open = app->selected.node != GF_NO_NODE && app->selected.node != 0;
        m->x = act->x;
        m->y = act->y;
        m->at = -1;
        break;
    case GF_DO_MENU_MOVE:
        m->at = m->at < 0 ? (act->amount > 0 ? 0 : ENTRIES - 1)
                          : (m->at + (act->amount > 0 ? 1 : ENTRIES - 1)) % ENTRIES;
        break;
    case GF_DO_MENU_TAKE:
        take(app, act->amount >= 0 ? act->amount : m->at);
        break;
    case GF_DO_MENU_CLOSE:
        m->open = false;
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}

void gf_panel_menu(struct gf_panel *p)
{
    const struct gf_app *app = p->app;
    const struct gf_theme *t = p->pen.theme;
    struct gf_pen *pen = &p->pen;
    int32_t line = gf_pen_px(pen, LINE), pad = gf_pen_px(pen, PAD), w = gf_pen_px(pen, WIDTH);
    int32_t h = ENTRIES * line + 2 * pad, inner = gf_pen_px(pen, INNER);
    if (h > app->height && app->height > 2 * pad) { /* a low window: closer together */
        line = (app->height - 2 * pad) / ENTRIES;
        h = ENTRIES * line + 2 * pad;
    }
    w = w < app->width ? w : app->width;
    struct gf_box box = {(int32_t)app->menu.x, (int32_t)app->menu.y, w, h};
    box.x = box.x + w > app->width ? app->width - w : box.x;
    box.y = box.y + h > app->height ? app->height - h : box.y;
    box.x = box.x > 0 ? box.x : 0;
    box.y = box.y > 0 ? box.y : 0;
    gf_pen_layer(pen);
    gf_pen_box(pen, box, t->panel);
    gf_pen_outline(pen, box, gf_pen_hairline(pen), t->text_dim);
    gf_panel_zone(p, (struct gf_box){0, 0, app->width, app->height},
                  (struct gf_act){.what = GF_DO_MENU_CLOSE});
    struct gf_box row = {box.x + 1, box.y + pad, w - 2, line};
    for (unsigned i = 0; i < ENTRIES; i++, row.y += line) {
        bool on = app->menu.at == (int)i || gf_panel_pointed(p, row);
        if (on)
            gf_pen_box(pen, row, gf_color_mix(t->rule, t->panel, 64));
        struct gf_box text = {row.x + inner, row.y, row.w - 2 * inner, row.h};
        struct gf_pen_style style = {.color = t->text},
                            dim = {.color = t->text_dim, .size = GF_PEN_SMALL};
        int32_t x = gf_pen_text_right(pen, text, dim, entries[i].key, strlen(entries[i].key));
        text.w = x - inner - text.x;
        gf_pen_text(pen, text, style, entries[i].label, strlen(entries[i].label));
        gf_panel_zone(p, row, (struct gf_act){.what = GF_DO_MENU_TAKE, .amount = i});
    }
}
