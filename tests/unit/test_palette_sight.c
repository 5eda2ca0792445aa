/* Colours that mean something, as people with two kinds of cones see them; and heat. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "layout/color.h"
#include "layout/palette_fill.h"
#include "support/frames_build.h"
#include "support/test_cmocka.h"

/* Linear RGB as seen without red, green and blue cones: G. Machado, M. Oliveira, L. Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0. */
static const double sight[4][9] = {
    {1, 0, 0, 0, 1, 0, 0, 0, 1},
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
};

static double linear(unsigned v)
{
    double c = v / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* OKLab (B. Ottosson, 2020) of a colour as seen. */
static void seen(uint32_t color, const double *m, double lab[3])
{
    double in[3] = {linear(gf_red(color)), linear(gf_green(color)), linear(gf_blue(color))}, c[3];
    for (int i = 0; i < 3; i++)
        c[i] = fmin(1, fmax(0, m[i * 3] * in[0] + m[i * 3 + 1] * in[1] + m[i * 3 + 2] * in[2]));
    double l = cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
    double a = cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
    double s = cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
    lab[0] = 0.2104542553 * l + 0.7936177850 * a - 0.0040720468 * s;
    lab[1] = 1.9779984951 * l - 2.4285922050 * a + 0.4505937099 * s;
    lab[2] = 0.0259040371 * l + 0.7827717662 * a - 0.8086757660 * s;
}

static double apart(uint32_t x, uint32_t y, const double *m)
{
    double a[3], b[3];
    seen(x, m, a);
    seen(y, m, b);
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                (a[2] - b[2]) * (a[2] - b[2]));
}

/* The least distance of two labelled colours of the palette's legend, for anybody. */
static double least_apart(const char *mode, bool color_blind, const char *theme)
{
    struct gf_palette palette = {
        .mode = mode, .color_blind = color_blind, .theme = gf_theme_by_name(theme)};
    struct gf_legend_entry e[GF_LEGEND_MAX];
    unsigned n = gf_palette_legend(&palette, e);
    assert_true(n > 1);
    double least = 1;
    for (int s = 0; s < 4; s++)
        for (unsigned i = 0; i < n; i++)
            for (unsigned j = 0; j < i; j++)
                if (e[i].label && e[j].label)
                    least = fmin(least, apart(e[i].fill, e[j].fill, sight[s]));
    return least;
}

/* 0.02 is about what can just be told apart; shades of one kind differ by 0.05. */
static void kinds_stay_apart(void **state)
{
    (void)state;
    static const char *const modes[] = {"kind", "module", "java", "js", "perl", "chain"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        for (int dark = 0; dark < 2; dark++) {
            double least = least_apart(modes[i], true, dark ? "dark" : "light");
            if (least < 0.09)
                fail_msg("%s %d: %.3f", modes[i], dark, least);
        }
    /* What it is for: flamegraph.pl's own are not. */
    assert_true(least_apart("java", false, "light") < 0.06);
}

/* The grey that a colour has for somebody who sees none. */
static double lightness(uint32_t color)
{
    double lab[3];
    seen(color, sight[0], lab);
    return lab[0];
}

static void heat_is_a_scale(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        const struct gf_theme *theme = gf_theme_by_name(dark ? "dark" : "light");
        double before = lightness(gf_heat_fill(theme, GF_HEAT_LEAST)), sign = dark ? 1 : -1;
        assert_int_equal(gf_heat_fill(theme, 0), gf_heat_fill(theme, GF_HEAT_LEAST));
        assert_int_equal(gf_heat_fill(theme, 1), gf_heat_fill(theme, GF_HEAT_MOST));
        for (double share = GF_HEAT_LEAST * 2; share <= GF_HEAT_MOST; share *= 2) {
            double now = lightness(gf_heat_fill(theme, share));
            assert_true(sign * (now - before) > 0.02);
            before = now;
        }
    }
}

/* Self is a function's own, over all the places where it occurs. */
static void heat_goes_by_self(void **state)
{
    (void)state;
    struct gf_frames f;
    frames_from_folded(&f, "a;b 10\na;c;b 30\nd 20\nd;e 40\n");
    const struct gf_theme *theme = gf_theme_by_name("light");
    struct gf_palette palette = {.mode = "heat", .theme = theme};
    struct gf_colors colors;
    assert_true(gf_colors_make(&f, 0, &palette, &colors, NULL));
    static const struct {
        char name;
        double share;
    } want[] = {{'a', 0}, {'b', 0.4}, {'c', 0}, {'d', 0.2}, {'e', 0.4}};
    for (uint32_t i = 0; i < f.names.n; i++)
        for (size_t k = 0; k < sizeof want / sizeof *want; k++)
            if (f.names.bytes[f.names.offset[i]] == want[k].name)
                assert_int_equal(colors.fill[i], gf_heat_fill(theme, want[k].share));
    assert_int_equal(f.names.n, 5);
    gf_colors_free(&colors);
    frames_build_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_stay_apart),
        cmocka_unit_test(heat_is_a_scale),
        cmocka_unit_test(heat_goes_by_self),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
