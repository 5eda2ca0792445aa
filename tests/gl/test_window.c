/* The window: opened, drawn in, woken and closed. Events of a person are tests/gui's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glad/gl.h>

#include "base/clock.h"
#include "gl/context_glfw.h"
#include "gl/renderer.h"

static struct gf_window *window;

static void test_draw(void **state)
{
    (void)state;
    struct gf_error err;
    struct gf_text *text;
    struct gf_renderer *renderer;
    assert_true(gf_text_open(&text, &err));
    if (!gf_renderer_create(gf_window_gl(window), text, &renderer, &err))
        fail_msg("%s", err.message);
    int width, height;
    gf_window_size(window, &width, &height);
    assert_int_equal(width, 320 * gf_window_scale(window));
    assert_int_equal(height, 200 * gf_window_scale(window));
    struct gf_drawlist list = {0};
    gf_drawlist_reset(&list, (uint32_t)width, (uint32_t)height, 0xff102030);
    assert_true(gf_drawlist_rect(&list, 0, 0, 10, 10, 0xff0000ff, &err));
    assert_true(gf_drawlist_rect(&list, 0, height - 10, 10, 10, 0xff00ff00, &err));
    gf_window_show(window);
    gf_window_poll(window);
    static const enum gf_renderer_path paths[] = {GF_RENDERER_QUADS, GF_RENDERER_COMPOSED};
    for (int i = 0; i < 2; i++) {
        gf_renderer_use(renderer, paths[i]);
        if (!gf_renderer_draw(renderer, &list, &err))
            fail_msg("%s", err.message);
        uint8_t top[4], bottom[4], middle[4];
        glReadPixels(5, height - 5, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, top);
        glReadPixels(5, 5, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, bottom);
        glReadPixels(width / 2, height / 2, 1, 1, GL_RGBA, GL_UNSIGNED_BYTE, middle);
        assert_memory_equal(top, "\xff\0\0", 3);
        assert_memory_equal(bottom, "\0\xff\0", 3);
        assert_memory_equal(middle, "\x30\x20\x10", 3);
        gf_window_swap(window);
    }
    gf_drawlist_free(&list);
    gf_renderer_destroy(renderer);
    gf_text_close(text);
}

static void *wake(void *unused)
{
    (void)unused;
    gf_window_wake();
    return NULL;
}

static void test_wake(void **state)
{
    (void)state;
    /* Until the window system has nothing more to say: then a wait takes its time. */
    double start;
    int tries = 0;
    do {
        struct gf_event event;
        while (gf_window_next(window, &event))
            continue;
        assert_true(tries++ < 100);
        start = gf_now();
        gf_window_wait(window, 0.2);
    } while (gf_now() - start < 0.19);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wake, NULL), 0);
    start = gf_now();
    gf_window_wait(window, 10);
    assert_true(gf_now() - start < 8);
    pthread_join(thread, NULL);
}

static void test_clipboard_and_cursor(void **state)
{
    (void)state;
    gf_window_clipboard_set(window, "malloc \xe2\x86\x92 free");
    assert_string_equal(gf_window_clipboard(window), "malloc \xe2\x86\x92 free");
    for (int i = 0; i < 2 * GF_CURSORS; i++)
        gf_window_cursor(window, (enum gf_cursor)(i % GF_CURSORS));
    gf_window_title(window, "gigaflame: \xd8\xb9");
    gf_window_vsync(window, false);
    gf_window_fullscreen(window, true);
    assert_true(gf_window_is_fullscreen(window));
    gf_window_poll(window);
    gf_window_fullscreen(window, false);
    assert_false(gf_window_is_fullscreen(window));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_wake),
        cmocka_unit_test(test_clipboard_and_cursor),
    };
    struct gf_error err;
    const struct gf_window_params params = {.title = "test", .width = 320, .height = 200};
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) {
        /* That there is no display must be said, not crash. */
        if (gf_window_open(&params, &window, &err) || err.code != GF_ERR_GL ||
            !strstr(err.message, "display")) {
            fprintf(stderr, "no display, but no error that says so\n");
            return 1;
        }
        return 0;
    }
    if (!gf_window_open(&params, &window, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 77;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gf_window_close(window);
    return failed;
}
