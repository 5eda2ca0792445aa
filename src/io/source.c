#include "io/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "base/hash.h"
#include "base/vec.h"

/* A file or directory that was reached, by what the system knows it as. Open addressing, at most
 * half full; ino 0 with dev 0 is a free slot (no file system numbers an inode 0). */
struct seen {
    struct seen_id {
        uint64_t dev, ino;
    } * slots;
    size_t n, cap; /* cap: a power of two, or 0 */
};

struct paths {
    char **items;
    size_t n, cap;
};

/* One directory argument being walked. Directories wait in `dirs`, so that depth costs no stack;
 * symbolic links wait in `links` until everything that is really there was found, so that a file
 * goes by its own name and not by that of a link that sorts before it. */
struct walk {
    struct seen seen;
    struct paths dirs, links, files;
    bool following;            /* beyond the first link: only what was not reached yet is taken */
    const atomic_bool *cancel; /* NULL: it goes on to its end */
};

static void paths_free(struct paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->items[i]);
    free(p->items);
}

/* Takes `path`, also when it fails. */
static bool paths_add(struct paths *p, char *path, struct gf_error *err)
{
    if (!gf_grow(&p->items, &p->cap, p->n + 1, err)) {
        free(path);
        return false;
    }
    p->items[p->n++] = path;
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void paths_sort(struct paths *p)
{
    if (p->n > 1)
        qsort(p->items, p->n, sizeof *p->items, by_bytes);
}

static size_t seen_slot(const struct seen *s, struct seen_id id)
{
    size_t i = (size_t)gf_mix(id.ino ^ gf_mix(id.dev)) & (s->cap - 1);
    while ((s->slots[i].ino || s->slots[i].dev) &&
           (s->slots[i].ino != id.ino || s->slots[i].dev != id.dev))
        i = (i + 1) & (s->cap - 1);
    return i;
}

static bool seen_grow(struct seen *s, struct gf_error *err)
{
    struct seen bigger = {.n = s->n, .cap = s->cap ? s->cap * 2 : 64};
    bigger.slots = calloc(bigger.cap, sizeof *bigger.slots);
    if (!bigger.slots)
        return gf_fail_nomem(err, bigger.cap * sizeof *bigger.slots);
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].ino || s->slots[i].dev)
            bigger.slots[seen_slot(&bigger, s->slots[i])] = s->slots[i];
    free(s->slots);
    *s = bigger;
    return true;
}

/* *fresh tells whether this is the first time. */
static bool seen_add(struct seen *s, const struct stat *st, bool *fresh, struct gf_error *err)
{
    if (s->n * 2 >= s->cap && !seen_grow(s, err))
        return false;
    struct seen_id id = {.dev = st->st_dev, .ino = st->st_ino};
    size_t i = seen_slot(s, id);
    *fresh = !s->slots[i].ino && !s->slots[i].dev;
    if (*fresh) {
        s->slots[i] = id;
        s->n++;
    }
    return true;
}

static char *join(const char *dir, const char *name, struct gf_error *err)
{
    size_t a = strlen(dir), b = strlen(name);
    bool slash = a == 0 || dir[a - 1] != '/';
    char *path = malloc(a + slash + b + 1);
    if (!path) {
        gf_fail_nomem(err, a + slash + b + 1);
        return NULL;
    }
    memcpy(path, dir, a);
    if (slash)
        path[a] = '/';
    memcpy(path + a + slash, name, b + 1);
    return path;
}

/* Files what `st` says about `path` (taken, also on failure) where it belongs. */
static bool take(struct walk *w, char *path, const struct stat *st, struct gf_error *err)
{
    bool fresh = false;
    if (S_ISLNK(st->st_mode))
        return paths_add(&w->links, path, err);
    if (S_ISDIR(st->st_mode) || S_ISREG(st->st_mode)) {
        if (!seen_add(&w->seen, st, &fresh, err)) {
            free(path);
            return false;
        }
        /* Two names of one inode below the directory are two files: only links lead to the same. */
        if (fresh || (S_ISREG(st->st_mode) && !w->following))
            return paths_add(S_ISDIR(st->st_mode) ? &w->dirs : &w->files, path, err);
    }
    free(path);
    return true;
}

static bool goes_on(const struct walk *w, struct gf_error *err)
{
    return !gf_cancelled(w->cancel) || gf_fail_cancelled(err);
}

/* The names in a directory that are not hidden, sorted: the order in which a file system lists them
 * must not decide anything. */
static bool list_names(const struct walk *w, DIR *dir, struct paths *names, const char *path,
                       struct gf_error *err)
{
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        if (!goes_on(w, err))
            return false;
        char *name = strdup(entry->d_name);
        if (!name)
            return gf_fail_nomem(err, strlen(entry->d_name) + 1);
        if (!paths_add(names, name, err))
            return false;
    }
    if (errno) {
        gf_fail_errno(err, errno, "cannot read the directory");
        return gf_error_in(err, path);
    }
    paths_sort(names);
    return true;
}

