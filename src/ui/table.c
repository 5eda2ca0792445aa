#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "model/keysort.h"
#include "model/top.h"

/* Functions between two looks at whether the table is wanted still. */
#define PIECE (1u << 12)

struct job {
    struct gf_job job;
    struct gf_functions *functions;
};

void gf_functions_free(struct gf_functions *f)
{
    if (!f)
        return;
    gf_scene_drop(f->scene);
    gf_scene_drop(f->base);
    free(f->items);
    for (int i = 0; i < GF_COLUMNS; i++)
        free(f->order[i]);
    free(f);
}

/* ---- orders ---- */

/* What is sorted; ids are indices of the functions' items. */
struct sorting {
    const struct gf_functions *all;
    enum gf_column_of by;
};

static const char *name_text(const struct gf_name_table *names, uint32_t name, uint32_t *len)
{
    *len = (uint32_t)(names->offset[name + 1] - names->offset[name]);
    return names->bytes + names->offset[name];
}

static bool is_change(enum gf_column_of by)
{
    return by == GF_BY_SELF_CHANGE || by == GF_BY_TOTAL_CHANGE;
}

/* What a column of weights is ordered by, the most first; in the end the order of the items, which
 * goes on by name. */
static uint64_t weight_key(const void *ctx, uint32_t id, uint32_t which)
{
    const struct sorting *s = ctx;
    const struct gf_change *c = &s->all->items[id];
    enum gf_column_of by = s->by;
    const uint64_t *w =
        by == GF_BY_SELF || by == GF_BY_SELF_BEFORE || by == GF_BY_SELF_CHANGE ? c->self : c->total;
    if (which == (is_change(by) ? 2 : 1))
        return id;
    if (is_change(by))
        return gf_growth_key(w, which);
    return ~w[by == GF_BY_SELF || by == GF_BY_TOTAL ? GF_AFTER : GF_BEFORE];
}

static const char *item_text(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_functions *f = ((const struct sorting *)ctx)->all;
    return name_text(&f->scene->profile->frames.names, f->items[id].name, len);
}

static const char *scene_text(const void *ctx, uint32_t id, uint32_t *len)
{
    return name_text(ctx, id, len);
}

/* The ids below n in an order. NULL without memory and once it is cancelled. */
static uint32_t *sorted(uint32_t n, struct gf_keys keys, const atomic_bool *cancel,
                        struct gf_budget *budget)
{
    uint64_t bytes = (uint64_t)n * sizeof(struct gf_keyed);
    if (!gf_budget_take(budget, bytes, "the table of functions", NULL))
        return NULL;
    struct gf_keyed *items = malloc(((size_t)n + 1) * sizeof *items);
    uint32_t *order = malloc(((size_t)n + 1) * sizeof *order);
    keys.cancel = cancel;
    for (uint32_t i = 0; items && i < n; i++)
        items[i].id = i;
    bool ok = items && order && gf_keysort(items, n, &keys);
    for (uint32_t i = 0; ok && i < n; i++)
        order[i] = items[i].id;
    free(items);
    gf_budget_give(budget, bytes);
    if (!ok)
        free(order);
    return ok ? order : NULL;
}

/* The functions of the base, as they are ordered by themselves: by what they gained in self weight,
 * or by self weight. */
static bool make_items(struct gf_functions *f, const atomic_bool *cancel, struct gf_meter *meter)
{
    const struct gf_frames *frames = &f->base->profile->frames;
    struct gf_changes changes;
    struct gf_top top;
    f->two = gf_is_differential(frames);
    if (f->two) {
        if (!gf_diff_functions(frames, false, cancel, meter, &changes, NULL))
            return false;
        f->items = changes.items;
        f->n = changes.n;
        return true;
    }
    if (!gf_top_make(frames, 0, cancel, meter, &top, NULL))
        return false;
    f->items = calloc((size_t)top.n + 1, sizeof *f->items);
    f->n = f->items ? top.n : 0;
    for (uint32_t i = 0; i < f->n; i++)
        f->items[i] = (struct gf_change){.name = top.functions[i].name,
                                         .self = {[GF_AFTER] = top.functions[i].self},
                                         .total = {[GF_AFTER] = top.functions[i].total}};
    gf_top_free(&top);
    return f->items != NULL;
}

