#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "export/json.h"

static void expect(struct gf_json *j, const char *text)
{
    assert_false(j->failed);
    assert_string_equal(j->text, text);
    assert_int_equal(j->len, strlen(text));
    gf_json_free(j);
}

static void test_nesting_and_commas(void **state)
{
    (void)state;
    struct gf_json j = {0};
    gf_json_object(&j, NULL);
    gf_json_u64(&j, "total", UINT64_MAX);
    gf_json_array(&j, "functions");
    for (unsigned i = 0; i < 2; i++) {
        gf_json_object(&j, NULL);
        gf_json_string(&j, "name", "f", 1);
        gf_json_u64(&j, "self", i);
        gf_json_end_object(&j);
    }
    gf_json_end_array(&j);
    gf_json_array(&j, "none");
    gf_json_end_array(&j);
    gf_json_object(&j, "machine");
    gf_json_end_object(&j);
    gf_json_array(&j, "plain");
    gf_json_u64(&j, NULL, 1);
    gf_json_bool(&j, NULL, false);
    gf_json_number(&j, NULL, "2.50");
    gf_json_end_array(&j);
    gf_json_bool(&j, "ok", true);
    gf_json_end_object(&j);
    expect(&j, "{\"total\":18446744073709551615,\"functions\":[\n"
               "{\"name\":\"f\",\"self\":0},\n{\"name\":\"f\",\"self\":1}\n],"
               "\"none\":[],\"machine\":{},\"plain\":[1,false,2.50],\"ok\":true}");
}

static void test_strings(void **state)
{
    (void)state;
    static const struct {
        const char *s;
        size_t n;
        const char *json;
    } cases[] = {
        {"", 0, "\"\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\"\\/\b\f\n\r\t\x1b", 9, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u001b\""},
        {"\x7f\xc2\x9b", 3, "\"\\u007f\\u009b\""},
        {"\xe2\x80\xae\xe2\x80\xa8", 6, "\"\\u202e\\u2028\""},
        {"\xd9\x85\xe4\xb8\xad\xf0\x9f\x94\xa5", 9, "\"\xd9\x85\xe4\xb8\xad\xf0\x9f\x94\xa5\""},
        {"x\xffy\xc3", 4, "\"x\xef\xbf\xbdy\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gf_json j = {0};
        gf_json_string(&j, NULL, cases[i].s, cases[i].n);
        expect(&j, cases[i].json);
    }
}

static void test_key_is_escaped(void **state)
{
    (void)state;
    struct gf_json j = {0};
    gf_json_object(&j, NULL);
    gf_json_u64(&j, "a\"b", 1);
    gf_json_end_object(&j);
    expect(&j, "{\"a\\\"b\":1}");
}

static void test_doubles(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *json;
    } cases[] = {{0.1, "0.1"},
                 {2.5, "2.5"},
                 {-3, "-3"},
                 {1e300, "1e+300"},
                 {1.0 / 3, "0.3333333333333333"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {5e-324, "4.94065645841247e-324"},
                 {NAN, "null"},
                 {INFINITY, "null"},
                 {-INFINITY, "null"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gf_json j = {0};
        gf_json_double(&j, NULL, cases[i].value);
        expect(&j, cases[i].json);
    }
    uint64_t bits = 88172645463325252u;
    for (int i = 0; i < 10000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        struct gf_json j = {0};
        gf_json_double(&j, NULL, value);
        assert_true(strtod(j.text, NULL) == value);
        gf_json_free(&j);
    }
}

/* With the decimal comma of a locale, where this machine has one that does. */
static void test_no_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8", "de_DE.utf8"};
    size_t i = 0;
    while (i < 4 && !setlocale(LC_NUMERIC, names[i]))
        i++;
    if (i == 4)
        skip();
    struct gf_json j = {0};
    gf_json_double(&j, NULL, 0.25);
    setlocale(LC_NUMERIC, "C");
    expect(&j, "0.25");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting_and_commas), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_key_is_escaped),     cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_no_locale),
    };
    return cmocka_run_group_tests_name("export_json", tests, NULL, NULL);
}
