#include "ui/input.h"

#include <math.h>

#include "ui/keys.h"

/* A press that moves less than this is a click. Design pixels. */
#define CLICK_SLACK 4
/* Rows to a notch. */
#define ROWS_STEP 3

static void click(struct gf_app *app, const struct gf_screen *screen, double x, double y)
{
    const struct gf_zone *zone = gf_screen_zone(screen, x, y);
    if (zone) {
        gf_app_do(app, &zone->act);
        return;
    }
    if (app->searches.typing)
        gf_issue_amount(app, GF_DO_SEARCH_KEEP, 0);
    if (!gf_box_has(gf_app_panes(app).graph, x, y))
        return;
    struct gf_spot spot = app->hovered;
    gf_issue(app, (struct gf_act){.what = GF_DO_SELECT, .node = spot.node});
    if (spot.node != GF_NO_NODE)
        gf_issue_amount(app, GF_DO_FIT, 0);
}

/* The middle of the view goes where the minimap is held. */
static void on_map(struct gf_app *app, double x)
{
    struct gf_box map = gf_app_panes(app).minimap;
    if (map.w > 0)
        gf_issue_amount(app, GF_DO_CENTER, (x - map.x) / map.w);
}

/* What a press on a place of the screen begins. */
static void press(struct gf_input *in, struct gf_app *app, const struct gf_event *e)
{
    *in = (struct gf_input){.hold = GF_HOLD_PRESS,
                            .button = e->button,
                            .shift = e->mods & GF_MOD_SHIFT,
                            .press_x = e->x,
                            .press_y = e->y,
                            .last_x = e->x,
                            .last_y = e->y};
    if (app->menu.open)
        return;
    if (e->button == GF_BUTTON_RIGHT && app->hovered.node != GF_NO_NODE)
        gf_issue(app, (struct gf_act){.what = GF_DO_SELECT, .node = app->hovered.node});
    if (e->button == GF_BUTTON_LEFT && gf_box_has(gf_app_panes(app).minimap, e->x, e->y)) {
        in->hold = GF_HOLD_MAP;
        on_map(app, e->x);
    }
}

static void release(struct gf_input *in, struct gf_app *app, const struct gf_screen *screen,
                    const struct gf_event *e)
{
    enum gf_hold hold = in->hold;
    if (e->button != in->button)
        return;
    in->hold = GF_HOLD_NOTHING;
    if (hold == GF_HOLD_BAND)
        gf_issue_amount(app, GF_DO_BAND_FIT, 0);
    else if (hold == GF_HOLD_PRESS && e->button == GF_BUTTON_LEFT)
        click(app, screen, e->x, e->y);
    else if (hold == GF_HOLD_PRESS && e->button == GF_BUTTON_RIGHT && app->menu.open)
        gf_issue_amount(app, GF_DO_MENU_CLOSE, 0);
    else if (hold == GF_HOLD_PRESS && e->button == GF_BUTTON_RIGHT &&
             app->hovered.node != GF_NO_NODE)
        gf_issue(app, (struct gf_act){.what = GF_DO_MENU, .x = e->x, .y = e->y});
}

static void on_button(struct gf_input *in, struct gf_app *app, const struct gf_screen *screen,
                      const struct gf_event *e)
{
    if (e->button == GF_BUTTON_BACK || e->button == GF_BUTTON_FORWARD) {
        if (e->down)
            gf_issue_amount(app, e->button == GF_BUTTON_BACK ? GF_DO_BACK : GF_DO_FORWARD, 0);
        return;
    }
    gf_issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
    if (e->down)
        press(in, app, e);
    else
        release(in, app, screen, e);
}

/* A press that has moved too far for a click: in the graph it drags, with Shift or the right button
 * it marks columns. */
static void begin_drag(struct gf_input *in, struct gf_app *app)
{
    bool graph = gf_box_has(gf_app_panes(app).graph, in->press_x, in->press_y) && app->scene;
    bool band = in->button == GF_BUTTON_RIGHT || in->shift;
    if (!graph || app->menu.open || app->help)
        in->hold = GF_HOLD_NOTHING;
    else
        in->hold = band ? GF_HOLD_BAND : GF_HOLD_DRAG;
}

