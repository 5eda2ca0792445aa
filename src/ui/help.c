/* All keys, on a panel over the graph. */
#include <math.h>
#include <string.h>

#include "ui/panels.h"

/* Design pixels. */
enum { LINE = 19, PAD = 18, KEY_COLUMN = 150, WIDTH = 560, GAP = 24, EDGE = 8, LEAST_LINE = 15 };

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
    {"Drop a file", "the same"},
    {"F5", "read the files again"},
    {"Ctrl-.", "stop reading: what was read so far stays"},
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

/* How the page lies in the window. */
struct page {
    struct gf_box box;
    int32_t pad, line, column; /* column: its width */
    size_t second;             /* where the second column begins; LINES: there is one */
    int32_t lines, fit;        /* of the longer column, and as many of these as there is room for */
};

static int32_t px(const struct gf_app *app, double design)
{
    return (int32_t)floor(design * app->scale + 0.5);
}

static struct page page_of(const struct gf_app *app)
{
    int32_t edge = px(app, EDGE), gap = px(app, GAP), one = px(app, WIDTH);
    struct page g = {.pad = px(app, PAD), .line = px(app, LINE)};
    bool two = app->width - 2 * edge >= 2 * one + gap + 2 * g.pad;
    g.second = two ? middle() : LINES;
    int32_t left = height(0, g.second), right = height(g.second, LINES);
    g.lines = g.fit = left > right ? left : right;
    int32_t w = (two ? 2 * one + gap : one) + 2 * g.pad, most = app->height - 2 * edge;
    if (g.lines * g.line + 2 * g.pad > most) { /* a low window: closer together, but readable */
        int32_t least = px(app, LEAST_LINE);
        g.pad /= 2;
        g.line = (most - 2 * g.pad) / g.lines;
        g.line = g.line > least ? g.line : least > 1 ? least : 1;
    }
    if (g.lines * g.line + 2 * g.pad > most) { /* and the rest by and by */
        g.fit = (most - 2 * g.pad) / g.line - 1;
        g.fit = g.fit > 1 ? g.fit : 1;
    }
    w = w < app->width - 2 * edge ? w : app->width - 2 * edge;
    int32_t h = (g.fit < g.lines ? g.fit + 1 : g.lines) * g.line + 2 * g.pad;
    g.box = (struct gf_box){(app->width - w) / 2, (app->height - h) / 2, w, h};
    g.column = two ? one : w - 2 * g.pad;
    return g;
}

/* The first line that is shown: the window may have grown since it was chosen. */
static int32_t first_line(const struct gf_app *app, const struct page *g)
{
    int32_t most = g->lines - g->fit;
    return app->help_line < most ? app->help_line : most;
}

void gf_help_move(struct gf_app *app, double pages, double by)
{
    struct page g = page_of(app);
    double to = first_line(app, &g) + by + pages * g.fit;
    app->help_line = to > g.lines - g.fit ? g.lines - g.fit : to > 0 ? (int32_t)to : 0;
    app->changed = true;
}

/* Lines [first, first + fit) of a column. */
static void draw_column(struct gf_panel *p, const struct page *g, int32_t x, size_t from, size_t to)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_theme *t = pen->theme;
    int32_t keys = gf_pen_px(pen, KEY_COLUMN), first = first_line(p->app, g), n = 0;
    keys = keys < g->column / 2 ? keys : g->column / 2;
    struct gf_pen_style head = {.color = t->accent, .bold = true}, key = {.color = t->text},
                        what = {.color = t->text_dim};
    for (size_t i = from; i < to; i++, n++) {
        const struct line *l = &lines[i];
        n += !l->keys && i > from;
        if (n < first || n >= first + g->fit)
            continue;
        struct gf_box at = {x, g->box.y + g->pad + (n - first) * g->line, g->column, g->line};
        if (!l->keys) {
            gf_pen_text(pen, at, head, l->what, strlen(l->what));
            continue;
        }
        gf_pen_text(pen, (struct gf_box){at.x, at.y, keys, at.h}, key, l->keys, strlen(l->keys));
        gf_pen_text(pen, (struct gf_box){at.x + keys, at.y, at.w - keys, at.h}, what, l->what,
                    strlen(l->what));
    }
}

/* At the end of a page that goes on: how. */
static void draw_more(struct gf_panel *p, const struct page *g)
{
    int32_t first = first_line(p->app, g);
    const char *text =
        first + g->fit < g->lines
            ? first > 0 ? "PgUp \xe2\x86\x91  more  \xe2\x86\x93 PgDn" : "more  \xe2\x86\x93 PgDn"
            : "PgUp \xe2\x86\x91  more";
    struct gf_box at = {g->box.x + g->pad, g->box.y + g->box.h - g->pad - g->line,
                        g->box.w - 2 * g->pad, g->line};
    gf_pen_text_right(&p->pen, at, (struct gf_pen_style){.color = p->pen.theme->accent}, text,
                      strlen(text));
}

void gf_panel_help(struct gf_panel *p)
{
    struct gf_pen *pen = &p->pen;
    const struct page g = page_of(p->app);
    gf_panel_dialog(p, g.box, (struct gf_act){.what = GF_DO_HELP});
    draw_column(p, &g, g.box.x + g.pad, 0, g.second);
    draw_column(p, &g, g.box.x + g.pad + g.column + gf_pen_px(pen, GAP), g.second, LINES);
    if (g.fit < g.lines)
        draw_more(p, &g);
}
