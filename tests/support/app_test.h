/* What tests of the explorer's state begin with: an app on a profile, what is drawn of it and the
 * events that it gets. No window. A test is an entry APP_TEST(function) where `profile` is the
 * folded text that it is opened on; the app is freed after it. */
#ifndef GF_TESTS_APP_TEST_H
#define GF_TESTS_APP_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/scene_build.h"
#include "ui/input.h"

extern struct gf_app app; /* loaded, without animation */
extern struct gf_screen screen;
extern struct gf_input input;

struct app_lines {
    const char *folded;
};
/* Their state is a struct app_lines. */
int app_setup(void **state);
int app_teardown(void **state);
#define APP_TEST(name)                                                                             \
    cmocka_unit_test_prestate_setup_teardown(name, app_setup, app_teardown,                        \
                                             &(struct app_lines){profile})

/* Opens the app on other lines than those that the test began with. */
void open_on(const char *folded);

/* Folded lines of rows that are dense: what is drawn of them has to be prepared. To be freed. */
char *dense_lines(void);
/* Opens the app on these. */
void open_dense(void);

/* A command with an amount, about no frame. */
void do_amount(enum gf_do what, double amount);
/* A command with a text. */
void do_text(enum gf_do what, double amount, const char *text);
/* A command about the frame at a path, which has to be there. */
void do_path(enum gf_do what, const char *path);
void assert_selected(const char *path);

/* Draws the app into `screen`. */
void draw(void);
/* Whether this was drawn as a label of its own. */
bool shows(const char *text);
/* What the window would hand over; clicks go to what was drawn last. */
void send(struct gf_event event);
void key(int which, unsigned mods);
void type(const char *text);

#endif
