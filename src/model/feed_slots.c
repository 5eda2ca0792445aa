/* The decoder thread of a feed: bytes that can only be had in order, in slots of whole lines.
 *
 * All text is decoded onto one tape, where it stays until the parsers are done with it: so a slot
 * is a place on the tape, the begin of a line that a slot does not take is where the next one
 * begins, and the decoder finds what it refers back to where it put it. */
#include <stdlib.h>
#include <string.h>

#include "model/feed.h"

/* Slots that are ready before a parser that sleeps is woken: waking costs both sides. */
#define BATCH 4
/* What a pipe gave is passed on when no more follows for this many milliseconds. */
#define PATIENCE 20
void gf_feed_init_slots(struct gf_feed *feed)
{
    for (int i = 0; i < GF_SLOTS; i++) {
        feed->slots[i].next = feed->free_slots;
        feed->free_slots = &feed->slots[i];
    }
    feed->nfree = GF_SLOTS;
}

/* With the mutex held: waits until so many slots are free, and finds out from where on the text is
 * in use. False when the load stops. */
static bool wait_free(struct gf_feed *feed, unsigned least)
{
    struct gf_feed_shared *shared = feed->shared;
    feed->waiting = true;
    while (!atomic_load(&shared->stop) && !atomic_load(&feed->abandoned) && feed->nfree < least)
        pthread_cond_wait(&feed->slot_free, &shared->mutex);
    feed->waiting = false;
    feed->taken_from = feed->text.begin;
    for (int i = 0; i < GF_SLOTS; i++) {
        const char *data = feed->slots[i].data;
        if (data && data < feed->taken_from)
            feed->taken_from = data;
    }
    return !atomic_load(&shared->stop) && !atomic_load(&feed->abandoned);
}

/* Waits until so many slots are free, for as long as it takes the parsers. */
static bool slots_wait(struct gf_feed *feed, unsigned least, struct gf_error *err)
{
    pthread_mutex_lock(&feed->shared->mutex);
    /* A parser may sleep until more slots are ready. */
    pthread_cond_signal(&feed->slot_ready);
    bool go_on = wait_free(feed, least);
    pthread_mutex_unlock(&feed->shared->mutex);
    return go_on || gf_fail(err, GF_ERR_CANCELLED, "stopped");
}

/* A free slot, waited for; NULL when the load stops. */
static struct gf_slot *slot_get(struct gf_feed *feed, struct gf_error *err)
{
    struct gf_slot *slot = NULL;
    pthread_mutex_lock(&feed->shared->mutex);
    if (wait_free(feed, 1)) {
        slot = feed->free_slots;
        feed->free_slots = slot->next;
        feed->nfree--;
    }
    pthread_mutex_unlock(&feed->shared->mutex);
    if (!slot)
        gf_fail(err, GF_ERR_CANCELLED, "stopped");
    return slot;
}

static void slot_publish(struct gf_feed *feed, struct gf_slot *slot)
{
    struct gf_feed_shared *shared = feed->shared;
    atomic_fetch_add(&shared->bytes_decoded, slot->n);
    pthread_mutex_lock(&shared->mutex);
    slot->next = NULL;
    *feed->ready_tail = slot;
    feed->ready_tail = &slot->next;
    feed->nready++;
    if (feed->owner < 0 || feed->nready >= GF_SLOTS_BACKLOG)
        pthread_cond_broadcast(&shared->changed);
    if (feed->nready >= BATCH || !feed->file.regular || slot->last)
        pthread_cond_signal(&feed->slot_ready);
    pthread_mutex_unlock(&shared->mutex);
}

/* Decodes on. Text that has to move waits until no parser looks at it. */
static bool read_on(struct gf_feed *feed, struct gf_error *err)
{
    bool moves = gf_feed_text_full(&feed->text, feed->stream);
    /* One slot is not free: the one to be filled. */
    if ((moves && !slots_wait(feed, GF_SLOTS - 1, err)) ||
        !gf_feed_text_read(&feed->text, feed->stream, feed->taken_from, err))
        return false;
    if (moves)
        feed->taken_from = feed->text.begin;
    return true;
}

/* Takes the whole lines of the first n bytes, or with a longer line that one. */
static bool take_lines(struct gf_feed *feed, struct gf_slot *slot, size_t n)
{
    size_t have = (size_t)(feed->text.end - feed->text.begin);
    const char *newline = memrchr(feed->text.begin, '\n', n);
    if (!newline)
        newline = memchr(feed->text.begin + n, '\n', have - n);
    if (!newline)
        return false;
    slot->data = feed->text.begin;
    slot->n = (size_t)(newline + 1 - feed->text.begin);
    feed->text.begin += slot->n;
    return true;
}

/* Fills the slot with whole lines: as many as make up a chunk, or what there is at the end or when
 * a pipe pauses. */
static bool slot_fill(struct gf_feed *feed, struct gf_slot *slot, struct gf_error *err)
{
    size_t wanted = feed->shared->chunk_bytes, most = feed->shared->line_max;
    slot->last = false;
    for (;;) {
        size_t have = (size_t)(feed->text.end - feed->text.begin);
        if (feed->text.ended && have < 2 * wanted) {
            slot->data = feed->text.begin;
            slot->n = have;
            feed->text.begin = feed->text.end;
            slot->last = true;
            return true;
        }
        if (have >= wanted) {
            if (take_lines(feed, slot, have < 2 * wanted ? have : wanted))
                return true;
            if (wanted >= most)
                return gf_feed_fail_line(feed, err);
            wanted = wanted < most / 2 ? wanted * 2 : most;
        } else {
            if (!feed->file.regular && !gf_file_ready(&feed->file, 0) &&
                memrchr(feed->text.begin, '\n', have) && !gf_file_ready(&feed->file, PATIENCE))
                return take_lines(feed, slot, have);
            if (!read_on(feed, err))
                return false;
        }
    }
}

void *gf_feed_decode(void *arg)
{
    struct gf_feed *feed = arg;
    struct gf_error err = {0};
    struct gf_slot *slot;
    uint64_t index = 0;
    bool last = !gf_feed_text_start(&feed->text, feed->stream, &err);
    while (!last && (slot = slot_get(feed, &err))) {
        if (!slot_fill(feed, slot, &err))
            break;
        last = slot->last;
        slot->index = index++;
        if (index == 1) {
            pthread_mutex_lock(&feed->shared->mutex);
            gf_feed_look(feed, slot->data, (size_t)(feed->text.end - slot->data), last);
            pthread_cond_broadcast(&feed->shared->changed);
            pthread_mutex_unlock(&feed->shared->mutex);
        }
        slot_publish(feed, slot);
    }
    gf_feed_place_error(feed, &err);
    pthread_mutex_lock(&feed->shared->mutex);
    feed->error = err;
    feed->ended = true;
    pthread_cond_signal(&feed->slot_ready);
    pthread_cond_broadcast(&feed->shared->changed);
    pthread_mutex_unlock(&feed->shared->mutex);
    return NULL;
}