static int compare_names(const struct gf_name_table *ta, uint32_t a, const struct gf_name_table *tb,
                         uint32_t b)
{
    uint32_t na, nb;
    const char *x = name_text(ta, a, &na), *y = name_text(tb, b, &nb);
    int c = memcmp(x, y, na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

/* From the base's numbers of names to those of the scene. */
static bool translate(struct gf_functions *f, const atomic_bool *cancel)
{
    const struct gf_frames *frames = &f->scene->profile->frames;
    const struct gf_name_table *from = &f->base->profile->frames.names, *to = &frames->names;
    uint32_t kept = 0, *by_text = sorted(to->n, (struct gf_keys){.text = scene_text, .ctx = to},
                                         cancel, frames->budget);
    if (!by_text)
        return false;
    for (uint32_t i = 0; i < f->n; i++) {
        struct gf_change function = f->items[i];
        uint32_t lo = 0, hi = to->n;
        if (i % PIECE == 0 && gf_cancelled(cancel))
            break;
        while (lo < hi) {
            uint32_t middle = lo + (hi - lo) / 2;
            if (compare_names(to, by_text[middle], from, function.name) < 0)
                lo = middle + 1;
            else
                hi = middle;
        }
        if (lo == to->n || compare_names(to, by_text[lo], from, function.name) != 0)
            continue;
        function.name = by_text[lo];
        f->items[kept++] = function;
    }
    f->n = kept;
    free(by_text);
    return true; /* or cancelled: whoever sorts next sees it */
}

static bool make_order(struct gf_functions *f, enum gf_column_of by, const atomic_bool *cancel)
{
    const struct sorting sorting = {f, by};
    struct gf_keys keys = {.ctx = &sorting};
    if (by == GF_BY_NAME)
        keys.text = item_text;
    else
        keys.number = weight_key;
    keys.numbers = by == GF_BY_NAME ? 0 : is_change(by) ? 3 : 2;
    f->order[by] = sorted(f->n, keys, cancel, f->base->profile->frames.budget);
    return f->order[by] != NULL;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct gf_functions *f = ((struct job *)job)->functions;
    const struct gf_frames *frames = &f->base->profile->frames;
    bool two = gf_is_differential(frames);
    int columns = two ? GF_COLUMNS : GF_BY_NAME + 1;
    /* Sorting a name takes about as long as adding up a few frames. */
    uint64_t step = 8 * (uint64_t)frames->names.n;
    gf_meter_expect(&job->meter, (uint64_t)frames->n * (two ? 2 : 1) + step * (uint64_t)columns);
    f->failed = !make_items(f, cancel, &job->meter) ||
                (!gf_scene_same_names(f->base, f->scene) && !translate(f, cancel));
    for (int by = 0; by < columns && !f->failed; by++) {
        f->failed = !make_order(f, (enum gf_column_of)by, cancel);
        gf_meter_did(&job->meter, step);
    }
    f->cancelled = f->failed && gf_cancelled(cancel);
}

static void free_job(struct gf_job *job)
{
    gf_functions_free(((struct job *)job)->functions);
    free(job);
}

struct gf_job *gf_table_job(struct gf_scene *scene, struct gf_scene *base, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    struct gf_functions *f = calloc(1, sizeof *f);
    if (!j || !f) {
        free(j);
        free(f);
        return NULL;
    }
    f->scene = gf_scene_hold(scene);
    f->base = gf_scene_hold(base);
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job}, .functions = f};
    return &j->job;
}

struct gf_functions *gf_table_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_functions *f = j->functions;
    j->functions = NULL;
    return f;
}

/* ---- the table ---- */

static void drop_rows(struct gf_table *t)
{
    free(t->rows);
    t->rows = NULL;
    t->nrows = 0;
}

void gf_table_free(struct gf_table *t)
{
    drop_rows(t);
    gf_functions_free(t->functions);
    t->functions = NULL;
}

/* What most people want to see first: of two sides what changed most in the direction of all. */
static void sort_well(struct gf_table *t)
{
    const struct gf_frames *f = &t->functions->base->profile->frames;
    bool two = t->functions->two;
    t->sort = two ? GF_BY_SELF_CHANGE : GF_BY_SELF;
    t->reversed = two && gf_frame_total(f, 0, gf_side(f, GF_AFTER)) <
                             gf_frame_total(f, 0, gf_side(f, GF_BEFORE));
    t->sorted = false;
}

void gf_table_set(struct gf_table *t, struct gf_functions *functions)
{
    gf_table_free(t);
    if (functions && functions->failed) {
        gf_functions_free(functions);
        return;
    }
    t->functions = functions;
    if (functions && (!t->sorted || !functions->order[t->sort]))
        sort_well(t);
}

void gf_table_filter(struct gf_table *t, const uint8_t *matched)
{
    uint32_t kept = t->at < t->nrows ? t->rows[t->at] : UINT32_MAX;
    uint32_t at = kept == UINT32_MAX ? t->at : 0; /* of rows that are made anew the place is kept */
    drop_rows(t);
    if (!t->functions)
        return;
    const struct gf_functions *all = t->functions;
    t->rows = malloc(((size_t)all->n + 1) * sizeof *t->rows);
    if (!t->rows)
        return;
    const uint32_t *order = all->order[t->sort];
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t k = order[t->reversed ? all->n - 1 - i : i];
        if (matched && !matched[all->items[k].name])
            continue;
        at = k == kept ? t->nrows : at;
        t->rows[t->nrows++] = k;
    }
    t->at = at < t->nrows ? at : t->nrows > 0 ? t->nrows - 1 : 0;
}

uint32_t gf_table_name(const struct gf_table *t)
{
    return t->at < t->nrows ? t->functions->items[t->rows[t->at]].name : GF_NO_NAME;
}
