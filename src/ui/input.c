#include "ui/input.h"

#include <math.h>

#include "ui/sandwich.h"

/* A press that moves less than this is a click. Design pixels. */
#define CLICK_SLACK 4
/* One notch of a wheel, or one key. */
#define ZOOM_STEP 1.25
/* Parts of the graph's width and height that a key moves by. */
#define PAN_STEP  0.25
#define PAGE_STEP 0.85
/* Rows to a notch. */
#define ROWS_STEP 3

static void issue(struct gf_app *app, struct gf_act act)
{
    gf_app_do(app, &act);
}

static void issue_amount(struct gf_app *app, enum gf_do what, double amount)
{
    issue(app, (struct gf_act){.what = what, .amount = amount});
}

static void issue_lens(struct gf_app *app, enum gf_derive_kind kind)
{
    issue(app, (struct gf_act){.what = GF_DO_LENS, .amount = kind, .node = GF_NO_NAME});
}

static void zoom(struct gf_app *app, double notches, double x)
{
    issue(app,
          (struct gf_act){.what = GF_DO_ZOOM_AT, .x = x, .amount = exp(log(ZOOM_STEP) * notches)});
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
            issue(app, (struct gf_act){.what = keys[i].typed ? GF_DO_NARROW_ASK : GF_DO_NARROW,
                                       .amount = keys[i].kind,
                                       .node = GF_NO_NAME});
            return true;
        }
    if (c == 'u' || c == 'U')
        issue_amount(app, GF_DO_NARROW_REMOVE, -1);
    return c == 'u' || c == 'U';
}

static void on_char(struct gf_app *app, uint32_t c)
{
    if (gf_app_typing(app)) {
        issue_amount(app, GF_DO_TYPE, c);
        return;
    }
    if (on_narrow_char(app, c))
        return;
    switch (c) {
    case '/':
        issue_amount(app, GF_DO_SEARCH_OPEN, 0);
        break;
    case 'a':
    case 'A':
        issue_amount(app, GF_DO_SEARCH_ADD, 0);
        break;
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
    case 'o':
    case 'O':
        issue_amount(app, GF_DO_ORDER, 0);
        break;
    case 'n':
        issue_amount(app, GF_DO_NEXT, 0);
        break;
    case 'N':
        issue_amount(app, GF_DO_PREVIOUS, 0);
        break;
    case 't':
    case 'T':
        issue_amount(app, GF_DO_TABLE, 0);
        break;
    case 'p':
    case 'P':
        issue_amount(app, GF_DO_SAVE_PNG, 0);
        break;
    case 's':
    case 'S':
        issue_amount(app, GF_DO_SAVE_SVG, 0);
        break;
    case 'e':
    case 'E':
        issue_amount(app, GF_DO_EXPORT, 0);
        break;
    case '+':
    case '=':
        zoom(app, 2, zoom_center(app));
        break;
    case '-':
    case '_':
        zoom(app, -2, zoom_center(app));
        break;
    case '0':
        issue_amount(app, GF_DO_SHOW_ALL, 0);
        break;
    case '?':
        issue_amount(app, GF_DO_HELP, 0);
        break;
    case 'd':
    case 'D':
        issue_amount(app, GF_DO_THEME, -1);
        break;
    case 'i':
    case 'I':
        issue_amount(app, GF_DO_INVERT, 0);
        break;
    case 'q':
    case 'Q':
        issue_amount(app, GF_DO_QUIT, 0);
        break;
    default:
        break;
    }
}

static void on_arrow(struct gf_app *app, int key, unsigned mods)
{
    if (mods & GF_MOD_ALT) {
        if (key == GF_KEY_LEFT || key == GF_KEY_RIGHT)
            issue_amount(app, key == GF_KEY_LEFT ? GF_DO_BACK : GF_DO_FORWARD, 0);
        return;
    }
    if (mods & GF_MOD_SHIFT) {
        struct gf_box box = gf_app_panes(app).graph;
        if (key == GF_KEY_LEFT || key == GF_KEY_RIGHT)
            issue_amount(app, GF_DO_PAN, (key == GF_KEY_LEFT ? -PAN_STEP : PAN_STEP) * box.w);
        return;
    }
    enum gf_direction to = key == GF_KEY_LEFT    ? GF_TO_LEFT
                           : key == GF_KEY_RIGHT ? GF_TO_RIGHT
                           : key == GF_KEY_UP    ? GF_TO_UPPER
                                                 : GF_TO_LOWER;
    issue_amount(app, GF_DO_SELECT_MOVE, to);
}

