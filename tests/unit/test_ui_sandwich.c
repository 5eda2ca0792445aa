/* A function between its callers and callees, and lenses that unfold as one looks, by commands. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/color.h"
#include "support/app_test.h"
#include "ui/sandwich.h"

static const char profile[] = "main;run;parse;read 40\nmain;run;parse;lex;read 20\n"
                              "main;run;parse;lex;parse;read 8\nmain;load;parse 12\n"
                              "main;load;parse;read 5\nmain;idle 15\n";

static void do_node(enum gf_do what, uint32_t node)
{
    assert_int_not_equal(node, GF_NO_NODE);
    gf_app_do(&app, &(struct gf_act){.what = what, .node = node});
}

static void look(enum gf_derive_kind kind, const char *path)
{
    do_node(GF_DO_SELECT, scene_node(&app, path));
    do_amount(GF_DO_LENS, kind);
    scene_unfold_all(&app);
}

static const char *name_of(uint32_t node)
{
    static char text[64];
    size_t n;
    const char *name = gf_frame_name(&app.scene->profile->frames, node, &n);
    snprintf(text, sizeof text, "%.*s", (int)n, name);
    return text;
}

/* The frame at a path below the function, in the second half. */
static uint32_t below(const char *path)
{
    const struct gf_frames *f = &app.scene->profile->frames;
    uint32_t at = f->end[1];
    while (*path) {
        size_t n = strcspn(path, ";"), len;
        uint32_t child = at + 1;
        for (; child < f->end[at]; child = f->end[child]) {
            const char *name = gf_frame_name(f, child, &len);
            if (len == n && memcmp(name, path, n) == 0)
                break;
        }
        assert_true(child < f->end[at]);
        at = child;
        path += n + (path[n] == ';');
    }
    return at;
}

static void assert_lens(enum gf_derive_kind kind, const char *name)
{
    assert_true(gf_lens_is(&app.lens, kind, name, name ? strlen(name) : 0));
    scene_unfold_all(&app);
    assert_int_equal(app.shown_kind, kind);
    assert_int_equal(gf_in_sandwich(&app), kind == GF_DERIVE_SANDWICH);
    if (name)
        assert_string_equal(name_of(1), name);
}

static void test_weights(void **state)
{
    (void)state;
    look(GF_DERIVE_SANDWICH, "main;run;parse");
    const struct gf_frames *f = &app.scene->profile->frames;
    assert_int_equal(gf_app_total(&app), 85); /* the inner one is in the outer */
    assert_true(app.view.x == 0 && app.view.span == 85);
    uint32_t run = scene_node(&app, "parse;run"), load = scene_node(&app, "parse;load");
    assert_int_equal(gf_frame_total(f, run, 0), 68);
    assert_int_equal(gf_frame_total(f, load, 0), 17);
    assert_int_equal(gf_frame_total(f, below("read"), 0), 45);
    assert_int_equal(gf_frame_total(f, below("lex"), 0), 28);
    assert_int_equal(gf_frame_total(f, below("lex;parse;read"), 0), 8);
    assert_int_equal(gf_frame_self(f, below(""), 0), 12);
    assert_int_equal(gf_scene_x(app.scene, below("")), 0);
    assert_int_equal(gf_scene_x(app.scene, below("read")), 12);
}

/* Callers stand above, callees below, and the arrows go as on the screen. */
static void test_up_and_down(void **state)
{
    (void)state;
    look(GF_DERIVE_SANDWICH, "main;run;parse");
    int32_t y[3], x, w, h;
    struct gf_graph g = gf_app_graph(&app);
    assert_true(gf_layout_frame_box(&g, scene_node(&app, "parse;run"), 2, &x, &y[0], &w, &h));
    assert_true(gf_layout_frame_box(&g, 1, 1, &x, &y[1], &w, &h));
    assert_true(gf_layout_frame_box(&g, below("read"), 2, &x, &y[2], &w, &h));
    assert_true(y[0] < y[1] && y[1] < y[2]);
    static const struct {
        enum gf_direction to;
        const char *name;
    } steps[] = {{GF_TO_UPPER, "run"},   {GF_TO_UPPER, "main"},  {GF_TO_UPPER, "main"},
                 {GF_TO_LOWER, "run"},   {GF_TO_RIGHT, "load"},  {GF_TO_LOWER, "parse"},
                 {GF_TO_LOWER, "read"},  {GF_TO_RIGHT, "lex"},   {GF_TO_LOWER, "read"},
                 {GF_TO_LOWER, "read"},  {GF_TO_RIGHT, "parse"}, {GF_TO_UPPER, "lex"},
                 {GF_TO_UPPER, "parse"}, {GF_TO_LEFT, "parse"},  {GF_TO_UPPER, "run"}};
    do_node(GF_DO_SELECT, 1);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        do_amount(GF_DO_SELECT_MOVE, steps[i].to);
        assert_string_equal(name_of(app.selected.node), steps[i].name);
    }
    /* Neither of the two directions is the user's here. */
    do_amount(GF_DO_INVERT, 0);
    assert_false(app.inverted);
    assert_true(app.toast[0]);
}

