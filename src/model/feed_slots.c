/* The decoder thread of a feed: bytes that can only be had in order, in slots of whole lines. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "model/feed.h"

/* Slots that are ready before a parser that sleeps is woken: waking costs both sides. */
#define BATCH 4
/* A slot that grew for a long line is not kept at more than this many times its size. */
#define KEPT_GROWTH 4
/* What a pipe gave is passed on when no more follows for this many milliseconds. */
#define PATIENCE 20

static struct gf_slot *slot_create(size_t cap, struct gf_error *err)
{
    struct gf_slot *slot = calloc(1, sizeof *slot);
    char *data = malloc(cap);
    if (!slot || !data) {
        free(slot);
        free(data);
        gf_fail_nomem(err, cap);
        return NULL;
    }
    slot->data = data;
    slot->cap = cap;
    return slot;
}

static void slot_free(struct gf_slot *slot)
{
    if (slot)
        free(slot->data);
    free(slot);
}

/* A free slot, waited for; NULL when the load stops or memory runs out. */
static struct gf_slot *slot_get(struct gf_feed *feed, struct gf_error *err)
{
    struct gf_feed_shared *shared = feed->shared;
    struct gf_slot *slot = NULL;
    pthread_mutex_lock(&shared->mutex);
    feed->waiting = true;
    while (!atomic_load(&shared->stop) && !atomic_load(&feed->abandoned) && !feed->free_slots &&
           feed->nslots == GF_SLOTS)
        pthread_cond_wait(&feed->slot_free, &shared->mutex);
    feed->waiting = false;
    bool stopped = atomic_load(&shared->stop) || atomic_load(&feed->abandoned);
    if (!stopped && feed->free_slots) {
        slot = feed->free_slots;
        feed->free_slots = slot->next;
        feed->nfree--;
    }
    bool more = !stopped && !slot;
    pthread_mutex_unlock(&shared->mutex);
    if (stopped)
        gf_fail(err, GF_ERR_CANCELLED, "stopped");
    if (slot && slot->cap > shared->chunk_bytes * KEPT_GROWTH) {
        slot_free(slot);
        slot = NULL;
        feed->nslots--;
        more = true;
    }
    if (more) {
        slot = slot_create(shared->chunk_bytes, err);
        feed->nslots += slot != NULL;
    }
    if (slot) {
        slot->n = 0;
        slot->last = false;
        slot->next = NULL;
    }
    return slot;
}

static void slot_publish(struct gf_feed *feed, struct gf_slot *slot)
{
    struct gf_feed_shared *shared = feed->shared;
    atomic_fetch_add(&shared->bytes_decoded, slot->n);
    pthread_mutex_lock(&shared->mutex);
    *feed->ready_tail = slot;
    feed->ready_tail = &slot->next;
    feed->nready++;
    if (feed->owner < 0 || feed->nready >= GF_SLOTS_BACKLOG)
        pthread_cond_broadcast(&shared->changed);
    if (feed->nready >= BATCH || !feed->file.regular || slot->last)
        pthread_cond_signal(&feed->slot_ready);
    pthread_mutex_unlock(&shared->mutex);
}

/* The bytes up to the end of the last whole line. */
static size_t whole_lines(const struct gf_slot *slot)
{
    const char *newline = memrchr(slot->data, '\n', slot->n);
    return newline ? (size_t)(newline + 1 - slot->data) : 0;
}

/* Fills the slot, behind what it holds, up to its capacity, the end, or a pause of a pipe; then
 * makes it end with a whole line if it can, growing it for as long as one line does not fit. */
static bool slot_fill(struct gf_feed *feed, struct gf_slot *slot, size_t *whole,
                      struct gf_error *err)
{
    for (;;) {
        while (slot->n < slot->cap) {
            size_t got;
            if (!feed->file.regular && !gf_file_ready(&feed->file, 0)) {
                *whole = whole_lines(slot);
                if (*whole && !gf_file_ready(&feed->file, PATIENCE))
                    return true;
            }
            if (!gf_stream_read(feed->stream, slot->data + slot->n, slot->cap - slot->n, &got, err))
                return false;
            if (got == 0) {
                slot->last = true;
                *whole = slot->n;
                return true;
            }
            slot->n += got;
        }
        *whole = whole_lines(slot);
        if (*whole)
            return true;
        if (!gf_feed_grow_line(feed, &slot->data, &slot->cap, err))
            return false;
    }
}

/* The begin of a line that `slot` holds goes with the next slot. */
static struct gf_slot *carry_over(struct gf_feed *feed, struct gf_slot *slot, size_t whole,
                                  struct gf_error *err)
{
    size_t rest = slot->n - whole;
    struct gf_slot *next = slot_get(feed, err);
    if (!next)
        return NULL;
    if (!gf_grow(&next->data, &next->cap, rest + 1, err)) {
        slot_free(next);
        return NULL;
    }
    memcpy(next->data, slot->data + whole, rest);
    next->n = rest;
    slot->n = whole;
    return next;
}

void *gf_feed_decode(void *arg)
{
    struct gf_feed *feed = arg;
    struct gf_error err = {0};
    struct gf_slot *slot = slot_get(feed, &err), *next;
    uint64_t index = 0;
    while (slot) {
        size_t whole = 0;
        if (!slot_fill(feed, slot, &whole, &err))
            break;
        slot->index = index++;
        if (index == 1) {
            pthread_mutex_lock(&feed->shared->mutex);
            gf_feed_look(feed, slot->data, slot->n, slot->last);
            pthread_cond_broadcast(&feed->shared->changed);
            pthread_mutex_unlock(&feed->shared->mutex);
        }
        next = NULL;
        if (!slot->last && !(next = carry_over(feed, slot, whole, &err)))
            break;
        slot_publish(feed, slot);
        slot = next;
    }
    slot_free(slot);
    gf_feed_place_error(feed, &err);
    pthread_mutex_lock(&feed->shared->mutex);
    feed->error = err;
    feed->ended = true;
    pthread_cond_signal(&feed->slot_ready);
    pthread_cond_broadcast(&feed->shared->changed);
    pthread_mutex_unlock(&feed->shared->mutex);
    return NULL;
}

static void free_all(struct gf_slot *slot)
{
    while (slot) {
        struct gf_slot *next = slot->next;
        slot_free(slot);
        slot = next;
    }
}

void gf_feed_free_slots(struct gf_feed *feed)
{
    free_all(feed->ready);
    free_all(feed->free_slots);
}
