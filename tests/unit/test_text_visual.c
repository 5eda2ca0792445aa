/* Lines in the order of drawing. Expected values are from the Unicode charts. */
#include <string.h>

#include "support/test_cmocka.h"
#include "text/visual.h"

static void drawn(const char *utf8, const uint32_t *want, size_t n)
{
    uint32_t out[64];
    assert_int_equal(gf_text_visual(utf8, strlen(utf8), out), n);
    assert_memory_equal(out, want, n * sizeof *want);
}

static void other_scripts_stay_as_they_are(void **state)
{
    (void)state;
    static const uint32_t latin[] = {'a', 0xe9, 0x6f22, 0x1f680, 0x3b1},
                          broken[] = {0xfffd, 'x', 0xfffd};
    drawn("a\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x9a\x80\xce\xb1", latin, 5);
    drawn("\xffx\xc3", broken, 3);
    drawn("", latin, 0);
}

static void hebrew_runs_from_the_right(void **state)
{
    (void)state;
    static const uint32_t shalom[] = {0x5dd, 0x5d5, 0x5dc, 0x5e9};
    drawn("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", shalom, 4);
    /* A number after Hebrew belongs to it, the closing bracket to the line. */
    static const uint32_t numbers[] = {'f', '(', '1', '2', ',', 0x5dc, 0x5e9, ')'};
    drawn("f(\xd7\xa9\xd7\x9c,12)", numbers, 8);
}

static void arabic_joins(void **state)
{
    (void)state;
    /* meem initial, reh final, hah initial, beh medial, alef final: from the right. */
    static const uint32_t hello[] = {0xfe8e, 0xfe92, 0xfea3, 0xfeae, 0xfee3};
    drawn("\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", hello, 5);
    /* lam and alef are one. */
    static const uint32_t no[] = {'x', '.', 0xfefb};
    drawn("x.\xd9\x84\xd8\xa7", no, 3);
}

static void brackets_turn_round(void **state)
{
    (void)state;
    /* alef ( bet ) within right-to-left text: drawn "( bet ) alef" with the brackets mirrored. */
    static const uint32_t want[] = {'(', 0x5d1, ')', 0x5d0};
    drawn("\xd7\x90(\xd7\x91)", want, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_scripts_stay_as_they_are),
        cmocka_unit_test(hebrew_runs_from_the_right),
        cmocka_unit_test(arabic_joins),
        cmocka_unit_test(brackets_turn_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
