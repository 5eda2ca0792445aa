/* Decoding in place: a decoder gives the same bytes, needs no more history than it says, and writes
 * no further than it may. */
#include "support/test_cmocka.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "decompress/stream.h"
#include "support/packed.h"

#define BLOCK GF_STREAM_BLOCK

/* Memory with a page behind it that nothing may touch. */
struct place {
    char *data;
    size_t size, all;
};

/* `addresses` more are reserved behind it. */
static bool place_open(struct place *p, size_t size, size_t addresses)
{
    p->size = (size + 4095) / 4096 * 4096;
    p->all = p->size + 4096 + addresses;
    p->data = mmap(NULL, p->all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p->data != MAP_FAILED && mprotect(p->data, p->size, PROT_READ | PROT_WRITE) == 0;
}

/* Decodes a file of up to `text` bytes, in place what ends before offset `end`. What is older than
 * the decoder's history is destroyed, and so are the two blocks that it may write to. `most` is the
 * greatest history seen. */
static bool decode(const struct bytes *packed, size_t text, size_t end, struct bytes *out,
                   uint64_t *most, struct gf_error *err)
{
    struct gf_stream *s;
    struct place p;
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(packed->data, 1, packed->n, f), packed->n);
    rewind(f);
    struct gf_file file = {.fd = fileno(f), .path = "file", .regular = true, .size = packed->n};
    assert_true(gf_stream_open(&file, UINT64_MAX, &s, err));
    /* The page that must not be touched is right behind the last read's two blocks. */
    assert_true(place_open(&p, text + 2 * BLOCK, end > text ? end - text : 0));
    gf_stream_in_place(s, p.data + end);
    size_t at = 0, spoilt = 0, got = 1;
    bool ok = true;
    for (*most = 0; ok && got; at += got) {
        memset(p.data + at, 0xdd, p.size - at < 2 * BLOCK ? p.size - at : 2 * BLOCK);
        ok = gf_stream_read(s, p.data + at, BLOCK, &got, err);
        got = ok ? got : 0;
        assert_true(got <= BLOCK);
        bytes_add(out, p.data + at, got);
        uint64_t history = gf_stream_history(s);
        *most = history > *most ? history : *most;
        for (; history < at + got && spoilt < at + got - history; spoilt++)
            p.data[spoilt] = (char)0xee;
    }
    assert_true(!ok || gf_stream_history(s) == 0);
    gf_stream_close(s);
    munmap(p.data, p.all);
    fclose(f);
    return ok;
}

static void expect_same(const struct bytes *packed, const struct bytes *text, size_t end,
                        uint64_t history)
{
    struct bytes out = {0};
    struct gf_error err = {0};
    uint64_t most;
    if (!decode(packed, text->n, end, &out, &most, &err))
        fail_msg("%s (byte %llu)", err.message, (unsigned long long)err.byte);
    assert_int_equal(out.n, text->n);
    assert_memory_equal(out.data, text->data, text->n);
    assert_int_equal(most, history);
    bytes_free(&out);
}

static void test_one_frame(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 1000, 131072, 131073, 5000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bytes text = make_text(sizes[i], i), sized = {0}, unsized = {0};
        pack_zstd(&sized, text.data, text.n, true);
        pack_zstd(&unsized, text.data, text.n, false);
        /* The largest is larger than its window. */
        expect_same(&sized, &text, text.n, sizes[i] < 2 << 20 ? sizes[i] : 2 << 20);
        /* Its end is not known: not in place. */
        expect_same(&unsized, &text, text.n, 0);
        bytes_free(&text);
        bytes_free(&sized);
        bytes_free(&unsized);
    }
}

