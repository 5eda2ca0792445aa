/* What the parts of the loader share: load.c (the whole), load_parser.c (the threads that parse),
 * load_profile.c (from trees to a profile), load_partial.c (pictures in between). */
#ifndef GF_MODEL_LOAD_INTERNAL_H
#define GF_MODEL_LOAD_INTERNAL_H

#include "model/builder.h"
#include "model/feed.h"
#include "model/load.h"
#include "model/spill.h"

struct gf_parser {
    struct gf_load *load;
    int id;
    pthread_t thread;
    bool running;
    /* Whoever holds `tree` may look at the builder; the parser lets go of it between two chunks. It
     * goes through `gate` to get it back, so that one who waits for it comes first. */
    pthread_mutex_t gate, tree;
    bool closed; /* under `tree`: it is being merged, and can't be copied */
    struct gf_builder *builder;
    struct gf_decoder *decoder; /* for source number `source` */
    const struct gf_format *format;
    int64_t source; /* of the last piece; -1: none yet */
    struct gf_feed_work work;
    struct gf_sink sink;
    uint64_t decoded;                /* bytes of text in the last piece */
    atomic_uint_fast64_t tree_bytes; /* as of the last chunk */
};

/* An ignored line. Its number is relative to the piece until all of the file is done. */
struct gf_ignored_at {
    uint32_t source;
    uint64_t piece, line;
    enum gf_ignored_cause cause;
};

struct gf_load {
    struct gf_feed_shared shared;
    const struct gf_source_list *sources;
    struct gf_load_params params;
    const struct gf_simd *simd;
    uint64_t memory, tree_budget; /* for everything; for the parsers' trees */
    struct gf_spill *spill;       /* guarded by shared.mutex; NULL until trees outgrow the budget */
    atomic_uint_fast64_t spill_bytes; /* of its names */
    atomic_bool spilled;
    unsigned max_feeds; /* inputs that are open at a time */
    pthread_t thread;   /* the coordinator */
    pthread_cond_t finished;
    double started;
    uint64_t bytes_total;
    atomic_uint_fast64_t bytes_read; /* of ranges, and of streams that are done */
    atomic_uint_fast64_t records;
    struct gf_parser *parsers;
    unsigned nparsers;

    /* guarded by shared.mutex */
    struct gf_feed **feeds; /* by source; NULL before it is opened and after it is closed */
    size_t first_feed;      /* none is open before this one */
    size_t next_source;
    bool opening;     /* a parser is about to open next_source - 1 */
    bool cut_short;   /* some of the input was not read */
    bool draining;    /* --strict: a line could not be read, only what lies before it matters */
    unsigned columns; /* of all inputs; 0 before the first */
    struct gf_error error;
    size_t error_source;
    struct gf_profile_stats stats;
    struct gf_ignored_at ignored[GF_IGNORED_LINES];
    uint32_t nignored;
    bool done;
    struct gf_profile *profile;

    /* partial results; guarded by shared.mutex too */
    pthread_t partial_thread;
    pthread_cond_t partial_changed;
    bool partial_running, partial_wanted;
    struct gf_profile *partial;
};

/* load.c */

/* What messages call an input. */
const char *gf_load_label(const struct gf_load *load, size_t source);

/* With the mutex held: wakes all threads that wait for something. */
void gf_load_wake(struct gf_load *load);

/* With the mutex held: notes the first failure (of the earliest source, where several fail) and
 * stops all threads. */
void gf_load_fail(struct gf_load *load, size_t source, const struct gf_error *err);

/* load_profile.c */

/* Makes a new profile of the trees (consumed, n >= 1) with everything but stats about the input. */
struct gf_profile *gf_load_make_profile(struct gf_load *load, struct gf_tree **trees, size_t n,
                                        struct gf_error *err);

/* load_parser.c */

/* The thread of a parser: takes pieces until there are none. */
void *gf_parser_main(void *parser);

/* With the mutex held: numbers the ignored lines of a feed and closes it. */
void gf_parser_close_feed(struct gf_load *load, struct gf_feed *feed);

/* load.c */

/* Compressed bytes taken so far. The mutex is held. */
uint64_t gf_load_bytes_in(struct gf_load *load);

/* load_partial.c */

/* The thread that makes partial profiles. */
void *gf_partial_main(void *load);

#endif
