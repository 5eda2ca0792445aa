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

struct gf_intern {
    struct gf_map pool;    /* records: uint32_t id, uint32_t length, bytes; then padding */
    struct gf_map records; /* uint32_t [n] where the record of an id is, in units */
    struct gf_map slots;   /* uint64_t: half of the hash, and where the record is; 0 is free */
    uint64_t used;         /* of the pool, in units; the first unit is not used */
    uint32_t n;
    uint32_t mask;     /* slots - 1; 0 while there are none */
    unsigned new_keys; /* how often names that collided made it draw a new key */
    uint64_t seed;
};

/* {0} is not ready: the table needs its random key. */
void gf_intern_init(struct gf_intern *t);
void gf_intern_free(struct gf_intern *t);

/* The id of bytes[0..len), which is made when it is new (*is_new). False when memory runs out. */
bool gf_intern_add(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t *id, bool *is_new,
                   struct gf_error *err);

/* The same in steps, for several names at once, so that the waits for memory overlap: the hash,
 * then a look at the slot (which may want the hash's slot asked for in advance), then the adding. A
 * hash is good until t->new_keys changes. */
static inline uint64_t gf_intern_hash(const struct gf_intern *t, const char *bytes, uint32_t len)
{
    return gf_hash(bytes, len, t->seed);
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
    __builtin_prefetch(record + 40); /* of most names the end */
}

bool gf_intern_add_hashed(struct gf_intern *t, const char *bytes, uint32_t len, uint64_t hash,
                          uint32_t *id, bool *is_new, struct gf_error *err);

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

/* Whether a[0..n) and b[0..n) are equal, for short ranges: without a call, and with a branch for
 * the length's class only. */
static inline bool gf_equal_short(const char *a, const char *b, size_t n)
{
    typedef uint64_t pair __attribute__((vector_size(16)));
    if (n >= 16) {
        pair x, y, u, v, differ = {0, 0};
        size_t i = 0;
        for (; n - i > 32; i += 32) {
            memcpy(&x, a + i, sizeof x);
            memcpy(&y, b + i, sizeof y);
            memcpy(&u, a + i + 16, sizeof u);
            memcpy(&v, b + i + 16, sizeof v);
            differ |= (x ^ y) | (u ^ v);
        }
        /* The rest is 1 to 32 bytes, of which 16 are looked at from either end. */
        if (n - i < 16)
            i = n - 16;
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        memcpy(&u, a + n - 16, sizeof u);
        memcpy(&v, b + n - 16, sizeof v);
        differ |= (x ^ y) | (u ^ v);
        return (differ[0] | differ[1]) == 0;
    }
    uint64_t x = 0, y = 0, u = 0, v = 0;
    if (n >= 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        memcpy(&u, a + n - 8, 8);
        memcpy(&v, b + n - 8, 8);
    } else if (n >= 4) {
        memcpy(&x, a, 4);
        memcpy(&y, b, 4);
        memcpy(&u, a + n - 4, 4);
        memcpy(&v, b + n - 4, 4);
    } else if (n > 0) {
        x = (uint64_t)(unsigned char)a[0] << 16 | (uint64_t)(unsigned char)a[n / 2] << 8 |
            (unsigned char)a[n - 1];
        y = (uint64_t)(unsigned char)b[0] << 16 | (uint64_t)(unsigned char)b[n / 2] << 8 |
            (unsigned char)b[n - 1];
    }
    return ((x ^ y) | (u ^ v)) == 0;
}

/* Memory in use, in bytes. */
uint64_t gf_intern_size(const struct gf_intern *t);

#endif
