/* Many small inputs on several threads: inputs are opened, taken and closed at once, and none may
 * be lost or waited for in vain, however the threads meet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/load.h"
#include "support/scratch.h"

enum { FILES = 24, ROUNDS = 300 };

static void test_no_file_is_lost(void **state)
{
    (void)state;
    struct scratch scratch;
    char paths[FILES][sizeof scratch.path];
    struct gf_source items[FILES];
    scratch_make(&scratch);
    for (int i = 0; i < FILES; i++) {
        char name[32], text[64];
        snprintf(name, sizeof name, "%02d.folded", i);
        int n = snprintf(text, sizeof text, "main;shared 1\nmain;own%d %d\n", i, 1 << i);
        snprintf(paths[i], sizeof paths[i], "%s", scratch_write(&scratch, name, text, (size_t)n));
        items[i] = (struct gf_source){.path = paths[i]};
    }
    struct gf_source_list list = {items, FILES, FILES};
    for (int round = 0; round < ROUNDS; round++) {
        struct gf_load_params params = {.threads = 2 + (unsigned)round % 5};
        struct gf_profile *profile;
        struct gf_error err = {0};
        if (!gf_load_all(&list, &params, &profile, &err))
            fail_msg("%s: %s", err.file, err.message);
        /* A file's weight is a power of two: the total tells which are missing. */
        assert_int_equal(gf_frame_total(&profile->frames, 0, 0), FILES + (1 << FILES) - 1);
        assert_int_equal(profile->stats.records, 2 * FILES);
        assert_int_equal(profile->stats.files, FILES);
        gf_profile_free(profile);
    }
    scratch_remove(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_file_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
