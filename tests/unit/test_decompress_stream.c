#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "decompress/stream.h"
#include "support/packed.h"

#define NO_LIMIT UINT64_MAX

/* Decodes `packed` in every way in which it can arrive and be asked for, and wants `text`. */
static void expect_text(const struct bytes *packed, const struct bytes *text)
{
    static const size_t caps[] = {1, 7, 65536};
    for (size_t c = 0; c < sizeof caps / sizeof *caps; c++) {
        for (size_t cut = 0; cut <= packed->n + 1; cut++) {
            struct bytes out = {0};
            struct gf_error err = {0};
            /* cut 0: byte by byte; n + 1: from a regular file */
            bool ok = cut > packed->n
                          ? unpack_whole(packed, caps[c], NO_LIMIT, &out, &err)
                          : unpack(packed, cut, cut ? packed->n : 1, caps[c], NO_LIMIT, &out, &err);
            if (!ok)
                fail_msg("cap %zu, cut %zu: %s (byte %llu)", caps[c], cut, err.message,
                         (unsigned long long)err.byte);
            assert_int_equal(out.n, text->n);
            if (text->n)
                assert_memory_equal(out.data, text->data, text->n);
            bytes_free(&out);
        }
    }
}

static void test_plain(void **state)
{
    (void)state;
    for (size_t n = 0; n < 64; n += 9) {
        struct bytes text = make_text(n, n);
        expect_text(&text, &text);
        bytes_free(&text);
    }
}

static void test_small_zstd(void **state)
{
    (void)state;
    for (int sized = 0; sized < 2; sized++) {
        struct bytes text = make_text(150, 1), packed = {0};
        pack_zstd(&packed, text.data, text.n, sized);
        expect_text(&packed, &text);
        bytes_free(&text);
        bytes_free(&packed);
    }
}

static void test_zstd_frames(void **state)
{
    (void)state;
    struct bytes text = make_text(60, 2), packed = {0};
    pack_skippable(&packed, 0, "", 0);
    pack_zstd(&packed, "", 0, true);
    pack_zstd(&packed, text.data, 20, true);
    pack_zstd(&packed, "", 0, false);
    pack_skippable(&packed, 15, "anything at all", 15);
    pack_zstd_raw(&packed, text.data + 20, 1, 10, 7);
    pack_zstd_raw(&packed, "", 0, 20, 0);
    pack_zstd(&packed, text.data + 21, 9, false);
    pack_skippable(&packed, 7, "x", 1);
    /* without a checksum the decoder still holds bytes when the input has ended */
    pack_zstd_raw(&packed, text.data + 30, 30, 10, 0);
    expect_text(&packed, &text);
    bytes_zeros(&packed, 5);
    expect_text(&packed, &text);
    bytes_free(&text);
    bytes_free(&packed);
}

static void test_small_gzip(void **state)
{
    (void)state;
    static const int levels[] = {0, 1, 9};
    for (int i = 0; i < 6; i++) {
        struct bytes text = make_text(150, 3), packed = {0};
        pack_gzip(&packed, text.data, text.n, levels[i / 2], i & 1);
        expect_text(&packed, &text);
        bytes_free(&text);
        bytes_free(&packed);
    }
}

static void test_gzip_members(void **state)
{
    (void)state;
    struct bytes text = make_text(50, 4), packed = {0};
    pack_gzip(&packed, "", 0, 6, false);
    pack_gzip(&packed, text.data, 49, 6, true);
    pack_gzip(&packed, "", 0, 0, true);
    pack_gzip(&packed, text.data + 49, 1, 0, false);
    pack_gzip(&packed, "", 0, 6, false);
    expect_text(&packed, &text);
    bytes_zeros(&packed, 5);
    expect_text(&packed, &text);
    bytes_free(&text);
    bytes_free(&packed);
}

/* More than any buffer in the way: input buffer 512 KiB, gzip window 32 KiB, zstd window 2 MiB. */
static void check_large(void (*pack)(struct bytes *, const unsigned char *, size_t))
{
    struct bytes text = make_text(5000000, 5), packed = {0};
    pack(&packed, text.data, text.n);
    static const size_t caps[] = {997, 65536, 300000, 1 << 20, 6000000};
    for (size_t c = 0; c < sizeof caps / sizeof *caps; c++) {
        struct bytes out = {0};
        struct gf_error err = {0};
        if (!unpack_whole(&packed, caps[c], NO_LIMIT, &out, &err))
            fail_msg("cap %zu: %s", caps[c], err.message);
        assert_int_equal(out.n, text.n);
        assert_memory_equal(out.data, text.data, text.n);
        bytes_free(&out);
    }
    bytes_free(&text);
    bytes_free(&packed);
}

