#include "ui/reading.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

struct gf_reading {
    struct gf_load_params load;
    struct gf_palette palette;
    void (*wake)(void);
    struct paths now, before;      /* what the load at hand reads, and what was read before it */
    struct gf_source_list sources; /* of the load at hand; empty: whoever began it has them */
    struct gf_source_list watched;
    struct stamp stamps[WATCHED];
    struct gf_loader *loader;
};

static void drop_paths(struct paths *p)
{
    while (p->n > 0)
        free(p->items[--p->n]);
    free(p->items);
    *p = (struct paths){0};
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

static void free_reading(struct gf_reading *r)
{
    drop_paths(&r->now);
    drop_paths(&r->before);
    gf_source_list_free(&r->sources);
    gf_source_list_free(&r->watched);
    free(r);
}

static struct stamp stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return (struct stamp){.file = false};
    return (struct stamp){st.st_mtim, st.st_size, st.st_ino, true};
}

/* Looks at the files as they are now. Where that fails nothing is watched. */
static void watch(struct gf_reading *r)
{
    gf_source_list_free(&r->watched);
    if (!gf_source_list_expand((const char *const *)r->now.items, r->now.n, &r->watched, NULL))
        r->watched = (struct gf_source_list){0};
    for (size_t i = 0; i < r->watched.n && i < WATCHED; i++)
        r->stamps[i] = stamp_of(r->watched.items[i].path);
}

bool gf_reading_stale(const struct gf_reading *r)
{
    for (size_t i = 0; i < r->watched.n && i < WATCHED; i++) {
        struct stamp now = stamp_of(r->watched.items[i].path), then = r->stamps[i];
        if (now.file && (now.size != then.size || now.inode != then.inode || !then.file ||
                         now.modified.tv_sec != then.modified.tv_sec ||
                         now.modified.tv_nsec != then.modified.tv_nsec))
            return true;
    }
    return false;
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
    bool ok = copy_paths(params->paths, params->n, NULL, 0, &r->now, err);
    if (ok)
        watch(r);
    else
        gf_loader_abandon(load);
    if (!ok || !gf_loader_start(load, &r->palette, r->wake, &r->loader, err)) {
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
    return r->now.n;
}

/* Begins to read the paths; the loader before has ended and gives way. */
static bool begin(struct gf_reading *r, struct gf_error *err)
{
    struct gf_source_list sources = {0};
    struct gf_load *load;
    struct gf_loader *loader;
    for (size_t i = 0; i < r->now.n; i++)
        if (strcmp(r->now.items[i], "-") == 0)
            return gf_fail(err, GF_ERR_USAGE, "standard input cannot be read again");
    if (!gf_source_list_expand((const char *const *)r->now.items, r->now.n, &sources, err))
        return false;
    /* The new list has to last as long as its load, which ends with the loader. */
    struct gf_source_list old = r->sources;
    r->sources = sources;
    if (!gf_load_start(&r->sources, &r->load, &load, err) ||
        !gf_loader_start(load, &r->palette, r->wake, &loader, err)) {
        gf_source_list_free(&r->sources);
        r->sources = old;
        return false;
    }
    gf_loader_stop(r->loader, 1); /* it has ended: this only joins its thread */
    gf_source_list_free(&old);
    r->loader = loader;
    watch(r);
    return true;
}

/* Reads `next`, which it takes over, and remembers what was read before. */
static bool switch_to(struct gf_reading *r, struct paths next, struct gf_error *err)
{
    struct paths last = r->now;
    r->now = next;
    if (!begin(r, err)) {
        drop_paths(&r->now);
        r->now = last;
        return false;
    }
    drop_paths(&r->before);
    r->before = last;
    return true;
}

bool gf_reading_again(struct gf_reading *r, const char *const *added, size_t n,
                      struct gf_error *err)
{
    struct paths next;
    return copy_paths((const char *const *)r->now.items, r->now.n, added, n, &next, err) &&
           switch_to(r, next, err);
}

bool gf_reading_instead(struct gf_reading *r, const char *const *paths, size_t n,
                        struct gf_error *err)
{
    struct paths next;
    return copy_paths(paths, n, NULL, 0, &next, err) && switch_to(r, next, err);
}

void gf_reading_undo(struct gf_reading *r)
{
    if (r->before.n == 0)
        return;
    drop_paths(&r->now);
    r->now = r->before;
    r->before = (struct paths){0};
    watch(r);
}

const char *gf_reading_name(const struct gf_reading *r)
{
    const char *path = r->now.n > 0 ? r->now.items[0] : "", *slash = strrchr(path, '/');
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
