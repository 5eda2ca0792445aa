/* The exported picture: tiles equal one piece, and its height follows the rows that show. */
#include <stdlib.h>
#include <string.h>

#include "layout/picture.h"
#include "support/frames_build.h"
#include "support/graph_build.h"
#include "support/raster.h"
#include "support/test_cmocka.h"

struct made {
    struct gf_frames frames;
    struct gf_colors colors;
    struct gf_measure measure;
    struct gf_picture_params params;
    struct gf_layout_scratch scratch;
};

static void make(struct made *m, const char *mode)
{
    const struct gf_theme *theme = gf_theme_by_name("light");
    m->measure = graph_measure();
    m->scratch = (struct gf_layout_scratch){0};
    assert_true(gf_colors_make(&m->frames, 0, &(struct gf_palette){.mode = mode, .theme = theme},
                               &m->colors, NULL));
    m->params = gf_picture_defaults();
    m->params.frames = &m->frames;
    m->params.colors = &m->colors;
    m->params.theme = theme;
    m->params.measure = &m->measure;
    m->params.title = "A title";
    m->params.subtitle = "and what it is about";
    m->params.unit = "samples";
    m->params.width = 611;
}

static void unmake(struct made *m)
{
    gf_layout_scratch_free(&m->scratch);
    gf_colors_free(&m->colors);
    frames_build_free(&m->frames);
}

/* A label in the coordinates of the picture. */
struct placed {
    struct gf_label label;
    char text[64];
};

static int by_place(const void *a, const void *b)
{
    const struct gf_label *x = &((const struct placed *)a)->label;
    const struct gf_label *y = &((const struct placed *)b)->label;
    return x->baseline != y->baseline ? (x->baseline > y->baseline) - (x->baseline < y->baseline)
                                      : (x->x > y->x) - (x->x < y->x);
}

/* Adds the labels of a tile at (x, y) that are not in `all` yet. */
static size_t collect(const struct gf_drawlist *list, uint32_t x, uint32_t y, struct placed *all,
                      size_t n)
{
    for (size_t i = 0; i < list->nlabels; i++) {
        struct placed p = {.label = list->labels[i]};
        assert_true(p.label.len < sizeof p.text);
        memcpy(p.text, list->text + p.label.text, p.label.len);
        p.label.text = 0;
        p.label.x += (float)x;
        p.label.clip_x0 += (int32_t)x;
        p.label.clip_x1 += (int32_t)x;
        p.label.baseline += (int32_t)y;
        bool known = false;
        for (size_t k = 0; k < n && !known; k++)
            known = memcmp(&all[k], &p, sizeof p) == 0;
        if (!known) {
            assert_true(n < 4000);
            all[n++] = p;
        }
    }
    return n;
}

static void compare_tiles(struct made *m, uint32_t tile_w, uint32_t tile_h)
{
    struct gf_picture pic;
    struct gf_drawlist list = {0};
    assert_true(gf_picture_init(&pic, &m->params, &m->scratch, NULL));
    assert_int_equal(pic.width, m->params.width);
    struct placed *whole = calloc(4000, sizeof *whole), *parts = calloc(4000, sizeof *parts);
    assert_true(gf_picture_tile(&pic, 0, 0, pic.width, pic.height, &m->scratch, &list, NULL, NULL));
    size_t nwhole = collect(&list, 0, 0, whole, 0), nparts = 0;
    uint32_t *one = raster(&list);
    for (uint32_t y = 0; y < pic.height; y += tile_h)
        for (uint32_t x = 0; x < pic.width; x += tile_w) {
            uint32_t w = pic.width - x < tile_w ? pic.width - x : tile_w;
            uint32_t h = pic.height - y < tile_h ? pic.height - y : tile_h;
            assert_true(gf_picture_tile(&pic, x, y, w, h, &m->scratch, &list, NULL, NULL));
            assert_int_equal(list.width, w);
            uint32_t *tile = raster(&list);
            for (uint32_t r = 0; r < h; r++)
                assert_memory_equal(tile + (size_t)r * w, one + (size_t)(y + r) * pic.width + x,
                                    w * sizeof *one);
            free(tile);
            nparts = collect(&list, x, y, parts, nparts);
        }
    qsort(whole, nwhole, sizeof *whole, by_place);
    qsort(parts, nparts, sizeof *parts, by_place);
    assert_int_equal(nwhole, nparts);
    assert_memory_equal(whole, parts, nwhole * sizeof *whole);
    assert_true(nwhole >= 3);
    free(whole);
    free(parts);
    free(one);
    gf_drawlist_free(&list);
}

