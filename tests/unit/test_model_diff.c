/* Differentials: both counts of every path, decimals, scaling, and what happens without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gigaflame/narrow.h>

#include "layout/color.h"
#include "layout/palette.h"
#include "model/diff.h"
#include "model/narrow.h"
#include "support/fail_memory.h"
#include "support/scene_build.h"

static struct gf_profile *differential(const char *before, const char *after, bool normalize,
                                       struct gf_error *err)
{
    struct gf_scene *a = scene_from_folded(before, true), *b = scene_from_folded(after, true);
    const struct gf_diff_params params = {.normalize = normalize, .threads = 2};
    struct gf_profile *out;
    gf_diff(a->profile, b->profile, &params, NULL, &out, err);
    gf_scene_drop(a);
    gf_scene_drop(b);
    return out;
}

static void check_node(const struct gf_profile *p, const char *path, uint64_t before,
                       uint64_t after)
{
    uint32_t node = gf_scene_path(&p->frames, path);
    if (node == GF_NO_NODE)
        fail_msg("no %s", path);
    assert_int_equal(gf_frame_total(&p->frames, node, GF_BEFORE), before);
    assert_int_equal(gf_frame_total(&p->frames, node, GF_AFTER), after);
}

static void test_both_sides(void **state)
{
    (void)state;
    struct gf_profile *p =
        differential("a;b 10\na;gone 3\nz 2\n", "z 3\na;b 4\na;new;b 8\n", false, NULL);
    assert_non_null(p);
    assert_true(gf_is_differential(&p->frames));
    check_node(p, "", 15, 15);
    check_node(p, "a", 13, 12);
    check_node(p, "a;b", 10, 4);
    check_node(p, "a;gone", 3, 0);
    check_node(p, "a;new;b", 0, 8);
    check_node(p, "z", 2, 3);
    assert_int_equal(p->stats.stacks, 4);
    assert_int_equal(p->stats.max_depth, 3);
    assert_int_equal(p->stats.files, 2);
    assert_int_equal(gf_diff_only_on(&p->frames, GF_BEFORE), 3);
    assert_int_equal(gf_diff_only_on(&p->frames, GF_AFTER), 8);
    gf_profile_free(p);
}

/* The side with fewer decimals is brought to the unit of the other. */
static void test_decimals(void **state)
{
    (void)state;
    struct gf_profile *p = differential("a 1.25\n", "a 3\nb 1\n", false, NULL);
    assert_non_null(p);
    assert_int_equal(p->decimals, 2);
    check_node(p, "a", 125, 300);
    check_node(p, "b", 0, 100);
    gf_profile_free(p);
    p = differential("a 18446744073709551615\n", "a 0.5\n", false, NULL);
    assert_null(p);
    p = differential("a 2.5\nb 7.5\n", "a 18446744073709551615\n", true, NULL);
    assert_non_null(p);
    check_node(p, "", UINT64_MAX, UINT64_MAX);
    check_node(p, "b", 0xc000000000000000, 0);
    gf_profile_free(p);
}

