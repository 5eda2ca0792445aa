/* Memory that slides along a long range of addresses: what is written behind one another stays
 * contiguous for ever, however much it is, and what is no longer needed is moved ahead as room for
 * what comes. Moving changes page tables, not bytes, and the pages stay in use. */
#ifndef GF_BASE_TAPE_H
#define GF_BASE_TAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* {0} is closed. [low, high) can be read and written; all up to `end` can follow. */
struct gf_tape {
    char *low, *high, *end;
};

/* Reserves `size` bytes of addresses (rounded up to whole huge pages). Takes no memory yet.
 * GF_ERR_NOMEM. */
bool gf_tape_open(struct gf_tape *t, size_t size, struct gf_error *err);

/* Makes all up to `until` (at most t->end) writable. What lies before `keep` is not needed any
 * more. GF_ERR_NOMEM. */
bool gf_tape_room(struct gf_tape *t, const char *keep, const char *until, struct gf_error *err);

void gf_tape_close(struct gf_tape *t);

#endif
