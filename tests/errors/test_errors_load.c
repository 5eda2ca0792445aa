/* Inputs that fail while they are loaded: what is said, and that nothing else happens. */
#include "support/test_cmocka.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/builder.h"
#include "model/feed.h"
#include "model/load.h"
#include "support/packed.h"
#include "support/scratch.h"

static void expect_failure(char *const *paths, size_t n, const struct gf_load_params *params,
                           struct gf_error *err)
{
    struct gf_source items[8];
    struct gf_profile *profile;
    assert_true(n <= 8);
    for (size_t i = 0; i < n; i++)
        items[i] = (struct gf_source){.path = paths[i]};
    struct gf_source_list list = {items, n, n};
    *err = (struct gf_error){0};
    assert_false(gf_load_all(&list, params, &profile, err));
    assert_null(profile);
}

/* Lines that zstd cannot make small. */
static struct bytes noise_lines(size_t lines)
{
    struct bytes text = {0};
    uint64_t seed = 1;
    for (size_t i = 0; i < lines; i++) {
        char line[101];
        for (unsigned k = 0; k < 100; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            line[k] = (char)('@' + (seed >> 40) % 32);
        }
        memcpy(line + 50, ";", 1);
        memcpy(line + 97, " 1\n", 3);
        bytes_add(&text, line, 100);
    }
    return text;
}

static void test_damage_among_good_files(void **state)
{
    struct scratch *s = *state;
    struct bytes text = noise_lines(5000), one = {0}, many = {0};
    char good[512], bad[512], place[64], *paths[] = {good, good, bad, good};
    pack_zstd(&one, text.data, text.n, true);
    for (size_t at = 0; at < text.n; at += 100000)
        pack_zstd(&many, text.data + at, 100000, true);
    snprintf(good, sizeof good, "%s", scratch_write(s, "good", text.data, text.n));
    snprintf(bad, sizeof bad, "%s", scratch_path(s, "bad"));
    const struct bytes *kinds[] = {&one, &many};
    for (unsigned i = 0; i < 12; i++) {
        struct bytes damaged = {0};
        struct gf_error err;
        struct gf_load_params params = {.threads = 1 + i / 3};
        bytes_add(&damaged, kinds[i % 2]->data, kinds[i % 2]->n);
        snprintf(place, sizeof place, "(at compressed byte ");
        if (i % 3 == 2) {
            damaged.data[damaged.n / 2] ^= 0x55; /* found at the end of its block or frame */
        } else {
            damaged.n -= 1000;
            snprintf(place, sizeof place, "(at compressed byte %zu)", damaged.n);
        }
        scratch_write(s, "bad", damaged.data, damaged.n);
        expect_failure(paths, 4, &params, &err);
        assert_int_equal(err.code, GF_ERR_CORRUPT);
        assert_string_equal(err.file, bad);
        assert_non_null(strstr(err.message, place));
        assert_int_equal(err.byte, 0);
        bytes_free(&damaged);
    }
    bytes_free(&text);
    bytes_free(&one);
    bytes_free(&many);
}

static void test_files_that_cannot_be_read(void **state)
{
    struct scratch *s = *state;
    char good[512], gone[512];
    struct gf_error err;
    snprintf(good, sizeof good, "%s", scratch_write(s, "good", "a;b 1\n", 6));
    snprintf(gone, sizeof gone, "%s", scratch_path(s, "gone"));
    char *vanished[] = {good, gone, good};
    expect_failure(vanished, 3, &(struct gf_load_params){.threads = 2}, &err);
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, gone);
    char *directory[] = {good, s->dir};
    expect_failure(directory, 2, &(struct gf_load_params){.threads = 2}, &err);
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, s->dir);
    if (geteuid() != 0) { /* root reads everything */
        char *closed = good;
        assert_int_equal(chmod(closed, 0), 0);
        expect_failure(&closed, 1, &(struct gf_load_params){.threads = 2}, &err);
        assert_int_equal(err.code, GF_ERR_IO);
    }
}

static bool go_on(void *ctx, uint64_t in, uint64_t decoded, struct gf_error *err)
{
    (void)ctx;
    (void)in;
    (void)decoded;
    (void)err;
    return true;
}

