/* Searches, the picked function and the table, driven by commands: no window. */
#include <string.h>

#include "support/app_test.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write;flush;sync 200\n"
                              "main;write 100\nmain;idle 150\nother 50\n";
static const char grown[] = "main;read;parse 900\nmain;read 500\nmain;write;flush;sync 1800\n"
                            "main;write 700\nmain;idle 450\nother 250\nmain;alloc 400\n";

static void pick(uint32_t name)
{
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_PICK, .node = name});
}

static uint32_t name_at(const char *path)
{
    return app.scene->profile->frames.name[scene_node(&app, path)];
}

static const struct gf_search *active(void)
{
    assert_true(app.searches.n > 0);
    return &app.searches.items[app.searches.active];
}

/* Runs the search that the app wishes for. */
static void find(void)
{
    assert_true(app.wishes.search);
    app.wishes.search = false;
    scene_search(&app, app.searches.active);
}

static void test_search(void **state)
{
    (void)state;
    do_amount(GF_DO_SEARCH_OPEN, 0);
    type("FLUSHx");
    do_amount(GF_DO_ERASE, 0);
    find();
    assert_int_equal(active()->found->totals.weight, 200);
    assert_int_equal(active()->found->functions, 1);
    assert_non_null(gf_app_matched(&app));
    assert_true(gf_app_graph(&app).keep_fills);
    do_amount(GF_DO_SEARCH_CASE, 0);
    find();
    assert_int_equal(active()->found->functions, 0);
    do_text(GF_DO_SEARCH_SET, 0, "");
    assert_null(gf_app_matched(&app));
    do_text(GF_DO_SEARCH_SET, 0, "/^(parse|idle)$/");
    find();
    assert_int_equal(active()->found->totals.weight, 550);
    do_amount(GF_DO_SEARCH_KEEP, 0);
    assert_false(app.searches.typing);
    do_amount(GF_DO_NEXT, 0);
    assert_selected("main;read;parse");
    do_amount(GF_DO_NEXT, 0);
    assert_selected("main;idle");
    do_amount(GF_DO_NEXT, 0);
    assert_selected("main;read;parse");
    do_amount(GF_DO_PREVIOUS, 0);
    assert_selected("main;idle");
    /* What was found in one scene says nothing about the next. */
    struct gf_job *late = gf_search_job(active(), app.scene, 0);
    gf_app_adopt(&app, scene_from_folded(grown, false));
    assert_null(gf_app_matched(&app));
    atomic_bool cancel;
    atomic_init(&cancel, false);
    late->run(late, &cancel);
    gf_app_found(&app, gf_search_result(late));
    late->free(late);
    assert_null(gf_app_matched(&app));
    find();
    assert_int_equal(active()->found->totals.weight, 1350);
    do_amount(GF_DO_ESCAPE, 0);
    assert_int_equal(app.searches.n, 0);
    assert_null(gf_app_matched(&app));
}

static void add_search(const char *text)
{
    do_amount(GF_DO_SEARCH_ADD, 0);
    type(text);
    find();
}

