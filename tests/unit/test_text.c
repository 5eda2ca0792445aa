/* Fonts, glyphs and measuring. The figures of the embedded font are read from it by FreeType here,
 * without hinting and caches, as the oracle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H

#include "text/text.h"

extern const unsigned char gf_font_regular[];
extern const unsigned gf_font_regular_size;

static struct gf_text *text;
static FT_Library library;
static FT_Face face;

static double unhinted_advance(uint32_t c, unsigned px)
{
    assert_int_equal(FT_Load_Char(face, c, FT_LOAD_NO_SCALE), 0);
    return (double)face->glyph->advance.x * px / face->units_per_EM;
}

/* How much ink a glyph has, in whole pixels. */
static double ink(const struct gf_glyph *g)
{
    struct gf_atlas atlas = gf_text_atlas(text);
    double sum = 0;
    assert_true(g->u + g->w <= atlas.width && g->v + g->h <= atlas.height);
    for (unsigned y = 0; y < g->h; y++) {
        for (unsigned x = 0; x < g->w; x++)
            sum += atlas.pixels[(size_t)(g->v + y) * atlas.width + g->u + x] / 255.0;
    }
    return sum;
}

static bool same_picture(struct gf_glyph a, struct gf_glyph b)
{
    struct gf_atlas atlas = gf_text_atlas(text);
    if (a.w != b.w || a.h != b.h)
        return false;
    for (unsigned y = 0; y < a.h; y++) {
        if (memcmp(atlas.pixels + (size_t)(a.v + y) * atlas.width + a.u,
                   atlas.pixels + (size_t)(b.v + y) * atlas.width + b.u, a.w) != 0)
            return false;
    }
    return true;
}

/* A code point that no font can have. */
static struct gf_glyph box(unsigned px)
{
    return *gf_text_glyph(text, 0x10fffe, px, false);
}

static void test_embedding(void **state)
{
    (void)state;
    assert_true(gf_font_regular_size > 100000);
    assert_memory_equal(gf_font_regular, "\0\1\0\0", 4);
    assert_int_equal(gf_font_regular[gf_font_regular_size], 0);
}

static void test_advances(void **state)
{
    (void)state;
    static const uint32_t points[] = {'a', 'i',  'W',   '_',   ' ',   ':',
                                      '~', 0xe9, 0x416, 0x3bb, 0x2192};
    static const unsigned sizes[] = {8, 11, 12, 16, 24, 48, 512};
    struct gf_measure m = gf_text_measure(text);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
            float a = m.advance(m.ctx, points[i], 0, sizes[s]);
            assert_true(fabs(a - unhinted_advance(points[i], sizes[s])) <= 1);
            assert_true(a == floorf(a));
            assert_true(a == gf_text_glyph(text, points[i], sizes[s], false)->advance);
            assert_true(a == m.advance(m.ctx, points[i], 0, sizes[s]));
        }
    }
}

static double font_kerning(uint32_t left, uint32_t right, unsigned px)
{
    FT_Vector k;
    assert_int_equal(FT_Get_Kerning(face, FT_Get_Char_Index(face, left),
                                    FT_Get_Char_Index(face, right), FT_KERNING_UNSCALED, &k),
                     0);
    return (double)k.x * px / face->units_per_EM;
}

static void test_kerning(void **state)
{
    (void)state;
    struct gf_measure m = gf_text_measure(text);
    const unsigned px = 48;
    double wanted = font_kerning('A', 'V', px);
    assert_true(wanted < -1);
    assert_true(fabs(gf_text_kerning(text, 'A', 'V', px, false) - wanted) <= 0.5);
    assert_true(gf_text_kerning(text, 'V', 'A', px, false) < 0);
    assert_true(gf_text_kerning(text, 'H', 'H', px, false) == 0);
    assert_true(gf_text_kerning(text, 0, 'V', px, false) == 0);
    /* Beyond ASCII, where no table helps: Te and the like. */
    assert_true(font_kerning('T', 0xe9, px) < -1);
    assert_true(fabs(gf_text_kerning(text, 'T', 0xe9, px, false) - font_kerning('T', 0xe9, px)) <=
                0.5);
    assert_true(m.advance(m.ctx, 0xe9, 'T', px) < m.advance(m.ctx, 0xe9, 0, px));
    assert_true(gf_text_kerning(text, 'A', 'V', px, true) < 0);
    assert_true(m.advance(m.ctx, 'V', 'A', px) ==
                m.advance(m.ctx, 'V', 0, px) + gf_text_kerning(text, 'A', 'V', px, false));
    /* A row of sizes: more than the tables kept at a time, and back again. */
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned size = 10; size < 60; size++) {
            double have = gf_text_kerning(text, 'A', 'V', size, round != 0);
            assert_true(have <= 0 && have >= -(double)size / 5);
        }
    }
    assert_true(fabs(gf_text_kerning(text, 'A', 'V', px, false) - wanted) <= 0.5);
}

