/* What is read again, and compared: found by jobs, which change nothing before they are gone with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "model/diff.h"
#include "support/scratch.h"
#include "ui/reading.h"

static void wake(void)
{
}

struct session {
    struct scratch scratch;
    char folder[512], other[512];
    struct gf_source_list sources;
    struct gf_reading *reading;
};

static int setup(void **state)
{
    static struct session s;
    struct gf_error err;
    s = (struct session){0};
    scratch_make(&s.scratch);
    snprintf(s.folder, sizeof s.folder, "%s", s.scratch.dir);
    scratch_write(&s.scratch, "a.folded", "main;a 1\n", 9);
    snprintf(s.other, sizeof s.other, "%s", scratch_write(&s.scratch, "b.folded", "main;b 2\n", 9));
    const struct gf_load_params params = {.threads = 1};
    const char *paths[] = {s.other};
    struct gf_load *load;
    assert_true(gf_source_list_expand(paths, 1, &s.sources, &err));
    assert_true(gf_load_start(&s.sources, &params, &load, &err));
    const struct gf_reading_params reading = {
        .paths = paths, .n = 1, .load = params, .palette = {.mode = "module"}, .wake = wake};
    assert_true(gf_reading_start(load, &reading, &s.reading, &err));
    *state = &s;
    return 0;
}

static int teardown(void **state)
{
    struct session *s = *state;
    assert_true(gf_reading_stop(s->reading, 20));
    gf_source_list_free(&s->sources);
    scratch_remove(&s->scratch);
    return 0;
}

/* The total of what the loader at hand reads; 0: it failed, and *err says how. */
static uint64_t read_all(struct gf_reading *r, struct gf_error *err)
{
    struct gf_loader *loader = gf_reading_loader(r);
    struct gf_loader_state state = {0};
    for (double until = gf_now() + 30; !state.ended && gf_now() < until; usleep(500))
        state = gf_loader_watch(loader, err);
    assert_true(state.ended);
    struct gf_scene *scene = gf_loader_take(loader);
    uint64_t total = scene ? gf_frame_total(&scene->profile->frames, 0, 0) : 0;
    gf_scene_drop(scene);
    return total;
}

static bool look(struct gf_reading *r, struct gf_job *job, bool stopped, struct gf_error *err)
{
    atomic_bool cancel = stopped;
    assert_non_null(job);
    job->run(job, &cancel);
    bool ok = gf_reading_go(r, job, err);
    job->free(job);
    return ok;
}

/* Looks at the files, as the window's worker does. */
static bool is_stale(struct gf_reading *r)
{
    atomic_bool cancel = false;
    struct gf_job *job = gf_reading_watch(r, 8);
    assert_non_null(job);
    job->run(job, &cancel);
    bool stale = gf_reading_stale(r, job);
    job->free(job);
    return stale;
}

static void test_files_of_a_folder_are_added(void **state)
{
    struct session *s = *state;
    struct gf_error err;
    const char *added[] = {s->folder};
    assert_int_equal(read_all(s->reading, &err), 2);
    assert_true(look(s->reading, gf_reading_again(s->reading, added, 1, 7, &err), false, &err));
    assert_int_equal(gf_reading_count(s->reading), 2);
    assert_int_equal(read_all(s->reading, &err), 2 + 3);
    /* What comes into the folder is there the next time, and a change of what was there is seen. */
    scratch_write(&s->scratch, "c.folded", "main;c 10\n", 10);
    assert_false(is_stale(s->reading));
    scratch_write(&s->scratch, "a.folded", "main;a 100\n", 11);
    assert_true(is_stale(s->reading));
    assert_true(look(s->reading, gf_reading_again(s->reading, NULL, 0, 7, &err), false, &err));
    assert_int_equal(read_all(s->reading, &err), 2 + 112);
    assert_false(is_stale(s->reading));
}

