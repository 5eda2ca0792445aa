#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "decompress/frames.h"
#include "decompress/stream.h"
#include "support/packed.h"

#define NO_LIMIT UINT64_MAX
#define PART     200000 /* decoded bytes of a frame: well above 64 KiB when packed */

static const struct gf_zstd_find everything = {.least = 0, .walk = UINT64_MAX};
static const struct gf_zstd_find only_indexed = {.least = 0, .walk = 0};

/* Text that hardly compresses, so that small inputs make runs above 64 KiB. */
static struct bytes make_noise(size_t n)
{
    struct bytes b = {0};
    uint64_t x = 88172645463325252u;
    while (b.n < n) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes_le(&b, x, 8);
    }
    b.n = n;
    return b;
}

static struct gf_file file_of(const struct bytes *b)
{
    int fd = memfd_create("packed", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, b->data, b->n), (ssize_t)b->n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return (struct gf_file){.fd = fd, .path = "file", .regular = true, .size = b->n};
}

/* Finds the runs, decodes each and wants `text` when they are put together. Returns their number.
 */
static size_t expect_runs(const struct bytes *packed, const struct gf_zstd_find *how,
                          const struct bytes *text)
{
    struct gf_file file = file_of(packed);
    struct gf_zstd_frame *runs;
    struct gf_error err = {0};
    struct bytes out = {0};
    size_t n;
    if (!gf_zstd_frames_find(&file, how, &runs, &n, &err))
        fail_msg("%s (byte %llu)", err.message, (unsigned long long)err.byte);
    for (size_t i = 0; i < n; i++) {
        size_t before = out.n;
        assert_true(i == 0 || runs[i].offset >= runs[i - 1].offset + runs[i - 1].size);
        if (!unpack_file(&file, runs[i].offset, runs[i].size, 30000, NO_LIMIT, &out, &err))
            fail_msg("run %zu: %s", i, err.message);
        if (runs[i].decoded != GF_ZSTD_UNKNOWN)
            assert_int_equal(out.n - before, runs[i].decoded);
    }
    assert_int_equal(out.n, text->n);
    if (text->n)
        assert_memory_equal(out.data, text->data, text->n);
    /* nothing of that has moved the file's position */
    assert_int_equal(lseek(file.fd, 0, SEEK_CUR), 0);
    free(runs);
    bytes_free(&out);
    close(file.fd);
    return n;
}

static void expect_error(const struct bytes *packed, enum gf_code code, uint64_t byte)
{
    struct gf_file file = file_of(packed);
    struct gf_zstd_frame *runs;
    struct gf_error err = {0};
    size_t n;
    assert_false(gf_zstd_frames_find(&file, &everything, &runs, &n, &err));
    assert_null(runs);
    assert_int_equal(err.code, code);
    assert_int_equal(err.byte, byte);
    assert_string_equal(err.file, "file");
    close(file.fd);
}

/* Frames of PART bytes. pzstd: each with its size in a skippable frame before it. The compressed
 * sizes go to `sizes`, when given. */
static struct bytes pack_parts(const struct bytes *text, bool pzstd, bool sized, uint64_t *sizes)
{
    struct bytes packed = {0};
    for (size_t at = 0, i = 0; at < text->n; at += PART, i++) {
        struct bytes frame = {0};
        pack_zstd(&frame, text->data + at, text->n - at < PART ? text->n - at : PART, sized);
        struct bytes size = {0};
        bytes_le(&size, frame.n, 4);
        if (pzstd)
            pack_skippable(&packed, 0, size.data, size.n);
        bytes_add(&packed, frame.data, frame.n);
        if (sizes)
            sizes[i] = frame.n;
        bytes_free(&frame);
        bytes_free(&size);
    }
    return packed;
}

static void add_seek_table(struct bytes *packed, const uint64_t *sizes, size_t n, bool checksums,
                           size_t text_n)
{
    struct bytes table = {0};
    for (size_t i = 0; i < n; i++) {
        bytes_le(&table, sizes[i], 4);
        bytes_le(&table, i + 1 < n ? PART : text_n - (n - 1) * PART, 4);
        if (checksums)
            bytes_le(&table, 0, 4);
    }
    bytes_le(&table, n, 4);
    bytes_le(&table, checksums ? 0x80 : 0, 1);
    bytes_le(&table, 0x8f92eab1, 4);
    pack_skippable(packed, 14, table.data, table.n);
    bytes_free(&table);
}

static void test_walking(void **state)
{
    (void)state;
    struct bytes text = make_noise(5 * PART + 17);
    for (int sized = 0; sized < 2; sized++) {
        struct bytes packed = pack_parts(&text, false, sized, NULL);
        /* the last one is small: nothing follows that it could be joined with */
        assert_int_equal(expect_runs(&packed, &everything, &text), 6);
        assert_int_equal(expect_runs(&packed, &(struct gf_zstd_find){2 * PART, UINT64_MAX}, &text),
                         3);
        assert_int_equal(expect_runs(&packed, &(struct gf_zstd_find){NO_LIMIT, UINT64_MAX}, &text),
                         1);
        /* no frame may be walked: one run for all */
        assert_int_equal(expect_runs(&packed, &only_indexed, &text), 1);
        assert_int_equal(expect_runs(&packed, &(struct gf_zstd_find){0, 100000}, &text), 1);
        bytes_zeros(&packed, 10000);
        assert_int_equal(expect_runs(&packed, &everything, &text), 6);
        assert_int_equal(expect_runs(&packed, &only_indexed, &text), 1);
        bytes_free(&packed);
    }
    bytes_free(&text);
}