/* Without a size it takes more addresses than any frame will fill. */
static void test_unsized(void **state)
{
    (void)state;
    struct place p;
    size_t addresses = (size_t)1 << 43;
    if (!place_open(&p, 4096, addresses))
        skip();
    munmap(p.data, p.all);
    struct bytes text = make_text(5000000, 3), packed = {0};
    pack_zstd(&packed, text.data, text.n, false);
    expect_same(&packed, &text, addresses, 2 << 20);
    bytes_free(&text);
    bytes_free(&packed);
}

/* Frames of all sizes, some of which end behind what may be decoded in place. */
static void test_frames(void **state)
{
    (void)state;
    struct bytes text = make_text(900000, 4), packed = {0}, out = {0};
    for (size_t at = 0, part, i = 0; at < text.n; at += part, i++) {
        part = i % 7 == 3 ? 300000 : i * 997 % 5000;
        part = text.n - at < part ? text.n - at : part;
        pack_zstd(&packed, text.data + at, part, i % 3 > 0);
        pack_skippable(&packed, 3, "skip", i % 5);
    }
    struct gf_error err = {0};
    uint64_t most;
    for (size_t end = 0; end <= text.n; end += 50000) {
        out.n = 0;
        assert_true(decode(&packed, text.n, end, &out, &most, &err));
        assert_int_equal(out.n, text.n);
        assert_memory_equal(out.data, text.data, text.n);
    }
    bytes_free(&out);
    bytes_free(&text);
    bytes_free(&packed);
}

/* A block of one byte repeated takes four bytes: of many in a row a read gives but one. */
static void test_repeated_bytes(void **state)
{
    (void)state;
    enum { BLOCKS = 40 };
    struct bytes text = {0}, packed = {0};
    bytes_le(&packed, 0xfd2fb528u, 4);
    bytes_le(&packed, 0x80, 1); /* four bytes of size, a window */
    bytes_le(&packed, 10 << 3, 1);
    bytes_le(&packed, BLOCKS * BLOCK, 4);
    for (unsigned i = 0; i < BLOCKS; i++) {
        bytes_le(&packed, (uint64_t)(i + 1 == BLOCKS) | 1 << 1 | BLOCK << 3, 3);
        bytes_le(&packed, 'a' + i % 26, 1);
        bytes_zeros(&text, BLOCK);
        memset(text.data + i * BLOCK, 'a' + (int)(i % 26), BLOCK);
    }
    expect_same(&packed, &text, text.n, 1 << 20);
    bytes_free(&text);
    bytes_free(&packed);
}

/* Damage is told with the same place, or at least the same code, as in the other way. */
static void test_damage(void **state)
{
    (void)state;
    struct bytes text = make_text(400000, 6), packed = {0};
    pack_zstd(&packed, text.data, text.n, true);
    for (size_t i = 0; i < packed.n; i += 1 + packed.n / 300) {
        struct bytes cut = {packed.data, i, 0}, out = {0}, same = {0};
        struct gf_error err = {0}, want = {0};
        uint64_t most;
        bool ok = decode(&cut, text.n, text.n, &out, &most, &err);
        assert_int_equal(ok, unpack_whole(&cut, BLOCK, UINT64_MAX, &same, &want));
        assert_int_equal(err.code, want.code);
        assert_int_equal(err.byte, want.byte);
        assert_true(out.n <= text.n);
        /* Cut within the header it is no zstd, but text. */
        if (i > 18 && out.n)
            assert_memory_equal(out.data, text.data, out.n);
        out.n = same.n = 0;
        err = want = (struct gf_error){0};
        packed.data[i] ^= 0x55;
        ok = decode(&packed, text.n + 64 * BLOCK, text.n + 64 * BLOCK, &out, &most, &err);
        assert_int_equal(ok, unpack_whole(&packed, BLOCK, UINT64_MAX, &same, &want));
        assert_int_equal(err.code, want.code);
        packed.data[i] ^= 0x55;
        bytes_free(&out);
        bytes_free(&same);
    }
    bytes_free(&text);
    bytes_free(&packed);
}

