#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "io/output.h"
#include "support/scratch.h"

static char big[1 << 20];

/* The linker leads our calls of openat() here: file systems without O_TMPFILE are played. */
static bool no_tmpfile;
int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, mode_t mode);

int __wrap_openat(int dir, const char *path, int flags, mode_t mode)
{
    if (no_tmpfile && (flags & O_TMPFILE) == O_TMPFILE) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return __real_openat(dir, path, flags, mode);
}

/* The same for fsync(): the disk reports what write() could not know yet. */
static bool disk_fails;
int __real_fsync(int fd);
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    if (disk_fails) {
        errno = EIO;
        return -1;
    }
    return __real_fsync(fd);
}

static int setup(void **state)
{
    static struct scratch s;
    scratch_make(&s);
    *state = &s;
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 2654435761u >> 13);
    return 0;
}

static int setup_named(void **state)
{
    no_tmpfile = true;
    return setup(state);
}

static int teardown(void **state)
{
    no_tmpfile = false;
    scratch_remove(*state);
    return 0;
}

static void expect_content(const char *path, const void *want, size_t n)
{
    size_t got;
    unsigned char *data = scratch_read(path, &got);
    assert_int_equal(got, n);
    assert_memory_equal(data, want, n);
    free(data);
}

static struct gf_output *begin(const char *path)
{
    struct gf_output *out;
    struct gf_error err = {0};
    if (!gf_output_open(path, &out, &err))
        fail_msg("%s", err.message);
    return out;
}

static void publish(const char *path, const void *data, size_t n)
{
    struct gf_output *out = begin(path);
    struct gf_error err = {0};
    assert_true(gf_output_write(out, data, n, &err));
    if (!gf_output_commit(out, &err))
        fail_msg("%s", err.message);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode;
}

static void test_new_file(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_path(s, "new");
    mode_t old = umask(027);
    struct gf_output *out = begin(path);
    assert_int_equal(access(path, F_OK), -1);
    /* small pieces, one of the buffer's size and one above it */
    size_t sizes[] = {1, 0, 100, (256 << 10) - 102, 1, 256 << 10, 300 << 10, 7}, at = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_true(gf_output_write(out, big + at, sizes[i], NULL));
        at += sizes[i];
        assert_int_equal(gf_output_size(out), at);
    }
    assert_true(gf_output_commit(out, NULL));
    umask(old);
    expect_content(path, big, at);
    assert_int_equal(mode_of(path) & 07777, 0640);
    assert_int_equal(scratch_entries(s->dir), 1);
}

static void test_abort_leaves_the_old_file(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_write(s, "f", "old", 3);
    struct gf_output *out = begin(path);
    assert_true(gf_output_write(out, big, sizeof big, NULL));
    expect_content(path, "old", 3);
    gf_output_abort(out);
    gf_output_abort(NULL);
    expect_content(path, "old", 3);
    assert_int_equal(scratch_entries(s->dir), 1);
}

static void test_replacing_keeps_permissions(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_write(s, "f", "old and longer", 14);
    assert_int_equal(chmod(path, 0606), 0);
    publish(path, "new", 3);
    expect_content(path, "new", 3);
    assert_int_equal(mode_of(path) & 07777, 0606);
    assert_int_equal(scratch_entries(s->dir), 1);
}

static void test_protected_file(void **state)
{
    struct scratch *s = *state;
    if (geteuid() == 0)
        skip();
    const char *path = scratch_write(s, "f", "old", 3);
    assert_int_equal(chmod(path, 0444), 0);
    struct gf_output *out;
    struct gf_error err = {0};
    assert_false(gf_output_open(path, &out, &err));
    assert_non_null(strstr(err.message, strerror(EACCES)));
    expect_content(path, "old", 3);
}

