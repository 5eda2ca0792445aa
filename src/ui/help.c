/* All keys, on a panel over the graph. */
#include <string.h>

#include "ui/panels.h"

enum { LINE = 19, PAD = 18, KEY_COLUMN = 170, WIDTH = 620 }; /* design pixels */
enum { HEADINGS = 6 };

struct line {
    const char *keys, *what; /* keys NULL: a heading */
};

static const struct line lines[] = {
    {NULL, "Moving"},
    {"Wheel, + \xe2\x88\x92", "zoom at the pointer"},
    {"Drag, Shift-Wheel", "move sideways; dragging also moves through the rows"},
    {"Ctrl-Wheel, PgUp PgDn", "move through the rows of a deep profile"},
    {"Click, Enter", "fit the frame to the window"},
    {"Esc, Backspace", "back to where you were"},
    {"Alt-Left, Alt-Right", "back, forward"},
    {"Home, 0", "show everything"},
    {NULL, "Selecting"},
    {"Arrow keys", "to caller, callee, or the frame beside it"},
    {"Right click", "select without moving"},
    {"Ctrl-C", "copy the name"},
    {NULL, "Views"},
    {"B", "bottom-up: what the time was spent in, and who called it"},
    {"W", "sandwich: the selected function between its callers and callees"},
    {"C, V", "callers, callees of the selected function, over all places"},
    {"O", "siblings by weight or by name"},
    {NULL, "Searching"},
    {"/, Ctrl-F", "search names; /expression/ for a regular expression"},
    {"A, Ctrl-Enter", "another search beside it, in a colour of its own"},
    {"N, Shift-N", "next, previous match of the search with the dark frame"},
    {"Ctrl-I", "case counts, or not"},
    {"T", "table of functions; click one to see where it is"},
    {NULL, "Files"},
    {"P, S, E", "save the view as PNG, the graph as SVG, the profile as folded"},
    {NULL, "Looks"},
    {"I", "flame graph or icicle"},
    {"D", "light or dark"},
    {"F11", "full screen"},
    {"?, F1", "this page"},
    {"Q, Ctrl-Q", "quit"},
};

void gf_panel_help(struct gf_panel *p)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_theme *t = pen->theme;
    size_t n = sizeof lines / sizeof *lines + HEADINGS - 1; /* with an empty one before each */
    int32_t line = gf_pen_px(pen, LINE), pad = gf_pen_px(pen, PAD), w = gf_pen_px(pen, WIDTH);
    int32_t h = (int32_t)n * line + 2 * pad, edge = gf_pen_px(pen, 8);
    if (h > p->app->height - 2 * edge) { /* a low window: closer together, as far as it goes */
        line = (p->app->height - 2 * edge - pad) / (int32_t)n;
        pad /= 2;
        h = (int32_t)n * line + 2 * pad;
    }
    if (w > p->app->width - 2 * edge)
        w = p->app->width - 2 * edge;
    struct gf_box box = {(p->app->width - w) / 2, (p->app->height - h) / 2, w, h};
    gf_pen_layer(pen);
    gf_pen_box(pen, (struct gf_box){0, 0, p->app->width, p->app->height},
               (t->background & 0xffffffu) | 0xb0000000u);
    gf_pen_layer(pen);
    gf_pen_box(pen, box, t->panel);
    gf_pen_outline(pen, box, gf_pen_px(pen, 1) > 1 ? gf_pen_px(pen, 1) : 1, t->rule);
    struct gf_box at = {box.x + pad, box.y + pad, box.w - 2 * pad, line};
    int32_t column = gf_pen_px(pen, KEY_COLUMN);
    struct gf_pen_style head = {.color = t->accent, .bold = true}, key = {.color = t->text},
                        what = {.color = t->text_dim};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++, at.y += line) {
        const struct line *l = &lines[i];
        if (!l->keys) {
            at.y += i > 0 ? line : 0;
            gf_pen_text(pen, at, head, l->what, strlen(l->what));
            continue;
        }
        gf_pen_text(pen, at, key, l->keys, strlen(l->keys));
        gf_pen_text(pen, (struct gf_box){at.x + column, at.y, at.w - column, line}, what, l->what,
                    strlen(l->what));
    }
    gf_panel_zone(p, (struct gf_box){0, 0, p->app->width, p->app->height},
                  (struct gf_act){.what = GF_DO_HELP});
}