static bool read_directory(struct walk *w, const char *path, struct gf_error *err)
{
    struct paths names = {0};
    bool ok = false;
    DIR *dir = opendir(path);
    if (!dir)
        goto failed;
    if (!list_names(w, dir, &names, path, err))
        goto out;
    for (size_t i = 0; i < names.n; i++) {
        struct stat st;
        if (!goes_on(w, err))
            goto out;
        if (fstatat(dirfd(dir), names.items[i], &st, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT)
                continue; /* removed since it was listed */
            goto failed;
        }
        char *child = join(path, names.items[i], err);
        if (!child || !take(w, child, &st, err))
            goto out;
    }
    ok = true;
    goto out;
failed:
    gf_fail_errno(err, errno, "cannot read the directory");
    gf_error_in(err, path);
out:
    if (dir)
        closedir(dir);
    paths_free(&names);
    return ok;
}

static bool read_waiting_directories(struct walk *w, struct gf_error *err)
{
    while (w->dirs.n > 0) {
        char *dir = w->dirs.items[--w->dirs.n];
        bool ok = read_directory(w, dir, err);
        free(dir);
        if (!ok)
            return false;
    }
    return true;
}

static bool follow_waiting_links(struct walk *w, struct gf_error *err)
{
    paths_sort(&w->links);
    struct paths links = w->links;
    w->links = (struct paths){0};
    w->following = true;
    bool ok = true;
    for (size_t i = 0; ok && i < links.n; i++) {
        struct stat st;
        if (stat(links.items[i], &st) != 0)
            continue; /* leads nowhere, or only to links */
        char *path = links.items[i];
        links.items[i] = NULL;
        ok = take(w, path, &st, err);
    }
    paths_free(&links);
    return ok;
}

static bool list_add(struct gf_source_list *list, char *path, bool from_directory,
                     struct gf_error *err)
{
    if (!gf_grow(&list->items, &list->cap, list->n + 1, err)) {
        free(path);
        return false;
    }
    list->items[list->n++] = (struct gf_source){.path = path, .from_directory = from_directory};
    return true;
}

static bool expand_directory(const char *path, const struct stat *st, const atomic_bool *cancel,
                             struct gf_source_list *out, struct gf_error *err)
{
    struct walk w = {.cancel = cancel};
    bool fresh, ok = false;
    char *root = strdup(path);
    if (!root) {
        gf_fail_nomem(err, strlen(path) + 1);
        goto out;
    }
    if (!seen_add(&w.seen, st, &fresh, err)) {
        free(root);
        goto out;
    }
    if (!paths_add(&w.dirs, root, err))
        goto out;
    while (w.dirs.n > 0 || w.links.n > 0)
        if (!read_waiting_directories(&w, err) || !follow_waiting_links(&w, err))
            goto out;
    if (w.files.n == 0) {
        gf_fail(err, GF_ERR_EMPTY, "no files in this directory");
        gf_error_in(err, path);
        goto out;
    }
    paths_sort(&w.files);
    for (size_t i = 0; i < w.files.n; i++) {
        char *file = w.files.items[i];
        w.files.items[i] = NULL;
        if (!list_add(out, file, true, err))
            goto out;
    }
    ok = true;
out:
    free(w.seen.slots);
    paths_free(&w.dirs);
    paths_free(&w.links);
    paths_free(&w.files);
    return ok;
}

bool gf_source_list_expand(const char *const *paths, size_t n, struct gf_source_list *out,
                           struct gf_error *err)
{
    return gf_source_list_expand_until(paths, n, NULL, out, err);
}

bool gf_source_list_copy(const struct gf_source_list *list, struct gf_source_list *out,
                         struct gf_error *err)
{
    *out = (struct gf_source_list){0};
    for (size_t i = 0; i < list->n; i++) {
        char *path = strdup(list->items[i].path);
        if (!path)
            gf_fail_nomem(err, strlen(list->items[i].path) + 1);
        if (!path || !list_add(out, path, list->items[i].from_directory, err)) {
            gf_source_list_free(out);
            return false;
        }
    }
    return true;
}

bool gf_source_list_expand_until(const char *const *paths, size_t n, const atomic_bool *cancel,
                                 struct gf_source_list *out, struct gf_error *err)
{
    *out = (struct gf_source_list){0};
    for (size_t i = 0; i < n; i++) {
        struct stat st = {0};
        if (strcmp(paths[i], "-") != 0 && stat(paths[i], &st) != 0) {
            gf_fail_errno(err, errno, "cannot open");
            gf_error_in(err, paths[i]);
            goto failed;
        }
        if (S_ISDIR(st.st_mode)) {
            if (!expand_directory(paths[i], &st, cancel, out, err))
                goto failed;
            continue;
        }
        char *copy = strdup(paths[i]);
        if (!copy) {
            gf_fail_nomem(err, strlen(paths[i]) + 1);
            goto failed;
        }
        if (!list_add(out, copy, false, err))
            goto failed;
    }
    return true;
failed:
    gf_source_list_free(out);
    return false;
}

void gf_source_list_free(struct gf_source_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i].path);
    free(list->items);
    *list = (struct gf_source_list){0};
}
