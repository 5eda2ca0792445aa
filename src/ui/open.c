#include "ui/open.h"

#include <stdio.h>
#include <string.h>

#include "ui/drop.h"
#include "ui/find.h"
#include "ui/panels.h"

/* Design pixels. */
enum { LINE = 30, NAME_LINE = 20, PAD = 16, WIDTH = 560, EDGE = 8, INNER = 8 };
/* Names that are listed at most. */
enum { LISTED = 12 };

/* ---- the state ---- */

static void forget_names(struct gf_opening *o)
{
    gf_names_free(o->names);
    o->names = NULL;
    o->wrong[0] = '\0';
    o->wanted = GF_OPEN_NOTHING; /* of a path that is not there any more */
}

void gf_open_close(struct gf_app *app)
{
    forget_names(&app->opening);
    app->opening.open = false;
    app->changed = true;
}

void gf_open_free(struct gf_app *app)
{
    forget_names(&app->opening);
}

/* The folder of the last path is where the next one likely is. */
static void open_line(struct gf_app *app)
{
    struct gf_opening *o = &app->opening;
    if (o->open)
        return;
    forget_names(o);
    while (o->line.n > 0 && o->line.text[o->line.n - 1] != '/')
        gf_line_erase(&o->line, false);
    gf_find_do_search(app, &(struct gf_act){.what = GF_DO_SEARCH_KEEP});
    app->narrow.ask.open = app->help = app->menu.open = false;
    o->open = true;
}

static void want(struct gf_app *app, enum gf_open_wish what)
{
    app->opening.wanted = what;
    app->wishes.look_up = true;
}

/* A name of the list takes the place of what was typed of it. */
static void take_name(struct gf_app *app, double index)
{
    struct gf_opening *o = &app->opening;
    char path[2 * GF_LINE_BYTES];
    if (!o->names || !(index >= 0 && index < (double)o->names->n))
        return;
    const char *slash = strrchr(o->line.text, '/');
    int before = slash ? (int)(slash - o->line.text) + 1 : 0;
    int n =
        snprintf(path, sizeof path, "%.*s%s", before, o->line.text, o->names->items[(size_t)index]);
    if (n < 0 || n >= GF_LINE_BYTES)
        return;
    gf_line_set(&o->line, path);
    forget_names(o);
    if (o->line.text[o->line.n - 1] == '/') /* on into the folder */
        want(app, GF_OPEN_COMPLETE);
}

/* Back to the slash before. */
static void erase(struct gf_line *line, bool word)
{
    do
        gf_line_erase(line, false);
    while (word && line->n > 0 && line->text[line->n - 1] != '/');
}

/* The commands while a path is typed. */
static bool edit(struct gf_app *app, const struct gf_act *act)
{
    struct gf_opening *o = &app->opening;
    if (act->what == GF_DO_TYPE && act->amount >= 0 && act->amount < 0x110000)
        gf_line_put(&o->line, (uint32_t)act->amount);
    else if (act->what == GF_DO_ERASE)
        erase(&o->line, act->amount > 0);
    else if (act->what == GF_DO_LINE_SET)
        gf_line_set(&o->line, act->text ? act->text : "");
    else
        return false;
    forget_names(o);
    return true;
}

bool gf_open_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_opening *o = &app->opening;
    switch (act->what) {
    case GF_DO_OPEN:
        open_line(app);
        break;
    case GF_DO_OPEN_FILE:
        open_line(app);
        gf_line_set(&o->line, act->text ? act->text : "");
        want(app, act->amount > 0 ? GF_OPEN_COMPARE : GF_OPEN_ADD);
        break;
    case GF_DO_OPEN_COMPLETE:
        if (o->open)
            want(app, GF_OPEN_COMPLETE);
        break;
    case GF_DO_OPEN_NAME:
        take_name(app, act->amount);
        break;
    case GF_DO_LINE_ACCEPT:
        if (!o->open)
            return false;
        want(app, act->amount > 0 ? GF_OPEN_COMPARE : GF_OPEN_ADD);
        break;
    case GF_DO_LINE_CANCEL:
        if (!o->open)
            return false;
        gf_open_close(app);
        break;
    default:
        if (!o->open || !edit(app, act))
            return false;
        break;
    }
    app->changed = true;
    return true;
}

/* ---- what is looked up ---- */

struct gf_job *gf_open_job(struct gf_app *app, int kind)
{
    const char *typed = app->opening.line.text;
    return app->opening.wanted == GF_OPEN_COMPLETE ? gf_names_job(typed, kind)
                                                   : gf_names_check_job(typed, kind);
}

static void take_completion(struct gf_opening *o, struct gf_names *names)
{
    if (strlen(names->typed) < GF_LINE_BYTES)
        gf_line_set(&o->line, names->typed);
    if (names->err.code != GF_OK)
        snprintf(o->wrong, sizeof o->wrong, "%.150s", names->err.message);
    else if (names->all == 0 && strcmp(names->typed, "~/") != 0)
        snprintf(o->wrong, sizeof o->wrong, "Nothing begins like that");
    o->names = names;
}

/* The path can be read: it goes the way of what is dropped. */
static void take_path(struct gf_app *app, struct gf_names *names, bool compare)
{
    gf_open_close(app);
    gf_app_do(app, &(struct gf_act){.what = GF_DO_DROP, .text = names->path});
    gf_app_do(app, &(struct gf_act){.what = compare ? GF_DO_DROP_COMPARE : GF_DO_DROP_ADD});
    gf_names_free(names);
}

