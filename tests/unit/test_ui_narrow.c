/* Narrowing by commands: the steps as chips, what they leave, and the way back. No window. */
#include <string.h>

#include "support/app_test.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write;flush;sync 200\n"
                              "main;write 100\nmain;idle 150\nother 50\nother;read_all 30\n";

static uint64_t total(void)
{
    return gf_app_total(&app);
}

static void test_the_selected_function(void **state)
{
    (void)state;
    do_amount(GF_DO_NARROW, GF_NARROW_FOCUS); /* nothing is selected */
    assert_int_equal(app.narrow.n, 0);
    assert_true(app.toast[0]);
    do_path(GF_DO_SELECT, "main;read");
    do_amount(GF_DO_NARROW, GF_NARROW_FOCUS);
    assert_int_equal(total(), 1030); /* until it is made, what there was */
    scene_narrow(&app);
    assert_int_equal(total(), 500); /* read, not read_all: the name itself */
    assert_int_equal(app.narrow.items[0].dropped, 530);
    assert_int_equal(app.selected.node, scene_node(&app, "main;read")); /* it stays selected */
    do_path(GF_DO_SELECT, "main;read;parse");
    do_amount(GF_DO_NARROW, GF_NARROW_HIDE);
    scene_narrow(&app);
    assert_int_equal(total(), 500);
    assert_int_equal(gf_frame_self(&app.scene->profile->frames, scene_node(&app, "main;read"), 0),
                     500);
    /* Back, in any order. */
    do_amount(GF_DO_NARROW_REMOVE, 0);
    scene_narrow(&app);
    assert_int_equal(total(), 1030);
    assert_int_equal(scene_node(&app, "main;read;parse"), GF_NO_NODE);
    do_amount(GF_DO_NARROW_REMOVE, -1);
    assert_false(app.wishes.narrow); /* what was read is there */
    assert_ptr_equal(app.scene, app.read);
}

static void test_names_are_taken_literally(void **state)
{
    (void)state;
    static const char odd[] = "a;std::f<int>(char*)[+]\\E 5\na;std::f<int>(char) 7\na;b 11\n";
    gf_app_adopt(&app, scene_from_folded(odd, true));
    do_path(GF_DO_SELECT, "a;std::f<int>(char*)[+]\\E");
    do_amount(GF_DO_NARROW, GF_NARROW_IGNORE);
    scene_narrow(&app);
    assert_int_equal(total(), 18);
    do_path(GF_DO_SELECT, "a;std::f<int>(char)");
    do_amount(GF_DO_NARROW, GF_NARROW_SHOW_FROM);
    scene_narrow(&app);
    assert_int_equal(total(), 7);
    assert_int_not_equal(scene_node(&app, "std::f<int>(char)"), GF_NO_NODE);
}

static void test_typed_patterns(void **state)
{
    (void)state;
    do_amount(GF_DO_NARROW_ASK, GF_NARROW_FOCUS);
    assert_true(gf_app_typing(&app));
    type("/a(");
    do_amount(GF_DO_LINE_ACCEPT, 0);
    assert_true(app.narrow.ask.open); /* it says what is wrong, and one goes on typing */
    assert_non_null(strstr(app.narrow.ask.wrong, "parenthesis"));
    do_amount(GF_DO_LINE_SET, 0);
    type("READ");
    assert_int_equal(app.narrow.ask.wrong[0], 0);
    do_amount(GF_DO_LINE_ACCEPT, 0);
    assert_false(gf_app_typing(&app));
    scene_narrow(&app);
    assert_int_equal(total(), 530);
    do_amount(GF_DO_NARROW_ASK, GF_NARROW_BELOW);
    type("x");
    do_amount(GF_DO_LINE_ACCEPT, 0);
    assert_true(app.narrow.ask.open);
    do_amount(GF_DO_ERASE, 0);
    type("10");
    do_amount(GF_DO_LINE_ACCEPT, 0);
    assert_string_equal(app.narrow.items[app.narrow.n - 1].cut.text, "10%");
    scene_narrow(&app);
    assert_int_equal(scene_node(&app, "other"), GF_NO_NODE);
    /* What was looked for is offered. */
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SEARCH_SET, .text = "parse"});
    do_amount(GF_DO_NARROW_ASK, GF_NARROW_IGNORE);
    assert_string_equal(app.narrow.ask.line.text, "parse");
    do_amount(GF_DO_ESCAPE, 0);
    assert_false(app.narrow.ask.open);
    assert_int_equal(app.narrow.n, 2);
}

