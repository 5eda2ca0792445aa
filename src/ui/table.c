#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

#include "model/top.h"

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

struct sorting {
    const struct gf_functions *all;
    enum gf_column_of by;
};

/* What a column is ordered by, the most first. */
static __int128 key_of(const struct gf_change *c, enum gf_column_of by)
{
    const uint64_t *w =
        by == GF_BY_SELF || by == GF_BY_SELF_BEFORE || by == GF_BY_SELF_CHANGE ? c->self : c->total;
    if (by == GF_BY_SELF_CHANGE || by == GF_BY_TOTAL_CHANGE)
        return (__int128)w[GF_AFTER] - w[GF_BEFORE];
    return w[by == GF_BY_SELF || by == GF_BY_TOTAL ? GF_AFTER : GF_BEFORE];
}

static int by_key(const void *pa, const void *pb, void *ctx)
{
    const struct sorting *s = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    __int128 ka = key_of(&s->all->items[a], s->by), kb = key_of(&s->all->items[b], s->by);
    if (ka != kb)
        return ka > kb ? -1 : 1;
    return (a > b) - (a < b); /* the order of the items goes on by name */
}

static int compare_names(const struct gf_name_table *ta, uint32_t a, const struct gf_name_table *tb,
                         uint32_t b)
{
    size_t na = (size_t)(ta->offset[a + 1] - ta->offset[a]);
    size_t nb = (size_t)(tb->offset[b + 1] - tb->offset[b]);
    int c = memcmp(ta->bytes + ta->offset[a], tb->bytes + tb->offset[b], na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

static int by_name(const void *pa, const void *pb, void *ctx)
{
    const struct gf_functions *f = ((const struct sorting *)ctx)->all;
    const struct gf_name_table *names = &f->scene->profile->frames.names;
    return compare_names(names, f->items[*(const uint32_t *)pa].name, names,
                         f->items[*(const uint32_t *)pb].name);
}

static int by_text(const void *pa, const void *pb, void *ctx)
{
    const struct gf_functions *f = ctx;
    const struct gf_name_table *names = &f->scene->profile->frames.names;
    return compare_names(names, *(const uint32_t *)pa, names, *(const uint32_t *)pb);
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

/* From the base's numbers of names to those of the scene. */
static bool translate(struct gf_functions *f)
{
    const struct gf_name_table *from = &f->base->profile->frames.names;
    const struct gf_name_table *to = &f->scene->profile->frames.names;
    uint32_t *sorted = malloc(((size_t)to->n + 1) * sizeof *sorted), kept = 0;
    if (!sorted)
        return false;
    for (uint32_t i = 0; i < to->n; i++)
        sorted[i] = i;
    qsort_r(sorted, to->n, sizeof *sorted, by_text, f);
    for (uint32_t i = 0; i < f->n; i++) {
        struct gf_change function = f->items[i];
        uint32_t lo = 0, hi = to->n;
        while (lo < hi) {
            uint32_t middle = lo + (hi - lo) / 2;
            if (compare_names(to, sorted[middle], from, function.name) < 0)
                lo = middle + 1;
            else
                hi = middle;
        }
        if (lo == to->n || compare_names(to, sorted[lo], from, function.name) != 0)
            continue;
        function.name = sorted[lo];
        f->items[kept++] = function;
    }
    f->n = kept;
    free(sorted);
    return true;
}

static bool make_order(struct gf_functions *f, enum gf_column_of by)
{
    struct sorting sorting = {f, by};
    uint32_t *order = malloc(((size_t)f->n + 1) * sizeof *order);
    if (!order)
        return false;
    for (uint32_t i = 0; i < f->n; i++)
        order[i] = i;
    qsort_r(order, f->n, sizeof *order, by == GF_BY_NAME ? by_name : by_key, &sorting);
    f->order[by] = order;
    return true;
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
                (!gf_scene_same_names(f->base, f->scene) && !translate(f));
    for (int by = 0; by < columns && !f->failed; by++) {
        f->failed = (cancel && atomic_load(cancel)) || !make_order(f, (enum gf_column_of)by);
        gf_meter_did(&job->meter, step);
    }
    f->cancelled = f->failed && cancel && atomic_load(cancel);
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
