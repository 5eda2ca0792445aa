/* Other colours and the other theme come in place, made beside the drawing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/layout_state.h"
#include "layout/pyramid.h"
#include "support/app_test.h"
#include "ui/colors.h"
#include "ui/marks.h"
#include "ui/sandwich.h"
#include "ui/stop.h"

static const char profile[] = "main;read;parse 400\nmain;read 100\nmain;write 300\nother 200\n";

enum { LIGHT = 0, DARK = 1 };

static void take(struct gf_job *job)
{
    gf_app_recolored(&app, job);
    job->free(job);
    assert_false(app.coloring);
}

static void recolor(void)
{
    assert_true(gf_app_wants_colors(&app));
    struct gf_job *job = gf_colors_job(&app, 0);
    assert_true(app.coloring);
    job->run(job, NULL);
    take(job);
}

static void test_colors_change_in_place(void **state)
{
    (void)state;
    assert_false(gf_app_wants_colors(&app));
    do_text(GF_DO_NARROW, GF_NARROW_FOCUS, "main");
    scene_narrow(&app);
    uint32_t node = scene_node(&app, "main;read");
    do_path(GF_DO_ZOOM_TO, "main;read");
    do_text(GF_DO_SEARCH_SET, 0, "parse");
    scene_search(&app, 0);
    struct gf_view view = app.view;
    const struct gf_profile *shown = app.scene->profile, *read = app.read->profile;
    uint32_t before = app.scene->colors[0].fill[shown->frames.name[node]];
    unsigned changed = 0;
    const char *const *names = gf_palette_names();
    for (unsigned i = 0; names[i]; i++) {
        do_amount(GF_DO_COLORS, 1);
        assert_string_not_equal(app.look.mode, "diff");
        if (!gf_app_wants_colors(&app)) /* once around */
            continue;
        recolor();
        assert_false(gf_app_wants_colors(&app));
        changed += app.scene->colors[0].fill[shown->frames.name[node]] != before;
        assert_string_equal(app.scene->colors[1].palette.mode, app.look.mode);
    }
    assert_true(changed > 5);
    do_amount(GF_DO_COLOR_BLIND, 0);
    recolor();
    assert_ptr_equal(app.scene->profile, shown);
    assert_ptr_equal(app.read->profile, read);
    assert_memory_equal(&app.view, &view, sizeof view);
    assert_int_equal(app.focus.node, node);
    assert_non_null(app.searches.marks);
    assert_true(gf_search_valid(&app.searches.items[0], app.scene));
    /* A lens is made of it anew, and shares the index. */
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold_all(&app);
    do_amount(GF_DO_COLORS, -1);
    recolor();
    scene_unfold_all(&app);
    assert_string_equal(app.scene->colors[0].palette.mode, app.look.mode);
    assert_int_equal(app.lens.kind, GF_DERIVE_BOTTOM_UP);
    /* What has been replaced meanwhile is not brought back. */
    do_amount(GF_DO_COLORS, 1);
    struct gf_job *late = gf_colors_job(&app, 0);
    late->run(late, NULL);
    gf_app_adopt(&app, scene_from_folded("a;b 3\n", true));
    take(late);
    assert_int_equal(gf_frame_total(&app.read->profile->frames, 0, 0), 3);
}

/* The palette is stopped like anything else: the one before stays. */
static void test_colors_are_given_up(void **state)
{
    (void)state;
    do_amount(GF_DO_COLORS, 1);
    struct gf_job *late = gf_colors_job(&app, 0);
    gf_app_busy(&app, (struct gf_busy){.what = "Colouring", .share = 0.5, .can_stop = true});
    do_amount(GF_DO_ESCAPE, 0);
    assert_true(app.wishes.stop_colors);
    assert_false(gf_app_wants_colors(&app));
    late->run(late, NULL); /* it was done just before it could be stopped */
    take(late);
    assert_string_equal(app.look.mode, "module");
    assert_string_equal(app.scene->colors[0].palette.mode, "module");
}

/* ---- the theme ---- */

