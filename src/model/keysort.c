#include "model/keysort.h"

#include "base/hash.h"

#define INSERTION_MAX 16
#define KEY_BYTES     7

struct range {
    struct gf_keyed *items;
    size_t n;
    uint32_t level;
};

/* The largest of three parts waits and the smallest is done first, so a range in progress is at
 * most a third of the one before: 2 * log3(2^32) wait at the most. */
#define MAX_RANGES 48

bool gf_bytes_key(const char *bytes, size_t len, uint32_t level, uint64_t *key)
{
    size_t at = (size_t)level * KEY_BYTES;
    size_t left = at < len ? len - at : 0, n = left < KEY_BYTES ? left : KEY_BYTES;
    uint64_t k = 0;
    for (size_t i = 0; i < n; i++)
        k |= (uint64_t)(uint8_t)bytes[at + i] << (56 - 8 * i);
    *key = k | (left > KEY_BYTES ? KEY_BYTES + 1 : left);
    return left > KEY_BYTES;
}

static bool before(const struct gf_keyed *a, const struct gf_keyed *b, uint32_t level,
                   const struct gf_keys *keys)
{
    uint64_t x = a->key, y = b->key, same;
    while (x == y && keys->key(keys->ctx, a->id, level, &same)) {
        level++;
        keys->key(keys->ctx, a->id, level, &x);
        keys->key(keys->ctx, b->id, level, &y);
    }
    return x < y;
}

static void insertion_sort(const struct range *r, const struct gf_keys *keys)
{
    for (size_t i = 1; i < r->n; i++) {
        struct gf_keyed item = r->items[i];
        size_t k = i;
        for (; k > 0 && before(&item, &r->items[k - 1], r->level, keys); k--)
            r->items[k] = r->items[k - 1];
        r->items[k] = item;
    }
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
    if (a > b) {
        uint64_t t = a;
        a = b;
        b = t;
    }
    return c < a ? a : c > b ? b : c;
}

static uint64_t pick_pivot(const struct range *r, uint64_t *random)
{
    uint64_t key[3];
    for (int i = 0; i < 3; i++)
        key[i] = r->items[gf_mix(++*random) % r->n].key;
    return median(key[0], key[1], key[2]);
}

static void swap(struct gf_keyed *a, struct gf_keyed *b)
{
    struct gf_keyed t = *a;
    *a = *b;
    *b = t;
}

static bool load_keys(const struct range *r, const struct gf_keys *keys)
{
    bool ordered = true;
    for (size_t i = 0; i < r->n; i++) {
        keys->key(keys->ctx, r->items[i].id, r->level, &r->items[i].key);
        ordered = ordered && (i == 0 || r->items[i - 1].key < r->items[i].key);
    }
    return ordered;
}

/* Into keys below, at and above the pivot (Dijkstra's flag). */
static void partition(const struct range *r, uint64_t pivot, struct range part[3])
{
    size_t low = 0, i = 0, high = r->n;
    while (i < high) {
        if (r->items[i].key < pivot)
            swap(&r->items[low++], &r->items[i++]);
        else if (r->items[i].key > pivot)
            swap(&r->items[--high], &r->items[i]);
        else
            i++;
    }
    part[0] = (struct range){r->items, low, r->level};
    part[1] = (struct range){r->items + low, high - low, r->level};
    part[2] = (struct range){r->items + high, r->n - high, r->level};
}

static void largest_first(struct range part[3])
{
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < 2 - i; k++) {
            if (part[k].n < part[k + 1].n) {
                struct range t = part[k];
                part[k] = part[k + 1];
                part[k + 1] = t;
            }
        }
    }
}

void gf_keysort(struct gf_keyed *items, size_t n, const struct gf_keys *keys)
{
    struct range waiting[MAX_RANGES] = {{items, n, 0}};
    size_t nwaiting = 1;
    uint64_t random = gf_random_seed();
    if (load_keys(&waiting[0], keys))
        return;
    while (nwaiting > 0) {
        struct range r = waiting[--nwaiting], part[3];
        if (r.n <= INSERTION_MAX) {
            insertion_sort(&r, keys);
            continue;
        }
        partition(&r, pick_pivot(&r, &random), part);
        uint64_t same;
        if (part[1].n > 1 && keys->key(keys->ctx, part[1].items[0].id, r.level, &same)) {
            part[1].level++;
            if (load_keys(&part[1], keys))
                part[1].n = 0;
        } else {
            part[1].n = 0;
        }
        largest_first(part);
        for (int i = 0; i < 3; i++) {
            if (part[i].n > 1)
                waiting[nwaiting++] = part[i];
        }
    }
}
