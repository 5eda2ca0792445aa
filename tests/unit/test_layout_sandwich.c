/* A sandwich is the same picture as its halves drawn one by one, each as a graph of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "support/frames_build.h"
#include "support/graph_build.h"
#include "support/raster.h"
#include "support/test_cmocka.h"

enum { WIDTH = 420, HEIGHT = 230, PITCH = 10, NODES = 700, NAMES = 40 };

/* Frames below the function at depth 1, which is the first; all weigh `total` together. */
static uint32_t random_half(uint64_t *seed, struct build_node *out, uint32_t n, uint64_t total)
{
    uint32_t depth = 1;
    uint64_t left = total;
    out[0] = (struct build_node){1, 0, 0};
    for (uint32_t i = 1; i < n; i++) {
        uint64_t r = gf_mix(++*seed), self = r >> 40 & 63;
        depth = 2 + (uint32_t)(r % (depth < 15 ? depth : 15));
        self = self < left ? self : left;
        out[i] = (struct build_node){depth, 1 + (uint32_t)(r >> 20) % (NAMES - 1), self};
        left -= self;
    }
    out[0].self = left;
    return n;
}

struct sandwich {
    struct gf_frames whole, up, down;
    struct gf_colors colors;
    struct gf_graph graphs[3]; /* whole, up, down */
};

static void make(struct sandwich *s, uint64_t seed, double zoom, double at, double scroll)
{
    struct build_node *nodes = calloc(2 * NODES + 1, sizeof *nodes);
    const uint64_t total = 20000;
    assert_non_null(nodes);
    nodes[0] = (struct build_node){0, GF_NO_NAME, 0};
    random_half(&seed, nodes + 1, NODES, total);
    frames_from_nodes(&s->up, nodes, NODES + 1);
    random_half(&seed, nodes + 1 + NODES, NODES, total);
    frames_from_nodes(&s->whole, nodes, 2 * NODES + 1);
    memmove(nodes + 1, nodes + 1 + NODES, NODES * sizeof *nodes);
    frames_from_nodes(&s->down, nodes, NODES + 1);
    free(nodes);
    struct gf_graph g = graph_of(&s->whole, WIDTH, HEIGHT, "hot", &s->colors);
    for (uint32_t i = 0; i < s->colors.n; i++) /* by name alone, whichever names there are */
        s->colors.fill[i] = 0xff000000u | (uint32_t)gf_mix(i + 1) >> 8;
    g.half = total;
    g.band = 100;
    g.view = gf_view_zoom((struct gf_view){.span = (double)total}, zoom, at, WIDTH, total);
    g.view.scroll = scroll;
    s->graphs[0] = g;
    /* The callers end where the function's row does; row 0 lies below that. */
    g.half = 0;
    g.frames = &s->up;
    g.inverted = false;
    g.height = (uint32_t)(g.band + PITCH);
    g.view.scroll = PITCH + scroll;
    s->graphs[1] = g;
    /* The callees begin behind it, with rows 0 and 1 above. */
    g.frames = &s->down;
    g.inverted = true;
    g.y = s->graphs[0].band + PITCH;
    g.height = HEIGHT - (uint32_t)g.y;
    g.view.scroll = 2 * PITCH - scroll;
    s->graphs[2] = g;
}

static void free_sandwich(struct sandwich *s)
{
    gf_colors_free(&s->colors);
    frames_build_free(&s->whole);
    frames_build_free(&s->up);
    frames_build_free(&s->down);
}

static uint32_t *picture(const struct gf_graph *g)
{
    struct gf_layout_scratch scratch = {0};
    struct gf_drawlist list = {0};
    gf_drawlist_reset(&list, WIDTH, HEIGHT, g->theme->background);
    assert_true(gf_layout_graph(g, &scratch, &list, NULL, NULL));
    uint32_t *pixels = raster(&list);
    gf_drawlist_free(&list);
    gf_layout_scratch_free(&scratch);
    return pixels;
}

/* Pixels, hits and boxes; without a scroll only, since a half of its own is cut at the middle. */
static void check(uint64_t seed, double zoom, double at)
{
    struct sandwich s;
    make(&s, seed, zoom, at, 0);
    uint32_t *whole = picture(&s.graphs[0]), *up = picture(&s.graphs[1]),
             *down = picture(&s.graphs[2]);
    int32_t border = s.graphs[2].y;
    unsigned hits[2] = {0};
    for (int32_t y = 0; y < HEIGHT; y++)
        for (int32_t x = 0; x < WIDTH; x++) {
            bool second = y >= border;
            const uint32_t *half = second ? down : up;
            uint32_t a = whole[y * WIDTH + x], b = half[y * WIDTH + x];
            assert_true(raster_distance(a, b) <= 1);
            struct gf_hit hit = gf_layout_hit(&s.graphs[0], x + 0.5, y + 0.5);
            struct gf_hit want = gf_layout_hit(&s.graphs[1 + second], x + 0.5, y + 0.5);
            if (want.node == GF_NO_NODE) {
                assert_int_equal(hit.node, GF_NO_NODE);
                continue;
            }
            assert_int_equal(hit.node, want.node + (second ? NODES : 0));
            assert_int_equal(hit.depth, want.depth);
            assert_int_equal(gf_in_second_half(&s.whole, hit.node), second);
            int32_t box[2][4];
            bool seen = gf_layout_frame_box(&s.graphs[0], hit.node, hit.depth, &box[0][0],
                                            &box[0][1], &box[0][2], &box[0][3]);
            assert_int_equal(seen,
                             gf_layout_frame_box(&s.graphs[1 + second], want.node, want.depth,
                                                 &box[1][0], &box[1][1], &box[1][2], &box[1][3]));
            if (!seen) /* nothing but the gap behind it */
                continue;
            assert_memory_equal(box[0], box[1], sizeof box[0]);
            hits[second]++;
        }
    assert_true(hits[0] > 1000 && hits[1] > 1000);
    free(whole);
    free(up);
    free(down);
    free_sandwich(&s);
}

static void halves_are_graphs(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        check(seed * 1000, 1, 0);
        check(seed * 1000, 1.7 + (double)seed, (double)(seed * 20));
    }
}

/* All moves down by the scroll, the function's row too. */
static void scrolls_as_one(void **state)
{
    (void)state;
    for (int scroll = -70; scroll <= 70; scroll += 35) {
        struct sandwich s, still;
        make(&s, 5, 1, 0, scroll);
        make(&still, 5, 1, 0, 0);
        uint32_t *a = picture(&s.graphs[0]), *b = picture(&still.graphs[0]);
        for (int y = 0; y < HEIGHT; y++) {
            /* Rows that are cut at the edge have no texels of their own, and may differ by
             * rounding. */
            if (y - scroll < 0 || y - scroll >= HEIGHT)
                continue;
            for (int x = 0; x < WIDTH; x++)
                assert_true(raster_distance(a[y * WIDTH + x], b[(y - scroll) * WIDTH + x]) <= 1);
        }
        free(a);
        free(b);
        free_sandwich(&s);
        free_sandwich(&still);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_graphs),
        cmocka_unit_test(scrolls_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
