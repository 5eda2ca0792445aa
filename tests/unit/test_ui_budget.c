/* The explorer where --max-memory is used up: what does not fit is said, and what was seen stays as
 * it was; with more of it the same goes through. No window. */
#include "support/test_cmocka.h"

#include <stdio.h>
#include <string.h>

#include "support/scene_build.h"
#include "ui/compare.h"

static const char two[] = "m;a;x 30 60\nm;a 20 20\nm;gone;g 40 0\nm;fresh 0 40\nm;b 10 10\n";

static struct gf_app app;
static struct gf_budget *budget;
static uint64_t used; /* by others, for good */

/* An app whose profile leaves nothing of the budget. */
static int setup(void **state)
{
    (void)state;
    enum { LIMIT = 1 << 20 };
    scene_open_app(&app, two);
    app.loading = false;
    budget = gf_budget_make(LIMIT);
    gf_scene_join(app.read, budget);
    used = gf_budget_left(budget);
    assert_true(used < LIMIT);
    gf_budget_count(budget, used);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gf_app_free(&app);
    gf_budget_drop(budget);
    return 0;
}

static void act(enum gf_do what, double amount, const char *text)
{
    gf_app_do(&app,
              &(struct gf_act){.what = what, .amount = amount, .text = text, .node = GF_NO_NODE});
}

static void take_sides(void)
{
    struct gf_error err;
    assert_true(app.wishes.sides);
    app.wishes.sides = false;
    struct gf_job *job = gf_sides_job(app.read, app.sides, &app.themes, 0);
    job->run(job, NULL);
    struct gf_scene *scene = gf_compare_result(job, &err);
    gf_app_sided(&app, scene, &err);
    job->free(job);
}

static void by_name(void)
{
    act(GF_DO_ORDER, 0, NULL);
    scene_unfold(&app);
}

static void bottom_up(void)
{
    act(GF_DO_LENS, GF_DERIVE_BOTTOM_UP, NULL);
    scene_unfold(&app);
}

static void narrowed(void)
{
    act(GF_DO_NARROW, GF_NARROW_FOCUS, "a");
    scene_narrow(&app);
}

static void widths(void)
{
    act(GF_DO_WIDTHS, GF_WIDTHS_BOTH, NULL);
    take_sides();
}

static void (*const changes[])(void) = {by_name, bottom_up, narrowed, widths};

static void test_refused(void **state)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct gf_scene *seen = app.scene;
        struct gf_profile *profile = seen->profile;
        uint64_t total = gf_app_total(&app);
        changes[i]();
        assert_non_null(strstr(app.toast, "--max-memory"));
        if (changes[i] == by_name) { /* it goes back to what it can show */
            assert_int_equal(app.lens.order, GF_ORDER_WEIGHT);
        }
        assert_ptr_equal(app.scene->profile, profile);
        assert_int_equal(gf_app_total(&app), total);
        assert_int_equal(gf_budget_left(budget), 0);
        gf_budget_give(budget, used);
        assert_int_equal(gf_budget_left(budget), used);
        teardown(state);
        setup(state);
        profile = app.scene->profile;
        gf_budget_give(budget, used); /* now there is room */
        app.toast[0] = '\0';
        changes[i]();
        assert_null(strstr(app.toast, "--max-memory"));
        assert_ptr_not_equal(app.scene->profile, profile);
        assert_true(gf_budget_left(budget) < used);
        teardown(state);
        setup(state);
    }
}

/* A scene in other colours is another one to draw. */
static void test_colors(void **state)
{
    (void)state;
    struct gf_scene *out;
    struct gf_error err = {0};
    assert_false(gf_scene_recolored(app.scene, &(struct gf_palette){.mode = "hot"}, &out, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    gf_budget_give(budget, used);
    assert_true(gf_scene_recolored(app.scene, &(struct gf_palette){.mode = "hot"}, &out, &err));
    gf_scene_drop(out);
    assert_int_equal(gf_budget_left(budget), used);
}

/* Dense rows are there for one theme, and while it is switched for both. */
static void test_themes(void **state)
{
    (void)state;
    static char text[5000 * 12];
    size_t n = 0;
    for (unsigned i = 0; i < 5000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "a;f%u 1\n", i);
    struct gf_scene *scene = scene_from_folded(text, true);
    struct gf_error err = {0};
    uint64_t dense = gf_layout_scratch_cost(&scene->profile->frames);
    assert_true(dense > (uint64_t)5000 * 8);
    gf_budget_give(budget, used);
    gf_scene_join(scene, budget);
    uint64_t left = gf_budget_left(budget);
    gf_budget_count(budget, left);
    gf_scene_cool(scene, 0);
    gf_scene_cool(scene, 1);
    assert_true(gf_scene_warm(scene, 0, NULL, NULL, &err));
    assert_false(gf_scene_warm(scene, 1, NULL, NULL, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    gf_budget_give(budget, left);
    assert_true(gf_scene_warm(scene, 1, NULL, NULL, &err));
    assert_int_equal(gf_budget_left(budget), left - dense);
    gf_scene_cool(scene, 0);
    assert_int_equal(gf_budget_left(budget), left);
    assert_true(gf_scene_warm(scene, 0, NULL, NULL, &err));
    gf_scene_drop(scene);
    assert_int_equal(gf_budget_left(budget), used);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(test_refused), TEST(test_colors), TEST(test_themes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
