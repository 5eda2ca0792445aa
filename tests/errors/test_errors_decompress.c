#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "decompress/stream.h"
#include "support/packed.h"

#define LIMIT ((uint64_t)64 << 20)

struct sample {
    struct bytes text, packed;
    size_t whole[4]; /* lengths, but for 0, at which a prefix of packed is a legal file */
};

static struct sample zstd_sample(void)
{
    struct sample s = {.text = make_text(300, 1)};
    pack_zstd(&s.packed, s.text.data, 200, true);
    s.whole[0] = s.packed.n;
    pack_skippable(&s.packed, 3, "skipped", 7);
    s.whole[1] = s.packed.n;
    pack_zstd(&s.packed, s.text.data + 200, 100, false);
    s.whole[2] = s.packed.n;
    return s;
}

static struct sample gzip_sample(void)
{
    struct sample s = {.text = make_text(300, 2)};
    pack_gzip(&s.packed, s.text.data, 150, 9, true);
    s.whole[0] = s.packed.n;
    pack_gzip(&s.packed, s.text.data + 150, 50, 0, false);
    s.whole[1] = s.packed.n;
    pack_gzip(&s.packed, s.text.data + 200, 100, 1, false);
    s.whole[2] = s.packed.n;
    return s;
}

static void free_sample(struct sample *s)
{
    bytes_free(&s->text);
    bytes_free(&s->packed);
}

static void check_truncated(struct sample s, size_t magic)
{
    size_t n = s.packed.n;
    for (size_t cut = magic; cut <= n; cut++) {
        bool whole = false;
        for (size_t i = 0; i < 4; i++)
            whole = whole || s.whole[i] == cut;
        static const size_t caps[] = {1, 65536};
        for (size_t c = 0; c < 2; c++) {
            struct bytes out = {0};
            struct gf_error err = {0};
            s.packed.n = cut;
            bool ok = unpack_whole(&s.packed, caps[c], LIMIT, &out, &err);
            if (ok != whole)
                fail_msg("%zu of %zu bytes, cap %zu: %s", cut, n, caps[c],
                         ok ? "taken for whole" : err.message);
            if (!ok) {
                assert_int_equal(err.code, GF_ERR_CORRUPT);
                assert_true(err.byte <= cut);
                assert_string_equal(err.file, "file");
            }
            /* never other bytes than those of the text */
            assert_true(out.n <= s.text.n);
            if (out.n)
                assert_memory_equal(out.data, s.text.data, out.n);
            bytes_free(&out);
        }
    }
    free_sample(&s);
}

static void test_truncated(void **state)
{
    (void)state;
    check_truncated(zstd_sample(), 4);
    check_truncated(gzip_sample(), 2);
}

/* Checksums see every flipped bit that matters; one that does not (a file name, a time) leaves the
 * text as it was. Flips in the magic make another kind of file: left out. */
