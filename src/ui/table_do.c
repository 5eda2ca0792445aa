#include "ui/table_do.h"

#include <math.h>

#include "ui/find.h"
#include "ui/narrow_do.h"
#include "ui/nav.h"
#include "ui/table_draw.h"

bool gf_table_has_keys(const struct gf_app *app)
{
    return app->table.open && app->table.focus;
}

void gf_table_clamp(struct gf_app *app)
{
    double most = gf_table_max_scroll(app);
    app->table.scroll = app->table.scroll > most ? most : app->table.scroll;
    app->table.scroll = app->table.scroll > 0 ? app->table.scroll : 0;
}

int32_t gf_table_page(const struct gf_app *app)
{
    int32_t rows = gf_app_panes(app).table.h / gf_table_row_height(app->scale) - 2;
    return rows > 1 ? rows : 1;
}

/* Scrolls no further than it takes to see the row that keys are at. */
static void reveal(struct gf_app *app)
{
    struct gf_table *t = &app->table;
    int32_t row = gf_table_row_height(app->scale);
    double room = gf_app_panes(app).table.h - row; /* below the heading */
    double top = (double)t->at * row, bottom = top + row;
    if (t->scroll > top)
        t->scroll = top;
    if (t->scroll < bottom - room)
        t->scroll = ceil((bottom - room) / row) * row;
    gf_table_clamp(app);
}

/* ---- what is made of it ---- */

void gf_table_note_picked(struct gf_app *app)
{
    const struct gf_functions *all = app->table.functions;
    app->picked_row = UINT32_MAX;
    for (uint32_t i = 0; all && app->picked != GF_NO_NAME && i < all->n; i++)
        if (all->items[i].name == app->picked)
            app->picked_row = i;
}

void gf_app_tabulated(struct gf_app *app, struct gf_functions *functions)
{
    if (functions->cancelled && !app->table.functions && app->table.open) {
        app->table.open = app->table.focus = false;
        gf_app_toast(app, "The table was not made");
    }
    if (functions->cancelled || !app->scene || !gf_scene_same_names(functions->scene, app->scene)) {
        gf_functions_free(functions);
        return;
    }
    gf_table_set(&app->table, functions);
    gf_table_filter(&app->table, app->searches.marks);
    gf_table_note_picked(app);
    gf_table_clamp(app);
    app->changed = true;
}

const struct gf_change *gf_app_picked(const struct gf_app *app)
{
    const struct gf_functions *all = app->table.functions;
    if (app->picked == GF_NO_NAME || !all || app->picked_row >= all->n ||
        all->items[app->picked_row].name != app->picked)
        return NULL;
    return &all->items[app->picked_row];
}

/* ---- columns ---- */

/* In the order on the screen; that of a profile with one side begins at SINGLE. */
static const enum gf_column_of columns[] = {
    GF_BY_SELF_BEFORE, GF_BY_SELF,         GF_BY_SELF_CHANGE, GF_BY_TOTAL_BEFORE,
    GF_BY_TOTAL,       GF_BY_TOTAL_CHANGE, GF_BY_NAME,
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void sort_by(struct gf_app *app, enum gf_column_of by, bool reversed)
{
    struct gf_table *t = &app->table;
    if (t->functions && !t->functions->order[by])
        return;
    t->sort = by;
    t->reversed = reversed;
    t->sorted = true;
    /* Whoever sorts wants to see what comes first. */
    t->at = 0;
    t->nrows = 0;
    t->scroll = 0;
    gf_table_filter(t, app->searches.marks);
}

static void sort_beside(struct gf_app *app, bool right)
{
    const struct gf_table *t = &app->table;
    int at = 0;
    while (at < COLUMNS - 1 && columns[at] != t->sort)
        at++;
    for (int i = 0; i < COLUMNS && t->functions; i++) {
        at = (at + (right ? 1 : COLUMNS - 1)) % COLUMNS;
        if (t->functions->order[columns[at]]) {
            sort_by(app, columns[at], false);
            return;
        }
    }
}

/* ---- rows ---- */

static void move(struct gf_app *app, double rows)
{
    struct gf_table *t = &app->table;
    if (t->nrows == 0)
        return;
    double to = (double)t->at + rows;
    t->at = to < 0 ? 0 : to > t->nrows - 1 ? t->nrows - 1 : (uint32_t)to;
    reveal(app);
}

static void toggle_pick(struct gf_app *app, uint32_t name)
{
    gf_find_pick(app, name == app->picked ? GF_NO_NAME : name);
}

/* A click on a row: the keyboard goes there too. */
static void point(struct gf_app *app, uint32_t name)
{
    struct gf_table *t = &app->table;
    for (uint32_t i = 0; i < t->nrows; i++)
        if (t->functions->items[t->rows[i]].name == name)
            t->at = i;
    t->focus = true;
    toggle_pick(app, name);
}

static void open_or_close(struct gf_app *app)
{
    struct gf_table *t = &app->table;
    t->open = t->focus = !t->open;
    app->wishes.tabulate |= t->open && !t->functions;
    if (t->open)
        reveal(app);
    gf_nav_clamp_scroll(app, &app->view);
}

/* ---- the keyboard ---- */

/* Its stops are the picture, the chips and the open table. */
static void move_focus(struct gf_app *app, bool forward)
{
    struct gf_table *t = &app->table;
    int chips = (int)(app->narrow.n + app->searches.n), stops = chips + 2;
    if (!t->open) { /* the picture has it anyway */
        gf_chip_move(app, forward);
        return;
    }
    int at = t->focus ? chips + 1 : app->chip + 1;
    at = (at + (forward ? 1 : stops - 1)) % stops;
    t->focus = at == chips + 1;
    app->chip = -1;
    if (at > 0 && !t->focus) {
        app->chip = at - 2;
        gf_chip_move(app, true);
    }
}

bool gf_table_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_table *t = &app->table;
    switch (act->what) {
    case GF_DO_TABLE:
        open_or_close(app);
        break;
    case GF_DO_TABLE_SORT:
        if (act->amount >= 0 && act->amount < GF_COLUMNS) {
            enum gf_column_of by = (enum gf_column_of)(int)act->amount;
            sort_by(app, by, by == t->sort && !t->reversed);
        }
        break;
    case GF_DO_TABLE_COLUMN:
        sort_beside(app, act->amount > 0);
        break;
    case GF_DO_TABLE_REVERSE:
        sort_by(app, t->sort, !t->reversed);
        break;
    case GF_DO_TABLE_SCROLL:
        t->scroll += act->amount;
        gf_table_clamp(app);
        break;
    case GF_DO_TABLE_MOVE:
        move(app, act->amount);
        break;
    case GF_DO_TABLE_TAKE:
        if (t->nrows > 0)
            toggle_pick(app, gf_table_name(t));
        break;
    case GF_DO_TABLE_POINT:
        point(app, act->node);
        break;
    case GF_DO_PICK:
        toggle_pick(app, act->node);
        break;
    case GF_DO_FOCUS:
        move_focus(app, act->amount > 0);
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}
