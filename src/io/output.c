#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/hash.h"

#define BUFFER_SIZE  ((size_t)256 << 10)
#define TRANSFER_MAX ((size_t)1 << 30)
#define LINKS_MAX    40 /* as many symbolic links as Linux follows in one path */

struct gf_output {
    int fd;
    int dir;          /* the directory of the target; -1 for direct outputs */
    char *label;      /* what messages call it: the path as given, or standard output */
    char *path;       /* the target with its links resolved; as given for direct outputs */
    const char *name; /* the target within `dir`: the end of `path` */
    bool named;       /* temp is a name in `dir`, to be renamed or removed */
    char temp[40];
    uint64_t size;
    size_t used;               /* bytes waiting in buffer */
    struct gf_error failed;    /* the first error; nothing is published after one */
    const atomic_bool *cancel; /* NULL: nobody watches */
    struct gf_meter *meter;
    unsigned char buffer[BUFFER_SIZE];
};

static bool fail_errno(const struct gf_output *out, struct gf_error *err, int errnum,
                       const char *what)
{
    gf_fail_errno(err, errnum, "%s", what);
    return gf_error_in(err, out->label);
}

/* What a name leads to: the chain of links is followed to where a file is or would be made, so that
 * the link stays a link. *path is replaced. */
static bool resolve_links(char **path, struct gf_error *err)
{
    for (int i = 0; i < LINKS_MAX; i++) {
        char link[PATH_MAX];
        ssize_t n = readlink(*path, link, sizeof link);
        if (n < 0 && (errno == EINVAL || errno == ENOENT))
            return true; /* not a link, or nothing there yet */
        if (n < 0)
            return gf_fail_errno(err, errno, "cannot write");
        if ((size_t)n >= sizeof link)
            return gf_fail_errno(err, ENAMETOOLONG, "cannot write");
        const char *slash = strrchr(*path, '/');
        size_t dir = link[0] == '/' || !slash ? 0 : (size_t)(slash - *path) + 1;
        char *next = malloc(dir + (size_t)n + 1);
        if (!next)
            return gf_fail_nomem(err, dir + (size_t)n + 1);
        memcpy(next, *path, dir);
        memcpy(next + dir, link, (size_t)n);
        next[dir + (size_t)n] = '\0';
        free(*path);
        *path = next;
    }
    return gf_fail_errno(err, ELOOP, "cannot write");
}

