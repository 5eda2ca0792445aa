/* What writing (spill.c) and merging (spill_merge.c) share: the layout of a run.
 *
 * A run is a list of blocks, each compressed by itself. A block holds whole records, and a record
 * is a row of LEB128 numbers:
 *   (levels up from the node before, and one more down) * 4 + (has values) * 2 + (zero stack)
 *   name id, in the spill's table; 0 for the root
 *   each value, if it has any */
#ifndef GF_MODEL_SPILL_INTERNAL_H
#define GF_MODEL_SPILL_INTERNAL_H

#include <pthread.h>

#include "decompress/block.h"
#include "model/spill.h"

#define GF_SPILL_BLOCK ((size_t)64 << 10)
/* No record is longer. */
#define GF_SPILL_RECORD ((size_t)(2 + GF_MAX_VALUES) * 10)

struct gf_spill_block {
    uint64_t offset;
    uint32_t size; /* compressed */
};

struct gf_spill_run {
    struct gf_spill_block *blocks;
    size_t n, cap;
    uint32_t max_depth;
    unsigned decimals;
};

struct gf_spill {
    int fd;
    char *dir;
    pthread_mutex_t mutex;
    uint32_t nvalues;
    uint64_t size; /* of the file */
    struct gf_intern names;
    struct gf_spill_run *runs;
    size_t nruns, runs_cap;
};

#endif
