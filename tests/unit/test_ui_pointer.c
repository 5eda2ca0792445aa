/* The pointer's tools: the band that is zoomed to, the menu, the shapes, and what is copied. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "export/folded.h"
#include "support/app_test.h"
#include "ui/copy.h"
#include "ui/menu.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write;flush;sync 200\n"
                              "main;write 100\nmain;idle 150\nother 50\n";

/* What the window would hand over, after it was drawn. */
static void draw_and_send(struct gf_event e)
{
    draw();
    send(e);
}

static void move(double x, double y)
{
    draw_and_send((struct gf_event){.type = GF_EVENT_CURSOR, .x = x, .y = y});
}

static void button(double x, double y, int which, bool down, unsigned mods)
{
    draw_and_send((struct gf_event){
        .type = GF_EVENT_BUTTON, .x = x, .y = y, .button = which, .down = down, .mods = mods});
}

static void test_band_fills_the_width(void **state)
{
    (void)state;
    struct gf_box g = gf_app_panes(&app).graph;
    for (int i = 0; i < 4; i++) {
        bool right = i & 1, back = i & 2;
        double a = g.x + g.w * 0.25, b = g.x + g.w * 0.75, y = g.y + g.h - 20;
        double span = app.view.span, left = (double)app.view.x + app.view.frac;
        double from = back ? b : a, to = back ? a : b;
        int which = right ? GF_BUTTON_RIGHT : GF_BUTTON_LEFT;
        move(from, y);
        button(from, y, which, true, right ? 0 : GF_MOD_SHIFT);
        move((a + b) / 2, y - 50);
        assert_int_equal(gf_input_cursor(&input, &app, &screen), GF_CURSOR_CROSS);
        move(to, y);
        assert_true(app.band.on);
        button(to, y, which, false, 0);
        assert_false(app.band.on || app.menu.open);
        assert_true(fabs(app.view.span - span / 2) < 1e-9 * span);
        assert_true(fabs((double)app.view.x + app.view.frac - (left + span / 4)) < 1e-6 * span);
    }
    for (int i = 0; i < 4; i++)
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_BACK});
    assert_true(app.view.span == 1000);
    /* Given up on the way: nothing happens. */
    button(g.x + 10, g.y + 10, GF_BUTTON_LEFT, true, GF_MOD_SHIFT);
    move(g.x + 200, g.y + 10);
    key(GF_KEY_ESCAPE, 0);
    button(g.x + 200, g.y + 10, GF_BUTTON_LEFT, false, GF_MOD_SHIFT);
    assert_true(app.view.span == 1000);
}

static void test_menu(void **state)
{
    (void)state;
    double x, y;
    assert_true(scene_middle(&app, "main;write", &x, &y));
    move(x, y);
    assert_int_equal(gf_input_cursor(&input, &app, &screen), GF_CURSOR_HAND);
    button(x, y, GF_BUTTON_RIGHT, true, 0);
    button(x, y, GF_BUTTON_RIGHT, false, 0);
    assert_true(app.menu.open);
    assert_int_equal(app.selected.node, scene_node(&app, "main;write"));
    assert_true(app.view.span == 1000);
    /* A click beside it closes it and does nothing else. */
    button(5, 5, GF_BUTTON_LEFT, true, 0);
    button(5, 5, GF_BUTTON_LEFT, false, 0);
    assert_false(app.menu.open);
    /* By keys: down to "Focus". */
    key(GF_KEY_MENU, 0);
    assert_true(app.menu.open);
    unsigned n, at = 0;
    const struct gf_menu_entry *entries = gf_menu_entries(&n);
    while (at < n && !(entries[at].what == GF_DO_NARROW && entries[at].amount == GF_NARROW_FOCUS))
        at++;
    for (unsigned i = 0; i <= at; i++)
        key(GF_KEY_DOWN, 0);
    key(GF_KEY_ENTER, 0);
    assert_false(app.menu.open);
    scene_narrow(&app);
    assert_int_equal(gf_app_total(&app), 300);
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(entries[i].key, entries[k].key);
    /* Every entry can be taken in any state. */
    for (unsigned i = 0; i < n; i++) {
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_MENU, .x = 1e9, .y = -1e9});
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_MENU_TAKE, .amount = i});
        assert_false(app.menu.open);
    }
    /* A window with no room shows what it can. */
    do_path(GF_DO_SELECT, "main");
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 60, .y = 40});
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_MENU, .x = 50, .y = 30});
    move(20, 20);
}

