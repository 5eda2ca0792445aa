/* Giving up work: a flag that whoever waits for it sets, and the work looks at now and then. */
#ifndef GF_BASE_CANCEL_H
#define GF_BASE_CANCEL_H

#include <stdatomic.h>

#include "base/error.h"

/* Whether the work is to end; NULL: nobody can say so. */
static inline bool gf_cancelled(const atomic_bool *cancel)
{
    return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

/* What work that was given up fails with. Always returns false. */
static inline bool gf_fail_cancelled(struct gf_error *err)
{
    return gf_fail(err, GF_ERR_CANCELLED, "cancelled");
}

#endif
