/* The SVG as an XML parser sees it (check_svg.py). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "export/svg.h"
#include "support/make_frames.h"
#include "support/memory_output.h"

static const struct gf_theme theme = {.name = "light",
                                      .background = 0xfffafcfd,
                                      .text = 0xff202020,
                                      .text_dim = 0xff606060,
                                      .match = 0xffe060e0,
                                      .root_fill = 0xffc8c8cc,
                                      .frame_text_dark = 0xff101010,
                                      .frame_text_light = 0xffffffff};

/* Every character is 7 pixels wide. */
static float seven(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px)
{
    (void)ctx, (void)codepoint, (void)previous, (void)px;
    return 7;
}
static const struct gf_measure measure = {NULL, seven};

struct result {
    struct gf_svg_counts counts;
    size_t bytes;
    char seen[1 << 16]; /* what check_svg.py printed */
};

static void parse(const struct gf_output *out, struct result *r)
{
    char path[] = "/tmp/gf_test_svg_XXXXXX", command[512];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, out->data, out->len), out->len);
    close(fd);
    snprintf(command, sizeof command, "python3 '%s/tests/unit/check_svg.py' %s 2>&1",
             GF_TEST_SOURCE_DIR, path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t n = fread(r->seen, 1, sizeof r->seen - 1, f);
    r->seen[n] = '\0';
    while (fgetc(f) != EOF)
        ;
    int status = pclose(f);
    unlink(path);
    if (status != 0)
        fail_msg("%s", r->seen);
}

/* Fills are by name id: 0x.. of `fills`, or grey. */
static struct result draw(const struct made_node *nodes, uint32_t n, struct gf_svg_params p,
                          const uint32_t *fills, uint32_t nfills)
{
    struct result r = {0};
    struct gf_frames frames = make_frames(nodes, n);
    struct gf_colors colors = {.n = frames.names.n};
    colors.fill = malloc((colors.n + 1) * sizeof *colors.fill);
    for (uint32_t i = 0; i < colors.n; i++)
        colors.fill[i] = i < nfills ? fills[i] : 0xff808080;
    struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
    struct gf_error err = {0};
    p.frames = &frames;
    p.colors = &colors;
    p.theme = &theme;
    p.measure = &measure;
    if (!gf_svg_write(&p, &out, &r.counts, &err))
        fail_msg("%s", err.message);
    r.bytes = out.len;
    parse(&out, &r);
    memory_output_free(&out);
    made_frames_free(&frames);
    free(colors.fill);
    return r;
}

static void expect(const struct result *r, const char *line)
{
    if (!strstr(r->seen, line))
        fail_msg("not there: %s\n%s", line, r->seen);
}

static const struct made_node small[] = {
    {0, NULL, 0}, {1, "main", 10}, {2, "work", 60}, {2, "rest", 30}};

static void test_places_and_amounts(void **state)
{
    (void)state;
    struct gf_svg_params p = {.width = 1020, .row_height = 20, .unit = "ms", .subtitle = "10 s"};
    struct result r = draw(small, 4, p, NULL, 0);
    expect(&r, "size 1020 156\n");
    expect(&r, "text title Flame Graph\n");
    expect(&r, "text subtitle 10 s\n");
    expect(&r, "names Function:\n");
    expect(&r, "frame 10 106 1000 #ccc8c8 all (100 ms, 100%) [all]\n");
    expect(&r, "frame 10 86 1000 #808080 main (100 ms, 100%) [main]\n");
    expect(&r, "frame 110 66 600 #808080 work (60 ms, 60.0%) [work]\n");
    expect(&r, "frame 710 66 300 #808080 rest (30 ms, 30.0%) [rest]\n");
    assert_int_equal(r.counts.drawn, 4);
    assert_int_equal(r.counts.height, 156);
}

/* What a PNG says below its title, cut where it does not fit; what was given as a second line goes
 * below. */
static void test_summary(void **state)
{
    (void)state;
    struct gf_svg_params p = {.width = 1020, .row_height = 20, .unit = "ms", .input = "cpu.folded"};
    struct result r = draw(small, 4, p, NULL, 0);
    expect(&r, "size 1020 156\n");
    expect(&r, "text summary 100 ms  \xc2\xb7  3 call paths  \xc2\xb7  cpu.folded\n");
    expect(&r, "frame 10 106 1000 #ccc8c8 all ");
    p.subtitle = "10 s";
    r = draw(small, 4, p, NULL, 0);
    expect(&r, "text subtitle 10 s\n");
    expect(&r, "frame 10 122 1000 #ccc8c8 all ");
    p.width = 120;
    r = draw(small, 4, p, NULL, 0);
    expect(&r, "text summary 100 ms  \xc2\xb7");
    expect(&r, "\xe2\x80\xa6\n");
}

