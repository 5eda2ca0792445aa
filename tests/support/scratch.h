/* A directory of its own for a test, in $TMPDIR or where the test runs, and small files in it. */
#ifndef GF_TESTS_SCRATCH_H
#define GF_TESTS_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct scratch {
    char dir[256];
    char path[512]; /* what scratch_path last made */
};

static inline void scratch_make(struct scratch *s)
{
    const char *base = getenv("TMPDIR");
    snprintf(s->dir, sizeof s->dir, "%s/gf-test-XXXXXX", base && *base ? base : ".");
    assert_non_null(mkdtemp(s->dir));
}

/* Valid until the next call. */
static inline const char *scratch_path(struct scratch *s, const char *name)
{
    snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);
    return s->path;
}

static inline const char *scratch_write(struct scratch *s, const char *name, const void *data,
                                        size_t n)
{
    const char *path = scratch_path(s, name);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, n), (ssize_t)n);
    close(fd);
    return path;
}

/* The contents of a file, to be freed; *n is its size. */
static inline unsigned char *scratch_read(const char *path, size_t *n)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    *n = (size_t)st.st_size;
    unsigned char *data = malloc(*n + 1);
    assert_non_null(data);
    assert_int_equal(read(fd, data, *n), (ssize_t)*n);
    data[*n] = 0;
    close(fd);
    return data;
}

/* Names in the directory but for "." and "..". */
static inline unsigned scratch_entries(const char *dir)
{
    DIR *d = opendir(dir);
    assert_non_null(d);
    unsigned n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

/* Removes a tree of test files; depth is what the tests make, a few levels. */
static inline void scratch_remove(struct scratch *s)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", s->dir);
    assert_int_equal(system(command), 0);
}

/* For cmocka: a test's state is its directory. */
static inline int scratch_setup(void **state)
{
    static struct scratch s;
    scratch_make(&s);
    *state = &s;
    return 0;
}

static inline int scratch_teardown(void **state)
{
    scratch_remove(*state);
    return 0;
}

#endif
