/* Loading from files: every way of cutting the input gives the same profile, and what is wrong with
 * a line or a file is told exactly. */
#include "support/test_cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "model/load.h"
#include "support/load_path.h"
#include "support/packed.h"
#include "support/scratch.h"
#include "support/tally.h"

static void expect_load(const char *path, const struct gf_load_params *params,
                        const struct bytes *text)
{
    struct tally want = {0};
    tally_add(&want, (const char *)text->data, text->n);
    tally_close(&want);
    struct gf_profile *profile = load_must(path, params);
    tally_expect(&want, profile);
    assert_int_equal(profile->stats.bytes_decoded, text->n);
    gf_profile_free(profile);
    tally_free(&want);
}

static void test_every_chunk_size(void **state)
{
    struct scratch *s = *state;
    char plain[512], packed[512];
    struct bytes text = make_text(1500, 1), zst = {0};
    pack_zstd(&zst, text.data, text.n, true);
    snprintf(plain, sizeof plain, "%s", scratch_write(s, "p", text.data, text.n));
    snprintf(packed, sizeof packed, "%s", scratch_write(s, "z", zst.data, zst.n));
    for (size_t chunk = 1; chunk < 1700; chunk += chunk < 130 ? 1 : 97) {
        struct gf_load_params params = {.threads = 1 + (unsigned)chunk % 3, .chunk_bytes = chunk};
        expect_load(plain, &params, &text);
        expect_load(packed, &params, &text);
    }
    bytes_free(&text);
    bytes_free(&zst);
}

/* What is counted in the trees is what the frame array says. */
static void expect_counts(const char *path, struct gf_load_params params)
{
    params.counts_only = false;
    struct gf_profile *whole = load_must(path, &params);
    params.counts_only = true;
    struct gf_profile *counts = load_must(path, &params);
    const struct gf_profile_stats *c = &counts->stats, *w = &whole->stats;
    const struct gf_frames *f = &whole->frames;
    assert_int_equal(counts->frames.n, 0);
    assert_string_equal(gf_unit_name(&counts->frames, 0), gf_unit_name(f, 0));
    assert_int_equal(c->totals[0], gf_frame_total(f, 0, 0));
    assert_int_equal(w->totals[0], gf_frame_total(f, 0, 0));
    assert_int_equal(counts->decimals, whole->decimals);
    assert_int_equal(c->call_paths, f->n - 1);
    assert_int_equal(w->call_paths, f->n - 1);
    assert_int_equal(c->functions, f->names.n);
    assert_int_equal(c->max_depth, f->nrows - 1);
    assert_int_equal(c->stacks, w->stacks);
    assert_int_equal(c->records, w->records);
    assert_int_equal(c->ignored, w->ignored);
    gf_profile_free(whole);
    gf_profile_free(counts);
}

static void test_counts_without_frames(void **state)
{
    static const char odd[] = "a;zero 0\na;b;c 3\na;b 2.5\nalone 7\nno count\na;b;c 1\n";
    struct scratch *s = *state;
    struct bytes text = make_text(20000, 3);
    bytes_add(&text, odd, sizeof odd - 1);
    const char *path = scratch_write(s, "p", text.data, text.n);
    for (unsigned round = 0; round < 8; round++)
        expect_counts(path, (struct gf_load_params){.threads = 1 + round % 2,
                                                    .chunk_bytes = round & 2 ? 4000 : 0,
                                                    .reverse = round & 4});
    bytes_free(&text);
}

/* Lines from..to - 1 of a text in ascending order, of which neighbours have two to four frames in
 * common. */
static void add_ascending(struct bytes *text, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        char line[128];
        int n = snprintf(line, sizeof line, "main;%c%03u;f%02u;g%u;h%u;leaf%u %u\n",
                         'a' + (char)(i / 9000), i / 90 % 100, i / 9 % 10, i % 9, i % 7, i % 3,
                         1 + i % 5);
        bytes_add(text, line, (size_t)n);
    }
}

/* Trees that are joined where ranges part, and counted without being merged: in the order of a walk
 * as far as that goes, which is to the end, to where it is noticed late, or to where the trees have
 * too much in common. */
