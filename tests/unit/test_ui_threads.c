/* What goes on beside the drawing: loading and work, started, replaced and stopped at any time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/scene_build.h"
#include "ui/loader.h"
#include "ui/sandwich.h"
#include "ui/worker.h"

static atomic_uint wakes;

static void wake(void)
{
    atomic_fetch_add(&wakes, 1);
}

/* ---- worker ---- */

static atomic_int alive;

struct count {
    struct gf_job job;
    int steps;
    bool whole;
};

static void count_run(struct gf_job *job, const atomic_bool *cancel)
{
    struct count *c = (struct count *)job;
    for (int i = 0; i < c->steps && !atomic_load(cancel); i++)
        usleep(100);
    c->whole = !atomic_load(cancel);
}

static void count_free(struct gf_job *job)
{
    atomic_fetch_sub(&alive, 1);
    free(job);
}

static struct gf_job *count_job(int kind, int steps)
{
    struct count *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->job = (struct gf_job){.kind = kind, .run = count_run, .free = count_free};
    c->steps = steps;
    atomic_fetch_add(&alive, 1);
    return &c->job;
}

static struct gf_job *take(struct gf_worker *worker)
{
    struct gf_job *job;
    double until = gf_now() + 20;
    while (!(job = gf_worker_take(worker)) && gf_now() < until)
        usleep(200);
    assert_non_null(job);
    return job;
}

static void test_jobs_in_turn(void **state)
{
    (void)state;
    struct gf_worker *worker;
    struct gf_error err;
    assert_true(gf_worker_start(wake, &worker, &err));
    for (int i = 0; i < 20; i++)
        gf_worker_do(worker, count_job(i, 3), false);
    for (int i = 0; i < 20; i++) {
        struct gf_job *job = take(worker);
        assert_int_equal(job->kind, i);
        assert_true(((struct count *)job)->whole);
        job->free(job);
    }
    assert_true(gf_worker_stop(worker, -1));
    assert_int_equal(atomic_load(&alive), 0);
}

static void test_only_the_last_counts(void **state)
{
    (void)state;
    struct gf_worker *worker;
    struct gf_error err;
    assert_true(gf_worker_start(wake, &worker, &err));
    double start = gf_now();
    for (int i = 0; i < 200; i++) {
        gf_worker_do(worker, count_job(i, i < 199 ? 100000 : 1), true);
        if (i % 7 == 0)
            usleep(300);
    }
    struct gf_job *job = take(worker);
    assert_int_equal(job->kind, 199);
    assert_true(((struct count *)job)->whole);
    job->free(job);
    assert_true(gf_now() - start < 15);
    assert_null(gf_worker_take(worker));
    /* Stopped in the midst of something long. */
    gf_worker_do(worker, count_job(0, 1000000), false);
    gf_worker_do(worker, count_job(1, 1000000), false);
    assert_true(gf_worker_stop(worker, -1));
    assert_int_equal(atomic_load(&alive), 0);
}

/* A job that hears nothing until it is let go. */
static atomic_bool held;

static void run_deaf(struct gf_job *job, const atomic_bool *cancel)
{
    (void)job;
    (void)cancel;
    while (atomic_load(&held))
        usleep(200);
}

/* One that does not end is not waited for, and left as it is. */
static void test_a_worker_that_hangs(void **state)
{
    (void)state;
    struct gf_worker *worker;
    assert_true(gf_worker_start(wake, &worker, NULL));
    struct gf_job *job = count_job(0, 1);
    job->run = run_deaf;
    atomic_store(&held, true);
    gf_worker_do(worker, job, false);
    while (!gf_worker_watch(worker).on)
        usleep(200);
    double start = gf_now();
    assert_false(gf_worker_stop(worker, 0.05));
    assert_true(gf_now() - start < 10);
    assert_int_equal(atomic_load(&alive), 1);
    atomic_store(&held, false); /* the process would be over by now */
    assert_true(gf_worker_stop(worker, 20));
    assert_int_equal(atomic_load(&alive), 0);
}

