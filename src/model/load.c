/* Loading: parser threads, each with a call tree of its own, take pieces of the inputs as these
 * come; at the end the trees are merged and flattened. docs/ARCHITECTURE.md has the picture. */
#include "model/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/system.h"
#include "model/load_internal.h"

/* Text is parsed in chunks of this size: a few fit the L2 cache with what the parser touches. */
#define CHUNK_BYTES ((size_t)256 << 10)
/* Ranges of plain files. Sorted input parts where ranges part, so they are not too small. */
#define CHUNKS_PER_RANGE 32
#define MAX_THREADS      256
/* What an open compressed input takes: slots, the decoder's input and a common window, in huge
 * pages. */
#define FEED_BYTES ((uint64_t)10 << 20)
/* A parser needs this much of --max-memory to be worth it. */
#define PARSER_BYTES ((uint64_t)8 << 20)

const char *gf_load_label(const struct gf_load *load, size_t source)
{
    return gf_file_label(&(struct gf_file){.path = load->sources->items[source].path});
}

void gf_load_wake(struct gf_load *load)
{
    pthread_cond_broadcast(&load->shared.changed);
    for (size_t i = load->first_feed; i < load->next_source; i++) {
        if (load->feeds[i])
            pthread_cond_signal(&load->feeds[i]->slot_ready);
    }
}

void gf_load_fail(struct gf_load *load, size_t source, const struct gf_error *err)
{
    bool cancelled = err->code == GF_ERR_CANCELLED;
    /* A line before it could not be read, and that is what will be reported. */
    if (load->draining && source > load->ignored[0].source)
        return;
    if (!cancelled && (load->error.code == GF_OK || source < load->error_source)) {
        load->error = *err;
        load->error_source = source;
    }
    atomic_store(&load->shared.stop, true);
    gf_load_wake(load);
    pthread_cond_broadcast(&load->partial_changed);
}

/* The parsers' trees. */
static size_t all_trees(struct gf_load *load, struct gf_tree **trees)
{
    size_t n = 0;
    for (unsigned i = 0; i < load->nparsers; i++) {
        if (load->parsers[i].builder)
            trees[n++] = gf_builder_tree(load->parsers[i].builder);
    }
    return n;
}

/* Merges trees of which some were spilled: the others go there too. */
static bool merge_spilled(struct gf_load *load, struct gf_tree *all, struct gf_error *err)
{
    for (unsigned i = 0; i < load->nparsers; i++) {
        struct gf_parser *p = &load->parsers[i];
        if (!p->builder)
            continue;
        bool ok = gf_spill_write(load->spill, gf_builder_tree(p->builder), err);
        pthread_mutex_lock(&p->tree);
        gf_builder_destroy(p->builder);
        p->builder = NULL;
        pthread_mutex_unlock(&p->tree);
        if (!ok)
            return false;
    }
    if (gf_spill_merge(load->spill, load->memory / 20 * 17, &load->shared.stop, all, err))
        return true;
    return load->sources->n == 1 ? gf_error_in(err, gf_load_label(load, 0)) : false;
}

/* What is wrong with an input that has no sample. */
static bool fail_empty(struct gf_load *load, struct gf_error *err)
{
    if (load->stats.ignored)
        gf_fail(err, GF_ERR_EMPTY, "no valid sample: %s", gf_ignored_text(load->ignored[0].cause));
    else if (load->stats.files == 0 && load->stats.skipped_files == 1)
        gf_fail(err, GF_ERR_EMPTY, "this is the only file found, and it is not a profile");
    else if (load->stats.files == 0)
        gf_fail(err, GF_ERR_EMPTY, "none of the %llu files found is a profile",
                (unsigned long long)load->stats.skipped_files);
    else
        gf_fail(err, GF_ERR_EMPTY, "no sample: the input is empty");
    if (load->stats.ignored) {
        err->line = load->ignored[0].line;
        gf_error_in(err, gf_load_label(load, load->ignored[0].source));
    } else if (load->sources->n == 1) {
        gf_error_in(err, gf_load_label(load, 0));
    }
    return false;
}

static bool fail_strict(struct gf_load *load, struct gf_error *err)
{
    gf_fail(err, GF_ERR_FORMAT, "%s", gf_ignored_text(load->ignored[0].cause));
    err->line = load->ignored[0].line;
    return gf_error_in(err, gf_load_label(load, load->ignored[0].source));
}

