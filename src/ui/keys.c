#include "ui/keys.h"

#include <math.h>

#include "ui/sandwich.h"
#include "ui/select.h"
#include "ui/stop.h"
#include "ui/table_do.h"
#include "ui/table_keys.h"

/* One notch of a wheel, or one key. */
#define ZOOM_STEP 1.25
/* Parts of the graph's width and height that a key moves by. */
#define PAN_STEP  0.25
#define PAGE_STEP 0.85

void gf_issue(struct gf_app *app, struct gf_act act)
{
    gf_app_do(app, &act);
}

void gf_issue_amount(struct gf_app *app, enum gf_do what, double amount)
{
    gf_issue(app, (struct gf_act){.what = what, .amount = amount});
}

void gf_issue_zoom(struct gf_app *app, double notches, double x)
{
    gf_issue(app, (struct gf_act){
                      .what = GF_DO_ZOOM_AT, .x = x, .amount = exp(log(ZOOM_STEP) * notches)});
}

void gf_issue_rows(struct gf_app *app, double pixels)
{
    gf_issue_amount(app, GF_DO_SCROLL, gf_root_on_top(app) ? -pixels : pixels);
}

static void issue_lens(struct gf_app *app, enum gf_derive_kind kind)
{
    gf_issue(app, (struct gf_act){.what = GF_DO_LENS, .amount = kind, .node = GF_NO_NAME});
}

/* Where keys zoom: at the pointer when it is in the graph, else in the middle. */
static double zoom_center(const struct gf_app *app)
{
    struct gf_box g = gf_app_panes(app).graph;
    return app->pointing && gf_box_has(g, app->x, app->y) ? app->x : g.x + g.w / 2.0;
}

/* ---- keys ---- */

/* Keys of the narrowing: a small letter is about the function at hand, its capital asks for a
 * pattern. False for others. */
