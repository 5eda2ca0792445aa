/* The OpenGL renderer against the reference drawing, off-screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glad/gl.h>

#include "gl/renderer.h"
#include "support/reference.h"

struct fixture {
    struct gf_gl *gl;
    struct gf_text *text;
    struct gf_renderer *renderer;
    struct gf_drawlist list;
};

static struct fixture f;
static uint32_t seed = 1;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

static uint32_t opaque(void)
{
    return 0xff000000u | rnd(1u << 24);
}

/* Where the pixels come from: read back after instanced quads, composed in place, or composed,
 * handed to the driver, and read back. */
enum way { QUADS, COMPOSED, UPLOADED, WAYS };

static bool draw_one_way(enum way way, uint8_t *rgb, struct gf_error *err)
{
    gf_renderer_use(f.renderer, way == QUADS ? GF_RENDERER_QUADS : GF_RENDERER_COMPOSED);
    if (way != UPLOADED)
        return gf_renderer_draw_to_rgb(f.renderer, &f.list, rgb, err);
    if (!gf_renderer_draw_offscreen(f.renderer, &f.list, err))
        return false;
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, (GLsizei)f.list.width, (GLsizei)f.list.height, GL_RGB, GL_UNSIGNED_BYTE,
                 rgb);
    return true;
}

/* Draws f.list every way; no byte may differ from the reference by more than `tolerance`. */
static void check_tolerance(unsigned tolerance)
{
    uint32_t w = f.list.width, h = f.list.height;
    size_t n = (size_t)w * h * 3;
    uint8_t *drawn = malloc(n + 16), *wanted = malloc(n);
    assert_non_null(drawn);
    assert_non_null(wanted);
    assert_true(gf_reference_draw(&f.list, f.text, wanted));
    for (enum way way = QUADS; way < WAYS; way++) {
        struct gf_error err;
        memset(drawn, 0xa5, n + 16);
        if (!draw_one_way(way, drawn, &err))
            fail_msg("%s", err.message);
        uint32_t x, y;
        unsigned worst = gf_reference_compare(drawn, wanted, w, h, &x, &y);
        const uint8_t *d = drawn + ((size_t)y * w + x) * 3, *r = wanted + ((size_t)y * w + x) * 3;
        if (worst > tolerance)
            fail_msg("way %d, %u x %u: pixel %u, %u is %u %u %u and should be %u %u %u", (int)way,
                     w, h, x, y, d[0], d[1], d[2], r[0], r[1], r[2]);
        for (int i = 0; i < 16; i++)
            assert_int_equal(drawn[n + (size_t)i], 0xa5); /* nothing behind it is written */
    }
    free(drawn);
    free(wanted);
}

static void reset(uint32_t w, uint32_t h)
{
    gf_drawlist_reset(&f.list, w, h, opaque());
}

static void add_layer(void)
{
    assert_true(gf_drawlist_layer(&f.list, NULL));
}

/* As it is, without the clipping of gf_drawlist_rect. */
static void add_raw_rect(int x, int y, unsigned w, unsigned h, uint32_t color)
{
    assert_true(gf_drawlist_rect(&f.list, 0, 0, 1, 1, color, NULL));
    f.list.rects[f.list.nrects - 1] =
        (struct gf_rect){(int16_t)x, (int16_t)y, (uint16_t)w, (uint16_t)h, color};
}

static void add_label(struct gf_label label, const char *text, size_t n)
{
    assert_true(gf_drawlist_label(&f.list, label, text, n, NULL));
}

static struct gf_label label_at(float x, int baseline, unsigned px)
{
    return (struct gf_label){.x = x,
                             .baseline = baseline,
                             .clip_x0 = 0,
                             .clip_x1 = INT32_MAX,
                             .color = 0xff101010,
                             .px = (uint16_t)px};
}

static void random_rects(unsigned n, bool translucent)
{
    for (unsigned i = 0; i < n; i++) {
        int x = (int)rnd(f.list.width + 80) - 40, y = (int)rnd(f.list.height + 80) - 40;
        uint32_t color = translucent ? rnd(UINT32_MAX) : opaque();
        add_raw_rect(x, y, rnd(60), rnd(40), color);
    }
}

