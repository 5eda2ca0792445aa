#include "ui/drop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "ui/panels.h"

/* More files than that are a folder, which can be dropped itself. */
enum { DROPS_MAX = 1000 };
/* Design pixels. */
enum { LINE = 30, PAD = 16, WIDTH = 460, EDGE = 8 };

void gf_drop_forget(struct gf_app *app)
{
    struct gf_drops *d = &app->drops;
    while (d->n > 0)
        free(d->paths[--d->n]);
    free(d->paths);
    *d = (struct gf_drops){0};
}

static void drop(struct gf_app *app, const char *path)
{
    struct gf_drops *d = &app->drops;
    if (!path || app->wishes.add || app->wishes.compare) /* the last ones are still waiting */
        return;
    if (d->n == DROPS_MAX || !gf_grow(&d->paths, &d->cap, d->n + 1, NULL))
        return;
    char *copy = strdup(path);
    if (!copy)
        return;
    d->paths[d->n++] = copy;
    d->asking = true;
    app->help = app->menu.open = app->opening.open = false;
}

bool gf_drop_do(struct gf_app *app, const struct gf_act *act)
{
    struct gf_drops *d = &app->drops;
    switch (act->what) {
    case GF_DO_RELOAD:
        if (app->loading)
            gf_app_toast(app, "Still reading");
        else
            app->wishes.reload = true;
        break;
    case GF_DO_STALE:
        app->stale = true;
        break;
    case GF_DO_DROP:
        drop(app, act->text);
        break;
    case GF_DO_DROP_ADD:
    case GF_DO_DROP_COMPARE:
        if (!d->asking)
            break;
        d->asking = false;
        app->wishes.add = act->what == GF_DO_DROP_ADD;
        app->wishes.compare = act->what == GF_DO_DROP_COMPARE;
        break;
    case GF_DO_DROP_CANCEL:
        if (d->asking)
            gf_drop_forget(app);
        break;
    default:
        return false;
    }
    app->changed = true;
    return true;
}

void gf_panel_choice(struct gf_panel *p, struct gf_box row, const char *text, const char *key,
                     struct gf_act act)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_theme *t = pen->theme;
    int32_t inner = gf_pen_px(pen, EDGE), one = gf_pen_hairline(pen);
    struct gf_box box = {row.x, row.y + one, row.w, row.h - 3 * one};
    bool pointed = gf_panel_pointed(p, box);
    gf_pen_box(pen, box, pointed ? t->rule : t->background);
    gf_pen_outline(pen, box, one, t->rule);
    struct gf_box room = {box.x + inner, box.y, box.w - 2 * inner, box.h};
    struct gf_pen_style style = {.color = t->text}, dim = {.color = t->text_dim};
    int32_t x = gf_pen_text_right(pen, room, dim, key, strlen(key));
    room.w = x - inner - room.x;
    gf_pen_text(pen, room, style, text, strlen(text));
    gf_panel_zone(p, box, act);
}

void gf_panel_drop(struct gf_panel *p)
{
    struct gf_pen *pen = &p->pen;
    const struct gf_app *app = p->app;
    const struct gf_theme *t = pen->theme;
    int32_t line = gf_pen_px(pen, LINE), pad = gf_pen_px(pen, PAD), w = gf_pen_px(pen, WIDTH);
    int32_t edge = gf_pen_px(pen, EDGE);
    if (4 * line + 2 * pad > app->height - 2 * edge) { /* a low window */
        pad = edge;
        line = (app->height - 4 * edge) / 4;
    }
    w = w < app->width - 2 * edge ? w : app->width - 2 * edge;
    int32_t h = 4 * line + 2 * pad;
    struct gf_box box = {(app->width - w) / 2, (app->height - h) / 2, w, h};
    gf_panel_dialog(p, box, (struct gf_act){.what = GF_DO_NOTHING});
    const char *path = app->drops.paths[0], *slash = strrchr(path, '/');
    char name[160], text[224];
    gf_str_escape(name, sizeof name, slash ? slash + 1 : path, strlen(slash ? slash + 1 : path));
    int n = app->drops.n == 1 ? snprintf(text, sizeof text, "%s was dropped:", name)
                              : snprintf(text, sizeof text, "%s and %zu more were dropped:", name,
                                         app->drops.n - 1);
    struct gf_pen_style head = {.color = t->text, .bold = true};
    struct gf_box row = {box.x + pad, box.y + pad, box.w - 2 * pad, line};
    gf_pen_text(pen, row, head, text, n > 0 ? strnlen(text, sizeof text) : 0);
    row.y += line;
    gf_panel_choice(p, row, "Add to this profile", "A", (struct gf_act){.what = GF_DO_DROP_ADD});
    row.y += line;
    gf_panel_choice(p, row, "Compare: this profile is before, that is after", "C",
                    (struct gf_act){.what = GF_DO_DROP_COMPARE});
    row.y += line;
    gf_panel_choice(p, row, "Neither", "Esc", (struct gf_act){.what = GF_DO_DROP_CANCEL});
}
