#include "ui/reading.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "model/diff.h"

/* Files whose changes are noticed. */
enum { WATCHED = 256 };

/* What tells one state of a file from another. */
struct stamp {
    struct timespec modified;
    off_t size;
    ino_t inode;
    bool file; /* there, and no pipe or directory */
};

/* Owned copies. */
struct paths {
    char **items;
    size_t n;
};

/* Files as they were when they were looked for. Counted: jobs that look again hold them. */
struct watched {
    atomic_uint holders;
    bool forgiven; /* they count as unchanged the next time that they are looked at */
    struct gf_source_list list;
    struct stamp stamps[WATCHED];
};

/* What is read. By GF_AFTER and GF_BEFORE. */
struct plan {
    struct paths sides[2];      /* of GF_BEFORE none: nothing is compared */
    struct watched *watched[2]; /* NULL: not watched */
};

/* Looking for the files of a plan. */
struct look {
    struct gf_job job;
    struct plan next;
    bool base_too; /* both sides will be read */
    struct gf_source_list found[2];
    struct gf_error err;
};

/* Looking again at files that were read, by side. */
struct watch {
    struct gf_job job;
    struct watched *of[2]; /* held; NULL: not watched */
    struct stamp now[2][WATCHED];
};

struct gf_reading {
    struct gf_load_params load;
    struct gf_budget *budget; /* held: of everything that was read, and what is made of it */
    struct gf_palette palette;
    void (*wake)(void);
    struct plan now, last;          /* last: what was read before it, to go back to */
    struct gf_source_list found[2]; /* what is to be read next */
    struct gf_source_list sources;  /* of the load at hand; empty: whoever began it has them */
    struct gf_loader *loader;
};

static void drop_paths(struct paths *p)
{
    while (p->n > 0)
        free(p->items[--p->n]);
    free(p->items);
    *p = (struct paths){0};
}

static void drop_watched(struct watched **w)
{
    if (*w && atomic_fetch_sub(&(*w)->holders, 1) == 1) {
        gf_source_list_free(&(*w)->list);
        free(*w);
    }
    *w = NULL;
}

static void drop_plan(struct plan *p)
{
    for (int side = 0; side < 2; side++) {
        drop_paths(&p->sides[side]);
        drop_watched(&p->watched[side]);
    }
}

/* Both lists, one after the other. */
static bool copy_paths(const char *const *a, size_t na, const char *const *b, size_t nb,
                       struct paths *out, struct gf_error *err)
{
    *out = (struct paths){.items = calloc(na + nb + 1, sizeof *out->items)};
    for (; out->items && out->n < na + nb; out->n++) {
        out->items[out->n] = strdup(out->n < na ? a[out->n] : b[out->n - na]);
        if (!out->items[out->n])
            break;
    }
    if (out->items && out->n == na + nb)
        return true;
    drop_paths(out);
    return gf_fail_nomem(err, (na + nb) * sizeof *out->items);
}

static const char *const *items_of(const struct paths *p)
{
    return (const char *const *)p->items;
}

static void free_reading(struct gf_reading *r)
{
    drop_plan(&r->now);
    drop_plan(&r->last);
    gf_source_list_free(&r->sources);
    gf_source_list_free(&r->found[GF_AFTER]);
    gf_source_list_free(&r->found[GF_BEFORE]);
    gf_budget_drop(r->budget);
    free(r);
}

static struct stamp stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return (struct stamp){.file = false};
    return (struct stamp){st.st_mtim, st.st_size, st.st_ino, true};
}

/* Files far away may take their time, each of them. */
static void stamp(const struct watched *w, const atomic_bool *cancel, struct stamp out[WATCHED])
{
    for (size_t i = 0; w && i < w->list.n && i < WATCHED; i++) {
        if (gf_cancelled(cancel))
            return;
        out[i] = stamp_of(w->list.items[i].path);
    }
}

/* Finds the files of a side, and how they are now. Without memory for that they are not watched. */
static bool find(struct plan *p, uint32_t side, const atomic_bool *cancel,
                 struct gf_source_list *out, struct gf_error *err)
{
    const struct paths *paths = &p->sides[side];
    if (!gf_source_list_expand_until(items_of(paths), paths->n, cancel, out, err))
        return false;
    struct watched *w = calloc(1, sizeof *w);
    if (w)
        atomic_init(&w->holders, 1);
    if (w && !gf_source_list_copy(out, &w->list, NULL))
        drop_watched(&w);
    if (w)
        stamp(w, cancel, w->stamps);
    p->watched[side] = w;
    return true;
}