static void test_glyphs(void **state)
{
    (void)state;
    struct gf_glyph a = *gf_text_glyph(text, 'a', 12, false);
    assert_in_range(a.h, 6, 8); /* the x-height is 0.55 em */
    assert_in_range(a.top, 6, 8);
    assert_true(ink(&a) > 10);
    struct gf_glyph again = *gf_text_glyph(text, 'a', 12, false);
    assert_memory_equal(&a, &again, sizeof a);
    struct gf_glyph bold = *gf_text_glyph(text, 'a', 12, true);
    assert_true(ink(&bold) > ink(&a) * 1.15);
    struct gf_glyph large = *gf_text_glyph(text, 'a', 48, false);
    assert_true(ink(&large) > ink(&a) * 10);
    struct gf_glyph space = *gf_text_glyph(text, ' ', 12, false);
    assert_int_equal(space.w, 0);
    assert_true(space.advance > 2);
    assert_false(same_picture(a, *gf_text_glyph(text, 'b', 12, false)));
    /* Arabic and Cyrillic are in the embedded font itself. */
    assert_false(same_picture(box(20), *gf_text_glyph(text, 0x639, 20, false)));
    assert_false(same_picture(box(20), *gf_text_glyph(text, 0x416, 20, false)));
}

static void test_box(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0, 1, 0x1b, 0x7f, 0x85, 0x202e, 0x2028, 0x110000, UINT32_MAX};
    struct gf_glyph b = box(20);
    assert_true(b.w > 5 && b.h > 10 && b.advance > b.w && ink(&b) > 20);
    for (size_t i = 0; i < 7; i++)
        assert_true(same_picture(b, *gf_text_glyph(text, bad[i], 20, i & 1)));
    /* What is no code point is U+FFFD, which the font has. */
    struct gf_glyph replacement = *gf_text_glyph(text, 0xfffd, 20, false);
    assert_false(same_picture(b, replacement));
    assert_true(same_picture(replacement, *gf_text_glyph(text, bad[7], 20, false)));
    assert_true(same_picture(replacement, *gf_text_glyph(text, bad[8], 20, false)));
    struct gf_measure m = gf_text_measure(text);
    assert_true(m.advance(m.ctx, 0x10fffe, 0, 20) == b.advance);
}

static void test_marks(void **state)
{
    (void)state;
    static const uint32_t marks[] = {0x300, 0x301, 0x308, 0x30a, 0x327, 0x331, 0x64b, 0x651};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const struct gf_glyph *g = gf_text_glyph(text, marks[i], 24, false);
        assert_true(g->advance == 0);
        assert_true(g->w > 0);
        /* Over the glyph before the pen, and not further back than that one is wide. */
        assert_true(g->left < 0 && g->left >= -24 && g->left + g->w <= 6);
    }
    static const uint32_t unseen[] = {0xad, 0x200b, 0x200d, 0xfe0f, 0xfeff};
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++) {
        const struct gf_glyph *g = gf_text_glyph(text, unseen[i], 24, false);
        assert_true(g->advance == 0 && g->w == 0);
    }
}

static void test_sizes(void **state)
{
    (void)state;
    for (unsigned px = 1; px <= GF_TEXT_PX_MAX; px = px * 3 / 2 + 1) {
        int ascent, descent;
        gf_text_line(text, px, &ascent, &descent);
        assert_true(ascent > 0 && descent > 0 && ascent + descent >= (int)px);
        assert_true(ascent + descent <= (int)px * 2 + 2);
        struct gf_glyph g = *gf_text_glyph(text, 'g', px, false);
        assert_true(g.top <= ascent && g.h - g.top <= descent);
    }
    struct gf_glyph max = *gf_text_glyph(text, 'g', GF_TEXT_PX_MAX, false);
    assert_true(same_picture(max, *gf_text_glyph(text, 'g', 100000, false)));
    assert_true(
        same_picture(*gf_text_glyph(text, 'g', 1, false), *gf_text_glyph(text, 'g', 0, false)));
}

