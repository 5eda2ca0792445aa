#include "ui/find.h"

#include <stdio.h>
#include <stdlib.h>

#include "ui/marks.h"
#include "ui/nav.h"
#include "ui/select.h"
#include "ui/table_do.h"

void gf_find_refresh(struct gf_app *app)
{
    gf_searches_mark(&app->searches, app->scene);
    gf_marks_refresh(app);
    gf_table_filter(&app->table, app->searches.marks);
    gf_table_clamp(app);
    app->changed = true;
}

void gf_app_found(struct gf_app *app, struct gf_found *found)
{
    struct gf_searches *all = &app->searches;
    for (unsigned i = 0; i < all->n && found->scene == app->scene; i++) {
        struct gf_search *s = &all->items[i];
        if (s->serial != found->serial)
            continue;
        gf_found_free(s->found);
        s->found = found;
        gf_find_refresh(app);
        return;
    }
    gf_found_free(found);
}

static void pick(struct gf_app *app, uint32_t name)
{
    free(app->picked_marks);
    app->picked_marks = NULL;
    app->picked = GF_NO_NAME;
    app->changed = true;
    if (!app->scene || name >= app->scene->profile->frames.names.n)
        return;
    app->picked_marks = calloc(app->scene->profile->frames.names.n, 1);
    if (!app->picked_marks)
        return;
    app->picked_marks[name] = 1;
    app->picked = name;
    app->wishes.tabulate |= app->table.functions == NULL;
    gf_table_note_picked(app);
}

void gf_find_pick(struct gf_app *app, uint32_t name)
{
    pick(app, name);
    gf_marks_refresh(app);
}

/* ---- the searches ---- */

/* The active text has changed: what was found is found no more, but stays in sight until the next
 * result. */
static void edited(struct gf_app *app)
{
    struct gf_search *s = &app->searches.items[app->searches.active];
    gf_search_edited(&app->searches);
    gf_find_pick(app, GF_NO_NAME);
    app->wishes.search = true;
    if (s->line.n > 0)
        return;
    gf_found_free(s->found);
    s->found = NULL;
    gf_find_refresh(app);
}

static void remove_search(struct gf_app *app, unsigned i)
{
    gf_searches_remove(&app->searches, i);
    gf_find_refresh(app);
}

/* The keyboard leaves the searches; one without a text goes. */
static void stop_typing(struct gf_app *app)
{
    struct gf_searches *all = &app->searches;
    all->typing = false;
    for (unsigned i = all->n; i-- > 0;)
        if (all->items[i].line.n == 0)
            remove_search(app, i);
}

static void activate(struct gf_app *app, double index)
{
    struct gf_searches *all = &app->searches;
    if (!(index >= 0 && index < all->n))
        return;
    all->active = (unsigned)index;
    gf_find_pick(app, GF_NO_NAME);
    gf_find_refresh(app);
}

/* Another search than those there are, with the keyboard. */
static void add(struct gf_app *app)
{
    char text[80];
    stop_typing(app);
    if (gf_searches_add(&app->searches)) {
        app->searches.typing = true;
        app->help = false;
        return;
    }
    snprintf(text, sizeof text, "No more than %d searches at once: close one first", GF_SEARCHES);
    gf_app_toast(app, text);
}

static void set(struct gf_app *app, const char *text)
{
    struct gf_searches *all = &app->searches;
    if (all->n == 0 && text[0])
        gf_searches_add(all);
    if (all->n > 0 && gf_line_set(&all->items[all->active].line, text))
        edited(app);
    if (!all->typing)
        stop_typing(app); /* an empty one is none */
}

/* The commands that edit the active search. */
static void edit(struct gf_app *app, const struct gf_act *act)
{
    struct gf_searches *all = &app->searches;
    struct gf_search *s = &all->items[all->active];
    bool changed = false;
    if (all->n == 0)
        return;
    if (act->what == GF_DO_TYPE)
        changed = act->amount >= 0 && act->amount < 0x110000 &&
                  gf_line_put(&s->line, (uint32_t)act->amount);
    else if (act->what == GF_DO_ERASE)
        changed = gf_line_erase(&s->line, act->amount > 0);
    else if (act->what == GF_DO_LINE_SET)
        changed = gf_line_set(&s->line, act->text ? act->text : "");
    else if (act->what == GF_DO_SEARCH_CASE)
        changed = true;
    if (act->what == GF_DO_SEARCH_CASE)
        s->match_case = !s->match_case;
    if (changed)
        edited(app);
}

bool gf_find_do_search(struct gf_app *app, const struct gf_act *act)
{
    struct gf_searches *all = &app->searches;
    switch (act->what) {
    case GF_DO_SEARCH_OPEN:
        if (all->n == 0)
            gf_searches_add(all);
        all->typing = true;
        app->help = false;
        break;
    case GF_DO_SEARCH_ADD:
        add(app);
        break;
    case GF_DO_SEARCH_ACTIVATE:
        activate(app, act->amount);
        break;
    case GF_DO_TYPE:
    case GF_DO_ERASE:
    case GF_DO_LINE_SET:
    case GF_DO_SEARCH_CASE:
        edit(app, act);
        break;
    case GF_DO_SEARCH_SET:
        set(app, act->text ? act->text : "");
        break;
    case GF_DO_SEARCH_REMOVE:
    case GF_DO_LINE_CANCEL:
        all->typing = false;
        remove_search(app, act->what == GF_DO_SEARCH_REMOVE && act->amount >= 0 &&
                                   act->amount < GF_SEARCHES
                               ? (unsigned)act->amount
                               : all->active);
        break;
    case GF_DO_SEARCH_KEEP:
    case GF_DO_LINE_ACCEPT:
        stop_typing(app);
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}

/* ---- the matches ---- */

/* Selects the next frame of the picked function or else of the active search. */
static void step_match(struct gf_app *app, bool forward)
{
    const struct gf_searches *all = &app->searches;
    const uint8_t *matched = app->picked_marks;
    if (!matched && all->n > 0 && gf_search_valid(&all->items[all->active], app->scene))
        matched = all->items[all->active].found->matched;
    if (!matched)
        return;
    const struct gf_frames *f = &app->scene->profile->frames;
    uint32_t from = app->selected.node != GF_NO_NODE ? app->selected.node
                    : app->focus.depth > 0           ? app->focus.node - 1
                                                     : 0;
    uint32_t node = gf_search_next(f, matched, from, forward);
    if (node == GF_NO_NODE)
        return;
    gf_select(app, node);
    gf_nav_reveal(app, app->selected);
}

bool gf_find_do_match(struct gf_app *app, const struct gf_act *act)
{
    if (act->what != GF_DO_NEXT && act->what != GF_DO_PREVIOUS)
        return false;
    step_match(app, act->what == GF_DO_NEXT);
    app->changed = true;
    return true;
}
