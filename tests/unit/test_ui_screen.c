/* From state to draw lists, and from events to commands: still no window. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/color.h"
#include "layout/geometry.h"
#include "support/app_test.h"
#include "ui/sandwich.h"
#include "ui/colors.h"
#include "ui/marks.h"
#include "ui/open.h"
#include "ui/script.h"

static const char profile[] =
    "main;std::vector<std::pair<int, int>>::push_back(std::pair<int, int>&&);grow 400\n"
    "main;read_[k] 100\nmain;write;flush;sync 200\nmain;write 100\nmain;idle;nap 150\nother 50\n"
    "\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a;x\x1b[31m\xff 30\n";

static void press(double x, double y, bool down)
{
    send((struct gf_event){.type = GF_EVENT_BUTTON, .x = x, .y = y, .down = down});
}

static void test_click_is_not_drag(void **state)
{
    (void)state;
    double x, y;
    draw();
    assert_true(scene_middle(&app, "main;write", &x, &y));
    press(x, y, true);
    send((struct gf_event){.type = GF_EVENT_CURSOR, .x = x + 2, .y = y});
    press(x + 2, y, false);
    uint32_t write = scene_node(&app, "main;write");
    assert_int_equal(app.focus.node, write);
    assert_int_equal(app.selected.node, write);
    uint64_t left = app.view.x;
    press(600, y, true);
    send((struct gf_event){.type = GF_EVENT_CURSOR, .x = 700, .y = y});
    send((struct gf_event){.type = GF_EVENT_CURSOR, .x = 800, .y = y});
    press(800, y, false);
    /* 200 of 1260 pixels of 300 samples further left, and no click at the end. */
    double moved = (double)left - ((double)app.view.x + app.view.frac);
    assert_true(moved > 300 * 199.0 / 1260 && moved < 300 * 201.0 / 1260);
    assert_int_equal(app.selected.node, write);
}

static void test_zones(void **state)
{
    (void)state;
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO,
                                     .node = scene_node(&app, "main;write;flush")});
    draw();
    assert_true(shows("flush"));
    /* The crumb of the caller. */
    bool found = false;
    for (unsigned i = 0; i < screen.nzones && !found; i++) {
        const struct gf_zone *z = &screen.zones[i];
        if (z->act.what != GF_DO_ZOOM_TO || z->act.node != scene_node(&app, "main;write"))
            continue;
        found = true;
        double x = z->box.x + z->box.w / 2.0, y = z->box.y + z->box.h / 2.0;
        press(x, y, true);
        press(x, y, false);
    }
    assert_true(found);
    assert_int_equal(app.focus.node, scene_node(&app, "main;write"));
}

/* The card is the only panel-coloured box of the last layer. */
static bool card_box(struct gf_rect *out)
{
    const struct gf_layer *last = &screen.list.layers[screen.list.nlayers - 1];
    if (last->nrects == 0)
        return false;
    *out = screen.list.rects[last->first_rect];
    return out->color == gf_app_theme(&app)->panel && out->h > 40;
}

static void test_card_never_covers_its_frame(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1280, 800}, {400, 300}, {300, 160}, {640, 120}};
    unsigned cards = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = sizes[i][0], .y = sizes[i][1]});
        for (int k = 0; k < 400; k++) {
            double x = k % 20 * sizes[i][0] / 20.0, y = k / 20 * sizes[i][1] / 20.0;
            app.inverted = k & 1;
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_POINT, .x = x, .y = y});
            if (app.hovered.node == GF_NO_NODE)
                continue;
            draw();
            struct gf_rect c;
            if (!card_box(&c))
                continue;
            cards++;
            struct gf_graph g = gf_app_graph(&app);
            int32_t fx, fy, fw, fh;
            assert_true(
                gf_layout_frame_box(&g, app.hovered.node, app.hovered.depth, &fx, &fy, &fw, &fh));
            assert_true(c.y >= fy + fh || c.y + c.h <= fy || c.x >= fx + fw || c.x + c.w <= fx);
            assert_true(c.x >= 0 && c.x + c.w <= sizes[i][0]);
            assert_true(c.y >= 0 && c.y + c.h <= sizes[i][1]);
        }
    }
    assert_true(cards > 200);
}

static void test_names_are_safe(void **state)
{
    (void)state;
    double x, y;
    assert_true(scene_middle(&app, "\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a;x\x1b[31m\xff", &x, &y));
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_POINT, .x = x, .y = y});
    draw();
    for (size_t i = 0; i < screen.list.text_len; i++)
        assert_true((unsigned char)screen.list.text[i] >= 0x20 && screen.list.text[i] != 0x7f);
}

