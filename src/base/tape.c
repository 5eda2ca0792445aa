#include "base/tape.h"

#include <stdint.h>
#include <sys/mman.h>

#include "base/vec.h"

/* What is mapped and moved at a time: a huge page, of which moving changes one entry. */
#define UNIT ((size_t)2 << 20)
/* Units that are free are kept for what comes, but not more than this many: what is taken at a time
 * (8 MB of a run, see model/feed_runs.c) less a window of 2 MB. */
#define SPARE 3

bool gf_tape_open(struct gf_tape *t, size_t size, struct gf_error *err)
{
    *t = (struct gf_tape){0};
    size_t all;
    if (!gf_add(size, 2 * UNIT, &all))
        return gf_fail_nomem(err, size);
    size = (size + UNIT - 1) & ~(UNIT - 1);
    all = size + UNIT;
    char *p = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return gf_fail_nomem(err, size);
    size_t skip = -(uintptr_t)p & (UNIT - 1);
    if (skip)
        munmap(p, skip);
    munmap(p + skip + size, UNIT - skip);
    t->low = t->high = p + skip;
    t->end = t->low + size;
    return true;
}

/* Puts a unit behind the others: the first of them where it is not needed any more. */
static bool add_unit(struct gf_tape *t, const char *keep)
{
    if (t->high - t->low >= (ptrdiff_t)UNIT && keep - t->low >= (ptrdiff_t)UNIT) {
        if (mremap(t->low, UNIT, UNIT, MREMAP_MAYMOVE | MREMAP_FIXED, t->high) == MAP_FAILED)
            return false;
        t->low += UNIT;
    } else {
        if (mprotect(t->high, UNIT, PROT_READ | PROT_WRITE) != 0)
            return false;
        madvise(t->high, UNIT, MADV_HUGEPAGE);
    }
    t->high += UNIT;
    return true;
}

bool gf_tape_room(struct gf_tape *t, const char *keep, const char *until, struct gf_error *err)
{
    while (t->high < until) {
        if (!add_unit(t, keep))
            return gf_fail_nomem(err, UNIT);
    }
    while (keep - t->low > (ptrdiff_t)(SPARE * UNIT)) {
        munmap(t->low, UNIT);
        t->low += UNIT;
    }
    return true;
}

void gf_tape_close(struct gf_tape *t)
{
    if (t->low)
        munmap(t->low, (size_t)(t->end - t->low));
    *t = (struct gf_tape){0};
}