static void test_nothing_changes_when_looking_fails(void **state)
{
    struct session *s = *state;
    struct gf_error err;
    const char *folder[] = {s->folder}, *missing[] = {"/nowhere/at/all"}, *input[] = {"-"};
    assert_int_equal(read_all(s->reading, &err), 2);
    struct gf_loader *loader = gf_reading_loader(s->reading);
    assert_false(look(s->reading, gf_reading_again(s->reading, folder, 1, 7, &err), true, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_false(
        look(s->reading, gf_reading_compare(s->reading, missing, 1, 7, &err), false, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_string_equal(err.file, missing[0]);
    assert_null(gf_reading_again(s->reading, input, 1, 7, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    assert_ptr_equal(gf_reading_loader(s->reading), loader);
    assert_int_equal(gf_reading_count(s->reading), 1);
    assert_false(gf_reading_has_base(s->reading));
    scratch_write(&s->scratch, "b.folded", "main;b 20\n", 10);
    assert_true(is_stale(s->reading));
}

static void test_compared_and_undone(void **state)
{
    struct session *s = *state;
    struct gf_error err;
    char after[600];
    snprintf(after, sizeof after, "%s/a.folded", s->folder);
    const char *paths[] = {after};
    assert_int_equal(read_all(s->reading, &err), 2);
    assert_true(look(s->reading, gf_reading_compare(s->reading, paths, 1, 7, &err), false, &err));
    assert_string_equal(gf_reading_name(s->reading, GF_AFTER), "a.folded");
    assert_string_equal(gf_reading_name(s->reading, GF_BEFORE), "b.folded");
    assert_int_equal(read_all(s->reading, &err), 1);
    scratch_write(&s->scratch, "b.folded", "main;b 30\n", 10);
    assert_true(is_stale(s->reading)); /* both sides are watched */
    assert_true(look(s->reading, gf_reading_again(s->reading, NULL, 0, 7, &err), false, &err));
    assert_int_equal(read_all(s->reading, &err), 1);
    assert_true(gf_reading_base(s->reading, &err));
    assert_int_equal(read_all(s->reading, &err), 30);
    scratch_write(&s->scratch, "b.folded", "main;b 400\n", 11);
    gf_reading_undo(s->reading);
    assert_true(gf_reading_has_base(s->reading));
    assert_false(is_stale(s->reading)); /* that was known */
    scratch_write(&s->scratch, "b.folded", "main;b 5000\n", 12);
    assert_true(is_stale(s->reading));
}

/* What a look saw that began before something else was read is about files of before. */
static void test_a_late_look_says_nothing(void **state)
{
    struct session *s = *state;
    struct gf_error err;
    const char *added[] = {s->folder};
    atomic_bool cancel = false;
    assert_int_equal(read_all(s->reading, &err), 2);
    struct gf_job *late = gf_reading_watch(s->reading, 8);
    scratch_write(&s->scratch, "b.folded", "main;b 20\n", 10);
    late->run(late, &cancel);
    assert_true(look(s->reading, gf_reading_again(s->reading, added, 1, 7, &err), false, &err));
    assert_int_equal(read_all(s->reading, &err), 20 + 21);
    assert_false(gf_reading_stale(s->reading, late));
    late->free(late);
    /* And one that ends after all: it has what it needs. */
    late = gf_reading_watch(s->reading, 8);
    assert_true(look(s->reading, gf_reading_again(s->reading, NULL, 0, 7, &err), false, &err));
    assert_int_equal(read_all(s->reading, &err), 20 + 21);
    assert_true(look(s->reading, gf_reading_again(s->reading, NULL, 0, 7, &err), false, &err));
    assert_int_equal(read_all(s->reading, &err), 20 + 21);
    late->run(late, &cancel);
    assert_false(gf_reading_stale(s->reading, late));
    late->free(late);
    scratch_write(&s->scratch, "b.folded", "main;b 300\n", 11);
    assert_true(is_stale(s->reading));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_of_a_folder_are_added, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_changes_when_looking_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compared_and_undone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_late_look_says_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