static void assert_theme(bool dark)
{
    assert_int_equal(app.dark, dark);
    assert_int_equal(app.to_dark, dark);
    assert_int_equal(atomic_load(&app.themes), 1u << dark);
    assert_false(gf_app_wants_colors(&app));
}

/* As large a part of the picture as is told apart by the theme. */
static void assert_same_picture(const struct gf_drawlist *a, const struct gf_drawlist *b)
{
    assert_int_equal(a->clear, b->clear);
    assert_int_equal(a->nrects, b->nrects);
    assert_memory_equal(a->rects, b->rects, a->nrects * sizeof *a->rects);
    assert_int_equal(a->nlabels, b->nlabels);
    assert_memory_equal(a->labels, b->labels, a->nlabels * sizeof *a->labels);
    assert_int_equal(a->strips.columns, b->strips.columns);
    assert_int_equal(a->strips.rows, b->strips.rows);
    assert_true(a->strips.columns > 0);
    assert_memory_equal(a->strips.texels, b->strips.texels,
                        (size_t)a->strips.columns * a->strips.rows * sizeof *a->strips.texels);
}

static void test_small_profiles_change_at_once(void **state)
{
    (void)state;
    assert_theme(false);
    do_amount(GF_DO_THEME, -1);
    assert_theme(true);
    do_amount(GF_DO_THEME, 1);
    assert_theme(true);
    do_amount(GF_DO_THEME, 0);
    assert_theme(false);
    gf_app_free(&app);
    gf_app_init(&app, &scene_measure, "test"); /* there is nothing to see yet */
    do_amount(GF_DO_THEME, -1);
    assert_theme(true);
}

/* The picture after the change is that of an app that was in this theme all along. */
static void test_the_theme_comes_when_it_is_ready(void **state)
{
    (void)state;
    open_dense();
    draw();
    do_amount(GF_DO_THEME, -1);
    assert_false(app.dark);
    assert_true(gf_app_wants_colors(&app));
    assert_int_equal(atomic_load(&app.themes), 3);
    assert_null(gf_scene_scratch(app.scene, DARK)->impl);
    recolor();
    assert_theme(true);
    assert_non_null(gf_scene_scratch(app.scene, DARK)->impl);
    assert_null(gf_scene_scratch(app.scene, LIGHT)->impl); /* nobody looks at it any more */
    const struct gf_layout_state *ready = gf_scene_scratch(app.scene, DARK)->impl;
    uint64_t key = ready->key;
    draw();
    assert_true(ready->key == key); /* what was made ready is what is drawn */
    struct gf_screen switched = screen;
    screen = (struct gf_screen){0};
    open_dense();
    gf_app_set_theme(&app, true);
    draw();
    assert_same_picture(&switched.list, &screen.list);
    gf_screen_free(&switched);
    /* And back. */
    do_amount(GF_DO_THEME, 0);
    recolor();
    assert_theme(false);
}

static void test_the_theme_is_given_up(void **state)
{
    (void)state;
    atomic_bool cancel;
    atomic_init(&cancel, true);
    open_dense();
    do_amount(GF_DO_THEME, -1);
    struct gf_job *late = gf_colors_job(&app, 0);
    gf_app_busy(&app, (struct gf_busy){.what = "Colouring", .share = 0.5, .can_stop = true});
    do_amount(GF_DO_ESCAPE, 0);
    assert_true(app.wishes.stop_colors);
    assert_theme(false);
    late->run(late, &cancel);
    assert_false(gf_scene_is_warm(app.scene, DARK));
    take(late);
    assert_theme(false);
    /* Once more, and back before it has come: what was made for nobody is let go of. */
    do_amount(GF_DO_THEME, -1);
    late = gf_colors_job(&app, 0);
    do_amount(GF_DO_THEME, -1);
    late->run(late, NULL);
    assert_true(gf_meter_share(&late->meter) > 0.9);
    take(late);
    assert_theme(false);
    assert_false(gf_scene_is_warm(app.scene, DARK));
    assert_null(gf_scene_scratch(app.scene, DARK)->impl);
}