/* Jobs of one kind are cancelled, wherever they are; their results come, and the others'. */
static void test_one_kind_is_cancelled(void **state)
{
    (void)state;
    struct gf_worker *worker;
    assert_true(gf_worker_start(wake, &worker, NULL));
    assert_false(gf_worker_watch(worker).on);
    struct gf_job *first = count_job(1, 1000000);
    gf_meter_expect(&first->meter, 400);
    gf_meter_did(&first->meter, 100);
    gf_worker_do(worker, first, false);
    gf_worker_do(worker, count_job(2, 3), false);
    gf_worker_do(worker, count_job(1, 1000000), false);
    struct gf_work work = {.on = false};
    for (double until = gf_now() + 20; !work.on && gf_now() < until; usleep(100))
        work = gf_worker_watch(worker);
    assert_true(work.on && work.seconds >= 0);
    assert_int_equal(work.kind, 1);
    assert_float_equal(work.share, 0.25, 1e-9);
    gf_worker_cancel(worker, 2); /* not the one at hand */
    assert_null(gf_worker_take(worker));
    gf_worker_cancel(worker, 1);
    const int kinds[] = {1, 2, 1};
    for (int i = 0; i < 3; i++) {
        struct gf_job *job = take(worker);
        assert_int_equal(job->kind, kinds[i]);
        assert_false(((struct count *)job)->whole);
        job->free(job);
    }
    gf_worker_do(worker, count_job(1, 3), false); /* later ones are not meant */
    struct gf_job *job = take(worker);
    assert_true(((struct count *)job)->whole);
    job->free(job);
    assert_true(gf_worker_stop(worker, -1));
    assert_int_equal(atomic_load(&alive), 0);
}

/* ---- lenses ---- */

/* Views are changed while a worker unfolds them: every picture holds together, also those whose
 * jobs are cancelled. */
static void test_lenses_unfold_beside(void **state)
{
    (void)state;
    enum { LINES = 3000, LINE = 64 };
    char *text = malloc((size_t)LINES * LINE), *at = text;
    assert_non_null(text);
    for (unsigned i = 0; i < LINES; i++)
        at += snprintf(at, LINE, "main;a%u;b%u;a%u;d%u %u\n", i % 3, i % 11, i % 5, i % 509,
                       1 + i % 7);
    struct gf_worker *worker;
    struct gf_app app;
    assert_true(gf_worker_start(wake, &worker, NULL));
    gf_app_init(&app, &scene_measure, "test");
    gf_app_adopt(&app, scene_from_folded(text, true));
    gf_worker_do(worker, gf_lens_index_job(app.base, 1), false);
    srand(11);
    for (int i = 0; i < 600; i++) {
        uint32_t name = (uint32_t)rand() % app.scene->profile->frames.names.n;
        int kind = GF_DERIVE_SAME + rand() % (GF_DERIVE_SANDWICH + 1);
        if (i % 5 == 0)
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_LENS, .amount = kind, .node = name});
        else if (i % 5 == 1)
            gf_app_do(&app, &(struct gf_act){.what = i % 2 ? GF_DO_BACK : GF_DO_SHOW_ALL});
        else
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_AT,
                                             .x = rand() % 1200,
                                             .amount = rand() % 3 ? 1.5 : 0.7});
        if (i % 97 == 0)
            gf_app_adopt(&app, scene_from_folded(i % 2 ? text : "main;a1;b2 3\nmain;a0 1\n", true));
        gf_app_unfold(&app);
        if (app.wishes.derive) {
            app.wishes.derive = false;
            gf_worker_do(worker, gf_app_lens_job(&app, &(struct gf_palette){.mode = "module"}, 0),
                         true);
        }
        if (i % 3)
            usleep((useconds_t)(rand() % 1500));
        for (struct gf_job *job; (job = gf_worker_take(worker)); job->free(job))
            if (job->kind == 0)
                gf_app_derived(&app, gf_lens_result(job));
        const struct gf_frames *f = &app.scene->profile->frames;
        assert_true(app.focus.node < f->n);
        assert_int_equal(gf_frame_depth(f, app.focus.node), app.focus.depth);
        if (app.scene->half)
            assert_int_equal(gf_frame_total(f, 0, 0), 2 * gf_app_total(&app));
    }
    gf_app_free(&app);
    assert_true(gf_worker_stop(worker, -1));
    free(text);
}

/* ---- loader ---- */

struct input {
    char path[64];
    struct gf_source_list sources;
    struct gf_load *load;
};

static void start_load(struct input *in, const char *path)
{
    const struct gf_load_params params = {.threads = 2, .chunk_bytes = 4096};
    struct gf_error err = {0};
    const char *paths[] = {path};
    if (!gf_source_list_expand(paths, 1, &in->sources, &err) ||
        !gf_load_start(&in->sources, &params, &in->load, &err))
        fail_msg("%s", err.message);
}

static void write_lines(int fd, unsigned from, unsigned n)
{
    char line[64];
    for (unsigned i = from; i < from + n; i++) {
        int len = snprintf(line, sizeof line, "main;f%u;g%u 1\n", i % 50, i % 1777);
        assert_int_equal(write(fd, line, (size_t)len), len);
    }
}

