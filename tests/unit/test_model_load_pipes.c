/* Loading what comes slowly, stops coming, or is no longer wanted: pipes, standard input, cancelled
 * loads, and pictures in between. */
#include "support/test_cmocka.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
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

/* A cancelled load ends after this many seconds at the latest. On a busy machine under a sanitizer
 * threads wait long for their turn; what must not happen is that it never ends. */
#define SOON 10

/* A writer into a named pipe: `data` in steps with pauses, then it waits until it may close. */
struct writer {
    char path[512];
    const struct bytes *data;
    size_t step;
    unsigned pause_us;
    bool hold; /* keeps the pipe open until `release` */
    pthread_mutex_t release;
    pthread_t thread;
};

static void *write_main(void *arg)
{
    struct writer *w = arg;
    int fd = open(w->path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0, n; at < w->data->n; at += n) {
        size_t left = w->data->n - at;
        ssize_t put = write(fd, w->data->data + at, left < w->step ? left : w->step);
        if (put < 0)
            break;
        n = (size_t)put;
        if (w->pause_us)
            usleep(w->pause_us);
    }
    if (w->hold) {
        pthread_mutex_lock(&w->release);
        pthread_mutex_unlock(&w->release);
    }
    close(fd);
    return NULL;
}

static void writer_start(struct writer *w, struct scratch *s, const char *name)
{
    snprintf(w->path, sizeof w->path, "%s", scratch_path(s, name));
    assert_int_equal(mkfifo(w->path, 0600), 0);
    pthread_mutex_init(&w->release, NULL);
    pthread_mutex_lock(&w->release);
    assert_int_equal(pthread_create(&w->thread, NULL, write_main, w), 0);
}

static void writer_end(struct writer *w)
{
    pthread_mutex_unlock(&w->release);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->release);
}

static void expect_cancelled(struct gf_load *load)
{
    struct gf_profile *profile;
    struct gf_error err = {0};
    double begin = gf_now();
    gf_load_cancel(load);
    assert_false(gf_load_finish(load, &profile, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_true(gf_now() - begin < SOON);
}

static void test_slow_writers(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(60000, 3), kinds[3] = {{0}};
    struct tally want = {0};
    tally_add(&want, (const char *)text.data, text.n);
    tally_close(&want);
    bytes_add(&kinds[0], text.data, text.n);
    pack_zstd(&kinds[1], text.data, text.n / 2, true);
    pack_zstd(&kinds[1], text.data + text.n / 2, text.n - text.n / 2, true);
    pack_gzip(&kinds[2], text.data, text.n, 6, false);
    const size_t steps[] = {3000, 777, 65536};
    for (unsigned i = 0; i < 9; i++) {
        char name[8];
        snprintf(name, sizeof name, "%u", i);
        struct writer w = {.data = &kinds[i % 3], .step = steps[i / 3], .pause_us = 500};
        writer_start(&w, s, name);
        struct gf_source item = {.path = w.path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 1 + i % 2});
        struct gf_profile *profile;
        struct gf_error err = {0};
        if (!gf_load_finish(load, &profile, &err))
            fail_msg("%s", err.message);
        tally_expect(&want, profile);
        gf_profile_free(profile);
        writer_end(&w);
    }
    for (unsigned i = 0; i < 3; i++)
        bytes_free(&kinds[i]);
    tally_free(&want);
    bytes_free(&text);
}

/* What a dead writer leaves: of text the whole lines and the begin of one, of zstd an error. */
static void test_writer_dies(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0}, zst = {0}, full = make_text(50000, 5);
    bytes_add(&text, "a;b 1\na;c 2\na;d", 15);
    pack_zstd(&zst, full.data, full.n, true);
    zst.n -= 10;
    for (unsigned i = 0; i < 2; i++) {
        struct writer w = {.data = i ? &zst : &text, .step = 4096};
        writer_start(&w, s, i ? "z" : "p");
        struct gf_source item = {.path = w.path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 2});
        struct gf_profile *profile;
        struct gf_error err = {0};
        bool ok = gf_load_finish(load, &profile, &err);
        writer_end(&w);
        if (i == 0) {
            assert_true(ok);
            assert_int_equal(gf_frame_total(&profile->frames, 0, 0), 3);
            assert_int_equal(profile->stats.ignored, 1);
            assert_int_equal(profile->stats.ignored_lines[0].line, 3);
            gf_profile_free(profile);
        } else {
            char place[64];
            snprintf(place, sizeof place, "(at compressed byte %zu)", zst.n);
            assert_false(ok);
            assert_int_equal(err.code, GF_ERR_CORRUPT);
            assert_non_null(strstr(err.message, place));
            assert_int_equal(err.byte, 0);
            assert_string_equal(err.file, w.path);
        }
    }
    bytes_free(&text);
    bytes_free(&zst);
    bytes_free(&full);
}