/* Every path keeps its weights under other widths, and BOTH is the larger side of each stack. */
static void test_views(void **state)
{
    (void)state;
    struct gf_profile *p =
        differential("a;x 30\na;y 10\nb 60\n", "a;x 50\na;z 20\nb 130\n", false, NULL);
    assert_non_null(p);
    const struct gf_frames *f = &p->frames;
    for (int w = GF_WIDTHS_AFTER; w <= GF_WIDTHS_BOTH; w++)
        for (int normalize = 0; normalize < 2; normalize++) {
            struct gf_profile *v;
            assert_true(gf_diff_view(p, (enum gf_widths)w, normalize, NULL, &v, NULL));
            const struct gf_frames *g = &v->frames;
            uint32_t after = gf_side(g, GF_AFTER), before = gf_side(g, GF_BEFORE);
            assert_true(gf_is_differential(g) && after != before);
            assert_string_equal(gf_unit_name(g, 0), "samples");
            for (uint32_t node = 0; node < f->n; node++) {
                uint64_t a = gf_frame_self(f, node, GF_AFTER),
                         b = gf_frame_self(f, node, GF_BEFORE);
                b *= normalize ? 2 : 1; /* 100 to 200 */
                assert_int_equal(gf_frame_self(g, node, after), a);
                assert_int_equal(gf_frame_self(g, node, before), b);
                assert_int_equal(gf_frame_self(g, node, 0), w == GF_WIDTHS_AFTER    ? a
                                                            : w == GF_WIDTHS_BEFORE ? b
                                                            : a > b                 ? a
                                                                                    : b);
            }
            assert_int_equal(gf_diff_only_on(g, GF_BEFORE), normalize ? 20 : 10);
            gf_profile_free(v);
        }
    gf_profile_free(p);
    struct gf_error err = {0};
    struct gf_profile *v;
    p = differential("a 18446744073709551615\n", "b 1\n", false, NULL);
    assert_false(gf_diff_view(p, GF_WIDTHS_BOTH, false, NULL, &v, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    const atomic_bool cancel = true;
    assert_false(gf_diff_view(p, GF_WIDTHS_AFTER, true, &cancel, &v, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    gf_profile_free(p);
}

/* The paths of all frames in the order of their bytes, one a line. */
static void list_paths(const struct gf_frames *f, char *out, size_t cap)
{
    static char paths[64][128];
    uint32_t open[16] = {0}, depth = 0;
    size_t n = 0;
    for (uint32_t node = 1; node < f->n; node++) {
        while (f->end[open[depth]] <= node)
            depth--;
        open[++depth] = node;
        assert_true(depth < 15 && n < 64);
        paths[n][0] = '\0';
        for (uint32_t d = 1; d <= depth; d++) {
            size_t len, at = strlen(paths[n]);
            const char *name = gf_frame_name(f, open[d], &len);
            snprintf(paths[n] + at, sizeof paths[n] - at, "%s%.*s", d > 1 ? ";" : "", (int)len,
                     name);
        }
        n++;
    }
    qsort(paths, n, sizeof *paths, (int (*)(const void *, const void *))strcmp);
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(out + used, cap - used, "%s\n", paths[i]);
    assert_true(n > 0 && used < cap);
}

/* A share is one of a side, whichever is larger, so that the same frames stay whatever gives the
 * widths. In widths of both d is 20 of 190, more than the 10% that it has on either side. */
static void test_below(void **state)
{
    (void)state;
    static const struct {
        double percent;
        const char *left;
    } cases[] = {{0, "a\nb\nc\nd\nd;x\nd;y\n"},
                 {9, "a\nb\nc\nd\nd;x\nd;y\n"},
                 {10, "a\nb\nc\nd\nd;x\nd;y\n"},
                 {10.2, "a\nb\n"},
                 {80, "a\nb\n"},
                 {81, NULL}};
    struct gf_profile *p =
        differential("a 80\nc 10\nd;x 10\n", "b 80\nc 10\nd;y 10\n", false, NULL);
    for (enum gf_widths w = GF_WIDTHS_AFTER; w <= GF_WIDTHS_BOTH; w++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const struct gf_narrow_step step = {.kind = GF_NARROW_BELOW,
                                                .percent = cases[i].percent};
            const struct gf_narrow_params params = {.steps = &step, .n = 1};
            struct gf_profile *v, *narrowed;
            struct gf_error err;
            char left[1024];
            assert_true(gf_diff_view(p, w, false, NULL, &v, NULL));
            bool ok = gf_narrow(v, &params, NULL, &narrowed, NULL, &err);
            assert_int_equal(ok, cases[i].left != NULL);
            if (ok) {
                list_paths(&narrowed->frames, left, sizeof left);
                assert_string_equal(left, cases[i].left);
            } else {
                assert_int_equal(err.code, GF_ERR_EMPTY);
            }
            gf_profile_free(narrowed);
            gf_profile_free(v);
        }
    gf_profile_free(p);
}

static void test_refused(void **state)
{
    (void)state;
    struct gf_error err = {0};
    assert_null(differential("a 1 2\nb 3 4\n", "a 1\n", false, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    struct gf_scene *scene = scene_from_folded("a 1\n", true);
    const struct gf_diff_params params = {0};
    const atomic_bool cancel = true;
    struct gf_profile *out;
    assert_false(gf_diff(scene->profile, scene->profile, &params, &cancel, &out, &err));
    assert_int_equal(err.code, GF_ERR_CANCELLED);
    assert_null(out);
    gf_scene_drop(scene);
}

static void test_change_text(void **state)
{
    (void)state;
    static const struct {
        uint64_t before, after;
        const char *text;
    } cases[] = {{0, 0, "0%"},
                 {7, 7, "0%"},
                 {0, 1, "new"},
                 {1, 0, "gone"},
                 {4, 3, "-25.0%"},
                 {1, 3, "+200%"},
                 {1000, 1001, "+0.10%"},
                 {UINT64_MAX, 1, "-99.99%"},
                 {2, 199, "+9850%"},
                 {2, 300, "x150"},
                 {1, UINT64_MAX, "x1.84e+19"}};
    char out[24];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(gf_change_text(out, cases[i].before, cases[i].after), cases[i].text);
}

/* Grey where nothing changed, and the two ways of changing apart; more change, more colour. */
static void test_colors(void **state)
{
    (void)state;
    struct gf_profile *p = differential("a 10\nb 10\nc 10\nd 10\ne 10\n",
                                        "a 10\nb 20\nc 5\nd 40\nf 10\n", false, NULL);
    struct gf_colors colors, negated;
    const struct gf_palette palette = {.mode = "diff", .theme = gf_theme_by_name("light")};
    assert_non_null(p);
    assert_true(gf_colors_make(&p->frames, 0, &palette, &colors, NULL));
    struct gf_palette swapped = palette;
    swapped.negate = true;
    assert_true(gf_colors_make(&p->frames, 0, &swapped, &negated, NULL));
    uint32_t fill[6];
    static const char *const paths[] = {"a", "b", "c", "d", "e", "f"};
    for (int i = 0; i < 6; i++)
        fill[i] = gf_fill_of(&colors, &p->frames, gf_scene_path(&p->frames, paths[i]), 0);
    struct gf_legend_entry legend[GF_LEGEND_MAX];
    assert_int_equal(gf_palette_legend(&palette, legend), 5);
    assert_int_equal(fill[4], legend[0].fill); /* gone */
    assert_int_equal(fill[2], legend[1].fill); /* halved */
    assert_int_equal(fill[0], legend[2].fill); /* same */
    assert_int_equal(fill[1], legend[3].fill); /* doubled */
    assert_int_equal(fill[5], legend[4].fill); /* new */
    for (int i = 0; i < 5; i++)
        for (int k = i + 1; k < 5; k++)
            assert_int_not_equal(legend[i].fill, legend[k].fill);
    uint32_t b = gf_scene_path(&p->frames, "b"), c = gf_scene_path(&p->frames, "c");
    assert_int_equal(gf_fill_of(&negated, &p->frames, b, 0), fill[2]);
    assert_int_equal(gf_fill_of(&negated, &p->frames, c, 0), fill[1]);
    gf_colors_free(&colors);
    gf_colors_free(&negated);
    gf_profile_free(p);
}

/* Every step of both ramps, in both themes, carries legible text. */
static void test_contrast(void **state)
{
    (void)state;
    char before[8192] = "", after[8192] = "";
    for (int i = 1; i <= 200; i++) {
        snprintf(before + strlen(before), sizeof before - strlen(before), "f%d %d\n", i, i);
        snprintf(after + strlen(after), sizeof after - strlen(after), "f%d %d\n", i, 201 - i);
    }
    struct gf_profile *p = differential(before, after, false, NULL);
    assert_non_null(p);
    for (int dark = 0; dark < 2; dark++) {
        const struct gf_palette palette = {.mode = "diff",
                                           .theme = gf_theme_by_name(dark ? "dark" : "light")};
        struct gf_colors colors;
        assert_true(gf_colors_make(&p->frames, 0, &palette, &colors, NULL));
        assert_int_equal(colors.n, 201);
        for (uint32_t i = 0; i < colors.n; i++)
            assert_true(gf_color_contrast(gf_text_on(palette.theme, colors.fill[i]),
                                          colors.fill[i]) >= 4.5);
        gf_colors_free(&colors);
    }
    gf_profile_free(p);
}

/* The same through the library. */
static void test_library(void **state)
{
    (void)state;
    struct gf_scene *a = scene_from_folded("a;b 10\na;gone 3\nz 2\n", true);
    struct gf_scene *b = scene_from_folded("z 3\na;b 4\na;new;b 8\n", true);
    struct gf_error err = {0};
    uint64_t self, total;
    struct gf_profile *both =
        gf_profile_diff(a->profile, b->profile, 0, GF_SIBLINGS_BY_WEIGHT, &err);
    assert_non_null(both);
    const struct gf_narrow_rule rules[] = {
        {.kind = GF_NARROW_FOCUS, .pattern = "B$", .ignore_case = 1},
        {.kind = GF_NARROW_HIDE, .pattern = "new", .plain = 1}};
    struct gf_profile *out = gf_profile_narrow(both, rules, 2, GF_SIBLINGS_BY_NAME, &err);
    assert_non_null(out);
    check_node(out, "a;b", 10, 12);
    assert_int_equal(gf_profile_frame_before(out, 1, &self, &total), 1);
    assert_true(self == 0 && total == 10);
    assert_int_equal(gf_profile_frame_before(out, 3, &self, &total), 0);
    assert_int_equal(gf_profile_frame_before(a->profile, 1, &self, &total), 0);
    gf_profile_free(out);
    struct gf_narrow_rule many[65] = {0};
    assert_null(gf_profile_narrow(both, many, 65, GF_SIBLINGS_BY_NAME, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    gf_profile_free(both);
    gf_scene_drop(a);
    gf_scene_drop(b);
}

/* Every request for memory fails once: an error and nothing lost. */
static void test_no_memory(void **state)
{
    (void)state;
    struct gf_scene *a = scene_from_folded("a;b 10\na;c;b 3\nz 2\n", true);
    struct gf_scene *b = scene_from_folded("z 3\na;b 4\na;new;b 8\n", true);
    const struct gf_narrow_step steps[] = {
        {.kind = GF_NARROW_HIDE, .pattern = {.text = "c|new", .n = 5, .regex = true}},
        {.kind = GF_NARROW_COLLAPSE},
        {.kind = GF_NARROW_COLLAPSE_ALL},
        {.kind = GF_NARROW_BELOW, .percent = 1},
        {.kind = GF_NARROW_FOCUS, .pattern = {.text = "b", .n = 1}}};
    const struct gf_diff_params diff = {0};
    const struct gf_narrow_params narrow = {.steps = steps, .n = 5};
    bool failed = true;
    for (long at = 0; failed; at++) {
        struct gf_profile *both = NULL, *out = NULL;
        struct gf_changes changes = {0};
        struct gf_error err = {0};
        fail_memory_at(at);
        bool ok = gf_diff(a->profile, b->profile, &diff, NULL, &both, &err) &&
                  gf_narrow(both, &narrow, NULL, &out, NULL, &err) &&
                  gf_diff_functions(&out->frames, false, NULL, NULL, &changes, &err);
        failed = fail_memory_failed();
        fail_memory_at(-1);
        if (ok) {
            check_node(out, "a;b", 13, 12);
            assert_int_equal(changes.n, 2);
        } else {
            assert_int_equal(err.code, GF_ERR_NOMEM);
        }
        gf_changes_free(&changes);
        gf_profile_free(out);
        gf_profile_free(both);
    }
    gf_scene_drop(a);
    gf_scene_drop(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_sides), cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_views),      cmocka_unit_test(test_below),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_change_text),
        cmocka_unit_test(test_colors),     cmocka_unit_test(test_library),
        cmocka_unit_test(test_contrast),   cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
