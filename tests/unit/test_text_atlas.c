/* The shelves of the atlas: nothing overlaps, nothing lies outside, what was there stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "text/atlas.h"

static uint32_t seed = 7;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)(seed >> 4) * below >> 28);
}

/* Fills each place with its own number and looks at all of them at the end. */
static void test_no_overlap(void **state)
{
    (void)state;
    struct gf_shelves page = {.width = 256, .max_height = 1024};
    struct placed {
        uint32_t x, y, w, h;
    } placed[250];
    size_t n = 0, area = 0;
    for (; n < 250; n++) {
        struct placed p = {.w = 1 + rnd(30), .h = 1 + rnd(30)};
        if (gf_shelves_place(&page, p.w, p.h, &p.x, &p.y) != GF_PLACED)
            break;
        assert_true(p.x + p.w <= page.width && p.y + p.h <= page.height);
        for (uint32_t y = p.y; y < p.y + p.h; y++) {
            for (uint32_t x = p.x; x < p.x + p.w; x++)
                assert_int_equal(page.pixels[y * page.width + x], 0);
            memset(page.pixels + y * page.width + p.x, (int)n + 1, p.w);
        }
        placed[n] = p;
        area += (size_t)p.w * p.h;
    }
    assert_true(n > 200);
    for (size_t i = 0; i < n; i++) {
        for (uint32_t y = placed[i].y; y < placed[i].y + placed[i].h; y++) {
            for (uint32_t x = placed[i].x; x < placed[i].x + placed[i].w; x++)
                assert_int_equal(page.pixels[y * page.width + x], i + 1);
        }
    }
    assert_true(area * 2 > (size_t)page.filled * page.width); /* at least half is used */
    gf_shelves_free(&page);
}

static void test_full(void **state)
{
    (void)state;
    struct gf_shelves page = {.width = 64, .max_height = 100};
    uint32_t x, y;
    assert_int_equal(gf_shelves_place(&page, 65, 1, &x, &y), GF_PLACE_FULL);
    assert_int_equal(gf_shelves_place(&page, 1, 101, &x, &y), GF_PLACE_FULL);
    assert_int_equal(gf_shelves_place(&page, 64, 100, &x, &y), GF_PLACED);
    assert_int_equal(page.height, 100);
    assert_int_equal(gf_shelves_place(&page, 1, 1, &x, &y), GF_PLACE_FULL);
    memset(page.pixels, 1, 6400);
    gf_shelves_clear(&page);
    assert_int_equal(gf_shelves_place(&page, 3, 3, &x, &y), GF_PLACED);
    for (size_t i = 0; i < 6400; i++)
        assert_int_equal(page.pixels[i], 0);
    gf_shelves_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_overlap),
                                       cmocka_unit_test(test_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
