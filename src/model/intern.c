#include "model/intern.h"

/* More steps than this for one name in a table that is at most half full do not happen by chance in
 * linear probing (the expected longest run is far shorter): the names were made to collide under
 * this key, so a new one is drawn. */
#define MAX_PROBES 512
/* Slots looked at when many words are looked for together; most names are in the first. */
#define GUESSES 4u

/* Words looked for together: what is asked for has to stay near until it is used. */
#define TOGETHER 64u

/* Names whose slots are asked for together when a table is filled. */
#define REHASH_BATCH 32u

void gf_intern_init(struct gf_intern *t)
{
    *t = (struct gf_intern){.used = 1};
    gf_intern_set_key(t, gf_random_seed());
}

void gf_intern_set_key(struct gf_intern *t, uint64_t seed)
{
    for (unsigned i = 0; i < GF_WORD_BLOCKS; i++)
        t->key[i] = gf_mix(seed + i * 0x9e3779b97f4a7c15u);
}

void gf_intern_free(struct gf_intern *t)
{
    gf_map_free(&t->pool);
    gf_map_free(&t->records);
    gf_map_free(&t->slots);
}

uint64_t gf_intern_size(const struct gf_intern *t)
{
    return t->used * GF_WORD_UNIT + (uint64_t)t->n * sizeof(uint32_t) +
           (t->mask ? ((uint64_t)t->mask + 1) * sizeof(uint64_t) : 0);
}

static uint64_t slot_of(uint64_t hash, uint32_t record)
{
    return hash >> 32 << 32 | record;
}

/* Fills a table of `slots` slots with all names under the current key, or under a new one. */
static bool rehash(struct gf_intern *t, uint64_t slots, bool new_key, struct gf_error *err)
{
    struct gf_map fresh = {0};
    if (!gf_map_reserve(&fresh, slots * sizeof(uint64_t), err))
        return false;
    if (new_key) {
        gf_intern_set_key(t, gf_random_seed());
        t->new_keys++;
    }
    const uint32_t *records = t->records.data;
    uint64_t *table = fresh.data;
    uint32_t mask = (uint32_t)(slots - 1);
    uint64_t hash[REHASH_BATCH];
    for (uint32_t first = 0, n; first < t->n; first += n) {
        n = t->n - first < REHASH_BATCH ? t->n - first : REHASH_BATCH;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t len;
            const char *bytes = gf_intern_text(t, first + i, &len);
            hash[i] = gf_intern_hash(t, bytes, len);
            __builtin_prefetch(&table[(uint32_t)hash[i] & mask], 1);
        }
        for (uint32_t i = 0; i < n; i++) {
            uint32_t slot = (uint32_t)hash[i] & mask;
            while (table[slot])
                slot = (slot + 1) & mask;
            table[slot] = slot_of(hash[i], records[first + i]);
        }
    }
    gf_map_free(&t->slots);
    t->slots = fresh;
    t->mask = mask;
    return true;
}

/* Adds a record. Its place in units is t->used before the call. */
static bool append(struct gf_intern *t, const char *bytes, uint32_t len, struct gf_error *err)
{
    uint64_t size = (sizeof(struct gf_word_record) + len + GF_WORD_UNIT - 1) / GF_WORD_UNIT;
    if (t->n >= UINT32_MAX - 1 || t->used + size > UINT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT,
                       "more than 2^32 distinct function names, or 32 GiB of them");
    if (!gf_map_reserve(&t->pool, (t->used + size) * GF_WORD_UNIT + GF_WORD_PADDING, err) ||
        !gf_map_reserve(&t->records, ((size_t)t->n + 1) * sizeof(uint32_t), err))
        return false;
    if (t->n == 0)
        memset(t->pool.data, 0xff, GF_WORD_UNIT); /* a length that no name has */
    char *to = (char *)t->pool.data + t->used * GF_WORD_UNIT;
    struct gf_word_record record = {t->n, len};
    memcpy(to, &record, sizeof record);
    if (len)
        memcpy(to + sizeof record, bytes, len);
    ((uint32_t *)t->records.data)[t->n++] = (uint32_t)t->used;
    t->used += size;
    return true;
}

/* Looks a name up. *slot is where it would be added when it is not there; false in *free when the
 * names before that are too many. */