static struct gf_event random_event(int w, int h)
{
    static const int keys[] = {GF_KEY_ESCAPE,
                               GF_KEY_HOME,
                               GF_KEY_LEFT,
                               GF_KEY_RIGHT,
                               GF_KEY_UP,
                               GF_KEY_DOWN,
                               GF_KEY_PAGE_UP,
                               GF_KEY_ENTER,
                               GF_KEY_F1,
                               'C',
                               'F',
                               GF_KEY_BACKSPACE,
                               GF_KEY_TAB,
                               GF_KEY_DELETE,
                               GF_KEY_MENU,
                               'Z',
                               GF_KEY_TAB,
                               'O',
                               'V'};
    static const char chars[] = "+-0?diotsxn/N.bcvwwafFxXhHmMkKrR%ugllL~/";
    struct gf_event e = {.x = rand() % (w + 40) - 20, .y = rand() % (h + 40) - 20};
    switch (rand() % 10) {
    case 0:
    case 1:
        e.type = GF_EVENT_KEY;
        e.key = keys[(size_t)rand() % (sizeof keys / sizeof *keys)];
        e.down = true;
        e.mods = rand() % 4 ? 0 : (unsigned)rand() % 8;
        break;
    case 2:
        e.type = GF_EVENT_CHAR;
        e.codepoint = rand() % 10 ? (uint32_t)chars[(size_t)rand() % (sizeof chars - 1)]
                                  : (uint32_t)rand() % 0x10ffff;
        break;
    case 3:
    case 4:
        e.type = GF_EVENT_BUTTON;
        e.button = rand() % 5;
        e.down = rand() % 2;
        e.mods = rand() % 4 ? 0 : GF_MOD_SHIFT;
        break;
    case 5:
        e.type = GF_EVENT_SCROLL;
        e.dy = rand() % 21 - 10;
        e.dx = rand() % 3 - 1;
        e.mods = rand() % 3 ? 0 : (unsigned)rand() % 4;
        break;
    case 8:
        e.type = rand() % 20 ? GF_EVENT_SCALE : GF_EVENT_DROP;
        e.path = "some/file.folded";
        break;
    case 6:
        e.type = rand() % 5 ? GF_EVENT_CURSOR : GF_EVENT_LEAVE;
        break;
    case 7:
        e.type = rand() % 4 ? GF_EVENT_CURSOR : GF_EVENT_RESIZE;
        e.width = rand() % 1500;
        e.height = rand() % 900;
        break;
    default:
        e.type = GF_EVENT_CURSOR;
        break;
    }
    return e;
}

static void assert_sound(void)
{
    const struct gf_frames *f = &app.scene->profile->frames;
    double total = (double)gf_app_total(&app);
    assert_true(app.view.span > 0 && app.view.span <= total);
    assert_true((double)app.view.x + app.view.frac + app.view.span <= total * (1 + 1e-9));
    assert_true(app.view.frac >= 0 && app.view.frac < 1);
    assert_true(app.view.scroll >= 0 || app.scene->half > 0);
    assert_true(app.searches.n == 0 || app.searches.active < app.searches.n);
    assert_true(app.searches.n <= GF_SEARCHES && app.narrow.n <= GF_STEPS);
    assert_true(app.focus.node < f->n && gf_frame_depth(f, app.focus.node) == app.focus.depth);
    if (app.selected.node != GF_NO_NODE)
        assert_int_equal(gf_frame_depth(f, app.selected.node), app.selected.depth);
}

/* What is wished for goes on beside the window, and is done some time later, or never. */
enum { LATER = 5 };
static struct {
    struct gf_job *job;
    int kind;
} later[LATER];
enum { SEARCHED, NARROWED, TABULATED, COLORED, LOOKED_UP, MARKED };

static void put_off(struct gf_job *job, int kind)
{
    for (int i = 0; i < LATER; i++)
        if (!later[i].job) {
            later[i].job = job;
            later[i].kind = kind;
            return;
        }
    app.coloring = app.coloring && kind != COLORED; /* then it is begun again */
    job->free(job);
}

static void begin_wishes(void)
{
    struct gf_wishes *w = &app.wishes;
    const struct gf_palette palette = {.mode = "module"};
    const struct gf_searches *all = &app.searches;
    if (w->narrow && app.read) {
        put_off(gf_narrow_job(&app.narrow, app.read, &palette, &app.themes, app.lens.loaded, 0),
                NARROWED);
        app.narrow.working = true;
    }
    for (unsigned i = 0; w->search && i < all->n; i++)
        put_off(gf_search_job(&all->items[i], app.scene, 0), SEARCHED);
    if (w->tabulate)
        put_off(gf_table_job(app.scene, app.base, 0), TABULATED);
    if (w->look_up)
        put_off(gf_open_job(&app, 1), LOOKED_UP);
    if (app.base && !app.coloring && gf_app_wants_colors(&app))
        put_off(gf_colors_job(&app, 1), COLORED);
    struct gf_job *marks = w->mark ? gf_marks_job(&app, 1) : NULL;
    if (marks)
        put_off(marks, MARKED);
    w->narrow = w->search = w->tabulate = w->look_up = w->mark = false;
}