static char *copied(enum gf_copy what)
{
    static char note[160];
    return gf_copy_text(&app, what, note, sizeof note);
}

static void assert_copied(enum gf_copy what, const char *expected)
{
    char *text = copied(what);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_copies(void **state)
{
    (void)state;
    assert_null(copied(GF_COPY_NAME)); /* nothing is selected */
    do_path(GF_DO_SELECT, "main;write;flush");
    assert_copied(GF_COPY_NAME, "flush");
    assert_copied(GF_COPY_STACK, "main;write;flush");
    assert_copied(GF_COPY_FOLDED, "flush;sync 200\n");
    do_path(GF_DO_SELECT, "main;write");
    assert_copied(GF_COPY_FOLDED, "write 100\nwrite;flush;sync 200\n");
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SELECT, .node = 0});
    assert_null(copied(GF_COPY_STACK)); /* the root is no frame of a stack */
    char *all = copied(GF_COPY_FOLDED);
    size_t lines = 0;
    for (const char *s = all; *s; s++)
        lines += *s == '\n';
    assert_int_equal(lines, 6);
    free(all);
    key('C', GF_MOD_CONTROL | GF_MOD_SHIFT);
    assert_int_equal(app.wishes.copy, GF_COPY_STACK);
    key('C', GF_MOD_ALT);
    assert_int_equal(app.wishes.copy, GF_COPY_FOLDED);
}

/* Names with control characters, and more text than a clipboard takes. */
static void test_copies_are_safe_and_bounded(void **state)
{
    (void)state;
    gf_app_adopt(&app, scene_from_folded("a;x\x1b[31m\xff;b 3\n", true));
    do_path(GF_DO_SELECT, "a;x\x1b[31m\xff;b");
    assert_copied(GF_COPY_STACK, "a;x\\x1b[31m\\xff;b");
    enum { LINES = 20000 };
    char *text = malloc((size_t)LINES * 100), *at = text;
    for (int i = 0; i < LINES; i++)
        at += snprintf(at, 100, "some::module::of_the_program;function_with_a_long_name_%d 1\n", i);
    gf_app_adopt(&app, scene_from_folded(text, true));
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_SELECT, .node = 0});
    char note[160], *copy = gf_copy_text(&app, GF_COPY_FOLDED, note, sizeof note);
    size_t n = strlen(copy);
    assert_true(n > GF_COPY_BYTES / 2 && n <= GF_COPY_BYTES && copy[n - 1] == '\n');
    assert_non_null(strstr(note, "there are more"));
    free(copy);
    free(text);
}

/* However little room there is, lines are whole. */
static void test_folded_text_in_little_room(void **state)
{
    (void)state;
    const struct gf_frames *f = &app.scene->profile->frames;
    static const char whole[] = "write 100\nwrite;flush;sync 200\n";
    uint32_t node = scene_node(&app, "main;write");
    for (size_t limit = 0; limit <= sizeof whole; limit++) {
        char *text;
        size_t n, expected = limit < 10 ? 0 : limit < sizeof whole - 1 ? 10 : sizeof whole - 1;
        bool cut;
        assert_true(gf_folded_text(f, 0, node, limit, &text, &n, &cut, NULL));
        assert_int_equal(n, expected);
        assert_memory_equal(text, whole, n);
        assert_int_equal(text[n], '\0');
        assert_int_equal(cut, limit < sizeof whole - 1);
        free(text);
    }
}

static void test_picked_function_adds_up_all_places(void **state)
{
    (void)state;
    gf_app_adopt(&app, scene_from_folded("a;f 5\nb;f;f 7\nb;c 11\n", true));
    do_path(GF_DO_SELECT, "a;f");
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_PICK,
                                     .node = app.scene->profile->frames.name[app.selected.node]});
    assert_null(gf_app_picked(&app)); /* not added up yet */
    scene_tabulate(&app);
    assert_int_equal(gf_app_picked(&app)->total[GF_AFTER], 12); /* recursion counts once */
    assert_int_equal(gf_app_picked(&app)->self[GF_AFTER], 12);
    gf_app_adopt(&app, scene_from_folded("a;f 50\nc 1\n", true));
    assert_null(gf_app_picked(&app));
    scene_tabulate(&app);
    assert_int_equal(gf_app_picked(&app)->total[GF_AFTER], 50);
    do_path(GF_DO_SELECT, "a;f");
    draw_and_send((struct gf_event){.type = GF_EVENT_CHAR, .codepoint = 'g'});
    assert_int_equal(app.picked, GF_NO_NAME);
}