static bool changed(const struct watched *w, const struct stamp seen[WATCHED])
{
    for (size_t i = 0; i < w->list.n && i < WATCHED; i++) {
        struct stamp now = seen[i], then = w->stamps[i];
        if (now.file && (now.size != then.size || now.inode != then.inode || !then.file ||
                         now.modified.tv_sec != then.modified.tv_sec ||
                         now.modified.tv_nsec != then.modified.tv_nsec))
            return true;
    }
    return false;
}

static void run_watch(struct gf_job *job, const atomic_bool *cancel)
{
    struct watch *w = (struct watch *)job;
    for (int side = 0; side < 2; side++)
        stamp(w->of[side], cancel, w->now[side]);
}

static void free_watch(struct gf_job *job)
{
    struct watch *w = (struct watch *)job;
    drop_watched(&w->of[GF_AFTER]);
    drop_watched(&w->of[GF_BEFORE]);
    free(w);
}

struct gf_job *gf_reading_watch(const struct gf_reading *r, int kind)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->job = (struct gf_job){.kind = kind, .run = run_watch, .free = free_watch};
    for (int side = 0; side < 2; side++) {
        w->of[side] = r->now.watched[side];
        if (w->of[side])
            atomic_fetch_add(&w->of[side]->holders, 1);
    }
    return &w->job;
}

bool gf_reading_stale(struct gf_reading *r, const struct gf_job *job)
{
    const struct watch *seen = (const struct watch *)job;
    bool stale = false;
    for (int side = 0; side < 2; side++) {
        struct watched *w = r->now.watched[side];
        if (!w || w != seen->of[side])
            continue;
        if (w->forgiven)
            memcpy(w->stamps, seen->now[side], sizeof w->stamps);
        w->forgiven = false;
        stale |= changed(w, seen->now[side]);
    }
    return stale;
}

bool gf_reading_start(struct gf_load *load, const struct gf_reading_params *params,
                      struct gf_reading **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_reading *r = calloc(1, sizeof *r);
    if (!r) {
        gf_loader_abandon(load);
        return gf_fail_nomem(err, sizeof *r);
    }
    *r =
        (struct gf_reading){.load = params->load, .palette = params->palette, .wake = params->wake};
    r->budget = gf_budget_make(gf_memory_limit(params->load.max_memory));
    bool ok =
        (r->budget || gf_fail_nomem(err, sizeof *r)) &&
        copy_paths(params->paths, params->n, NULL, 0, &r->now.sides[GF_AFTER], err) &&
        copy_paths(&params->base, params->base != NULL, NULL, 0, &r->now.sides[GF_BEFORE], err);
    struct gf_source_list known = {0}; /* the load has its own */
    if (ok && find(&r->now, GF_AFTER, NULL, &known, NULL))
        gf_source_list_free(&known);
    ok = ok && (!params->base || find(&r->now, GF_BEFORE, NULL, &r->found[GF_BEFORE], err));
    if (!ok)
        gf_loader_abandon(load);
    if (!ok || !gf_loader_start(load, &r->palette, r->budget, r->wake, &r->loader, err)) {
        free_reading(r);
        return false;
    }
    *out = r;
    return true;
}

struct gf_loader *gf_reading_loader(struct gf_reading *r)
{
    return r->loader;
}

size_t gf_reading_count(const struct gf_reading *r)
{
    return r->now.sides[GF_AFTER].n;
}

/* Begins to read a side; the loader before has ended and gives way. What is shown stays meanwhile,
 * so that the load has what this leaves. */
static bool begin(struct gf_reading *r, uint32_t side, struct gf_error *err)
{
    struct gf_load_params params = r->load;
    params.max_memory = gf_budget_left(r->budget) + 1; /* 0 would be no limit */
    struct gf_load *load;
    struct gf_loader *loader;
    /* The new list has to last as long as its load, which ends with the loader. */
    struct gf_source_list old = r->sources;
    r->sources = r->found[side];
    r->found[side] = (struct gf_source_list){0};
    if (!gf_load_start(&r->sources, &params, &load, err) ||
        !gf_loader_start(load, &r->palette, r->budget, r->wake, &loader, err)) {
        gf_source_list_free(&r->sources);
        r->sources = old;
        return false;
    }
    gf_loader_stop(r->loader, 1); /* it has ended: this only joins its thread */
    gf_source_list_free(&old);
    r->loader = loader;
    return true;
}

