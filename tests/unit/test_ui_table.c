/* The table of functions from the keyboard, and both sides of a differential: no window. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/app_test.h"
#include "ui/copy.h"

/* self: parse 400, sync 200, idle 150, read 100, write 100, other 50, main 0, flush 0. */
static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write;flush;sync 200\n"
                              "main;write 100\nmain;idle 150\nother 50\n";
/* before, after: b lost 40 and is gone, c is new with 30, a gained 5. */
static const char two[] = "m;a 10 15\nm;b 40 0\nm;c 0 30\n";

static void open_table(void)
{
    type("t");
    scene_tabulate(&app);
}

static bool at(const char *name)
{
    return scene_row_is(&app, app.table.at, name);
}

static const char *picked(void)
{
    static char out[64];
    const struct gf_name_table *names = &app.scene->profile->frames.names;
    if (app.picked == GF_NO_NAME)
        return "";
    size_t n = (size_t)(names->offset[app.picked + 1] - names->offset[app.picked]);
    memcpy(out, names->bytes + names->offset[app.picked], n);
    out[n] = '\0';
    return out;
}

static void test_rows(void **state)
{
    (void)state;
    open_on(profile);
    open_table();
    assert_true(app.table.focus && at("parse"));
    key(GF_KEY_DOWN, 0);
    assert_true(at("sync"));
    assert_int_equal(app.selected.node, GF_NO_NODE); /* nothing moves in the picture */
    key(GF_KEY_UP, 0);
    key(GF_KEY_UP, 0);
    assert_true(at("parse"));
    key(GF_KEY_END, 0);
    assert_int_equal(app.table.at, app.table.nrows - 1);
    key(GF_KEY_DOWN, 0);
    assert_int_equal(app.table.at, app.table.nrows - 1);
    key(GF_KEY_HOME, 0);
    assert_true(at("parse"));
    assert_true(app.view.span == 1000); /* Home was not for the picture */
    key(GF_KEY_DOWN, 0);
    key(GF_KEY_ENTER, 0);
    assert_string_equal(picked(), "sync");
    assert_int_equal(gf_app_picked(&app)->self[GF_AFTER], 200);
    key(GF_KEY_ENTER, 0);
    assert_string_equal(picked(), "");
    type("t");
    assert_false(app.table.open);
    key(GF_KEY_DOWN, 0); /* the keyboard is the picture's again */
    assert_int_not_equal(app.selected.node, GF_NO_NODE);
}

/* Rows that keys go to come into sight, a page at a time too. */
static void test_pages(void **state)
{
    (void)state;
    open_on(profile);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 900, .y = 140});
    open_table();
    int32_t row = 18, room = gf_app_panes(&app).table.h - row;
    assert_true(room < 8 * row && room >= 2 * row);
    for (int i = 0; i < 7; i++) {
        key(GF_KEY_DOWN, 0);
        double top = (double)app.table.at * row - app.table.scroll;
        assert_true(top >= 0 && top + row <= room);
    }
    assert_int_equal(app.table.at, 7);
    key(GF_KEY_PAGE_UP, 0);
    assert_true(app.table.at < 7 && app.table.at > 0);
    key(GF_KEY_HOME, 0);
    assert_true(app.table.scroll == 0);
    key(GF_KEY_PAGE_DOWN, 0);
    assert_true(app.table.at > 0);
}

static void test_columns(void **state)
{
    (void)state;
    open_on(profile);
    open_table();
    key(GF_KEY_RIGHT, 0);
    assert_int_equal(app.table.sort, GF_BY_TOTAL);
    assert_true(at("main"));
    key(GF_KEY_RIGHT, 0);
    assert_int_equal(app.table.sort, GF_BY_NAME);
    assert_true(at("flush"));
    type(" "); /* a character is no key: scripts and windows send both */
    key(GF_KEY_SPACE, 0);
    assert_true(at("write") && app.table.reversed);
    key(GF_KEY_RIGHT, 0); /* round again: columns of one side only */
    assert_int_equal(app.table.sort, GF_BY_SELF);
    assert_true(at("parse") && !app.table.reversed);
    key(GF_KEY_LEFT, 0);
    assert_int_equal(app.table.sort, GF_BY_NAME);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_TABLE_SORT, .amount = GF_BY_NAME});
    assert_true(app.table.reversed); /* a click on the heading of now */
}

static void test_filter(void **state)
{
    (void)state;
    open_on(profile);
    open_table();
    type("/");
    type("s");
    app.wishes.search = false;
    scene_search(&app, 0);
    assert_int_equal(app.table.nrows, 3); /* parse, sync, flush */
    assert_true(at("parse"));
    key(GF_KEY_DOWN, 0); /* while one types */
    assert_true(at("sync") && app.searches.typing);
    key(GF_KEY_ENTER, 0);
    assert_false(app.searches.typing);
    assert_string_equal(picked(), "sync");
    assert_true(app.table.focus);
    /* The keys stay at their function as rows come back. */
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SEARCH_REMOVE, .amount = -1});
    assert_int_equal(app.table.nrows, 8);
    assert_true(at("sync"));
}

