#include "model/tree_count.h"

#include <stdatomic.h>
#include <string.h>

#include "base/parallel.h"

/* Nodes that are looked at in one go: enough that handing them out costs nothing. */
#define BLOCK ((uint32_t)256 << 10)

struct count {
    const struct gf_tree *tree;
    atomic_uint_fast64_t stacks;
};

void gf_tree_state(const struct gf_tree *t, struct gf_profile_stats *stats)
{
    memset(stats->totals, 0, sizeof stats->totals);
    memcpy(stats->totals, t->sum, t->nvalues * sizeof *t->sum);
    stats->call_paths = t->n - 1;
    stats->max_depth = t->max_depth;
}

uint64_t gf_tree_count_stacks(const struct gf_tree *t, uint32_t low, uint32_t high)
{
    uint64_t stacks = 0;
    low = low ? low : 1;
    if (t->nvalues == 1 && t->zero_stacks.cap == 0) { /* the most common: eight at a time */
        const uint64_t *self = t->self[0].data;
        for (uint32_t node = low; node < high; node++)
            stacks += self[node] != 0;
        return stacks;
    }
    for (uint32_t node = low; node < high; node++)
        stacks += gf_tree_ends_stack(t, node);
    return stacks;
}

static void count_block(void *ctx, unsigned block)
{
    struct count *c = ctx;
    uint32_t n = c->tree->n, low = block * BLOCK, high = n - low < BLOCK ? n : low + BLOCK;
    atomic_fetch_add(&c->stacks, gf_tree_count_stacks(c->tree, low, high));
}

void gf_tree_count(const struct gf_tree *t, unsigned threads, struct gf_profile_stats *stats)
{
    struct count c = {.tree = t};
    gf_parallel(threads ? threads : 1, 1 + (t->n - 1) / BLOCK, count_block, &c);
    stats->stacks = atomic_load(&c.stacks);
    stats->functions = t->names.n;
}