static bool on_narrow_char(struct gf_app *app, uint32_t c)
{
    static const struct {
        char key;
        enum gf_narrow_kind kind;
        bool typed;
    } keys[] = {{'f', GF_NARROW_FOCUS, false},     {'F', GF_NARROW_FOCUS, true},
                {'x', GF_NARROW_IGNORE, false},    {'X', GF_NARROW_IGNORE, true},
                {'h', GF_NARROW_HIDE, false},      {'H', GF_NARROW_HIDE, true},
                {'m', GF_NARROW_SHOW_FROM, false}, {'M', GF_NARROW_SHOW_FROM, true},
                {'k', GF_NARROW_SHOW, false},      {'K', GF_NARROW_SHOW, true},
                {'r', GF_NARROW_COLLAPSE, false},  {'R', GF_NARROW_COLLAPSE_ALL, false},
                {'%', GF_NARROW_BELOW, true}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (c == (unsigned char)keys[i].key) {
            gf_issue(app, (struct gf_act){.what = keys[i].typed ? GF_DO_NARROW_ASK : GF_DO_NARROW,
                                          .amount = keys[i].kind,
                                          .node = GF_NO_NAME});
            return true;
        }
    if (c == 'u' || c == 'U')
        gf_issue_amount(app, GF_DO_NARROW_UNDO, 0);
    return c == 'u' || c == 'U';
}

/* The function of the frame at hand stands out, or no longer. */
static void pick_at_hand(struct gf_app *app)
{
    struct gf_spot spot = gf_selected_or_hovered(app);
    if (!app->scene)
        return;
    uint32_t name = spot.node != GF_NO_NODE && spot.node != 0
                        ? app->scene->profile->frames.name[spot.node]
                        : GF_NO_NAME;
    if (gf_table_has_keys(app))
        gf_issue_amount(app, GF_DO_TABLE_TAKE, 0);
    else
        gf_issue(app, (struct gf_act){.what = GF_DO_PICK, .node = name});
}

/* Letters with a command that says it all; capital ones do the same. */
static bool on_plain_char(struct gf_app *app, uint32_t c)
{
    static const struct {
        char key;
        enum gf_do what;
        double amount;
    } keys[] = {{'/', GF_DO_SEARCH_OPEN, 0}, {'a', GF_DO_SEARCH_ADD, 0}, {'o', GF_DO_ORDER, 0},
                {'t', GF_DO_TABLE, 0},       {'p', GF_DO_SAVE_PNG, 0},   {'s', GF_DO_SAVE_SVG, 0},
                {'e', GF_DO_EXPORT, 0},      {'0', GF_DO_SHOW_ALL, 0},   {'?', GF_DO_HELP, 0},
                {'y', GF_DO_WIDTHS, -1},     {'z', GF_DO_NORMALIZE, 0},  {'d', GF_DO_THEME, -1},
                {'i', GF_DO_INVERT, 0},      {'q', GF_DO_QUIT, 0}};
    if (c == 'E') {
        gf_issue_amount(app, GF_DO_EXPORT, 1);
        return true;
    }
    if (c >= 'A' && c <= 'Z')
        c += 'a' - 'A';
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (c == (unsigned char)keys[i].key) {
            gf_issue_amount(app, keys[i].what, keys[i].amount);
            return true;
        }
    return false;
}

/* While the window asks what dropped files are for: one of the choices, and nothing else. */
static void on_choice_char(struct gf_app *app, uint32_t c)
{
    if (c == 'a' || c == 'A')
        gf_issue_amount(app, GF_DO_DROP_ADD, 0);
    else if (c == 'c' || c == 'C')
        gf_issue_amount(app, GF_DO_DROP_COMPARE, 0);
}

void gf_key_char(struct gf_app *app, uint32_t c)
{
    if (app->drops.asking) {
        on_choice_char(app, c);
        return;
    }
    if (gf_app_typing(app)) {
        gf_issue_amount(app, GF_DO_TYPE, c);
        return;
    }
    if (on_narrow_char(app, c) || on_plain_char(app, c))
        return;
    switch (c) {
    case 'b':
    case 'B':
        issue_lens(app, GF_DERIVE_BOTTOM_UP);
        break;
    case 'c':
    case 'C':
        issue_lens(app, GF_DERIVE_CALLERS);
        break;
    case 'v':
    case 'V':
        issue_lens(app, GF_DERIVE_CALLEES);
        break;
    case 'w':
    case 'W':
        issue_lens(app, GF_DERIVE_SANDWICH);
        break;
    case 'g':
    case 'G':
        pick_at_hand(app);
        break;
    case 'l':
        gf_issue_amount(app, GF_DO_COLORS, 1);
        break;
    case 'L':
        gf_issue_amount(app, GF_DO_COLOR_BLIND, 0);
        break;
    case 'n':
        gf_issue_amount(app, GF_DO_NEXT, 0);
        break;
    case 'N':
        gf_issue_amount(app, GF_DO_PREVIOUS, 0);
        break;
    case '+':
    case '=':
        gf_issue_zoom(app, 2, zoom_center(app));
        break;
    case '-':
    case '_':
        gf_issue_zoom(app, -2, zoom_center(app));
        break;
    default:
        break;
    }
}

static void on_arrow(struct gf_app *app, int key, unsigned mods)
{
    if (mods & GF_MOD_ALT) {
        if (key == GF_KEY_LEFT || key == GF_KEY_RIGHT)
            gf_issue_amount(app, key == GF_KEY_LEFT ? GF_DO_BACK : GF_DO_FORWARD, 0);
        return;
    }
    if (mods & GF_MOD_SHIFT) {
        struct gf_box box = gf_app_panes(app).graph;
        if (key == GF_KEY_LEFT || key == GF_KEY_RIGHT)
            gf_issue_amount(app, GF_DO_PAN, (key == GF_KEY_LEFT ? -PAN_STEP : PAN_STEP) * box.w);
        return;
    }
    /* Up and down are as on the screen. */
    enum gf_direction to = key == GF_KEY_LEFT    ? GF_TO_LEFT
                           : key == GF_KEY_RIGHT ? GF_TO_RIGHT
                           : key == GF_KEY_UP    ? GF_TO_UPPER
                                                 : GF_TO_LOWER;
    gf_issue_amount(app, GF_DO_SELECT_MOVE, to);
}

static void on_control_key(struct gf_app *app, int key, unsigned mods)
{
    if (key == 'C')
        gf_issue_amount(app, GF_DO_COPY, mods & GF_MOD_SHIFT ? GF_COPY_STACK : GF_COPY_NAME);
    else if (key == 'F')
        gf_issue_amount(app, GF_DO_SEARCH_OPEN, 0);
    else if (key == 'O')
        gf_issue_amount(app, GF_DO_OPEN, 0);
    else if (key == 'I')
        gf_issue_amount(app, GF_DO_SEARCH_CASE, 0);
    else if (key == '=' || key == '-' || key == '0' || key == GF_KEY_KP_ADD ||
             key == GF_KEY_KP_SUBTRACT)
        gf_issue_amount(app, GF_DO_LARGER,
                        key == '0'                                ? 0
                        : key == '-' || key == GF_KEY_KP_SUBTRACT ? -1
                                                                  : 1);
    else if (key == 'Z' || key == 'Y')
        gf_issue_amount(
            app, key == 'Y' || mods & GF_MOD_SHIFT ? GF_DO_NARROW_REDO : GF_DO_NARROW_UNDO, 0);
    else if (key == '.')
        gf_stop_any(app);
    else if (key == 'Q' || key == 'W')
        gf_issue_amount(app, GF_DO_QUIT, 0);
}

/* The menu of the selected frame, beside it. */
static void open_menu(struct gf_app *app)
{
    struct gf_box graph = gf_app_panes(app).graph;
    int32_t x = graph.x + graph.w / 2, y = graph.y + graph.h / 2, w = 0, h = 0;
    if (!app->scene)
        return;
    struct gf_graph g = gf_app_graph(app);
    if (app->selected.node != GF_NO_NODE)
        gf_layout_frame_box(&g, app->selected.node, app->selected.depth, &x, &y, &w, &h);
    gf_issue(app, (struct gf_act){.what = GF_DO_MENU, .x = x, .y = y + h});
}

/* Keys while the menu is open. False for others. */
static bool on_menu_key(struct gf_app *app, int key)
{
    if (key == GF_KEY_UP || key == GF_KEY_DOWN)
        gf_issue_amount(app, GF_DO_MENU_MOVE, key == GF_KEY_DOWN ? 1 : -1);
    else if (key == GF_KEY_ENTER || key == GF_KEY_KP_ENTER)
        gf_issue_amount(app, GF_DO_MENU_TAKE, -1);
    else
        gf_issue_amount(app, GF_DO_MENU_CLOSE, 0);
    return key == GF_KEY_UP || key == GF_KEY_DOWN || key == GF_KEY_ENTER ||
           key == GF_KEY_KP_ENTER || key == GF_KEY_ESCAPE;
}

/* Keys of the line that has the keyboard. False for others. */
static bool on_line_key(struct gf_app *app, const struct gf_event *e)
{
    bool control = e->mods & GF_MOD_CONTROL;
    if (e->key == GF_KEY_BACKSPACE)
        gf_issue_amount(app, GF_DO_ERASE, control);
    else if (control && e->key == 'W')
        gf_issue_amount(app, GF_DO_ERASE, 1);
    else if (control && e->key == 'U')
        gf_issue(app, (struct gf_act){.what = GF_DO_LINE_SET, .text = ""});
    else if (control && e->key == 'V')
        gf_issue_amount(app, GF_DO_LINE_PASTE, 0);
    else if (app->opening.open && (e->key == GF_KEY_ENTER || e->key == GF_KEY_KP_ENTER))
        gf_issue_amount(app, GF_DO_LINE_ACCEPT, control);
    else if (app->opening.open && e->key == GF_KEY_TAB)
        gf_issue_amount(app, GF_DO_OPEN_COMPLETE, 0);
    else if (e->key == GF_KEY_ENTER || e->key == GF_KEY_KP_ENTER) {
        bool search = !app->narrow.ask.open;
        gf_issue_amount(app, search && control ? GF_DO_SEARCH_ADD : GF_DO_LINE_ACCEPT, 0);
        if (search && !control)
            gf_issue_amount(app, e->mods & GF_MOD_SHIFT ? GF_DO_PREVIOUS : GF_DO_NEXT, 0);
    } else if (e->key == GF_KEY_TAB || e->key == GF_KEY_DOWN || e->key == GF_KEY_UP)
        gf_issue_amount(
            app, app->narrow.ask.open || app->opening.open ? GF_DO_NOTHING : GF_DO_SEARCH_KEEP, 0);
    else
        return e->key == GF_KEY_LEFT || e->key == GF_KEY_RIGHT || e->key == GF_KEY_HOME ||
               (e->key >= GF_KEY_KP_0 && e->key < GF_KEY_KP_ENTER);
    return true;
}

/* Keys of a help page that is longer than the window. False for others. */
static bool on_help_key(struct gf_app *app, int key)
{
    bool page = key == GF_KEY_PAGE_UP || key == GF_KEY_PAGE_DOWN;
    bool down = key == GF_KEY_PAGE_DOWN || key == GF_KEY_DOWN;
    if (!page && key != GF_KEY_UP && key != GF_KEY_DOWN)
        return false;
    double by = down ? 1 : -1;
    gf_issue(app,
             (struct gf_act){.what = GF_DO_HELP_MOVE, .x = page ? by : 0, .amount = page ? 0 : by});
    return true;
}

void gf_key_press(struct gf_app *app, const struct gf_event *e)
{
    if (app->help && on_help_key(app, e->key))
        return;
    if (gf_table_has_keys(app) && gf_table_key(app, e))
        return;
    if (gf_app_typing(app) && on_line_key(app, e))
        return;
    if (app->menu.open && on_menu_key(app, e->key))
        return;
    if (app->drops.asking && e->key != GF_KEY_ESCAPE)
        return;
    if (e->mods & GF_MOD_CONTROL) {
        on_control_key(app, e->key, e->mods);
        return;
    }
    struct gf_box graph = gf_app_panes(app).graph;
    switch (e->key) {
    case GF_KEY_ESCAPE:
    case GF_KEY_BACKSPACE:
        gf_issue_amount(app, GF_DO_ESCAPE, 0);
        break;
    case GF_KEY_HOME:
    case GF_KEY_KP_0:
        gf_issue_amount(app, GF_DO_SHOW_ALL, 0);
        break;
    case GF_KEY_ENTER:
    case GF_KEY_KP_ENTER:
        gf_issue_amount(app, GF_DO_FIT, 0);
        break;
    case GF_KEY_LEFT:
    case GF_KEY_RIGHT:
    case GF_KEY_UP:
    case GF_KEY_DOWN:
        on_arrow(app, e->key, e->mods);
        break;
    case GF_KEY_PAGE_UP:
    case GF_KEY_PAGE_DOWN:
        gf_issue_rows(app, (e->key == GF_KEY_PAGE_UP ? PAGE_STEP : -PAGE_STEP) * graph.h);
        break;
    case 'C':
        if (e->mods & GF_MOD_ALT)
            gf_issue_amount(app, GF_DO_COPY, GF_COPY_FOLDED);
        break;
    case GF_KEY_F1 + 4:
        gf_issue_amount(app, GF_DO_RELOAD, 0);
        break;
    case GF_KEY_MENU:
        open_menu(app);
        break;
    case GF_KEY_F1 + 9:
        if (e->mods & GF_MOD_SHIFT)
            open_menu(app);
        break;
    case GF_KEY_TAB:
        gf_issue_amount(app, GF_DO_FOCUS, e->mods & GF_MOD_SHIFT ? -1 : 1);
        break;
    case GF_KEY_DELETE:
        gf_issue_amount(app, GF_DO_CHIP_REMOVE, 0);
        break;
    case GF_KEY_F1:
        gf_issue_amount(app, GF_DO_HELP, 0);
        break;
    case GF_KEY_F1 + 10:
        gf_issue_amount(app, GF_DO_FULLSCREEN, 0);
        break;
    default:
        break;
    }
}
