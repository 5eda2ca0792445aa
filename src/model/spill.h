/* Call trees on disk, when there are more distinct call paths than memory holds at a time.
 *
 * A tree is written as a run: its nodes in pre-order, children by the bytes of their names. Runs in
 * this order are merged by reading each from front to back, whatever their number. Names stay in
 * memory, once for all runs. */
#ifndef GF_MODEL_SPILL_H
#define GF_MODEL_SPILL_H

#include <stdatomic.h>

#include "model/tree.h"

struct gf_spill;

/* A spill with a temporary file in `dir` (NULL: $TMPDIR, or else /var/tmp) that has no name and is
 * gone when the process ends. NULL on failure. */
struct gf_spill *gf_spill_create(const char *dir, struct gf_error *err);
void gf_spill_destroy(struct gf_spill *s); /* NULL is fine */

/* Writes the tree, which stays as it is. Trees of one spill have the same nvalues. Any thread may
 * call this; one at a time works. Takes 8 bytes a node and 20 a name meanwhile. A full disk is
 * GF_ERR_IO and says so. */
bool gf_spill_write(struct gf_spill *s, const struct gf_tree *t, struct gf_error *err);

/* Bytes of memory that the names take. */
uint64_t gf_spill_memory(struct gf_spill *s);

/* Bytes of the temporary file. */
uint64_t gf_spill_size(struct gf_spill *s);

/* Merges all that was written into *out, a new tree. The spill is used up. Where flattening the
 * result would take more than `budget` bytes it fails with GF_ERR_NOMEM and says how much would be
 * needed. `stop` ends it with GF_ERR_CANCELLED; it is looked at from time to time. */
bool gf_spill_merge(struct gf_spill *s, uint64_t budget, const atomic_bool *stop,
                    struct gf_tree *out, struct gf_error *err);

#endif
