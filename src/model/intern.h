/* Interned names: equal bytes, equal id. Ids count up from 0 in order of first appearance.
 *
 * A name is one record in a pool: its id, its length, its bytes. A lookup touches a slot, which
 * holds half of the hash, and the record: two cache lines, where an array of names between the two
 * would be a third. */
#ifndef GF_MODEL_INTERN_H
#define GF_MODEL_INTERN_H

#include <string.h>

#include "base/hash.h"
#include "base/vec.h"
#include "simd/simd.h"

/* Records begin at multiples of this many bytes. */
#define GF_RECORD_UNIT 8u
/* Most end within so many bytes. */
#define GF_RECORD_MOST 40u

struct gf_intern {
    struct gf_map pool;    /* records: struct gf_word_record, bytes; then padding */
    struct gf_map records; /* uint32_t [n] where the record of an id is, in units */
    struct gf_map slots;   /* uint64_t: half of the hash, and where the record is; 0 is free */
    uint64_t used;         /* of the pool, in units; the first is a record that equals nothing */
    uint32_t n;
    uint32_t mask;     /* slots - 1; 0 while there are none */
    unsigned new_keys; /* how often names that collided made it draw a new key */
    uint64_t key[GF_WORD_BLOCKS];
};

/* {0} is not ready: the table needs its random key. */
void gf_intern_init(struct gf_intern *t);
void gf_intern_free(struct gf_intern *t);

/* Makes the key from a seed. For gf_intern_init and for tests; there must be no names. */
void gf_intern_set_key(struct gf_intern *t, uint64_t seed);

/* The id of bytes[0..len), which is made when it is new (*is_new). False when memory runs out. */
bool gf_intern_add(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t *id, bool *is_new,
                   struct gf_error *err);

/* The same in steps, for several names at once, so that the waits for memory overlap: the hash,
 * then a look at the slot (which may want the hash's slot asked for in advance), then the adding. A
 * hash is good until t->new_keys changes. */
static inline uint64_t gf_intern_hash(const struct gf_intern *t, const char *bytes, uint32_t len)
{
    return gf_word_hash(bytes, len, t->key);
}

static inline void gf_intern_ask_slot(const struct gf_intern *t, uint64_t hash)
{
    __builtin_prefetch((const uint64_t *)t->slots.data + ((uint32_t)hash & t->mask));
}

static inline void gf_intern_ask_record(const struct gf_intern *t, uint64_t hash)
{
    if (!t->mask)
        return;
    uint64_t slot = ((const uint64_t *)t->slots.data)[(uint32_t)hash & t->mask];
    const char *record = (const char *)t->pool.data + (uint32_t)slot * (uint64_t)GF_RECORD_UNIT;
    __builtin_prefetch(record);
    __builtin_prefetch(record + GF_RECORD_MOST);
}

bool gf_intern_add_hashed(struct gf_intern *t, const char *bytes, uint32_t len, uint64_t hash,
                          uint32_t *id, bool *is_new, struct gf_error *err);

/* Finds or makes n names, and sets their ids. words[] has their texts and lengths. */
bool gf_intern_add_words(struct gf_intern *t, const struct gf_simd *simd, struct gf_word *words,
                         size_t n, struct gf_error *err);

/* Makes `out`, fresh from gf_intern_init, hold the same names under the same ids. */
bool gf_intern_clone(const struct gf_intern *t, struct gf_intern *out, struct gf_error *err);

/* At least as many bytes as all names together have. */
static inline uint64_t gf_intern_bytes(const struct gf_intern *t)
{
    return t->used * (uint64_t)GF_RECORD_UNIT;
}

/* Where a name lies in the pool; GF_SPAN_PADDING bytes behind it can be read. */
static inline struct gf_span gf_intern_span(const struct gf_intern *t, uint32_t id)
{
    uint64_t at = ((const uint32_t *)t->records.data)[id] * (uint64_t)GF_RECORD_UNIT;
    uint32_t len;
    memcpy(&len, (const char *)t->pool.data + at + sizeof(uint32_t), sizeof len);
    return (struct gf_span){at + 2 * sizeof(uint32_t), len};
}

static inline const char *gf_intern_text(const struct gf_intern *t, uint32_t id, uint32_t *len)
{
    struct gf_span span = gf_intern_span(t, id);
    *len = span.len;
    return (const char *)t->pool.data + span.offset;
}

/* Memory in use, in bytes. */
uint64_t gf_intern_size(const struct gf_intern *t);

#endif