static void drag(struct gf_input *in, struct gf_app *app, double x, double y)
{
    double slack = CLICK_SLACK * app->scale;
    if (in->hold == GF_HOLD_PRESS &&
        (fabs(x - in->press_x) > slack || fabs(y - in->press_y) > slack))
        begin_drag(in, app);
    if (in->hold == GF_HOLD_BAND)
        gf_issue(app, (struct gf_act){.what = GF_DO_BAND, .x = in->press_x, .y = x});
    if (in->hold != GF_HOLD_DRAG)
        return;
    /* What was taken hold of stays under the pointer, the slack included. */
    if (x != in->last_x)
        gf_issue_amount(app, GF_DO_PAN, in->last_x - x);
    if (y != in->last_y)
        gf_issue_rows(app, y - in->last_y);
    in->last_x = x;
    in->last_y = y;
}

enum gf_cursor gf_input_cursor(const struct gf_input *in, const struct gf_app *app,
                               const struct gf_screen *screen)
{
    if (in->hold == GF_HOLD_DRAG)
        return GF_CURSOR_PAN;
    if (in->hold == GF_HOLD_BAND)
        return GF_CURSOR_CROSS;
    if (in->hold == GF_HOLD_MAP)
        return GF_CURSOR_PAN;
    const struct gf_zone *zone = app->pointing ? gf_screen_zone(screen, app->x, app->y) : NULL;
    if (zone && zone->act.what == GF_DO_SEARCH_OPEN && app->searches.typing)
        return GF_CURSOR_TEXT;
    if (zone)
        return zone->act.what == GF_DO_NOTHING || zone->act.what == GF_DO_MENU_CLOSE ||
                       zone->act.what == GF_DO_HELP
                   ? GF_CURSOR_ARROW
                   : GF_CURSOR_HAND;
    return app->hovered.node != GF_NO_NODE ? GF_CURSOR_HAND : GF_CURSOR_ARROW;
}

static void on_scroll(struct gf_app *app, const struct gf_event *e)
{
    gf_issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
    double row = ROWS_STEP * 18 * app->scale;
    double notch = 40 * app->scale;
    struct gf_panes panes = gf_app_panes(app);
    if (app->help) {
        gf_issue_amount(app, GF_DO_HELP_MOVE, -3 * e->dy);
        return;
    }
    if (app->opening.open || app->drops.asking)
        return;
    if (gf_box_has(panes.table, e->x, e->y)) {
        gf_issue_amount(app, GF_DO_TABLE_SCROLL, -e->dy * row);
        return;
    }
    bool graph = gf_box_has(panes.graph, e->x, e->y) || gf_box_has(panes.minimap, e->x, e->y);
    if (e->dx != 0)
        gf_issue_amount(app, GF_DO_PAN, -e->dx * notch);
    if (e->dy == 0)
        return;
    if (e->mods & GF_MOD_CONTROL)
        gf_issue_rows(app, e->dy * row);
    else if (e->mods & GF_MOD_SHIFT)
        gf_issue_amount(app, GF_DO_PAN, -e->dy * 2 * notch);
    else if (graph)
        gf_issue_zoom(app, e->dy, e->x);
}

void gf_input_event(struct gf_input *in, struct gf_app *app, const struct gf_screen *screen,
                    const struct gf_event *e)
{
    switch (e->type) {
    case GF_EVENT_KEY:
        if (e->down)
            gf_key_press(app, e);
        break;
    case GF_EVENT_CHAR:
        gf_key_char(app, e->codepoint);
        break;
    case GF_EVENT_BUTTON:
        on_button(in, app, screen, e);
        break;
    case GF_EVENT_CURSOR:
        if (in->hold == GF_HOLD_MAP)
            on_map(app, e->x);
        else if (in->hold != GF_HOLD_NOTHING)
            drag(in, app, e->x, e->y);
        gf_issue(app, (struct gf_act){.what = GF_DO_POINT, .x = e->x, .y = e->y});
        break;
    case GF_EVENT_LEAVE:
        gf_issue_amount(app, GF_DO_LEAVE, 0);
        break;
    case GF_EVENT_SCROLL:
        on_scroll(app, e);
        break;
    case GF_EVENT_RESIZE:
        gf_issue(app, (struct gf_act){.what = GF_DO_RESIZE, .x = e->width, .y = e->height});
        break;
    case GF_EVENT_REFRESH:
        app->changed = true;
        break;
    case GF_EVENT_CLOSE:
        gf_issue_amount(app, GF_DO_QUIT, 0);
        break;
    case GF_EVENT_SCALE: /* the window knows how much larger the person wants things */
    case GF_EVENT_FOCUS: /* then files are looked at */
        break;
    case GF_EVENT_DROP:
        gf_issue(app, (struct gf_act){.what = GF_DO_DROP, .text = e->path});
        break;
    }
}