static void test_counts_of_ascending_text(void **state)
{
    enum { LINES = 36000 };
    struct scratch *s = *state;
    for (unsigned shape = 0; shape < 3; shape++) {
        struct bytes text = {0};
        char name[] = {(char)('p' + shape), 0};
        if (shape < 2)
            add_ascending(&text, 0, shape == 0 ? LINES : LINES - 2000);
        for (unsigned i = LINES; shape == 1 && i-- > LINES - 2000;)
            add_ascending(&text, i, i + 1);
        for (unsigned i = 0; shape == 2 && i < LINES; i++)
            add_ascending(&text, i % 60 * 600 + i / 60, i % 60 * 600 + i / 60 + 1);
        const char *path = scratch_write(s, name, text.data, text.n);
        for (unsigned threads = 1; threads <= 3; threads++)
            for (unsigned round = 0; round < 3; round++)
                expect_counts(path,
                              (struct gf_load_params){.threads = threads, .chunk_bytes = 1000});
        bytes_free(&text);
    }
}

/* Frames of many sizes: runs that end in the midst of lines, at line ends, and that lie within one
 * line as a whole. */
static struct bytes framed(const struct bytes *text, size_t step)
{
    struct bytes out = {0};
    for (size_t at = 0; at < text->n; at += step) {
        size_t n = text->n - at < step ? text->n - at : step;
        pack_zstd(&out, text->data + at, n, at % 2);
        if (at % 3 == 0)
            pack_skippable(&out, 3, "between", 7);
    }
    return out;
}

/* Text that zstd cannot make small: runs have 64 KiB of compressed bytes at least. */
static void add_noise(struct bytes *text, size_t n, uint64_t seed, const char *alphabet)
{
    size_t letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        bytes_add(text, &alphabet[(seed >> 40) % letters], 1);
    }
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:"

static void test_lines_across_frames(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0};
    /* Short lines, a line longer than several runs, short lines, and one more at the end, which has
     * no newline. */
    for (unsigned i = 0; i < 12; i++) {
        for (unsigned line = 0; line < 1500; line++) {
            add_noise(&text, 40 + line % 60, i * 5000 + line, LETTERS);
            bytes_add(&text, ";leaf 3\n", 8);
        }
        if (i % 3 == 1) {
            add_noise(&text, 400000, i, LETTERS);
            bytes_add(&text, " 7\n", i < 10 ? 3 : 2);
        }
    }
    bytes_add(&text, "a;b 12", 6);
    const size_t steps[] = {60000, 100000, 131072, 300001, 999999};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct bytes zst = framed(&text, steps[i]);
        const char *path = scratch_write(s, "f", zst.data, zst.n);
        for (unsigned threads = 1; threads <= 4; threads++) {
            struct gf_load_params params = {.threads = threads, .chunk_bytes = 5000 * i * i};
            expect_load(path, &params, &text);
        }
        bytes_free(&zst);
    }
    bytes_free(&text);
}

static void test_newlines_at_frame_ends(void **state)
{
    struct scratch *s = *state;
    struct bytes zst = {0}, text = {0};
    /* Each frame ends with its last line, but for the fourth, whose newline is the fifth's first
     * byte, and the sixth, which holds nothing but a newline. */
    for (unsigned i = 0; i < 8; i++) {
        struct bytes part = {0};
        if (i == 4)
            bytes_add(&part, "\n", 1);
        if (i != 5)
            add_noise(&part, 100000, i, LETTERS);
        if (i != 5)
            bytes_add(&part, " 1", 2);
        if (i != 3)
            bytes_add(&part, "\n", 1);
        pack_zstd(&zst, part.data, part.n, true);
        bytes_add(&text, part.data, part.n);
        bytes_free(&part);
    }
    const char *path = scratch_write(s, "f", zst.data, zst.n);
    for (unsigned threads = 1; threads <= 4; threads++)
        expect_load(path, &(struct gf_load_params){.threads = threads}, &text);
    bytes_free(&zst);
    bytes_free(&text);
}

enum { BAD_EVERY = 997, BAD_LINES = 6000 };

/* Line i (from 1) is bad when it is a multiple of BAD_EVERY; some lines are empty. */
static struct bytes with_bad_lines(void)
{
    struct bytes text = {0};
    for (unsigned i = 1; i <= BAD_LINES; i++) {
        if (i % 13 != 0) {
            add_noise(&text, 60, i, LETTERS);
            bytes_add(&text, i % BAD_EVERY ? ";x 1" : ";x !", 4);
        } else if (i % BAD_EVERY == 0) {
            bytes_add(&text, "77", 2);
        }
        bytes_add(&text, "\n", 1);
    }
    return text;
}

