/* All keys, on a panel over the graph. */
#include <string.h>

#include "ui/panels.h"

/* Design pixels. */
enum { LINE = 19, PAD = 18, KEY_COLUMN = 150, WIDTH = 560, GAP = 24, EDGE = 8 };

struct line {
    const char *keys, *what; /* keys NULL: a heading */
};

static const struct line lines[] = {
    {NULL, "Moving"},
    {"Wheel, + \xe2\x88\x92", "zoom at the pointer"},
    {"Drag, Shift-Wheel", "move sideways; dragging also moves through the rows"},
    {"Shift-drag, right drag", "zoom to what is marked"},
    {"Ctrl-Wheel, PgUp PgDn", "move through the rows of a deep profile"},
    {"Click, Enter", "fit the frame to the window"},
    {"Esc, Backspace", "back to where you were; gives up what takes long"},
    {"Alt-Left, Alt-Right", "back, forward"},
    {"Home, 0", "show everything"},
    {NULL, "Selecting"},
    {"Arrow keys", "to caller, callee, or the frame beside it"},
    {"Right click, Menu", "what can be done with a frame"},
    {"G", "highlight the function in all places, and what it adds up to"},
    {"Ctrl-C, Shift-Ctrl-C", "copy the name, the stack"},
    {"Alt-C", "copy the frame and what it calls, as folded stacks"},
    {NULL, "Views"},
    {"B", "bottom-up: what the time was spent in, and who called it"},
    {"W", "sandwich: the selected function between its callers and callees"},
    {"C, V", "callers, callees of the selected function, over all places"},
    {"O", "siblings by weight or by name"},
    {"T", "table of functions; Tab goes from it to the picture and back"},
    {NULL, "In the table"},
    {"\xe2\x86\x91 \xe2\x86\x93 PgUp Home", "from function to function"},
    {"Enter", "see where it is; all keys about a function work too"},
    {"\xe2\x86\x90 \xe2\x86\x92, Space", "by which column, the other way round"},
    {"/", "type to filter"},
    {NULL, "Comparing two profiles"},
    {"Y", "widths of after, of before, or of both"},
    {"Z", "before scaled to the total of after, so that shares compare"},
    {NULL, "Searching"},
    {"/, Ctrl-F", "search names; /expression/ for a regular expression"},
    {"A, Ctrl-Enter", "another search beside it, in a colour of its own"},
    {"N, Shift-N", "next, previous match of the search that is framed"},
    {"Ctrl-I", "case counts, or not"},
    {NULL, "Narrowing (capital letters: type a pattern)"},
    {"F, X", "only samples with the selected function, only those without"},
    {"H, K", "hide the function's frames, show no others"},
    {"M", "cut off what calls it"},
    {"R, Shift-R", "collapse direct recursion, all recursion"},
    {"%", "end stacks where frames get smaller than a share"},
    {"U, Ctrl-Z", "take back the last change of the steps"},
    {"Ctrl-Y, Shift-Ctrl-Z", "and make it again"},
    {"Tab, Delete", "go over the chips, remove one"},
    {NULL, "Files"},
    {"P, S", "save the view as PNG, as SVG"},
    {"E, Shift-E", "export what is left of the profile as folded stacks, for pprof"},
    {"Ctrl-O", "open a file: add it to the profile, or compare with it"},
    {"F5", "read the files again"},
    {"Ctrl-.", "stop reading: what was read so far stays"},
    {"Drop a file", "the same"},
    {NULL, "Looks"},
    {"I, D", "flame graph or icicle, light or dark"},
    {"L, Shift-L", "other colours; such as stay apart for any eye"},
    {"Ctrl-+ Ctrl-\xe2\x88\x92 Ctrl-0", "everything larger, smaller, as it was"},
    {"F11", "full screen"},
    {"?, F1", "this page"},
    {"Q, Ctrl-Q", "quit"},
};
enum { LINES = sizeof lines / sizeof *lines };

/* Lines of the page that entries [from, to) take: headings have an empty one before them. */
static int32_t height(size_t from, size_t to)
{
    int32_t n = 0;
    for (size_t i = from; i < to; i++)
        n += lines[i].keys || i == from ? 1 : 2;
    return n;
}

/* Where the second column begins: at the heading that leaves both nearly equal. */
static size_t middle(void)
{
    size_t best = LINES;
    for (size_t i = 1; i < LINES; i++) {
        int32_t left = height(0, i), right = height(i, LINES), most = height(0, best);
        most = most > height(best, LINES) ? most : height(best, LINES);
        if (!lines[i].keys && (left > right ? left : right) < most)
            best = i;
    }
    return best;
}

static void draw_column(struct gf_panel *p, struct gf_box at, size_t from, size_t to)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_theme *t = pen->theme;
    int32_t column = gf_pen_px(pen, KEY_COLUMN);
    struct gf_pen_style head = {.color = t->accent, .bold = true}, key = {.color = t->text},
                        what = {.color = t->text_dim};
    for (size_t i = from; i < to; i++, at.y += at.h) {
        const struct line *l = &lines[i];
        if (!l->keys) {
            at.y += i > from ? at.h : 0;
            gf_pen_text(pen, at, head, l->what, strlen(l->what));
            continue;
        }
        gf_pen_text(pen, at, key, l->keys, strlen(l->keys));
        gf_pen_text(pen, (struct gf_box){at.x + column, at.y, at.w - column, at.h}, what, l->what,
                    strlen(l->what));
    }
}

void gf_panel_help(struct gf_panel *p)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_theme *t = pen->theme;
    int32_t pad = gf_pen_px(pen, PAD), edge = gf_pen_px(pen, EDGE), gap = gf_pen_px(pen, GAP);
    int32_t one = gf_pen_px(pen, WIDTH), line = gf_pen_px(pen, LINE);
    bool two = p->app->width - 2 * edge >= 2 * one + gap + 2 * pad;
    size_t second = two ? middle() : LINES;
    int32_t n =
        height(0, second) > height(second, LINES) ? height(0, second) : height(second, LINES);
    int32_t w = (two ? 2 * one + gap : one) + 2 * pad, h = n * line + 2 * pad;
    if (h > p->app->height - 2 * edge) { /* a low window: closer together, as far as it goes */
        line = (p->app->height - 2 * edge - pad) / n;
        pad /= 2;
        h = n * line + 2 * pad;
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
    struct gf_box at = {box.x + pad, box.y + pad, two ? one : box.w - 2 * pad, line};
    draw_column(p, at, 0, second);
    at.x += one + gap;
    draw_column(p, at, second, LINES);
    gf_panel_zone(p, (struct gf_box){0, 0, p->app->width, p->app->height},
                  (struct gf_act){.what = GF_DO_HELP});
}
