#include "base/budget.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/str.h"

struct gf_budget {
    atomic_uint holders;
    uint64_t limit;
    _Atomic uint64_t held;
};

struct gf_budget *gf_budget_make(uint64_t limit)
{
    struct gf_budget *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    atomic_init(&b->holders, 1);
    atomic_init(&b->held, 0);
    b->limit = limit;
    return b;
}

struct gf_budget *gf_budget_hold(struct gf_budget *b)
{
    if (b)
        atomic_fetch_add(&b->holders, 1);
    return b;
}

void gf_budget_drop(struct gf_budget *b)
{
    if (b && atomic_fetch_sub(&b->holders, 1) == 1)
        free(b);
}

static uint64_t left_of(const struct gf_budget *b, uint64_t held)
{
    return b->limit > held ? b->limit - held : 0;
}

bool gf_budget_take(struct gf_budget *b, uint64_t bytes, const char *what, struct gf_error *err)
{
    if (!b)
        return true;
    uint64_t held = atomic_load(&b->held);
    do {
        if (bytes > left_of(b, held)) {
            char need[16], left[16];
            return gf_fail(err, GF_ERR_LIMIT, "%s takes %s, and --max-memory leaves %s for it",
                           what, gf_str_bytes(need, bytes), gf_str_bytes(left, left_of(b, held)));
        }
    } while (!atomic_compare_exchange_weak(&b->held, &held, held + bytes));
    return true;
}

void gf_budget_count(struct gf_budget *b, uint64_t bytes)
{
    if (b)
        atomic_fetch_add(&b->held, bytes);
}

void gf_budget_give(struct gf_budget *b, uint64_t bytes)
{
    if (b)
        atomic_fetch_sub(&b->held, bytes);
}

uint64_t gf_budget_left(const struct gf_budget *b)
{
    return b ? left_of(b, atomic_load(&b->held)) : UINT64_MAX;
}
