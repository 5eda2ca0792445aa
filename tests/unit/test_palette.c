/* flamegraph.pl's palettes against values computed with Perl 5.36, and what every palette keeps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "layout/color.h"
#include "layout/palette.h"
#include "support/frames_build.h"
#include "support/test_cmocka.h"

static uint32_t fill_of(const char *mode, bool hash, const char *theme, const char *name)
{
    uint64_t offset[2] = {0, strlen(name)};
    char bytes[256];
    memcpy(bytes, name, strlen(name));
    struct gf_frames frames = {.names = {bytes, offset, 1}};
    struct gf_palette palette = {.mode = mode, .hash = hash, .theme = gf_theme_by_name(theme)};
    struct gf_colors colors;
    assert_true(gf_colors_make(&frames, 0, &palette, &colors, NULL));
    assert_int_equal(colors.n, 1);
    assert_string_equal(colors.palette.mode, mode);
    uint32_t fill = colors.fill[0];
    gf_colors_free(&colors);
    return fill;
}

/* hot: srand(sum of bytes), rand(1); hot and mem with --hash: the published weighted mean. */
static void known_values_of_hot_and_mem(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint8_t hot[3], hot_hash[3], mem_hash[3];
    } known[] = {
        {"main", {243, 179, 42}, {247, 83, 46}, {0, 232, 76}},
        {"java/lang/Thread:.run_[j]", {218, 60, 14}, {237, 104, 35}, {0, 222, 95}},
        {"tcp_sendmsg_[k]", {229, 113, 27}, {236, 169, 34}, {0, 221, 154}},
        {"std::vector<int>::push_back", {245, 184, 44}, {242, 146, 40}, {0, 227, 134}},
        {"libc.so.6`malloc", {209, 18, 4}, {243, 112, 42}, {0, 228, 102}},
        {"a", {236, 146, 35}, {235, 140, 33}, {0, 220, 128}},
        {"x/y.js:12", {214, 41, 10}, {242, 211, 41}, {0, 227, 193}},
        {"Perl_pp_entersub", {252, 219, 52}, {228, 200, 25}, {0, 213, 183}},
        {"~Lang:foo", {238, 153, 36}, {247, 128, 47}, {0, 232, 117}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint8_t *h = known[i].hot, *k = known[i].hot_hash, *m = known[i].mem_hash;
        const char *name = known[i].name;
        assert_int_equal(fill_of("hot", false, "light", name), gf_rgb(h[0], h[1], h[2]));
        assert_int_equal(fill_of("hot", true, "dark", name), gf_rgb(k[0], k[1], k[2]));
        assert_int_equal(fill_of("mem", true, "light", name), gf_rgb(m[0], m[1], m[2]));
    }
}