static void test_standard_input(void **state)
{
    (void)state;
    int ends[2], before = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    assert_int_equal(write(ends[1], "main;f 3\nwhat\n", 14), 14);
    close(ends[1]);
    char path[] = "-";
    struct gf_source item = {.path = path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_profile *profile;
    struct gf_error err = {0};
    assert_true(gf_load_all(&list, &(struct gf_load_params){0}, &profile, &err));
    assert_int_equal(gf_frame_total(&profile->frames, 0, 0), 3);
    gf_profile_free(profile);
    /* At its end now: an empty input, called by its name. */
    assert_false(gf_load_all(&list, &(struct gf_load_params){0}, &profile, &err));
    assert_int_equal(err.code, GF_ERR_EMPTY);
    assert_string_equal(err.file, "standard input");
    assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
    close(before);
}

static void test_cancel_without_a_writer(void **state)
{
    struct scratch *s = *state;
    char path[512];
    snprintf(path, sizeof path, "%s", scratch_path(s, "fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    struct gf_source item = {.path = path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 2});
    assert_false(gf_load_wait(load, 0.2));
    expect_cancelled(load);
}

static void test_cancel_while_the_writer_is_silent(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(400000, 11), zst = {0}, none = {0};
    pack_zstd(&zst, text.data, text.n, true);
    zst.n /= 2;
    const struct bytes *kinds[] = {&none, &text, &zst};
    for (unsigned i = 0; i < 6; i++) {
        char name[8];
        snprintf(name, sizeof name, "%u", i);
        struct writer w = {.data = kinds[i % 3], .step = 100000, .hold = true};
        writer_start(&w, s, name);
        struct gf_source item = {.path = w.path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 1 + i / 3});
        assert_false(gf_load_wait(load, 0.1));
        expect_cancelled(load);
        writer_end(&w);
    }
    bytes_free(&text);
    bytes_free(&zst);
}

static void test_strict_ends_a_silent_pipe(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0};
    bytes_add(&text, "a;b 1\nno count\na;b 2\n", 21);
    for (unsigned threads = 1; threads <= 3; threads++) {
        char name[8];
        snprintf(name, sizeof name, "%u", threads);
        struct writer w = {.data = &text, .step = 100000, .hold = true};
        writer_start(&w, s, name);
        struct gf_source item = {.path = w.path};
        struct gf_source_list list = {&item, 1, 1};
        struct gf_load *load =
            load_begin(&list, &(struct gf_load_params){.threads = threads, .strict = true});
        struct gf_profile *profile;
        struct gf_error err = {0};
        assert_true(gf_load_wait(load, 2 * SOON));
        assert_false(gf_load_finish(load, &profile, &err));
        assert_int_equal(err.code, GF_ERR_FORMAT);
        assert_int_equal(err.line, 2);
        writer_end(&w);
    }
    bytes_free(&text);
}

/* What a pipe gave can be seen before more comes. */
static void test_picture_of_a_silent_pipe(void **state)
{
    struct scratch *s = *state;
    struct bytes text = {0};
    bytes_add(&text, "main;f 5\nmain;g 6\nmai", 21);
    struct writer w = {.data = &text, .step = 10, .pause_us = 1000, .hold = true};
    writer_start(&w, s, "fifo");
    struct gf_source item = {.path = w.path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 2});
    uint64_t total = 0;
    for (double begin = gf_now(); total < 11 && gf_now() - begin < 2 * SOON;) {
        struct gf_profile *partial = gf_load_partial(load);
        if (partial)
            total = gf_frame_total(&partial->frames, 0, 0);
        gf_profile_free(partial);
        assert_false(gf_load_wait(load, 0.01));
    }
    assert_int_equal(total, 11);
    expect_cancelled(load);
    writer_end(&w);
    bytes_free(&text);
}

