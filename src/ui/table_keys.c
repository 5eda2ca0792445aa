#include "ui/table_keys.h"

#include "ui/keys.h"
#include "ui/table_do.h"

/* Further than any table has rows. */
#define ALL_ROWS 1e10

static bool on_row_key(struct gf_app *app, int key)
{
    int32_t page = gf_table_page(app);
    switch (key) {
    case GF_KEY_UP:
    case GF_KEY_DOWN:
        gf_issue_amount(app, GF_DO_TABLE_MOVE, key == GF_KEY_UP ? -1 : 1);
        return true;
    case GF_KEY_PAGE_UP:
    case GF_KEY_PAGE_DOWN:
        gf_issue_amount(app, GF_DO_TABLE_MOVE, key == GF_KEY_PAGE_UP ? -page : page);
        return true;
    default:
        return false;
    }
}

/* A search that is typed filters the table: Enter takes the row that the keys are at. */
static bool on_key_while_typing(struct gf_app *app, const struct gf_event *e)
{
    if ((e->key != GF_KEY_ENTER && e->key != GF_KEY_KP_ENTER) || app->narrow.ask.open ||
        (e->mods & GF_MOD_CONTROL))
        return !app->narrow.ask.open && on_row_key(app, e->key);
    gf_issue_amount(app, GF_DO_LINE_ACCEPT, 0);
    gf_issue_amount(app, GF_DO_TABLE_TAKE, 0);
    return true;
}

bool gf_table_key(struct gf_app *app, const struct gf_event *e)
{
    if (app->help || app->menu.open || app->drops.asking || app->opening.open)
        return false;
    if (gf_app_typing(app))
        return on_key_while_typing(app, e);
    if (e->mods & (GF_MOD_CONTROL | GF_MOD_ALT | GF_MOD_SHIFT))
        return false;
    if (on_row_key(app, e->key))
        return true;
    switch (e->key) {
    case GF_KEY_HOME:
    case GF_KEY_END:
        gf_issue_amount(app, GF_DO_TABLE_MOVE, e->key == GF_KEY_HOME ? -ALL_ROWS : ALL_ROWS);
        return true;
    case GF_KEY_LEFT:
    case GF_KEY_RIGHT:
        gf_issue_amount(app, GF_DO_TABLE_COLUMN, e->key == GF_KEY_LEFT ? -1 : 1);
        return true;
    case GF_KEY_SPACE:
        gf_issue_amount(app, GF_DO_TABLE_REVERSE, 0);
        return true;
    case GF_KEY_ENTER:
    case GF_KEY_KP_ENTER:
        gf_issue_amount(app, GF_DO_TABLE_TAKE, 0);
        return true;
    default:
        return false;
    }
}
