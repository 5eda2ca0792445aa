#include <string.h>

#include "layout/drawlist.h"
#include "support/test_cmocka.h"

static void rects_are_clipped_to_the_target(void **state)
{
    (void)state;
    static const struct {
        int64_t x, y, w, h;
        int seen;
        struct gf_rect rect;
    } cases[] = {
        {2, 3, 4, 5, 1, {.x = 2, .y = 3, .w = 4, .h = 5}},
        {-5, -6, 10, 10, 1, {.x = 0, .y = 0, .w = 5, .h = 4}},
        {90, 40, 100, 100, 1, {.x = 90, .y = 40, .w = 10, .h = 10}},
        {0, 0, INT64_MAX, INT64_MAX, 1, {.x = 0, .y = 0, .w = 100, .h = 50}},
        {INT64_MIN, 0, INT64_MAX, 5, 0, {0}},
        {100, 0, 5, 5, 0, {0}},
        {0, 50, 5, 5, 0, {0}},
        {5, 5, 0, 5, 0, {0}},
        {5, 5, 5, -1, 0, {0}},
        {-5, 0, 5, 5, 0, {0}},
    };
    struct gf_drawlist list = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gf_drawlist_reset(&list, 100, 50, 7);
        assert_true(
            gf_drawlist_rect(&list, cases[i].x, cases[i].y, cases[i].w, cases[i].h, 9, NULL));
        assert_int_equal(list.nrects, cases[i].seen);
        if (!cases[i].seen)
            continue;
        assert_int_equal(list.rects[0].x, cases[i].rect.x);
        assert_int_equal(list.rects[0].y, cases[i].rect.y);
        assert_int_equal(list.rects[0].w, cases[i].rect.w);
        assert_int_equal(list.rects[0].h, cases[i].rect.h);
        assert_int_equal(list.rects[0].color, 9);
    }
    gf_drawlist_free(&list);
}

static void layers_hold_what_was_added_after_them(void **state)
{
    (void)state;
    struct gf_drawlist list = {0};
    gf_drawlist_reset(&list, 10, 10, 0);
    assert_true(gf_drawlist_rect(&list, 0, 0, 1, 1, 1, NULL));
    assert_true(gf_drawlist_label(&list, (struct gf_label){.px = 12}, "one", 3, NULL));
    assert_true(gf_drawlist_layer(&list, NULL));
    assert_true(gf_drawlist_label(&list, (struct gf_label){.px = 12}, "three", 5, NULL));
    assert_true(gf_drawlist_rect(&list, 0, 0, 1, 1, 2, NULL));
    assert_true(gf_drawlist_rect(&list, 0, 0, 1, 1, 3, NULL));
    assert_int_equal(list.nlayers, 2);
    assert_int_equal(list.layers[0].nrects, 1);
    assert_int_equal(list.layers[0].nlabels, 1);
    assert_int_equal(list.layers[1].first_rect, 1);
    assert_int_equal(list.layers[1].nrects, 2);
    assert_int_equal(list.layers[1].first_label, 1);
    assert_int_equal(list.layers[1].nlabels, 1);
    assert_memory_equal(list.text + list.labels[0].text, "one", 3);
    assert_memory_equal(list.text + list.labels[1].text, "three", 5);
    assert_int_equal(list.labels[1].len, 5);
    gf_drawlist_reset(&list, 10, 10, 0);
    assert_int_equal(list.nlayers + list.nrects + list.nlabels + list.text_len, 0);
    gf_drawlist_free(&list);
    gf_drawlist_free(&list);
}

static void strips_start_transparent_each_time(void **state)
{
    (void)state;
    struct gf_drawlist list = {0};
    struct gf_error err;
    assert_true(gf_drawlist_strips(&list, 1, 2, 5, 4, 10, 9, NULL));
    memset(list.strips.texels, 0xff, 20 * sizeof(uint32_t));
    assert_true(gf_drawlist_strips(&list, 1, 2, 4, 4, 10, 9, NULL));
    for (int i = 0; i < 16; i++)
        assert_int_equal(list.strips.texels[i], 0);
    assert_false(gf_drawlist_strips(&list, 0, 0, UINT32_MAX, UINT32_MAX, 1, 1, &err));
    assert_int_equal(err.code, GF_ERR_LIMIT);
    gf_drawlist_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rects_are_clipped_to_the_target),
        cmocka_unit_test(layers_hold_what_was_added_after_them),
        cmocka_unit_test(strips_start_transparent_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