static void finish_one(int i, bool take)
{
    struct gf_job *job = later[i].job;
    atomic_bool cancel;
    atomic_init(&cancel, false);
    later[i].job = NULL;
    if (!job)
        return;
    if (take || later[i].kind == COLORED) { /* of colours each comes back */
        job->run(job, &cancel);
        struct gf_narrowed made;
        if (later[i].kind == SEARCHED)
            gf_app_found(&app, gf_search_result(job));
        else if (later[i].kind == COLORED)
            gf_app_recolored(&app, job);
        else if (later[i].kind == MARKED)
            gf_app_marked(&app, job);
        else if (later[i].kind == LOOKED_UP)
            gf_app_looked_up(&app, gf_names_result(job));
        else if (later[i].kind == TABULATED)
            gf_app_tabulated(&app, gf_table_result(job));
        else if (made = gf_narrow_result(job), true)
            gf_app_narrowed(&app, &made);
    }
    job->free(job);
}

/* So many random events; now and then more of `text` has been read. */
static void storm(int events, const char *text)
{
    srand(7);
    app.loading = false;
    int narrowed = 0, found = 0, asked = 0, opened = 0, colored = 0;
    double now = 1;
    for (int i = 0; i < events; i++) {
        app.animate = i / 1000 % 2;
        send(random_event(app.width, app.height));
        now += rand() % 30 / 1000.0;
        gf_app_tick(&app, now);
        begin_wishes();
        if (rand() % 3 == 0)
            finish_one(rand() % LATER, rand() % 8);
        gf_app_unfold(&app);
        if (app.wishes.derive && rand() % 3 == 0)
            scene_unfold(&app);
        assert_sound();
        narrowed += app.base != app.read;
        found += app.searches.marks != NULL;
        asked += app.drops.asking;
        opened += app.opening.names != NULL;
        colored += app.scene->twin != NULL;
        if (i % 17 == 0)
            draw();
        if (i % 901 == 0) {
            app.scale = 0.5 + rand() % 5 * 0.5;
            gf_app_adopt(&app, scene_from_folded(i % 2 ? text : "main;write;x 7\nmain 1\n", true));
        }
    }
    for (int i = 0; i < LATER; i++)
        finish_one(i, false);
    /* It has been everywhere. */
    int few = events / 2000, many = events / 200;
    assert_true(narrowed > many && found > many && asked > few && opened > few && colored > many);
}

static void test_storm(void **state)
{
    (void)state;
    storm(20000, profile);
}

static void test_storm_over_dense_rows(void **state)
{
    (void)state;
    char *text = dense_lines();
    open_on(text);
    storm(4000, text);
    free(text);
}

static void resize(double w, double h)
{
    gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE, .x = w, .y = h});
    draw();
}

/* In a window that is too low for all keys, they are read page by page. */
static void test_help_is_read_by_and_by(void **state)
{
    (void)state;
    type("?");
    resize(1280, 800);
    assert_true(shows("Moving") && shows("quit"));
    for (int32_t w = 300; w <= 1300; w += 1000) {
        resize(w, 300);
        assert_true(shows("Moving") && !shows("quit"));
        key(GF_KEY_DOWN, 0);
        draw();
        assert_true(!shows("Moving") && !shows("quit"));
        for (int i = 0; i < 12; i++)
            key(GF_KEY_PAGE_DOWN, 0);
        draw();
        assert_true(!shows("Moving") && shows("quit"));
        send((struct gf_event){.type = GF_EVENT_SCROLL, .dy = 1});
        draw();
        assert_true(!shows("quit"));
        resize(1280, 800); /* there is room for all again */
        assert_true(shows("Moving") && shows("quit"));
        for (int i = 0; i < 12; i++)
            key(GF_KEY_PAGE_UP, 0);
    }
    key(GF_KEY_PAGE_DOWN, 0);
    type("??");
    resize(300, 300);
    assert_true(shows("Moving")); /* from its beginning each time */
    resize(1, 1);
}

