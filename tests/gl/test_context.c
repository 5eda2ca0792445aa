/* Off-screen contexts: opened and closed again and again, and refused with advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/renderer.h"

static void test_names(void **state)
{
    (void)state;
    struct gf_gl *gl;
    assert_true(gf_gl_open_headless(&gl, NULL));
    assert_true(strlen(gf_gl_renderer_name(gl)) > 0);
    int major = 0, minor = 0;
    assert_int_equal(sscanf(gf_gl_version(gl), "%d.%d", &major, &minor), 2);
    assert_true(major > 3 || (major == 3 && minor >= 3));
    assert_true(gf_gl_max_size(gl) >= 4096 && gf_gl_max_size(gl) <= INT16_MAX);
    assert_int_equal(gf_gl_is_software(gl), strstr(gf_gl_renderer_name(gl), "llvmpipe") != NULL);
    gf_gl_close(gl);
    gf_gl_close(NULL);
}

/* Each context draws one pixel of its own colour. Under the address sanitizer this finds leaks. */
static void test_again_and_again(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 20; i++) {
        struct gf_error err;
        struct gf_gl *gl = NULL;
        struct gf_text *text = NULL;
        struct gf_renderer *renderer = NULL;
        if (!gf_gl_open_headless(&gl, &err) || !gf_text_open(&text, &err) ||
            !gf_renderer_create(gl, text, &renderer, &err))
            fail_msg("%s", err.message);
        struct gf_drawlist list = {.width = 1, .height = 1, .clear = 0xff0000ff - i * 9};
        uint8_t rgb[3];
        assert_true(gf_renderer_draw_to_rgb(renderer, &list, rgb, &err));
        assert_int_equal(rgb[0], 255 - i * 9);
        gf_renderer_destroy(renderer);
        gf_text_close(text);
        gf_gl_close(gl);
    }
}

/* With no driver to be had the message says what to install. */
static void test_no_driver(void **state)
{
    (void)state;
    const char *old = getenv("__EGL_VENDOR_LIBRARY_FILENAMES");
    if (old)
        skip();
    setenv("__EGL_VENDOR_LIBRARY_FILENAMES", "/nonexistent/vendor.json", 1);
    struct gf_gl *gl;
    struct gf_error err = {0};
    bool opened = gf_gl_open_headless(&gl, &err);
    unsetenv("__EGL_VENDOR_LIBRARY_FILENAMES");
    if (opened) { /* an EGL without the vendor-neutral loader */
        gf_gl_close(gl);
        skip();
    }
    assert_null(gl);
    assert_int_equal(err.code, GF_ERR_GL);
    assert_non_null(strstr(err.message, "install libegl1 and libgl1-mesa-dri"));
}

int main(int argc, char **argv)
{
    /* The loader reads its environment once in a process: this one gets its own. */
    if (argc > 1 && strcmp(argv[1], "no-driver") == 0) {
        const struct CMUnitTest none[] = {cmocka_unit_test(test_no_driver)};
        return cmocka_run_group_tests(none, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_again_and_again),
    };
    struct gf_gl *gl;
    struct gf_error err;
    if (!gf_gl_open_headless(&gl, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 77;
    }
    gf_gl_close(gl);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
