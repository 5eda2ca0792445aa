/* What takes long is said, can be given up by key or click, and leaves what was there.
 */
#include <string.h>

#include "support/app_test.h"
#include "ui/sandwich.h"
#include "ui/screen.h"
#include "ui/stop.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write 300\nother 200\n";

enum { JOB = 3 }; /* any kind will do */

static void be_busy(const char *what, double share, bool can_stop)
{
    gf_app_busy(&app,
                (struct gf_busy){.what = what, .share = share, .can_stop = can_stop, .job = JOB});
}

/* How many places on the screen stand for a command, the last of them in *act. */
static unsigned zones(enum gf_do what, struct gf_act *act)
{
    unsigned n = 0;
    draw();
    for (unsigned i = 0; i < screen.nzones; i++)
        if (screen.zones[i].act.what == what) {
            *act = screen.zones[i].act;
            n++;
        }
    return n;
}

static void test_work_is_shown(void **state)
{
    (void)state;
    struct gf_act act;
    assert_int_equal(zones(GF_DO_STOP, &act), 0);
    app.changed = false;
    be_busy("Saving", 0.401, true);
    assert_true(app.changed);
    assert_int_equal(zones(GF_DO_STOP, &act), 1);
    assert_true(act.amount == 0);
    app.changed = false;
    be_busy("Saving", 0.402, true); /* nobody could tell */
    assert_false(app.changed);
    be_busy("Saving", 0.41, true);
    assert_true(app.changed);
    gf_app_do(&app, &act);
    assert_int_equal(app.wishes.stop_job, JOB);
    assert_null(app.busy.what);
    app.wishes.stop_job = 0;
    be_busy("Adding up", -1, false);
    assert_int_equal(zones(GF_DO_STOP, &act), 0);
    do_amount(GF_DO_STOP, 0);
    assert_int_equal(app.wishes.stop_job, 0);
    be_busy("Saving", -1, true);
    do_amount(GF_DO_ESCAPE, 0);
    assert_int_equal(app.wishes.stop_job, JOB);
}

/* A lens that takes long; until then Esc goes back past it. */
static void test_a_lens_is_given_up(void **state)
{
    (void)state;
    uint64_t plain = app.lens.seq;
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold_all(&app);
    struct gf_scene *shown = app.scene;
    uint64_t seq = app.lens.seq;
    assert_true(seq != plain);
    do_amount(GF_DO_ORDER, 0);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_LENS, .amount = GF_DERIVE_CALLERS, .node = 0});
    struct gf_job *late = gf_app_lens_job(&app, &app.look, 0);
    app.wishes.derive = false;
    be_busy("Unfolding", 0.1, true);
    do_amount(GF_DO_ESCAPE, 0);
    assert_true(app.wishes.stop_lens);
    assert_false(app.wishes.derive || app.lens.working);
    assert_ptr_equal(app.scene, shown);
    assert_int_equal(app.lens.kind, GF_DERIVE_BOTTOM_UP);
    assert_int_equal(app.lens.order, GF_ORDER_WEIGHT);
    assert_int_equal(app.lens.seq, seq);
    late->run(late, NULL);
    gf_app_derived(&app, gf_lens_result(late));
    late->free(late);
    assert_ptr_equal(app.scene, shown);
    /* A later one is no mistaken for the one that was given up. */
    do_amount(GF_DO_ORDER, 0);
    scene_unfold_all(&app);
    assert_true(app.scene != shown && app.lens.order == GF_ORDER_NAME);
    be_busy(NULL, -1, false);
    do_amount(GF_DO_ESCAPE, 0); /* and back */
    assert_int_equal(app.lens.kind, GF_DERIVE_SAME);
}

static void test_a_load_is_given_up(void **state)
{
    (void)state;
    struct gf_act act;
    const struct gf_progress progress = {.bytes_read = 5 << 20, .bytes_total = 9 << 20};
    gf_app_progress(&app, &progress, false);
    do_amount(GF_DO_STOP, 1);
    do_amount(GF_DO_ESCAPE, 0);
    assert_false(app.wishes.enough);
    gf_app_progress(&app, &progress, true);
    assert_int_equal(zones(GF_DO_STOP, &act), 1);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO, .node = scene_node(&app, "main;read")});
    do_amount(GF_DO_ESCAPE, 0); /* first back to the top */
    assert_false(app.wishes.enough);
    do_amount(GF_DO_ESCAPE, 0);
    assert_true(app.wishes.enough && !app.wishes.cancel_load);
    app.wishes.enough = false;
    gf_app_do(&app, &act); /* and that takes too long, too */
    assert_true(app.wishes.enough && app.wishes.cancel_load);
    assert_int_equal(zones(GF_DO_RELOAD, &act), 0);
    app.read->profile->stats.incomplete = true;
    assert_false(gf_app_incomplete(&app)); /* it is being read */
    gf_app_progress(&app, &progress, false);
    assert_true(gf_app_incomplete(&app));
    assert_false(app.stopping);
    assert_int_equal(zones(GF_DO_RELOAD, &act), 1);
    assert_int_equal(zones(GF_DO_STOP, &act), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_work_is_shown),
        APP_TEST(test_a_lens_is_given_up),
        APP_TEST(test_a_load_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
