/* Text that is decoded onto a tape with few addresses moves, and is the same. */
#include "support/test_cmocka.h"

#include <stdio.h>
#include <string.h>

#include "model/feed_text.h"
#include "support/packed.h"

#define MB ((size_t)1 << 20)

static void pack_plain(struct bytes *out, const struct bytes *text)
{
    bytes_add(out, text->data, text->n);
}

static void pack_sized(struct bytes *out, const struct bytes *text)
{
    pack_zstd(out, text->data, text->n, true);
}

static void pack_unsized(struct bytes *out, const struct bytes *text)
{
    pack_zstd(out, text->data, text->n, false);
}

static void pack_frames(struct bytes *out, const struct bytes *text)
{
    for (size_t at = 0, part; at < text->n; at += part) {
        part = text->n - at < 3 * MB + 1 ? text->n - at : 3 * MB + 1;
        pack_zstd(out, text->data + at, part, true);
    }
}

static void pack_member(struct bytes *out, const struct bytes *text)
{
    pack_gzip(out, text->data, text->n, 1, false);
}

/* Takes the text in pieces that leave something behind, as lines do. Returns how often it moved. */
static unsigned expect_text(struct gf_feed_text *t, const struct bytes *packed,
                            const struct bytes *text)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    assert_int_equal(fwrite(packed->data, 1, packed->n, f), packed->n);
    rewind(f);
    struct gf_file file = {.fd = fileno(f), .path = "file", .regular = true, .size = packed->n};
    struct gf_stream *s;
    struct gf_error err = {0};
    assert_true(gf_stream_open(&file, UINT64_MAX, &s, &err));
    assert_true(gf_feed_text_start(t, s, &err));
    size_t seen = 0;
    unsigned moved = 0;
    while (!t->ended) {
        bool full = gf_feed_text_full(t, s);
        const char *low = t->tape.low;
        if (!gf_feed_text_read(t, s, t->begin, &err))
            fail_msg("%s", err.message);
        assert_true(full || t->tape.low >= low);
        assert_true((size_t)(t->tape.high - t->tape.low) <= 10 * MB);
        moved += full;
        size_t n = (size_t)(t->end - t->begin), leave = seen % 1000;
        n = t->ended ? n : n > leave ? n - leave : 0;
        assert_true(n <= text->n - seen);
        assert_memory_equal(t->begin, text->data + seen, n);
        t->begin += n;
        seen += n;
    }
    assert_int_equal(seen, text->n);
    gf_stream_close(s);
    fclose(f);
    return moved;
}

static void test_moves(void **state)
{
    (void)state;
    struct bytes text = make_text(50 * MB, 1);
    void (*const packs[])(struct bytes *, const struct bytes *) = {
        pack_plain, pack_sized, pack_unsized, pack_frames, pack_member};
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
        struct bytes packed = {0};
        packs[i](&packed, &text);
        struct gf_feed_text few = {0}, many = {0};
        struct gf_error err = {0};
        assert_true(gf_tape_open(&few.tape, 16 * MB, &err));
        few.begin = few.end = few.tape.low;
        /* After the first move it has more addresses: enough for all, but under a sanitizer. */
        assert_int_equal(expect_text(&few, &packed, &text), 1);
        expect_text(&many, &packed, &text);
        bool all = (size_t)(many.tape.end - many.tape.low) > 100 * MB;
        assert_int_equal(expect_text(&many, &packed, &text), !all);
        gf_feed_text_close(&few);
        gf_feed_text_close(&many);
        bytes_free(&packed);
    }
    bytes_free(&text);
}

/* A thread that decodes one run after the other does it in the same memory. */
static void test_starts_again(void **state)
{
    (void)state;
    struct bytes text = make_text(7 * MB, 2), packed = {0};
    struct gf_feed_text t = {0};
    pack_sized(&packed, &text);
    expect_text(&t, &packed, &text);
    for (int i = 0; i < 20; i++) {
        char *low = t.tape.low, *high = t.tape.high;
        expect_text(&t, &packed, &text);
        /* Of a frame's begin not all was kept. */
        assert_true(i == 0 || t.tape.high - low <= high - low + (ptrdiff_t)(4 * MB));
        assert_true((size_t)(t.tape.high - t.tape.low) <= 10 * MB);
    }
    gf_feed_text_close(&t);
    bytes_free(&text);
    bytes_free(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_moves),
                                       cmocka_unit_test(test_starts_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