static void wait_for_total(struct gf_load *load, uint64_t want)
{
    uint64_t total = 0;
    for (double begin = gf_now(); total != want && gf_now() - begin < 2 * SOON;) {
        struct gf_profile *partial = gf_load_partial(load);
        if (partial)
            total = gf_frame_total(&partial->frames, 0, 0);
        gf_profile_free(partial);
        assert_false(gf_load_wait(load, 0.01));
    }
    assert_int_equal(total, want);
}

/* The parser of a pipe that is silent helps with another, and comes back. */
static void test_two_pipes(void **state)
{
    struct scratch *s = *state;
    struct bytes text = make_text(3000000, 23);
    bytes_add(&text, "\n", 1);
    struct tally fast = {0};
    tally_add(&fast, (const char *)text.data, text.n);
    struct writer w = {.data = &text, .step = 65536, .hold = true};
    writer_start(&w, s, "fast");
    char slow[512];
    snprintf(slow, sizeof slow, "%s", scratch_path(s, "slow"));
    assert_int_equal(mkfifo(slow, 0600), 0);
    int fd = open(slow, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "main;a;long;enough;path 5\n", 26), 26);
    struct gf_source items[] = {{.path = slow}, {.path = w.path}};
    struct gf_source_list list = {items, 2, 2};
    struct gf_load_params params = {.threads = 2, .chunk_bytes = 10000};
    struct gf_load *load = load_begin(&list, &params);
    wait_for_total(load, fast.total + 5);
    assert_int_equal(write(fd, "main;f 6\n", 9), 9);
    wait_for_total(load, fast.total + 11);
    close(fd);
    writer_end(&w);
    struct gf_profile *profile;
    struct gf_error err = {0};
    assert_true(gf_load_finish(load, &profile, &err));
    assert_int_equal(gf_frame_total(&profile->frames, 0, 0), fast.total + 11);
    gf_profile_free(profile);
    tally_free(&fast);
    bytes_free(&text);
}

/* Inputs of all kinds that take a little while. */
struct mixed {
    struct bytes text;
    char paths[4][512];
    struct gf_source items[4];
    struct gf_source_list list;
    struct tally want;
};

static void mixed_make(struct mixed *m, struct scratch *s, size_t n)
{
    struct bytes one = {0}, many = {0}, gz = {0};
    *m = (struct mixed){.text = make_text(n, 17)};
    bytes_add(&m->text, "\n", 1);
    pack_zstd(&one, m->text.data, m->text.n, true);
    for (size_t at = 0; at < m->text.n; at += 300000) {
        size_t left = m->text.n - at;
        pack_zstd(&many, m->text.data + at, left < 300000 ? left : 300000, true);
    }
    pack_gzip(&gz, m->text.data, m->text.n, 1, false);
    const struct bytes *kinds[] = {&m->text, &one, &many, &gz};
    for (unsigned i = 0; i < 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "%u", i);
        snprintf(m->paths[i], sizeof m->paths[i], "%s",
                 scratch_write(s, name, kinds[i]->data, kinds[i]->n));
        m->items[i] = (struct gf_source){.path = m->paths[i]};
        tally_add(&m->want, (const char *)m->text.data, m->text.n);
    }
    m->list = (struct gf_source_list){m->items, 4, 4};
    tally_close(&m->want);
    bytes_free(&one);
    bytes_free(&many);
    bytes_free(&gz);
}

static void mixed_free(struct mixed *m)
{
    tally_free(&m->want);
    bytes_free(&m->text);
}

