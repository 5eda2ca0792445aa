/* The explorer's state, driven by commands: no window. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/app_test.h"
#include "ui/sandwich.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write;flush;sync 200\n"
                              "main;write 100\nmain;idle 150\nother 50\n";

static void act(enum gf_do what, uint32_t node, double x, double y, double amount)
{
    gf_app_do(&app, &(struct gf_act){.what = what, .node = node, .x = x, .y = y, .amount = amount});
}

/* The weight under a pixel of the window, by the definition of a view. */
static double weight_under(double x)
{
    struct gf_box g = gf_app_panes(&app).graph;
    return (double)app.view.x + app.view.frac + app.view.span * (x - g.x) / g.w;
}

static void assert_view(uint64_t x, double span)
{
    assert_int_equal(app.view.x, x);
    assert_true(app.view.frac == 0);
    assert_true(app.view.span == span);
}

static void test_zoom_back_forward(void **state)
{
    (void)state;
    /* Widest first: main 950 = read 500, write 300, idle 150; then other 50. */
    assert_view(0, 1000);
    do_path(GF_DO_ZOOM_TO, "main;write");
    assert_view(500, 300);
    assert_int_equal(app.focus.node, scene_node(&app, "main;write"));
    assert_int_equal(app.focus.depth, 2);
    do_path(GF_DO_ZOOM_TO, "main;write;flush");
    assert_view(600, 200);
    do_amount(GF_DO_BACK, 0);
    assert_view(500, 300);
    assert_int_equal(app.focus.depth, 2);
    do_amount(GF_DO_BACK, 0);
    assert_view(0, 1000);
    assert_int_equal(app.focus.node, 0);
    do_amount(GF_DO_BACK, 0); /* nothing before that */
    assert_view(0, 1000);
    do_amount(GF_DO_FORWARD, 0);
    do_amount(GF_DO_FORWARD, 0);
    do_amount(GF_DO_FORWARD, 0);
    assert_view(600, 200);
    do_amount(GF_DO_ESCAPE, 0);
    assert_view(500, 300);
    do_path(GF_DO_ZOOM_TO, "main;read"); /* a new way: what lay ahead is gone */
    do_amount(GF_DO_FORWARD, 0);
    assert_view(0, 500);
    do_amount(GF_DO_SHOW_ALL, 0);
    assert_view(0, 1000);
    assert_int_equal(app.focus.node, 0);
}

static void test_zoom_to_what_is_not_there(void **state)
{
    (void)state;
    act(GF_DO_ZOOM_TO, GF_NO_NODE, 0, 0, 0);
    act(GF_DO_ZOOM_TO, app.scene->profile->frames.n, 0, 0, 0);
    assert_view(0, 1000);
    assert_int_equal(app.history.nback, 0);
}

static void test_wheel_is_exact(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        double x = 300 + 11 * i, before = weight_under(x);
        act(GF_DO_ZOOM_AT, 0, x, 0, i < 40 ? 1.25 : 1 / 1.1);
        assert_true(fabs(weight_under(x) - before) <= 1e-9 * 1000);
    }
    /* Out again and beyond: everything, and no more. */
    for (int i = 0; i < 100; i++)
        act(GF_DO_ZOOM_AT, 0, 700, 0, 0.8);
    assert_view(0, 1000);
    /* A run of small moves is one step of the way back. */
    assert_int_equal(app.history.nback, 1);
}

static void test_focus_follows_free_moves(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;write;flush");
    /* Wider than the frame: its caller is what is seen. */
    act(GF_DO_ZOOM_AT, 0, 1270, 0, 0.7);
    assert_int_equal(app.focus.node, scene_node(&app, "main;write"));
    do_amount(GF_DO_PAN, -1e6);
    assert_int_equal(app.view.x, 0);
    assert_int_equal(app.focus.node, scene_node(&app, "main;read"));
    do_amount(GF_DO_PAN, 1e9);
    assert_int_equal(app.focus.node, 0);
    assert_true(fabs((double)app.view.x + app.view.frac + app.view.span - 1000) < 1e-6);
}

