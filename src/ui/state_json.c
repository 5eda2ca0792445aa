#include "ui/state_json.h"

#include <stdio.h>
#include <string.h>

#include "export/json.h"
#include "ui/stop.h"

static void put_frame(struct gf_json *j, const struct gf_app *app, const char *key,
                      struct gf_spot spot)
{
    gf_json_object(j, key);
    if (app->scene && spot.node != GF_NO_NODE) {
        const struct gf_frames *f = &app->scene->profile->frames;
        size_t n;
        const char *name = gf_frame_name(f, spot.node, &n);
        gf_json_u64(j, "node", spot.node);
        gf_json_u64(j, "depth", spot.depth);
        gf_json_string(j, "name", name, n);
        gf_json_u64(j, "total", gf_frame_total(f, spot.node, 0));
        gf_json_u64(j, "self", gf_frame_self(f, spot.node, 0));
    }
    gf_json_end_object(j);
}

static void put_search(struct gf_json *j, const char *key, const struct gf_search *s)
{
    const struct gf_found *f = s->found;
    gf_json_object(j, key);
    gf_json_string(j, "text", s->line.text, s->line.n);
    gf_json_bool(j, "match_case", s->match_case);
    gf_json_u64(j, "mark", s->mark);
    if (f && f->err.code == GF_OK) {
        gf_json_u64(j, "weight", f->totals.weight);
        gf_json_u64(j, "frames", f->totals.frames);
        gf_json_u64(j, "functions", f->functions);
    } else if (f) {
        gf_json_string(j, "error", f->err.message, strlen(f->err.message));
    }
    gf_json_end_object(j);
}

/* The active one and all of them. */
static void put_searches(struct gf_json *j, const struct gf_app *app)
{
    static const struct gf_search none = {0};
    const struct gf_searches *all = &app->searches;
    put_search(j, "search", all->n > 0 ? &all->items[all->active] : &none);
    gf_json_bool(j, "typing", all->typing);
    gf_json_object(j, "searches"); /* by their place, from 1; arrays would take several lines */
    for (unsigned i = 0; i < all->n; i++) {
        char key[] = {(char)('1' + i), '\0'};
        put_search(j, key, &all->items[i]);
    }
    gf_json_end_object(j);
}

static void put_steps(struct gf_json *j, const struct gf_narrowing *all)
{
    gf_json_object(j, "narrow");
    for (unsigned i = 0; i < all->n; i++) {
        const struct gf_step_chip *step = &all->items[i];
        char key[16];
        snprintf(key, sizeof key, "%u", i + 1);
        gf_json_object(j, key);
        const char *kind = gf_narrow_name(step->cut.kind);
        gf_json_string(j, "kind", kind, strlen(kind));
        if (step->own)
            gf_json_string(j, "text", step->own, step->cut.n);
        gf_json_u64(j, "dropped", step->dropped);
        gf_json_end_object(j);
    }
    gf_json_end_object(j);
    gf_json_bool(j, "asking", all->ask.open);
}

/* Of a differential: the weight of everything on both sides, and what the widths are. */
static void put_sides(struct gf_json *j, const struct gf_app *app)
{
    const struct gf_frames *f = app->scene ? &app->scene->profile->frames : NULL;
    static const char *const widths[] = {"after", "before", "both"};
    if (!f || !gf_is_differential(f))
        return;
    const char *which = widths[app->read->sides.widths];
    gf_json_object(j, "sides");
    gf_json_u64(j, "before", gf_frame_total(f, 0, gf_side(f, GF_BEFORE)));
    gf_json_u64(j, "after", gf_frame_total(f, 0, gf_side(f, GF_AFTER)));
    gf_json_string(j, "widths", which, strlen(which));
    gf_json_bool(j, "normalized", app->read->sides.normalize);
    gf_json_u64(j, "unseen", app->read->unseen);
    gf_json_end_object(j);
}

