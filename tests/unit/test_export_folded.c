#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "export/folded.h"
#include "support/make_frames.h"
#include "support/memory_output.h"

/* The text of the profile; free it. */
static char *write_folded(const struct made_node *nodes, uint32_t n, unsigned decimals)
{
    struct gf_frames frames = make_frames(nodes, n);
    struct gf_output out = {.limit = MEMORY_OUTPUT_NO_LIMIT};
    struct gf_encoder *enc;
    struct gf_error err = {0};
    assert_true(gf_encoder_open(&out, GF_PLAIN, 0, &enc, &err));
    assert_true(gf_folded_write(&frames, decimals, enc, &err));
    assert_true(gf_encoder_finish(enc, &err));
    made_frames_free(&frames);
    char *text = malloc(out.len + 1);
    assert_non_null(text);
    if (out.len > 0)
        memcpy(text, out.data, out.len);
    text[out.len] = '\0';
    memory_output_free(&out);
    return text;
}

static void expect(const struct made_node *nodes, uint32_t n, unsigned decimals, const char *text)
{
    char *written = write_folded(nodes, n, decimals);
    assert_string_equal(written, text);
    free(written);
}

static void test_lines(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0}, {1, "main", 3}, {2, "a b", 0},
                                      {3, "c", 5},  {3, "", 1},     {2, "d", 7},
                                      {1, "e", 0},  {2, "f", 0},    {1, "g", UINT64_MAX - 100}};
    expect(nodes, 9, 0, "main 3\nmain;a b;c 5\nmain;a b; 1\nmain;d 7\ng 18446744073709551515\n");
}

static void test_no_samples(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0}, {1, "a", 0}};
    expect(nodes, 1, 0, "");
    expect(nodes, 2, 0, "");
}

static void test_decimals(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0}, {1, "a", 1250}, {1, "b", 5}};
    expect(nodes, 3, 2, "a 12.5\nb 0.05\n");
}

/* What would be read back as another stack. */
static void test_reserved_characters(void **state)
{
    (void)state;
    const struct made_node nodes[] = {
        {0, NULL, 0}, {1, "x;y", 1}, {2, "l\nm\rn", 2}, {1, "\xff\t", 3}};
    expect(nodes, 4, 0, "x:y 1\nx:y;l m\rn 2\n\xff\t 3\n");
}

/* 20,000 deep: one line at the bottom and one half way up, far longer than the buffer. */
static void test_deep_stack(void **state)
{
    (void)state;
    enum { DEPTH = 20000 };
    static const char name[] = "a_function_of_21_char";
    struct made_node *nodes = calloc(DEPTH + 2, sizeof *nodes);
    assert_non_null(nodes);
    for (uint32_t d = 1; d <= DEPTH; d++)
        nodes[d] = (struct made_node){d, name, d == DEPTH || d == DEPTH / 2};
    nodes[DEPTH + 1] = (struct made_node){1, "last", 9};
    char *text = write_folded(nodes, DEPTH + 2, 0);
    const char *p = text;
    for (int stack = DEPTH / 2; stack <= DEPTH; stack += DEPTH / 2) {
        for (int d = 0; d < stack; d++) {
            assert_memory_equal(p, name, 21);
            assert_int_equal(p[21], d + 1 < stack ? ';' : ' ');
            p += 22;
        }
        assert_memory_equal(p, "1\n", 2);
        p += 2;
    }
    assert_string_equal(p, "last 9\n");
    free(text);
    free(nodes);
}

static void test_full_disk(void **state)
{
    (void)state;
    const struct made_node nodes[] = {{0, NULL, 0}, {1, "main", 3}};
    struct gf_frames frames = make_frames(nodes, 2);
    struct gf_output out = {.limit = 4};
    struct gf_encoder *enc;
    struct gf_error err = {0};
    assert_true(gf_encoder_open(&out, GF_PLAIN, 0, &enc, &err));
    bool ok = gf_folded_write(&frames, 0, enc, &err);
    if (ok)
        ok = gf_encoder_finish(enc, &err);
    else
        gf_encoder_abort(enc);
    assert_false(ok);
    assert_int_equal(err.code, GF_ERR_IO);
    memory_output_free(&out);
    made_frames_free(&frames);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),      cmocka_unit_test(test_no_samples),
        cmocka_unit_test(test_decimals),   cmocka_unit_test(test_reserved_characters),
        cmocka_unit_test(test_deep_stack), cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests_name("export_folded", tests, NULL, NULL);
}
