/* Looking things up in the frame array, against a walk over the ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "support/naive_profile.h"

static void make_frames(uint64_t seed, struct gf_frames *f)
{
    struct naive_profile p = naive_random(seed, 60, 1, 0);
    struct gf_tree t;
    struct gf_error err;
    uint64_t stacks;
    naive_tree(&p, 0, p.n, &t);
    assert_true(gf_flatten(&t, GF_ORDER_WEIGHT, gf_simd_select(&err), 1, f, &stacks, &err));
    naive_free(&p);
}

static void test_lookups(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct gf_frames f;
        make_frames(seed * 99, &f);
        for (uint32_t node = 0; node < f.n; node++) {
            uint32_t depth = 0, parent = GF_NO_NODE;
            for (uint32_t up = 0; up < node; up++) {
                if (f.end[up] > node) {
                    depth++;
                    parent = up;
                }
            }
            assert_int_equal(gf_frame_depth(&f, node), depth);
            assert_int_equal(gf_frame_parent(&f, node, depth), parent);
        }
        gf_frames_free(&f);
    }
}

static void test_rows(void **state)
{
    (void)state;
    struct gf_frames f;
    make_frames(4, &f);
    for (uint32_t row = 0; row < f.nrows; row++) {
        for (uint32_t node = 0; node < f.n; node++) {
            uint32_t want = GF_NO_NODE;
            for (uint32_t i = f.row_start[row]; i < f.row_start[row + 1]; i++) {
                if (f.row_nodes[i] <= node)
                    want = i;
            }
            assert_int_equal(gf_row_at_or_before(&f, row, node), want);
        }
    }
    gf_frames_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookups),
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