static void test_load_to_the_end(void **state)
{
    (void)state;
    struct input in = {.path = "/tmp/gf_loadXXXXXX"};
    int fd = mkstemp(in.path);
    assert_true(fd >= 0);
    write_lines(fd, 0, 60000);
    close(fd);
    start_load(&in, in.path);
    struct gf_loader *loader;
    struct gf_error err = {0};
    assert_true(gf_loader_start(in.load, &(struct gf_palette){.mode = "module"}, NULL, wake,
                                &loader, &err));
    uint64_t last = 0;
    bool ended = false, final = false;
    for (double until = gf_now() + 30; !ended && gf_now() < until; usleep(500)) {
        gf_loader_expect(loader, &(struct gf_palette){.mode = "kind"}, 2);
        struct gf_loader_state s = gf_loader_watch(loader, &err);
        assert_false(s.failed);
        ended = s.ended;
        struct gf_scene *scene = gf_loader_take(loader);
        if (!scene)
            continue;
        uint64_t total = gf_frame_total(&scene->profile->frames, 0, 0);
        assert_true(total >= last);
        last = total;
        final = scene->final;
        gf_scene_drop(scene);
    }
    assert_true(ended && final);
    assert_int_equal(last, 60000);
    assert_true(atomic_load(&wakes) > 0);
    assert_true(gf_loader_stop(loader, 5));
    gf_source_list_free(&in.sources);
    unlink(in.path);
}

/* Starts to load `lines` lines of a file of its own, and a loader for them. */
static struct gf_loader *load_lines(struct input *in, unsigned lines)
{
    struct gf_loader *loader;
    *in = (struct input){.path = "/tmp/gf_loadXXXXXX"};
    int fd = mkstemp(in->path);
    assert_true(fd >= 0);
    write_lines(fd, 0, lines);
    close(fd);
    start_load(in, in->path);
    assert_true(gf_loader_start(in->load, &(struct gf_palette){.mode = "module"}, NULL, wake,
                                &loader, NULL));
    return loader;
}

static void test_stop_at_any_time(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++) {
        struct input in;
        struct gf_loader *loader = load_lines(&in, 40000);
        usleep((useconds_t)(i * 3000));
        assert_true(gf_loader_stop(loader, 20));
        gf_source_list_free(&in.sources);
        unlink(in.path);
    }
}

/* Ended early, loads give what was read, or say that they were cancelled. */
static void test_enough_at_any_time(void **state)
{
    (void)state;
    unsigned parts = 0;
    for (int i = 0; i < 24; i++) {
        struct input in;
        struct gf_loader *loader = load_lines(&in, 40000);
        struct gf_error err = {0};
        struct gf_loader_state s = {0};
        usleep((useconds_t)(i / 2 * 1500));
        gf_loader_enough(loader);
        if (i % 2) /* and that takes too long, too */
            gf_loader_cancel(loader);
        for (double until = gf_now() + 20; !s.ended && gf_now() < until; usleep(500))
            s = gf_loader_watch(loader, &err);
        assert_true(s.ended);
        assert_int_equal(s.failed, err.code == GF_ERR_CANCELLED);
        struct gf_scene *scene = gf_loader_take(loader);
        assert_true(scene || s.failed);
        if (scene && !s.failed) {
            uint64_t total = gf_frame_total(&scene->profile->frames, 0, 0);
            assert_true(scene->final);
            assert_int_equal(total == 40000, !scene->profile->stats.incomplete);
            parts += scene->profile->stats.incomplete;
        }
        gf_scene_drop(scene);
        assert_true(gf_loader_stop(loader, 20));
        gf_source_list_free(&in.sources);
        unlink(in.path);
    }
    assert_true(parts > 0);
}

static void test_what_is_wrong_is_said(void **state)
{
    (void)state;
    struct input in = {.path = "/tmp/gf_loadXXXXXX"};
    int fd = mkstemp(in.path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "no profile\n", 11), 11);
    close(fd);
    start_load(&in, in.path);
    struct gf_loader *loader;
    struct gf_error err = {0};
    struct gf_loader_state s = {0};
    assert_true(gf_loader_start(in.load, &(struct gf_palette){.mode = "module"}, NULL, wake,
                                &loader, &err));
    for (double until = gf_now() + 20; !s.ended && gf_now() < until; usleep(500))
        s = gf_loader_watch(loader, &err);
    assert_true(s.failed && err.message[0]);
    assert_null(gf_loader_take(loader));
    assert_true(gf_loader_stop(loader, 5));
    gf_source_list_free(&in.sources);
    unlink(in.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_in_turn),          cmocka_unit_test(test_only_the_last_counts),
        cmocka_unit_test(test_one_kind_is_cancelled), cmocka_unit_test(test_a_worker_that_hangs),
        cmocka_unit_test(test_enough_at_any_time),    cmocka_unit_test(test_lenses_unfold_beside),
        cmocka_unit_test(test_load_to_the_end),       cmocka_unit_test(test_stop_at_any_time),
        cmocka_unit_test(test_what_is_wrong_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
