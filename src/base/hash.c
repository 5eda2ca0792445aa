#include "base/hash.h"

#include <sys/random.h>

#include "base/clock.h"

uint64_t gf_random_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) == (ssize_t)sizeof seed)
        return seed;
    /* Early in boot there may be no entropy yet: the clock and an address are the next best. */
    double now = gf_now();
    return gf_hash(&now, sizeof now, (uintptr_t)&seed);
}