static void test_rects_exact(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        reset(1 + rnd(300), 1 + rnd(200));
        random_rects(200, false);
        check_tolerance(0);
    }
}

static void test_rects_translucent(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        reset(1 + rnd(300), 1 + rnd(200));
        random_rects(8, true);
        check_tolerance(4); /* half a level a blend, and a pixel takes up to eight of them */
    }
    reset(40, 30);
    add_raw_rect(5, 5, 20, 20, 0x80ff4020);
    check_tolerance(1);
}

/* Rectangles that reach far beyond what a signed 16-bit size holds. */
static void test_rects_large(void **state)
{
    (void)state;
    reset(200, 100);
    add_raw_rect(-32768, 10, 65535, 20, 0xff0000ff);
    add_raw_rect(50, -32768, 10, 65535, 0xff00ff00);
    add_raw_rect(32767, 0, 65535, 100, 0xffff0000);
    add_raw_rect(150, 60, 65535, 65535, 0xff123456);
    check_tolerance(0);
}

/* More than one upload holds: the last ones must be there, and over the others. */
static void test_rects_many(void **state)
{
    (void)state;
    reset(24, 20);
    for (uint32_t i = 0; i < (1u << 20) + 7; i++)
        add_raw_rect((int)rnd(24), (int)rnd(20), 1, 1, opaque());
    check_tolerance(0);
}

static void random_strips(int32_t x, int32_t y, uint32_t columns, uint32_t rows, uint32_t pitch,
                          uint32_t height, unsigned full_in_8, bool translucent)
{
    assert_true(gf_drawlist_strips(&f.list, x, y, columns, rows, pitch, height, NULL));
    bool on = false;
    for (size_t i = 0; i < (size_t)columns * rows; i++) {
        if (rnd(20) == 0)
            on = rnd(8) < full_in_8;
        uint32_t color = translucent && rnd(3) == 0 ? 0x40000000u | rnd(1u << 24) : opaque();
        f.list.strips.texels[i] = on ? color : rnd(1u << 24);
    }
}

static void test_strips(void **state)
{
    (void)state;
    for (unsigned full = 0; full <= 8; full += 2) {
        reset(300, 150);
        random_strips(0, 3, 300, 8, 18, 17, full, false);
        check_tolerance(0);
        reset(301, 149);
        random_strips(-37, -20, 400, 12, 16, 16, full, false);
        check_tolerance(0);
        reset(97, 60);
        random_strips(20, 30, 33, 50, 3, 1, full, true);
        check_tolerance(1);
    }
    reset(50, 50); /* wholly outside, on each side */
    random_strips(-60, 0, 60, 3, 5, 4, 8, false);
    check_tolerance(0);
    reset(50, 50);
    random_strips(50, 0, 60, 3, 5, 4, 8, false);
    check_tolerance(0);
    reset(50, 50);
    random_strips(0, -30, 50, 3, 10, 9, 8, false);
    check_tolerance(0);
    reset(50, 50);
    random_strips(0, 50, 50, 3, 10, 9, 8, false);
    check_tolerance(0);
}

/* Texels of the frame before must not show: same size, other contents, then another size. */
static void test_strips_again(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        reset(64, 40);
        random_strips(0, 0, 64, 4, 10, 9, 5, false);
        check_tolerance(0);
    }
    reset(64, 40);
    random_strips(0, 0, 63, 5, 8, 7, 5, false);
    check_tolerance(0);
    reset(64, 40);
    check_tolerance(0);
}