/* Waits for copies of the trees that are being made, and lets no other begin. */
static void close_trees(struct gf_load *load)
{
    for (unsigned i = 0; i < load->nparsers; i++) {
        pthread_mutex_lock(&load->parsers[i].tree);
        load->parsers[i].closed = true;
        pthread_mutex_unlock(&load->parsers[i].tree);
    }
}

/* After the parsers have ended: from their trees to the profile. */
static bool complete(struct gf_load *load, struct gf_error *err)
{
    struct gf_profile_stats *stats = &load->stats;
    struct gf_tree *trees[MAX_THREADS], spilled;
    size_t n = 1;
    stats->nignored_lines = load->nignored;
    for (uint32_t i = 0; i < load->nignored; i++)
        stats->ignored_lines[i] = (struct gf_ignored_line){
            load->ignored[i].source, load->ignored[i].line, load->ignored[i].cause};
    stats->incomplete = load->cut_short;
    if (load->cut_short)
        stats->bytes_read = atomic_load(&load->bytes_read);
    if (load->params.strict && load->nignored)
        return fail_strict(load, err);
    if (stats->records == 0 && stats->incomplete)
        return gf_fail(err, GF_ERR_CANCELLED, "stopped before there was a sample");
    if (stats->records == 0)
        return fail_empty(load, err);
    for (unsigned i = 0; i < load->nparsers; i++) {
        if (load->parsers[i].builder)
            stats->tree_bytes += gf_tree_size(gf_builder_tree(load->parsers[i].builder));
    }
    double start = gf_now();
    stats->seconds_load = start - load->started;
    close_trees(load);
    if (load->spill) {
        if (!merge_spilled(load, &spilled, err))
            return false;
        trees[0] = &spilled;
        stats->spilled_bytes = gf_spill_size(load->spill);
        stats->seconds_merge = gf_now() - start;
    } else {
        n = all_trees(load, trees);
    }
    load->profile = gf_load_make_profile(load, trees, n, err);
    if (!load->profile)
        return false;
    stats->seconds_merge += load->profile->stats.seconds_merge;
    stats->seconds_flatten = gf_now() - start - stats->seconds_merge;
    stats->threads = load->nparsers;
    const struct gf_profile_stats *counts = &load->profile->stats;
    memcpy(stats->totals, counts->totals, sizeof stats->totals);
    stats->stacks = counts->stacks;
    stats->call_paths = counts->call_paths;
    stats->functions = counts->functions;
    stats->max_depth = counts->max_depth;
    load->profile->stats = *stats;
    return true;
}

static void free_builders(struct gf_load *load)
{
    for (unsigned i = 0; i < load->nparsers; i++) {
        struct gf_parser *p = &load->parsers[i];
        if (p->decoder)
            p->format->destroy(p->decoder);
        p->decoder = NULL;
        free(p->work.buffer.data);
        gf_feed_text_close(&p->work.text);
        gf_stream_close(p->work.stream);
        pthread_mutex_lock(&p->tree); /* a partial result may be looking */
        gf_builder_destroy(p->builder);
        p->builder = NULL;
        pthread_mutex_unlock(&p->tree);
    }
}

static void *coordinator_main(void *arg)
{
    struct gf_load *load = arg;
    struct gf_error err = {0};
    if (load->params.background)
        gf_system_give_way();
    for (unsigned i = 0; i < load->nparsers; i++) {
        struct gf_parser *p = &load->parsers[i];
        int failed = pthread_create(&p->thread, NULL, gf_parser_main, p);
        p->running = !failed;
        if (failed && i == 0) {
            gf_fail_errno(&err, failed, "cannot start a thread");
            pthread_mutex_lock(&load->shared.mutex);
            gf_load_fail(load, 0, &err);
            pthread_mutex_unlock(&load->shared.mutex);
        }
    }
    for (unsigned i = 0; i < load->nparsers; i++) {
        if (load->parsers[i].running)
            pthread_join(load->parsers[i].thread, NULL);
    }
    pthread_mutex_lock(&load->shared.mutex);
    bool stopped = atomic_load(&load->shared.stop);
    load->cut_short |= load->next_source < load->sources->n;
    for (size_t i = 0; i < load->next_source; i++) {
        if (!load->feeds[i])
            continue;
        load->cut_short = true;
        gf_feed_abandon(load->feeds[i]);
        gf_parser_close_feed(load, load->feeds[i]);
    }
    err = load->error;
    pthread_mutex_unlock(&load->shared.mutex);
    if (stopped && err.code == GF_OK)
        gf_fail_cancelled(&err);
    else if (!stopped)
        complete(load, &err);
    free_builders(load);
    pthread_mutex_lock(&load->shared.mutex);
    load->error = err;
    load->done = true;
    pthread_cond_broadcast(&load->finished);
    pthread_cond_broadcast(&load->partial_changed);
    pthread_mutex_unlock(&load->shared.mutex);
    return NULL;
}

