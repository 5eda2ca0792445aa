#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "export/encoder.h"
#include "support/packed.h"
#include "support/scratch.h"

/* Encodes text in writes of `step` bytes and returns the file's bytes. */
static struct bytes encode(struct scratch *s, const struct bytes *text, enum gf_compression kind,
                           unsigned threads, size_t step)
{
    struct gf_output *out;
    struct gf_encoder *enc;
    struct gf_error err = {0};
    const char *path = scratch_path(s, "out");
    assert_true(gf_output_open(path, &out, &err));
    assert_true(gf_encoder_open(out, kind, threads, &enc, &err));
    for (size_t at = 0; at < text->n; at += step)
        assert_true(gf_encoder_write(enc, text->data + at,
                                     text->n - at < step ? text->n - at : step, &err));
    assert_true(gf_encoder_finish(enc, &err));
    assert_true(gf_output_commit(out, &err));
    struct bytes b = {0};
    b.data = scratch_read(path, &b.n);
    return b;
}

/* Decodes with the format's own library, not with ours. */
static void expect_decodes(const struct bytes *packed, enum gf_compression kind,
                           const struct bytes *text)
{
    unsigned char *back = malloc(text->n + 1);
    size_t n = packed->n;
    if (kind == GF_ZSTD) {
        n = ZSTD_decompress(back, text->n + 1, packed->data, packed->n);
        assert_false(ZSTD_isError(n));
        assert_true(packed->data[4] & 4); /* a checksum */
    } else if (kind == GF_GZIP) {
        z_stream z = {.next_in = packed->data, .avail_in = (uInt)packed->n};
        z.next_out = back;
        z.avail_out = (uInt)text->n + 1;
        assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        assert_int_equal(z.avail_in, 0);
        n = z.total_out;
        inflateEnd(&z);
    } else {
        memcpy(back, packed->data, n <= text->n ? n : text->n);
    }
    assert_int_equal(n, text->n);
    if (n)
        assert_memory_equal(back, text->data, n);
    free(back);
}

static const enum gf_compression kinds[] = {GF_PLAIN, GF_ZSTD, GF_GZIP};

static void test_sizes(void **state)
{
    /* around the block of 128 KiB in which input is collected */
    static const size_t sizes[] = {0, 1, 131071, 131072, 131073, 262144, 3000000};
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct bytes text = make_text(sizes[i], i);
            struct bytes packed = encode(*state, &text, kinds[k], 2, 100000);
            expect_decodes(&packed, kinds[k], &text);
            if (kinds[k] != GF_PLAIN && text.n > 100000)
                assert_true(packed.n < text.n / 2);
            bytes_free(&text);
            bytes_free(&packed);
        }
    }
}

static void test_incompressible(void **state)
{
    struct bytes noise = {0};
    for (uint64_t x = 1; noise.n < 1000000; x = x * 6364136223846793005u + 1442695040888963407u)
        bytes_le(&noise, x >> 32, 4);
    for (size_t k = 0; k < 3; k++) {
        struct bytes packed = encode(*state, &noise, kinds[k], 0, 1000000);
        expect_decodes(&packed, kinds[k], &noise);
        bytes_free(&packed);
    }
    bytes_free(&noise);
}

static void test_same_bytes_always(void **state)
{
    static const unsigned threads[] = {0, 1, 2, 5, 100000};
    static const size_t steps[] = {3000000, 13, 131072, 500000, 131071};
    struct bytes text = make_text(3000000, 9);
    for (size_t k = 0; k < 3; k++) {
        struct bytes first = encode(*state, &text, kinds[k], 3, 777);
        for (size_t i = 0; i < 5; i++) {
            struct bytes packed = encode(*state, &text, kinds[k], threads[i], steps[i]);
            assert_int_equal(packed.n, first.n);
            assert_memory_equal(packed.data, first.data, first.n);
            bytes_free(&packed);
        }
        bytes_free(&first);
    }
    bytes_free(&text);
}

static void test_output_that_fails(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    struct bytes noise = {0};
    for (uint64_t x = 1; noise.n < 3000000; x = x * 6364136223846793005u + 1442695040888963407u)
        bytes_le(&noise, x >> 32, 4);
    for (size_t k = 0; k < 3; k++) {
        struct gf_output *out;
        struct gf_encoder *enc;
        struct gf_error err = {0};
        assert_true(gf_output_open("/dev/full", &out, &err));
        assert_true(gf_encoder_open(out, kinds[k], 1, &enc, &err));
        bool wrote = gf_encoder_write(enc, noise.data, noise.n, &err);
        bool finished = wrote && gf_encoder_finish(enc, &err);
        assert_false(finished && gf_output_commit(out, &err));
        assert_int_equal(err.code, GF_ERR_IO);
        if (!wrote)
            gf_encoder_abort(enc);
        if (!finished)
            gf_output_abort(out);
    }
    gf_encoder_abort(NULL);
    bytes_free(&noise);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sizes),
        TEST(test_incompressible),
        TEST(test_same_bytes_always),
        TEST(test_output_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
