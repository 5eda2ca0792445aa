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

/* Most records end within so many bytes. */
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

/* The same in steps: the hash, then the adding. A hash is good until t->new_keys changes. */
static inline uint64_t gf_intern_hash(const struct gf_intern *t, const char *bytes, uint32_t len)
{
    return gf_word_hash(bytes, len, t->key);
}

static inline void gf_intern_ask_slot(const struct gf_intern *t, uint64_t hash)
{
    __builtin_prefetch((const uint64_t *)t->slots.data + ((uint32_t)hash & t->mask));
}

bool gf_intern_add_hashed(struct gf_intern *t, const char *bytes, uint32_t len, uint64_t hash,
                          uint32_t *id, bool *is_new, struct gf_error *err);

/* Looks for n names together, so that the waits for memory overlap. words[] has their texts and
 * lengths; their hashes are set, and their ids: GF_NO_WORD where a name is not there, or has to be
 * looked for longer. */
void gf_intern_find_words(const struct gf_intern *t, const struct gf_simd *simd,
                          struct gf_word *words, size_t n);

/* Finds or makes one of them for good. `keys`: t->new_keys when they were looked for. */
static inline bool gf_intern_add_word(struct gf_intern *t, struct gf_word *w, unsigned keys,
                                      struct gf_error *err)
{
    bool is_new;
    if (w->id != GF_NO_WORD)
        return true;
    if (keys != t->new_keys)
        w->hash = gf_intern_hash(t, w->text, w->len);
    return gf_intern_add_hashed(t, w->text, w->len, w->hash, &w->id, &is_new, err);
}

/* Makes `out`, fresh from gf_intern_init, hold the same names under the same ids. */
bool gf_intern_clone(const struct gf_intern *t, struct gf_intern *out, struct gf_error *err);

/* At least as many bytes as all names together have. */
static inline uint64_t gf_intern_bytes(const struct gf_intern *t)
{
    return t->used * (uint64_t)GF_WORD_UNIT;
}

/* The name's bytes; GF_WORD_PADDING bytes behind them can be read. */
static inline const char *gf_intern_text(const struct gf_intern *t, uint32_t id, uint32_t *len)
{
    return gf_word_bytes(t->pool.data, ((const uint32_t *)t->records.data)[id], len);
}

/* Where texts of ids in no order are read: asks for the place of one some ids before its turn, and
 * some ids later, when the place is there, for the text. */
static inline void gf_intern_ask_place(const struct gf_intern *t, uint32_t id)
{
    __builtin_prefetch((const uint32_t *)t->records.data + id);
}

static inline void gf_intern_ask_text(const struct gf_intern *t, uint32_t id)
{
    uint64_t unit = ((const uint32_t *)t->records.data)[id];
    __builtin_prefetch((const char *)t->pool.data + unit * GF_WORD_UNIT);
}

/* Memory in use, in bytes. */
uint64_t gf_intern_size(const struct gf_intern *t);

#endif
