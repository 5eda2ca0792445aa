/* Sorting by keys of several levels: multikey quicksort (Bentley and Sedgewick, "Fast algorithms
 * for sorting and searching strings", 1997) over 64-bit keys that are kept beside the ids, so that
 * what the ids stand for is looked at once a level and not once a comparison. */
#ifndef GF_MODEL_KEYSORT_H
#define GF_MODEL_KEYSORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf_keyed {
    uint64_t key;
    uint32_t id;
};

/* Where the order comes from. */
struct gf_keys {
    /* Sets *key of `id` at `level`, smaller first. Ids with equal keys at all levels up to this one
     * are told apart by the next; returns false where there is no next, which then holds for all of
     * them. */
    bool (*key)(const void *ctx, uint32_t id, uint32_t level, uint64_t *key);
    const void *ctx;
};

/* Sorts by the keys, from level 0; whatever `key` holds before is ignored. In place, without
 * recursion; n log n key comparisons are expected for every input, as pivots are random. Ids that
 * no level tells apart end up in any order. */
void gf_keysort(struct gf_keyed *items, size_t n, const struct gf_keys *keys);

/* The key of bytes at `level`: seven of them and how many there still were, so that keys of
 * successive levels order as memcmp does, and a beginning before what it begins. Returns whether
 * bytes are left for the next level. */
bool gf_bytes_key(const char *bytes, size_t len, uint32_t level, uint64_t *key);

#endif
