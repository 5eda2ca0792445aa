#include "support/fail_memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/vec.h"

static atomic_long left = -1;
static atomic_bool no_threads;

void fail_memory_at(long n)
{
    atomic_store(&left, n < 0 ? -1 : n);
}

bool fail_memory_failed(void)
{
    return atomic_load(&left) == -2;
}

void fail_threads(bool fail)
{
    atomic_store(&no_threads, fail);
}

static bool fails(void)
{
    long n = atomic_load(&left);
    while (n >= 0) {
        if (atomic_compare_exchange_weak(&left, &n, n == 0 ? -2 : n - 1))
            return n == 0;
    }
    return false;
}

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

bool __real_gf_grow_raw(void **data, size_t *cap, size_t need, size_t size, struct gf_error *err);
bool __wrap_gf_grow_raw(void **data, size_t *cap, size_t need, size_t size, struct gf_error *err);
bool __wrap_gf_grow_raw(void **data, size_t *cap, size_t need, size_t size, struct gf_error *err)
{
    if (need > *cap && fails())
        return gf_fail_nomem(err, need * size);
    return __real_gf_grow_raw(data, cap, need, size, err);
}

bool __real_gf_map_reserve(struct gf_map *map, size_t need, struct gf_error *err);
bool __wrap_gf_map_reserve(struct gf_map *map, size_t need, struct gf_error *err);
bool __wrap_gf_map_reserve(struct gf_map *map, size_t need, struct gf_error *err)
{
    if (need > map->cap && fails())
        return gf_fail_nomem(err, need);
    return __real_gf_map_reserve(map, need, err);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                          void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                          void *arg)
{
    return atomic_load(&no_threads) ? EAGAIN : __real_pthread_create(thread, attr, run, arg);
}