static void language_palettes_choose_hues_by_kind(void **state)
{
    (void)state;
    static const struct {
        const char *mode, *name;
        uint8_t rgb[3];
    } known[] = {
        {"java", "java/lang/Thread:.run_[j]", {65, 214, 65}},
        {"java", "foo_[i]", {91, 203, 203}},
        {"java", "std::vector<int>::push_back", {219, 219, 66}},
        {"java", "tcp_sendmsg_[k]", {222, 122, 0}},
        {"java", "main", {242, 112, 112}},
        {"js", "x/y.js:12", {60, 210, 60}},
        {"js", "~Lang:foo", {90, 201, 201}},
        {"perl", "Perl_pp_entersub", {107, 252, 107}},
        {"chain", "waker_[w]", {64, 178, 178}},
        {"chain", "main", {126, 126, 243}},
        {"wakeup", "main", {96, 207, 207}},
        {"red", "main", {242, 112, 112}},
        {"green", "main", {96, 242, 96}},
        {"yellow", "main", {217, 217, 65}},
        {"orange", "main", {240, 140, 0}},
        {"blue", "main", {126, 126, 243}},
        {"aqua", "main", {96, 207, 207}},
        {"java", "--", {160, 160, 160}},
        {"hot", "-", {200, 200, 200}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint8_t *c = known[i].rgb;
        assert_int_equal(fill_of(known[i].mode, false, "light", known[i].name),
                         gf_rgb(c[0], c[1], c[2]));
    }
    /* Which hue, without the arithmetic: the same as another name's of that kind. */
    assert_int_equal(fill_of("java", false, "light", "org/x"),
                     fill_of("green", false, "light", "org/x"));
    assert_int_equal(fill_of("java", false, "light", "Lcom/x"),
                     fill_of("green", false, "light", "Lcom/x"));
    assert_int_equal(fill_of("java", false, "light", "A:::b"),
                     fill_of("green", false, "light", "A:::b"));
    assert_int_equal(fill_of("java", false, "light", "L"), fill_of("red", false, "light", "L"));
    assert_int_equal(fill_of("js", false, "light", "f_[j]"),
                     fill_of("aqua", false, "light", "f_[j]"));
    assert_int_equal(fill_of("js", false, "light", "/f_[j]"),
                     fill_of("green", false, "light", "/f_[j]"));
    assert_int_equal(fill_of("js", false, "light", " "), fill_of("green", false, "light", " "));
    assert_int_equal(fill_of("perl", false, "light", "a.pl"),
                     fill_of("green", false, "light", "a.pl"));
}

static void text_contrasts_with_every_fill(void **state)
{
    (void)state;
    enum { NAMES = 3000 };
    static char names[NAMES][48];
    static const char *list[NAMES];
    static const char *const suffix[] = {"", "_[k]", "_[j]", "_[i]", "_[w]", "::f", ".py:1", ""};
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(names[i], sizeof names[i], "m%x/x%u%s", (unsigned)(gf_mix(i) & 0xfff), i,
                 suffix[i % 8]);
        list[i] = names[i];
    }
    list[0] = "";
    list[1] = "-";
    list[2] = "[unknown]";
    struct gf_frames f = {0};
    frames_set_names(&f, list, NAMES);
    for (const char *const *mode = gf_palette_names(); *mode; mode++)
        for (int dark = 0; dark < 2; dark++)
            for (int how = 0; how < 4; how++) {
                const struct gf_theme *theme = gf_theme_by_name(dark ? "dark" : "light");
                struct gf_palette palette = {*mode, how & 1, how & 2, theme, false};
                struct gf_colors colors;
                assert_true(gf_palette_known(*mode));
                if (strcmp(*mode, "diff") == 0) { /* these are none; test_model_diff.c has some */
                    assert_false(gf_colors_make(&f, 0, &palette, &colors, NULL));
                    continue;
                }
                assert_true(gf_colors_make(&f, 0, &palette, &colors, NULL));
                for (uint32_t i = 0; i < colors.n; i++) {
                    assert_int_equal(colors.fill[i] >> 24, 0xff);
                    uint32_t text = gf_text_on(theme, colors.fill[i]);
                    assert_true(gf_color_contrast(text, colors.fill[i]) >= 4.5);
                }
                gf_colors_free(&colors);
            }
    frames_build_free(&f);
}

static void text_contrasts_with_any_colour_at_all(void **state)
{
    (void)state;
    const struct gf_theme *theme = gf_theme_by_name("dark");
    for (unsigned r = 0; r < 256; r += 15)
        for (unsigned g = 0; g < 256; g += 15)
            for (unsigned b = 0; b < 256; b += 15) {
                uint32_t fill = gf_rgb(r, g, b);
                assert_true(gf_color_contrast(gf_text_on(theme, fill), fill) >= 4.5);
            }
}

static void themes_are_legible(void **state)
{
    (void)state;
    static const char *const names[] = {"light", "dark"};
    for (int i = 0; i < 2; i++) {
        const struct gf_theme *t = gf_theme_by_name(names[i]);
        assert_string_equal(t->name, names[i]);
        assert_int_equal(t->dark, i);
        assert_true(gf_color_contrast(t->text, t->background) >= 7);
        assert_true(gf_color_contrast(t->text_dim, t->background) >= 4.5);
        assert_true(gf_color_contrast(t->text_dim, t->panel) >= 4.5);
        assert_true(gf_color_contrast(gf_text_on(t, t->match), t->match) >= 4.5);
        assert_true(gf_color_contrast(gf_text_on(t, t->root_fill), t->root_fill) >= 4.5);
        assert_true(gf_color_contrast(t->match, t->background) >= 2.5);
    }
    assert_null(gf_theme_by_name("Light"));
    assert_false(gf_palette_known("hotter"));
    struct gf_error err;
    struct gf_colors colors;
    struct gf_frames none = {0};
    struct gf_palette palette = {.mode = "hotter", .theme = gf_theme_by_name("dark")};
    assert_false(gf_colors_make(&none, 0, &palette, &colors, &err));
    assert_int_equal(err.code, GF_ERR_USAGE);
}