static void pack_plain(struct bytes *out, const unsigned char *data, size_t n)
{
    bytes_add(out, data, n);
}

static void pack_one_frame(struct bytes *out, const unsigned char *data, size_t n)
{
    pack_zstd(out, data, n, false);
}

static void pack_many_frames(struct bytes *out, const unsigned char *data, size_t n)
{
    for (size_t at = 0, part; at < n; at += part) {
        part = n - at < 1 + at % 7000 ? n - at : 1 + at % 7000;
        pack_zstd(out, data + at, part, true);
    }
}

static void pack_one_member(struct bytes *out, const unsigned char *data, size_t n)
{
    pack_gzip(out, data, n, 1, true);
}

static void pack_stored(struct bytes *out, const unsigned char *data, size_t n)
{
    pack_gzip(out, data, n, 0, false);
}

static void pack_many_members(struct bytes *out, const unsigned char *data, size_t n)
{
    for (size_t at = 0, part; at < n; at += part) {
        part = n - at < 1 + at % 7000 ? n - at : 1 + at % 7000;
        pack_gzip(out, data + at, part, 6, at & 1);
    }
}

static void test_large(void **state)
{
    (void)state;
    check_large(pack_plain);
    check_large(pack_one_frame);
    check_large(pack_many_frames);
    check_large(pack_one_member);
    check_large(pack_stored);
    check_large(pack_many_members);
}

static void test_count_and_kind(void **state)
{
    (void)state;
    struct bytes text = make_text(3000000, 6), packed = {0};
    pack_gzip(&packed, text.data, text.n, 1, false);
    int fd = memfd_create("f", MFD_CLOEXEC);
    assert_int_equal(write(fd, packed.data, packed.n), (ssize_t)packed.n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    struct gf_file file = {.fd = fd, .path = "f", .regular = true, .size = packed.n};
    struct gf_stream *s;
    assert_true(gf_stream_open(&file, NO_LIMIT, &s, NULL));
    assert_int_equal(gf_stream_compression(s), GF_GZIP);
    uint64_t last = gf_stream_bytes_in(s);
    assert_true(last > 0 && last <= packed.n);
    char buf[4096];
    size_t got = 1;
    while (got > 0) {
        assert_true(gf_stream_read(s, buf, sizeof buf, &got, NULL));
        assert_true(gf_stream_bytes_in(s) >= last);
        last = gf_stream_bytes_in(s);
    }
    assert_int_equal(last, packed.n);
    gf_stream_close(s);
    gf_stream_close(NULL);
    close(fd);
    bytes_free(&text);
    bytes_free(&packed);
}

/* What a pipe has given is handed on before more is waited for. */
static void test_pipe_is_not_held_back(void **state)
{
    (void)state;
    struct bytes text = make_text(200000, 7), frame = {0};
    pack_zstd(&frame, text.data, text.n, true);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(frame.n < 65536);
    assert_int_equal(write(ends[1], frame.data, frame.n), (ssize_t)frame.n);
    struct gf_file file = {.fd = ends[0], .path = "pipe"};
    struct gf_stream *s;
    assert_true(gf_stream_open(&file, NO_LIMIT, &s, NULL));
    static char buf[1 << 20];
    size_t got, sum = 0;
    while (sum < text.n) { /* the writer is still there: waiting for more would never end */
        assert_true(gf_stream_read(s, buf, sizeof buf, &got, NULL));
        assert_true(got > 0);
        sum += got;
    }
    assert_int_equal(sum, text.n);
    close(ends[1]);
    assert_true(gf_stream_read(s, buf, sizeof buf, &got, NULL));
    assert_int_equal(got, 0);
    gf_stream_close(s);
    close(ends[0]);
    bytes_free(&text);
    bytes_free(&frame);
}

/* Nor what is decoded already when the caller takes little at a time in the midst of a frame. */
static void test_decoded_bytes_are_not_held_back(void **state)
{
    (void)state;
    struct bytes text = make_text(1000, 10), frame = {0};
    pack_zstd_raw(&frame, text.data, text.n, 20, 0);
    frame.data[6] &= 0xfe; /* not the last block */
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], frame.data, frame.n), (ssize_t)frame.n);
    struct gf_file file = {.fd = ends[0], .path = "pipe"};
    struct gf_stream *s;
    assert_true(gf_stream_open(&file, NO_LIMIT, &s, NULL));
    char buf[100];
    size_t got;
    alarm(60); /* a decoder that waits here waits for ever */
    for (size_t sum = 0; sum < text.n; sum += got) {
        assert_true(gf_stream_read(s, buf, sizeof buf, &got, NULL));
        assert_true(got > 0);
        assert_memory_equal(buf, text.data + sum, got);
    }
    alarm(0);
    gf_stream_close(s);
    close(ends[0]);
    close(ends[1]);
    bytes_free(&text);
    bytes_free(&frame);
}