static void tiles_equal_one_piece(void **state)
{
    (void)state;
    struct made m;
    frames_random(&m.frames, 3, 5000, 30, 8, 60);
    make(&m, "module");
    uint8_t matched[60] = {[5] = 1};
    for (int i = 0; i < 4; i++) {
        m.params.inverted = i % 2;
        m.params.matched = i == 2 ? matched : NULL;
        m.params.scale = i == 3 ? 1.7 : 1;
        m.params.min_width = i == 1 ? 0 : 0.1;
        compare_tiles(&m, 97, 41);
        compare_tiles(&m, 700, 18);
        compare_tiles(&m, 17, 300);
    }
    unmake(&m);
}

/* The same through the pyramid: rows of ten thousands of frames. */
static void dense_tiles_equal_one_piece(void **state)
{
    (void)state;
    struct made m;
    frames_random(&m.frames, 4, 90000, 4, 7, 60);
    make(&m, "hot");
    uint8_t matched[60] = {[5] = 1};
    m.params.min_width = 0;
    m.params.width = 300;
    m.params.subtitle = NULL;
    compare_tiles(&m, 37, 50);
    m.params.matched = matched;
    compare_tiles(&m, 61, 1000);
    m.params.view = (struct gf_view){.x = gf_frame_total(&m.frames, 0, 0) / 3,
                                     .span = (double)gf_frame_total(&m.frames, 0, 0) / 3};
    compare_tiles(&m, 61, 1000);
    unmake(&m);
}

static void height_follows_the_rows_that_show(void **state)
{
    (void)state;
    struct made m;
    frames_from_folded(&m.frames, "a;b;c 10000\na;b;c;d;e;f 1\na;x 100\n");
    make(&m, "java");
    struct gf_picture pic;
    m.params.min_width = 0;
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 7);
    uint32_t height = pic.height;
    m.params.min_width = 0.1; /* f is 0.058 pixels wide */
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 4);
    assert_int_equal(pic.height, height - 3 * 18);
    m.params.scale = 2;
    m.params.width *= 2; /* with its margins: twice the picture */
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 7);
    assert_int_equal(pic.height, height * 2);
    m.params.scale = 1;
    m.params.min_width = 0;
    m.params.view = gf_view_node(&m.frames, 0, m.frames.row_nodes[m.frames.row_start[2] + 1]);
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 3); /* zoomed to x */
    unmake(&m);
}

static void what_makes_no_picture_is_an_error(void **state)
{
    (void)state;
    struct made m;
    struct gf_picture pic;
    struct gf_error err;
    struct gf_drawlist list = {0};
    frames_from_folded(&m.frames, "a 0\n");
    make(&m, "hot");
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, &err)); /* no weight: only the root */
    assert_int_equal(pic.rows, 1);
    assert_true(gf_picture_tile(&pic, 0, 0, 100, 100, &m.scratch, &list, NULL, &err));
    assert_false(gf_picture_tile(&pic, 0, 0, 40000, 1, &m.scratch, &list, NULL, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    m.params.width = 20;
    assert_false(gf_picture_init(&pic, &m.params, &m.scratch, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    m.params.width = 500;
    m.params.scale = 0;
    assert_false(gf_picture_init(&pic, &m.params, &m.scratch, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
    gf_drawlist_free(&list);
    unmake(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_equal_one_piece),
        cmocka_unit_test(dense_tiles_equal_one_piece),
        cmocka_unit_test(height_follows_the_rows_that_show),
        cmocka_unit_test(what_makes_no_picture_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