/* The lines of gf_layout_band, in the gaps above and below the function's row. */
static void test_sandwich(void **state)
{
    (void)state;
    static const struct made_node halves[] = {{0, "", 0},  {1, "f", 0},  {2, "caller", 60},
                                              {1, "f", 0}, {2, "a", 50}, {2, "b", 10}};
    struct gf_svg_params p = {.width = 1020, .row_height = 20, .half = 60};
    struct result r = draw(halves, 6, p, NULL, 0);
    expect(&r, "line 10 85 1000 1 #202020\nline 10 105 1000 1 #202020\n");
    expect(&r, "frame 10 66 1000 #808080 caller ");
    expect(&r, "frame 10 86 1000 #808080 f ");
    expect(&r, "frame 10 106 833.3");
    p.half = 0;
    r = draw(small, 4, p, NULL, 0);
    assert_null(strstr(r.seen, "line "));
}

static void test_inverted(void **state)
{
    (void)state;
    struct result r = draw(small, 4, (struct gf_svg_params){.inverted = true}, NULL, 0);
    expect(&r, "frame 10 66 1180 #ccc8c8 all ");
    expect(&r, " 102 354 #808080 rest ");
}

static void test_decimals(void **state)
{
    (void)state;
    struct result r = draw(small, 4, (struct gf_svg_params){.decimals = 2}, NULL, 0);
    expect(&r, " work (0.6 samples, 60.0%)");
}

/* Names that are markup, script, terminal escapes, or no UTF-8 at all. */
static void test_hostile_names(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0},
                                      {1, "</title><script>alert(1)</script>", 1},
                                      {1, "]]></script><svg onload='x'>", 1},
                                      {1, "\" onclick=\"alert(1)", 1},
                                      {1, "&lt;&#x0;", 1},
                                      {1, "a\x1b[31m\nb", 1},
                                      {1, "\xff\xed\xa0\x80", 1},
                                      {1, "\xef\xbf\xbe\xef\xbf\xbf", 1},
                                      {1,
                                       "\xe2\x80\xae"
                                       "evil",
                                       1},
                                      {1, "\xd9\x85\xd9\x84\xd9\x81", 1},
                                      {1, "", 1}};
    struct gf_svg_params p = {.title = "<b>&\x01",
                              .subtitle = "]]>\"'",
                              .unit = "<i>",
                              .width = 10000,
                              .name_type = "\"><script>"};
    struct result r = draw(nodes, 11, p, NULL, 0);
    expect(&r, "text title <b>&\\x01\n");
    expect(&r, "text subtitle ]]>\"'\n");
    expect(&r, "names \"><script>\n");
    expect(&r,
           " </title><script>alert(1)</script> (1 <i>, 10.0%) [</title><script>alert(1)</script>]");
    expect(&r, " ]]></script><svg onload='x'> (1 <i>,");
    expect(&r, " \" onclick=\"alert(1) (1 <i>,");
    expect(&r, " &lt;&#x0; (1 <i>,");
    expect(&r, " a\\x1b[31m\\x0ab (1 <i>,");
    expect(&r, " \\xff\\xed\\xa0\\x80 (1 <i>,");
    expect(&r, " \xef\xbf\xbd\xef\xbf\xbd (1 <i>,");
    expect(&r, " \\u{202e}evil (1 <i>,");
    expect(&r, " \xd9\x85\xd9\x84\xd9\x81 (1 <i>,");
    expect(&r, "  (1 <i>,");
}

/* A name of 3,000 two-byte characters, cut between two of them. */
static void test_long_name(void **state)
{
    (void)state;
    char name[6002] = "x";
    for (size_t i = 1; i < 6001; i += 2)
        memcpy(name + i, "\xc3\xa9", 2);
    const struct made_node nodes[] = {{0, NULL, 0}, {1, name, 1}};
    struct result r = draw(nodes, 2, (struct gf_svg_params){0}, NULL, 0);
    expect(&r, "\xc3\xa9\xe2\x80\xa6 (1 samples, 100%)");
    assert_true(r.bytes < 20000);
}

/* Labels at 7 pixels a character with 4 at either side: whole, cut, and left out. */
static void test_labels(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0},        {1, "abcdefgh", 64}, {1, "bcdefghi", 63},
                                      {1, "cdefghij", 36}, {1, "defghijk", 35}, {1, "\x1b[k", 64},
                                      {1, "rest", 938}};
    struct result r = draw(nodes, 7, (struct gf_svg_params){.width = 1220}, NULL, 0);
    expect(&r, " abcdefgh (64 samples, 5.33%) [abcdefgh]\n");
    expect(&r, " bcdefghi (63 samples, 5.25%) [bcdefg\xe2\x80\xa6]\n");
    expect(&r, " cdefghij (36 samples, 3.00%) [cde\xe2\x80\xa6]\n");
    expect(&r, " defghijk (35 samples, 2.92%) \n");
    expect(&r, " \\x1b[k (64 samples, 5.33%) [\\x1b[k]\n");
}