static const char *const names[] = {
    "std::vector<int>::push_back",
    "malloc_consolidate",
    "AVATAR Tobias, LT. fi ffi",
    "runtime.mallocgc (inl)",
    "\xd8\xa7\xd9\x84\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a\xd8\xa9 main", /* Arabic */
    "\xe4\xb8\xad\xe6\x96\x87\xe5\x87\xbd\xe6\x95\xb0",              /* Chinese */
    "fire \xf0\x9f\x94\xa5 \xf0\x9f\x98\x80",                        /* emoji */
    "e\xcc\x81 a\xcc\x88 o\xcc\x82\xcc\x81 z\xcc\x8c",               /* combining marks */
    "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xce\xbb \xe2\x88\x80x",
    "bad \xff\xfe\xc3 utf-8 \xed\xa0\x80 \xf4\x90\x80\x80 end \xe4\xb8",
    "tab\there \x01\x1b[31m \xe2\x80\xae rtl",
    "",
};
#define NAMES (sizeof names / sizeof *names)

static void test_text(void **state)
{
    (void)state;
    static const unsigned sizes[] = {1, 8, 11, 12, 13, 16, 24, 40};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        reset(320, 40 + sizes[s] * 2 * NAMES);
        f.list.clear = 0xfff0f0f0;
        for (size_t i = 0; i < NAMES; i++) {
            int y = (int)(20 + (i + 1) * 3 * sizes[s] / 2);
            struct gf_label label = label_at((float)rnd(1000) / 100, y, sizes[s]);
            label.flags = i % 2 ? GF_LABEL_BOLD : 0;
            label.color = i % 3 ? opaque() : 0xff000000;
            add_label(label, names[i], strlen(names[i]));
        }
        check_tolerance(2); /* the lowest size's lines overlap */
    }
}

static void test_text_clip(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        reset(120, 60);
        struct gf_label label = label_at((float)rnd(20000) / 100 - 100, (int)rnd(100) - 20, 13);
        label.clip_x0 = (int32_t)rnd(160) - 20;
        label.clip_x1 = label.clip_x0 + (int32_t)rnd(60) - 5;
        label.color = rnd(4) ? opaque() : 0x80000000u | rnd(1u << 24);
        const char *name = names[rnd(NAMES)];
        add_label(label, name, strlen(name));
        check_tolerance(1);
    }
}

/* Values that no layout sends must not crash, and draw nothing where nothing can be seen. */
static void test_text_absurd(void **state)
{
    (void)state;
    reset(50, 30);
    struct gf_label label = label_at(1e30f, 20, 12);
    add_label(label, "far", 3);
    label.x = -1e8f;
    add_label(label, "far", 3);
    label = label_at(5, INT32_MIN, 12);
    add_label(label, "above", 5);
    label.baseline = INT32_MAX;
    add_label(label, "below", 5);
    label = label_at(5, 20, 0);
    label.clip_x1 = 0;
    add_label(label, "no size", 7);
    label = label_at(5, 20, 65535);
    label.clip_x0 = INT32_MAX;
    label.clip_x1 = INT32_MIN;
    add_label(label, "huge", 4);
    check_tolerance(0);

    enum { LONG = 100000 };
    char *text = malloc(LONG);
    assert_non_null(text);
    memset(text, 'W', LONG);
    add_label(label_at(-300, 20, 12), text, LONG);
    free(text);
    check_tolerance(1);
}

/* More coverage than one buffer takes at once. */
static void test_text_much(void **state)
{
    (void)state;
    reset(1500, 700);
    for (int i = 0; i < 60; i++) {
        struct gf_label label = label_at(-20, 500 + i, 440);
        label.color = opaque();
        add_label(label, "gWxO@", 5);
    }
    check_tolerance(8); /* a pixel on the edges is rounded sixty times */
}

/* Large glyphs, new ones in every picture: the atlas begins anew between and within lines. */
static void test_text_restart(void **state)
{
    (void)state;
    uint64_t generation = gf_text_atlas(f.text).generation;
    for (unsigned px = 478; px < 510; px++) {
        reset(1700, 500);
        add_label(label_at(0, 420, px), "TOGHm", 5);
        check_tolerance(1);
    }
    assert_true(gf_text_atlas(f.text).generation > generation);
}