static void test_several_searches(void **state)
{
    (void)state;
    add_search("read");
    add_search("write");
    add_search("r"); /* read, write, parse, other */
    assert_int_equal(app.searches.n, 3);
    assert_false(gf_app_graph(&app).keep_fills);
    const uint8_t *marks = gf_app_matched(&app);
    /* The active one has what it matches, the others what is left. */
    assert_int_equal(marks[name_at("main;read")], 3);
    assert_int_equal(marks[name_at("other")], 3);
    assert_int_equal(marks[name_at("main")], 0);
    do_amount(GF_DO_SEARCH_ACTIVATE, 1);
    marks = gf_app_matched(&app);
    assert_int_equal(marks[name_at("main;read")], 1);
    assert_int_equal(marks[name_at("main;write")], 2);
    assert_int_equal(marks[name_at("other")], 3);
    /* Next and previous go by the active one alone. */
    for (int i = 0; i < 3; i++) {
        do_amount(GF_DO_NEXT, 0);
        assert_selected("main;write");
    }
    /* A search that goes leaves its colour free; the others keep theirs. */
    do_amount(GF_DO_SEARCH_REMOVE, 0);
    assert_int_equal(app.searches.n, 2);
    assert_int_equal(app.searches.active, 0);
    assert_int_equal(gf_app_matched(&app)[name_at("main;write")], 2);
    assert_int_equal(gf_app_matched(&app)[name_at("main;read")], 3);
    add_search("idle");
    assert_int_equal(active()->mark, 1);
    while (app.searches.n < GF_SEARCHES)
        add_search("x");
    do_amount(GF_DO_SEARCH_ADD, 0);
    assert_int_equal(app.searches.n, GF_SEARCHES);
    assert_true(strlen(app.toast) > 0);
    unsigned used = 0;
    for (unsigned i = 0; i < GF_SEARCHES; i++)
        used |= 1u << app.searches.items[i].mark;
    assert_int_equal(used, 0x7e);
    for (unsigned i = GF_SEARCHES; i > 0; i--) {
        assert_true(app.searches.active < app.searches.n);
        do_amount(GF_DO_SEARCH_REMOVE, -1);
    }
    assert_null(gf_app_matched(&app));
}

static void test_late_results_of_a_changed_text(void **state)
{
    (void)state;
    add_search("read");
    struct gf_job *late = gf_search_job(active(), app.scene, 0);
    type("x");
    atomic_bool cancel;
    atomic_init(&cancel, false);
    late->run(late, &cancel);
    gf_app_found(&app, gf_search_result(late));
    late->free(late);
    assert_int_not_equal(active()->found->serial, active()->serial); /* still the one before */
    find();
    assert_int_equal(active()->found->totals.frames, 0);
    /* An empty search is none once the keyboard has left it. */
    do_amount(GF_DO_SEARCH_ADD, 0);
    do_amount(GF_DO_SEARCH_KEEP, 0);
    assert_int_equal(app.searches.n, 1);
}

static bool row_is(uint32_t row, const char *name)
{
    return scene_row_is(&app, row, name);
}

static void test_table(void **state)
{
    (void)state;
    do_amount(GF_DO_TABLE, 0);
    scene_tabulate(&app);
    assert_int_equal(app.table.nrows, 8);
    assert_true(row_is(0, "parse") && row_is(1, "sync"));
    do_amount(GF_DO_TABLE_SORT, GF_BY_TOTAL);
    assert_true(row_is(0, "main") && row_is(1, "read") && row_is(2, "parse"));
    do_amount(GF_DO_TABLE_SORT, GF_BY_NAME);
    assert_true(row_is(0, "flush") && row_is(1, "idle") && row_is(7, "write"));
    do_text(GF_DO_SEARCH_SET, 0, "r");
    find();
    assert_int_equal(app.table.nrows, 4); /* other, parse, read, write */
    assert_true(row_is(0, "other") && row_is(3, "write"));
    add_search("idle"); /* and what another search finds */
    assert_int_equal(app.table.nrows, 5);
    do_amount(GF_DO_SEARCH_REMOVE, -1);
    assert_int_equal(app.table.nrows, 4);
    /* A function that is picked stands out alone, in a newer scene too. */
    uint32_t id = name_at("main;write;flush");
    pick(id);
    for (uint32_t i = 0; i < app.scene->profile->frames.names.n; i++)
        assert_int_equal(gf_app_matched(&app)[i], i == id);
    gf_app_adopt(&app, scene_from_folded(grown, false));
    scene_tabulate(&app);
    id = name_at("main;write;flush");
    assert_int_equal(app.picked, id);
    do_amount(GF_DO_NEXT, 0);
    assert_selected("main;write;flush");
    do_amount(GF_DO_TABLE_SCROLL, 1e9);
    assert_true(app.table.scroll == 0); /* all rows are in sight */
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 800, .y = 160});
    do_amount(GF_DO_TABLE_SCROLL, 1e9);
    assert_true(app.table.scroll > 0);
    do_amount(GF_DO_ESCAPE, 0);
    assert_int_equal(app.picked, GF_NO_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_search),
        APP_TEST(test_several_searches),
        APP_TEST(test_late_results_of_a_changed_text),
        APP_TEST(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
