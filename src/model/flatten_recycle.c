#include "model/flatten_recycle.h"

#include <stdlib.h>
#include <sys/mman.h>

/* Fewer blocks than this are not worth it. */
#define LEAST_BLOCKS 4
/* Each unit that moves becomes a mapping or two of its own, of which a process may have 65,530 as a
 * rule. The first 16 GB are what matters. */
#define MOST_UNITS 8192

static bool is_aligned(const void *p)
{
    return (uintptr_t)p % GF_FLATTEN_UNIT == 0;
}

/* The thread sanitizer does not see mremap, and would take what was written to the pages before for
 * a race. */
static bool can_recycle(const struct gf_frames *out)
{
#if defined(__SANITIZE_THREAD__) || !defined(MREMAP_DONTUNMAP)
    (void)out;
    return false;
#else
    bool aligned = is_aligned(out->name) && is_aligned(out->end);
    for (uint32_t v = 0; v < out->nvalues; v++)
        aligned = aligned && is_aligned(out->prefix[v]);
    return aligned && out->n / GF_FLATTEN_BLOCK >= LEAST_BLOCKS;
#endif
}

void gf_recycler_start(struct gf_recycler *r, const struct gf_frames *out, uint64_t nodes)
{
    *r = (struct gf_recycler){.out = out};
    pthread_mutex_init(&r->mutex, NULL);
    if (!can_recycle(out))
        return;
    r->room = (size_t)(nodes / GF_FLATTEN_BLOCK) * (1 + out->nvalues);
    r->room = r->room < MOST_UNITS ? r->room : MOST_UNITS;
    r->units = malloc(r->room * sizeof *r->units);
    r->open = calloc((size_t)out->n / GF_FLATTEN_BLOCK + 1, sizeof *r->open);
    if (!r->units || !r->open) {
        free(r->open);
        r->open = NULL;
    }
}

void gf_recycler_end(struct gf_recycler *r)
{
    free(r->units);
    free(r->open);
    pthread_mutex_destroy(&r->mutex);
}

void gf_recycler_give(struct gf_recycler *r, void *block)
{
    bool taken = false;
    if (r->open && is_aligned(block)) {
        pthread_mutex_lock(&r->mutex);
        taken = r->n < r->room;
        if (taken)
            r->units[r->n++] = block;
        pthread_mutex_unlock(&r->mutex);
    }
    if (!taken)
        madvise(block, GF_FLATTEN_UNIT, MADV_DONTNEED);
}

/* Puts a unit, if there is one, at `to`. Its old addresses stay with the tree, and empty. */
static void take(struct gf_recycler *r, void *to)
{
#ifdef MREMAP_DONTUNMAP
    if (r->n == 0)
        return;
    char *unit = r->units[--r->n];
    if (mremap(unit, GF_FLATTEN_UNIT, GF_FLATTEN_UNIT,
               MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, to) != MAP_FAILED)
        return;
    madvise(unit, GF_FLATTEN_UNIT, MADV_DONTNEED);
    /* What was there may be gone, even so. Putting it back fails only where the process has as many
     * mappings as it may, whoever made them. */
    if (mmap(to, GF_FLATTEN_UNIT, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
             -1, 0) == MAP_FAILED)
        abort();
    madvise(to, GF_FLATTEN_UNIT, MADV_HUGEPAGE);
#endif
}

void gf_recycler_open(struct gf_recycler *r, uint32_t block)
{
    const struct gf_frames *out = r->out;
    size_t at = (size_t)block * GF_FLATTEN_BLOCK, pair = at - at % (2 * (size_t)GF_FLATTEN_BLOCK);
    uint32_t twin = block ^ 1;
    pthread_mutex_lock(&r->mutex);
    if (!atomic_load(&r->open[block])) {
        for (uint32_t v = 0; v < out->nvalues; v++)
            take(r, out->prefix[v] + at);
        if (twin > (out->n - 1) / GF_FLATTEN_BLOCK || !atomic_load(&r->open[twin])) {
            take(r, out->name + pair);
            take(r, out->end + pair);
        }
        atomic_store_explicit(&r->open[block], 1, memory_order_release);
    }
    pthread_mutex_unlock(&r->mutex);
}

void gf_recycler_fill(struct gf_recycler *r, uint32_t *ids)
{
    size_t step = GF_FLATTEN_UNIT / sizeof *ids;
    for (size_t at = 0; r->open && is_aligned(ids) && at + step <= r->out->n; at += step)
        take(r, ids + at);
}
