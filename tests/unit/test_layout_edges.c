/* Profiles without width, of one frame, deep and wide beyond reason. */
#include <stdlib.h>
#include <string.h>

#include "support/frames_build.h"
#include "support/graph_build.h"
#include "support/raster.h"
#include "support/test_cmocka.h"

static struct gf_layout_counts draw(const struct gf_graph *g, struct gf_drawlist *list)
{
    struct gf_layout_scratch scratch = {0};
    struct gf_layout_counts counts = {0};
    gf_drawlist_reset(list, g->width, g->height, g->theme->background);
    assert_true(gf_layout_graph(g, &scratch, list, &counts, NULL));
    gf_layout_scratch_free(&scratch);
    return counts;
}

static void a_profile_without_weight_is_empty(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_from_folded(&f, "a;b 0\n");
    struct gf_graph g = graph_of(&f, 100, 50, "module", &colors);
    assert_int_equal(draw(&g, &list).drawn, 0);
    assert_int_equal(list.nrects + list.strips.rows + list.nlabels, 0);
    g.lod = false;
    assert_int_equal(draw(&g, &list).drawn, 0);
    assert_int_equal(gf_layout_hit(&g, 5, 5).node, GF_NO_NODE);
    gf_drawlist_free(&list);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

static void one_frame(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_from_folded(&f, "main 1\n");
    struct gf_graph g = graph_of(&f, 100, 20, "module", &colors);
    assert_int_equal(draw(&g, &list).drawn, 2);
    assert_int_equal(list.nrects, 2);
    assert_int_equal(list.nlabels, 2);
    assert_int_equal(list.rects[1].x, 0);
    assert_int_equal(list.rects[1].y, 10);
    assert_int_equal(list.rects[1].w, 99);
    assert_int_equal(list.rects[1].h, 9);
    assert_memory_equal(list.text + list.labels[1].text, "main", 4);
    assert_true(list.labels[1].x == 4);
    /* The root below. */
    g.inverted = false;
    draw(&g, &list);
    assert_memory_equal(list.text + list.labels[0].text, "main", 4);
    assert_int_equal(list.rects[0].y, 0);
    gf_drawlist_free(&list);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

/* A label stays in view when its frame begins left of it. */
static void labels_stick_to_the_left_edge(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_from_folded(&f, "some_function 100\nb 1\n");
    struct gf_graph g = graph_of(&f, 400, 20, "module", &colors);
    g.x = 30;
    g.view = gf_view_zoom(g.view, 50, 200, 400, 101);
    draw(&g, &list);
    assert_int_equal(list.nlabels, 2);
    assert_true(list.labels[1].x == 34);
    assert_int_equal(list.labels[1].clip_x0, 30);
    assert_memory_equal(list.text + list.labels[1].text, "some_function", 13);
    gf_drawlist_free(&list);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

static void a_stack_of_100000_frames(void **state)
{
    (void)state;
    enum { N = 100001 };
    struct build_node *nodes = calloc(N, sizeof *nodes);
    for (uint32_t i = 1; i < N; i++)
        nodes[i] = (struct build_node){i, i % 50, i == N - 1};
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_from_nodes(&f, nodes, N);
    struct gf_graph g = graph_of(&f, 300, 200, "hot", &colors);
    g.view.scroll = 10.0 * 70000;
    assert_int_equal(draw(&g, &list).drawn, 20);
    assert_int_equal(gf_layout_hit(&g, 5, 5).node, 70000);
    g.inverted = false;
    g.min_width = 0.1;
    assert_int_equal(draw(&g, &list).drawn, 20);
    assert_int_equal(gf_layout_hit(&g, 5, 199).node, 70000);
    g.view.scroll = 1e9;
    assert_int_equal(draw(&g, &list).drawn, 0);
    gf_drawlist_free(&list);
    gf_colors_free(&colors);
    frames_build_free(&f);
    free(nodes);
}

static void a_million_siblings(void **state)
{
    (void)state;
    enum { N = 1000001 };
    struct build_node *nodes = calloc(N, sizeof *nodes);
    for (uint32_t i = 1; i < N; i++)
        nodes[i] = (struct build_node){1, i % 2, 1};
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_from_nodes(&f, nodes, N);
    struct gf_graph g = graph_of(&f, 500, 20, "hot", &colors);
    colors.fill[0] = 0xff0000ffu;
    colors.fill[1] = 0xffff0000u;
    struct gf_layout_counts counts = draw(&g, &list);
    assert_int_equal(counts.merged, N - 1);
    assert_int_equal(list.strips.columns, 500);
    for (uint32_t c = 0; c < 500; c++)
        assert_true(raster_distance(list.strips.texels[500 + c], 0xff800080u) <= 1);
    g.view = gf_view_node(&f, 0, 500000);
    counts = draw(&g, &list);
    assert_int_equal(counts.drawn, 2);
    assert_int_equal(gf_layout_hit(&g, 250, 15).node, 500000);
    gf_drawlist_free(&list);
    gf_colors_free(&colors);
    frames_build_free(&f);
    free(nodes);
}

/* Rows that the graph's edge cuts do not stick out of it. */
static void scrolled_rows_end_at_the_edge(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_drawlist list = {0};
    frames_random(&f, 5, 900, 20, 8, 20);
    for (int inverted = 0; inverted < 2; inverted++) {
        struct gf_graph g = graph_of(&f, 300, 57, "hot", &colors);
        g.y = 21;
        g.inverted = inverted;
        g.view.scroll = 33;
        struct gf_layout_scratch scratch = {0};
        gf_drawlist_reset(&list, 300, 100, g.theme->background);
        assert_true(gf_layout_graph(&g, &scratch, &list, NULL, NULL));
        uint32_t *pixels = raster(&list);
        unsigned inside = 0;
        for (uint32_t i = 0; i < 300 * 100; i++) {
            bool drawn = pixels[i] != g.theme->background;
            assert_false(drawn && (i / 300 < 21 || i / 300 >= 78));
            inside += drawn;
        }
        assert_true(inside > 1000);
        free(pixels);
        gf_layout_scratch_free(&scratch);
        gf_colors_free(&colors);
    }
    gf_drawlist_free(&list);
    frames_build_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_without_weight_is_empty),
        cmocka_unit_test(one_frame),
        cmocka_unit_test(labels_stick_to_the_left_edge),
        cmocka_unit_test(a_stack_of_100000_frames),
        cmocka_unit_test(a_million_siblings),
        cmocka_unit_test(scrolled_rows_end_at_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
