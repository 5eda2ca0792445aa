/* Loads that are told that what was read is enough: they end soon, with a profile of whole lines,
 * which says that it is not all. */
#include "support/test_cmocka.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/load.h"
#include "support/load_path.h"
#include "support/packed.h"
#include "support/scratch.h"
#include "support/tally.h"

/* As in test_model_load_pipes.c: what must not happen is that it never ends. */
#define SOON 10
/* Putting together what was read takes its time. */
#define LATER 200

/* NULL where there was no sample yet. */
static struct gf_profile *enough(struct gf_load *load, double seconds)
{
    struct gf_profile *profile;
    struct gf_error err = {0};
    double begin = gf_now();
    gf_load_enough(load);
    bool ok = gf_load_finish(load, &profile, &err);
    if (!ok && err.code != GF_ERR_CANCELLED)
        fail_msg("%s", err.message);
    assert_true(gf_now() - begin < seconds);
    return profile;
}

/* A pipe that gave some lines and half of one, and is silent since. */
static void test_a_silent_pipe(void **state)
{
    struct scratch *s = *state;
    static const char text[] = "main;f 5\nmain;g 6\nmai";
    for (unsigned threads = 1; threads <= 3; threads++) {
        char path[512];
        snprintf(path, sizeof path, "%s",
                 scratch_path(s, threads == 1   ? "a"
                                 : threads == 2 ? "b"
                                                : "c"));
        assert_int_equal(mkfifo(path, 0600), 0);
        int fd = open(path, O_RDWR | O_CLOEXEC);
        assert_true(fd >= 0);
        struct gf_source item = {.path = path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = threads});
        struct gf_progress progress = {0};
        assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
        for (double begin = gf_now(); progress.records < 2 && gf_now() - begin < SOON;) {
            usleep(1000);
            gf_load_progress(load, &progress);
        }
        struct gf_profile *profile = enough(load, SOON);
        assert_non_null(profile);
        assert_int_equal(gf_frame_total(&profile->frames, 0, 0), 11);
        assert_true(profile->stats.incomplete);
        assert_int_equal(profile->stats.records, 2);
        gf_profile_free(profile);
        close(fd);
    }
}

/* Nobody ever writes: there is nothing to show. */
static void test_a_pipe_without_a_writer(void **state)
{
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_path(*state, "fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    struct gf_source item = {.path = path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 2});
    assert_false(gf_load_wait(load, 0.1));
    assert_null(enough(load, SOON));
}

/* Plain, compressed in one piece, in several frames, with gzip: stopped at any time. */
static void test_at_any_time(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(1000000, 17), packed[3] = {{0}};
    struct tally want = {0};
    char paths[4][512];
    struct gf_source items[4];
    unsigned cut = 0, whole = 0, none = 0;
    bytes_add(&text, "\n", 1);
    for (int i = 0; i < 4; i++)
        tally_add(&want, (const char *)text.data, text.n);
    tally_close(&want);
    pack_zstd(&packed[0], text.data, text.n, true);
    for (size_t at = 0, n; at < text.n; at += n) {
        n = text.n - at < 150000 ? text.n - at : 150000;
        pack_zstd(&packed[1], text.data + at, n, true);
    }
    pack_gzip(&packed[2], text.data, text.n, 6, false);
    for (int i = 0; i < 4; i++) {
        const struct bytes *data = i < 3 ? &packed[i] : &text;
        char name[2] = {(char)('a' + i), '\0'};
        snprintf(paths[i], sizeof paths[i], "%s", scratch_write(s, name, data->data, data->n));
        items[i] = (struct gf_source){.path = paths[i]};
    }
    struct gf_source_list list = {items, 4, 4};
    for (unsigned round = 0; round < 80; round++) {
        struct gf_load_params params = {.threads = 1 + round % 4, .chunk_bytes = 20000};
        struct gf_load *load = load_begin(&list, &params);
        usleep(round * round * 12);
        if (round % 5 == 0)
            gf_profile_free(gf_load_partial(load));
        if (round == 79) /* at the end it makes no difference */
            while (!gf_load_wait(load, 1)) {
            }
        struct gf_profile *profile = enough(load, SOON);
        none += !profile;
        if (!profile)
            continue;
        if (profile->stats.incomplete)
            tally_expect_part(&want, profile);
        else
            tally_expect(&want, profile);
        cut += profile->stats.incomplete;
        whole += !profile->stats.incomplete;
        gf_profile_free(profile);
    }
    assert_true(cut > 0);
    assert_true(whole > 0);
    tally_free(&want);
    bytes_free(&text);
    for (int i = 0; i < 3; i++)
        bytes_free(&packed[i]);
}

/* What was spilled is part of it. */
static void test_after_a_spill(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0};
    char line[64], path[512];
    for (unsigned i = 0; i < 400000; i++)
        bytes_add(
            &text, line,
            (size_t)snprintf(line, sizeof line, "a%u;b%u;c%u 1\n", i % 61, i * 7919 % 3001, i % 3));
    snprintf(path, sizeof path, "%s", scratch_write(s, "wide", text.data, text.n));
    struct gf_source item = {.path = path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_load *load = load_begin(
        &list,
        &(struct gf_load_params){.threads = 2, .max_memory = 24 << 20, .chunk_bytes = 20000});
    struct gf_progress progress = {0};
    while (progress.records < 300000 && !progress.done)
        gf_load_progress(load, &progress);
    struct gf_profile *profile = enough(load, LATER);
    assert_non_null(profile);
    assert_int_equal(gf_frame_total(&profile->frames, 0, 0), profile->stats.records);
    assert_true(profile->stats.records >= 300000);
    assert_true(profile->stats.spilled_bytes > 0);
    gf_profile_free(profile);
    bytes_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_silent_pipe, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_a_pipe_without_a_writer, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_at_any_time, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_after_a_spill, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
