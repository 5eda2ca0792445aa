#include "app_test.h"

#include <stdio.h>
#include <stdlib.h>

struct gf_app app;
struct gf_screen screen;
struct gf_input input;

void open_on(const char *folded)
{
    gf_app_free(&app);
    scene_open_app(&app, folded);
    app.loading = false;
    input = (struct gf_input){0};
}

int app_setup(void **state)
{
    screen = (struct gf_screen){0};
    open_on(((struct app_lines *)*state)->folded);
    return 0;
}

int app_teardown(void **state)
{
    (void)state;
    gf_screen_free(&screen);
    gf_app_free(&app);
    return 0;
}

void do_amount(enum gf_do what, double amount)
{
    gf_app_do(&app, &(struct gf_act){.what = what, .amount = amount, .node = GF_NO_NODE});
}

void do_text(enum gf_do what, double amount, const char *text)
{
    gf_app_do(&app, &(struct gf_act){.what = what, .amount = amount, .text = text});
}

void do_path(enum gf_do what, const char *path)
{
    uint32_t node = scene_node(&app, path);
    assert_int_not_equal(node, GF_NO_NODE);
    gf_app_do(&app, &(struct gf_act){.what = what, .node = node});
}

void assert_selected(const char *path)
{
    uint32_t node = scene_node(&app, path);
    assert_int_equal(app.selected.node, node);
    assert_int_equal(app.selected.depth, gf_frame_depth(&app.scene->profile->frames, node));
}

void draw(void)
{
    struct gf_error err;
    if (!gf_screen_draw(&screen, &app, false, &err))
        fail_msg("%s", err.message);
}

bool shows(const char *text)
{
    for (size_t i = 0; i < screen.list.nlabels; i++) {
        const struct gf_label *l = &screen.list.labels[i];
        if (l->len == strlen(text) && memcmp(screen.list.text + l->text, text, l->len) == 0)
            return true;
    }
    return false;
}

void send(struct gf_event event)
{
    gf_input_event(&input, &app, &screen, &event);
}

void key(int which, unsigned mods)
{
    send((struct gf_event){.type = GF_EVENT_KEY, .key = which, .mods = mods, .down = true});
}

void type(const char *text)
{
    for (; *text; text++)
        send((struct gf_event){.type = GF_EVENT_CHAR, .codepoint = (unsigned char)*text});
}

char *dense_lines(void)
{
    enum { WIDE = 9000, LINE = 64 };
    char *text = malloc((size_t)WIDE * LINE), *at = text;
    assert_non_null(text);
    for (int i = 0; i < WIDE; i++)
        at += snprintf(at, LINE, "main;f%d;g%d %d\n", i, i % 7, 1 + i % 5);
    return text;
}

void open_dense(void)
{
    char *text = dense_lines();
    open_on(text);
    free(text);
}