void gf_app_looked_up(struct gf_app *app, struct gf_names *names)
{
    struct gf_opening *o = &app->opening;
    enum gf_open_wish wanted = o->wanted;
    bool check = names->path != NULL;
    app->changed = true;
    if (!o->open || wanted == GF_OPEN_NOTHING || check != (wanted != GF_OPEN_COMPLETE) ||
        strcmp(names->asked, o->line.text) != 0) {
        gf_names_free(names);
        return;
    }
    forget_names(o);
    if (!check) {
        take_completion(o, names);
    } else if (names->err.code == GF_OK) {
        take_path(app, names, wanted == GF_OPEN_COMPARE);
    } else {
        snprintf(o->wrong, sizeof o->wrong, "%.150s", names->err.message);
        gf_names_free(names);
    }
}

/* ---- how it looks ---- */

/* A line of the list; the last one may say that there are more. */
static void draw_name(struct gf_panel *p, struct gf_box row, size_t i, size_t listed)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_names *names = p->app->opening.names;
    struct gf_pen_style style = {.color = pen->theme->text}, dim = {.color = pen->theme->text_dim};
    if (i + 1 == listed && names->all > listed) {
        char more[48];
        int n = snprintf(more, sizeof more, "and %zu more", names->all - i);
        gf_pen_text(pen, row, dim, more, n > 0 ? (size_t)n : 0);
        return;
    }
    if (gf_panel_pointed(p, row))
        gf_pen_box(pen, row, pen->theme->rule);
    gf_pen_text(pen, row, style, names->items[i], strlen(names->items[i]));
    gf_panel_zone(p, row, (struct gf_act){.what = GF_DO_OPEN_NAME, .amount = (double)i});
}

/* Lines below the field: names, or what is wrong. */
static size_t lines_below(const struct gf_opening *o, int32_t room, int32_t line)
{
    size_t most = room > 0 && line > 0 ? (size_t)(room / line) : 0;
    size_t n = o->wrong[0] ? 1 : o->names && o->names->all > 1 ? o->names->n : 0;
    n = n > LISTED ? LISTED : n;
    return n < most ? n : most;
}

/* A path to type, over everything. */
void gf_panel_open(struct gf_panel *p)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_app *app = p->app;
    const struct gf_opening *o = &app->opening;
    const struct gf_theme *t = pen->theme;
    int32_t line = gf_pen_px(pen, LINE), pad = gf_pen_px(pen, PAD), w = gf_pen_px(pen, WIDTH);
    int32_t edge = gf_pen_px(pen, EDGE), inner = gf_pen_px(pen, INNER);
    int32_t name_line = gf_pen_px(pen, NAME_LINE), one = gf_pen_hairline(pen);
    if (5 * line + 2 * pad > app->height - 2 * edge) { /* a low window */
        pad = edge;
        line = (app->height - 4 * edge) / 5;
    }
    w = w < app->width - 2 * edge ? w : app->width - 2 * edge;
    int32_t base = 5 * line + 2 * pad, top = gf_app_panes(app).graph.y;
    top = top + base < app->height - edge ? top : edge;
    size_t below = lines_below(o, app->height - edge - top - base - inner, name_line);
    int32_t list = below > 0 ? (int32_t)below * name_line + inner : 0;
    struct gf_box box = {(app->width - w) / 2, top, w, base + list};
    gf_panel_dialog(p, box, (struct gf_act){.what = GF_DO_LINE_CANCEL});
    gf_panel_zone(p, box, (struct gf_act){.what = GF_DO_NOTHING});
    struct gf_pen_style head = {.color = t->text, .bold = true}, dim = {.color = t->text_dim},
                        bad = {.color = t->accent};
    struct gf_box row = {box.x + pad, box.y + pad, box.w - 2 * pad, line};
    static const char title[] = "Open a file or a folder", tab[] = "Tab completes";
    int32_t x = gf_pen_text_right(pen, row, dim, tab, sizeof tab - 1);
    gf_pen_text(pen, (struct gf_box){row.x, row.y, x - inner - row.x, row.h}, head, title,
                sizeof title - 1);
    row.y += line;
    struct gf_box field = {row.x, row.y + one, row.w, row.h - 3 * one};
    gf_pen_box(pen, field, t->background);
    gf_pen_outline(pen, field, one, t->accent);
    gf_panel_field(p, (struct gf_box){field.x + inner, field.y, field.w - 2 * inner, field.h},
                   (struct gf_pen_style){.color = t->text}, &o->line, "path");
    row.y += line;
    struct gf_box name = {row.x, row.y, row.w, name_line};
    for (size_t i = 0; i < below; i++, name.y += name_line) {
        struct gf_box text = {name.x + inner, name.y, name.w - 2 * inner, name.h};
        if (o->wrong[0])
            gf_pen_text(pen, text, bad, o->wrong, strlen(o->wrong));
        else
            draw_name(p, text, i, below);
    }
    row.y += list;
    gf_panel_choice(p, row, "Add to this profile", "Enter",
                    (struct gf_act){.what = GF_DO_LINE_ACCEPT});
    row.y += line;
    gf_panel_choice(p, row, "Compare: this profile is before, that is after", "Ctrl-Enter",
                    (struct gf_act){.what = GF_DO_LINE_ACCEPT, .amount = 1});
    row.y += line;
    gf_panel_choice(p, row, "Cancel", "Esc", (struct gf_act){.what = GF_DO_LINE_CANCEL});
}
