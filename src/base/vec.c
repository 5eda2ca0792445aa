#include "base/vec.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Below this a mapping is not worth a huge page of its own. */
#define HUGE_PAGE ((size_t)2 << 20)

bool gf_grow_raw(void **data, size_t *cap, size_t need, size_t size, struct gf_error *err)
{
    if (need <= *cap)
        return true;
    size_t want = *cap + *cap / 2;
    if (want < need)
        want = need;
    if (want < 16)
        want = 16;
    size_t bytes;
    if (!gf_mul(want, size, &bytes))
        return gf_fail(err, GF_ERR_LIMIT, "an array of %zu elements is too large", want);
    void *grown = realloc(*data, bytes);
    if (!grown)
        return gf_fail_nomem(err, bytes);
    *data = grown;
    *cap = want;
    return true;
}

/* The mapping's contents in a larger one, or a first one. MAP_FAILED when it cannot be had. */
static void *remap(const struct gf_map *map, size_t size)
{
#ifndef __SANITIZE_THREAD__
    if (map->data)
        return mremap(map->data, map->cap, size, MREMAP_MAYMOVE);
#endif
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* The thread sanitizer does not see mremap, and would take what a former owner of the addresses
     * wrote for a race. */
    if (map->data && data != MAP_FAILED) {
        memcpy(data, map->data, map->cap);
        munmap(map->data, map->cap);
    }
    return data;
}

bool gf_map_reserve(struct gf_map *map, size_t need, struct gf_error *err)
{
    if (need <= map->cap)
        return true;
    size_t want = map->cap + map->cap / 2;
    if (want < need)
        want = need;
    size_t unit = want >= HUGE_PAGE ? HUGE_PAGE : (size_t)64 << 10;
    if (!gf_add(want, unit - 1, &want))
        return gf_fail(err, GF_ERR_LIMIT, "a mapping of %zu bytes is too large", need);
    want -= want % unit;
    void *data = remap(map, want);
    if (data == MAP_FAILED)
        return gf_fail_nomem(err, want);
    /* Random access over hundreds of MB is bound by TLB misses; THP is often "madvise". */
    if (want >= HUGE_PAGE)
        madvise(data, want, MADV_HUGEPAGE);
    map->data = data;
    map->cap = want;
    return true;
}

void gf_map_shrink(struct gf_map *map, size_t keep)
{
    size_t page = (size_t)4096;
    keep += (page - keep % page) % page;
    if (keep == 0) {
        gf_map_free(map);
    } else if (keep < map->cap) {
        munmap((char *)map->data + keep, map->cap - keep);
        map->cap = keep;
    }
}

void gf_map_free(struct gf_map *map)
{
    if (map->data)
        munmap(map->data, map->cap);
    map->data = NULL;
    map->cap = 0;
}