static void test_cancel_at_any_time(void **state)
{
    struct mixed m;
    mixed_make(&m, *state, 1000000);
    unsigned cancelled = 0;
    for (unsigned round = 0; round < 60; round++) {
        struct gf_load_params params = {.threads = 1 + round % 4, .chunk_bytes = 20000};
        struct gf_load *load = load_begin(&m.list, &params);
        struct gf_profile *profile;
        struct gf_error err = {0};
        usleep(round * round * 10);
        if (round % 5 == 0)
            gf_profile_free(gf_load_partial(load));
        gf_load_cancel(load);
        if (gf_load_finish(load, &profile, &err)) {
            tally_expect(&m.want, profile);
            gf_profile_free(profile);
        } else {
            assert_int_equal(err.code, GF_ERR_CANCELLED);
            cancelled++;
        }
    }
    assert_true(cancelled > 0);
    mixed_free(&m);
}

/* A writer that does not end before a picture was seen: a load that takes no time gets none. */
static void test_pictures_in_between(void **state)
{
    static unsigned char held[] = "held;open 1\n";
    struct bytes line = {.data = held, .n = sizeof held - 1};
    struct mixed m;
    mixed_make(&m, *state, 800000);
    tally_add(&m.want, (const char *)held, line.n);
    tally_close(&m.want);
    for (unsigned round = 0; round < 4; round++) {
        char name[] = {'p', (char)('0' + round), 0};
        struct writer w = {.data = &line, .step = line.n, .hold = true};
        writer_start(&w, *state, name);
        struct gf_source items[] = {
            m.items[0], m.items[1], {.path = w.path}, m.items[2], m.items[3]};
        struct gf_source_list list = {items, 5, 5};
        struct gf_load_params params = {
            .threads = 1 + round, .chunk_bytes = 10000, .order = (enum gf_order)(round % 3)};
        struct gf_load *load = load_begin(&list, &params);
        struct gf_profile *profile;
        struct gf_error err = {0};
        uint64_t last = 0;
        bool seen = false;
        while (!gf_load_wait(load, 0.001 * round)) {
            struct gf_profile *partial = gf_load_partial(load);
            if (!partial)
                continue;
            tally_expect_part(&m.want, partial);
            uint64_t total = gf_frame_total(&partial->frames, 0, 0);
            assert_true(total >= last && total <= m.want.total);
            last = total;
            gf_profile_free(partial);
            if (!seen)
                writer_end(&w);
            seen = true;
        }
        assert_true(seen);
        if (!gf_load_finish(load, &profile, &err))
            fail_msg("%s", err.message);
        tally_expect(&m.want, profile);
        gf_profile_free(profile);
    }
    mixed_free(&m);
}

/* While nothing comes there is nothing to draw again. */
static void test_no_pictures_of_a_silent_pipe(void **state)
{
    struct bytes text = make_text(60000, 5);
    struct writer w = {.data = &text, .step = 4000, .hold = true};
    writer_start(&w, *state, "silent");
    struct gf_source item = {.path = w.path};
    struct gf_source_list list = {&item, 1, 1};
    struct gf_load *load = load_begin(&list, &(struct gf_load_params){.threads = 2});
    struct gf_progress progress = {0};
    while (progress.bytes_read < text.n) {
        assert_false(gf_load_wait(load, 0.001));
        gf_profile_free(gf_load_partial(load));
        gf_load_progress(load, &progress);
    }
    gf_load_wait(load, 0.3); /* for the picture of the last of it */
    gf_profile_free(gf_load_partial(load));
    unsigned seen = 0;
    for (unsigned i = 0; i < 100; i++) {
        gf_load_wait(load, 0.01);
        struct gf_profile *partial = gf_load_partial(load);
        seen += partial != NULL;
        gf_profile_free(partial);
    }
    assert_true(seen <= 1); /* one may have begun before the last sample was counted */
    gf_load_cancel(load);
    struct gf_profile *profile;
    struct gf_error err = {0};
    assert_false(gf_load_finish(load, &profile, &err));
    writer_end(&w);
    bytes_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_slow_writers, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_writer_dies, scratch_setup, scratch_teardown),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test_setup_teardown(test_cancel_without_a_writer, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_cancel_while_the_writer_is_silent, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_strict_ends_a_silent_pipe, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_picture_of_a_silent_pipe, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_two_pipes, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_cancel_at_any_time, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_no_pictures_of_a_silent_pipe, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_pictures_in_between, scratch_setup, scratch_teardown),
    };
    signal(SIGPIPE, SIG_IGN); /* a load that ends early leaves its writer alone */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
