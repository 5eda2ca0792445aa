/* The level of detail against an oracle that looks at every frame for every pixel column, in long
 * double and without any of the layout's data structures. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "layout/color.h"
#include "support/frames_build.h"
#include "support/graph_build.h"
#include "support/raster.h"
#include "support/test_cmocka.h"

struct expected {
    long double red, green, blue, thin, wide;
    uint32_t owner; /* 0: none, 1: background */
    uint8_t mark;   /* of the match that begins first */
    bool uncertain; /* a frame's edge lies so near the middle of a pixel that rounding decides */
};

static void note_frame(const struct gf_graph *g, uint32_t node, struct expected *columns)
{
    const struct gf_frames *f = g->frames;
    uint64_t from = gf_frame_x(f, node, 0), to = f->prefix[0][f->end[node]];
    long double scale = (long double)g->width / (long double)g->view.span;
    long double edge = (long double)g->view.x + (long double)g->view.frac;
    long double start = ((long double)from - edge) * scale, end = ((long double)to - edge) * scale;
    if (to == from || end <= 0 || start >= g->width)
        return;
    if (g->min_width > 0 && end - start < (long double)g->min_width)
        return;
    long double x0 = floorl(start + 0.5L), x1 = floorl(end + 0.5L);
    bool unsure = fabsl(start + 0.5L - roundl(start + 0.5L)) < 1e-6L ||
                  fabsl(end + 0.5L - roundl(end + 0.5L)) < 1e-6L;
    long double shown = x1 - x0 >= 3 ? x1 - 1 : x1;
    uint32_t name = f->name[node];
    uint8_t mark = g->matched && name < f->names.n ? g->matched[name] : 0;
    uint32_t fill = name < g->colors->n ? g->colors->fill[name] : g->theme->root_fill;
    uint32_t own = fill;
    if (g->matched && !mark)
        own = gf_color_mix(fill, g->theme->background, 168);
    else if (mark && !g->keep_fills)
        own = mark == 1 ? g->theme->match : g->theme->more_matches[mark - 2];
    for (int64_t c = start < 1 ? 0 : (int64_t)start - 1; c < g->width && c <= end + 1; c++) {
        struct expected *e = &columns[c];
        long double a = fmaxl(start, c), b = fminl(end, c + 1);
        long double width = b > a ? b - a : 0;
        e->uncertain |= unsure;
        if (x1 - x0 >= 2) {
            if (c >= x0 && c < x1)
                e->owner = c < shown ? own : 1;
            else
                e->wide += width;
        } else if (width > 0) {
            e->red += width * gf_red(fill);
            e->green += width * gf_green(fill);
            e->blue += width * gf_blue(fill);
            e->thin += width;
            e->mark = e->mark ? e->mark : mark; /* frames come from left to right */
        }
    }
}

static uint32_t color_of(const struct gf_graph *g, const struct expected *e)
{
    uint32_t background = g->theme->background;
    if (e->mark)
        return e->mark == 1 ? g->theme->match : g->theme->more_matches[e->mark - 2];
    if (e->owner)
        return e->owner == 1 ? background : e->owner;
    if (!(e->thin > 0))
        return background;
    long double alpha = e->thin / (1 - e->wide);
    alpha = alpha > 1 ? 1 : alpha;
    uint32_t mean =
        gf_rgb((unsigned)(e->red / e->thin + 0.5L), (unsigned)(e->green / e->thin + 0.5L),
               (unsigned)(e->blue / e->thin + 0.5L));
    if (g->matched)
        mean = gf_color_mix(mean, background, 168);
    unsigned a = (unsigned)(alpha * 255 + 0.5L);
    return raster_blend(background, (mean & 0xffffff) | a << 24);
}

