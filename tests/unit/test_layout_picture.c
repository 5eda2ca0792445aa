/* The exported picture: tiles equal one piece, and its height follows the rows that show. */
#include <stdio.h>
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
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 4);
    assert_int_equal(pic.faint_rows, 3);
    m.params.faint = 0;
    assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
    assert_int_equal(pic.rows, 7);
    assert_int_equal(pic.faint_rows, 0);
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

/* Pixels that the frames of a row cover in each column of pixels, the plain way; and whether one
 * of them is at least that wide by itself. */
static bool plainly_shows(const struct gf_picture *pic, uint32_t row)
{
    const struct gf_frames *f = pic->params.frames;
    const struct gf_view *v = &pic->graph.view;
    double covered[2048] = {0}, width = pic->graph.width, faint = pic->params.faint;
    for (uint32_t i = f->row_start[row]; i < f->row_start[row + 1]; i++) {
        uint32_t node = f->row_nodes[i];
        double from = ((double)gf_frame_x(f, node, 0) - (double)v->x - v->frac) / v->span * width;
        double to = from + (double)gf_frame_total(f, node, 0) / v->span * width;
        from = from > 0 ? from : 0;
        to = to < width ? to : width;
        if (to - from >= faint)
            return true;
        for (int c = (int)from; c < 2048 && c < to; c++) {
            double left = from > c ? from : c, right = to < c + 1 ? to : c + 1;
            covered[c] += right > left ? right - left : 0;
        }
    }
    for (int c = 0; c < 2048; c++)
        if (covered[c] >= faint)
            return true;
    return false;
}

static void rows_that_hardly_show_are_left_out(void **state)
{
    (void)state;
    uint32_t left_out = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct made m;
        struct gf_picture pic;
        uint32_t rows = 1;
        frames_random(&m.frames, seed, 20000, 40, (unsigned)(seed % 8), 60);
        make(&m, "hot");
        m.params.faint = 0.05 + (double)(seed % 5) * 0.1;
        uint64_t all = gf_frame_total(&m.frames, 0, 0);
        if (seed % 3 == 1) /* a part of it */
            m.params.view = (struct gf_view){.x = all / 3, .span = (double)all / 2};
        assert_true(gf_picture_init(&pic, &m.params, &m.scratch, NULL));
        while (rows < m.frames.nrows && plainly_shows(&pic, rows))
            rows++;
        assert_int_equal(pic.rows, rows);
        for (uint32_t row = rows; row < m.frames.nrows; row++)
            assert_false(plainly_shows(&pic, row));
        left_out += pic.faint_rows;
        unmake(&m);
    }
    assert_true(left_out > 60);
}

/* The words at the foot, as tiles of the whole picture have them; empty: none. */
static void foot_of(const struct made *m, struct gf_layout_scratch *scratch, char out[96])
{
    struct gf_picture pic;
    struct gf_drawlist list = {0};
    assert_true(gf_picture_init(&pic, &m->params, scratch, NULL));
    assert_true(gf_picture_tile(&pic, 0, 0, pic.width, pic.height, scratch, &list, NULL, NULL));
    out[0] = '\0';
    for (size_t i = 0; i < list.nlabels; i++) {
        const struct gf_label *l = &list.labels[i];
        if (l->x == 10 && l->baseline > (int32_t)pic.height - 30) /* at the left margin */
            snprintf(out, 96, "%.*s", (int)l->len, list.text + l->text);
    }
    gf_drawlist_free(&list);
}

/* What is left out is said, in as many words as there is room for, and the number always. */
static void the_foot_says_what_is_left_out(void **state)
{
    (void)state;
    struct made m;
    char foot[96];
    frames_from_folded(&m.frames, "a;b;c 10000\na;b;c;d;e;f 1\na;x 100\n");
    make(&m, "module");
    m.params.width = 1000;
    foot_of(&m, &m.scratch, foot);
    assert_string_equal(foot, "3 deeper rows under 0.1 px are left out");
    m.params.faint = 0;
    foot_of(&m, &m.scratch, foot);
    assert_string_equal(foot, "");
    m.params.unfolded = 0.1;
    foot_of(&m, &m.scratch, foot);
    assert_string_equal(foot, "what stands on frames under 0.1 px is left out");
    m.params.min_width = 0.25;
    for (m.params.width = 800; m.params.width >= 140; m.params.width -= 20) {
        foot_of(&m, &m.scratch, foot);
        assert_non_null(strstr(foot, "under 0.25 px"));
        if (m.params.width >= 200)
            assert_non_null(strstr(foot, "left out"));
        bool brief = (m.params.width > 500 && m.params.width < 600) || m.params.width < 250;
        assert_int_equal(strncmp(foot, "frames", 6) != 0, brief); /* on its own line up to 500 */
    }
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
        cmocka_unit_test(rows_that_hardly_show_are_left_out),
        cmocka_unit_test(the_foot_says_what_is_left_out),
        cmocka_unit_test(what_makes_no_picture_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
