#include "ui/narrow_do.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ui/adopt.h"
#include "ui/find.h"
#include "ui/select.h"

void gf_narrow_again(struct gf_app *app)
{
    app->chip = -1;
    app->changed = true;
    if (!app->read)
        return;
    app->narrow.working = app->narrow.outdated = false;
    app->wishes.narrow = app->narrow.n > 0;
    if (app->narrow.n > 0)
        return;
    app->narrow.shown = app->narrow.state;
    gf_adopt_base(app, gf_scene_hold(app->read));
}

/* Back to the steps of the base; where these are not known any more, without the last one. */
static void revert(struct gf_app *app)
{
    struct gf_narrowing *all = &app->narrow;
    bool outdated = all->outdated, known = gf_narrowing_revert(all);
    all->working = all->outdated = app->wishes.narrow = false;
    if (!known && all->n > 0)
        gf_narrowing_remove(all, all->n - 1);
    app->changed = true;
    if (!known || outdated || (all->n == 0 && app->base != app->read))
        gf_narrow_again(app);
}

bool gf_narrow_can_stop(const struct gf_app *app)
{
    const struct gf_narrowing *all = &app->narrow;
    return (all->working || app->wishes.narrow) && all->state != all->shown;
}

void gf_narrow_stop(struct gf_app *app)
{
    app->wishes.stop_narrowing = true;
    revert(app);
}

/* Says what is wrong; messages of the command line name its options. */
static void complain(struct gf_app *app, const struct gf_error *err)
{
    const char *text = err->message;
    gf_app_toast(app, text + (strncmp(text, "--", 2) == 0 ? 2 : 0));
}

void gf_app_narrowed(struct gf_app *app, struct gf_narrowed *made)
{
    struct gf_narrowing *all = &app->narrow;
    if (made->seq != all->seq) { /* other steps by now */
        gf_scene_drop(made->scene);
        return;
    }
    bool again = all->outdated;
    all->working = false;
    app->changed = true;
    if (made->scene) {
        app->wishes.narrow |= again;
        all->outdated = false;
        for (unsigned i = 0; i < all->n; i++)
            all->items[i].dropped = made->dropped[i];
        all->shown = all->state;
        gf_adopt_base(app, made->scene);
        return;
    }
    /* What a step keeps may still be to come. */
    if (made->err.code == GF_ERR_EMPTY && (app->loading || again)) {
        app->wishes.narrow |= again;
        all->outdated = false;
        return;
    }
    complain(app, &made->err);
    if (all->state == all->shown) { /* it has come to nothing in what was read since */
        gf_narrowing_remove(all, all->n - 1);
        gf_narrow_again(app);
        return;
    }
    revert(app);
}

/* ---- steps ---- */

static bool add(struct gf_app *app, const struct gf_narrow_cut *step, struct gf_error *err)
{
    if (!gf_narrowing_add(&app->narrow, step, err))
        return false;
    gf_narrow_again(app);
    return true;
}

/* A share as people type it: "0.5", "0.5%". */
static bool percent_of(const char *text, double *out)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    end += strspn(end, " ");
    end += *end == '%';
    return end != text && *end == '\0' && errno == 0;
}

/* The step that a typed text stands for. */
static bool add_typed(struct gf_app *app, enum gf_narrow_kind kind, const char *text,
                      struct gf_error *err)
{
    struct gf_narrow_cut step = {.kind = kind};
    if (kind == GF_NARROW_BELOW && !percent_of(text, &step.percent))
        return gf_fail(err, GF_ERR_USAGE, "below needs a share such as 0.5%%");
    if (gf_narrow_has_pattern(kind) && text[0] == '\0')
        return gf_fail(err, GF_ERR_USAGE, "%s needs a name or /expression/", gf_narrow_name(kind));
    char share[32];
    if (kind == GF_NARROW_BELOW) { /* what was typed may have been a bare number */
        snprintf(share, sizeof share, "%g%%", step.percent);
        text = share;
    }
    if (text[0]) {
        step.text = text;
        step.n = strlen(text);
    }
    return add(app, &step, err);
}

static void add_name(struct gf_app *app, enum gf_narrow_kind kind, uint32_t name)
{
    const struct gf_name_table *names = &app->scene->profile->frames.names;
    if (name >= names->n) {
        gf_app_toast(app, "Select a frame first");
        return;
    }
    struct gf_error err;
    const struct gf_narrow_cut step = {.kind = kind,
                                       .text = names->bytes + names->offset[name],
                                       .n = (size_t)(names->offset[name + 1] - names->offset[name]),
                                       .exact = true};
    if (!add(app, &step, &err))
        complain(app, &err);
}

