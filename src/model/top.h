/* Functions: self and total over every place a name occurs. */
#ifndef GF_MODEL_TOP_H
#define GF_MODEL_TOP_H

#include <stdatomic.h>

#include "base/meter.h"
#include "model/frames.h"

struct gf_function {
    uint32_t name;
    uint64_t self;
    uint64_t total; /* a function that recurs in one stack counts once */
};

struct gf_top {
    struct gf_function *functions; /* by self, then total, both falling, then name bytes */
    uint32_t n;
};

/* Adds up value type `value`. Fails with GF_ERR_NOMEM, with GF_ERR_LIMIT where the budget of the
 * frames leaves too little to make the table (which is not counted from then on), and with
 * GF_ERR_CANCELLED once *cancel is true; the meter does a step a frame and expects none. Both may
 * be NULL. */
bool gf_top_make(const struct gf_frames *frames, uint32_t value, const atomic_bool *cancel,
                 struct gf_meter *meter, struct gf_top *out, struct gf_error *err);
void gf_top_free(struct gf_top *top);

#endif
