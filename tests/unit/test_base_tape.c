/* The tape: what is kept stays as it was, the rest becomes room, and memory does not grow. */
#include "support/test_cmocka.h"

#include <string.h>
#include <sys/mman.h>

#include "base/tape.h"

#define MB ((size_t)1 << 20)

static void write_numbers(char *from, const char *until, uint64_t *next)
{
    for (; from + sizeof *next <= until; from += sizeof *next, ++*next)
        memcpy(from, next, sizeof *next);
}

static void expect_numbers(const char *from, const char *until, uint64_t next)
{
    for (next -= (size_t)(until - from) / sizeof next; from < until; from += sizeof next, next++)
        assert_memory_equal(from, &next, sizeof next);
}

static bool mapped(char *page)
{
    unsigned char in;
    return mincore(page, 4096, &in) == 0;
}

static void test_slides(void **state)
{
    (void)state;
    static const size_t kept[] = {0, 4096, 2 * MB, 5 * MB};
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        struct gf_tape t;
        struct gf_error err = {0};
        assert_true(gf_tape_open(&t, 256 * MB, &err));
        assert_int_equal((uintptr_t)t.low % (2 * MB), 0);
        assert_int_equal(t.low, t.high);
        char *begin = t.low, *at = t.low;
        uint64_t next = 0;
        while (t.end - at > (ptrdiff_t)(300 << 10)) {
            char *keep = at - begin > (ptrdiff_t)kept[k] ? at - kept[k] : begin;
            assert_true(gf_tape_room(&t, keep, at + (300 << 10), &err));
            assert_true(t.low <= keep && t.high >= at + (300 << 10));
            assert_true((size_t)(t.high - t.low) <= kept[k] + 8 * MB);
            write_numbers(at, at + (300 << 10), &next);
            at += 300 << 10;
            if (t.high == t.end || (at - begin) % (8 * 300 << 10) == 0)
                expect_numbers(keep, at, next);
        }
        char *end = t.end;
        gf_tape_close(&t);
        assert_null(t.low);
        assert_false(mapped(end - 2 * MB));
        gf_tape_close(&t);
    }
}

/* One long line does not keep its memory for ever. */
static void test_gives_memory_back(void **state)
{
    (void)state;
    struct gf_tape t;
    struct gf_error err = {0};
    assert_true(gf_tape_open(&t, 256 * MB, &err));
    char *begin = t.low;
    assert_true(gf_tape_room(&t, begin, begin + 100 * MB, &err));
    assert_true(gf_tape_room(&t, begin + 100 * MB, begin + 101 * MB, &err));
    assert_true((size_t)(t.high - t.low) <= 8 * MB);
    assert_false(mapped(begin + 90 * MB));
    gf_tape_close(&t);
}

static void test_too_many_addresses(void **state)
{
    (void)state;
    static const size_t sizes[] = {(size_t)1 << 60, SIZE_MAX, SIZE_MAX - 3 * MB};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct gf_tape t;
        struct gf_error err = {0};
        assert_false(gf_tape_open(&t, sizes[i], &err));
        assert_int_equal(err.code, GF_ERR_NOMEM);
        gf_tape_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slides),
        cmocka_unit_test(test_gives_memory_back),
        cmocka_unit_test(test_too_many_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
