/* How far a piece of work is, for whoever waits for it: steps done of steps expected. The work adds
 * to it now and then, so that it costs nothing; anybody may read it. NULL where nobody asks. */
#ifndef GF_BASE_METER_H
#define GF_BASE_METER_H

#include <stdatomic.h>
#include <stdint.h>

struct gf_meter {
    atomic_uint_fast64_t done, all; /* all 0: not known */
};

/* The work takes n more steps than was said before. */
static inline void gf_meter_expect(struct gf_meter *meter, uint64_t n)
{
    if (meter)
        atomic_fetch_add_explicit(&meter->all, n, memory_order_relaxed);
}

static inline void gf_meter_did(struct gf_meter *meter, uint64_t n)
{
    if (meter)
        atomic_fetch_add_explicit(&meter->done, n, memory_order_relaxed);
}

/* The part that is done, 0 to 1; negative where it is not known. */
static inline double gf_meter_share(const struct gf_meter *meter)
{
    uint64_t all = atomic_load_explicit(&meter->all, memory_order_relaxed);
    uint64_t done = atomic_load_explicit(&meter->done, memory_order_relaxed);
    return all == 0 ? -1 : done < all ? (double)done / (double)all : 1;
}

#endif