/* 1,000 frames of 0.05 px between two wide ones: blocks of a pixel in the mean colour. */
static void test_narrow_frames_become_blocks(void **state)
{
    (void)state;
    static struct made_node nodes[1003];
    nodes[0] = (struct made_node){0, NULL, 0};
    nodes[1] = (struct made_node){1, "left", 10000};
    for (int i = 0; i < 1000; i++)
        nodes[2 + i] = (struct made_node){1, i % 2 ? "odd" : "even", 1};
    nodes[1002] = (struct made_node){1, "right", 9000};
    static const uint32_t fills[] = {0xff808080, 0xff2000c8, 0xff600064};
    struct result r = draw(nodes, 1003, (struct gf_svg_params){.width = 1020}, fills, 3);
    assert_int_equal(r.counts.drawn, 3);
    assert_int_equal(r.counts.merged, 1000);
    assert_int_equal(r.counts.blocks, 50);
    assert_int_equal(r.counts.skipped, 0);
    expect(&r, "block 510 66 1 #960040 20 narrow frames (20 samples, 0.10%)");
    expect(&r, "block 559 66 1 ");
    expect(&r, "frame 560 66 450 #808080 right ");
}

/* A lone frame below the least width is not drawn; one that is alone in its block keeps its name.
 */
static void test_skipped_frames(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0},        {1, "wide", 100000}, {2, "lone", 5},
                                      {1, "other", 99992}, {2, "zero", 0},      {1, "x", 3}};
    struct result r = draw(nodes, 6, (struct gf_svg_params){.width = 1020}, NULL, 0);
    assert_null(strstr(r.seen, "lone"));
    assert_null(strstr(r.seen, "zero"));
    assert_int_equal(r.counts.drawn, 3);
    assert_int_equal(r.counts.skipped, 2);
    /* Rows without anything to be seen take no room. */
    assert_int_equal(r.counts.height, 66 + 2 * 18 + 30);
}

static void test_frames_are_limited(void **state)
{
    (void)state;
    static struct made_node nodes[4002];
    nodes[0] = (struct made_node){0, NULL, 0};
    nodes[1] = (struct made_node){1, "base", 0};
    for (int i = 0; i < 4000; i++)
        nodes[2 + i] = (struct made_node){2, i % 4 ? "b" : "a", i % 4 ? 1 : 3};
    struct gf_svg_params p = {.width = 1020, .max_frames = 1500};
    struct result r = draw(nodes, 4002, p, NULL, 0);
    assert_in_range(r.counts.drawn, 1002, 1500);
    assert_true(r.counts.min_width > 0.16 && r.counts.min_width <= 0.5);
    assert_int_equal(r.counts.drawn + r.counts.merged + r.counts.skipped, 4002);
    p.max_frames = 0;
    r = draw(nodes, 4002, p, NULL, 0);
    assert_int_equal(r.counts.drawn, 4002);
}

static void test_empty_profile(void **state)
{
    (void)state;
    struct result r = draw(small, 1, (struct gf_svg_params){0}, NULL, 0);
    expect(&r, "all (0 samples, 0%)");
}

static void test_wrong_sizes(void **state)
{
    (void)state;
    struct gf_frames frames = make_frames(small, 4);
    struct gf_colors colors = {0};
    static const uint32_t sizes[][2] = {{99, 18}, {1000001, 18}, {1000, 1}, {1000, 1001}};
    for (size_t i = 0; i < 4; i++) {
        struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
        struct gf_error err = {0};
        struct gf_svg_params p = {.frames = &frames,
                                  .colors = &colors,
                                  .theme = &theme,
                                  .measure = &measure,
                                  .width = sizes[i][0],
                                  .row_height = sizes[i][1]};
        assert_false(gf_svg_write(&p, &out, NULL, &err));
        assert_int_equal(err.code, GF_ERR_USAGE);
        assert_int_equal(out.len, 0);
    }
    made_frames_free(&frames);
}

static void test_full_disk(void **state)
{
    (void)state;
    struct gf_frames frames = make_frames(small, 4);
    struct gf_colors colors = {0};
    struct gf_output out = {.limit = 1000};
    struct gf_error err = {0};
    struct gf_svg_params p = {
        .frames = &frames, .colors = &colors, .theme = &theme, .measure = &measure};
    assert_false(gf_svg_write(&p, &out, NULL, &err));
    assert_int_equal(err.code, GF_ERR_IO);
    assert_non_null(strstr(err.message, "No space left"));
    memory_output_free(&out);
    made_frames_free(&frames);
}

int main(void)
{
    if (system("python3 -c pass") != 0)
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_and_amounts),
        cmocka_unit_test(test_summary),
        cmocka_unit_test(test_sandwich),
        cmocka_unit_test(test_inverted),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_narrow_frames_become_blocks),
        cmocka_unit_test(test_skipped_frames),
        cmocka_unit_test(test_frames_are_limited),
        cmocka_unit_test(test_empty_profile),
        cmocka_unit_test(test_wrong_sizes),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests_name("export_svg", tests, NULL, NULL);
}