/* Draws g and compares every row with the oracle. Returns the largest difference of a channel. */
static unsigned compare(const struct gf_graph *g, struct gf_layout_scratch *scratch)
{
    const struct gf_frames *f = g->frames;
    struct gf_drawlist list = {0};
    struct gf_error err;
    gf_drawlist_reset(&list, g->width, g->height, g->theme->background);
    if (!gf_layout_graph(g, scratch, &list, NULL, &err))
        fail_msg("%s", err.message);
    uint32_t *pixels = raster(&list);
    struct expected *columns = calloc(g->width, sizeof *columns);
    unsigned worst = 0;
    for (uint32_t r = 0; r < f->nrows; r++) {
        memset(columns, 0, g->width * sizeof *columns);
        for (uint32_t k = f->row_start[r]; k < f->row_start[r + 1]; k++)
            note_frame(g, f->row_nodes[k], columns);
        int64_t y =
            g->inverted ? (int64_t)r * g->row_pitch : g->height - (r + (int64_t)1) * g->row_pitch;
        for (uint32_t c = 0; c < g->width; c++) {
            if (columns[c].uncertain)
                continue;
            uint32_t want = color_of(g, &columns[c]), got = pixels[(y + 4) * g->width + c];
            unsigned d = raster_distance(want, got);
            if (d > 3)
                fprintf(stderr, "row %u column %u: %08x, expected %08x (thin %Lf wide %Lf)\n", r, c,
                        got, want, columns[c].thin, columns[c].wide);
            worst = d > worst ? d : worst;
            /* The gap below the row is background. */
            assert_int_equal(pixels[(y + 9) * g->width + c], g->theme->background);
        }
    }
    free(columns);
    free(pixels);
    gf_drawlist_free(&list);
    return worst;
}

static void check(uint64_t seed, uint32_t n, uint32_t depth, unsigned bits, uint32_t width,
                  unsigned views, double min_width)
{
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_layout_scratch scratch = {0};
    frames_random(&f, seed, n, depth, bits, 40);
    struct gf_graph g = graph_of(&f, width, f.nrows * 10, seed % 2 ? "hot" : "module", &colors);
    uint64_t total = gf_frame_total(&f, 0, 0);
    uint8_t matched[40] = {[3] = 1, [17] = 4, [18] = 6};
    g.min_width = min_width;
    for (unsigned v = 0; v < views; v++) {
        uint64_t r = gf_mix(seed * 1000 + v);
        g.view = gf_view_all(&f, 0);
        if (v > 0)
            g.view = gf_view_zoom(g.view, exp2((double)(r % 1000) / 1000 * 18),
                                  (double)(r >> 32 & 0xffff) / 65536 * width, width, total);
        g.matched = v % 3 == 2 ? matched : NULL;
        g.keep_fills = v % 2;
        g.inverted = v % 2;
        unsigned worst = compare(&g, &scratch);
        if (worst > 3)
            fail_msg("seed %u view %u: off by %u", (unsigned)seed, v, worst);
    }
    gf_layout_scratch_free(&scratch);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

static void sparse_trees(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++)
        check(seed, 300, 12, 10, 157, 8, 0);
}

static void large_weights(void **state)
{
    (void)state;
    for (uint64_t seed = 20; seed <= 24; seed++)
        check(seed, 400, 8, 54, 157, 8, 0);
}

/* Rows of far more frames than pixels: these go through the pyramid when zoomed out. */
static void dense_trees(void **state)
{
    (void)state;
    for (uint64_t seed = 30; seed <= 33; seed++)
        check(seed, 60000, 4, 6, 131, 6, 0);
    check(40, 60000, 4, 48, 131, 6, 0); /* a few frames hold nearly everything */
    check(41, 60000, 4, 12, 300, 6, 0);
}

/* Enough frames for several threads: each row comes from one of them. */
static void trees_for_several_threads(void **state)
{
    (void)state;
    check(60, 600000, 11, 6, 211, 3, 0);
}

static void narrow_frames_left_out(void **state)
{
    (void)state;
    for (uint64_t seed = 50; seed <= 53; seed++)
        check(seed, 3000, 9, 12, 200, 5, 0.1);
    check(54, 60000, 4, 10, 131, 4, 0.02);
}

