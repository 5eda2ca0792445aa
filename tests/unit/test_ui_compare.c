/* Two sides in the explorer: other widths, scaling, and what is looked at meanwhile. No window. */
#include <string.h>

#include "support/app_test.h"
#include "ui/compare.h"

/* before, after: x went from 30 to 60, gone vanished, fresh is new. 100 to 130. */
static const char profile[] = "m;a;x 30 60\nm;a 20 20\nm;gone;g 40 0\nm;fresh 0 40\nm;b 10 10\n";
static const char before[] = "m;a;x 30\nm;a 20\nm;gone;g 40\nm;b 10\n";
static const char after[] = "m;a;x 60\nm;a 20\nm;fresh 40\nm;b 10\n";

/* The job that the app wishes for; not yet run. */
static struct gf_job *wished(void)
{
    assert_true(app.wishes.sides);
    app.wishes.sides = false;
    return gf_sides_job(app.read, app.sides, &app.themes, 0);
}

static void take(struct gf_job *job)
{
    struct gf_error err;
    job->run(job, NULL);
    struct gf_scene *scene = gf_compare_result(job, &err);
    gf_app_sided(&app, scene, &err);
    job->free(job);
}

static void widths(enum gf_widths which)
{
    do_amount(GF_DO_WIDTHS, which);
    take(wished());
}

static void test_widths(void **state)
{
    (void)state;
    open_on(profile);
    assert_int_equal(gf_app_total(&app), 130);
    assert_int_equal(app.read->unseen, 40);
    do_amount(GF_DO_WIDTHS, -1);
    take(wished());
    assert_int_equal(gf_app_total(&app), 100);
    assert_int_equal(app.read->unseen, 40); /* fresh has no width before */
    do_amount(GF_DO_WIDTHS, -1);
    take(wished());
    assert_int_equal(gf_app_total(&app), 60 + 20 + 40 + 40 + 10);
    assert_int_equal(app.read->unseen, 0);
    do_amount(GF_DO_WIDTHS, -1);
    take(wished());
    assert_int_equal(gf_app_total(&app), 130);
    assert_null(app.read->origin); /* as it was read */
    do_amount(GF_DO_NORMALIZE, 0);
    take(wished());
    const struct gf_frames *f = &app.scene->profile->frames;
    assert_int_equal(gf_frame_total(f, 0, gf_side(f, GF_BEFORE)), 130);
    assert_int_equal(gf_frame_total(f, 0, gf_side(f, GF_AFTER)), 130);
}

/* What is fitted stays fitted, whatever its width. */
static void test_looks_on(void **state)
{
    (void)state;
    open_on(profile);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO, .node = scene_node(&app, "m;a")});
    assert_true(app.view.span == 80);
    widths(GF_WIDTHS_BEFORE);
    assert_true(app.view.span == 50);
    assert_int_equal(app.focus.node, scene_node(&app, "m;a"));
    widths(GF_WIDTHS_BOTH);
    assert_true(app.view.span == 80);
}

static void test_late_results(void **state)
{
    (void)state;
    open_on(profile);
    do_amount(GF_DO_WIDTHS, GF_WIDTHS_BEFORE);
    struct gf_job *first = wished();
    do_amount(GF_DO_WIDTHS, GF_WIDTHS_BOTH);
    struct gf_job *second = wished();
    take(second);
    assert_int_equal(gf_app_total(&app), 170);
    take(first); /* nobody wants it any more */
    assert_int_equal(gf_app_total(&app), 170);
    do_amount(GF_DO_WIDTHS, GF_WIDTHS_BEFORE);
    struct gf_job *old = wished();
    gf_app_adopt(&app, scene_from_folded(profile, true)); /* read again meanwhile */
    struct gf_scene *read = app.read;
    take(old);
    assert_ptr_equal(app.read, read);
}