/* What can be come back to without a job is ready, too. */
static void test_the_theme_of_all_that_is_seen(void **state)
{
    (void)state;
    open_dense();
    do_text(GF_DO_NARROW, GF_NARROW_IGNORE, "f1");
    scene_narrow(&app);
    do_amount(GF_DO_LENS, GF_DERIVE_BOTTOM_UP);
    scene_unfold_all(&app);
    assert_ptr_not_equal(app.scene, app.base);
    assert_ptr_not_equal(app.base, app.read);
    do_amount(GF_DO_THEME, -1);
    recolor();
    assert_theme(true);
    assert_true(gf_scene_is_warm(app.scene, DARK));
    assert_true(gf_scene_is_warm(app.base, DARK));
    assert_true(gf_scene_is_warm(app.read, DARK));
    assert_false(gf_scene_is_warm(app.read, LIGHT));
}

/* What comes while the theme changes is ready in both; the theme waits for what has come. */
static void test_newer_scenes_while_the_theme_changes(void **state)
{
    (void)state;
    open_dense();
    do_text(GF_DO_NARROW, GF_NARROW_IGNORE, "f1");
    app.wishes.narrow = false;
    app.narrow.working = true;
    struct gf_job *narrowing =
        gf_narrow_job(&app.narrow, app.read, &app.look, &app.themes, app.lens.loaded, 0);
    do_amount(GF_DO_THEME, -1);
    struct gf_job *coloring = gf_colors_job(&app, 0);
    narrowing->run(narrowing, NULL);
    struct gf_narrowed made = gf_narrow_result(narrowing);
    gf_app_narrowed(&app, &made);
    narrowing->free(narrowing);
    assert_true(gf_scene_is_warm(app.scene, LIGHT) && gf_scene_is_warm(app.scene, DARK));
    assert_false(app.dark); /* what was read is not ready */
    coloring->run(coloring, NULL);
    take(coloring);
    assert_theme(true);
    /* One that came without it is waited for. */
    do_amount(GF_DO_THEME, -1);
    coloring = gf_colors_job(&app, 0);
    coloring->run(coloring, NULL);
    char *text = dense_lines();
    do_amount(GF_DO_NARROW_UNDO, 0);
    gf_app_adopt(&app, scene_from_folded(text, true));
    free(text);
    take(coloring);
    assert_true(app.dark && gf_app_wants_colors(&app));
    recolor();
    assert_theme(false);
}

/* Palette and theme at once. */
static void test_both_at_once(void **state)
{
    (void)state;
    open_dense();
    do_amount(GF_DO_COLORS, 1);
    do_amount(GF_DO_THEME, -1);
    recolor();
    if (gf_app_wants_colors(&app)) /* one after the other will do */
        recolor();
    assert_theme(true);
    assert_string_equal(app.scene->colors[DARK].palette.mode, app.look.mode);
    assert_true(gf_scene_is_warm(app.scene, DARK));
}

/* ---- marks ---- */

/* What the layout has of the scene in the theme that is shown. */
static struct gf_layout_state *layout(void)
{
    return gf_scene_scratch(app.scene, app.dark)->impl;
}

/* What is noted of the first frames that match only in part. */
static uint16_t *note(void)
{
    struct gf_layout_state *s = layout();
    assert_true(s && s->pyramid && s->matched);
    for (uint32_t r = 0; r < s->pyramid_rows; r++)
        for (uint32_t b = 0; s->pyramid[r].match_mask && b < s->pyramid[r].nblocks; b++)
            if (s->pyramid[r].match_mask[b] != 0 && s->pyramid[r].match_mask[b] != UINT16_MAX)
                return &s->pyramid[r].match_mask[b];
    fail();
    return NULL;
}

/* The matches are known before the picture is drawn, which would put right what is noted wrong if
 * it found them itself; and they are those that it would find. */
static void assert_known(void)
{
    uint16_t known = *note(), wrong = (uint16_t)(known << 1 | known >> 15); /* as many */
    *note() = wrong;
    draw();
    assert_int_equal(*note(), wrong);
    *note() = known;
    draw();
    struct gf_screen ahead = screen;
    screen = (struct gf_screen){0};
    layout()->matched = false;
    draw();
    assert_int_equal(*note(), known);
    assert_same_picture(&ahead.list, &screen.list);
    gf_screen_free(&ahead);
}