/* Rows come down by `pixels` on the screen. */
static void shift_rows(struct gf_app *app, double pixels)
{
    issue_amount(app, GF_DO_SCROLL, gf_root_on_top(app) ? -pixels : pixels);
}

static void on_control_key(struct gf_app *app, int key)
{
    if (key == 'C')
        issue_amount(app, GF_DO_COPY, 0);
    else if (key == 'F')
        issue_amount(app, GF_DO_SEARCH_OPEN, 0);
    else if (key == 'I')
        issue_amount(app, GF_DO_SEARCH_CASE, 0);
    else if (key == 'Z')
        issue_amount(app, GF_DO_NARROW_REMOVE, -1);
    else if (key == 'Q' || key == 'W')
        issue_amount(app, GF_DO_QUIT, 0);
}

/* Keys of the line that has the keyboard. False for others. */
static bool on_line_key(struct gf_app *app, const struct gf_event *e)
{
    bool control = e->mods & GF_MOD_CONTROL;
    if (e->key == GF_KEY_BACKSPACE)
        issue_amount(app, GF_DO_ERASE, control);
    else if (control && e->key == 'W')
        issue_amount(app, GF_DO_ERASE, 1);
    else if (control && e->key == 'U')
        issue(app, (struct gf_act){.what = GF_DO_LINE_SET, .text = ""});
    else if (e->key == GF_KEY_ENTER || e->key == GF_KEY_KP_ENTER) {
        bool search = !app->narrow.ask.open;
        issue_amount(app, search && control ? GF_DO_SEARCH_ADD : GF_DO_LINE_ACCEPT, 0);
        if (search && !control)
            issue_amount(app, e->mods & GF_MOD_SHIFT ? GF_DO_PREVIOUS : GF_DO_NEXT, 0);
    } else if (e->key == GF_KEY_TAB || e->key == GF_KEY_DOWN || e->key == GF_KEY_UP)
        issue_amount(app, app->narrow.ask.open ? GF_DO_NOTHING : GF_DO_SEARCH_KEEP, 0);
    else
        return e->key == GF_KEY_LEFT || e->key == GF_KEY_RIGHT || e->key == GF_KEY_HOME ||
               (e->key >= GF_KEY_KP_0 && e->key < GF_KEY_KP_ENTER);
    return true;
}

static void on_key(struct gf_app *app, const struct gf_event *e)
{
    if (gf_app_typing(app) && on_line_key(app, e))
        return;
    if (e->mods & GF_MOD_CONTROL) {
        on_control_key(app, e->key);
        return;
    }
    struct gf_box graph = gf_app_panes(app).graph;
    switch (e->key) {
    case GF_KEY_ESCAPE:
    case GF_KEY_BACKSPACE:
        issue_amount(app, GF_DO_ESCAPE, 0);
        break;
    case GF_KEY_HOME:
    case GF_KEY_KP_0:
        issue_amount(app, GF_DO_SHOW_ALL, 0);
        break;
    case GF_KEY_ENTER:
    case GF_KEY_KP_ENTER:
        issue_amount(app, GF_DO_FIT, 0);
        break;
    case GF_KEY_LEFT:
    case GF_KEY_RIGHT:
    case GF_KEY_UP:
    case GF_KEY_DOWN:
        on_arrow(app, e->key, e->mods);
        break;
    case GF_KEY_PAGE_UP:
    case GF_KEY_PAGE_DOWN:
        shift_rows(app, (e->key == GF_KEY_PAGE_UP ? PAGE_STEP : -PAGE_STEP) * graph.h);
        break;
    case GF_KEY_TAB:
        issue_amount(app, GF_DO_CHIP, e->mods & GF_MOD_SHIFT ? -1 : 1);
        break;
    case GF_KEY_DELETE:
        issue_amount(app, GF_DO_CHIP_REMOVE, 0);
        break;
    case GF_KEY_F1:
        issue_amount(app, GF_DO_HELP, 0);
        break;
    case GF_KEY_F1 + 10:
        issue_amount(app, GF_DO_FULLSCREEN, 0);
        break;
    default:
        break;
    }
}

/* ---- the pointer ---- */

static void click(struct gf_app *app, const struct gf_screen *screen, double x, double y)
{
    const struct gf_zone *zone = gf_screen_zone(screen, x, y);
    if (zone) {
        gf_app_do(app, &zone->act);
        return;
    }
    if (app->searches.typing)
        issue_amount(app, GF_DO_SEARCH_KEEP, 0);
    if (!gf_box_has(gf_app_panes(app).graph, x, y))
        return;
    struct gf_spot spot = app->hovered;
    issue(app, (struct gf_act){.what = GF_DO_SELECT, .node = spot.node});
    if (spot.node != GF_NO_NODE)
        issue_amount(app, GF_DO_FIT, 0);
}