/* What has an outline beside the view, however much of it there is when one is near, is not looked
 * at: a picture costs its pixels. */
static void test_outlines_cost_what_is_seen(void **state)
{
    (void)state;
    double x, y;
    open_dense();
    do_path(GF_DO_ZOOM_TO, "main;f4444");
    for (int i = 0; i < 5; i++) /* until some hundred frames are in view */
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_AT, .amount = 0.4, .x = 640});
    assert_true(scene_middle(&app, "main;f4444", &x, &y));
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_POINT, .x = x, .y = y});
    assert_int_equal(app.hovered.node, scene_node(&app, "main;f4444"));
    draw();
    for (int i = 0; i < 2; i++) { /* of the last two rows: f and g, where each is over 3 pixels */
        const struct gf_spans *spans = &screen.spans[i];
        assert_true(spans->n >= 20 && spans->n <= (size_t)app.width / 3);
        for (size_t k = 0; k < spans->n; k++)
            assert_true(spans->items[k].from >= 0 && spans->items[k].from < spans->items[k].to &&
                        spans->items[k].to <= app.width);
    }
}

static void point_at(const char *path)
{
    double x, y;
    draw();
    assert_true(scene_middle(&app, path, &x, &y));
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_POINT, .x = x, .y = y});
    draw();
}

/* All that the card says of a frame. */
static void test_card(void **state)
{
    (void)state;
    open_on("main;org/acme/store/Disk:.read_[j];sys_read_[k] 300\n"
            "main;org/acme/store/Disk:.read_[j] 100\nmain;libz.so`inflate 400\nother 200\n");
    point_at("main;org/acme/store/Disk:.read_[j]");
    assert_true(shows("module") && shows("org/acme/store") && shows("JIT"));
    assert_true(shows("total") && shows("400 samples") && shows("40.0% of all"));
    assert_true(shows("self") && shows("100 samples") && shows("10.0% of all"));
    assert_true(shows("of parent") && shows("50.0%"));
    assert_false(shows("of view"));
    point_at("main;org/acme/store/Disk:.read_[j];sys_read_[k]");
    assert_true(shows("kind") && shows("kernel") && !shows("module"));
    point_at("main;libz.so`inflate");
    assert_true(shows("module") && shows("libz.so"));
    point_at("main");
    assert_false(shows("module") || shows("kind"));
    /* Of what is seen: half of it is inflate, and of main, which is wider, all. */
    app.view = (struct gf_view){.x = 200, .span = 400};
    point_at("main;libz.so`inflate");
    assert_true(shows("of view") && shows("50.0%"));
    point_at("main");
    assert_true(shows("of view") && shows("100%"));
}

/* Names of any length and any bytes; what does not fit is cut between characters. */
static void test_card_of_long_modules(void **state)
{
    (void)state;
    char line[300], *at = line;
    for (int i = 0; i < 70; i++) /* letters with an accent of their own, or of four bytes */
        at = stpcpy(at, i % 3 ? "e\xcc\x81" : "\xf0\x9f\x98\x80");
    stpcpy(at, "::f 10\n");
    open_on(line);
    line[strlen(line) - 4] = '\0';
    for (int width = 1200; width > 100; width -= 90) {
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = width, .y = 700});
        point_at(line);
        assert_true(shows("module") || width < 300);
        for (size_t i = 0; i < screen.list.nlabels; i++) {
            const struct gf_label *l = &screen.list.labels[i];
            uint32_t cp;
            for (size_t k = 0; k < l->len; assert_int_not_equal(cp, 0xfffd))
                k += gf_utf8_decode(screen.list.text + l->text + k, l->len - k, &cp);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_band_fills_the_width),
        APP_TEST(test_menu),
        APP_TEST(test_copies),
        APP_TEST(test_copies_are_safe_and_bounded),
        APP_TEST(test_folded_text_in_little_room),
        APP_TEST(test_picked_function_adds_up_all_places),
        APP_TEST(test_outlines_cost_what_is_seen),
        APP_TEST(test_card),
        APP_TEST(test_card_of_long_modules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