static bool find(const struct gf_intern *t, const char *bytes, uint32_t len, uint64_t hash,
                 uint32_t *id, uint32_t *slot, bool *free)
{
    const uint64_t *table = t->slots.data;
    const char *pool = t->pool.data;
    uint32_t at = (uint32_t)hash & t->mask, tag = (uint32_t)(hash >> 32);
    for (unsigned probes = 0; probes < MAX_PROBES; at = (at + 1) & t->mask, probes++) {
        if (!table[at]) {
            *slot = at;
            *free = true;
            return false;
        }
        if ((uint32_t)(table[at] >> 32) != tag)
            continue;
        const char *from = pool + (uint32_t)table[at] * (uint64_t)GF_WORD_UNIT;
        struct gf_word_record record;
        memcpy(&record, from, sizeof record);
        if (record.len == len && gf_equal_short(from + sizeof record, bytes, len)) {
            *id = record.id;
            return true;
        }
    }
    *free = false;
    return false;
}

/* Makes sure that one more name fits the table at half of its slots or less. */
static bool grow(struct gf_intern *t, struct gf_error *err)
{
    if ((uint64_t)t->n * 2 < (uint64_t)t->mask)
        return true;
    uint64_t slots = t->mask ? ((uint64_t)t->mask + 1) * 2 : 1024;
    if (slots > (uint64_t)UINT32_MAX + 1)
        return gf_fail(err, GF_ERR_LIMIT, "more than 2^31 distinct function names");
    return rehash(t, slots, false, err);
}

bool gf_intern_add_hashed(struct gf_intern *t, const char *bytes, uint32_t len, uint64_t hash,
                          uint32_t *id, bool *is_new, struct gf_error *err)
{
    if (!grow(t, err))
        return false;
    for (;;) {
        uint32_t slot;
        bool free;
        *is_new = false;
        if (find(t, bytes, len, hash, id, &slot, &free))
            return true;
        if (free) {
            uint32_t place = (uint32_t)t->used;
            if (!append(t, bytes, len, err))
                return false;
            ((uint64_t *)t->slots.data)[slot] = slot_of(hash, place);
            *id = t->n - 1;
            *is_new = true;
            return true;
        }
        if (!rehash(t, (uint64_t)t->mask + 1, true, err))
            return false;
        hash = gf_intern_hash(t, bytes, len);
    }
}

bool gf_intern_add(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t *id, bool *is_new,
                   struct gf_error *err)
{
    return gf_intern_add_hashed(t, bytes, len, gf_intern_hash(t, bytes, len), id, is_new, err);
}

/* Sets the records that the words may have: that of the first of a few slots that holds the hash.
 * (No branch: which one it is cannot be foreseen.) */
static void guess_records(const struct gf_intern *t, struct gf_word *words, size_t n)
{
    const uint64_t *table = t->slots.data;
    const char *pool = t->pool.data;
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = words[i].hash;
        uint64_t slot = table[((uint32_t)hash + GUESSES - 1) & t->mask];
        for (uint32_t k = GUESSES - 1; k-- > 0;) {
            uint64_t nearer = table[((uint32_t)hash + k) & t->mask];
            slot = (nearer ^ hash) >> 32 ? slot : nearer;
        }
        words[i].record = pool + (uint32_t)slot * (uint64_t)GF_WORD_UNIT;
        __builtin_prefetch(words[i].record);
        __builtin_prefetch((const char *)words[i].record + GF_RECORD_MOST);
    }
}

void gf_intern_find_words(const struct gf_intern *t, const struct gf_simd *simd,
                          struct gf_word *words, size_t n)
{
    for (size_t from = 0; from < n; from += TOGETHER) {
        size_t some = n - from < TOGETHER ? n - from : TOGETHER;
        struct gf_word *group = words + from;
        simd->hash_words(group, some, t->key);
        for (size_t i = 0; i < some; i++) {
            group[i].id = GF_NO_WORD;
            if (t->mask)
                gf_intern_ask_slot(t, group[i].hash);
        }
        if (t->n == 0)
            continue;
        guess_records(t, group, some);
        simd->match_words(group, some);
    }
}

bool gf_intern_clone(const struct gf_intern *t, struct gf_intern *out, struct gf_error *err)
{
    if (t->n == 0)
        return true;
    size_t pool = t->used * GF_WORD_UNIT, records = (size_t)t->n * sizeof(uint32_t);
    if (!gf_map_reserve(&out->pool, pool + GF_WORD_PADDING, err) ||
        !gf_map_reserve(&out->records, records, err))
        return false;
    memcpy(out->pool.data, t->pool.data, pool);
    memcpy(out->records.data, t->records.data, records);
    out->used = t->used;
    out->n = t->n;
    return rehash(out, (uint64_t)t->mask + 1, false, err);
}