static void test_selection_walks(void **state)
{
    (void)state;
    do_path(GF_DO_SELECT, "main;read");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_RIGHT);
    assert_selected("main;write");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_CHILD);
    assert_selected("main;write;flush");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_RIGHT); /* no sibling: stays */
    assert_selected("main;write;flush");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_PARENT);
    do_amount(GF_DO_SELECT_MOVE, GF_TO_RIGHT);
    assert_selected("main;idle");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_LEFT);
    assert_selected("main;write");
    do_amount(GF_DO_SELECT_MOVE, GF_TO_LEFT);
    do_amount(GF_DO_SELECT_MOVE, GF_TO_LEFT);
    assert_selected("main;read");
    do_amount(GF_DO_FIT, 0);
    assert_view(0, 500);
    /* Off to a frame that is not in view: the view goes with it. */
    do_amount(GF_DO_SELECT_MOVE, GF_TO_RIGHT);
    double x, y;
    assert_true(scene_middle(&app, "main;write", &x, &y));
}

static void test_hover(void **state)
{
    (void)state;
    double x, y;
    assert_true(scene_middle(&app, "main;write;flush", &x, &y));
    app.changed = false;
    act(GF_DO_POINT, 0, x, y, 0);
    assert_int_equal(app.hovered.node, scene_node(&app, "main;write;flush"));
    assert_true(app.changed);
    app.changed = false;
    act(GF_DO_POINT, 0, x, y, 0); /* nothing new: nothing to draw */
    assert_false(app.changed);
    /* What is hovered follows the picture, not only the pointer. */
    do_path(GF_DO_ZOOM_TO, "main;idle");
    assert_int_not_equal(app.hovered.node, scene_node(&app, "main;write;flush"));
    do_amount(GF_DO_LEAVE, 0);
    assert_int_equal(app.hovered.node, GF_NO_NODE);
}

static void test_glide(void **state)
{
    (void)state;
    app.animate = true;
    gf_app_tick(&app, 10);
    do_path(GF_DO_ZOOM_TO, "main;write");
    double span = app.view.span;
    for (double t = 10.01; t < 10.115; t += 0.01) {
        assert_true(gf_app_tick(&app, t));
        assert_true(app.view.span < span && app.view.span > 300);
        assert_true(app.view.x <= 500);
        span = app.view.span;
    }
    assert_false(gf_app_tick(&app, 10.121));
    assert_view(500, 300);
    /* A wheel takes over in the middle, from what is seen. */
    do_path(GF_DO_ZOOM_TO, "main;read");
    gf_app_tick(&app, 10.15);
    double before = weight_under(500);
    act(GF_DO_ZOOM_AT, 0, 500, 0, 1.25);
    assert_false(app.glide.on);
    assert_true(fabs(weight_under(500) - before) < 1e-6);
}

static void test_rows_scroll(void **state)
{
    (void)state;
    double least, most;
    gf_app_scroll_range(&app, &least, &most);
    assert_true(least == 0 && most == 0);
    do_amount(GF_DO_SCROLL, 500);
    assert_true(app.view.scroll == 0);
    act(GF_DO_RESIZE, 0, 800, 130, 0);
    gf_app_scroll_range(&app, &least, &most);
    assert_true(least == 0);
    assert_true(most > 0);
    do_amount(GF_DO_SCROLL, 1e9);
    assert_true(app.view.scroll == most);
    /* A frame that is gone to is brought into view, whichever row it is in. */
    do_amount(GF_DO_SCROLL, -1e9);
    do_path(GF_DO_ZOOM_TO, "main;write;flush;sync");
    double x, y;
    assert_true(scene_middle(&app, "main;write;flush;sync", &x, &y));
    act(GF_DO_RESIZE, 0, 800, 900, 0); /* room for all: nothing is scrolled away */
    assert_true(app.view.scroll == 0);
}

/* ---- a newer scene ---- */

static const char grown[] = "main;read;parse 900\nmain;read 500\nmain;write;flush;sync 1800\n"
                            "main;write 700\nmain;idle 450\nother 250\nmain;alloc 400\n";

static void test_adopt_keeps_the_whole(void **state)
{
    (void)state;
    gf_app_adopt(&app, scene_from_folded(grown, false));
    assert_view(0, 5000);
}

static void test_adopt_keeps_a_fitted_frame(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;read");
    do_path(GF_DO_SELECT, "main;read;parse");
    do_path(GF_DO_ZOOM_TO, "main;write");
    gf_app_adopt(&app, scene_from_folded(grown, false));
    assert_view(0, 2500); /* write is now the widest, hence first */
    assert_int_equal(app.focus.node, scene_node(&app, "main;write"));
    assert_selected("main;read;parse");
    do_amount(GF_DO_BACK, 0);
    assert_view(2500, 1400);
    assert_int_equal(app.focus.node, scene_node(&app, "main;read"));
}