/* What is about a function is about that of the row. */
static void test_commands_at_the_row(void **state)
{
    (void)state;
    char note[160];
    open_on(profile);
    open_table();
    key(GF_KEY_DOWN, 0);
    char *name = gf_copy_text(&app, GF_COPY_NAME, note, sizeof note);
    assert_string_equal(name, "sync");
    free(name);
    type("w");
    assert_int_equal(app.lens.kind, GF_DERIVE_SANDWICH);
    assert_true(app.lens.n == 4 && memcmp(app.lens.name, "sync", 4) == 0);
    scene_unfold_all(&app);
    assert_true(app.table.focus);
    if (app.wishes.tabulate)
        scene_tabulate(&app);
    key(GF_KEY_UP, 0); /* on to the next function */
    assert_true(at("parse"));
    type("w");
    assert_true(app.lens.n == 5 && memcmp(app.lens.name, "parse", 5) == 0);
    type("g");
    assert_string_equal(picked(), "parse");
    type("x");
    assert_int_equal(app.narrow.n, 1);
    assert_string_equal(app.narrow.items[0].own, "parse");
}

static void test_focus(void **state)
{
    (void)state;
    open_on(profile);
    open_table();
    key(GF_KEY_ESCAPE, 0);
    assert_true(app.table.open && !app.table.focus);
    key(GF_KEY_TAB, 0);
    assert_true(app.table.focus);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SEARCH_SET, .text = "r"});
    key(GF_KEY_TAB, 0); /* table, picture, the search, table */
    assert_true(!app.table.focus && app.chip == -1);
    key(GF_KEY_TAB, 0);
    assert_true(!app.table.focus && app.chip == 0);
    key(GF_KEY_TAB, 0);
    assert_true(app.table.focus && app.chip == -1);
    key(GF_KEY_TAB, GF_MOD_SHIFT);
    assert_true(!app.table.focus && app.chip == 0);
    key(GF_KEY_TAB, GF_MOD_SHIFT);
    key(GF_KEY_TAB, GF_MOD_SHIFT);
    assert_true(app.table.focus);
    /* Where one clicks there the keyboard goes. */
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SELECT, .node = 1});
    assert_false(app.table.focus);
    uint32_t sync = app.scene->profile->frames.name[scene_node(&app, "main;write;flush;sync")];
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_TABLE_POINT, .node = sync});
    assert_true(app.table.focus);
    assert_string_equal(picked(), "sync");
    assert_int_equal(gf_table_name(&app.table), sync);
}

/* Sorts by a column and says which function comes first and which last. */
static void assert_ends(enum gf_column_of by, const char *first, const char *last)
{
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_TABLE_SORT, .amount = by});
    assert_int_equal(app.table.sort, by);
    assert_true(scene_row_is(&app, 0, first));
    assert_true(scene_row_is(&app, app.table.nrows - 1, last));
}

static void test_two_sides(void **state)
{
    (void)state;
    open_on(two);
    assert_true(gf_is_differential(&app.scene->profile->frames));
    open_table();
    assert_int_equal(app.table.nrows, 4);
    assert_true(app.table.sort == GF_BY_SELF_CHANGE && app.table.reversed); /* 50 to 45 */
    assert_true(scene_row_is(&app, 0, "b"));
    key(GF_KEY_HOME, 0);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_TABLE_SORT, .amount = GF_BY_SELF});
    assert_ends(GF_BY_SELF_CHANGE, "c", "b");
    assert_ends(GF_BY_TOTAL_CHANGE, "c", "b");
    assert_ends(GF_BY_SELF_BEFORE, "b", "m");
    assert_ends(GF_BY_TOTAL_BEFORE, "m", "c");
    assert_ends(GF_BY_TOTAL, "m", "b");
    assert_ends(GF_BY_NAME, "a", "m");
    /* Lost most first. */
    assert_ends(GF_BY_SELF_CHANGE, "c", "b");
    key(GF_KEY_SPACE, 0);
    assert_true(scene_row_is(&app, 0, "b"));
    const struct gf_change *b = &app.table.functions->items[app.table.rows[0]];
    assert_int_equal(b->self[GF_BEFORE], 40);
    assert_int_equal(b->self[GF_AFTER], 0);
    /* Seven columns from the keyboard. */
    for (int i = 0; i < GF_COLUMNS; i++)
        key(GF_KEY_RIGHT, 0);
    assert_int_equal(app.table.sort, GF_BY_SELF_CHANGE);
    /* All six of numbers and the names have room in a wide window, half of them in others. */
    for (int32_t w = 640; w <= 1400; w += 20) {
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = w, .y = 500});
        assert_true(gf_screen_draw(&screen, &app, false, NULL));
    }
    struct gf_panes wide = gf_app_panes(&app);
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 900, .y = 500});
    assert_true(wide.table.w > gf_app_panes(&app).table.w);
}