static void test_numbers_of_ignored_lines(void **state)
{
    struct scratch *s = *state;
    struct bytes text = with_bad_lines(), one = {0}, many = framed(&text, 70000), gz = {0};
    pack_zstd(&one, text.data, text.n, true);
    pack_gzip(&gz, text.data, text.n, 6, false);
    const struct bytes *kinds[] = {&text, &one, &many, &gz};
    for (unsigned kind = 0; kind < 4; kind++) {
        const char *path = scratch_write(s, "f", kinds[kind]->data, kinds[kind]->n);
        for (unsigned round = 0; round < 12; round++) {
            struct gf_load_params params = {.threads = 1 + round % 4,
                                            .chunk_bytes = (size_t)100 << round};
            struct gf_profile *profile = load_must(path, &params);
            assert_int_equal(profile->stats.ignored, BAD_LINES / BAD_EVERY);
            assert_int_equal(profile->stats.nignored_lines, GF_IGNORED_LINES);
            for (unsigned i = 0; i < GF_IGNORED_LINES; i++)
                assert_int_equal(profile->stats.ignored_lines[i].line, (i + 1) * BAD_EVERY);
            gf_profile_free(profile);
            params.strict = true;
            struct gf_error err;
            assert_false(load_path(path, &params, &profile, &err));
            assert_int_equal(err.code, GF_ERR_FORMAT);
            assert_int_equal(err.line, BAD_EVERY);
            assert_string_equal(err.file, path);
        }
    }
    bytes_free(&text);
    bytes_free(&one);
    bytes_free(&many);
    bytes_free(&gz);
}

/* A bad line near the end of a long first file comes before one that begins the second. */
static void test_strict_reports_the_first_file(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(4000000, 7);
    bytes_add(&text, "\nno count\n", 10);
    char first[512], second[512];
    snprintf(first, sizeof first, "%s", scratch_write(s, "1", text.data, text.n));
    snprintf(second, sizeof second, "%s", scratch_write(s, "2", "x\na;b 1\n", 8));
    struct gf_source items[] = {{.path = first}, {.path = second}};
    struct gf_source_list list = {items, 2, 2};
    for (unsigned round = 0; round < 6; round++) {
        struct gf_load_params params = {
            .threads = 2 + round % 3, .strict = true, .chunk_bytes = 500};
        struct gf_profile *profile;
        struct gf_error err = {0};
        assert_false(gf_load_all(&list, &params, &profile, &err));
        assert_string_equal(err.file, first);
        assert_true(err.line > 1000);
    }
    bytes_free(&text);
}

static void add_repeated(struct bytes *text, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++)
        bytes_add(text, what, strlen(what));
}

static void test_long_lines(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0}, zst = {0};
    add_noise(&text, 1000000, 1, "ab"); /* a name of 1 MB */
    bytes_add(&text, " 1\nx;y 2\n", 9);
    add_repeated(&text, "frame;", 800000 / 6); /* a deep stack of 800 KB */
    bytes_add(&text, "leaf 4\nx;y 8\n", 13);
    pack_zstd(&zst, text.data, text.n, true);
    char plain[512], packed[512];
    snprintf(plain, sizeof plain, "%s", scratch_write(s, "p", text.data, text.n));
    snprintf(packed, sizeof packed, "%s", scratch_write(s, "z", zst.data, zst.n));
    const size_t chunks[] = {0, 4096, 30000};
    for (unsigned i = 0; i < 3; i++) {
        struct gf_load_params params = {.threads = 1 + i, .chunk_bytes = chunks[i]};
        expect_load(plain, &params, &text);
        expect_load(packed, &params, &text);
    }
    bytes_free(&text);
    bytes_free(&zst);
}

static void test_a_million_frames_deep(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0};
    for (unsigned i = 0; i < 1000000; i++) {
        char frame[16];
        bytes_add(
            &text, frame,
            (size_t)snprintf(frame, sizeof frame, "f%05u%s", i % 99991, i < 999999 ? ";" : " 5\n"));
    }
    const char *path = scratch_write(s, "deep", text.data, text.n);
    struct gf_profile *profile = load_must(path, &(struct gf_load_params){.threads = 2});
    assert_int_equal(profile->stats.max_depth, 1000000);
    assert_int_equal(profile->frames.n, 1000001);
    assert_int_equal(gf_frame_total(&profile->frames, 1000000, 0), 5);
    assert_int_equal(gf_frame_self(&profile->frames, 1000000, 0), 5);
    gf_profile_free(profile);
    bytes_free(&text);
}

