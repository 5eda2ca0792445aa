#include "ui/reading.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* What is read. */
struct plan {
    struct paths sides[2]; /* by GF_AFTER and GF_BEFORE; the latter empty: nothing is compared */
};

struct gf_reading {
    struct gf_load_params load;
    struct gf_budget *budget; /* held: of everything that was read, and what is made of it */
    struct gf_palette palette;
    void (*wake)(void);
    struct plan now, last;         /* last: what was read before it, to go back to */
    struct gf_source_list sources; /* of the load at hand; empty: whoever began it has them */
    struct gf_source_list watched[2];
    struct stamp stamps[2][WATCHED];
    struct gf_loader *loader;
};

static void drop_paths(struct paths *p)
{
    while (p->n > 0)
        free(p->items[--p->n]);
    free(p->items);
    *p = (struct paths){0};
}

static void drop_plan(struct plan *p)
{
    drop_paths(&p->sides[GF_AFTER]);
    drop_paths(&p->sides[GF_BEFORE]);
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
    gf_source_list_free(&r->watched[GF_AFTER]);
    gf_source_list_free(&r->watched[GF_BEFORE]);
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

/* Looks at the files of a side as they are now. Where that fails nothing is watched. */
static void watch(struct gf_reading *r, uint32_t side)
{
    struct gf_source_list *list = &r->watched[side];
    const struct paths *p = &r->now.sides[side];
    gf_source_list_free(list);
    if (p->n == 0 || !gf_source_list_expand(items_of(p), p->n, list, NULL))
        *list = (struct gf_source_list){0};
    for (size_t i = 0; i < list->n && i < WATCHED; i++)
        r->stamps[side][i] = stamp_of(list->items[i].path);
}

static bool changed(const struct gf_source_list *list, const struct stamp *stamps)
{
    for (size_t i = 0; i < list->n && i < WATCHED; i++) {
        struct stamp now = stamp_of(list->items[i].path), then = stamps[i];
        if (now.file && (now.size != then.size || now.inode != then.inode || !then.file ||
                         now.modified.tv_sec != then.modified.tv_sec ||
                         now.modified.tv_nsec != then.modified.tv_nsec))
            return true;
    }
    return false;
}

bool gf_reading_stale(const struct gf_reading *r)
{
    return changed(&r->watched[GF_AFTER], r->stamps[GF_AFTER]) ||
           changed(&r->watched[GF_BEFORE], r->stamps[GF_BEFORE]);
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
    if (ok)
        watch(r, GF_AFTER);
    else
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
    const struct paths *p = &r->now.sides[side];
    struct gf_source_list sources = {0};
    struct gf_load *load;
    struct gf_loader *loader;
    if (!gf_source_list_expand(items_of(p), p->n, &sources, err))
        return false;
    /* The new list has to last as long as its load, which ends with the loader. */
    struct gf_source_list old = r->sources;
    r->sources = sources;
    if (!gf_load_start(&r->sources, &params, &load, err) ||
        !gf_loader_start(load, &r->palette, r->budget, r->wake, &loader, err)) {
        gf_source_list_free(&r->sources);
        r->sources = old;
        return false;
    }
    gf_loader_stop(r->loader, 1); /* it has ended: this only joins its thread */
    gf_source_list_free(&old);
    r->loader = loader;
    watch(r, side);
    return true;
}

static bool comes_once(const struct paths *p, struct gf_error *err)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->items[i], "-") == 0)
            return !gf_fail(err, GF_ERR_USAGE, "standard input cannot be read again");
    return false;
}

/* Reads `next`, which it takes over, from the side that is after on, and remembers what was read
 * before. */
static bool switch_to(struct gf_reading *r, struct plan next, bool base_too, struct gf_error *err)
{
    struct plan last = r->now;
    r->now = next;
    if (comes_once(&next.sides[GF_AFTER], err) ||
        (base_too && comes_once(&next.sides[GF_BEFORE], err)) || !begin(r, GF_AFTER, err)) {
        drop_plan(&r->now);
        r->now = last;
        return false;
    }
    drop_plan(&r->last);
    r->last = last;
    return true;
}

bool gf_reading_again(struct gf_reading *r, const char *const *added, size_t n,
                      struct gf_error *err)
{
    const struct paths *after = &r->now.sides[GF_AFTER], *base = &r->now.sides[GF_BEFORE];
    struct plan next = {0};
    if (copy_paths(items_of(after), after->n, added, n, &next.sides[GF_AFTER], err) &&
        copy_paths(items_of(base), base->n, NULL, 0, &next.sides[GF_BEFORE], err))
        return switch_to(r, next, true, err);
    drop_plan(&next);
    return false;
}

bool gf_reading_compare(struct gf_reading *r, const char *const *paths, size_t n,
                        struct gf_error *err)
{
    const struct paths *base = &r->now.sides[gf_reading_has_base(r) ? GF_BEFORE : GF_AFTER];
    struct plan next = {0};
    if (copy_paths(paths, n, NULL, 0, &next.sides[GF_AFTER], err) &&
        copy_paths(items_of(base), base->n, NULL, 0, &next.sides[GF_BEFORE], err)) {
        if (!switch_to(r, next, false, err))
            return false;
        watch(r, GF_BEFORE);
        return true;
    }
    drop_plan(&next);
    return false;
}

bool gf_reading_has_base(const struct gf_reading *r)
{
    return r->now.sides[GF_BEFORE].n > 0;
}

bool gf_reading_base(struct gf_reading *r, bool first, struct gf_error *err)
{
    return (first || !comes_once(&r->now.sides[GF_BEFORE], err)) && begin(r, GF_BEFORE, err);
}

void gf_reading_undo(struct gf_reading *r)
{
    if (r->last.sides[GF_AFTER].n == 0)
        return;
    drop_plan(&r->now);
    r->now = r->last;
    r->last = (struct plan){0};
    watch(r, GF_AFTER);
    watch(r, GF_BEFORE);
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