static void test_layers(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        reset(200, 120);
        random_strips(0, 0, 200, 6, 18, 17, 6, false);
        for (int l = 0; l < 4; l++) {
            add_layer();
            random_rects(10, false);
            for (int k = 0; k < 4; k++) {
                const char *name = names[rnd(NAMES)];
                struct gf_label label = label_at((float)rnd(150), (int)rnd(120), 12 + rnd(8));
                label.color = opaque();
                add_label(label, name, strlen(name));
            }
        }
        add_layer(); /* an empty one */
        check_tolerance(3);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    uint32_t max = (uint32_t)gf_gl_max_size(f.gl);
    assert_true(max >= 4096);
    const uint32_t sizes[][2] = {{1, 1}, {2, 1}, {1, 3}, {7, 5}, {max, 1}, {1, max}, {max, 3}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        reset(sizes[i][0], sizes[i][1]);
        uint32_t w = f.list.width, h = f.list.height;
        for (int k = 0; k < 100; k++) {
            int64_t x = rnd(w), y = rnd(h);
            assert_true(gf_drawlist_rect(&f.list, x, y, 1 + rnd(3), 1 + rnd(3), opaque(), NULL));
        }
        assert_true(gf_drawlist_rect(&f.list, w - 1, h - 1, 1, 1, 0xff00ff00, NULL));
        check_tolerance(0);
    }
    reset(max, 2);
    random_strips(0, 0, max, 2, 1, 1, 4, false);
    check_tolerance(0);
    reset(2, max);
    random_strips(0, 0, 2, max, 1, 1, 4, false);
    check_tolerance(0);
}

/* Large enough for several threads and many bands: each must draw its part of everything. */
static void test_large(void **state)
{
    (void)state;
    reset(1700, 1300);
    random_strips(-5, 7, 1710, 80, 16, 15, 5, true);
    add_layer();
    random_rects(400, false);
    add_raw_rect(100, 3, 9, 1290, 0x700040ff);
    for (int k = 0; k < 300; k++) {
        const char *name = names[rnd(NAMES)];
        struct gf_label label = label_at((float)rnd(1700), (int)rnd(1310), 12 + rnd(30));
        label.color = opaque();
        add_label(label, name, strlen(name));
    }
    check_tolerance(4); /* several labels and rectangles lie over each other */
}

static void test_limits(void **state)
{
    (void)state;
    uint32_t max = (uint32_t)gf_gl_max_size(f.gl);
    uint8_t pixel[3];
    struct gf_error err = {0};
    reset(max + 1, 1);
    assert_false(gf_renderer_draw_to_rgb(f.renderer, &f.list, pixel, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    reset(1, max + 1);
    assert_false(gf_renderer_draw_to_rgb(f.renderer, &f.list, pixel, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    reset(0, 5);
    assert_false(gf_renderer_draw_to_rgb(f.renderer, &f.list, pixel, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    reset(1, 1);
    random_strips(0, 0, max + 1, 1, 1, 1, 8, false);
    assert_false(gf_renderer_draw_to_rgb(f.renderer, &f.list, pixel, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    reset(1, 1); /* and it draws on */
    check_tolerance(0);
}

static int setup(void **state)
{
    (void)state;
    struct gf_error err;
    if (!gf_text_open(&f.text, &err) || !gf_renderer_create(f.gl, f.text, &f.renderer, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gf_drawlist_free(&f.list);
    gf_renderer_destroy(f.renderer);
    gf_text_close(f.text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rects_exact),  cmocka_unit_test(test_rects_translucent),
        cmocka_unit_test(test_rects_large),  cmocka_unit_test(test_rects_many),
        cmocka_unit_test(test_strips),       cmocka_unit_test(test_strips_again),
        cmocka_unit_test(test_text),         cmocka_unit_test(test_text_clip),
        cmocka_unit_test(test_text_absurd),  cmocka_unit_test(test_text_much),
        cmocka_unit_test(test_text_restart), cmocka_unit_test(test_layers),
        cmocka_unit_test(test_sizes),        cmocka_unit_test(test_large),
        cmocka_unit_test(test_limits),
    };
    struct gf_error err;
    if (!gf_gl_open_headless(&f.gl, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 77;
    }
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    gf_gl_close(f.gl);
    return failed;
}
