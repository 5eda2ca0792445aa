/* Interned names: equal bytes, equal id. Ids count up from 0 in order of first appearance. */
#ifndef GF_MODEL_INTERN_H
#define GF_MODEL_INTERN_H

#include "base/vec.h"

struct gf_name {
    uint64_t offset; /* into bytes */
    uint32_t len;
    uint32_t tag; /* high half of the hash: most mismatches end here */
};

struct gf_intern {
    struct gf_map bytes;
    struct gf_map names; /* struct gf_name */
    struct gf_map slots; /* uint32_t id + 1; 0 is free */
    uint64_t used;       /* of bytes */
    uint32_t n;
    uint32_t mask; /* slots - 1; 0 while there are none */
    uint64_t seed;
};

/* {0} is not ready: the table needs its random key. */
void gf_intern_init(struct gf_intern *t);
void gf_intern_free(struct gf_intern *t);

/* The id of bytes[0..len), which is made when it is new (*is_new). False when memory runs out. */
bool gf_intern_add(struct gf_intern *t, const char *bytes, uint32_t len, uint32_t *id, bool *is_new,
                   struct gf_error *err);

/* Makes `out`, fresh from gf_intern_init, hold the same names under the same ids. */
bool gf_intern_clone(const struct gf_intern *t, struct gf_intern *out, struct gf_error *err);

static inline const char *gf_intern_text(const struct gf_intern *t, uint32_t id, uint32_t *len)
{
    const struct gf_name *name = (const struct gf_name *)t->names.data + id;
    *len = name->len;
    return (const char *)t->bytes.data + name->offset;
}

/* Memory in use, in bytes. */
uint64_t gf_intern_size(const struct gf_intern *t);

#endif