static void oklch_known_values(void **state)
{
    (void)state;
    /* The primaries' coordinates as published with the colour space. */
    assert_int_equal(gf_color_oklch(0.627955, 0.257683, 29.2339), gf_rgb(255, 0, 0));
    assert_int_equal(gf_color_oklch(0.866440, 0.294827, 142.4953), gf_rgb(0, 255, 0));
    assert_int_equal(gf_color_oklch(0.452014, 0.313214, 264.0520), gf_rgb(0, 0, 255));
    assert_int_equal(gf_color_oklch(1, 0, 0), gf_rgb(255, 255, 255));
    assert_int_equal(gf_color_oklch(0, 0.1, 0), gf_rgb(0, 0, 0));
    /* Out of gamut: less chroma, the same grey value and hue. */
    uint32_t c = gf_color_oklch(0.8, 0.4, 30);
    assert_true(gf_red(c) >= 254 && gf_green(c) > 100);
    assert_true(gf_color_contrast(gf_rgb(255, 255, 255), gf_rgb(0, 0, 0)) > 20.99);
}

static double linear(unsigned level)
{
    double v = level / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* OKLab of a colour as somebody sees it whose vision is the matrix `eye` (on linear sRGB). */
static void seen(uint32_t color, const double eye[3][3], double lab[3])
{
    double rgb[3] = {linear(gf_red(color)), linear(gf_green(color)), linear(gf_blue(color))}, v[3];
    for (int i = 0; i < 3; i++) {
        v[i] = eye[i][0] * rgb[0] + eye[i][1] * rgb[1] + eye[i][2] * rgb[2];
        v[i] = v[i] < 0 ? 0 : v[i] > 1 ? 1 : v[i];
    }
    double l = cbrt(0.4122214708 * v[0] + 0.5363325363 * v[1] + 0.0514459929 * v[2]);
    double m = cbrt(0.2119034982 * v[0] + 0.6806995451 * v[1] + 0.1073969566 * v[2]);
    double s = cbrt(0.0883024619 * v[0] + 0.2817188376 * v[1] + 0.6299787005 * v[2]);
    lab[0] = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
    lab[1] = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    lab[2] = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
}

/* Searches are told apart by colour alone, so no two may look alike to anybody: full dichromats as
 * in Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
 * deficiency" (2009). 0.02 is a difference that can just be seen side by side. */
static void marks_are_told_apart_by_everybody(void **state)
{
    (void)state;
    static const double eyes[4][3][3] = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                         {{0.152286, 1.052583, -0.204868},
                                          {0.114503, 0.786281, 0.099216},
                                          {-0.003882, -0.048116, 1.051998}},
                                         {{0.367322, 0.860646, -0.227968},
                                          {0.280085, 0.672501, 0.047413},
                                          {-0.011820, 0.042940, 0.968881}},
                                         {{1.255528, -0.076749, -0.178779},
                                          {-0.078411, 0.930809, 0.147602},
                                          {0.004733, 0.691367, 0.303900}}};
    static const char *const names[] = {"light", "dark"};
    for (int t = 0; t < 2; t++) {
        const struct gf_theme *theme = gf_theme_by_name(names[t]);
        assert_int_equal(gf_theme_mark(theme, 1), theme->match);
        for (int e = 0; e < 4; e++)
            for (unsigned a = 1; a <= GF_MARKS; a++)
                for (unsigned b = 1; b < a; b++) {
                    double x[3], y[3];
                    seen(gf_theme_mark(theme, a), eyes[e], x);
                    seen(gf_theme_mark(theme, b), eyes[e], y);
                    double d =
                        sqrt(pow(x[0] - y[0], 2) + pow(x[1] - y[1], 2) + pow(x[2] - y[2], 2));
                    if (d < 0.12)
                        fail_msg("%s: marks %u and %u are %.3f apart for eye %d", names[t], a, b, d,
                                 e);
                }
        for (unsigned a = 1; a <= GF_MARKS; a++) {
            uint32_t fill = gf_theme_mark(theme, a);
            assert_true(gf_color_contrast(gf_text_on(theme, fill), fill) >= 4.5);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_of_hot_and_mem),
        cmocka_unit_test(language_palettes_choose_hues_by_kind),
        cmocka_unit_test(text_contrasts_with_every_fill),
        cmocka_unit_test(text_contrasts_with_any_colour_at_all),
        cmocka_unit_test(themes_are_legible),
        cmocka_unit_test(oklch_known_values),
        cmocka_unit_test(marks_are_told_apart_by_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
