/* Growing arrays. Small ones live on the heap (gf_grow); the ones that follow the size of the
 * profile are page-mapped (struct gf_map), so that growing moves page tables instead of bytes,
 * untouched capacity costs no memory, and huge pages can be asked for. */
#ifndef GF_BASE_VEC_H
#define GF_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Makes room for `need` elements of `size` bytes in the heap array *data with capacity *cap,
 * growing by half again. On failure the array is as it was. Free with free(). */
bool gf_grow_raw(void **data, size_t *cap, size_t need, size_t size, struct gf_error *err);

/* gf_grow(&array, &cap, need, err) for a typed array. */
#define gf_grow(array, cap, need, err)                                                             \
    ((size_t)(need) <= *(cap)                                                                      \
         ? true                                                                                    \
         : gf_grow_raw((void **)(array), (cap), (need), sizeof **(array), (err)))

/* A page-mapped array of bytes. {0} is empty. */
struct gf_map {
    void *data;
    size_t cap; /* bytes mapped */
};

/* Makes room for `need` bytes; contents are kept, new bytes are zero. data may move. On failure the
 * map is as it was. */
bool gf_map_reserve(struct gf_map *map, size_t need, struct gf_error *err);

/* Gives back all pages beyond `keep` bytes. */
void gf_map_shrink(struct gf_map *map, size_t keep);

void gf_map_free(struct gf_map *map);

/* a * b and a + b, or false when the result does not fit. */
static inline bool gf_mul(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}
static inline bool gf_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

#endif
