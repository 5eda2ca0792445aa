#include <math.h>

#include "support/graph_build.h"
#include "support/frames_build.h"
#include "support/test_cmocka.h"

static long double left_edge(struct gf_view v)
{
    return (long double)v.x + (long double)v.frac;
}

static void zooming_keeps_what_is_under_the_pointer(void **state)
{
    (void)state;
    const uint64_t total = 1000000;
    struct gf_view v = {.span = (double)total};
    double px = 333.25, width = 1000;
    long double under = left_edge(v) + px / width * v.span;
    for (int i = 0; i < 60; i++) {
        v = gf_view_zoom(v, 1.3, px, width, total);
        long double now = left_edge(v) + px / width * v.span;
        assert_true(fabsl(now - under) < 1e-6L);
        assert_true(v.frac >= 0 && v.frac < 1);
    }
    assert_true(v.span < 1);
    for (int i = 0; i < 40; i++)
        v = gf_view_zoom(v, 1 / 1.3, px, width, total);
    assert_true(fabsl(left_edge(v) + px / width * v.span - under) < 1e-6L);
}

static void views_stay_within_the_profile(void **state)
{
    (void)state;
    const uint64_t totals[] = {0, 1, 7, 1000, 1ull << 60, UINT64_MAX};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        uint64_t total = totals[i];
        double most = total ? (double)total : 1;
        struct gf_view v = {.span = most};
        static const double moves[] = {10, -10, 1e9, -1e9, 3, 1e30, -1e30, 0.1};
        for (int step = 0; step < 200; step++) {
            v = step % 3 ? gf_view_pan(v, moves[step % 8], 1000, total)
                         : gf_view_zoom(v, step % 2 ? 2.5 : 0.7, step * 37 % 1000, 1000, total);
            assert_true(v.span >= 1.0 / 64 && v.span <= most);
            assert_true(v.frac >= 0 && v.frac < 1);
            long double end = left_edge(v) + (long double)v.span;
            assert_true(end <= (long double)most * (1 + 1e-15L) + 1e-6L);
        }
        v = gf_view_zoom(v, 1e-300, 500, 1000, total);
        assert_true(v.x == 0 && v.frac == 0 && v.span == most);
        v = gf_view_zoom(v, 1e300, 500, 1000, total);
        assert_true(v.span == 1.0 / 64);
    }
}

static void view_of_a_node_fits_it(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_folded(&f, "a;b 5\na;c 11\nd 3\n");
    struct gf_graph g = graph_of(&f, 640, 100, "hot", &colors);
    uint32_t c = f.row_nodes[f.row_start[2] + 1];
    g.view = gf_view_node(&f, 0, c);
    int32_t x, y, w, h;
    assert_true(gf_layout_frame_box(&g, c, 2, &x, &y, &w, &h));
    assert_int_equal(x, 0);
    assert_int_equal(w, 639); /* one pixel of background at its right edge */
    assert_int_equal(y, 20);
    assert_int_equal(h, 9);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

/* One sample between two halves of 2^60. */
static void one_sample_in_2_60_is_exact(void **state)
{
    (void)state;
    const uint64_t half = 1ull << 59;
    const struct build_node nodes[] = {
        {0, 0, 0}, {1, 0, half - 1}, {1, 1, 1}, {1, 2, 3}, {1, 3, half - 3}};
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_nodes(&f, nodes, 5);
    struct gf_graph g = graph_of(&f, 1000, 100, "hot", &colors);
    g.view = (struct gf_view){.x = half - 3, .frac = 0.5, .span = 8};
    int32_t x, y, w, h;
    /* The sample lies at [half - 1, half): 1.5 to 2.5 weights from the edge, 125 pixels each. */
    assert_true(gf_layout_frame_box(&g, 2, 1, &x, &y, &w, &h));
    assert_int_equal(x, 188); /* 187.5 */
    assert_int_equal(x + w + 1, 313);
    assert_true(gf_layout_frame_box(&g, 3, 1, &x, &y, &w, &h));
    assert_int_equal(x, 313);
    assert_int_equal(w + 1, 688 - 313);
    assert_true(gf_layout_frame_box(&g, 1, 1, &x, &y, &w, &h));
    assert_int_equal(x, 0);
    assert_int_equal(w + 1, 188);
    assert_int_equal(gf_layout_hit(&g, 200.5, 15).node, 2);
    assert_int_equal(gf_layout_hit(&g, 187.5, 15).node, 1);
    assert_int_equal(gf_layout_hit(&g, 700, 15).node, 4);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

/* Panning by whole pixels moves every frame by that many, and widths stay as they are. */
static void panning_moves_frames_rigidly(void **state)
{
    (void)state;
    const uint64_t half = 1ull << 59;
    const struct build_node nodes[] = {{0, 0, 0}, {1, 0, half}, {1, 1, 1},
                                       {1, 2, 5}, {1, 3, 2},    {1, 4, half}};
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_nodes(&f, nodes, 6);
    struct gf_graph g = graph_of(&f, 1024, 100, "hot", &colors);
    uint64_t total = gf_frame_total(&f, 0, 0);
    g.view = (struct gf_view){.x = half - 3, .frac = 0.1, .span = 13.3};
    int32_t x0[6], w0[6], x, y, w, h;
    for (uint32_t i = 2; i < 5; i++)
        assert_true(gf_layout_frame_box(&g, i, 1, &x0[i], &y, &w0[i], &h));
    for (int step = 1; step <= 100; step++) {
        g.view = gf_view_pan(g.view, step % 2 ? 3 : -1, 1024, total);
        int moved = step % 2 ? step + 2 : step;
        for (uint32_t i = 2; i < 5; i++) {
            assert_true(gf_layout_frame_box(&g, i, 1, &x, &y, &w, &h));
            assert_int_equal(x, x0[i] - moved);
            assert_int_equal(w, w0[i]);
        }
    }
    gf_colors_free(&colors);
    frames_build_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zooming_keeps_what_is_under_the_pointer),
        cmocka_unit_test(views_stay_within_the_profile),
        cmocka_unit_test(view_of_a_node_fits_it),
        cmocka_unit_test(one_sample_in_2_60_is_exact),
        cmocka_unit_test(panning_moves_frames_rigidly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