static void test_links_stay_links(void **state)
{
    struct scratch *s = *state;
    assert_int_equal(mkdir(scratch_path(s, "sub"), 0755), 0);
    scratch_write(s, "sub/real", "old", 3);
    assert_int_equal(symlink("real", scratch_path(s, "sub/middle")), 0);
    assert_int_equal(symlink("sub/middle", scratch_path(s, "link")), 0);
    publish(s->path, "new", 3);
    assert_true(S_ISLNK(mode_of(s->path)));
    expect_content(scratch_path(s, "sub/real"), "new", 3);
    assert_true(S_ISREG(mode_of(s->path)));
    assert_int_equal(scratch_entries(scratch_path(s, "sub")), 2);

    /* to where nothing is yet */
    assert_int_equal(symlink("sub/later", scratch_path(s, "dangling")), 0);
    publish(s->path, "x", 1);
    assert_true(S_ISLNK(mode_of(s->path)));
    expect_content(scratch_path(s, "sub/later"), "x", 1);

    assert_int_equal(symlink("circle", scratch_path(s, "circle")), 0);
    struct gf_output *out;
    struct gf_error err = {0};
    assert_false(gf_output_open(s->path, &out, &err));
    assert_non_null(strstr(err.message, strerror(ELOOP)));
}

static void test_what_cannot_be_opened(void **state)
{
    struct scratch *s = *state;
    struct gf_output *out;
    struct gf_error err = {0};
    assert_false(gf_output_open(s->dir, &out, &err));
    assert_null(out);
    assert_non_null(strstr(err.message, strerror(EISDIR)));
    assert_string_equal(err.file, s->dir);
    assert_false(gf_output_open(scratch_path(s, "no/such"), &out, &err));
    assert_non_null(strstr(err.message, strerror(ENOENT)));
    assert_false(gf_output_open(scratch_path(s, "trailing/"), &out, &err));
    assert_false(gf_output_open("", &out, &err));
    assert_int_equal(scratch_entries(s->dir), 0);
}

static void test_full_device(void **state)
{
    (void)state;
    struct gf_error err = {0};
    if (access("/dev/full", W_OK) != 0)
        skip();
    /* within the buffer: the error comes at commit */
    struct gf_output *out = begin("/dev/full");
    assert_true(gf_output_write(out, "x", 1, &err));
    assert_false(gf_output_commit(out, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_non_null(strstr(err.message, strerror(ENOSPC)));
    assert_string_equal(err.file, "/dev/full");
    /* beyond it: at once, and ever after */
    out = begin("/dev/full");
    assert_false(gf_output_write(out, big, sizeof big, &err));
    err = (struct gf_error){0};
    assert_false(gf_output_write(out, "x", 1, &err));
    assert_non_null(strstr(err.message, strerror(ENOSPC)));
    assert_false(gf_output_commit(out, NULL));
}

static void test_failed_write_publishes_nothing(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_write(s, "f", "old", 3);
    pid_t child = fork();
    if (child == 0) {
        struct gf_error err = {0};
        struct gf_output *out;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){300000, 300000});
        /* the limit falls within the second write, which the system cuts short first */
        bool ok = gf_output_open(path, &out, &err) && gf_output_write(out, big, 270000, &err);
        bool failed = ok && !gf_output_write(out, big, 270000, &err);
        bool io = err.code == GF_ERR_IO && strstr(err.message, strerror(EFBIG));
        bool not_committed = failed && !gf_output_commit(out, &err);
        _exit(ok && failed && io && not_committed ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_content(path, "old", 3);
    assert_int_equal(scratch_entries(s->dir), 1);
}

static void test_disk_that_fails_late(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_write(s, "f", "old", 3);
    struct gf_output *out = begin(path);
    struct gf_error err = {0};
    assert_true(gf_output_write(out, "new", 3, &err));
    disk_fails = true;
    bool ok = gf_output_commit(out, &err);
    disk_fails = false;
    assert_false(ok);
    assert_non_null(strstr(err.message, strerror(EIO)));
    expect_content(path, "old", 3);
    assert_int_equal(scratch_entries(s->dir), 1);
}

static void test_killed_in_mid_write(void **state)
{
    struct scratch *s = *state;
    int probe = open(s->dir, O_TMPFILE | O_WRONLY, 0600);
    if (probe < 0)
        skip();
    close(probe);
    const char *path = scratch_write(s, "f", "old", 3);
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct gf_output *out;
        if (gf_output_open(path, &out, NULL) && gf_output_write(out, big, sizeof big, NULL) &&
            write(ready[1], "r", 1) == 1)
            pause();
        _exit(1);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(kill(child, SIGKILL), 0);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    expect_content(path, "old", 3);
    assert_int_equal(scratch_entries(s->dir), 1);
    close(ready[0]);
    close(ready[1]);
}

static void test_closed_pipe(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_path(s, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    struct gf_output *out = begin(path);
    close(reader);
    struct gf_error err = {0};
    assert_false(gf_output_write(out, big, sizeof big, &err));
    assert_non_null(strstr(err.message, strerror(EPIPE)));
    gf_output_abort(out);
    assert_true(S_ISFIFO(mode_of(path)));
    signal(SIGPIPE, old);
}

static void on_alarm(int number)
{
    (void)number;
}

/* A slow reader and a timer: short writes, EINTR and, with a non-blocking pipe, EAGAIN. */
static void check_slow_pipe(int flags)
{
    int ends[2], saved = dup(STDOUT_FILENO);
    assert_int_equal(pipe2(ends, flags), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        fcntl(ends[0], F_SETFL, 0);
        static char back[sizeof big + 1];
        size_t n = 0;
        for (ssize_t got; n < sizeof back; n += (size_t)got) {
            size_t room = sizeof back - n;
            if ((got = read(ends[0], back + n, room < 60000 ? room : 60000)) <= 0)
                break;
            usleep(3000);
        }
        _exit(n == sizeof big && memcmp(back, big, n) == 0 ? 0 : 1);
    }
    close(ends[0]);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 1000}, {0, 1000}}, NULL);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    struct gf_output *out;
    struct gf_error err = {0};
    bool ok = gf_output_open("-", &out, &err) && gf_output_write(out, big, sizeof big, &err) &&
              gf_output_commit(out, &err);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    signal(SIGALRM, SIG_DFL);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!ok)
        fail_msg("%s", err.message);
    assert_int_equal(status, 0);
}

