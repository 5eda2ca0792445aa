#include <stdlib.h>
#include <string.h>

#include "layout/labels.h"
#include "support/graph_build.h"
#include "support/test_cmocka.h"

/* At 10 pixels per em every letter is 6 pixels wide: room is given in letters. */
static const char *fitted(const char *name, size_t n, int letters, char out[GF_LABEL_BYTES + 1])
{
    struct gf_measure m = graph_measure();
    size_t len = gf_label_fit(&m, 10, letters * 6 + 0.01, name, n, out);
    assert_true(len <= GF_LABEL_BYTES);
    out[len] = '\0';
    return out;
}

#define E "\xe2\x80\xa6"
#define R "\xef\xbf\xbd"

static void names_are_shortened_where_it_hurts_least(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int letters;
        const char *label;
    } cases[] = {
        {"main", 4, "main"},
        {"main", 3, "ma" E},
        {"main", 2, ""},
        {"main", 0, ""},
        {"go", 2, "go"},
        {"", 10, ""},
        {"tcp_sendmsg_[k]", 11, "tcp_sendmsg"},
        {"tcp_sendmsg_[k]", 10, "tcp_sendm" E},
        {"Foo_[x]", 7, "Foo_[x]"},
        {"std::vector<std::pair<int, Foo>>::push_back", 43,
         "std::vector<std::pair<int, Foo>>::push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 25, "std::vector<" E ">::push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 24, E "::vector<" E ">::push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 17, E "::push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 12, E "::push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 10, "push_back"},
        {"std::vector<std::pair<int, Foo>>::push_back", 8, "push_ba" E},
        {"foo(int, char const*)", 20, "foo(" E ")"},
        {"foo(int, char const*)", 5, "foo"},
        {"a::b(int) const", 14, "a::b(" E ") const"},
        {"operator<<(std::ostream&, Foo const&)", 13, "operator<<(" E ")"},
        {"Foo::operator->", 13, E "::operator->"},
        {"<T as core::Trait>::method", 10, E "::method"},
        {"org.apache.foo.Bar.method", 24, E "apache.foo.Bar.method"},
        {"org.apache.foo.Bar.method", 11, E "Bar.method"},
        {"org.apache.foo.Bar.method", 10, E "method"},
        {"org.apache.foo.Bar.method", 6, "method"},
        {"org/apache/foo/Bar.method", 11, E "Bar.method"},
        {"github.com/x/y/pkg.(*T).Method", 16, E "pkg.(*T).Method"},
        {"github.com/x/y/pkg.(*T).Method", 12, E "(*T).Method"},
        {"name (path/to/file.py:12)", 25, "name (path/to/file.py:12)"},
        {"name (path/to/file.py:12)", 18, "name (" E "file.py:12)"},
        {"name (path/to/file.py:12)", 17, "name"},
        {"name (path/to/file.py:12)", 3, "na" E},
        {"a.b.name (path/file.py:12)", 5, E "name"},
        {"fn /srv/app/index.js:10:2", 17, "fn " E "index.js:10:2"},
        {"JS:~Module.load node:in/loader.js:1:3", 37, "JS:~Module.load node:in/loader.js:1:3"},
        {"JS:~Module.load node:in/loader.js:1:3", 36, "Module.load node:in/loader.js:1:3"},
        {"JS:*Module.load node:in/loader.js:1:3", 26, "Module.load " E "loader.js:1:3"},
        {"JS:^Module.load node:in/loader.js:1:3", 25, "Module.load"},
        {"LazyCompile:*Module.load", 6, E "load"},
        {"JS:~ lib/tsc.js:1:1", 14, "lib/tsc.js:1:1"},
        {"/usr/lib/x86_64-linux-gnu/libc.so.6", 15, E "libc.so.6"},
        {"/usr/lib/x86_64-linux-gnu/libc.so.6", 7, "libc.s" E},
        {"[libpthread-2.19.so]", 8, "[libpth" E},
        {"module`function", 9, E "function"},
        {"lists:foldl/3", 12, "lists:foldl" E},
        {"a b c", 4, "a b" E},
        {"\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", 5, "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"},
        {"\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7", 4, "\xd9\x85\xd8\xb1\xd8\xad" E},
    };
    char out[GF_LABEL_BYTES + 1];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = fitted(cases[i].name, strlen(cases[i].name), cases[i].letters, out);
        if (strcmp(got, cases[i].label) != 0)
            fail_msg("\"%s\" in %d: \"%s\", expected \"%s\"", cases[i].name, cases[i].letters, got,
                     cases[i].label);
    }
}

static void names_are_made_safe(void **state)
{
    (void)state;
    char out[GF_LABEL_BYTES + 1];
    static const char hostile[] = "a\x1b[31m\xff\xc0\x80"
                                  "b\xe2\x80\xae"
                                  "c\0d";
    assert_string_equal(fitted(hostile, sizeof hostile - 1, 100, out),
                        "a" R "[31m" R R R "b" R "c" R "d");
}

/* Any bytes, any room: never too wide, never too long, never anything unsafe. */
static void hostile_names_fit_too(void **state)
{
    (void)state;
    enum { LONG = 1 << 20 };
    static const char alphabet[] = "a:.</>()[]{} _,`!\\\xff\xe2\x80\xa6\x1b*&";
    char *name = malloc(LONG), out[GF_LABEL_BYTES + 1];
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        size_t n = round % 100 == 99 ? LONG : (size_t)(round % 300);
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            name[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        if (round % 100 == 99)
            memset(name, "x:.<("[round / 100 % 5], LONG - 10);
        int letters = round % 60;
        fitted(name, n, letters, out);
        size_t count = 0;
        for (const char *p = out; *p; p++) {
            count += ((unsigned char)*p & 0xc0) != 0x80;
            assert_true((unsigned char)*p >= 0x20);
        }
        assert_true(count <= (size_t)letters);
    }
    free(name);
}

static void own_word_of_a_long_name_is_kept(void **state)
{
    (void)state;
    enum { LONG = 1 << 20 };
    char *name = malloc(LONG), out[GF_LABEL_BYTES + 1];
    memset(name, 'q', LONG);
    for (size_t i = 10; i + 10 < LONG; i += 100)
        memcpy(name + i, "::", 2);
    memcpy(name + LONG - 9, "::my_func", 9);
    assert_string_equal(fitted(name, LONG, 30, out), E "::my_func");
    memset(name, 'z', LONG);
    assert_string_equal(fitted(name, LONG, 4, out), "zzz" E);
    free(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_shortened_where_it_hurts_least),
        cmocka_unit_test(names_are_made_safe),
        cmocka_unit_test(hostile_names_fit_too),
        cmocka_unit_test(own_word_of_a_long_name_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