/* A file that changes between two pieces. */
static void test_size_changes_while_read(void **state)
{
    struct scratch *s = *state;
    const struct gf_simd *simd = gf_simd_select(NULL);
    struct bytes text = make_text(100000, 2);
    struct gf_feed_shared shared = {
        .chunk_bytes = 1000, .range_bytes = 50000, .line_max = GF_MAX_STACK, .nparsers = 1};
    pthread_mutex_init(&shared.mutex, NULL);
    pthread_cond_init(&shared.changed, NULL);
    for (int grows = 0; grows < 2; grows++) {
        const char *path = scratch_write(s, "f", text.data, text.n);
        struct gf_error err = {0};
        struct gf_feed *feed;
        struct gf_builder *builder = gf_builder_create(1, simd, &err);
        assert_non_null(builder);
        struct gf_sink sink = gf_builder_sink(builder);
        assert_true(gf_feed_open(&shared, path, 0, &feed, &err));
        struct gf_feed_work work = {
            .decoder = feed->format->create(&feed->hints, simd, &err),
            .sink = &sink,
            .between = go_on,
        };
        struct gf_piece piece;
        assert_true(gf_feed_take(feed, 0, &piece));
        assert_true(gf_feed_parse_range(feed, &piece, &work, &err));
        uint64_t lines = feed->format->take_counts(work.decoder).lines;
        assert_int_equal(truncate(path, grows ? 200000 : 70000), 0);
        assert_true(gf_feed_take(feed, 0, &piece));
        bool ok = gf_feed_parse_range(feed, &piece, &work, &err);
        lines += feed->format->take_counts(work.decoder).lines;
        assert_false(gf_feed_take(feed, 0, &piece));
        if (grows) {
            /* What was there when it was opened. */
            uint64_t newlines = 1;
            for (size_t i = 0; i < text.n; i++)
                newlines += text.data[i] == '\n';
            assert_true(ok);
            assert_int_equal(lines, newlines);
        } else {
            assert_false(ok);
            assert_int_equal(err.code, GF_ERR_IO);
            assert_non_null(strstr(err.message, "became shorter"));
        }
        feed->format->destroy(work.decoder);
        free(work.buffer.data);
        gf_builder_destroy(builder);
        gf_feed_close(feed);
    }
    pthread_mutex_destroy(&shared.mutex);
    pthread_cond_destroy(&shared.changed);
    bytes_free(&text);
}

/* Distinct stacks without end. */
static void test_memory_limit(void **state)
{
    struct scratch *s = *state;
    struct bytes text = noise_lines(100000), zst = {0};
    struct gf_error err;
    for (size_t at = 0; at < text.n; at += 1000000)
        pack_zstd(&zst, text.data + at, 1000000, true);
    const struct bytes *kinds[] = {&text, &zst};
    for (unsigned i = 0; i < 4; i++) {
        char buffer[512], *path = buffer;
        snprintf(buffer, sizeof buffer, "%s",
                 scratch_write(s, "f", kinds[i % 2]->data, kinds[i % 2]->n));
        struct gf_load_params params = {.threads = 1 + i, .max_memory = (uint64_t)20 << 20};
        expect_failure(&path, 1, &params, &err);
        assert_int_equal(err.code, GF_ERR_NOMEM);
        assert_non_null(strstr(err.message, "--max-memory"));
        params.max_memory = (uint64_t)500 << 20;
        struct gf_source item = {.path = path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_profile *profile;
        assert_true(gf_load_all(&list, &params, &profile, &err));
        gf_profile_free(profile);
    }
    bytes_free(&text);
    bytes_free(&zst);
}

/* One line that takes more than its share, in every way of reading it. */
static void test_line_beyond_memory(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0}, one = {0}, many = {0}, gz = {0};
    struct gf_error err;
    bytes_add(&text, "a;b 1\n", 6);
    for (unsigned i = 0; i < 8000000; i++)
        bytes_add(&text, "x", 1);
    pack_zstd(&one, text.data, text.n, true);
    pack_gzip(&gz, text.data, text.n, 1, false);
    struct bytes lines = noise_lines(2000);
    for (unsigned i = 0; i < 40; i++) { /* newlines only in the first and the last frame */
        if (i == 1)
            for (size_t k = 0; k < lines.n; k++)
                lines.data[k] = lines.data[k] == '\n' ? 'y' : lines.data[k];
        if (i == 39)
            lines.data[lines.n - 1] = '\n';
        pack_zstd(&many, lines.data, lines.n, true);
    }
    const struct bytes *kinds[] = {&text, &one, &many, &gz};
    for (unsigned i = 0; i < 4; i++) {
        char buffer[512], *path = buffer;
        snprintf(buffer, sizeof buffer, "%s", scratch_write(s, "f", kinds[i]->data, kinds[i]->n));
        struct gf_load_params params = {.threads = 2, .max_memory = (uint64_t)40 << 20};
        expect_failure(&path, 1, &params, &err);
        assert_int_equal(err.code, GF_ERR_NOMEM);
        assert_non_null(strstr(err.message, "a line is longer"));
    }
    bytes_free(&text);
    bytes_free(&one);
    bytes_free(&many);
    bytes_free(&gz);
    bytes_free(&lines);
}

/* A window of 64 MB: for one input there is memory, not for eight at a time. */
static void test_window_beyond_memory(void **state)
{
    struct scratch *s = *state;
    struct bytes zst = {0};
    struct gf_error err;
    char path[512];
    pack_zstd_raw(&zst, "a;b 1\n", 6, 26, 0);
    snprintf(path, sizeof path, "%s", scratch_write(s, "w", zst.data, zst.n));
    char *paths[] = {path, path, path, path, path, path, path, path};
    struct gf_load_params params = {.threads = 8, .max_memory = (uint64_t)256 << 20};
    expect_failure(paths, 8, &params, &err);
    assert_int_equal(err.code, GF_ERR_LIMIT);
    struct gf_source item = {.path = path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_profile *profile;
    assert_true(gf_load_all(&list, &params, &profile, &err));
    gf_profile_free(profile);
    bytes_free(&zst);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_damage_among_good_files, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_files_that_cannot_be_read, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_size_changes_while_read, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_memory_limit, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_line_beyond_memory, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_window_beyond_memory, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