static void narrow(struct gf_app *app, const struct gf_act *act)
{
    struct gf_error err;
    if (!(act->amount >= 0 && act->amount < GF_NARROW_KINDS))
        return;
    enum gf_narrow_kind kind = (enum gf_narrow_kind)(int)act->amount;
    if (!act->text && gf_narrow_has_pattern(kind))
        add_name(app, kind, gf_name_at_hand(app, act->node));
    else if (!add_typed(app, kind, act->text ? act->text : "", &err))
        complain(app, &err);
}

/* ---- the question for a pattern ---- */

static void ask(struct gf_app *app, double kind)
{
    struct gf_ask *a = &app->narrow.ask;
    const struct gf_searches *all = &app->searches;
    if (!(kind >= 0 && kind < GF_NARROW_KINDS))
        return;
    gf_find_do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_KEEP});
    *a = (struct gf_ask){.open = true, .kind = (enum gf_narrow_kind)(int)kind};
    /* What was looked for is mostly what it is about. */
    if (gf_narrow_has_pattern(a->kind) && all->n > 0)
        gf_line_set(&a->line, all->items[all->active].line.text);
    app->help = false;
}

static void accept(struct gf_app *app)
{
    struct gf_ask *a = &app->narrow.ask;
    struct gf_error err;
    if (add_typed(app, a->kind, a->line.text, &err))
        a->open = false;
    else
        snprintf(a->wrong, sizeof a->wrong, "%.150s", err.message);
}

static bool do_ask(struct gf_app *app, const struct gf_act *act)
{
    struct gf_ask *a = &app->narrow.ask;
    if (!a->open)
        return false;
    if (act->what == GF_DO_TYPE && act->amount >= 0 && act->amount < 0x110000)
        gf_line_put(&a->line, (uint32_t)act->amount);
    else if (act->what == GF_DO_ERASE)
        gf_line_erase(&a->line, act->amount > 0);
    else if (act->what == GF_DO_LINE_SET)
        gf_line_set(&a->line, act->text ? act->text : "");
    else if (act->what == GF_DO_LINE_ACCEPT)
        accept(app);
    else if (act->what == GF_DO_LINE_CANCEL)
        a->open = false;
    else
        return false;
    if (act->what != GF_DO_LINE_ACCEPT)
        a->wrong[0] = '\0';
    app->changed = true;
    return true;
}

/* ---- the chips ---- */

void gf_chip_move(struct gf_app *app, bool forward)
{
    int n = (int)(app->narrow.n + app->searches.n);
    app->changed = true;
    if (n == 0)
        return;
    if (app->chip < 0)
        app->chip = forward ? 0 : n - 1;
    else
        app->chip = (app->chip + (forward ? 1 : n - 1)) % n;
    int search = app->chip - (int)app->narrow.n;
    if (search >= 0)
        gf_find_do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_ACTIVATE, .amount = search});
}

void gf_chip_remove(struct gf_app *app)
{
    int search = app->chip - (int)app->narrow.n;
    if (app->chip < 0)
        return;
    if (search < 0) {
        gf_narrowing_remove(&app->narrow, (unsigned)app->chip);
        gf_narrow_again(app);
    } else {
        gf_find_do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_REMOVE, .amount = search});
    }
    app->chip = -1;
}

bool gf_narrow_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_narrowing *all = &app->narrow;
    switch (act->what) {
    case GF_DO_NARROW:
        if (app->scene)
            narrow(app, act);
        break;
    case GF_DO_NARROW_ASK:
        ask(app, act->amount);
        break;
    case GF_DO_NARROW_UNDO:
        if (gf_narrowing_undo(all))
            gf_narrow_again(app);
        break;
    case GF_DO_NARROW_REDO:
        if (gf_narrowing_redo(all))
            gf_narrow_again(app);
        break;
    case GF_DO_NARROW_REMOVE:
        if (all->n == 0)
            break;
        gf_narrowing_remove(all, act->amount >= 0 && act->amount < GF_STEPS ? (unsigned)act->amount
                                                                            : all->n - 1);
        gf_narrow_again(app);
        break;
    case GF_DO_NARROW_CLEAR:
        gf_narrowing_clear(all);
        gf_narrow_again(app);
        break;
    case GF_DO_CHIP:
        gf_chip_move(app, act->amount > 0);
        break;
    case GF_DO_CHIP_REMOVE:
        gf_chip_remove(app);
        break;
    default:
        return do_ask(app, act);
    }
    app->changed = true;
    return true;
}