static bool open_directory(struct gf_output *out, struct gf_error *err)
{
    char *slash = strrchr(out->path, '/');
    if (!slash) {
        out->name = out->path;
        out->dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    } else {
        out->name = slash + 1;
        char first = slash[1];
        /* "/x" lies in "/": the slash itself stays. */
        slash[1] = '\0';
        out->dir = open(out->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        slash[1] = first;
    }
    if (out->dir < 0)
        return fail_errno(out, err, errno, "cannot open the directory of the output");
    if (!*out->name)
        return fail_errno(out, err, EISDIR, "cannot write");
    return true;
}

static void new_temp_name(struct gf_output *out)
{
    snprintf(out->temp, sizeof out->temp, ".gigaflame-%016" PRIx64 ".tmp", gf_random_seed());
}

/* The path under which a file without a name can be linked. */
static void proc_path(int fd, char text[32])
{
    snprintf(text, 32, "/proc/self/fd/%d", fd);
}

/* Makes the file that is written to: without a name where the file system can and /proc is there to
 * give it one later, else with a hidden name beside the target. */
static bool open_temporary(struct gf_output *out, mode_t mode, struct gf_error *err)
{
    out->fd = openat(out->dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (out->fd >= 0) {
        char proc[32];
        proc_path(out->fd, proc);
        if (access(proc, F_OK) == 0)
            return true;
        close(out->fd);
    }
    for (int i = 0; i < 100; i++) {
        new_temp_name(out);
        out->fd = openat(out->dir, out->temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
        if (out->fd >= 0) {
            out->named = true;
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    return fail_errno(out, err, errno, "cannot create a file beside the output");
}

/* Owner and permissions of the file that is about to be replaced. Where the group cannot be kept,
 * its rights would go to another group: they are cut to what everybody has. */
static bool keep_permissions(struct gf_output *out, const struct stat *old, struct gf_error *err)
{
    mode_t mode = old->st_mode & 0777;
    if (fchown(out->fd, old->st_uid, old->st_gid) != 0 &&
        fchown(out->fd, (uid_t)-1, old->st_gid) != 0)
        mode &= (mode_t)~070 | (mode & 07) << 3;
    if (fchmod(out->fd, mode) != 0)
        return fail_errno(out, err, errno, "cannot set the permissions of the output");
    return true;
}

static bool open_beside(struct gf_output *out, const struct stat *old, struct gf_error *err)
{
    if (!open_directory(out, err))
        return false;
    if (!old)
        return open_temporary(out, 0666, err);
    /* A file that its owner protected is not replaced just because the directory allows it. */
    if (faccessat(out->dir, out->name, W_OK, AT_EACCESS) != 0)
        return fail_errno(out, err, errno, "cannot write");
    return open_temporary(out, 0600, err) && keep_permissions(out, old, err);
}

static bool open_direct(struct gf_output *out, int flags, struct gf_error *err)
{
    do {
        out->fd = open(out->label, O_WRONLY | O_CLOEXEC | O_NOCTTY | flags);
    } while (out->fd < 0 && errno == EINTR);
    return out->fd >= 0 || fail_errno(out, err, errno, "cannot write");
}

static bool open_target(struct gf_output *out, struct gf_error *err)
{
    struct stat at_name, at_path;
    bool exists = stat(out->path, &at_name) == 0;
    if (!exists && errno != ENOENT)
        return fail_errno(out, err, errno, "cannot write");
    if (exists && !S_ISREG(at_name.st_mode))
        return open_direct(out, 0, err);
    if (!resolve_links(&out->path, err))
        return gf_error_in(err, out->label);
    if (exists && (stat(out->path, &at_path) != 0 || at_path.st_ino != at_name.st_ino ||
                   at_path.st_dev != at_name.st_dev)) {
        /* A link of /proc to a file that has no name any more: it can only be overwritten. */
        return open_direct(out, O_TRUNC, err);
    }
    return open_beside(out, exists ? &at_name : NULL, err);
}

bool gf_output_open(const char *path, struct gf_output **result, struct gf_error *err)
{
    *result = NULL;
    struct gf_output *out = malloc(sizeof *out);
    if (!out)
        return gf_fail_nomem(err, sizeof *out);
    *out = (struct gf_output){.fd = -1, .dir = -1};
    bool standard = strcmp(path, "-") == 0;
    out->path = strdup(path);
    out->label = strdup(standard ? "standard output" : path);
    if (!out->path || !out->label) {
        gf_fail_nomem(err, strlen(path) + 1);
        goto failed;
    }
    if (standard) {
        out->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (out->fd < 0) {
            fail_errno(out, err, errno, "cannot write");
            goto failed;
        }
    } else if (!open_target(out, err)) {
        goto failed;
    }
    *result = out;
    return true;
failed:
    gf_output_abort(out);
    return false;
}

/* True when a write that just failed is to be made again. */
static bool again(int fd)
{
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return false;
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return poll(&p, 1, -1) >= 0 || errno == EINTR;
}

static bool write_all(struct gf_output *out, const unsigned char *data, size_t n)
{
    while (n > 0) {
        ssize_t done = write(out->fd, data, n < TRANSFER_MAX ? n : TRANSFER_MAX);
        if (done < 0 && again(out->fd))
            continue;
        if (done <= 0) /* 0 would mean a device that takes nothing */
            return fail_errno(out, &out->failed, done < 0 ? errno : ENOSPC, "cannot write");
        data += done;
        n -= (size_t)done;
    }
    return true;
}

static bool flush(struct gf_output *out)
{
    size_t n = out->used;
    out->used = 0;
    return write_all(out, out->buffer, n);
}

static bool give_failed(const struct gf_output *out, struct gf_error *err)
{
    if (err)
        *err = out->failed;
    return false;
}

void gf_output_watch(struct gf_output *out, const atomic_bool *cancel, struct gf_meter *meter)
{
    out->cancel = cancel;
    out->meter = meter;
}

bool gf_output_write(struct gf_output *out, const void *data, size_t n, struct gf_error *err)
{
    if (out->failed.code == GF_OK && gf_cancelled(out->cancel))
        gf_fail_cancelled(&out->failed);
    if (out->failed.code)
        return give_failed(out, err);
    if (n > BUFFER_SIZE - out->used && !flush(out))
        return give_failed(out, err);
    if (n >= BUFFER_SIZE) {
        if (!write_all(out, data, n))
            return give_failed(out, err);
    } else if (n > 0) {
        memcpy(out->buffer + out->used, data, n);
        out->used += n;
    }
    out->size += n;
    gf_meter_did(out->meter, n);
    return true;
}

uint64_t gf_output_size(const struct gf_output *out)
{
    return out->size;
}

/* Gives the finished file a name. A new target gets its own at once; linkat cannot replace an
 * existing one, so there a hidden name comes first, for as long as the rename takes. */
static bool name_file(struct gf_output *out, struct gf_error *err)
{
    char proc[32];
    proc_path(out->fd, proc);
    if (linkat(AT_FDCWD, proc, out->dir, out->name, AT_SYMLINK_FOLLOW) == 0)
        return true;
    for (int i = 0; errno == EEXIST && i < 100; i++) {
        new_temp_name(out);
        if (linkat(AT_FDCWD, proc, out->dir, out->temp, AT_SYMLINK_FOLLOW) == 0) {
            out->named = true;
            return true;
        }
    }
    return fail_errno(out, err, errno, "cannot publish the output");
}

static bool publish(struct gf_output *out, struct gf_error *err)
{
    /* Before it gets its name: after a crash the name must not lead to half of the bytes. */
    if (fsync(out->fd) != 0)
        return fail_errno(out, err, errno, "cannot write");
    if (!out->named && !name_file(out, err))
        return false;
    if (out->named && renameat(out->dir, out->temp, out->dir, out->name) != 0)
        return fail_errno(out, err, errno, "cannot publish the output");
    out->named = false;
    /* Not every file system can sync a directory; those that cannot say EINVAL. */
    if (fsync(out->dir) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        return fail_errno(out, err, errno, "cannot sync the directory of the output");
    return true;
}

bool gf_output_commit(struct gf_output *out, struct gf_error *err)
{
    bool ok = !out->failed.code && flush(out);
    if (!ok)
        give_failed(out, err);
    else if (out->dir >= 0)
        ok = publish(out, err);
    int fd = out->fd;
    out->fd = -1;
    /* Network file systems report a full disk as late as here. */
    if (close(fd) != 0 && ok && errno != EINTR)
        ok = fail_errno(out, err, errno, "cannot write");
    gf_output_abort(out);
    return ok;
}

void gf_output_abort(struct gf_output *out)
{
    if (!out)
        return;
    if (out->named)
        unlinkat(out->dir, out->temp, 0);
    if (out->fd >= 0)
        close(out->fd);
    if (out->dir >= 0)
        close(out->dir);
    free(out->path);
    free(out->label);
    free(out);
}