static void test_another_function(void **state)
{
    (void)state;
    look(GF_DERIVE_SANDWICH, "main;run;parse");
    do_node(GF_DO_SELECT, below("lex"));
    do_amount(GF_DO_FIT, 0);
    assert_lens(GF_DERIVE_SANDWICH, "lex");
    assert_int_equal(gf_app_total(&app), 28);
    do_node(GF_DO_SELECT, scene_node(&app, "lex;parse;run"));
    do_amount(GF_DO_FIT, 0);
    assert_lens(GF_DERIVE_SANDWICH, "run");
    do_node(GF_DO_ZOOM_TO, below("parse;read"));
    assert_true(app.view.span == 40);
    do_node(GF_DO_SELECT, 1); /* the function itself: all of it */
    do_amount(GF_DO_FIT, 0);
    assert_true(app.view.span == 68);
    /* The way back leads through views, then lenses, and on again. */
    do_amount(GF_DO_BACK, 0);
    assert_true(app.view.span == 40);
    do_amount(GF_DO_BACK, 0);
    do_amount(GF_DO_BACK, 0);
    assert_lens(GF_DERIVE_SANDWICH, "lex");
    do_amount(GF_DO_ESCAPE, 0);
    assert_lens(GF_DERIVE_SANDWICH, "parse");
    do_amount(GF_DO_BACK, 0);
    assert_lens(GF_DERIVE_SAME, NULL);
    do_amount(GF_DO_FORWARD, 0);
    assert_lens(GF_DERIVE_SANDWICH, "parse");
    do_amount(GF_DO_FORWARD, 0);
    assert_lens(GF_DERIVE_SANDWICH, "lex");
    /* The same key again leaves the view. */
    do_amount(GF_DO_LENS, GF_DERIVE_SANDWICH);
    assert_lens(GF_DERIVE_SAME, NULL);
    do_amount(GF_DO_FORWARD, 0); /* from here it leads nowhere */
    assert_lens(GF_DERIVE_SAME, NULL);
}

static void test_moving(void **state)
{
    (void)state;
    look(GF_DERIVE_SANDWICH, "main;run;parse");
    struct gf_box box = gf_app_panes(&app).graph;
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_AT, .x = box.x + box.w, .amount = 4});
    assert_true(fabs((double)app.view.x + app.view.frac - 85 * 0.75) < 1e-9);
    do_node(GF_DO_ZOOM_TO, below("read"));
    assert_true(app.view.x == 12 && app.view.span == 45);
    assert_string_equal(name_of(app.focus.node), "read");
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_AT, .x = box.x + 1, .amount = 0.9});
    assert_string_equal(name_of(app.focus.node), "parse"); /* its caller, in its half */
    do_amount(GF_DO_SHOW_ALL, 0);
    /* A low window: rows of both sides can be brought in. */
    double least, most;
    gf_app_scroll_range(&app, &least, &most);
    assert_true(least == 0 && most == 0);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 800, .y = 130});
    gf_app_scroll_range(&app, &least, &most);
    assert_true(least < 0 && most > 0);
    do_amount(GF_DO_SCROLL, 1e9);
    struct gf_graph g = gf_app_graph(&app);
    int32_t x, y, w, h;
    assert_true(gf_layout_frame_box(&g, scene_node(&app, "parse;run;main"), 3, &x, &y, &w, &h));
    assert_int_equal(y, g.y); /* the topmost row is at the top */
    assert_true(h >= 17);
    do_amount(GF_DO_SCROLL, -1e9);
    g = gf_app_graph(&app);
    assert_true(gf_layout_frame_box(&g, below("lex;parse;read"), 4, &x, &y, &w, &h));
    assert_int_equal(y + h + 1, g.y + (int32_t)g.height);
    do_node(GF_DO_ZOOM_TO, scene_node(&app, "parse;run;main"));
    g = gf_app_graph(&app);
    assert_true(gf_layout_frame_box(&g, app.focus.node, 3, &x, &y, &w, &h));
}

/* What is searched is all there is, unfolded or not; each sample counts once. */
static void find(const char *text, uint64_t weight)
{
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SEARCH_SET, .text = text});
    struct gf_job *job = gf_search_job(&app.searches.items[0], app.scene, 0);
    job->run(job, NULL);
    gf_app_found(&app, gf_search_result(job));
    job->free(job);
    assert_int_equal(app.searches.items[0].found->totals.weight, weight);
    assert_non_null(gf_app_matched(&app));
}

static void test_search(void **state)
{
    (void)state;
    do_node(GF_DO_SELECT, scene_node(&app, "main;run;parse"));
    do_amount(GF_DO_LENS, GF_DERIVE_SANDWICH);
    scene_unfold(&app);
    find("read", 73);
    find("load", 17);
    find("idle", 0);
    find("/read|load/", 85);
    find("parse", 85);
    find("lex", 28);
    scene_unfold_all(&app);
    /* Names have the same numbers: what was found is shown on while the view changes. */
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold(&app);
    assert_non_null(gf_app_matched(&app));
    find("read", 73);
    find("parse", 85);
    find("idle", 15);
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    look(GF_DERIVE_CALLERS, "main;run;parse");
    find("read", 0);
    find("run", 68);
    do_amount(GF_DO_BACK, 0);
    look(GF_DERIVE_CALLEES, "main;run;parse");
    find("run", 0);
    find("read", 73);
}

