#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/sniff.h"
#include "io/source.h"
#include "support/scratch.h"

static void make_dir(struct scratch *s, const char *name)
{
    assert_int_equal(mkdir(scratch_path(s, name), 0755), 0);
}

static void make_link(struct scratch *s, const char *target, const char *name)
{
    assert_int_equal(symlink(target, scratch_path(s, name)), 0);
}

/* Expands the scratch directory and compares what comes out with `want`, relative paths. */
static void expect_files(struct scratch *s, const char *const *want, size_t n)
{
    const char *paths[] = {s->dir};
    struct gf_source_list list;
    struct gf_error err = {0};
    if (!gf_source_list_expand(paths, 1, &list, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < list.n && i < n; i++) {
        assert_string_equal(list.items[i].path, scratch_path(s, want[i]));
        assert_true(list.items[i].from_directory);
    }
    assert_int_equal(list.n, n);
    gf_source_list_free(&list);
    assert_null(list.items);
}

static void test_sniff(void **state)
{
    (void)state;
    assert_int_equal(gf_sniff_compression("\x1f\x8b\x08", 3), GF_GZIP);
    assert_int_equal(gf_sniff_compression("\x1f\x8b", 2), GF_GZIP);
    assert_int_equal(gf_sniff_compression("\x1f\x8b\x07", 3), GF_PLAIN);
    assert_int_equal(gf_sniff_compression("\x1f", 1), GF_PLAIN);
    assert_int_equal(gf_sniff_compression("\x28\xb5\x2f\xfd", 4), GF_ZSTD);
    assert_int_equal(gf_sniff_compression("\x28\xb5\x2f", 3), GF_PLAIN);
    for (int i = 0; i < 16; i++) {
        unsigned char skippable[4] = {(unsigned char)(0x50 + i), 0x2a, 0x4d, 0x18};
        assert_int_equal(gf_sniff_compression(skippable, 4), GF_ZSTD);
    }
    assert_int_equal(gf_sniff_compression("\x60\x2a\x4d\x18", 4), GF_PLAIN);
    assert_int_equal(gf_sniff_compression(NULL, 0), GF_PLAIN);
    assert_string_equal(gf_compression_name(GF_PLAIN), "plain");
    assert_string_equal(gf_compression_name(GF_ZSTD), "zstd");
    assert_string_equal(gf_compression_name(GF_GZIP), "gzip");
}

static void test_named_inputs_stay_in_order(void **state)
{
    struct scratch *s = *state;
    char b[512], a[512];
    snprintf(b, sizeof b, "%s", scratch_write(s, "b", "", 0));
    snprintf(a, sizeof a, "%s", scratch_write(s, "a", "", 0));
    const char *paths[] = {b, "-", a, b};
    struct gf_source_list list;
    assert_true(gf_source_list_expand(paths, 4, &list, NULL));
    assert_int_equal(list.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(list.items[i].path, paths[i]);
        assert_false(list.items[i].from_directory);
    }
    gf_source_list_free(&list);
}

static void test_directory_is_sorted_and_deep(void **state)
{
    struct scratch *s = *state;
    make_dir(s, "m");
    make_dir(s, "m/deep");
    make_dir(s, ".hidden");
    make_dir(s, "empty");
    scratch_write(s, "z", "", 0);
    scratch_write(s, "B", "", 0);
    scratch_write(s, "\xc3\xa9", "", 0);
    scratch_write(s, ".profile", "", 0);
    scratch_write(s, ".hidden/x", "", 0);
    scratch_write(s, "m/deep/x", "", 0);
    scratch_write(s, "m-1", "", 0);
    assert_int_equal(mkfifo(scratch_path(s, "pipe"), 0600), 0);
    /* '-' sorts before '/', and bytes above 127 behind all letters */
    expect_files(s, (const char *[]){"B", "m-1", "m/deep/x", "z", "\xc3\xa9"}, 5);
}

static void test_links(void **state)
{
    struct scratch *s = *state;
    struct scratch outside;
    scratch_make(&outside);
    scratch_write(&outside, "far", "", 0);
    char target[600];
    snprintf(target, sizeof target, "%s%s", outside.dir[0] == '/' ? "" : "../", outside.dir);

    make_dir(s, "d");
    scratch_write(s, "d/z-real", "", 0);
    make_link(s, "d/z-real", "a-latest"); /* means a file that is there: not again */
    make_link(s, "..", "d/up");           /* a circle */
    make_link(s, "self", "self");         /* a circle of one */
    make_link(s, "nowhere", "dangling");
    make_link(s, target, "other");  /* a directory elsewhere */
    make_link(s, target, "other2"); /* the same again */
    char first[512];
    snprintf(first, sizeof first, "%s", scratch_path(s, "d/z-real"));
    assert_int_equal(link(first, scratch_path(s, "hard")), 0); /* two names: two files */
    expect_files(s, (const char *[]){"d/z-real", "hard", "other/far"}, 3);
    scratch_remove(&outside);
}

static void test_what_cannot_be_expanded(void **state)
{
    struct scratch *s = *state;
    struct gf_source_list list;
    struct gf_error err = {0};
    const char *missing[] = {scratch_path(s, "missing")};
    assert_false(gf_source_list_expand(missing, 1, &list, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, missing[0]);
    assert_non_null(strstr(err.message, strerror(ENOENT)));
    assert_int_equal(list.n, 0);

    make_dir(s, "sub");
    const char *empty[] = {s->dir};
    assert_false(gf_source_list_expand(empty, 1, &list, &err));
    assert_int_equal(err.code, GF_ERR_EMPTY);

    if (geteuid() != 0) { /* root may read everything */
        assert_int_equal(chmod(scratch_path(s, "sub"), 0), 0);
        assert_false(gf_source_list_expand(empty, 1, &list, &err));
        assert_int_equal(err.code, GF_ERR_IO);
        assert_string_equal(err.file, s->path);
        assert_int_equal(chmod(s->path, 0755), 0);
    }
}

static void test_an_expansion_that_is_given_up(void **state)
{
    struct scratch *s = *state;
    struct gf_source_list list, copy;
    struct gf_error err = {0};
    atomic_bool cancel = false;
    make_dir(s, "d");
    scratch_write(s, "d/a", "", 0);
    scratch_write(s, "b", "", 0);
    const char *paths[] = {s->dir, "-"};
    assert_true(gf_source_list_expand_until(paths, 2, &cancel, &list, &err));
    assert_true(gf_source_list_copy(&list, &copy, &err));
    assert_int_equal(copy.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(copy.items[i].path, list.items[i].path);
        assert_ptr_not_equal(copy.items[i].path, list.items[i].path);
        assert_int_equal(copy.items[i].from_directory, i < 2);
    }
    gf_source_list_free(&list);
    gf_source_list_free(&copy);
    atomic_store(&cancel, true);
    assert_false(gf_source_list_expand_until(paths, 2, &cancel, &list, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_int_equal(list.n, 0);
}

static void test_file(void **state)
{
    struct scratch *s = *state;
    struct gf_error err = {0};
    struct gf_file file;
    char buf[16] = "";
    size_t got;
    assert_false(gf_file_open(s->dir, &file, &err));
    assert_non_null(strstr(err.message, strerror(EISDIR)));

    const char *path = scratch_write(s, "f", "0123456789", 10);
    assert_true(gf_file_open(path, &file, &err));
    assert_true(file.regular);
    assert_int_equal(file.size, 10);
    assert_true(gf_file_pread(&file, 7, buf, sizeof buf, &got, &err));
    assert_int_equal(got, 3);
    assert_memory_equal(buf, "789", 3);
    assert_true(gf_file_pread(&file, 11, buf, sizeof buf, &got, &err));
    assert_int_equal(got, 0);
    assert_false(gf_file_pread(&file, UINT64_MAX, buf, sizeof buf, &got, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    /* pread left the position alone */
    assert_true(gf_file_read(&file, buf, 4, &got, &err));
    assert_memory_equal(buf, "0123", 4);
    gf_file_close(&file);
    assert_int_equal(file.fd, -1);
}

static void test_standard_input(void **state)
{
    struct scratch *s = *state;
    struct gf_file file;
    struct gf_error err = {0};
    char buf[16];
    size_t got;
    int saved = dup(STDIN_FILENO), fd = open(scratch_write(s, "f", "abcdef", 6), O_RDONLY);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);

    assert_true(gf_file_open("-", &file, &err));
    assert_true(file.regular);
    assert_int_equal(file.size, 6);
    gf_file_close(&file);
    /* descriptor 0 itself stays open; behind its beginning it can only be read in order */
    assert_int_equal(read(STDIN_FILENO, buf, 2), 2);
    assert_true(gf_file_open("-", &file, &err));
    assert_false(file.regular);
    assert_true(gf_file_read(&file, buf, sizeof buf, &got, &err));
    assert_int_equal(got, 4);
    assert_memory_equal(buf, "cdef", 4);
    assert_string_equal(gf_file_label(&file), "standard input");
    gf_file_close(&file);

    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd);
}

static void test_non_blocking_pipe(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        usleep(50000);
        _exit(write(ends[1], "late", 4) == 4 ? 0 : 1);
    }
    close(ends[1]);
    struct gf_file file = {.fd = ends[0], .path = "pipe"};
    char buf[8];
    size_t got;
    assert_true(gf_file_read(&file, buf, sizeof buf, &got, NULL));
    assert_int_equal(got, 4);
    assert_true(gf_file_read(&file, buf, sizeof buf, &got, NULL));
    assert_int_equal(got, 0);
    gf_file_close(&file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sniff),
        TEST(test_named_inputs_stay_in_order),
        TEST(test_directory_is_sorted_and_deep),
        TEST(test_links),
        TEST(test_what_cannot_be_expanded),
        TEST(test_an_expansion_that_is_given_up),
        TEST(test_file),
        TEST(test_standard_input),
        TEST(test_non_blocking_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
