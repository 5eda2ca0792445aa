/* Derived profiles against the same stacks turned round or cut as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/derive.h"
#include "support/scene_build.h"

static const char profile[] = "a;b;c 5\na;b 3\na;d;b;c 2\na;d;b;e;b;c 7\nc 4\nf;b 1\n";

struct expected {
    const char *path;
    uint64_t self, total;
};

static uint32_t id_of(const struct gf_frames *f, const char *name)
{
    for (uint32_t i = 0; i < f->names.n; i++)
        if (f->names.offset[i + 1] - f->names.offset[i] == strlen(name) &&
            memcmp(f->names.bytes + f->names.offset[i], name, strlen(name)) == 0)
            return i;
    return GF_NO_NAME;
}

static void check(enum gf_derive_kind kind, const char *name, const struct expected *want, size_t n)
{
    struct gf_scene *scene = scene_from_folded(profile, true);
    const struct gf_derive_params params = {.kind = kind,
                                            .order = GF_ORDER_NAME,
                                            .name = name ? id_of(&scene->profile->frames, name)
                                                         : GF_NO_NAME};
    struct gf_profile *derived;
    struct gf_error err;
    if (!gf_derive(scene->profile, &params, NULL, &derived, &err))
        fail_msg("%s", err.message);
    const struct gf_frames *f = &derived->frames;
    assert_int_equal(f->n, n);
    for (size_t i = 0; i < n; i++) {
        uint32_t node = gf_scene_path(f, want[i].path);
        if (node == GF_NO_NODE)
            fail_msg("no %s", want[i].path);
        assert_int_equal(gf_frame_self(f, node, 0), want[i].self);
        assert_int_equal(gf_frame_total(f, node, 0), want[i].total);
    }
    assert_string_equal(gf_unit_name(f, 0), "samples");
    gf_profile_free(derived);
    gf_scene_drop(scene);
}

static void test_bottom_up(void **state)
{
    (void)state;
    static const struct expected want[] = {
        {"", 0, 22},           {"b", 0, 4},     {"b;a", 3, 3},     {"b;f", 1, 1},
        {"c", 4, 18},          {"c;b", 0, 14},  {"c;b;a", 5, 5},   {"c;b;d", 0, 2},
        {"c;b;d;a", 2, 2},     {"c;b;e", 0, 7}, {"c;b;e;b", 0, 7}, {"c;b;e;b;d", 0, 7},
        {"c;b;e;b;d;a", 7, 7},
    };
    check(GF_DERIVE_BOTTOM_UP, NULL, want, sizeof want / sizeof *want);
}

static void test_callees(void **state)
{
    (void)state;
    static const struct expected want[] = {
        {"", 0, 18}, {"b", 4, 18}, {"b;c", 7, 7}, {"b;e", 0, 7}, {"b;e;b", 0, 7}, {"b;e;b;c", 7, 7},
    };
    check(GF_DERIVE_CALLEES, "b", want, sizeof want / sizeof *want);
}

static void test_callers(void **state)
{
    (void)state;
    static const struct expected want[] = {
        {"", 0, 18}, {"b", 0, 18}, {"b;a", 8, 8}, {"b;d", 0, 9}, {"b;d;a", 9, 9}, {"b;f", 1, 1},
    };
    check(GF_DERIVE_CALLERS, "b", want, sizeof want / sizeof *want);
}

static void test_order_and_errors(void **state)
{
    (void)state;
    struct gf_scene *scene = scene_from_folded("z 1\ny 9\nx;b 2\nx;a 2\nx;c 1\n", true);
    struct gf_derive_params params = {.kind = GF_DERIVE_SAME, .order = GF_ORDER_NAME};
    struct gf_profile *derived;
    struct gf_error err = {0};
    assert_true(gf_derive(scene->profile, &params, NULL, &derived, &err));
    static const char *const names[] = {"x", "a", "b", "c", "y", "z"};
    assert_int_equal(derived->frames.n, 7);
    for (uint32_t i = 0; i < 6; i++) {
        size_t n;
        const char *name = gf_frame_name(&derived->frames, i + 1, &n);
        assert_true(n == 1 && *name == *names[i]);
    }
    gf_profile_free(derived);
    params = (struct gf_derive_params){.kind = GF_DERIVE_CALLERS, .name = 99};
    assert_false(gf_derive(scene->profile, &params, NULL, &derived, &err));
    assert_int_equal(err.code, GF_ERR_EMPTY);
    gf_scene_drop(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bottom_up),
        cmocka_unit_test(test_callees),
        cmocka_unit_test(test_callers),
        cmocka_unit_test(test_order_and_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
