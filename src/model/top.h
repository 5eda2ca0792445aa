/* Functions: self and total over every place a name occurs. */
#ifndef GF_MODEL_TOP_H
#define GF_MODEL_TOP_H

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

/* All functions of the frames. Fails with GF_ERR_NOMEM, and with GF_ERR_LIMIT where the budget of
 * the frames leaves too little to make the table; the table itself is not counted on. */
bool gf_top_make(const struct gf_frames *frames, uint32_t value, struct gf_top *out,
                 struct gf_error *err);
void gf_top_free(struct gf_top *top);

#endif