/* All bytes that will be read, or 0 when an input does not say. */
static uint64_t total_bytes(const struct gf_source_list *sources)
{
    uint64_t all = 0;
    for (size_t i = 0; i < sources->n; i++) {
        struct stat st;
        if (strcmp(sources->items[i].path, "-") == 0 || stat(sources->items[i].path, &st) != 0 ||
            !S_ISREG(st.st_mode))
            return 0;
        all += (uint64_t)st.st_size;
    }
    return all;
}

uint64_t gf_memory_limit(uint64_t max_memory)
{
    return max_memory ? max_memory : gf_system_memory() / 10 * 8;
}

/* Divides --max-memory among what grows with the input. */
static void share_memory(struct gf_load *load)
{
    struct gf_feed_shared *shared = &load->shared;
    uint64_t memory = gf_memory_limit(load->params.max_memory);
    shared->chunk_bytes = load->params.chunk_bytes ? load->params.chunk_bytes : CHUNK_BYTES;
    shared->range_bytes = (uint64_t)shared->chunk_bytes * CHUNKS_PER_RANGE;
    shared->nparsers = load->nparsers;
    load->memory = memory;
    /* As little as a chunk where memory is scarce, as much as a range where it is not. */
    uint64_t run = memory / 16 / load->nparsers;
    if (run > shared->range_bytes)
        run = shared->range_bytes;
    shared->run_bytes = run < shared->chunk_bytes ? shared->chunk_bytes : (size_t)run;
    /* Merging and flattening trees takes up to twice what these take. */
    load->tree_budget = memory / 20 * 9;
    /* A quarter for the decoders and slots of inputs that are open at the same time; most take a
     * few MB, and of those that want more there is seldom more than one. */
    uint64_t feeds = memory / 4 / FEED_BYTES;
    load->max_feeds = feeds < 1 ? 1 : feeds < load->nparsers ? (unsigned)feeds : load->nparsers;
    unsigned decoders =
        load->sources->n < load->max_feeds ? (unsigned)load->sources->n : load->max_feeds;
    shared->decoder_memory = memory / 3 / (decoders ? decoders : 1);
    /* A slot or two for every parser may hold such a line. */
    uint64_t line = memory / 16;
    shared->line_max = line < GF_MAX_STACK ? (size_t)line : GF_MAX_STACK;
}

static void init_locks(struct gf_load *load)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&load->shared.mutex, NULL);
    pthread_cond_init(&load->shared.changed, NULL);
    pthread_cond_init(&load->finished, &monotonic);
    pthread_cond_init(&load->partial_changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (unsigned i = 0; i < load->nparsers; i++) {
        pthread_mutex_init(&load->parsers[i].gate, NULL);
        pthread_mutex_init(&load->parsers[i].tree, NULL);
    }
}

static void load_free(struct gf_load *load)
{
    for (unsigned i = 0; i < load->nparsers; i++) {
        pthread_mutex_destroy(&load->parsers[i].gate);
        pthread_mutex_destroy(&load->parsers[i].tree);
    }
    pthread_mutex_destroy(&load->shared.mutex);
    pthread_cond_destroy(&load->shared.changed);
    pthread_cond_destroy(&load->finished);
    pthread_cond_destroy(&load->partial_changed);
    gf_profile_free(load->partial);
    gf_profile_free(load->profile);
    gf_spill_destroy(load->spill);
    free(load->parsers);
    free(load->feeds);
    free(load);
}