/* Who gives it up sees what was seen before, and can ask for it again. */
static void test_given_up(void **state)
{
    (void)state;
    const atomic_bool cancel = true;
    struct gf_error err;
    open_on(profile);
    struct gf_scene *read = app.read;
    do_amount(GF_DO_WIDTHS, GF_WIDTHS_BOTH);
    struct gf_job *job = wished();
    job->run(job, &cancel);
    assert_null(gf_compare_result(job, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    gf_app_sided(&app, NULL, &err);
    job->free(job);
    assert_ptr_equal(app.read, read);
    assert_int_equal(app.sides.widths, GF_WIDTHS_AFTER);
    assert_non_null(strstr(app.toast, "stay"));
    widths(GF_WIDTHS_BOTH);
    assert_int_equal(gf_app_total(&app), 170);
}

/* Lenses, narrowing and the table stand on what is shown. */
static void test_through(void **state)
{
    (void)state;
    open_on(profile);
    widths(GF_WIDTHS_BOTH);
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold_all(&app);
    assert_int_equal(gf_app_total(&app), 170);
    assert_int_not_equal(scene_node(&app, "g;gone;m"), GF_NO_NODE);
    do_amount(GF_DO_TABLE, 0);
    scene_tabulate(&app);
    do_amount(GF_DO_TABLE_SORT, GF_BY_TOTAL_CHANGE);
    assert_true(scene_row_is(&app, 0, "fresh"));
    assert_int_equal(app.table.functions->items[app.table.rows[0]].total[GF_AFTER], 40);
    assert_int_equal(app.table.functions->items[app.table.rows[0]].total[GF_BEFORE], 0);
    do_amount(GF_DO_LENS, GF_DERIVE_SAME);
    gf_app_do(&app, &(struct gf_act){
                        .what = GF_DO_NARROW, .amount = GF_NARROW_FOCUS, .text = "/^gone$/"});
    scene_narrow(&app);
    assert_int_equal(gf_app_total(&app), 40);
    const struct gf_frames *f = &app.scene->profile->frames;
    assert_int_equal(gf_frame_total(f, 0, gf_side(f, GF_AFTER)), 0);
    /* The steps are taken again under other widths; of after nothing is left to see. */
    widths(GF_WIDTHS_BEFORE);
    scene_narrow(&app);
    assert_int_equal(gf_app_total(&app), 40);
}

/* Two profiles become what both counts of the text are. */
static void test_compare(void **state)
{
    (void)state;
    struct gf_scene *sides[2] = {scene_from_folded(after, true), scene_from_folded(before, true)};
    const struct gf_sides wanted = {GF_WIDTHS_BOTH, true};
    struct gf_error err;
    struct gf_job *job =
        gf_compare_job(sides[1], sides[0], GF_ORDER_WEIGHT, wanted, &app.themes, 0);
    job->run(job, NULL);
    open_on(before);
    gf_app_adopt(&app, gf_compare_result(job, &err));
    job->free(job);
    const struct gf_frames *f = &app.scene->profile->frames;
    uint32_t x = scene_node(&app, "m;gone;g");
    assert_int_equal(gf_frame_total(f, x, gf_side(f, GF_BEFORE)), 52); /* 40 of 100, of 130 */
    assert_int_equal(gf_frame_total(f, x, 0), 52);
    assert_true(app.read->sides.normalize && app.read->sides.widths == GF_WIDTHS_BOTH);
    /* One that cannot be compared says why. */
    struct gf_scene *done = scene_from_folded(profile, true);
    job = gf_compare_job(done, sides[0], GF_ORDER_WEIGHT, wanted, &app.themes, 0);
    job->run(job, NULL);
    assert_null(gf_compare_result(job, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    job->free(job);
    gf_scene_drop(done);
    gf_scene_drop(sides[0]);
    gf_scene_drop(sides[1]);
}

static void test_one_side(void **state)
{
    (void)state;
    open_on(before);
    do_amount(GF_DO_WIDTHS, -1);
    assert_false(app.wishes.sides);
    assert_non_null(strstr(app.toast, "open a second profile"));
    assert_int_equal(app.sides.widths, GF_WIDTHS_AFTER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_widths),   APP_TEST(test_looks_on), APP_TEST(test_late_results),
        APP_TEST(test_given_up), APP_TEST(test_through),  APP_TEST(test_compare),
        APP_TEST(test_one_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