/* Pixels of stubs: marks over frames that are folded. */
static int32_t stubs(void)
{
    struct gf_error err;
    const struct gf_theme *t = gf_app_theme(&app);
    uint32_t color = gf_color_mix(t->text_dim, t->background, 140);
    int32_t pixels = 0;
    assert_true(gf_screen_draw(&screen, &app, true, &err));
    for (size_t i = 0; i < screen.list.nrects; i++)
        if (screen.list.rects[i].color == color && screen.list.rects[i].h == 3)
            pixels += screen.list.rects[i].w;
    return pixels;
}

/* Each picture has more than the one before, and nothing in it moves. */
static void test_pictures(void **state)
{
    (void)state;
    enum { LINES = 4000, LINE = 64 };
    char *text = malloc((size_t)LINES * LINE), *at = text;
    assert_non_null(text);
    for (unsigned i = 0; i < LINES; i++)
        at += snprintf(at, LINE, "main;a%u;b%u;c%u;d%u %u\n", i % 3, i % 11, i % 101, i % 1009,
                       1 + i % 7);
    gf_app_adopt(&app, scene_from_folded(text, true));
    free(text);
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold(&app);
    uint32_t d0 = scene_node(&app, "d0");
    const struct gf_frames *f = &app.scene->profile->frames;
    assert_int_not_equal(d0, GF_NO_NODE);
    uint64_t x = gf_frame_x(f, d0, 0), total = gf_frame_total(f, d0, 0);
    scene_unfold_all(&app);
    gf_app_unfold(&app);
    assert_false(app.wishes.derive); /* and then there is rest */
    assert_true(stubs() > 100);      /* but not all is there */
    do_node(GF_DO_SELECT, scene_node(&app, "d0"));
    do_node(GF_DO_ZOOM_TO, scene_node(&app, "d0"));
    uint32_t before = app.scene->profile->frames.n;
    struct gf_view view = app.view;
    gf_app_unfold(&app);
    assert_true(app.wishes.derive);
    scene_unfold_all(&app);
    f = &app.scene->profile->frames;
    assert_true(f->n > before);
    assert_int_equal(stubs(), 0);
    assert_string_equal(name_of(app.selected.node), "d0");
    assert_int_equal(app.selected.node, app.focus.node);
    assert_int_equal(gf_frame_x(f, app.focus.node, 0), x);
    assert_int_equal(gf_frame_total(f, app.focus.node, 0), total);
    assert_true(view.x == app.view.x && view.span == app.view.span);
    assert_int_equal(app.history.nback, 1);
    do_amount(GF_DO_BACK, 0);
    assert_int_equal(app.focus.node, 0);
    /* All of it is what is written, as one derives it. */
    struct gf_profile *all, *derived;
    struct gf_error err;
    const struct gf_derive_params params = {
        .kind = GF_DERIVE_BOTTOM_UP, .order = GF_ORDER_WEIGHT, .name = 0};
    assert_true(gf_lens_profile(app.scene, NULL, &all, &err));
    assert_true(gf_derive(app.base->profile, &params, NULL, &derived, &err));
    assert_int_equal(all->frames.n, derived->frames.n);
    assert_true(all->frames.n > f->n);
    gf_profile_free(all);
    gf_profile_free(derived);
}

/* More is read while a sandwich is shown. */
static void test_while_loading(void **state)
{
    (void)state;
    look(GF_DERIVE_SANDWICH, "main;run;parse");
    do_node(GF_DO_ZOOM_TO, below("lex"));
    do_node(GF_DO_SELECT, below("lex;parse"));
    gf_app_adopt(&app, scene_from_folded("main;run;parse;read 80\nmain;run;parse;lex;read 40\n"
                                         "main;run;parse;lex;parse;read 16\nmain;new 7\n",
                                         true));
    scene_unfold_all(&app);
    assert_int_equal(gf_app_total(&app), 136);
    assert_string_equal(name_of(app.focus.node), "lex");
    assert_string_equal(name_of(app.selected.node), "parse");
    assert_true(app.view.span == 56);
    assert_true(gf_in_second_half(&app.scene->profile->frames, app.focus.node));
    /* The function is gone: everything is shown, and a word said. */
    gf_app_adopt(&app, scene_from_folded("other;thing 3\n", true));
    scene_unfold_all(&app);
    assert_ptr_equal(app.scene, app.base);
    assert_true(app.toast[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_weights),       APP_TEST(test_up_and_down), APP_TEST(test_another_function),
        APP_TEST(test_moving),        APP_TEST(test_search),      APP_TEST(test_pictures),
        APP_TEST(test_while_loading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
