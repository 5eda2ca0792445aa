/* A load whose memory runs out, at any place, says so, and leaves nothing behind. */
#include "support/test_cmocka.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "model/load.h"
#include "support/packed.h"
#include "support/scratch.h"

/* Counts down with each allocation of any thread; the one that finds 1 fails. 0 or less: none. */
static atomic_int countdown;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset);
void *__real_mremap(void *at, size_t old, size_t n, int flags);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset);
void *__wrap_mremap(void *at, size_t old, size_t n, int flags);

static bool fails(void)
{
    return atomic_fetch_sub(&countdown, 1) == 1;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
    return fails() ? NULL : __real_strdup(s);
}

void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
    return fails() ? MAP_FAILED : __real_mmap(at, n, prot, flags, fd, offset);
}

void *__wrap_mremap(void *at, size_t old, size_t n, int flags)
{
    return fails() ? MAP_FAILED : __real_mremap(at, old, n, flags);
}

/* Fails the first, the second ... allocation of a load until it gets by without meeting the
 * failure. Leaks are for the sanitizer to find. */
static void fail_each(const struct gf_source_list *list, const struct gf_load_params *params)
{
    int n = 0;
    bool met = true;
    while (met) {
        struct gf_error err = {0};
        struct gf_profile *profile = NULL;
        atomic_store(&countdown, ++n);
        bool ok = gf_load_all(list, params, &profile, &err);
        met = atomic_load(&countdown) <= 0;
        atomic_store(&countdown, 0);
        assert_int_equal(ok, profile != NULL);
        if (!ok && err.code != GF_ERR_NOMEM)
            fail_msg("allocation %d: %s", n, err.message);
        if (!met)
            assert_true(ok);
        gf_profile_free(profile);
    }
    assert_true(n > 30);
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    struct scratch s;
    struct bytes text = make_text(5000, 9), noise = {0}, zst[2] = {{0}};
    scratch_make(&s);
    for (uint64_t i = 0, seed = 1; i < 200000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        char c = (char)('0' + (seed >> 40) % 64);
        bytes_add(&noise, i % 1000 == 996 ? ";x 1" : &c, i % 1000 == 996 ? 4 : 1);
        if (i % 1000 == 996)
            bytes_add(&noise, "\n", 1);
    }
    pack_zstd(&zst[0], text.data, text.n, true);
    pack_zstd(&zst[1], noise.data, 99500, true);
    pack_zstd(&zst[1], noise.data + 99500, noise.n - 99500, true);
    const struct bytes *kinds[] = {&text, &zst[0], &zst[1]};
    for (unsigned i = 0; i < 3; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s", scratch_write(&s, "f", kinds[i]->data, kinds[i]->n));
        struct gf_source item = {.path = path};
        struct gf_source_list list = {&item, 1, 1};
        fail_each(&list, &(struct gf_load_params){.threads = 1, .reverse = true});
        fail_each(&list, &(struct gf_load_params){.threads = 2, .order = GF_ORDER_NAME});
    }
    scratch_remove(&s);
    bytes_free(&text);
    bytes_free(&noise);
    bytes_free(&zst[0]);
    bytes_free(&zst[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_runs_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