static void check_flipped(struct sample s, size_t magic)
{
    size_t found = 0, harmless = 0;
    for (size_t bit = magic * 8; bit < s.packed.n * 8; bit++) {
        struct bytes out = {0};
        struct gf_error err = {0};
        s.packed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
        if (unpack_whole(&s.packed, 65536, LIMIT, &out, &err)) {
            if (out.n != s.text.n || memcmp(out.data, s.text.data, out.n) != 0)
                fail_msg("bit %zu changes the text and is not noticed", bit);
            harmless++;
        } else {
            assert_true(err.code == GF_ERR_CORRUPT || err.code == GF_ERR_LIMIT ||
                        err.code == GF_ERR_FORMAT);
            found++;
        }
        bytes_free(&out);
        s.packed.data[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    assert_true(found > 5 * harmless);
    free_sample(&s);
}

static void test_flipped_bits(void **state)
{
    (void)state;
    check_flipped(zstd_sample(), 4);
    check_flipped(gzip_sample(), 3);
}

static void check_followed_by(struct sample s, const void *data, size_t n, const char *part)
{
    size_t end = s.packed.n;
    static const size_t caps[] = {1, 100, 65536};
    bytes_add(&s.packed, data, n);
    for (size_t c = 0; c < 3; c++) {
        struct bytes out = {0};
        struct gf_error err = {0};
        assert_false(unpack_whole(&s.packed, caps[c], LIMIT, &out, &err));
        assert_int_equal(err.code, GF_ERR_CORRUPT);
        assert_in_range(err.byte, end, s.packed.n);
        if (part)
            assert_non_null(strstr(err.message, part));
        bytes_free(&out);
    }
    free_sample(&s);
}

static void test_trailing_garbage(void **state)
{
    (void)state;
    check_followed_by(zstd_sample(), "x", 1, NULL);
    check_followed_by(zstd_sample(), "garbage", 7, "zstd frame");
    check_followed_by(zstd_sample(), "\0\0\0x", 4, "zstd frame");
    check_followed_by(zstd_sample(), "\0\0\0\0\0\0\0\0\0\0\0\0x", 13, "zstd frame");
    check_followed_by(zstd_sample(), "\x1f\x8b\x08", 3, NULL);
    check_followed_by(gzip_sample(), "x", 1, "gzip member");
    check_followed_by(gzip_sample(), "\x1f", 1, NULL);
    check_followed_by(gzip_sample(), "\x1f\x8c", 2, "gzip member");
    check_followed_by(gzip_sample(), "\0\0\x1f\x8b", 4, "gzip member");
    check_followed_by(gzip_sample(), "\x28\xb5\x2f\xfd", 4, "gzip member");
}

static void test_zero_padding(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct sample s = i ? gzip_sample() : zstd_sample();
        size_t end = s.packed.n;
        for (size_t n = 0; n < 1200000; n = n < 20 ? n + 1 : n * 3) {
            struct bytes out = {0};
            struct gf_error err = {0};
            s.packed.n = end;
            bytes_zeros(&s.packed, n);
            if (!unpack_whole(&s.packed, 100, LIMIT, &out, &err))
                fail_msg("%zu zeros: %s", n, err.message);
            assert_int_equal(out.n, s.text.n);
            bytes_free(&out);
        }
        free_sample(&s);
    }
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* A small file that becomes large: the decoder gives it piece by piece. */
static void check_bomb(const struct bytes *packed, uint64_t expected)
{
    assert_true(packed->n < expected / 500);
    int fd = memfd_create("bomb", MFD_CLOEXEC);
    assert_int_equal(write(fd, packed->data, packed->n), (ssize_t)packed->n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    struct gf_file file = {.fd = fd, .path = "bomb", .regular = true, .size = packed->n};
    struct gf_stream *s;
    long before = peak_kib();
    assert_true(gf_stream_open(&file, LIMIT, &s, NULL));
    char buf[65536];
    size_t got = 1;
    uint64_t sum = 0;
    for (; got > 0; sum += got)
        assert_true(gf_stream_read(s, buf, sizeof buf, &got, NULL));
    assert_int_equal(sum, expected);
    assert_true(peak_kib() - before < 40 << 10);
    gf_stream_close(s);
    close(fd);
}

static void test_bombs(void **state)
{
    (void)state;
    /* 1 GiB as blocks of one repeated byte, by hand: 4 bytes for every 128 KiB */
    struct bytes packed = {0};
    bytes_le(&packed, 0xfd2fb528, 4);
    bytes_le(&packed, 0, 1);
    bytes_le(&packed, (20 - 10) << 3, 1);
    for (int i = 0; i < 8192; i++) {
        bytes_le(&packed, (128u << 10) << 3 | 1 << 1 | (i == 8191), 3);
        bytes_le(&packed, 'a', 1);
    }
    check_bomb(&packed, (uint64_t)1 << 30);
    packed.n = 0;
    struct bytes zeros = {0};
    bytes_add(&zeros, "", 1);
    for (size_t n = 1; n < (size_t)8 << 20; n *= 2) {
        struct bytes copy = {0};
        bytes_add(&copy, zeros.data, zeros.n);
        bytes_add(&zeros, copy.data, copy.n);
        bytes_free(&copy);
    }
    for (int i = 0; i < 8; i++)
        pack_gzip(&packed, zeros.data, zeros.n, 9, false);
    check_bomb(&packed, (uint64_t)64 << 20);
    bytes_free(&zeros);
    bytes_free(&packed);
}

/* A header may claim anything: nothing is allocated for the claim, and content that contradicts it
 * is an error. */
static void test_claimed_sizes(void **state)
{
    (void)state;
    static const uint64_t claims[] = {1, 200, 1 << 20, (uint64_t)1 << 40, (uint64_t)1 << 62};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        for (unsigned single = 0; single < 2; single++) {
            struct bytes packed = {0}, out = {0};
            struct gf_error err = {0};
            bytes_le(&packed, 0xfd2fb528, 4);
            bytes_le(&packed, 0xc0 | single << 5, 1); /* content size of 8 bytes */
            if (!single)
                bytes_le(&packed, (20 - 10) << 3, 1);
            bytes_le(&packed, claims[i], 8);
            bytes_le(&packed, 100 << 3 | 1, 3);
            bytes_zeros(&packed, 100);
            long before = peak_kib();
            assert_false(unpack_whole(&packed, 65536, LIMIT, &out, &err));
            bool beyond = single && claims[i] > LIMIT;
            assert_int_equal(err.code, beyond ? GF_ERR_LIMIT : GF_ERR_CORRUPT);
            assert_true(peak_kib() - before < 8 << 10);
            bytes_free(&packed);
            bytes_free(&out);
        }
    }
}

static void test_reserved(void **state)
{
    (void)state;
    struct bytes packed = {0}, out = {0};
    struct gf_error err = {0};
    pack_zstd_raw(&packed, "text", 4, 20, 0);
    packed.data[4] |= 8; /* reserved bit of the frame header */
    assert_false(unpack_whole(&packed, 100, LIMIT, &out, &err));
    assert_int_equal(err.code, GF_ERR_CORRUPT);
    packed.data[4] &= 0xf7;
    packed.data[6] |= 6; /* reserved type of block */
    assert_false(unpack_whole(&packed, 100, LIMIT, &out, &err));
    assert_int_equal(err.code, GF_ERR_CORRUPT);
    bytes_free(&packed);
    bytes_free(&out);
}

static void test_unreadable(void **state)
{
    (void)state;
    struct gf_file file = {.fd = -1, .path = "closed"};
    struct gf_stream *s;
    struct gf_error err = {0};
    assert_false(gf_stream_open(&file, LIMIT, &s, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, "closed");
    assert_null(s);
}

/* The library's own allocation of a large window fails. */
static void test_no_memory_for_the_window(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* their shadow memory does not fit into any such limit */
#endif
    struct bytes packed = {0};
    pack_zstd_raw(&packed, "text", 4, 31, 0);
    pid_t child = fork();
    if (child == 0) {
        rlim_t most = (rlim_t)1 << 30;
        struct bytes out = {0};
        struct gf_error err = {0};
        if (setrlimit(RLIMIT_AS, &(struct rlimit){most, most}) != 0)
            _exit(2);
        bool ok = unpack_whole(&packed, 100, UINT64_MAX, &out, &err);
        _exit(!ok && err.code == GF_ERR_NOMEM && strstr(err.message, "window") ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    bytes_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_trailing_garbage),
        cmocka_unit_test(test_zero_padding),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_claimed_sizes),
        cmocka_unit_test(test_reserved),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_no_memory_for_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