static bool comes_once(const struct paths *p, struct gf_error *err)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->items[i], "-") == 0)
            return !gf_fail(err, GF_ERR_USAGE, "standard input cannot be read again");
    return false;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct look *l = (struct look *)job;
    struct plan *p = &l->next;
    if (!find(p, GF_AFTER, cancel, &l->found[GF_AFTER], &l->err) || p->sides[GF_BEFORE].n == 0)
        return;
    /* What is not read again is only watched. */
    if (!find(p, GF_BEFORE, cancel, &l->found[GF_BEFORE], &l->err) && !l->base_too &&
        l->err.code != GF_ERR_CANCELLED)
        l->err = (struct gf_error){0};
}

static void free_look(struct gf_job *job)
{
    struct look *l = (struct look *)job;
    drop_plan(&l->next);
    gf_source_list_free(&l->found[GF_AFTER]);
    gf_source_list_free(&l->found[GF_BEFORE]);
    free(l);
}

/* A job for the paths of both sides, each from two lists. */
static struct gf_job *look_for(const struct paths *after, const char *const *added, size_t n,
                               const struct paths *base, bool base_too, int kind,
                               struct gf_error *err)
{
    struct look *l = calloc(1, sizeof *l);
    if (!l) {
        gf_fail_nomem(err, sizeof *l);
        return NULL;
    }
    struct paths *sides = l->next.sides;
    l->job = (struct gf_job){.kind = kind, .run = run, .free = free_look};
    l->base_too = base_too;
    if (copy_paths(items_of(after), after->n, added, n, &sides[GF_AFTER], err) &&
        copy_paths(items_of(base), base->n, NULL, 0, &sides[GF_BEFORE], err) &&
        !comes_once(&sides[GF_AFTER], err) && (!base_too || !comes_once(&sides[GF_BEFORE], err)))
        return &l->job;
    free_look(&l->job);
    return NULL;
}

struct gf_job *gf_reading_again(const struct gf_reading *r, const char *const *added, size_t n,
                                int kind, struct gf_error *err)
{
    const struct paths *sides = r->now.sides;
    return look_for(&sides[GF_AFTER], added, n, &sides[GF_BEFORE], true, kind, err);
}

struct gf_job *gf_reading_compare(const struct gf_reading *r, const char *const *paths, size_t n,
                                  int kind, struct gf_error *err)
{
    const struct paths *base = &r->now.sides[gf_reading_has_base(r) ? GF_BEFORE : GF_AFTER];
    return look_for(&(const struct paths){0}, paths, n, base, false, kind, err);
}

bool gf_reading_go(struct gf_reading *r, struct gf_job *job, struct gf_error *err)
{
    struct look *l = (struct look *)job;
    if (l->err.code != GF_OK) {
        *err = l->err;
        return false;
    }
    for (int side = 0; side < 2; side++) {
        gf_source_list_free(&r->found[side]);
        r->found[side] = l->found[side];
        l->found[side] = (struct gf_source_list){0};
    }
    if (!begin(r, GF_AFTER, err))
        return false;
    drop_plan(&r->last);
    r->last = r->now;
    r->now = l->next;
    l->next = (struct plan){0};
    return true;
}

bool gf_reading_has_base(const struct gf_reading *r)
{
    return r->now.sides[GF_BEFORE].n > 0;
}

bool gf_reading_base(struct gf_reading *r, struct gf_error *err)
{
    return begin(r, GF_BEFORE, err);
}

void gf_reading_undo(struct gf_reading *r)
{
    if (r->last.sides[GF_AFTER].n == 0)
        return;
    drop_plan(&r->now);
    r->now = r->last;
    r->last = (struct plan){0};
    /* That they have changed is known: it was why they were read again. */
    for (int side = 0; side < 2; side++)
        if (r->now.watched[side])
            r->now.watched[side]->forgiven = true;
}

const char *gf_reading_name(const struct gf_reading *r, uint32_t side)
{
    const struct paths *p = &r->now.sides[side];
    const char *path = p->n > 0 ? p->items[0] : "", *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

bool gf_reading_stop(struct gf_reading *r, double seconds)
{
    if (!r)
        return true;
    if (!gf_loader_stop(r->loader, seconds))
        return false;
    free_reading(r);
    return true;
}