static void test_standard_output(void **state)
{
    (void)state;
    check_slow_pipe(0);
    check_slow_pipe(O_NONBLOCK);
}

static void test_link_of_proc(void **state)
{
    struct scratch *s = *state;
    int fd = open(scratch_write(s, "gone", "old content", 11), O_RDWR);
    unlink(s->path);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    publish(path, "new", 3);
    char back[16];
    assert_int_equal(pread(fd, back, sizeof back, 0), 3);
    assert_memory_equal(back, "new", 3);
    assert_int_equal(scratch_entries(s->dir), 0);
    close(fd);
}

static void test_relative_name(void **state)
{
    struct scratch *s = *state;
    int here = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(chdir(s->dir), 0);
    publish("plain-name", "x", 1);
    expect_content("plain-name", "x", 1);
    assert_int_equal(fchdir(here), 0);
    close(here);
}

static void test_named_temporary_is_beside(void **state)
{
    struct scratch *s = *state;
    const char *path = scratch_path(s, "f");
    struct gf_output *out = begin(path);
    assert_int_equal(scratch_entries(s->dir), 1);
    assert_int_equal(access(path, F_OK), -1);
    gf_output_abort(out);
    assert_int_equal(scratch_entries(s->dir), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define TEST_NAMED(f)                                                                              \
    {                                                                                              \
        "named " #f, f, setup_named, teardown, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_new_file),
        TEST(test_abort_leaves_the_old_file),
        TEST(test_replacing_keeps_permissions),
        TEST(test_protected_file),
        TEST(test_links_stay_links),
        TEST(test_what_cannot_be_opened),
        TEST(test_full_device),
        TEST(test_failed_write_publishes_nothing),
        TEST(test_disk_that_fails_late),
        TEST_NAMED(test_disk_that_fails_late),
        TEST(test_killed_in_mid_write),
        TEST(test_closed_pipe),
        TEST(test_standard_output),
        TEST(test_link_of_proc),
        TEST(test_relative_name),
        TEST_NAMED(test_new_file),
        TEST_NAMED(test_abort_leaves_the_old_file),
        TEST_NAMED(test_replacing_keeps_permissions),
        TEST_NAMED(test_links_stay_links),
        TEST_NAMED(test_failed_write_publishes_nothing),
        TEST_NAMED(test_relative_name),
        TEST_NAMED(test_named_temporary_is_beside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