/* The atlas starts anew when it is full; glyphs made afterwards are whole. */
static void test_restart(void **state)
{
    (void)state;
    uint64_t generation = gf_text_atlas(text).generation;
    struct gf_glyph before = *gf_text_glyph(text, 'e', 14, false);
    double much = ink(&before);
    for (unsigned px = 300; px < 400 && gf_text_atlas(text).generation == generation; px++) {
        for (uint32_t c = 'A'; c <= 'Z'; c++)
            gf_text_glyph(text, c, px, false);
    }
    assert_true(gf_text_atlas(text).generation > generation);
    assert_true(gf_text_atlas(text).height <= 16384);
    struct gf_glyph after = *gf_text_glyph(text, 'e', 14, false);
    assert_true(ink(&after) == much);
    assert_true(after.advance == before.advance);
}

/* Asks fontconfig itself for a symbol or an ideograph that DejaVu lacks and another font has. */
static uint32_t lacking(void)
{
    FcConfig *config = FcInitLoadConfigAndFonts();
    FcFontSet *fonts = FcConfigGetFonts(config, FcSetSystem);
    uint32_t found = 0;
    for (int i = 0; fonts && i < fonts->nfont && !found; i++) {
        FcCharSet *set;
        FcBool scalable = FcFalse;
        if (FcPatternGetBool(fonts->fonts[i], FC_SCALABLE, 0, &scalable) != FcResultMatch ||
            !scalable || FcPatternGetCharSet(fonts->fonts[i], FC_CHARSET, 0, &set) != FcResultMatch)
            continue;
        for (uint32_t c = 0x2190; c < 0xa000 && !found; c++) {
            if (FcCharSetHasChar(set, c) && FT_Get_Char_Index(face, c) == 0)
                found = c;
        }
    }
    FcConfigDestroy(config);
    return found;
}

static void test_fallback(void **state)
{
    (void)state;
    if (getenv("GF_TEST_NO_FONTCONFIG")) {
        assert_true(same_picture(box(20), *gf_text_glyph(text, 0x4e2d, 20, false)));
        assert_true(same_picture(box(20), *gf_text_glyph(text, 0x1f525, 20, true)));
        return;
    }
    uint32_t c = lacking();
    if (!c)
        skip();
    struct gf_glyph g = *gf_text_glyph(text, c, 20, false);
    assert_true(g.advance > 0);
    assert_false(same_picture(box(20), g));
    struct gf_glyph bold = *gf_text_glyph(text, c, 20, true);
    assert_true(g.w == 0 || ink(&bold) > ink(&g));
    struct gf_measure m = gf_text_measure(text);
    assert_true(m.advance(m.ctx, c, 'a', 20) == g.advance);
}

/* Every code point of two planes, measured: no crash, no endless growth, sane figures. */
static void test_all(void **state)
{
    (void)state;
    struct gf_measure m = gf_text_measure(text);
    for (uint32_t c = 0; c < 0x20000; c += 7) {
        float a = m.advance(m.ctx, c, c / 2, 12);
        assert_true(a >= -12 && a < 200);
    }
}

static int setup(void **state)
{
    (void)state;
    return gf_text_open(&text, NULL) && FT_Init_FreeType(&library) == 0 &&
                   FT_New_Memory_Face(library, gf_font_regular, (FT_Long)gf_font_regular_size, 0,
                                      &face) == 0
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    gf_text_close(text);
    gf_text_close(NULL);
    FT_Done_Face(face);
    FT_Done_FreeType(library);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_embedding), cmocka_unit_test(test_advances),
        cmocka_unit_test(test_kerning),   cmocka_unit_test(test_glyphs),
        cmocka_unit_test(test_box),       cmocka_unit_test(test_marks),
        cmocka_unit_test(test_sizes),     cmocka_unit_test(test_restart),
        cmocka_unit_test(test_fallback),  cmocka_unit_test(test_all),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
