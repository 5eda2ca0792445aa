#include "ui/app.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/colors.h"
#include "ui/compare.h"
#include "ui/drop.h"
#include "ui/find.h"
#include "ui/menu.h"
#include "ui/narrow_do.h"
#include "ui/nav.h"
#include "ui/open.h"
#include "ui/panels.h"
#include "ui/sandwich.h"
#include "ui/select.h"
#include "ui/sight.h"
#include "ui/stop.h"
#include "ui/table_do.h"

#define TOAST_SECONDS 4.0

void gf_app_init(struct gf_app *app, const struct gf_measure *measure, const char *input)
{
    *app = (struct gf_app){.measure = measure,
                           .animate = true,
                           .loading = true,
                           .width = 1280,
                           .height = 800,
                           .scale = 1,
                           .user_scale = 1,
                           .view = {.span = 1},
                           .selected = gf_nowhere(),
                           .hovered = gf_nowhere(),
                           .picked = GF_NO_NAME,
                           .chip = -1,
                           .themes = 1, /* light */
                           .busy = {.share = -1},
                           .moved = -INFINITY,
                           .changed = true};
    snprintf(app->input, sizeof app->input, "%s", input);
}

void gf_app_free(struct gf_app *app)
{
    gf_scene_drop(app->scene);
    gf_scene_drop(app->base);
    gf_scene_drop(app->read);
    app->scene = app->base = app->read = NULL;
    gf_narrowing_free(&app->narrow);
    gf_lens_free(&app->lens);
    gf_searches_free(&app->searches);
    gf_table_free(&app->table);
    gf_drop_forget(app);
    gf_open_free(app);
    free(app->picked_marks);
    app->picked_marks = NULL;
    free(app->marks.names);
    app->marks.names = NULL;
}

/* ---- the pointer ---- */

void gf_app_look(struct gf_app *app)
{
    struct gf_spot spot = gf_nowhere();
    struct gf_panes panes = gf_app_panes(app);
    bool covered = app->help || app->menu.open || app->drops.asking || app->opening.open ||
                   gf_box_has(panes.table, app->x, app->y);
    if (app->scene && app->pointing && !covered) {
        struct gf_graph g = gf_app_graph(app);
        struct gf_hit hit = gf_layout_hit(&g, app->x, app->y);
        spot = (struct gf_spot){hit.node, hit.depth};
    }
    if (spot.node != app->hovered.node)
        app->changed = true;
    app->hovered = spot;
}

static void point(struct gf_app *app, double x, double y)
{
    /* The card follows the pointer. */
    if (app->hovered.node != GF_NO_NODE && (x != app->x || y != app->y))
        app->changed = true;
    app->pointing = true;
    app->x = x;
    app->y = y;
}

bool gf_app_typing(const struct gf_app *app)
{
    return app->searches.typing || app->narrow.ask.open || app->opening.open;
}

/* ---- messages ---- */

void gf_app_toast(struct gf_app *app, const char *text)
{
    snprintf(app->toast, sizeof app->toast, "%s", text);
    app->toast_until = app->now + TOAST_SECONDS;
    app->changed = true;
}

/* The lens has changed: what it shows is there already, or has to be made. */
static void lens_changed(struct gf_app *app)
{
    app->lens.working = app->lens.outdated = false;
    if (gf_lens_is_plain(&app->lens))
        gf_app_plain(app);
    else
        app->wishes.derive = true;
}

uint32_t gf_name_at_hand(const struct gf_app *app, uint32_t given)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    struct gf_spot spot = gf_selected_or_hovered(app);
    if (given < f->names.n)
        return given;
    if (gf_table_has_keys(app) && app->table.nrows > 0)
        return gf_table_name(&app->table);
    if (app->picked != GF_NO_NAME)
        return app->picked;
    return spot.node != GF_NO_NODE ? f->name[spot.node] : GF_NO_NAME;
}

static void look_through(struct gf_app *app, const struct gf_act *act)
{
    int kind = (int)act->amount;
    const struct gf_name_table *names = &app->scene->profile->frames.names;
    bool about = kind >= GF_DERIVE_CALLERS;
    uint32_t name = about ? gf_name_at_hand(app, act->node) : GF_NO_NAME;
    if (kind < GF_DERIVE_SAME || kind > GF_DERIVE_SANDWICH)
        return;
    if (about && name == GF_NO_NAME && app->lens.kind != (enum gf_derive_kind)kind) {
        gf_app_toast(app, "Select a frame first: its callers or callees are shown");
        return;
    }
    const char *text = name != GF_NO_NAME ? names->bytes + names->offset[name] : NULL;
    size_t n = text ? (size_t)(names->offset[name + 1] - names->offset[name]) : 0;
    /* What is there already goes away again. */
    if (gf_lens_is(&app->lens, (enum gf_derive_kind)kind, text, n) || (about && !text)) {
        kind = GF_DERIVE_SAME;
        text = NULL;
    }
    if (kind == (int)GF_DERIVE_SAME && app->lens.kind == GF_DERIVE_SAME)
        return;
    gf_sight_keep(app);
    if (gf_lens_go(&app->lens, (enum gf_derive_kind)kind, text, n))
        lens_changed(app);
}

