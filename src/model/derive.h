/* Other trees of the same samples: siblings in another order, stacks turned round, and what leads
 * to a function or follows from it. */
#ifndef GF_MODEL_DERIVE_H
#define GF_MODEL_DERIVE_H

#include <stdatomic.h>

#include "base/meter.h"
#include "model/load.h"
#include "model/profile.h"

enum gf_derive_kind {
    GF_DERIVE_SAME,      /* every path as it is */
    GF_DERIVE_BOTTOM_UP, /* every stack turned round: leaves stand on the root */
    GF_DERIVE_CALLERS,   /* of a function: it stands on the root, its callers on it, and theirs */
    GF_DERIVE_CALLEES,   /* of a function: all places where it is called, laid over one another */
    GF_DERIVE_SANDWICH   /* the last two side by side; lazily only (lazy.h) */
};

struct gf_derive_params {
    enum gf_derive_kind kind;
    enum gf_order order;
    uint32_t name;          /* the function, for the last three kinds */
    unsigned threads;       /* for flattening; 0 and 1: none but the caller's */
    struct gf_meter *meter; /* told how far it is; NULL: nobody asks */
};

/* Makes a new profile out of `from`. Where a function calls itself, its outermost frame counts, as
 * in gf_top_make: the total of the result is the function's total. Fails with GF_ERR_NOMEM, with
 * GF_ERR_LIMIT when the budget of `from`, which the result shares, is too small, with GF_ERR_EMPTY
 * when the function is nowhere, GF_ERR_USAGE for a sandwich, and with GF_ERR_CANCELLED soon
 * after *cancel (may be NULL) is true. */
bool gf_derive(const struct gf_profile *from, const struct gf_derive_params *params,
               const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err);

#endif