static void put_table(struct gf_json *j, const struct gf_app *app)
{
    const struct gf_table *t = &app->table;
    gf_json_bool(j, "table", t->open);
    gf_json_bool(j, "table_keys", t->open && t->focus);
    gf_json_u64(j, "table_rows", t->nrows);
    if (app->scene && t->at < t->nrows) {
        const struct gf_name_table *names = &app->scene->profile->frames.names;
        uint64_t from = names->offset[gf_table_name(t)], to = names->offset[gf_table_name(t) + 1];
        gf_json_u64(j, "table_sort", t->sort);
        gf_json_string(j, "table_at", names->bytes + from, (size_t)(to - from));
    }
}

/* The path that is typed, what is wrong with it, and how many names fit. */
static void put_opening(struct gf_json *j, const struct gf_opening *o)
{
    if (!o->open)
        return;
    gf_json_object(j, "opening");
    gf_json_string(j, "path", o->line.text, o->line.n);
    gf_json_string(j, "wrong", o->wrong, strlen(o->wrong));
    gf_json_u64(j, "names", o->names ? o->names->all : 0);
    gf_json_end_object(j);
}

static void put_state(struct gf_json *j, const struct gf_app *app)
{
    struct gf_view view = app->view;
    gf_json_object(j, NULL);
    gf_json_bool(j, "loading", app->loading);
    gf_json_bool(j, "incomplete", gf_app_incomplete(app));
    gf_json_bool(j, "stale", app->stale);
    gf_json_u64(j, "dropped", app->drops.n);
    gf_json_string(j, "input", app->input, strlen(app->input));
    put_opening(j, &app->opening);
    gf_json_u64(j, "total", gf_app_total(app));
    gf_json_u64(j, "nodes", app->scene ? app->scene->profile->frames.n : 0);
    gf_json_u64(j, "width", (uint64_t)app->width);
    gf_json_u64(j, "height", (uint64_t)app->height);
    gf_json_double(j, "scale", app->scale);
    gf_json_bool(j, "dark", app->dark);
    gf_json_bool(j, "inverted", app->inverted);
    const struct gf_palette *worn = app->scene ? &app->scene->colors[0].palette : &app->look;
    const char *mode = worn->mode ? worn->mode : "module";
    gf_json_string(j, "colors", mode, strlen(mode));
    gf_json_bool(j, "color_blind", worn->color_blind);
    gf_json_bool(j, "negate", worn->negate);
    gf_json_bool(j, "help", app->help);
    gf_json_bool(j, "menu", app->menu.open);
    gf_json_object(j, "view");
    gf_json_u64(j, "x", view.x);
    gf_json_double(j, "frac", view.frac);
    gf_json_double(j, "span", view.span);
    gf_json_double(j, "scroll", view.scroll);
    gf_json_end_object(j);
    put_frame(j, app, "focus", app->focus);
    put_frame(j, app, "selected", app->selected);
    put_frame(j, app, "hovered", app->hovered);
    gf_json_u64(j, "back", app->history.nback);
    gf_json_u64(j, "forward", app->history.nforward);
    gf_json_u64(j, "pictures", app->pace.pictures);
    gf_json_double(j, "draw_seconds", app->pace.last);
    gf_json_double(j, "draw_seconds_worst", app->pace.worst);
    gf_json_double(j, "turn_seconds_worst", app->pace.turn_worst);
    gf_json_double(j, "now", app->now);
    put_searches(j, app);
    put_steps(j, &app->narrow);
    gf_json_u64(j, "read", app->read ? gf_frame_total(&app->read->profile->frames, 0, 0) : 0);
    gf_json_u64(j, "lens", app->lens.kind);
    gf_json_u64(j, "order", app->lens.order);
    put_table(j, app);
    put_sides(j, app);
    gf_json_string(j, "busy", app->busy.what ? app->busy.what : "",
                   app->busy.what ? strlen(app->busy.what) : 0);
    gf_json_string(j, "toast", app->toast, strlen(app->toast));
    gf_json_end_object(j);
}

bool gf_state_print(const struct gf_app *app, struct gf_error *err)
{
    struct gf_json j = {0};
    put_state(&j, app);
    bool ok = !j.failed || gf_fail_nomem(err, j.cap);
    if (ok && (puts(j.text) < 0 || fflush(stdout) != 0))
        ok = gf_fail(err, GF_ERR_IO, "cannot write to standard output");
    gf_json_free(&j);
    return ok;
}