static struct gf_job *begin_marks(void)
{
    assert_true(app.wishes.mark);
    app.wishes.mark = false;
    struct gf_job *job = gf_marks_job(&app, 0);
    assert_non_null(job);
    return job;
}

static void end_marks(struct gf_job *job)
{
    job->run(job, NULL);
    gf_app_marked(&app, job);
    job->free(job);
}

static void look_for(const char *text)
{
    do_text(GF_DO_SEARCH_SET, 0, text);
    scene_search(&app, 0);
}

/* Until the matches are found what was drawn before stays; then they are there. */
static void test_marks_are_found_beside(void **state)
{
    (void)state;
    open_dense();
    draw();
    look_for("f1");
    assert_null(gf_app_matched(&app));
    assert_non_null(app.searches.marks);
    draw();
    assert_false(layout()->matched);
    end_marks(begin_marks());
    assert_non_null(gf_app_matched(&app));
    assert_known();
    /* Another search, and none: that is seen at once. */
    look_for("f2");
    assert_memory_not_equal(gf_app_matched(&app), app.searches.marks,
                            app.scene->profile->frames.names.n);
    end_marks(begin_marks());
    assert_known();
    do_amount(GF_DO_SEARCH_REMOVE, -1);
    assert_false(app.wishes.mark);
    assert_null(gf_app_matched(&app));
    /* A picked function likewise. */
    do_path(GF_DO_SELECT, "main;f7");
    type("g");
    assert_true(app.picked != GF_NO_NAME);
    end_marks(begin_marks());
    assert_known();
    type("g");
    assert_null(gf_app_matched(&app));
}

/* What is found too late is dropped. */
static void test_late_marks(void **state)
{
    (void)state;
    open_dense();
    draw();
    look_for("f1");
    struct gf_job *late = begin_marks();
    look_for("f2");
    end_marks(late);
    assert_null(gf_app_matched(&app));
    late = begin_marks();
    do_amount(GF_DO_SEARCH_REMOVE, -1);
    end_marks(late);
    assert_null(gf_app_matched(&app));
    look_for("f3");
    late = begin_marks();
    char *text = dense_lines();
    gf_app_adopt(&app, scene_from_folded(text, true));
    free(text);
    end_marks(late);
    assert_null(gf_app_matched(&app));
    draw();
    scene_search(&app, 0);
    end_marks(begin_marks());
    assert_known();
    gf_app_adopt(&app, scene_from_folded("a;f3 2\na;b 1\n", true));
    assert_null(gf_app_matched(&app)); /* these were other names */
    scene_search(&app, 0);
    assert_non_null(gf_app_matched(&app)); /* and nothing to find ahead */
    assert_false(app.wishes.mark);
}

/* Other colours, and the other theme, have the same matches: nobody finds them again. */
static void test_marks_have_no_colour(void **state)
{
    (void)state;
    open_dense();
    draw();
    look_for("f1");
    end_marks(begin_marks());
    draw();
    do_amount(GF_DO_THEME, -1);
    recolor();
    assert_theme(true);
    assert_known();
    do_amount(GF_DO_COLORS, 1);
    recolor();
    assert_known();
    do_amount(GF_DO_THEME, -1);
    recolor();
    assert_theme(false);
    assert_known();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        APP_TEST(test_colors_change_in_place),
        APP_TEST(test_colors_are_given_up),
        APP_TEST(test_small_profiles_change_at_once),
        APP_TEST(test_the_theme_comes_when_it_is_ready),
        APP_TEST(test_the_theme_is_given_up),
        APP_TEST(test_the_theme_of_all_that_is_seen),
        APP_TEST(test_newer_scenes_while_the_theme_changes),
        APP_TEST(test_both_at_once),
        APP_TEST(test_marks_are_found_beside),
        APP_TEST(test_late_marks),
        APP_TEST(test_marks_have_no_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
