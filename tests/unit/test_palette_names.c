/* Which module and which kind of code a name is taken for. */
#include <string.h>

#include "layout/palette_fill.h"
#include "support/test_cmocka.h"

static void modules_of_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *module;
        bool word; /* which does not say where it comes from */
    } cases[] = {
        {"std::vector<std::pair<int, Foo>>::push_back", "std", false},
        {"void std::__introsort_loop<int*>(int*)", "std", false},
        {"<alloc::vec::Vec<T> as core::ops::Drop>::drop", "alloc", false},
        {"core::ops::function::FnOnce::call_once", "core", false},
        {"org.apache.spark.rdd.RDD.map", "org.apache.spark", false},
        {"org/apache/spark/rdd/RDD.map", "org/apache/spark", false},
        {"java.util.HashMap.get", "java.util", false},
        {"io/netty/channel/nio/NioEventLoop:.run", "io/netty/channel", false},
        {"runtime.mallocgc", "runtime", false},
        {"github.com/prometheus/tsdb/index.(*Reader).Series", "github.com/prometheus/tsdb", false},
        {"handler (app/views/home.py:12)", "app", false},
        {"get (/usr/lib/python3/site-packages/requests/api.py:75)", "requests", false},
        {"main (run.py:3)", "run.py", false},
        {"libc.so.6`malloc", "libc.so.6", false},
        {"[libjvm.so]", "[libjvm.so]", false},
        {"tcp_sendmsg", "tcp", true},
        {"__tcp_push_pending_frames", "tcp", true},
        {"main", "main", true},
        {"", "", false},
        {"::", "", false},
        {"(", "", true},
        {"io/netty/channel/nio/NioEventLoop:.run_[j]", "io/netty/channel", false},
        {"tcp_sendmsg_[k]", "tcp", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t at, n = gf_name_module(cases[i].name, strlen(cases[i].name), &at);
        char got[64] = {0};
        assert_true(n < sizeof got && at + n <= strlen(cases[i].name));
        memcpy(got, cases[i].name + at, n);
        assert_string_equal(got, cases[i].module);
        size_t origin, len = gf_name_origin(cases[i].name, strlen(cases[i].name), &origin);
        assert_int_equal(len, cases[i].word ? 0 : n);
        assert_true(len == 0 || origin == at);
    }
}

static void kinds_of_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum gf_kind kind;
    } cases[] = {
        {"tcp_sendmsg_[k]", GF_KIND_KERNEL},
        {"Foo.bar_[j]", GF_KIND_JIT},
        {"Foo.bar_[i]", GF_KIND_INLINED},
        {"x_[w]", GF_KIND_WAKER},
        {"x_[0]", GF_KIND_USER},
        {"_[k]", GF_KIND_KERNEL},
        {"[k]", GF_KIND_USER},
        {"[unknown]", GF_KIND_UNKNOWN},
        {"0x7f3a", GF_KIND_UNKNOWN},
        {"", GF_KIND_UNKNOWN},
        {"-", GF_KIND_SEPARATOR},
        {"--", GF_KIND_SEPARATOR},
        {"main", GF_KIND_USER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(gf_name_kind(cases[i].name, strlen(cases[i].name)), cases[i].kind);
}

static void one_library_is_one_hue(void **state)
{
    (void)state;
    struct gf_hues hues;
    gf_hues_make(&hues, gf_theme_by_name("light"), false, false);
    static const char *const names[] = {"std::sort", "std::vector<int>::push_back", "std::map::at"};
    for (int i = 0; i < 3; i++) {
        uint32_t fill = gf_hues_fill(&hues, false, names[i], strlen(names[i]));
        bool same_hue = false;
        for (int h = 0; h < GF_HUES; h++) {
            bool has_first = false, has_this = false;
            uint32_t first = gf_hues_fill(&hues, false, names[0], strlen(names[0]));
            for (int s = 0; s < GF_SHADES; s++) {
                has_first |= hues.fill[GF_KIND_USER][h][s] == first;
                has_this |= hues.fill[GF_KIND_USER][h][s] == fill;
            }
            same_hue |= has_first && has_this;
        }
        assert_true(same_hue);
    }
}

/* Every kind keeps away from every other, in both modes and themes. */
static void kinds_are_distinct(void **state)
{
    (void)state;
    for (int dark = 0; dark < 2; dark++)
        for (int by_kind = 0; by_kind < 2; by_kind++) {
            struct gf_hues hues;
            gf_hues_make(&hues, gf_theme_by_name(dark ? "dark" : "light"), by_kind, false);
            for (int a = GF_KIND_USER; a <= GF_KIND_INLINED; a++)
                for (int b = a + 1; b <= GF_KIND_INLINED; b++)
                    for (int i = 0; i < GF_HUES * GF_HUES; i++) {
                        uint32_t x = hues.fill[a][i % GF_HUES][4];
                        uint32_t y = hues.fill[b][i / GF_HUES][4];
                        int far = 0;
                        for (int shift = 0; shift < 24; shift += 8) {
                            int d = (int)(x >> shift & 255) - (int)(y >> shift & 255);
                            far += d * d;
                        }
                        assert_true(far >= 30 * 30);
                    }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_of_names),
        cmocka_unit_test(kinds_of_names),
        cmocka_unit_test(one_library_is_one_hue),
        cmocka_unit_test(kinds_are_distinct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