static void test_script_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t line;
    } bad[] = {
        {"wait loaded\nclick 1\n", 2},
        {"fly\n", 1},
        {"\n# x\nwheel 1 2 nan\n", 3},
        {"key Hyper-X\n", 1},
        {"wait -1\n", 1},
        {"wait\n", 1},
        {"move 1 2 3", 1},
        {"screenshot\n", 1},
        {"wheel 1 2 3 Alpha", 1},
    };
    struct gf_script script;
    struct gf_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(gf_script_parse(bad[i].text, strlen(bad[i].text), &script, &err));
        assert_int_equal(err.code, GF_ERR_FORMAT);
        assert_int_equal(err.line, bad[i].line);
    }
    static const char good[] = "wait still\r\n  key Ctrl-Shift-F\n# no\ntype a b\nzoom_to a;b c\n";
    assert_true(gf_script_parse(good, sizeof good - 1, &script, &err));
    const struct gf_step *step = gf_script_next(&script, &app, true);
    assert_int_equal(step->event.key, 'F');
    assert_int_equal(step->event.mods, GF_MOD_CONTROL | GF_MOD_SHIFT);
    gf_script_next(&script, &app, true); /* its release */
    for (const char *c = "a b"; *c; c++)
        assert_int_equal(gf_script_next(&script, &app, true)->event.codepoint, (uint32_t)*c);
    assert_string_equal(gf_script_next(&script, &app, true)->text, "a;b c");
    assert_null(gf_script_next(&script, &app, true));
    assert_true(gf_script_done(&script));
    gf_script_free(&script);
}

/* Rectangles of the outlines that frames of a name should have: asked of every frame. */
static unsigned outline_rects(const struct gf_graph *g, uint32_t name)
{
    unsigned n = 0;
    for (uint32_t node = 0; node < g->frames->n; node++) {
        int32_t x, y, w, h;
        uint32_t depth = gf_frame_depth(g->frames, node);
        struct gf_plane plane = gf_plane_of_node(g, node);
        bool twice = g->half > 0 && node == g->frames->end[1]; /* the band is one for both halves */
        if (g->frames->name[node] == name && node != 0 && !twice &&
            gf_end_px(&plane, node) - gf_start_px(&plane, node) >= 3 &&
            gf_layout_frame_box(g, node, depth, &x, &y, &w, &h))
            n += w > 2 && h > 2 ? 4 : 1;
    }
    return n;
}

/* Pointing at a frame outlines all of its function that are not too thin, wherever they are: in
 * dense rows, scrolled, zoomed, and in both halves of a sandwich. */
static void test_every_frame_of_the_function_is_outlined(void **state)
{
    (void)state;
    enum { LINES = 4000, LINE = 80 };
    char *text = malloc((size_t)LINES * LINE), *at = text;
    assert_non_null(text);
    for (unsigned i = 0, r = 7; i < LINES; i++) {
        r = r * 1664525 + 1013904223;
        at += snprintf(at, LINE, "a%u;b%u;a%u;c%u;b%u;c%u;a%u;d%u %u\n", r >> 30, r >> 28 & 3,
                       r >> 27 & 3, r >> 22 & 7, r >> 20 & 3, r >> 12 & 63, r >> 9 & 3, i % 90,
                       1 + (i % 50 == 0) * (r >> 8 & 8191));
    }
    gf_app_adopt(&app, scene_from_folded(text, true));
    free(text);
    unsigned found = 0, seed = 5;
    for (int i = 0; i < 300; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t node = (seed >> 3) % app.scene->profile->frames.n;
        if (i % 5 == 4)
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_ZOOM_TO, .node = node});
        else if (i % 7 == 0)
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_SHOW_ALL});
        if (i % 11 == 0)
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_RESIZE,
                                             .x = 300 + 97 * (i % 9),
                                             .y = i % 2 ? 900 : 130});
        if (i % 3 == 0)
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_SCROLL, .amount = i % 2 ? 60 : -40});
        if (i == 150) {
            gf_app_do(&app, &(struct gf_act){.what = GF_DO_LENS,
                                             .amount = GF_DERIVE_SANDWICH,
                                             .node = app.scene->profile->frames.name[1]});
            scene_unfold_all(&app);
        }
        struct gf_graph g = gf_app_graph(&app);
        gf_app_do(&app, &(struct gf_act){.what = GF_DO_POINT,
                                         .x = g.x + (seed >> 9) % g.width,
                                         .y = g.y + (seed >> 5) % g.height});
        if (app.hovered.node == GF_NO_NODE || app.hovered.node == 0)
            continue;
        draw();
        const struct gf_theme *theme = gf_app_theme(&app);
        uint32_t soft = gf_color_mix(theme->text, theme->background, 72);
        unsigned rects = 0;
        for (size_t k = 0; k < screen.list.nrects; k++)
            rects += screen.list.rects[k].color == soft;
        assert_int_equal(rects, outline_rects(&g, g.frames->name[app.hovered.node]));
        found += rects;
    }
    assert_true(found > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_click_is_not_drag),
        APP_TEST(test_zones),
        APP_TEST(test_every_frame_of_the_function_is_outlined),
        APP_TEST(test_card_never_covers_its_frame),
        APP_TEST(test_names_are_safe),
        APP_TEST(test_storm),
        APP_TEST(test_storm_over_dense_rows),
        APP_TEST(test_help_is_read_by_and_by),
        APP_TEST(test_script_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
