/* Loading: sources in, profile out. Reading, decompression, parsing and aggregation run on threads
 * of their own while the caller watches, draws or waits. */
#ifndef GF_MODEL_LOAD_H
#define GF_MODEL_LOAD_H

#include "io/source.h"
#include "model/profile.h"

enum gf_order {
    GF_ORDER_WEIGHT, /* widest sibling first, ties by name */
    GF_ORDER_NAME,   /* by name bytes, as flamegraph.pl */
    GF_ORDER_INPUT   /* by first appearance */
};

struct gf_load_params {
    unsigned threads; /* parser threads; 0: one per core */
    uint64_t
        max_memory; /* for trees, names, windows and buffers; 0: most of what the machine has */
    /* Where call trees go that outgrow max_memory; NULL: $TMPDIR, or else /var/tmp. The order of
     * the input cannot be kept there: with GF_ORDER_INPUT the load fails instead. */
    const char *spill_dir;
    enum gf_order order;
    bool reverse;       /* leaf-rooted: every stack turned round */
    bool counts_only;   /* only the profile's stats are wanted: its frame array stays empty */
    bool strict;        /* the first line that cannot be read is an error */
    bool background;    /* give way to the caller's threads: they draw meanwhile */
    size_t chunk_bytes; /* 0: a good default; tests set small ones */
};

struct gf_progress {
    uint64_t bytes_read;  /* compressed bytes taken so far */
    uint64_t bytes_total; /* 0 while unknown (pipes) */
    uint64_t bytes_decoded;
    uint64_t records;
    double seconds;
    bool done; /* gf_load_finish will not wait */
};

/* The memory that a limit of 0 stands for, or else the limit itself. */
uint64_t gf_memory_limit(uint64_t max_memory);

struct gf_load;

/* Starts loading. `sources` is borrowed until gf_load_finish. */
bool gf_load_start(const struct gf_source_list *sources, const struct gf_load_params *params,
                   struct gf_load **out, struct gf_error *err);

/* How far it is; from any thread, cheap enough for every drawn frame. */
void gf_load_progress(struct gf_load *load, struct gf_progress *out);

/* Waits up to `seconds` for the load to be done; returns whether it is. */
bool gf_load_wait(struct gf_load *load, double seconds);

/* Asks for a picture of what has been read so far. Returns a new profile (to be freed), whose stats
 * say that it is incomplete, when one is ready, else NULL; call it from time to time. Never waits
 * for the parsers. */
struct gf_profile *gf_load_partial(struct gf_load *load);

/* Asks all threads to stop soon; gf_load_finish then fails with GF_ERR_CANCELLED.
 * Async-signal-safe. */
void gf_load_cancel(struct gf_load *load);

/* Has the load end with what has been read so far: no more is read, and gf_load_finish returns the
 * profile of that, whose stats say that it is incomplete; it fails with GF_ERR_CANCELLED where
 * there is no sample yet. */
void gf_load_enough(struct gf_load *load);

/* Waits for the end, frees `load`, and returns the profile; on failure *out is NULL. */
bool gf_load_finish(struct gf_load *load, struct gf_profile **out, struct gf_error *err);

/* All of it in one call. */
bool gf_load_all(const struct gf_source_list *sources, const struct gf_load_params *params,
                 struct gf_profile **out, struct gf_error *err);

#endif