/* Every frame as wide as three pixels: with and without level of detail the same pixels. */
static void without_lod_wide_frames_look_the_same(void **state)
{
    (void)state;
    struct build_node nodes[200] = {{0}};
    uint64_t seed = 7;
    for (uint32_t i = 1; i < 200; i++) {
        uint64_t r = gf_mix(seed += 99);
        nodes[i] = (struct build_node){i % 4 ? 2 : 1, (uint32_t)(r % 30), 3 + (r >> 40) % 60};
    }
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_nodes(&f, nodes, 200);
    uint32_t width = (uint32_t)gf_frame_total(&f, 0, 0);
    struct gf_graph g = graph_of(&f, width, 30, "hot", &colors);
    struct gf_drawlist list = {0};
    struct gf_layout_scratch scratch = {0};
    uint32_t *pixels[2];
    for (int lod = 0; lod < 2; lod++) {
        g.lod = lod;
        gf_drawlist_reset(&list, width, 30, g.theme->background);
        struct gf_layout_counts counts = {0};
        assert_true(gf_layout_graph(&g, &scratch, &list, &counts, NULL));
        assert_int_equal(counts.drawn, 200);
        assert_int_equal(counts.merged, 0);
        if (!lod)
            assert_int_equal(list.nrects, 200);
        pixels[lod] = raster(&list);
    }
    assert_memory_equal(pixels[0], pixels[1], width * 30 * sizeof(uint32_t));
    free(pixels[0]);
    free(pixels[1]);
    gf_drawlist_free(&list);
    gf_layout_scratch_free(&scratch);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

/* Whatever its colours and matches were before: a scratch never shows old ones. */
static void scratch_notices_changes(void **state)
{
    (void)state;
    struct gf_frames f;
    struct gf_colors colors;
    struct gf_layout_scratch scratch = {0};
    frames_random(&f, 77, 60000, 3, 6, 40);
    struct gf_graph g = graph_of(&f, 100, f.nrows * 10, "hot", &colors);
    uint8_t matched[40] = {0};
    assert_true(compare(&g, &scratch) <= 3);
    for (uint32_t i = 0; i < colors.n; i++)
        colors.fill[i] = gf_rgb(i * 6, 255 - i * 6, 100); /* in place */
    assert_true(compare(&g, &scratch) <= 3);
    g.matched = matched;
    for (uint32_t i = 0; i < 40; i += 13) {
        matched[i] = (uint8_t)(1 + i % 5);
        assert_true(compare(&g, &scratch) <= 3);
        matched[i] = 0;
    }
    g.matched = NULL;
    assert_true(compare(&g, &scratch) <= 3);
    g.min_width = 0.05;
    assert_true(compare(&g, &scratch) <= 3);
    g.min_width = 0.004;
    assert_true(compare(&g, &scratch) <= 3);
    /* Another profile of the same least weight. */
    struct gf_frames other;
    struct gf_colors other_colors;
    frames_random(&other, 78, 60000, 3, 6, 40);
    struct gf_graph h = graph_of(&other, 100, other.nrows * 10, "hot", &other_colors);
    h.min_width = 0.004;
    h.view = g.view;
    assert_true(compare(&h, &scratch) <= 3);
    h.min_width = 0;
    assert_true(compare(&h, &scratch) <= 3);
    gf_colors_free(&other_colors);
    frames_build_free(&other);
    gf_layout_scratch_free(&scratch);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

/* A thin match among a hundred thousand frames is seen, in the colour of its search. */
static void a_match_is_never_merged_away(void **state)
{
    (void)state;
    enum { N = 100001 };
    struct build_node *nodes = calloc(N, sizeof *nodes);
    for (uint32_t i = 1; i < N; i++)
        nodes[i] = (struct build_node){1, i == 54321 ? 1 : i == 90000 ? 2 : 0, 1};
    struct gf_frames f;
    struct gf_colors colors;
    frames_from_nodes(&f, nodes, N);
    struct gf_graph g = graph_of(&f, 1000, 20, "blue", &colors);
    uint8_t matched[3] = {0, 1, 3};
    g.matched = matched;
    struct gf_drawlist list = {0};
    struct gf_layout_scratch scratch = {0};
    gf_drawlist_reset(&list, 1000, 20, g.theme->background);
    assert_true(gf_layout_graph(&g, &scratch, &list, NULL, NULL));
    uint32_t *pixels = raster(&list);
    for (uint32_t c = 0; c < 1000; c++) {
        assert_int_equal(pixels[15 * 1000 + c] == g.theme->match, c == 543);
        assert_int_equal(pixels[15 * 1000 + c] == g.theme->more_matches[1], c == 899);
    }
    free(pixels);
    free(nodes);
    gf_drawlist_free(&list);
    gf_layout_scratch_free(&scratch);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sparse_trees),
        cmocka_unit_test(large_weights),
        cmocka_unit_test(dense_trees),
        cmocka_unit_test(trees_for_several_threads),
        cmocka_unit_test(narrow_frames_left_out),
        cmocka_unit_test(without_lod_wide_frames_look_the_same),
        cmocka_unit_test(scratch_notices_changes),
        cmocka_unit_test(a_match_is_never_merged_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
