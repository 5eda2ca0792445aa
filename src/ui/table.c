#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

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
    gf_top_free(&f->top);
    for (int i = 0; i < 3; i++)
        free(f->order[i]);
    free(f);
}

/* ---- orders ---- */

static int by_total(const void *pa, const void *pb, void *ctx)
{
    const struct gf_function *f = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    if (f[a].total != f[b].total)
        return f[a].total > f[b].total ? -1 : 1;
    return (a > b) - (a < b); /* the order by self goes on by name */
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
    const struct gf_functions *f = ctx;
    const struct gf_name_table *names = &f->scene->profile->frames.names;
    return compare_names(names, f->top.functions[*(const uint32_t *)pa].name, names,
                         f->top.functions[*(const uint32_t *)pb].name);
}

static int by_text(const void *pa, const void *pb, void *ctx)
{
    const struct gf_functions *f = ctx;
    const struct gf_name_table *names = &f->scene->profile->frames.names;
    return compare_names(names, *(const uint32_t *)pa, names, *(const uint32_t *)pb);
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
    for (uint32_t i = 0; i < f->top.n; i++) {
        struct gf_function function = f->top.functions[i];
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
        f->top.functions[kept++] = function;
    }
    f->top.n = kept;
    free(sorted);
    return true;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    (void)cancel;
    struct gf_functions *f = ((struct job *)job)->functions;
    f->failed = !gf_top_make(&f->base->profile->frames, 0, &f->top, NULL) ||
                (!gf_scene_same_names(f->base, f->scene) && !translate(f));
    for (int k = 0; k < 3 && !f->failed; k++) {
        f->order[k] = malloc(((size_t)f->top.n + 1) * sizeof *f->order[k]);
        f->failed = !f->order[k];
        for (uint32_t i = 0; i < f->top.n && !f->failed; i++)
            f->order[k][i] = i;
    }
    if (f->failed)
        return;
    qsort_r(f->order[GF_BY_TOTAL], f->top.n, sizeof(uint32_t), by_total, f->top.functions);
    qsort_r(f->order[GF_BY_NAME], f->top.n, sizeof(uint32_t), by_name, f);
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

void gf_table_set(struct gf_table *t, struct gf_functions *functions)
{
    gf_table_free(t);
    if (functions && functions->failed) {
        gf_functions_free(functions);
        return;
    }
    t->functions = functions;
}

void gf_table_filter(struct gf_table *t, const uint8_t *matched)
{
    drop_rows(t);
    if (!t->functions)
        return;
    const struct gf_top *top = &t->functions->top;
    t->rows = malloc(((size_t)top->n + 1) * sizeof *t->rows);
    if (!t->rows)
        return;
    const uint32_t *order = t->functions->order[t->sort];
    for (uint32_t i = 0; i < top->n; i++)
        if (!matched || matched[top->functions[order[i]].name])
            t->rows[t->nrows++] = order[i];
}