static void test_kinds_of_blocks(void **state)
{
    (void)state;
    /* compressed, repeated (RLE) and raw blocks, with and without a checksum, and small windows */
    struct bytes text = make_text(PART, 1), packed = {0};
    size_t runs_of_a = text.n;
    for (int i = 0; i < 300000; i++)
        bytes_add(&text, "a", 1);
    pack_zstd(&packed, text.data, text.n, true);
    pack_zstd_raw(&packed, "raw", 3, 10, 0);
    pack_zstd(&packed, text.data + runs_of_a, text.n - runs_of_a, false);
    struct bytes all = {0};
    bytes_add(&all, text.data, text.n);
    bytes_add(&all, "raw", 3);
    bytes_add(&all, text.data + runs_of_a, text.n - runs_of_a);
    expect_runs(&packed, &everything, &all);
    /* content sizes are written in 1, 2, 4 or 8 bytes */
    static const size_t sizes[] = {0, 1, 255, 256, 257, 65791, 65792, 150000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        packed.n = 0;
        all.n = sizes[i];
        pack_zstd(&packed, all.data, all.n, true);
        assert_int_equal(expect_runs(&packed, &everything, &all), 1);
    }
    bytes_free(&all);
    bytes_free(&text);
    bytes_free(&packed);
}

static void test_pzstd(void **state)
{
    (void)state;
    struct bytes text = make_noise(4 * PART);
    struct bytes packed = pack_parts(&text, true, true, NULL);
    assert_int_equal(expect_runs(&packed, &only_indexed, &text), 4);
    assert_int_equal(expect_runs(&packed, &everything, &text), 4);
    /* a size that leads nowhere is passed over */
    packed.data[8] ^= 1;
    assert_int_equal(expect_runs(&packed, &everything, &text), 4);
    assert_int_equal(expect_runs(&packed, &only_indexed, &text), 1);
    packed.data[11] = 0xff;
    assert_int_equal(expect_runs(&packed, &everything, &text), 4);
    bytes_free(&text);
    bytes_free(&packed);
}

static void test_seek_table(void **state)
{
    (void)state;
    struct bytes text = make_noise(3 * PART + 5);
    for (int checksums = 0; checksums < 2; checksums++) {
        uint64_t sizes[4];
        struct bytes packed = pack_parts(&text, false, false, sizes);
        size_t table = packed.n;
        add_seek_table(&packed, sizes, 4, checksums, text.n);
        assert_int_equal(expect_runs(&packed, &only_indexed, &text), 4);
        /* damage to any byte of the table costs the index at most, never bytes of the text */
        for (size_t i = table; i<packed.n; i += i> table + 8 && i < packed.n - 9 ? 7 : 1) {
            if (i < table + 4)
                continue; /* the magic: then bytes follow that are no frame, tested elsewhere */
            unsigned char old = packed.data[i];
            packed.data[i] ^= 0x11;
            struct gf_file file = file_of(&packed);
            struct gf_zstd_frame *runs;
            struct bytes out = {0};
            struct gf_error err;
            size_t n;
            if (gf_zstd_frames_find(&file, &everything, &runs, &n, &err)) {
                bool ok = true;
                for (size_t r = 0; r < n; r++)
                    ok = ok && unpack_file(&file, runs[r].offset, runs[r].size, 30000, NO_LIMIT,
                                           &out, &err);
                assert_true(ok);
                assert_int_equal(out.n, text.n);
                assert_memory_equal(out.data, text.data, text.n);
                free(runs);
            } else {
                /* only where the length of the table's own frame is wrong */
                assert_in_range(i, table + 4, table + 7);
            }
            bytes_free(&out);
            close(file.fd);
            packed.data[i] = old;
        }
        bytes_free(&packed);
    }
    bytes_free(&text);
}

/* 100,000 frames of 9 bytes must not become 100,000 runs. */
static void test_tiny_frames_are_joined(void **state)
{
    (void)state;
    struct bytes packed = {0}, text = {0};
    for (int i = 0; i < 100000; i++) {
        pack_zstd_raw(&packed, "", 0, 10, 0);
        if (i % 3 == 0)
            pack_skippable(&packed, 0, "size", 4);
    }
    assert_in_range(expect_runs(&packed, &everything, &text), 10, (packed.n >> 16) + 1);
    bytes_free(&packed);
}