/* Given up, it closes; one that is there stays. */
static void test_given_up(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        atomic_bool cancel;
        atomic_init(&cancel, true);
        open_on(round ? two : profile);
        type("t");
        struct gf_job *job = gf_table_job(app.scene, app.base, 0);
        job->run(job, &cancel);
        gf_app_tabulated(&app, gf_table_result(job));
        job->free(job);
        assert_false(app.table.open || app.table.focus);
        assert_string_equal(app.toast, "The table was not made");
        open_table();
        assert_true(app.table.open && app.table.nrows > 0);
        /* Not cancelled, all that it expected is done. */
        job = gf_table_job(app.scene, app.base, 0);
        atomic_store(&cancel, false);
        job->run(job, &cancel);
        assert_true(gf_meter_share(&job->meter) == 1);
        job->free(job);
        job = gf_table_job(app.scene, app.base, 0);
        atomic_store(&cancel, true);
        job->run(job, &cancel);
        gf_app_tabulated(&app, gf_table_result(job));
        job->free(job);
        assert_true(app.table.open && app.table.nrows > 0);
    }
}

enum { MANY = 150000 };

/* MANY functions in no order; a thousand weights, so that names decide too. */
static char *many_functions(void)
{
    size_t n = 0, cap = (size_t)MANY * 48;
    char *text = malloc(cap);
    assert_non_null(text);
    for (uint32_t i = 0; i < MANY; i++)
        n += (size_t)snprintf(text + n, cap - n, "com.example.%u.f%u %u\n", i * 7919u % MANY, i,
                              1 + i * 31u % 1000);
    return text;
}

struct sorting {
    struct gf_job *job;
    atomic_bool cancel;
};

static void *run_job(void *arg)
{
    struct sorting *s = arg;
    s->job->run(s->job, &s->cancel);
    return NULL;
}

/* Makes the table and gives it up once it has done so many steps. */
static struct gf_functions *give_up_after(uint64_t steps)
{
    struct sorting s = {.job = gf_table_job(app.scene, app.base, 0)};
    pthread_t thread;
    assert_non_null(s.job);
    assert_int_equal(pthread_create(&thread, NULL, run_job, &s), 0);
    while (atomic_load(&s.job->meter.done) < steps)
        ;
    atomic_store(&s.cancel, true);
    pthread_join(thread, NULL);
    struct gf_functions *f = gf_table_result(s.job);
    s.job->free(s.job);
    return f;
}

/* Not only between two columns, but while one is sorted. What is sorted in the time until this
 * thread comes to stop it is no failure: one of some rounds has to be stopped within. */
static void test_given_up_while_it_sorts(void **state)
{
    (void)state;
    char *text = many_functions();
    open_on(text);
    free(text);
    uint64_t frames = app.scene->profile->frames.n;
    bool first = false, second = false;
    for (int round = 0; round < 10 && !(first && second); round++) {
        struct gf_functions *f = give_up_after(frames); /* all is added up */
        first |= f->cancelled && !f->items;
        gf_functions_free(f);
        f = give_up_after(frames + 1); /* and one column is sorted */
        second |= f->cancelled && f->order[GF_BY_SELF] && !f->order[GF_BY_TOTAL];
        gf_functions_free(f);
    }
    assert_true(first);
    assert_true(second);
}

/* Equal weights are in the order of names, and these in that of their bytes. */
static void test_orders_of_many(void **state)
{
    (void)state;
    char *text = many_functions();
    open_on(text);
    free(text);
    open_table();
    const struct gf_functions *f = app.table.functions;
    const struct gf_name_table *names = &app.scene->profile->frames.names;
    assert_int_equal(f->n, MANY);
    for (uint32_t i = 1; i < MANY; i++) {
        const uint32_t *by_name = f->order[GF_BY_NAME], *by_total = f->order[GF_BY_TOTAL];
        uint32_t a = f->items[by_name[i - 1]].name, b = f->items[by_name[i]].name;
        const char *x = names->bytes + names->offset[a], *y = names->bytes + names->offset[b];
        size_t nx = (size_t)(names->offset[a + 1] - names->offset[a]);
        size_t ny = (size_t)(names->offset[b + 1] - names->offset[b]);
        int c = memcmp(x, y, nx < ny ? nx : ny);
        assert_true(c < 0 || (c == 0 && nx < ny));
        assert_true(
            f->items[by_total[i - 1]].total[GF_AFTER] > f->items[by_total[i]].total[GF_AFTER] ||
            (f->items[by_total[i - 1]].total[GF_AFTER] == f->items[by_total[i]].total[GF_AFTER] &&
             by_total[i - 1] < by_total[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_rows),
        APP_TEST(test_pages),
        APP_TEST(test_columns),
        APP_TEST(test_filter),
        APP_TEST(test_commands_at_the_row),
        APP_TEST(test_focus),
        APP_TEST(test_two_sides),
        APP_TEST(test_given_up),
        APP_TEST(test_given_up_while_it_sorts),
        APP_TEST(test_orders_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