static void expect_limit(const struct bytes *packed, uint64_t limit, const char *wanted,
                         const char *allowed)
{
    struct bytes out = {0};
    struct gf_error err = {0};
    assert_false(unpack_whole(packed, 4096, limit, &out, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    assert_non_null(strstr(err.message, wanted));
    assert_non_null(strstr(err.message, allowed));
    assert_string_equal(err.file, "file");
    bytes_free(&out);
}

static void test_zstd_windows(void **state)
{
    (void)state;
    struct bytes text = make_text(1000, 8), packed = {0}, out = {0};
    struct gf_error err = {0};
    /* as zstd --long=31 from a pipe */
    pack_zstd_raw(&packed, text.data, text.n, 31, 0);
    if (!unpack_whole(&packed, 4096, NO_LIMIT, &out, &err))
        fail_msg("%s", err.message);
    assert_int_equal(out.n, text.n);
    assert_memory_equal(out.data, text.data, text.n);
    expect_limit(&packed, 64 << 20, "2147483648 bytes", "67108864 bytes");
    /* one step beyond 2 GiB, and the most that a header can ask for, 3.75 TiB */
    packed.n = 0;
    pack_zstd_raw(&packed, text.data, text.n, 31, 1);
    expect_limit(&packed, NO_LIMIT, "2415919104 bytes", "2147483648 bytes");
    packed.n = 0;
    pack_zstd_raw(&packed, text.data, text.n, 41, 7);
    expect_limit(&packed, NO_LIMIT, "4123168604160 bytes", "2147483648 bytes");
    /* a later frame is no exception */
    packed.n = 0;
    pack_zstd_raw(&packed, text.data, text.n, 10, 0);
    size_t second = packed.n;
    pack_zstd_raw(&packed, text.data, text.n, 27, 0);
    out.n = 0;
    assert_false(unpack_whole(&packed, 4096, 1 << 20, &out, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    assert_int_equal(err.byte, second);
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&out);
}

static void test_zstd_dictionary(void **state)
{
    (void)state;
    struct bytes packed = {0}, out = {0};
    struct gf_error err = {0};
    bytes_le(&packed, 0xfd2fb528, 4);
    bytes_le(&packed, 0x01, 1); /* a dictionary id of one byte */
    bytes_le(&packed, 0, 1);
    bytes_le(&packed, 77, 1);
    bytes_le(&packed, 1, 3);
    assert_false(unpack_whole(&packed, 100, NO_LIMIT, &out, &err));
    assert_int_equal(err.code, GF_ERR_FORMAT);
    assert_non_null(strstr(err.message, "77"));
    packed.data[6] = 0; /* id 0 means none */
    assert_true(unpack_whole(&packed, 100, NO_LIMIT, &out, &err));
    bytes_free(&packed);
    bytes_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_small_zstd),
        cmocka_unit_test(test_zstd_frames),
        cmocka_unit_test(test_small_gzip),
        cmocka_unit_test(test_gzip_members),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_count_and_kind),
        cmocka_unit_test(test_pipe_is_not_held_back),
        cmocka_unit_test(test_decoded_bytes_are_not_held_back),
        cmocka_unit_test(test_zstd_windows),
        cmocka_unit_test(test_zstd_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