/* A part of a file that holds some of each kind. */
struct part {
    uint64_t offset, size;
    struct bytes text;
};

/* Wants the text of a part from the stream, whatever it decoded before: in place or not, and to the
 * end or only the first block. */
static void expect_part(struct gf_stream **s, const struct gf_file *file, const struct part *part,
                        bool in_place, bool all)
{
    struct gf_error err = {0};
    struct place p;
    if (!gf_stream_reopen_range(s, file, part->offset, part->size, 64 << 20, &err))
        fail_msg("%s", err.message);
    assert_int_equal(gf_stream_history(*s), 0);
    assert_true(place_open(&p, part->text.n + 2 * BLOCK, 0));
    if (in_place)
        gf_stream_in_place(*s, p.data + p.size - 2 * BLOCK);
    size_t at = 0, got = 1;
    do {
        if (!gf_stream_read(*s, p.data + at, BLOCK, &got, &err))
            fail_msg("%s", err.message);
        at += got;
    } while (all && got);
    assert_true(all ? at == part->text.n : at > 0);
    assert_memory_equal(p.data, part->text.data, at);
    munmap(p.data, p.all);
}

/* Nothing of what a stream decoded before is left when it is used again. */
static void test_used_again(void **state)
{
    (void)state;
    enum { SIZED, UNSIZED, MEMBER, PLAIN, DAMAGED, PARTS };
    struct part parts[PARTS];
    struct bytes packed = {0};
    for (int i = 0; i < PARTS; i++) {
        parts[i] = (struct part){packed.n, 0, make_text(500000, (uint64_t)i + 1)};
        const struct bytes *text = &parts[i].text;
        if (i == MEMBER)
            pack_gzip(&packed, text->data, text->n, 1, false);
        else if (i == PLAIN)
            bytes_add(&packed, text->data, text->n);
        else
            pack_zstd(&packed, text->data, text->n, i != UNSIZED);
        parts[i].size = packed.n - parts[i].offset;
    }
    packed.data[packed.n - 1] ^= 1; /* of the checksum */
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(packed.data, 1, packed.n, f), packed.n);
    rewind(f);
    const struct gf_file file = {
        .fd = fileno(f), .path = "file", .regular = true, .size = packed.n};
    struct gf_stream *s = NULL;
    for (unsigned i = 0; i < 16 * DAMAGED * DAMAGED; i++) {
        unsigned before = i / 16 % DAMAGED, after = i / 16 / DAMAGED;
        expect_part(&s, &file, &parts[before], i & 1, i & 2);
        if (i & 4) {
            char buf[BLOCK];
            size_t got = 1;
            struct gf_error err = {0};
            const struct part *bad = &parts[DAMAGED];
            assert_true(gf_stream_reopen_range(&s, &file, bad->offset, bad->size, 64 << 20, &err));
            while (got > 0 && gf_stream_read(s, buf, sizeof buf, &got, &err)) {
            }
            assert_int_equal(err.code, GF_ERR_CORRUPT);
        }
        expect_part(&s, &file, &parts[after], i & 8, true);
    }
    /* The limit is the last one given. */
    struct gf_error err = {0};
    char buf[100];
    size_t got;
    assert_true(gf_stream_reopen_range(&s, &file, 0, parts[SIZED].size, 1000, &err));
    assert_false(gf_stream_read(s, buf, sizeof buf, &got, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    expect_part(&s, &file, &parts[SIZED], false, true);
    /* A range that is not in the file. */
    assert_false(gf_stream_reopen_range(&s, &file, 1, packed.n, 64 << 20, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    assert_null(s);
    fclose(f);
    for (int i = 0; i < PARTS; i++)
        bytes_free(&parts[i].text);
    bytes_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_frame), cmocka_unit_test(test_unsized),
        cmocka_unit_test(test_frames),    cmocka_unit_test(test_repeated_bytes),
        cmocka_unit_test(test_damage),    cmocka_unit_test(test_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