/* Back within what is looked at, or to what was looked at before. */
static bool go_back(struct gf_app *app)
{
    if (gf_nav_back(app))
        return true;
    if (app->lens.nback == 0)
        return false;
    gf_sight_keep(app);
    gf_lens_back(&app->lens);
    lens_changed(app);
    return true;
}

static void go_forward(struct gf_app *app)
{
    if (gf_nav_forward(app) || app->lens.nforward == 0)
        return;
    gf_sight_keep(app);
    gf_lens_forward(&app->lens);
    lens_changed(app);
}

bool gf_app_tick(struct gf_app *app, double now)
{
    app->now = now;
    if (app->toast[0] && now >= app->toast_until) {
        app->toast[0] = '\0';
        app->changed = true;
    }
    if (!app->glide.on)
        return false;
    bool more = gf_nav_glide(app, now);
    gf_app_look(app);
    return more;
}

void gf_app_progress(struct gf_app *app, const struct gf_progress *progress, bool loading)
{
    if (loading != app->loading || progress->bytes_read != app->progress.bytes_read ||
        floor(progress->seconds) != floor(app->progress.seconds))
        app->changed = true;
    app->progress = *progress;
    app->loading = loading;
    app->stopping = app->stopping && loading;
}

/* ---- commands ---- */

static void escape(struct gf_app *app)
{
    if (app->help)
        app->help = false;
    else if (app->drops.asking)
        gf_drop_forget(app);
    else if (app->opening.open)
        gf_open_close(app);
    else if (app->menu.open)
        app->menu.open = false;
    else if (app->band.on)
        app->band.on = false;
    else if (app->narrow.ask.open)
        app->narrow.ask.open = false;
    else if (app->chip >= 0)
        app->chip = -1;
    else if (gf_stop_work(app))
        return;
    else if (gf_table_has_keys(app) && !app->searches.typing && app->picked == GF_NO_NAME)
        app->table.focus = false;
    else if (app->searches.typing || (app->searches.n > 0 && app->picked == GF_NO_NAME))
        gf_find_do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_REMOVE, .amount = -1});
    else if (app->picked != GF_NO_NAME)
        gf_find_pick(app, GF_NO_NAME);
    else if (app->scene && go_back(app))
        return;
    else if (app->selected.node != GF_NO_NODE)
        app->selected = gf_nowhere();
    else
        gf_stop_load(app);
    app->changed = true;
}

/* The selected frame takes the width. In a sandwich its function takes the middle: there the way to
 * a frame's details is to look at its function. */
static void fit_selected(struct gf_app *app)
{
    const struct gf_frames *f = &app->scene->profile->frames;
    uint32_t node = app->selected.node;
    if (node == GF_NO_NODE)
        return;
    if (!gf_in_sandwich(app))
        gf_nav_zoom_to(app, node);
    else if (f->name[node] == f->name[1]) /* there it is already */
        gf_nav_show_all(app);
    else
        look_through(app, &(struct gf_act){.amount = GF_DERIVE_SANDWICH, .node = f->name[node]});
}

static void mark_band(struct gf_app *app, double from, double to)
{
    struct gf_box g = gf_app_panes(app).graph;
    double lo = from < to ? from : to, hi = from < to ? to : from;
    lo = lo > g.x ? lo : g.x;
    hi = hi < (double)g.x + g.w ? hi : (double)g.x + g.w;
    app->band = (struct gf_band){hi - lo >= 1, lo, hi};
    app->changed = true;
}