static void test_adopt_holds_what_is_pointed_at(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;write");
    act(GF_DO_ZOOM_AT, 0, 900, 0, 1.6);
    double x, y;
    assert_true(scene_middle(&app, "main;write;flush;sync", &x, &y));
    act(GF_DO_POINT, 0, x + 31, y, 0);
    uint32_t held = app.hovered.node;
    assert_int_equal(held, scene_node(&app, "main;write;flush;sync"));
    double part = (weight_under(app.x) - 600) / 200;
    gf_app_adopt(&app, scene_from_folded(grown, false));
    const struct gf_frames *f = &app.scene->profile->frames;
    uint32_t now = scene_node(&app, "main;write;flush;sync");
    assert_int_equal(app.hovered.node, now);
    double same =
        ((weight_under(app.x) - (double)gf_frame_x(f, now, 0)) / (double)gf_frame_total(f, now, 0));
    assert_true(fabs(same - part) < 1e-6);
}

static void test_adopt_without_the_frame(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;write;flush");
    do_path(GF_DO_SELECT, "main;write;flush");
    gf_app_adopt(&app, scene_from_folded("quite;other 10\nthings 20\n", false));
    assert_int_equal(app.focus.node, 0);
    assert_int_equal(app.selected.node, GF_NO_NODE);
    assert_true(app.view.span > 0 && app.view.span <= 30);
}

static void test_lenses(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;write");
    do_amount(GF_DO_ORDER, 0);
    scene_unfold_all(&app);
    /* By name: idle, read, write. The same frame is in view, elsewhere. */
    assert_view(650, 300);
    assert_int_equal(app.focus.node, scene_node(&app, "main;write"));
    do_path(GF_DO_SELECT, "main;write;flush");
    act(GF_DO_LENS, GF_NO_NAME, 0, 0, GF_DERIVE_CALLERS);
    scene_unfold_all(&app);
    assert_view(0, 200); /* all of it, from where one cannot go back into the other tree */
    assert_int_equal(app.history.nback, 0);
    assert_int_not_equal(scene_node(&app, "flush;write;main"), GF_NO_NODE);
    /* Self and total are those of the functions, however the stacks are turned. */
    do_amount(GF_DO_TABLE, 0);
    scene_tabulate(&app);
    assert_int_equal(app.table.nrows, 8);
    assert_true(scene_row_is(&app, 0, "parse"));
    assert_int_equal(app.table.functions->items[0].self[GF_AFTER], 400);
    assert_int_equal(app.table.functions->items[0].total[GF_AFTER], 400);
    act(GF_DO_LENS, GF_NO_NAME, 0, 0, GF_DERIVE_BOTTOM_UP);
    scene_unfold_all(&app);
    assert_int_equal(gf_app_total(&app), 1000);
    assert_int_not_equal(scene_node(&app, "parse;read;main"), GF_NO_NODE);
    /* More is read meanwhile: what is shown is made anew. */
    gf_app_adopt(&app, scene_from_folded(grown, false));
    assert_int_equal(gf_app_total(&app), 1000);
    scene_unfold_all(&app);
    assert_int_equal(gf_app_total(&app), 5000);
    do_amount(GF_DO_ESCAPE, 0); /* the keyboard leaves the table */
    do_amount(GF_DO_ESCAPE, 0); /* to the callers, and to everything */
    do_amount(GF_DO_ESCAPE, 0);
    scene_unfold_all(&app); /* still by name */
    do_amount(GF_DO_ORDER, 0);
    assert_false(app.wishes.derive); /* as it was read: nothing to make */
    assert_ptr_equal(app.scene, app.base);
}

static void test_late_lens_is_dropped(void **state)
{
    (void)state;
    act(GF_DO_LENS, GF_NO_NAME, 0, 0, GF_DERIVE_BOTTOM_UP);
    struct gf_job *job = gf_app_lens_job(&app, &(struct gf_palette){.mode = "module"}, 0);
    job->run(job, NULL);
    do_amount(GF_DO_ESCAPE, 0);
    gf_app_derived(&app, gf_lens_result(job));
    job->free(job);
    assert_ptr_equal(app.scene, app.base);
}

static void test_minimap_centers(void **state)
{
    (void)state;
    do_path(GF_DO_ZOOM_TO, "main;write;flush");
    do_amount(GF_DO_CENTER, 0.25);
    assert_true(fabs((double)app.view.x + app.view.frac + 100 - 250) < 1e-6);
    assert_true(app.view.span == 200);
    assert_int_equal(app.focus.node, scene_node(&app, "main;read;parse"));
    do_amount(GF_DO_CENTER, -3);
    assert_view(0, 200);
    do_amount(GF_DO_CENTER, 1);
    assert_view(800, 200);
}