static void test_errors(void **state)
{
    (void)state;
    struct bytes text = make_noise(2 * PART);
    uint64_t sizes[2];
    struct bytes packed = pack_parts(&text, false, true, sizes);
    size_t whole = packed.n;
    packed.n = 0;
    expect_error(&packed, GF_ERR_FORMAT, 0);
    for (size_t cut = 1; cut < whole; cut += cut < 40 ? 1 : 991) {
        packed.n = cut;
        if (cut == sizes[0])
            continue;
        struct gf_file file = file_of(&packed);
        struct gf_zstd_frame *runs;
        struct gf_error err = {0};
        size_t n;
        assert_false(gf_zstd_frames_find(&file, &everything, &runs, &n, &err));
        assert_int_equal(err.code, cut < 4 ? GF_ERR_FORMAT : GF_ERR_CORRUPT);
        assert_true(err.byte <= cut);
        close(file.fd);
    }
    packed.n = whole;
    bytes_add(&packed, "garbage", 7);
    expect_error(&packed, GF_ERR_CORRUPT, whole);
    packed.n = whole;
    bytes_zeros(&packed, 5000);
    bytes_add(&packed, "x", 1);
    expect_error(&packed, GF_ERR_CORRUPT, whole);
    packed.n = whole;
    packed.data[4] |= 8; /* reserved bit of the frame header */
    expect_error(&packed, GF_ERR_CORRUPT, 0);
    packed.n = 0;
    pack_zstd_raw(&packed, text.data, 131073, 20, 0); /* a block above 128 KiB */
    expect_error(&packed, GF_ERR_CORRUPT, 6);
    packed.n = 0;
    bytes_add(&packed, text.data, 100);
    expect_error(&packed, GF_ERR_FORMAT, 0);
    bytes_free(&text);
    bytes_free(&packed);
}

static void test_ranges(void **state)
{
    (void)state;
    struct bytes text = make_noise(2 * PART), out = {0};
    uint64_t sizes[2];
    struct bytes packed = pack_parts(&text, false, true, sizes);
    bytes_zeros(&packed, 3);
    struct gf_file file = file_of(&packed);
    struct gf_error err = {0};
    struct gf_stream *s;
    assert_false(gf_stream_open_range(&file, 1, packed.n, NO_LIMIT, &s, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    assert_false(gf_stream_open_range(&file, packed.n + 1, 0, NO_LIMIT, &s, &err));
    assert_false(gf_stream_open_range(&file, UINT64_MAX, 2, NO_LIMIT, &s, &err));
    /* a range that ends within a frame; offsets of errors are those of the file */
    assert_false(unpack_file(&file, sizes[0], sizes[1] - 1, 1 << 20, NO_LIMIT, &out, &err));
    assert_int_equal(err.code, GF_ERR_CORRUPT);
    assert_int_equal(err.byte, sizes[0] + sizes[1] - 1);
    /* padding is for the end of the file */
    assert_true(unpack_file(&file, sizes[0], sizes[1] + 3, 1 << 20, NO_LIMIT, &out, &err));
    assert_false(unpack_file(&file, sizes[0], sizes[1] + 2, 1 << 20, NO_LIMIT, &out, &err));
    /* plain text has ranges as well */
    close(file.fd);
    file = file_of(&text);
    out.n = 0;
    assert_true(unpack_file(&file, 1000, 50, 7, NO_LIMIT, &out, &err));
    assert_int_equal(out.n, 50);
    assert_memory_equal(out.data, text.data + 1000, 50);
    close(file.fd);
    bytes_free(&out);
    bytes_free(&text);
    bytes_free(&packed);
}

struct job {
    const struct gf_file *file;
    struct gf_zstd_frame run;
    const unsigned char *want;
    bool same;
};

static void *decode_job(void *data)
{
    struct job *j = data;
    struct gf_stream *s;
    unsigned char buf[5000];
    size_t got = 1, at = 0;
    j->same = gf_stream_open_range(j->file, j->run.offset, j->run.size, NO_LIMIT, &s, NULL);
    while (j->same && got > 0) {
        j->same = gf_stream_read(s, buf, sizeof buf, &got, NULL) && at + got <= PART &&
                  memcmp(buf, j->want + at, got) == 0;
        at += got;
    }
    j->same = j->same && at == PART;
    gf_stream_close(s);
    return NULL;
}

static void test_threads_share_the_file(void **state)
{
    (void)state;
    enum { JOBS = 6 };
    struct bytes text = make_noise(JOBS * PART);
    struct bytes packed = pack_parts(&text, true, true, NULL);
    struct gf_file file = file_of(&packed);
    struct gf_zstd_frame *runs;
    size_t n;
    assert_true(gf_zstd_frames_find(&file, &only_indexed, &runs, &n, NULL));
    assert_int_equal(n, JOBS);
    pthread_t threads[JOBS];
    struct job jobs[JOBS];
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){&file, runs[i], text.data + i * PART, false};
        assert_int_equal(pthread_create(&threads[i], NULL, decode_job, &jobs[i]), 0);
    }
    for (size_t i = 0; i < JOBS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(jobs[i].same);
    }
    free(runs);
    close(file.fd);
    bytes_free(&text);
    bytes_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walking),
        cmocka_unit_test(test_kinds_of_blocks),
        cmocka_unit_test(test_pzstd),
        cmocka_unit_test(test_seek_table),
        cmocka_unit_test(test_tiny_frames_are_joined),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_threads_share_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
