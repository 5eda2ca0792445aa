#include "model/intern.h"

#include <string.h>

#include "base/hash.h"

/* More steps than this for one name in a table that is at most 3/4 full do not happen by chance in
 * linear probing (the expected longest run is far shorter): the names were made to collide under
 * this key, so a new one is drawn. */
#define MAX_PROBES 512

void gf_intern_init(struct gf_intern *t)
{
    *t = (struct gf_intern){.seed = gf_random_seed()};
}

void gf_intern_free(struct gf_intern *t)
{
    gf_map_free(&t->bytes);
    gf_map_free(&t->names);
    gf_map_free(&t->slots);
}

uint64_t gf_intern_size(const struct gf_intern *t)
{
    return t->used + (uint64_t)t->n * sizeof(struct gf_name) +
           (t->mask ? ((uint64_t)t->mask + 1) * sizeof(uint32_t) : 0);
}

/* Fills a table of `slots` slots with all names under the current key, or under a new one. */
static bool rehash(struct gf_intern *t, uint64_t slots, bool new_key, struct gf_error *err)
{
    struct gf_map fresh = {0};
    if (!gf_map_reserve(&fresh, slots * sizeof(uint32_t), err))
        return false;
    if (new_key)
        t->seed = gf_random_seed();
    struct gf_name *names = t->names.data;
    uint32_t *table = fresh.data, mask = (uint32_t)(slots - 1);
    for (uint32_t id = 0; id < t->n; id++) {
        const char *bytes = (const char *)t->bytes.data + names[id].offset;
        uint64_t hash = gf_hash(bytes, names[id].len, t->seed);
        names[id].tag = (uint32_t)(hash >> 32);
        uint32_t slot = (uint32_t)hash & mask;
        while (table[slot])
            slot = (slot + 1) & mask;
        table[slot] = id + 1;
    }
    gf_map_free(&t->slots);
    t->slots = fresh;
    t->mask = mask;
    return true;
}

static bool append(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t tag,
                   struct gf_error *err)
{
    if (t->n >= UINT32_MAX - 1)
        return gf_fail(err, GF_ERR_LIMIT, "more than 2^32 distinct function names");
    if (!gf_map_reserve(&t->bytes, t->used + len + 1, err) ||
        !gf_map_reserve(&t->names, ((size_t)t->n + 1) * sizeof(struct gf_name), err))
        return false;
    if (len)
        memcpy((char *)t->bytes.data + t->used, bytes, len);
    ((struct gf_name *)t->names.data)[t->n++] = (struct gf_name){t->used, len, tag};
    t->used += len;
    return true;
}

bool gf_intern_add(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t *id, bool *is_new,
                   struct gf_error *err)
{
    if ((uint64_t)t->n * 4 >= (uint64_t)t->mask * 3) {
        uint64_t slots = t->mask ? ((uint64_t)t->mask + 1) * 2 : 1024;
        if (slots > (uint64_t)UINT32_MAX + 1)
            return gf_fail(err, GF_ERR_LIMIT, "more than 3 * 2^30 distinct function names");
        if (!rehash(t, slots, false, err))
            return false;
    }
    for (;;) {
        uint64_t hash = gf_hash(bytes, len, t->seed);
        uint32_t tag = (uint32_t)(hash >> 32), slot = (uint32_t)hash & t->mask;
        const uint32_t *table = t->slots.data;
        unsigned probes = 0;
        for (; table[slot] && probes < MAX_PROBES; slot = (slot + 1) & t->mask, probes++) {
            const struct gf_name *name = (const struct gf_name *)t->names.data + (table[slot] - 1);
            if (name->tag == tag && name->len == len &&
                memcmp((const char *)t->bytes.data + name->offset, bytes, len) == 0) {
                *id = table[slot] - 1;
                *is_new = false;
                return true;
            }
        }
        if (probes < MAX_PROBES) {
            if (!append(t, bytes, len, tag, err))
                return false;
            ((uint32_t *)t->slots.data)[slot] = t->n;
            *id = t->n - 1;
            *is_new = true;
            return true;
        }
        if (!rehash(t, (uint64_t)t->mask + 1, true, err))
            return false;
    }
}

bool gf_intern_clone(const struct gf_intern *t, struct gf_intern *out, struct gf_error *err)
{
    if (t->n == 0)
        return true;
    size_t names = (size_t)t->n * sizeof(struct gf_name);
    if (!gf_map_reserve(&out->bytes, t->used + 1, err) || !gf_map_reserve(&out->names, names, err))
        return false;
    memcpy(out->bytes.data, t->bytes.data, t->used);
    memcpy(out->names.data, t->names.data, names);
    out->used = t->used;
    out->n = t->n;
    return rehash(out, (uint64_t)t->mask + 1, false, err);
}