/* The middle of the view goes where the minimap is held. */
static void on_map(struct gf_app *app, double x)
{
    struct gf_box map = gf_app_panes(app).minimap;
    if (map.w > 0)
        issue_amount(app, GF_DO_CENTER, (x - map.x) / map.w);
}

static void on_button(struct gf_input *in, struct gf_app *app, const struct gf_screen *screen,
                      const struct gf_event *e)
{
    if (e->button == GF_BUTTON_BACK || e->button == GF_BUTTON_FORWARD) {
        if (e->down)
            issue_amount(app, e->button == GF_BUTTON_BACK ? GF_DO_BACK : GF_DO_FORWARD, 0);
        return;
    }
    issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
    if (e->button == GF_BUTTON_RIGHT) {
        if (e->down && app->hovered.node != GF_NO_NODE)
            issue(app, (struct gf_act){.what = GF_DO_SELECT, .node = app->hovered.node});
        return;
    }
    if (e->down && gf_box_has(gf_app_panes(app).minimap, e->x, e->y)) {
        *in = (struct gf_input){.mapping = true};
        on_map(app, e->x);
        return;
    }
    in->mapping = false;
    if (e->down) {
        *in = (struct gf_input){
            .down = true, .press_x = e->x, .press_y = e->y, .last_x = e->x, .last_y = e->y};
        return;
    }
    bool clicked = in->down && !in->dragging && e->button == GF_BUTTON_LEFT;
    in->down = in->dragging = false;
    if (clicked)
        click(app, screen, e->x, e->y);
}

static void drag(struct gf_input *in, struct gf_app *app, double x, double y)
{
    double slack = CLICK_SLACK * app->scale;
    if (!in->dragging && (fabs(x - in->press_x) > slack || fabs(y - in->press_y) > slack)) {
        /* What was taken hold of stays under the pointer, the slack included. */
        in->dragging = gf_box_has(gf_app_panes(app).graph, in->press_x, in->press_y);
        in->down = in->dragging;
    }
    if (!in->dragging)
        return;
    if (x != in->last_x)
        issue_amount(app, GF_DO_PAN, in->last_x - x);
    if (y != in->last_y)
        shift_rows(app, y - in->last_y);
    in->last_x = x;
    in->last_y = y;
}

static void on_scroll(struct gf_app *app, const struct gf_event *e)
{
    issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
    double row = ROWS_STEP * 18 * app->scale;
    double notch = 40 * app->scale;
    struct gf_panes panes = gf_app_panes(app);
    if (gf_box_has(panes.table, e->x, e->y)) {
        issue_amount(app, GF_DO_TABLE_SCROLL, -e->dy * row);
        return;
    }
    bool graph = gf_box_has(panes.graph, e->x, e->y) || gf_box_has(panes.minimap, e->x, e->y);
    if (e->dx != 0)
        issue_amount(app, GF_DO_PAN, -e->dx * notch);
    if (e->dy == 0)
        return;
    if (e->mods & GF_MOD_CONTROL)
        shift_rows(app, e->dy * row);
    else if (e->mods & GF_MOD_SHIFT)
        issue_amount(app, GF_DO_PAN, -e->dy * 2 * notch);
    else if (graph)
        zoom(app, e->dy, e->x);
}

void gf_input_event(struct gf_input *in, struct gf_app *app, const struct gf_screen *screen,
                    const struct gf_event *e)
{
    switch (e->type) {
    case GF_EVENT_KEY:
        if (e->down)
            on_key(app, e);
        break;
    case GF_EVENT_CHAR:
        on_char(app, e->codepoint);
        break;
    case GF_EVENT_BUTTON:
        on_button(in, app, screen, e);
        break;
    case GF_EVENT_CURSOR:
        if (in->mapping)
            on_map(app, e->x);
        else if (in->down)
            drag(in, app, e->x, e->y);
        issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
        break;
    case GF_EVENT_LEAVE:
        issue_amount(app, GF_DO_LEAVE, 0);
        break;
    case GF_EVENT_SCROLL:
        on_scroll(app, e);
        break;
    case GF_EVENT_RESIZE:
        issue(app, (struct gf_act){.what = GF_DO_RESIZE, .x = e->width, .y = e->height});
        break;
    case GF_EVENT_REFRESH:
        app->changed = true;
        break;
    case GF_EVENT_CLOSE:
        issue_amount(app, GF_DO_QUIT, 0);
        break;
    case GF_EVENT_SCALE: /* the window knows how much larger the person wants things */
    case GF_EVENT_FOCUS:
    case GF_EVENT_DROP:
        break;
    }
}