static void test_nothing_to_look_at(void **state)
{
    (void)state;
    struct gf_app empty;
    gf_app_init(&empty, &scene_measure, "test");
    for (int what = GF_DO_NOTHING; what <= GF_DO_HELP; what++)
        gf_app_do(&empty, &(struct gf_act){.what = (enum gf_do)what, .node = 3, .amount = 1});
    gf_app_do(&empty, &(struct gf_act){.what = GF_DO_RESIZE, .x = 800, .y = 600});

    struct gf_error err;
    assert_true(gf_screen_draw(&screen, &empty, false, &err));
    assert_true(screen.list.nlabels > 0);
    gf_app_free(&empty);
}

/* Names have other ids where another comes first. */
static void test_adopt_among_many_siblings(void **state)
{
    (void)state;
    enum { SIBLINGS = 5000, LINE = 32 };
    char *text = malloc((size_t)SIBLINGS * LINE + LINE), *at = text;
    assert_non_null(text);
    for (int i = 0; i < SIBLINGS; i++)
        at += snprintf(at, LINE, "main;f%05d 1\n", i);
    open_on(text);
    static const char *const paths[] = {"main;f00001", "main;f04000", "main;f04999"};
    for (int i = 0; i < 3; i++) {
        memcpy(text, "main;g00000", 11);
        snprintf(at, LINE, "aaaa;f04999 %d\n", 2 * SIBLINGS + i);
        uint32_t node = scene_node(&app, paths[i]), there = scene_node(&app, "main;f03000");
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO, .node = node});
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_SELECT, .node = there});
        gf_app_adopt(&app, scene_from_folded(text, true));
        assert_int_equal(app.focus.node, scene_node(&app, paths[i]));
        assert_int_equal(app.selected.node, scene_node(&app, "main;f03000"));
        assert_true(app.focus.node > node || i > 0);
    }
    uint32_t gone = scene_node(&app, "main;g00000");
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SELECT, .node = gone});
    memcpy(text, "main;f00000", 11);
    gf_app_adopt(&app, scene_from_folded(text, true));
    assert_int_equal(app.selected.node, GF_NO_NODE);
    free(text);
}

/* The way back is followed as far as that can be done between two pictures, the latest places
 * first.
 */
static void test_the_way_back_among_many_siblings(void **state)
{
    (void)state;
    enum { SIBLINGS = 60000, LINE = 24, PLACES = 60 };
    char *text = malloc((size_t)SIBLINGS * LINE), *at = text;
    assert_non_null(text);
    for (int i = 0; i < SIBLINGS; i++)
        at += snprintf(at, LINE, "main;f%05d 1\n", i);
    open_on(text);
    for (uint32_t i = 0; i <= PLACES; i++) /* the last ones, which are looked for longest */
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO, .node = SIBLINGS - i});
    unsigned places = app.history.nback, found = 0;
    assert_int_equal(places, PLACES + 1);
    gf_app_adopt(&app, scene_from_folded(text, true));
    free(text);
    assert_int_equal(app.focus.node, SIBLINGS - PLACES);
    assert_int_equal(app.history.nback, places);
    while (found < places && app.history.back[places - 1 - found].focus.node != 0)
        found++;
    for (unsigned i = 0; i < places; i++) { /* newer ones exactly, older ones by their share */
        const struct gf_place *p = &app.history.back[places - 1 - i];
        assert_int_equal(p->focus.node, i < found ? SIBLINGS - PLACES + 1 + i : 0);
        assert_true(i + 1 == places || p->view.span == 1);
    }
    assert_true(found >= 5 && found < PLACES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_zoom_back_forward),
        APP_TEST(test_zoom_to_what_is_not_there),
        APP_TEST(test_wheel_is_exact),
        APP_TEST(test_focus_follows_free_moves),
        APP_TEST(test_selection_walks),
        APP_TEST(test_hover),
        APP_TEST(test_glide),
        APP_TEST(test_rows_scroll),
        APP_TEST(test_adopt_keeps_the_whole),
        APP_TEST(test_adopt_keeps_a_fitted_frame),
        APP_TEST(test_adopt_holds_what_is_pointed_at),
        APP_TEST(test_adopt_without_the_frame),
        APP_TEST(test_lenses),
        APP_TEST(test_late_lens_is_dropped),
        APP_TEST(test_minimap_centers),
        APP_TEST(test_nothing_to_look_at),
        APP_TEST(test_adopt_among_many_siblings),
        APP_TEST(test_the_way_back_among_many_siblings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