bool gf_load_start(const struct gf_source_list *sources, const struct gf_load_params *params,
                   struct gf_load **out, struct gf_error *err)
{
    *out = NULL;
    const struct gf_simd *simd = gf_simd_select(err);
    if (!simd)
        return false;
    unsigned threads = params->threads ? params->threads : gf_system_cores();
    /* Which of two threads saw a name first is chance: the order of the input needs one thread. */
    if (params->order == GF_ORDER_INPUT)
        threads = 1;
    if (threads > MAX_THREADS)
        threads = MAX_THREADS;
    if (params->max_memory && threads > params->max_memory / PARSER_BYTES)
        threads = params->max_memory < PARSER_BYTES ? 1 : params->max_memory / PARSER_BYTES;
    struct gf_load *load = calloc(1, sizeof *load);
    if (!load)
        return gf_fail_nomem(err, sizeof *load);
    load->sources = sources;
    load->params = *params;
    load->simd = simd;
    load->started = gf_now();
    load->feeds = calloc(sources->n + 1, sizeof(struct gf_feed *));
    load->parsers = calloc(threads, sizeof *load->parsers);
    if (!load->feeds || !load->parsers) {
        free(load->feeds);
        free(load->parsers);
        free(load);
        return gf_fail_nomem(err, sources->n * sizeof(struct gf_feed *));
    }
    load->nparsers = threads;
    for (unsigned i = 0; i < threads; i++) {
        load->parsers[i].load = load;
        load->parsers[i].id = (int)i;
        load->parsers[i].source = -1;
    }
    share_memory(load);
    load->bytes_total = total_bytes(sources);
    init_locks(load);
    int failed = pthread_create(&load->thread, NULL, coordinator_main, load);
    if (failed) {
        load_free(load);
        return gf_fail_errno(err, failed, "cannot start a thread");
    }
    *out = load;
    return true;
}

uint64_t gf_load_bytes_in(struct gf_load *load)
{
    uint64_t read = atomic_load(&load->bytes_read);
    for (size_t i = load->first_feed; i < load->next_source; i++) {
        if (load->feeds[i])
            read += gf_feed_bytes_in(load->feeds[i]);
    }
    return load->bytes_total && read > load->bytes_total ? load->bytes_total : read;
}

void gf_load_progress(struct gf_load *load, struct gf_progress *out)
{
    pthread_mutex_lock(&load->shared.mutex);
    uint64_t read = gf_load_bytes_in(load);
    bool done = load->done;
    pthread_mutex_unlock(&load->shared.mutex);
    *out = (struct gf_progress){
        .bytes_read = read,
        .bytes_total = load->bytes_total,
        .bytes_decoded = atomic_load(&load->shared.bytes_decoded),
        .records = atomic_load(&load->records),
        .seconds = gf_now() - load->started,
        .done = done,
    };
}

bool gf_load_wait(struct gf_load *load, double seconds)
{
    /* A cancelling signal handler can only set the flag: waiting is cut into slices to see it. */
    const double slice = 0.05, until = gf_now() + seconds;
    pthread_mutex_lock(&load->shared.mutex);
    while (!load->done && gf_now() < until) {
        double next = gf_now() + slice;
        if (next > until)
            next = until;
        struct timespec t = {(time_t)next, (long)((next - (double)(time_t)next) * 1e9)};
        pthread_cond_timedwait(&load->finished, &load->shared.mutex, &t);
        if (atomic_load(&load->shared.stop)) {
            gf_load_wake(load);
            pthread_cond_broadcast(&load->partial_changed);
        }
    }
    bool done = load->done;
    pthread_mutex_unlock(&load->shared.mutex);
    return done;
}

struct gf_profile *gf_load_partial(struct gf_load *load)
{
    pthread_mutex_lock(&load->shared.mutex);
    struct gf_profile *profile = load->partial;
    load->partial = NULL;
    load->partial_wanted = !profile && !load->done;
    if (load->partial_wanted && !load->partial_running)
        load->partial_running =
            pthread_create(&load->partial_thread, NULL, gf_partial_main, load) == 0;
    pthread_cond_broadcast(&load->partial_changed);
    pthread_mutex_unlock(&load->shared.mutex);
    return profile;
}

void gf_load_cancel(struct gf_load *load)
{
    atomic_store(&load->shared.stop, true);
}

void gf_load_enough(struct gf_load *load)
{
    pthread_mutex_lock(&load->shared.mutex);
    atomic_store(&load->shared.enough, true);
    gf_load_wake(load);
    /* A decoder may wait for a free slot. */
    for (size_t i = load->first_feed; i < load->next_source; i++)
        if (load->feeds[i])
            gf_feed_abandon(load->feeds[i]);
    pthread_mutex_unlock(&load->shared.mutex);
}

bool gf_load_finish(struct gf_load *load, struct gf_profile **out, struct gf_error *err)
{
    while (!gf_load_wait(load, 60)) {
    }
    pthread_join(load->thread, NULL);
    if (load->partial_running)
        pthread_join(load->partial_thread, NULL);
    *out = load->profile;
    load->profile = NULL;
    if (!*out && err)
        *err = load->error;
    load_free(load);
    return *out != NULL;
}

bool gf_load_all(const struct gf_source_list *sources, const struct gf_load_params *params,
                 struct gf_profile **out, struct gf_error *err)
{
    struct gf_load *load;
    *out = NULL;
    return gf_load_start(sources, params, &load, err) && gf_load_finish(load, out, err);
}
