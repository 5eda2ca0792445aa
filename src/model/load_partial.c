/* Pictures of a load in between: copies of the parsers' trees, merged and flattened beside them. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "model/load_internal.h"

/* Partial results may take this share of the time that passes, so that the load is not held up. */
#define PARTIAL_SHARE 0.1
/* The first is made this many seconds after the start, or later. */
#define FIRST_AFTER 0.02
/* Seconds until it is asked again whether the next may be made. */
#define ASK_AGAIN 0.02
/* Seconds that an input of unknown length goes on for, at least, or so it is taken. */
#define A_WHILE 1.0
/* Seconds that the first is expected to cost for each byte of the trees. */
#define PER_BYTE 2e-9

/* A copy of a parser's tree, taken between two of its chunks. False when it has none; *closed when
 * there will be no more copies. */
static bool copy_tree(struct gf_parser *p, struct gf_tree *out, bool *closed)
{
    bool have = false;
    pthread_mutex_lock(&p->gate);
    pthread_mutex_lock(&p->tree);
    *closed = p->closed;
    if (p->builder && !p->closed)
        have = gf_tree_clone(gf_builder_tree(p->builder), out, NULL);
    pthread_mutex_unlock(&p->tree);
    pthread_mutex_unlock(&p->gate);
    return have;
}

/* A picture of nothing costs about as much as one of this many bytes of tree. */
#define BASE_BYTES ((uint64_t)1 << 20)

static uint64_t all_tree_bytes(const struct gf_load *load)
{
    uint64_t size = 0;
    for (unsigned i = 0; i < load->nparsers; i++)
        size += atomic_load(&load->parsers[i].tree_bytes);
    return size;
}

/* What is known about the input by now. */
static void describe(struct gf_load *load, struct gf_profile_stats *out)
{
    pthread_mutex_lock(&load->shared.mutex);
    const struct gf_profile_stats *all = &load->stats;
    out->files = all->files;
    out->format = all->format;
    out->compression = all->compression;
    out->records = all->records;
    out->ignored = all->ignored;
    pthread_mutex_unlock(&load->shared.mutex);
    out->bytes_read = atomic_load(&load->bytes_read);
    out->incomplete = true;
}

/* The profile so far, or NULL when there is none or no memory to spare. */
static struct gf_profile *make_partial(struct gf_load *load)
{
    /* Of what was spilled there is no picture, and one of the rest would mislead. */
    if (atomic_load(&load->spilled) || all_tree_bytes(load) > load->tree_budget / 4)
        return NULL;
    struct gf_tree *copies = calloc(load->nparsers, sizeof *copies);
    struct gf_tree **trees = calloc(load->nparsers, sizeof(struct gf_tree *));
    struct gf_profile *profile = NULL;
    size_t n = 0;
    bool closed = false;
    for (unsigned i = 0; copies && trees && !closed && i < load->nparsers; i++) {
        if (copy_tree(&load->parsers[i], &copies[n], &closed)) {
            trees[n] = &copies[n];
            n++;
        }
    }
    /* Some of the trees without the others would be less than there was before. */
    for (size_t i = 0; closed && i < n; i++)
        gf_tree_free(trees[i]);
    if (n > 0 && !closed)
        profile = gf_load_make_profile(load, trees, n, NULL);
    if (profile)
        describe(load, &profile->stats);
    free(copies);
    free(trees);
    return profile;
}

/* Waits until `until` on the monotonic clock, or for the load's end. The mutex is held. */
static void rest(struct gf_load *load, double until)
{
    struct timespec t = {(time_t)until, (long)((until - (double)(time_t)until) * 1e9)};
    while (!load->done && !atomic_load(&load->shared.stop) &&
           pthread_cond_timedwait(&load->partial_changed, &load->shared.mutex, &t) != ETIMEDOUT) {
    }
}

/* What partial results have cost so far. */
struct spending {
    double spent;    /* seconds, all together */
    double per_byte; /* of the trees: what the next will cost */
    double last;     /* seconds after the start: when the last one was made; 0: none was */
    uint64_t came;   /* what had come by then: all_that_came */
};

/* Grows with everything that comes into the trees. */
static uint64_t all_that_came(struct gf_load *load)
{
    return atomic_load(&load->shared.bytes_decoded) + atomic_load(&load->records);
}

/* Seconds that the load will take in all, as far as what was read tells that after `elapsed`; the
 * mutex is held. What has no known end is taken to go on for a while. */
static double expected_seconds(struct gf_load *load, double elapsed)
{
    uint64_t read = gf_load_bytes_in(load);
    if (!load->bytes_total)
        return 2 * elapsed + A_WHILE;
    return read ? elapsed * (double)load->bytes_total / (double)read : elapsed;
}

/* Whether the next may be made `elapsed` seconds after the start. There has to be something new,
 * and all of them together stay within the share of what has passed, or of what the load is
 * expected to take: then each has to wait for as long as it took to get to the one before, so that
 * the first come early and the last late. If not, *due says when to ask again. */
static bool may_make(struct gf_load *load, const struct spending *s, double elapsed, double *due)
{
    *due = FIRST_AFTER;
    if (elapsed < FIRST_AFTER)
        return false;
    double cost = s->spent + s->per_byte * (double)(all_tree_bytes(load) + BASE_BYTES);
    *due = elapsed + ASK_AGAIN;
    if (all_that_came(load) == s->came)
        return false;
    return cost <= PARTIAL_SHARE * elapsed ||
           (elapsed >= 2 * s->last && cost <= PARTIAL_SHARE * expected_seconds(load, elapsed));
}

void *gf_partial_main(void *arg)
{
    struct gf_load *load = arg;
    struct spending spending = {.per_byte = PER_BYTE};
    pthread_mutex_lock(&load->shared.mutex);
    while (!load->done && !atomic_load(&load->shared.stop)) {
        if (!load->partial_wanted) {
            pthread_cond_wait(&load->partial_changed, &load->shared.mutex);
            continue;
        }
        double start = gf_now(), due;
        if (!may_make(load, &spending, start - load->started, &due)) {
            rest(load, load->started + due);
            continue;
        }
        load->partial_wanted = false;
        pthread_mutex_unlock(&load->shared.mutex);
        uint64_t bytes = all_tree_bytes(load) + BASE_BYTES;
        spending.came = all_that_came(load); /* at the least */
        struct gf_profile *profile = make_partial(load);
        double cost = gf_now() - start;
        pthread_mutex_lock(&load->shared.mutex);
        gf_profile_free(load->partial);
        load->partial = profile;
        spending.spent += cost;
        spending.per_byte = cost / (double)bytes;
        spending.last = start - load->started;
    }
    pthread_mutex_unlock(&load->shared.mutex);
    return NULL;
}
