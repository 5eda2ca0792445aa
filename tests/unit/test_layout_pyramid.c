/* Dense rows built by several threads are those that one makes, and those that a definition says.
 */
#include <stdlib.h>
#include <string.h>

#include "layout/color.h"
#include "layout/pyramid.h"
#include "support/frames_build.h"
#include "support/test_cmocka.h"

enum { LEAST = 40, NAMES = 50 };

static struct gf_pyramid_row *build(const struct gf_frames *f, const struct gf_colors *colors,
                                    unsigned threads)
{
    struct gf_pyramid_row *rows = calloc(f->nrows, sizeof *rows);
    assert_non_null(rows);
    const struct gf_pyramid_params params = {
        .least = LEAST, .colors = colors, .root_fill = 0xff102030, .threads = threads};
    assert_true(gf_pyramid_build(rows, f, &params, NULL));
    return rows;
}

static void drop(struct gf_pyramid_row *rows, const struct gf_frames *f)
{
    for (uint32_t r = 0; r < f->nrows; r++)
        gf_pyramid_free(&rows[r]);
    free(rows);
}

static void assert_same(const struct gf_pyramid_row *a, const struct gf_pyramid_row *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->nblocks, b->nblocks);
    if (a->n == 0)
        return;
    assert_memory_equal(a->start, b->start, (a->nblocks + 1) * sizeof *a->start);
    assert_memory_equal(a->blocks, b->blocks, a->nblocks * sizeof *a->blocks);
    assert_memory_equal(a->blocks[a->nblocks].sum, b->blocks[b->nblocks].sum,
                        sizeof a->blocks->sum);
    uint32_t n = a->nblocks;
    for (int level = 0; level < 3; level++) {
        assert_memory_equal(a->widest[level], b->widest[level], n * sizeof(float));
        n = (n + GF_PYRAMID_FAN - 1) / GF_PYRAMID_FAN;
    }
}

/* Starts and sums of every block, straight from the frames of the row. */
static void assert_defined(const struct gf_pyramid_row *row, const struct gf_frames *f, uint32_t r,
                           const struct gf_colors *colors)
{
    const uint32_t *nodes = f->row_nodes + f->row_start[r];
    uint64_t sum[4] = {0};
    for (uint32_t i = 0; i < row->n; i++) {
        const struct gf_block *block = &row->blocks[i / GF_BLOCK];
        if (i % GF_BLOCK == 0) {
            assert_int_equal(row->start[i / GF_BLOCK], f->prefix[0][nodes[i]]);
            assert_memory_equal(block->sum, sum, sizeof sum);
        }
        uint32_t name = f->name[nodes[i]];
        uint32_t color = name < colors->n ? colors->fill[name] : 0xff102030;
        assert_int_equal(block->color[i % GF_BLOCK] & 0xffffff, color & 0xffffff);
        uint64_t width = gf_frame_total(f, nodes[i], 0);
        sum[0] += width * gf_red(color);
        sum[1] += width * gf_green(color);
        sum[2] += width * gf_blue(color);
        sum[3] += width;
    }
    assert_memory_equal(row->blocks[row->nblocks].sum, sum, sizeof sum);
}

/* Which frames of a row match, one by one. */
static void assert_matches(const struct gf_pyramid_row *row, const struct gf_frames *f, uint32_t r,
                           const uint8_t *matched, uint32_t nnames)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < row->n; i++) {
        uint32_t node = f->row_nodes[f->row_start[r] + i], name = f->name[node];
        bool want = name < nnames && matched[name] && gf_frame_total(f, node, 0) > 0;
        if (i % GF_BLOCK == 0)
            assert_int_equal(row->match_count[i / GF_BLOCK], count);
        assert_int_equal(row->match_mask[i / GF_BLOCK] >> (i % GF_BLOCK) & 1, want);
        count += want;
    }
    assert_int_equal(row->match_count[row->nblocks], count);
}

/* One search after the other: nothing of the first is left. */
static void assert_searches(struct gf_pyramid_row *rows, const struct gf_frames *f,
                            unsigned threads)
{
    uint8_t matched[NAMES] = {0};
    for (int search = 0; search < 2; search++) {
        for (uint32_t i = 0; i < NAMES; i++)
            matched[i] = (uint8_t)((i + (uint32_t)search) % 7 == 0 ? 1 + i % 3 : 0);
        atomic_bool cancel = true;
        struct gf_error err = {0};
        assert_false(gf_pyramid_match(rows, f, 0, matched, NAMES - 1, threads, &cancel, &err));
        assert_int_equal(err.code, GF_ERR_CANCELLED);
        assert_true(gf_pyramid_match(rows, f, 0, matched, NAMES - 1, threads, NULL, NULL));
        for (uint32_t r = 0; r < f->nrows; r++)
            if (rows[r].n)
                assert_matches(&rows[r], f, r, matched, NAMES - 1);
    }
}

static void any_number_of_threads(void **state)
{
    (void)state;
    static uint32_t fill[NAMES];
    for (uint32_t i = 0; i < NAMES; i++)
        fill[i] = 0xff000000u | i * 0x050301u;
    struct gf_colors colors = {.fill = fill, .n = NAMES};
    static const struct {
        uint32_t nodes, depth;
    } shapes[] = {{1, 1}, {500, 3}, {1400000, 4}, {1400000, 30}, {800000, 3000}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct gf_frames f;
        frames_random(&f, s + 1, shapes[s].nodes, shapes[s].depth, 20, NAMES);
        struct gf_pyramid_row *one = build(&f, &colors, 1);
        for (uint32_t r = 0; r < f.nrows; r++)
            if (one[r].n)
                assert_defined(&one[r], &f, r, &colors);
        assert_searches(one, &f, 1);
        for (unsigned threads = 2; threads <= 64; threads = threads * 2 + 1) {
            struct gf_pyramid_row *many = build(&f, &colors, threads);
            for (uint32_t r = 0; r < f.nrows; r++)
                assert_same(&one[r], &many[r]);
            assert_searches(many, &f, threads);
            drop(many, &f);
        }
        drop(one, &f);
        frames_build_free(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_number_of_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