static void test_empty_files_and_strangers_in_a_directory(void **state)
{
    struct scratch *s = *state;
    scratch_write(s, "a.folded", "main;f 1\n", 9);
    scratch_write(s, "b.empty", "", 0);
    scratch_write(s, "c.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", 20);
    scratch_write(s, "d.txt", "This is a text, and no profile.\nIt has two lines\n", 49);
    scratch_write(s, "e.folded", "main;f 2\nmain;g 4", 17);
    struct bytes zst = {0};
    pack_zstd(&zst, "", 0, true);
    scratch_write(s, "f.zst", zst.data, zst.n);
    struct gf_profile *profile = load_must(s->dir, &(struct gf_load_params){.threads = 3});
    assert_int_equal(gf_frame_total(&profile->frames, 0, 0), 7);
    assert_int_equal(profile->stats.files, 4);
    assert_int_equal(profile->stats.skipped_files, 2);
    gf_profile_free(profile);
    bytes_free(&zst);
}

/* Where a process may have few addresses, decoded text moves while slots of it are parsed. */
static void test_few_addresses(void **state)
{
    enum { TIMES = 500 };
    struct scratch *s = *state;
    struct rlimit before, low;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* their shadow memory does not fit into any such limit */
#endif
    struct bytes part = make_text(300000, 5), text = {0}, zst = {0};
    part.n = (size_t)((unsigned char *)memrchr(part.data, '\n', part.n) + 1 - part.data);
    for (int i = 0; i < TIMES; i++)
        bytes_add(&text, part.data, part.n);
    pack_zstd(&zst, text.data, text.n, true);
    const char *path = scratch_write(s, "z", zst.data, zst.n);
    struct tally want = {0};
    tally_add(&want, (const char *)part.data, part.n);
    tally_close(&want);
    for (size_t i = 0; i < want.n; i++)
        want.items[i].count *= TIMES;
    want.total *= TIMES;
    want.lines *= TIMES;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    low = before;
    low.rlim_cur = (rlim_t)1 << 40; /* less than is asked for */
    for (unsigned threads = 1; threads < 4; threads++) {
        struct gf_load_params params = {.threads = threads};
        assert_int_equal(setrlimit(RLIMIT_AS, &low), 0);
        struct gf_profile *profile = load_must(path, &params);
        assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
        tally_expect(&want, profile);
        assert_int_equal(profile->stats.bytes_decoded, text.n);
        gf_profile_free(profile);
    }
    tally_free(&want);
    bytes_free(&part);
    bytes_free(&text);
    bytes_free(&zst);
}

enum { TINY = 5000 };

static void test_thousands_of_tiny_files(void **state)
{
    struct scratch *s = *state;
    struct rlimit before, low;
    for (unsigned i = 0; i < TINY; i++) {
        char name[32], text[64];
        snprintf(name, sizeof name, "%04u", i);
        int n = snprintf(text, sizeof text, "main;f%u %u\n", i % 10, i);
        if (i % 100 == 0) {
            struct bytes zst = {0};
            pack_zstd(&zst, text, (size_t)n, true);
            scratch_write(s, name, zst.data, zst.n);
            bytes_free(&zst);
        } else {
            scratch_write(s, name, text, (size_t)n);
        }
    }
    /* Far fewer descriptors than files. */
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    low.rlim_cur = 40;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    struct gf_profile *profile = load_must(s->dir, &(struct gf_load_params){.threads = 4});
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(gf_frame_total(&profile->frames, 0, 0), TINY * (TINY - 1) / 2);
    assert_int_equal(profile->stats.files, TINY);
    assert_int_equal(profile->frames.n, 12);
    gf_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_chunk_size, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_counts_without_frames, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_counts_of_ascending_text, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_lines_across_frames, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_newlines_at_frame_ends, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_numbers_of_ignored_lines, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_strict_reports_the_first_file, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_long_lines, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_a_million_frames_deep, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_empty_files_and_strangers_in_a_directory,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_few_addresses, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_thousands_of_tiny_files, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
