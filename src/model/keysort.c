#include "model/keysort.h"

#include <string.h>

#include "base/cancel.h"
#include "base/hash.h"

#define INSERTION_MAX 16
/* Bytes of text in a key; the eighth says how many there still were. */
#define KEY_BYTES 7
/* How many items before their keys are loaded their texts are fetched. */
#define AHEAD 16
/* Items between two looks at whether it is wanted still: a fraction of a millisecond, as each may
 * miss the cache. */
#define PIECE (1u << 12)

/* Levels below keys->numbers are those; level numbers + i is the text from byte 7 i on. */
struct range {
    struct gf_keyed *items;
    size_t n;
    uint32_t level;
};

/* The largest of three parts waits and the smallest is done first, so a range in progress is at
 * most a third of the one before: 2 * log3(2^32) wait at the most. */
#define MAX_RANGES 48

/* The same, asked at every item. */
static bool unwanted_at(const struct gf_keys *keys, size_t i)
{
    return i % PIECE == PIECE - 1 && gf_cancelled(keys->cancel);
}

/* Seven bytes and how many there still were, up to eight: such keys order as memcmp does, with a
 * beginning before what it begins. */
static uint64_t text_key(const struct gf_keyed *item, size_t at)
{
    size_t left = at < item->len ? item->len - at : 0;
    uint64_t bytes = 0;
    if (left > KEY_BYTES) {
        memcpy(&bytes, item->text + at, sizeof bytes);
        left = KEY_BYTES + 1;
    } else if (left > 0) {
        memcpy(&bytes, item->text + at, left);
    }
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return (bytes & ~(uint64_t)0xff) | left;
}

static size_t text_at(const struct range *r, const struct gf_keys *keys)
{
    return (size_t)(r->level - keys->numbers) * KEY_BYTES;
}

/* Whether items that are equal at the range's level can differ in another; `item` is one. */
static bool has_next(const struct range *r, const struct gf_keys *keys, const struct gf_keyed *item)
{
    if (r->level < keys->numbers)
        return r->level + 1 < keys->numbers || keys->text;
    return (item->key & 0xff) > KEY_BYTES;
}

/* Asks for what the texts of the items behind the i-th are made of, the nearest last. */
static void ask_ahead(const struct range *r, const struct gf_keys *keys, size_t i)
{
    for (unsigned step = 0; step < GF_KEYS_STEPS; step++) {
        size_t at = i + (size_t)(GF_KEYS_STEPS - step) * AHEAD;
        if (at < r->n)
            keys->ask(keys->ctx, r->items[at].id, step);
    }
}

/* The first seven bytes of each text, which are where its length is. */
static void load_texts(const struct range *r, const struct gf_keys *keys)
{
    for (size_t i = 0; i < r->n && !unwanted_at(keys, i); i++) {
        struct gf_keyed *item = &r->items[i];
        if (keys->ask && r->n > AHEAD)
            ask_ahead(r, keys, i);
        item->text = keys->text(keys->ctx, item->id, &item->len);
        item->key = text_key(item, 0);
    }
}

static void load_rest(const struct range *r, const struct gf_keys *keys)
{
    size_t at = text_at(r, keys);
    for (size_t i = 0; i < r->n && !unwanted_at(keys, i); i++) {
        struct gf_keyed *item = &r->items[i];
        if (r->n - i > AHEAD)
            __builtin_prefetch(item[AHEAD].text + at);
        item->key = text_key(item, at);
    }
}

/* Loads the keys of the range's level; returns whether they ascend, which makes them sorted. Not
 * all of them, and anything, when it is cancelled. */
static bool load_keys(const struct range *r, const struct gf_keys *keys)
{
    bool ascend = true;
    if (r->level == keys->numbers)
        load_texts(r, keys);
    else if (r->level > keys->numbers)
        load_rest(r, keys);
    for (size_t i = 0; i < r->n && !unwanted_at(keys, i); i++) {
        struct gf_keyed *item = &r->items[i];
        if (r->level < keys->numbers && !(r->level == 0 && keys->first_is_set))
            item->key = keys->number(keys->ctx, item->id, r->level);
        ascend = ascend && (i == 0 || item[-1].key < item->key);
    }
    return ascend;
}

/* Compares what follows the key. */
static bool before_in_rest(const struct gf_keyed *a, const struct gf_keyed *b,
                           const struct range *r, const struct gf_keys *keys)
{
    struct gf_keyed x = *a, y = *b;
    for (uint32_t level = r->level + 1; level < keys->numbers; level++) {
        uint64_t p = keys->number(keys->ctx, x.id, level);
        uint64_t q = keys->number(keys->ctx, y.id, level);
        if (p != q)
            return p < q;
    }
    if (!keys->text)
        return false;
    if (r->level < keys->numbers) {
        x.text = keys->text(keys->ctx, x.id, &x.len);
        y.text = keys->text(keys->ctx, y.id, &y.len);
    }
    size_t at = r->level < keys->numbers ? 0 : text_at(r, keys);
    uint32_t both = x.len < y.len ? x.len : y.len;
    int c = at < both ? memcmp(x.text + at, y.text + at, both - at) : 0;
    return c ? c < 0 : x.len < y.len;
}

static void insertion_sort(const struct range *r, const struct gf_keys *keys)
{
    for (size_t i = 1; i < r->n; i++) {
        struct gf_keyed item = r->items[i];
        size_t k = i;
        for (; k > 0; k--) {
            const struct gf_keyed *elder = &r->items[k - 1];
            if (elder->key < item.key ||
                (elder->key == item.key && !before_in_rest(&item, elder, r, keys)))
                break;
            r->items[k] = *elder;
        }
        r->items[k] = item;
    }
}

static uint64_t median(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
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

/* Into keys below, at and above the pivot (Dijkstra's flag). */
static void partition(const struct range *r, const struct gf_keys *keys, uint64_t pivot,
                      struct range part[3])
{
    size_t low = 0, i = 0, high = r->n;
    while (i < high && !unwanted_at(keys, i)) {
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

bool gf_keysort(struct gf_keyed *items, size_t n, const struct gf_keys *keys)
{
    struct range waiting[MAX_RANGES] = {{items, n, 0}};
    size_t nwaiting = 1;
    uint64_t random = gf_random_seed();
    if (load_keys(&waiting[0], keys))
        nwaiting = 0;
    while (nwaiting > 0 && !gf_cancelled(keys->cancel)) {
        struct range r = waiting[--nwaiting], part[3];
        if (r.n <= INSERTION_MAX) {
            insertion_sort(&r, keys);
            continue;
        }
        partition(&r, keys, pick_pivot(&r, &random), part);
        if (part[1].n > 1 && has_next(&r, keys, part[1].items)) {
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
    return !gf_cancelled(keys->cancel);
}
