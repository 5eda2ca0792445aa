/* Hits, boxes and the picture tell the same story. */
#include <stdlib.h>

#include "base/hash.h"
#include "layout/color.h"
#include "support/frames_build.h"
#include "support/graph_build.h"
#include "support/raster.h"
#include "support/test_cmocka.h"

/* Every name its own colour, so that a pixel tells the frame's name. */
static void paint_by_name(struct gf_colors *colors)
{
    for (uint32_t i = 0; i < colors->n; i++)
        colors->fill[i] = gf_rgb(i & 0xff, i >> 8, 0xaa);
}

static void check(uint64_t seed, bool inverted, double scroll)
{
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_layout_scratch scratch = {0};
    struct gf_drawlist list = {0};
    frames_random(&f, seed, 400, 10, 9, 350);
    struct gf_graph g = graph_of(&f, 400, 70, "hot", &colors);
    paint_by_name(&colors);
    g.x = 13;
    g.y = 17;
    g.inverted = inverted;
    g.view = gf_view_zoom(g.view, 1 + (double)(seed % 5), 200, 400, gf_frame_total(&f, 0, 0));
    g.view.scroll = scroll;
    gf_drawlist_reset(&list, 430, 100, g.theme->background);
    assert_true(gf_layout_graph(&g, &scratch, &list, NULL, NULL));
    uint32_t *pixels = raster(&list);
    unsigned hits = 0;
    for (uint32_t y = 0; y < 100; y++)
        for (uint32_t x = 0; x < 430; x++) {
            uint32_t seen = pixels[y * 430 + x];
            struct gf_hit hit = gf_layout_hit(&g, x + 0.5, y + 0.5);
            bool inside = x >= 13 && x < 413 && y >= 17 && y < 87;
            if (!inside) {
                assert_int_equal(hit.node, GF_NO_NODE);
                assert_int_equal(seen, g.theme->background);
                continue;
            }
            if (hit.node == GF_NO_NODE) {
                assert_int_equal(seen, g.theme->background);
                continue;
            }
            int32_t bx, by, bw, bh;
            assert_true(gf_layout_frame_box(&g, hit.node, hit.depth, &bx, &by, &bw, &bh));
            assert_true(bx >= 13 && by >= 17 && bx + bw <= 413 && by + bh <= 87);
            bool in_box = (int32_t)x >= bx && (int32_t)x < bx + bw && (int32_t)y >= by &&
                          (int32_t)y < by + bh;
            if (in_box && bw >= 2) {
                uint32_t name = f.name[hit.node];
                assert_int_equal(seen, hit.node ? colors.fill[name] : g.theme->root_fill);
                hits++;
            }
        }
    assert_true(hits > 1000);
    free(pixels);
    gf_drawlist_free(&list);
    gf_layout_scratch_free(&scratch);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

static void hits_boxes_and_pixels_agree(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        check(seed, seed % 2, 0);
        check(seed, seed % 2, 14.6);
        check(seed, seed % 2, -6);
    }
}

/* Frames thinner than a pixel: the widest of those that share the column. */
static void thin_frames_hit_the_widest(void **state)
{
    (void)state;
    struct build_node nodes[1001] = {{0}};
    for (uint32_t i = 1; i < 1001; i++)
        nodes[i] = (struct build_node){1, i, i % 10 == 7 ? 5 : 1};
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_nodes(&f, nodes, 1001); /* 14 weights a column of 100 */
    struct gf_graph g = graph_of(&f, 100, 20, "hot", &colors);
    for (int c = 0; c < 100; c++) {
        struct gf_hit hit = gf_layout_hit(&g, c + 0.5, 15);
        assert_int_equal(hit.node, c * 10 + 7);
        assert_int_equal(hit.depth, 1);
    }
    g.min_width = 0.2; /* 2.8 weights: only these are left */
    assert_int_equal(gf_layout_hit(&g, 5.5, 15).node, 57);
    g.min_width = 0.5;
    assert_int_equal(gf_layout_hit(&g, 5.5, 15).node, GF_NO_NODE);
    assert_int_equal(gf_layout_hit(&g, 5.5, 5).node, 0);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_boxes_and_pixels_agree),
        cmocka_unit_test(thin_frames_hit_the_widest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
