#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decompress/frames.h"
#include "decompress/stream.h"
#include "export/encoder.h"
#include "io/output.h"
#include "io/source.h"
#include "support/packed.h"
#include "support/scratch.h"

/* Counts down with each allocation; the one that finds 1 fails. 0: none does. */
static unsigned countdown;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

static bool fails(void)
{
    return countdown > 0 && --countdown == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
    return fails() ? NULL : __real_strdup(s);
}

static int setup(void **state)
{
    static struct scratch s;
    scratch_make(&s);
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    countdown = 0;
    scratch_remove(*state);
    return 0;
}

/* Fails the first, the second ... allocation of `work` until it gets by without meeting the
 * failure. Each time it must say so; leaks are for the sanitizer to find. */
static void fail_each(bool (*work)(struct scratch *, struct gf_error *), struct scratch *s,
                      unsigned at_least)
{
    unsigned n = 0;
    for (;;) {
        struct gf_error err = {0};
        countdown = ++n;
        bool ok = work(s, &err);
        bool met = countdown == 0;
        countdown = 0;
        if (ok && !met)
            break;
        if (ok)
            fail_msg("allocation %u failed unnoticed", n);
        assert_int_equal(err.code, GF_ERR_NOMEM);
    }
    assert_true(n > at_least);
}

static bool expand(struct scratch *s, struct gf_error *err)
{
    const char *paths[] = {s->dir, "-"};
    struct gf_source_list list;
    if (!gf_source_list_expand(paths, 2, &list, err))
        return false;
    gf_source_list_free(&list);
    return true;
}

static void test_source_list(void **state)
{
    struct scratch *s = *state;
    assert_int_equal(mkdir(scratch_path(s, "d"), 0755), 0);
    for (int i = 0; i < 80; i++) {
        char name[16];
        snprintf(name, sizeof name, "d/f%d", i);
        scratch_write(s, name, "", 0);
    }
    assert_int_equal(symlink("d", scratch_path(s, "link")), 0);
    fail_each(expand, s, 160);
}

static bool write_link(struct scratch *s, struct gf_error *err)
{
    struct gf_output *out;
    if (!gf_output_open(s->path, &out, err))
        return false;
    return gf_output_write(out, "x", 1, err) & gf_output_commit(out, err);
}

static void test_output(void **state)
{
    struct scratch *s = *state;
    scratch_write(s, "f", "old", 3);
    assert_int_equal(symlink("f", scratch_path(s, "link")), 0);
    fail_each(write_link, s, 3);
    assert_int_equal(scratch_entries(s->dir), 2);
}

static bool read_stream(struct scratch *s, struct gf_error *err)
{
    struct gf_file file;
    struct gf_stream *stream;
    char buf[100];
    size_t got = 1;
    if (!gf_file_open(s->path, &file, err))
        return false;
    bool ok = gf_stream_open(&file, UINT64_MAX, &stream, err);
    while (ok && got > 0)
        ok = gf_stream_read(stream, buf, sizeof buf, &got, err);
    if (stream)
        gf_stream_close(stream);
    gf_file_close(&file);
    return ok;
}

static bool find_frames(struct scratch *s, struct gf_error *err)
{
    struct gf_file file;
    struct gf_zstd_frame *runs;
    size_t n;
    if (!gf_file_open(s->path, &file, err))
        return false;
    bool ok = gf_zstd_frames_find(&file, &(struct gf_zstd_find){0, UINT64_MAX}, &runs, &n, err);
    free(runs);
    gf_file_close(&file);
    return ok;
}

static void test_streams(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(500, 1), packed = {0};
    scratch_write(s, "plain", text.data, text.n);
    fail_each(read_stream, s, 2);
    pack_gzip(&packed, text.data, text.n, 6, false);
    scratch_write(s, "gzip", packed.data, packed.n);
    fail_each(read_stream, s, 3);
    packed.n = 0;
    pack_zstd(&packed, text.data, text.n, false);
    scratch_write(s, "zstd", packed.data, packed.n);
    fail_each(read_stream, s, 3);
    fail_each(find_frames, s, 1);
    /* with a seek table */
    struct bytes table = {0};
    bytes_le(&table, packed.n, 4);
    bytes_le(&table, text.n, 4);
    bytes_le(&table, 1, 4);
    bytes_le(&table, 0, 1);
    bytes_le(&table, 0x8f92eab1, 4);
    pack_skippable(&packed, 14, table.data, table.n);
    scratch_write(s, "seekable", packed.data, packed.n);
    fail_each(find_frames, s, 2);
    bytes_free(&table);
    bytes_free(&text);
    bytes_free(&packed);
}

static bool encode(struct gf_error *err, enum gf_compression kind)
{
    struct gf_output *out;
    struct gf_encoder *enc;
    if (!gf_output_open("/dev/null", &out, err))
        return false;
    bool ok = gf_encoder_open(out, kind, 0, &enc, err);
    if (ok)
        ok = gf_encoder_finish(enc, err);
    gf_output_abort(out);
    return ok;
}

static bool encode_gzip(struct scratch *s, struct gf_error *err)
{
    (void)s;
    return encode(err, GF_GZIP);
}

static bool encode_zstd(struct scratch *s, struct gf_error *err)
{
    (void)s;
    return encode(err, GF_ZSTD);
}

static void test_encoders(void **state)
{
    fail_each(encode_gzip, *state, 5);
    fail_each(encode_zstd, *state, 4);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_source_list),
        TEST(test_output),
        TEST(test_streams),
        TEST(test_encoders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
