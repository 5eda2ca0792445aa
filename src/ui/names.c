#include "ui/names.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"

struct job {
    struct gf_job job;
    struct gf_names *names;
};

void gf_names_free(struct gf_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->asked);
    free(names->typed);
    free(names->path);
    free(names);
}

/* a[0..na) and b as one. NULL without memory. */
static char *joined(const char *a, size_t na, const char *b)
{
    size_t nb = strlen(b);
    char *out = malloc(na + nb + 1);
    if (out) {
        memcpy(out, a, na);
        memcpy(out + na, b, nb + 1);
    }
    return out;
}

/* The path that is meant. */
static char *expanded(const char *typed)
{
    const char *home = getenv("HOME");
    bool tilde = typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0');
    return tilde && home ? joined(home, strlen(home), typed + 1) : strdup(typed);
}

/* ---- completion ---- */

/* Bytes that both begin with, no character cut. */
static size_t common(const char *a, const char *b, size_t most)
{
    size_t n = 0;
    while (n < most && a[n] && a[n] == b[n])
        n++;
    while (n > 0 && ((a[n] & 0xc0) == 0x80 || (b[n] & 0xc0) == 0x80))
        n--;
    return n;
}

/* Keeps a name among the first ones. False without memory. */
static bool keep(struct gf_names *names, const char *name)
{
    size_t at = names->n;
    while (at > 0 && strcmp(names->items[at - 1], name) > 0)
        at--;
    if (at == GF_NAMES)
        return true;
    char *copy = strdup(name);
    if (!copy)
        return false;
    if (names->n == GF_NAMES)
        free(names->items[--names->n]);
    memmove(names->items + at + 1, names->items + at, (names->n - at) * sizeof *names->items);
    names->items[at] = copy;
    names->n++;
    return true;
}

/* Puts a slash behind those that are folders. */
static bool mark_folders(struct gf_names *names, int folder)
{
    for (size_t i = 0; i < names->n; i++) {
        struct stat st;
        if (fstatat(folder, names->items[i], &st, 0) != 0 || !S_ISDIR(st.st_mode))
            continue;
        char *with = joined(names->items[i], strlen(names->items[i]), "/");
        if (!with)
            return false;
        free(names->items[i]);
        names->items[i] = with;
    }
    return true;
}

/* Takes in the names of the folder that begin with `base`; *agree: what they all begin with. */
static bool read_names(struct gf_names *names, DIR *dir, const char *base, char **agree,
                       const atomic_bool *cancel)
{
    size_t n = strlen(base), agreed = 0;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (gf_cancelled(cancel))
            return !gf_fail_cancelled(&names->err);
        bool hidden = name[0] == '.' && base[0] != '.';
        if (hidden || strcmp(name, ".") == 0 || strncmp(name, base, n) != 0 ||
            (strcmp(name, "..") == 0 && strcmp(base, "..") != 0))
            continue;
        names->all++;
        if (!*agree)
            *agree = strdup(name);
        if (!*agree || !keep(names, name))
            return !gf_fail_nomem(&names->err, strlen(name));
        agreed = names->all == 1 ? strlen(*agree) : common(*agree, name, agreed);
        (*agree)[agreed] = '\0';
    }
    return true;
}

static bool no_folder(int why, struct gf_error *err)
{
    if (why == ENOENT || why == ENOTDIR)
        return gf_fail(err, GF_ERR_IO, "There is no such folder");
    return gf_fail_errno(err, why, "The folder cannot be read");
}

static void complete(struct gf_names *names, const atomic_bool *cancel)
{
    const char *slash = strrchr(names->typed, '/');
    size_t before = slash ? (size_t)(slash - names->typed) + 1 : 0;
    char *folder = strndup(names->typed, before), *where = folder ? expanded(folder) : NULL;
    char *base = strdup(names->typed + before), *agree = NULL, *line = NULL;
    DIR *dir = NULL;
    if (!base || !where)
        gf_fail_nomem(&names->err, before);
    else if (strcmp(names->typed, "~") == 0)
        line = strdup("~/");
    else if (!(dir = opendir(where[0] ? where : ".")))
        no_folder(errno, &names->err);
    else if (read_names(names, dir, base, &agree, cancel) && !mark_folders(names, dirfd(dir)))
        gf_fail_nomem(&names->err, before);
    if (names->all == 1 && names->n == 1)
        line = joined(names->typed, before, names->items[0]);
    else if (agree && strlen(agree) > strlen(base))
        line = joined(names->typed, before, agree);
    if (line) {
        free(names->typed);
        names->typed = line;
    }
    if (dir)
        closedir(dir);
    free(folder);
    free(where);
    free(base);
    free(agree);
}

static void run_complete(struct gf_job *job, const atomic_bool *cancel)
{
    complete(((struct job *)job)->names, cancel);
}

/* ---- the check ---- */

static bool check(const char *path, struct gf_error *err)
{
    struct stat st, root;
    if (path[0] == '\0')
        return gf_fail(err, GF_ERR_USAGE, "Type the name of a file or a folder");
    bool there = stat(path, &st) == 0;
    if (!there && (errno == ENOENT || errno == ENOTDIR))
        return gf_fail(err, GF_ERR_IO, "There is no such file");
    if (!there || access(path, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK) != 0)
        return gf_fail_errno(err, errno, "It cannot be read");
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return gf_fail(err, GF_ERR_USAGE, "That is neither a file nor a folder");
    /* A folder means all files in it, and a slash is quickly typed. */
    if (stat("/", &root) == 0 && st.st_dev == root.st_dev && st.st_ino == root.st_ino)
        return gf_fail(err, GF_ERR_USAGE, "That is all there is: choose a folder in it");
    return true;
}

static void run_check(struct gf_job *job, const atomic_bool *cancel)
{
    struct gf_names *names = ((struct job *)job)->names;
    (void)cancel;
    names->path = expanded(names->typed);
    if (!names->path)
        gf_fail_nomem(&names->err, strlen(names->typed));
    else
        check(names->path, &names->err);
}

/* ---- both ---- */

static void free_job(struct gf_job *job)
{
    gf_names_free(((struct job *)job)->names);
    free(job);
}

static struct gf_job *make_job(const char *typed, int kind,
                               void (*run)(struct gf_job *job, const atomic_bool *cancel))
{
    struct job *j = calloc(1, sizeof *j);
    struct gf_names *names = calloc(1, sizeof *names);
    if (names) {
        names->asked = strdup(typed);
        names->typed = strdup(typed);
    }
    if (!j || !names || !names->asked || !names->typed) {
        gf_names_free(names);
        free(j);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job}, .names = names};
    return &j->job;
}

struct gf_job *gf_names_job(const char *typed, int kind)
{
    return make_job(typed, kind, run_complete);
}

struct gf_job *gf_names_check_job(const char *typed, int kind)
{
    return make_job(typed, kind, run_check);
}

struct gf_names *gf_names_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_names *names = j->names;
    j->names = NULL;
    return names;
}
