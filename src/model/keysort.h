/* Sorting by numbers, then by bytes: multikey quicksort (Bentley and Sedgewick, "Fast algorithms
 * for sorting and searching strings", 1997) over 64-bit pieces of the keys that are kept beside the
 * ids, so that the text of a name is looked at once for seven bytes and not once a comparison. */
#ifndef GF_MODEL_KEYSORT_H
#define GF_MODEL_KEYSORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GF_KEYS_STEPS 3

struct gf_keyed {
    uint64_t key; /* of the level at hand */
    const char *text;
    uint32_t len;
    uint32_t id;
};

/* What ids are ordered by: `numbers` numbers, smaller first, then text as memcmp has it, a
 * beginning before what it begins. */
struct gf_keys {
    uint32_t numbers;
    bool first_is_set; /* each item's key is its first number already */
    uint64_t (*number)(const void *ctx, uint32_t id, uint32_t which);
    const char *(*text)(const void *ctx, uint32_t id, uint32_t *len); /* NULL: numbers only */
    /* NULL, or asks for the memory that `text` is going to read, in steps 0 to GF_KEYS_STEPS - 1;
     * what a step reads itself the one before has asked for some items ago. */
    void (*ask)(const void *ctx, uint32_t id, unsigned step);
    const void *ctx;
    const atomic_bool *cancel; /* NULL, or ends the sorting soon once it is true */
};

/* Sorts; of the items only `id` has to be set (and `key`, with first_is_set). In place, without
 * recursion, and in n log n steps that can be expected for any input, as pivots are random. Items
 * that are equal in all keys end up in any order. False when it was cancelled: the items are all
 * there, in no order. */
bool gf_keysort(struct gf_keyed *items, size_t n, const struct gf_keys *keys);

#endif