static void test_a_step_that_leaves_nothing_goes(void **state)
{
    (void)state;
    gf_app_do(&app,
              &(struct gf_act){.what = GF_DO_NARROW, .amount = GF_NARROW_FOCUS, .text = "read"});
    scene_narrow(&app);
    gf_app_do(&app,
              &(struct gf_act){.what = GF_DO_NARROW, .amount = GF_NARROW_FOCUS, .text = "nowhere"});
    scene_narrow(&app);
    assert_non_null(strstr(app.toast, "no sample"));
    assert_int_equal(app.narrow.n, 1);
    assert_false(app.wishes.narrow); /* what the other left is still there */
    assert_int_equal(total(), 530);
    /* Of what is read later the other may leave nothing as well. */
    gf_app_adopt(&app, scene_from_folded("main;idle 900\n", true));
    scene_narrow(&app);
    assert_int_equal(app.narrow.n, 0);
    assert_ptr_equal(app.scene, app.read);
}

static void focus_on(const char *text)
{
    gf_app_do(&app,
              &(struct gf_act){.what = GF_DO_NARROW, .amount = GF_NARROW_FOCUS, .text = text});
}

static void test_taking_back_and_making_again(void **state)
{
    (void)state;
    do_amount(GF_DO_NARROW_UNDO, 0); /* there is nothing */
    do_amount(GF_DO_NARROW_REDO, 0);
    assert_false(app.wishes.narrow);
    focus_on("read");
    scene_narrow(&app);
    do_amount(GF_DO_NARROW, GF_NARROW_COLLAPSE);
    scene_narrow(&app);
    do_amount(GF_DO_NARROW_REMOVE, 0); /* not the last step, but the last change */
    scene_narrow(&app);
    assert_int_equal(total(), 1030);
    do_amount(GF_DO_NARROW_UNDO, 0);
    scene_narrow(&app);
    assert_int_equal(app.narrow.n, 2);
    assert_int_equal(app.narrow.items[0].cut.kind, GF_NARROW_FOCUS);
    assert_string_equal(app.narrow.items[0].own, "read");
    assert_int_equal(total(), 530);
    do_amount(GF_DO_NARROW_UNDO, 0);
    scene_narrow(&app);
    do_amount(GF_DO_NARROW_UNDO, 0);
    assert_int_equal(app.narrow.n, 0);
    assert_ptr_equal(app.scene, app.read);
    do_amount(GF_DO_NARROW_UNDO, 0);
    for (unsigned n = 1; n <= 2; n++) {
        do_amount(GF_DO_NARROW_REDO, 0);
        assert_int_equal(app.narrow.n, n);
        scene_narrow(&app);
    }
    assert_int_equal(total(), 530);
    do_amount(GF_DO_NARROW_REDO, 0);
    assert_int_equal(app.narrow.n, 1);
    scene_narrow(&app);
    /* Something new leaves no way on, and clearing is a change like any other. */
    do_amount(GF_DO_NARROW_UNDO, 0);
    scene_narrow(&app);
    do_amount(GF_DO_NARROW_CLEAR, 0);
    do_amount(GF_DO_NARROW_REDO, 0);
    assert_int_equal(app.narrow.n, 0);
    do_amount(GF_DO_NARROW_UNDO, 0);
    assert_int_equal(app.narrow.n, 2);
    /* More than is remembered. */
    for (int i = 0; i < 3 * GF_STEPS_BEFORE; i++) {
        focus_on("main");
        do_amount(GF_DO_NARROW_REMOVE, -1);
    }
    for (int i = 0; i < 3 * GF_STEPS_BEFORE; i++)
        do_amount(GF_DO_NARROW_UNDO, 0);
    assert_int_equal(app.narrow.nfuture, GF_STEPS_BEFORE);
    assert_int_equal(app.narrow.n, 2);
}

/* Steps that take too long are given up: what is shown stays, and they can be tried again. */
static void test_stopped_before_it_is_shown(void **state)
{
    (void)state;
    focus_on("read");
    scene_narrow(&app);
    struct gf_scene *shown = app.scene;
    focus_on("parse");
    do_amount(GF_DO_NARROW, GF_NARROW_COLLAPSE);
    app.wishes.narrow = false;
    app.narrow.working = true; /* the window has begun */
    struct gf_job *late =
        gf_narrow_job(&app.narrow, app.read, &(struct gf_palette){.mode = "module"}, &app.themes,
                      app.lens.loaded, 0);
    do_amount(GF_DO_ESCAPE, 0);
    assert_true(app.wishes.stop_narrowing);
    assert_false(app.wishes.narrow);
    assert_int_equal(app.narrow.n, 1);
    assert_ptr_equal(app.scene, shown);
    late->run(late, NULL);
    struct gf_narrowed made = gf_narrow_result(late);
    gf_app_narrowed(&app, &made);
    late->free(late);
    assert_ptr_equal(app.scene, shown);
    do_amount(GF_DO_NARROW_REDO, 0);
    scene_narrow(&app);
    assert_int_equal(app.narrow.n, 2);
    /* Back from what was undone, too. */
    shown = app.scene;
    do_amount(GF_DO_NARROW_UNDO, 0);
    app.narrow.working = true;
    do_amount(GF_DO_STOP, 0);
    assert_int_equal(app.narrow.n, 2);
    assert_ptr_equal(app.scene, shown);
    /* What is narrowed because more was read cannot be given up: nothing would be up to date. */
    gf_app_adopt(&app, scene_from_folded("main;parse 900\nmain;read;parse 7\n", true));
    app.wishes.narrow = false;
    app.narrow.working = true;
    do_amount(GF_DO_STOP, 0);
    assert_true(app.narrow.working);
    assert_int_equal(app.narrow.n, 2);
}

