/* A limit of memory that many share: whoever makes something large takes its bytes first, is told
 * when they do not fit, and gives them back when it is gone. Counted are arrays that follow the
 * size of a profile; docs/ARCHITECTURE.md, "Memory", says which and how. Any thread may call any of
 * these; NULL is a budget without a limit. */
#ifndef GF_BASE_BUDGET_H
#define GF_BASE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct gf_budget;

/* A budget of `limit` bytes with one holder; NULL without memory. */
struct gf_budget *gf_budget_make(uint64_t limit);
struct gf_budget *gf_budget_hold(struct gf_budget *budget);
/* Frees it with its last holder. */
void gf_budget_drop(struct gf_budget *budget);

/* Takes `bytes` for `what` ("the comparison"), or fails with GF_ERR_LIMIT and nothing is taken. */
bool gf_budget_take(struct gf_budget *budget, uint64_t bytes, const char *what,
                    struct gf_error *err);
/* Counts what is there whether it fits or not: then others get less. */
void gf_budget_count(struct gf_budget *budget, uint64_t bytes);
/* Gives back what was taken or counted. */
void gf_budget_give(struct gf_budget *budget, uint64_t bytes);

/* What is left; UINT64_MAX where there is no limit. */
uint64_t gf_budget_left(const struct gf_budget *budget);

#endif
