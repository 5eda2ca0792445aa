#include "io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux transfers at most this much in one call anyway; it also keeps the count in a ssize_t. */
#define TRANSFER_MAX ((size_t)1 << 30)
/* How long a cancelled read may go on waiting, in milliseconds. */
#define WAIT_SLICE 100

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *gf_file_label(const struct gf_file *file)
{
    return is_stdin(file->path) ? "standard input" : file->path;
}

static bool fail(const struct gf_file *file, struct gf_error *err, const char *what)
{
    gf_fail_errno(err, errno, "%s", what);
    return gf_error_in(err, gf_file_label(file));
}

bool gf_file_open(const char *path, struct gf_file *out, struct gf_error *err)
{
    struct gf_file file = {.fd = -1, .path = path};
    /* Without O_NONBLOCK the open of a named pipe would wait for a writer, and nothing could end
     * that; with it, the open of a file that a server holds a lease on fails at once. */
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    errno = 0;
    do {
        if (errno == EWOULDBLOCK)
            flags &= ~O_NONBLOCK;
        /* A copy of descriptor 0, so that closing is the same for all inputs. */
        file.fd = is_stdin(path) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, flags);
    } while (file.fd < 0 && (errno == EINTR || (errno == EWOULDBLOCK && (flags & O_NONBLOCK))));
    if (file.fd < 0)
        return fail(&file, err, "cannot open");
    struct stat st;
    if (fstat(file.fd, &st) != 0) {
        fail(&file, err, "cannot open");
        goto out;
    }
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        fail(&file, err, "cannot read");
        goto out;
    }
    /* A redirected file of which another process read the beginning already: its bytes can only be
     * had in order, because offset 0 is not where this input begins. */
    file.regular = S_ISREG(st.st_mode) && lseek(file.fd, 0, SEEK_CUR) == 0;
    if (file.regular)
        file.size = (uint64_t)st.st_size;
    *out = file;
    return true;
out:
    close(file.fd);
    return false;
}

void gf_file_close(struct gf_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

bool gf_file_ready(const struct gf_file *file, int milliseconds)
{
    if (file->regular || file->fd < 0) /* the read will say what is wrong with the latter */
        return true;
    /* A named pipe that no writer has opened yet is neither readable nor hung up. */
    struct pollfd p = {.fd = file->fd, .events = POLLIN};
    int n = poll(&p, 1, milliseconds);
    return n > 0 || (n < 0 && errno != EINTR);
}

/* Polls before every read: a descriptor that somebody made non-blocking (ssh and node do that to
 * pipes) may have nothing yet, and a named pipe that has had no writer yet would seem to be at its
 * end. */
bool gf_file_read(struct gf_file *file, void *buf, size_t cap, size_t *got, struct gf_error *err)
{
    *got = 0;
    for (;;) {
        if (!gf_file_ready(file, WAIT_SLICE)) {
            if (file->cancelled && file->cancelled(file->cancelled_ctx))
                return gf_fail(err, GF_ERR_CANCELLED, "stopped");
            continue;
        }
        ssize_t n = read(file->fd, buf, cap < TRANSFER_MAX ? cap : TRANSFER_MAX);
        if (n >= 0) {
            *got = (size_t)n;
            return true;
        }
        if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK)
            return fail(file, err, "cannot read");
    }
}

bool gf_file_pread(const struct gf_file *file, uint64_t offset, void *buf, size_t cap, size_t *got,
                   struct gf_error *err)
{
    *got = 0;
    if (offset > INT64_MAX || cap > (size_t)INT64_MAX - offset)
        return gf_fail(err, GF_ERR_LIMIT, "a file offset beyond what the system can address");
    while (*got < cap) {
        size_t want = cap - *got < TRANSFER_MAX ? cap - *got : TRANSFER_MAX;
        ssize_t n = pread(file->fd, (char *)buf + *got, want, (off_t)(offset + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(file, err, "cannot read");
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return true;
}