static void test_lens_table_and_newer_scenes_follow(void **state)
{
    (void)state;
    do_amount(GF_DO_TABLE, 0);
    scene_tabulate(&app);
    assert_int_equal(app.table.nrows, 9);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_NARROW,
                                     .amount = GF_NARROW_IGNORE,
                                     .text = "/^(idle|other)$/"});
    scene_narrow(&app);
    scene_tabulate(&app);
    assert_int_equal(app.table.nrows, 6);
    assert_true(scene_row_is(&app, 0, "parse"));
    /* More was read: it is narrowed before it is shown. */
    gf_app_adopt(&app, scene_from_folded("main;idle 900\nmain;read 7\n", true));
    assert_int_equal(total(), 800);
    scene_narrow(&app);
    assert_int_equal(total(), 7);
    /* A result of steps that are no longer those is dropped. */
    gf_app_do(&app,
              &(struct gf_act){.what = GF_DO_NARROW, .amount = GF_NARROW_HIDE, .text = "read"});
    struct gf_job *late =
        gf_narrow_job(&app.narrow, app.read, &(struct gf_palette){.mode = "module"}, &app.themes,
                      app.lens.loaded, 0);
    late->run(late, NULL);
    do_amount(GF_DO_NARROW_CLEAR, 0);
    struct gf_narrowed made = gf_narrow_result(late);
    gf_app_narrowed(&app, &made);
    late->free(late);
    assert_int_equal(total(), 907);
    assert_ptr_equal(app.scene, app.read);
}

static void test_chips_by_keyboard(void **state)
{
    (void)state;
    do_amount(GF_DO_CHIP, 1); /* there is none */
    do_amount(GF_DO_CHIP_REMOVE, 0);
    gf_app_do(&app,
              &(struct gf_act){.what = GF_DO_NARROW, .amount = GF_NARROW_IGNORE, .text = "idle"});
    do_amount(GF_DO_NARROW, GF_NARROW_COLLAPSE);
    scene_narrow(&app);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SEARCH_SET, .text = "read"});
    do_amount(GF_DO_SEARCH_ADD, 0);
    type("write");
    do_amount(GF_DO_SEARCH_KEEP, 0);
    do_amount(GF_DO_CHIP, -1);
    assert_int_equal(app.chip, 3);
    do_amount(GF_DO_CHIP, 1);
    assert_int_equal(app.chip, 0);
    do_amount(GF_DO_CHIP_REMOVE, 0);
    scene_narrow(&app);
    assert_int_equal(app.narrow.n, 1);
    assert_int_equal(app.narrow.items[0].cut.kind, GF_NARROW_COLLAPSE);
    do_amount(GF_DO_CHIP, 1);
    do_amount(GF_DO_CHIP, 1);
    assert_int_equal(app.searches.active, 0);
    do_amount(GF_DO_CHIP_REMOVE, 0);
    assert_int_equal(app.searches.n, 1);
    assert_string_equal(app.searches.items[0].line.text, "write");
}

static void test_no_more_steps_than_there_is_room_for(void **state)
{
    (void)state;
    for (int i = 0; i < GF_STEPS + 3; i++)
        do_amount(GF_DO_NARROW, GF_NARROW_COLLAPSE);
    assert_int_equal(app.narrow.n, GF_STEPS);
    assert_non_null(strstr(app.toast, "steps"));
    scene_narrow(&app);
    assert_int_equal(total(), 1030);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_the_selected_function),
        APP_TEST(test_names_are_taken_literally),
        APP_TEST(test_typed_patterns),
        APP_TEST(test_a_step_that_leaves_nothing_goes),
        APP_TEST(test_taking_back_and_making_again),
        APP_TEST(test_stopped_before_it_is_shown),
        APP_TEST(test_lens_table_and_newer_scenes_follow),
        APP_TEST(test_chips_by_keyboard),
        APP_TEST(test_no_more_steps_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