/* Commands that need something to look at. */
static void do_in_scene(struct gf_app *app, const struct gf_act *act)
{
    uint32_t n = app->scene->profile->frames.n;
    switch (act->what) {
    case GF_DO_ZOOM_TO:
        if (act->node < n)
            gf_nav_zoom_to(app, act->node);
        break;
    case GF_DO_ZOOM_AT:
        gf_nav_zoom_at(app, act->amount, act->x);
        break;
    case GF_DO_PAN:
        gf_nav_pan(app, act->amount);
        break;
    case GF_DO_SCROLL:
        gf_nav_scroll(app, act->amount);
        break;
    case GF_DO_BAND:
        mark_band(app, act->x, act->y);
        break;
    case GF_DO_BAND_FIT:
        if (app->band.on)
            gf_nav_zoom_range(app, app->band.from, app->band.to);
        app->band.on = false;
        break;
    case GF_DO_CENTER:
        gf_nav_center(app, act->amount);
        break;
    case GF_DO_SHOW_ALL:
        gf_nav_show_all(app);
        break;
    case GF_DO_BACK:
        go_back(app);
        break;
    case GF_DO_FORWARD:
        go_forward(app);
        break;
    case GF_DO_SELECT:
        app->table.focus = false; /* the keyboard goes where one selects */
        gf_select(app, act->node);
        break;
    case GF_DO_SELECT_MOVE:
        gf_select_move(app, (enum gf_direction)(int)act->amount);
        break;
    case GF_DO_FIT:
        fit_selected(app);
        break;
    case GF_DO_COPY:
        if (act->amount > GF_COPY_NOTHING && act->amount <= GF_COPY_FOLDED)
            app->wishes.copy = (enum gf_copy)(int)act->amount;
        break;
    case GF_DO_ORDER:
        gf_lens_turn(&app->lens,
                     app->lens.order == GF_ORDER_NAME ? GF_ORDER_WEIGHT : GF_ORDER_NAME);
        lens_changed(app);
        break;
    case GF_DO_LENS:
        look_through(app, act);
        break;
    case GF_DO_SAVE_PNG:
        app->wishes.save_png = true;
        break;
    case GF_DO_SAVE_SVG:
        app->wishes.save_svg = true;
        break;
    case GF_DO_EXPORT:
        if (act->amount > 0)
            app->wishes.export_pprof = true;
        else
            app->wishes.export = true;
        break;
    default:
        break;
    }
}

static void resize(struct gf_app *app, double width, double height)
{
    /* The draw list's coordinates have 15 bits. */
    app->width = width >= 1 ? width <= INT16_MAX ? (int32_t)width : INT16_MAX : 1;
    app->height = height >= 1 ? height <= INT16_MAX ? (int32_t)height : INT16_MAX : 1;
}

static void reshape(struct gf_app *app, const struct gf_act *act)
{
    if (act->what == GF_DO_RESIZE)
        resize(app, act->x, act->y);
    else if (act->what == GF_DO_SCALE && act->amount >= 0.25 && act->amount <= 16)
        app->scale = act->amount;
    else if (act->what == GF_DO_INVERT && gf_in_sandwich(app))
        gf_app_toast(app, "In a sandwich callers stand above, callees below");
    else if (act->what == GF_DO_INVERT)
        app->inverted = !app->inverted;
    if (app->scene) {
        if (app->glide.on)
            gf_nav_clamp_scroll(app, &app->glide.to);
        gf_nav_clamp_scroll(app, &app->view);
    }
    app->changed = true;
}

/* Everything becomes larger by a tenth, or smaller; amount 0: as the screen has it. */
static void enlarge(struct gf_app *app, double amount)
{
    double wanted = amount == 0 ? 1 : app->user_scale * (amount > 0 ? 1.1 : 1 / 1.1);
    wanted = fabs(wanted - 1) < 0.01 ? 1 : wanted;
    app->user_scale = wanted < 0.5 ? 0.5 : wanted > 8 ? 8 : wanted;
    app->changed = true;
}

void gf_app_do(struct gf_app *app, const struct gf_act *act)
{
    switch (act->what) {
    case GF_DO_NOTHING:
        return;
    case GF_DO_QUIT:
        app->wishes.quit = true;
        return;
    case GF_DO_FULLSCREEN:
        app->wishes.fullscreen = true;
        return;
    case GF_DO_RESIZE:
    case GF_DO_SCALE:
    case GF_DO_INVERT:
        reshape(app, act);
        break;
    case GF_DO_POINT:
        point(app, act->x, act->y);
        break;
    case GF_DO_LEAVE:
        app->pointing = false;
        break;
    case GF_DO_ESCAPE:
        escape(app);
        break;
    case GF_DO_STOP:
        if (act->amount > 0)
            gf_stop_load(app);
        else
            gf_stop_work(app);
        break;
    case GF_DO_HELP_MOVE:
        gf_help_move(app, act->x, act->amount);
        break;
    case GF_DO_LINE_PASTE:
        app->wishes.paste = gf_app_typing(app);
        break;
    case GF_DO_LARGER:
        enlarge(app, act->amount);
        break;
    case GF_DO_HELP:
        app->help = !app->help;
        app->help_line = 0;
        app->changed = true;
        break;
    default:
        if (!gf_colors_do(app, act) && !gf_drop_do(app, act) && !gf_open_do(app, act) &&
            !gf_narrow_do(app, act) && !gf_find_do_search(app, act) && app->scene &&
            !gf_menu_do(app, act) && !gf_table_do(app, act) && !gf_compare_do(app, act) &&
            !gf_find_do_match(app, act))
            do_in_scene(app, act);
        break;
    }
    gf_app_look(app);
}
