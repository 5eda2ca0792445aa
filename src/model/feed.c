#include "model/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

/* Enough for both sides to work while the other hands over, little enough to stay in the cache. */
#define SLOTS 6
/* With this many slots waiting, one parser is not enough. */
#define BACKLOG 4
/* What the format is told from. */
#define HEAD_BYTES ((size_t)64 << 10)

static void look_at_head(struct gf_feed *feed, const char *head, size_t n, bool whole)
{
    feed->empty = n == 0 && whole;
    feed->format = gf_format_probe(head, n, whole, &feed->hints);
    feed->head_known = true;
}

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
    while (!atomic_load(&shared->stop) && !feed->abandoned && !feed->free_slots &&
           feed->nslots == SLOTS)
        pthread_cond_wait(&shared->changed, &shared->mutex);
    if (atomic_load(&shared->stop) || feed->abandoned) {
        gf_fail(err, GF_ERR_CANCELLED, "stopped");
    } else if (feed->free_slots) {
        slot = feed->free_slots;
        feed->free_slots = slot->next;
    } else {
        slot = slot_create(shared->chunk_bytes, err);
        feed->nslots += slot != NULL;
    }
    pthread_mutex_unlock(&shared->mutex);
    if (slot) {
        slot->n = 0;
        slot->last = false;
        slot->next = NULL;
    }
    return slot;
}

static void slot_publish(struct gf_feed *feed, struct gf_slot *slot)
{
    atomic_fetch_add(&feed->shared->bytes_decoded, slot->n);
    pthread_mutex_lock(&feed->shared->mutex);
    *feed->ready_tail = slot;
    feed->ready_tail = &slot->next;
    feed->nready++;
    pthread_cond_broadcast(&feed->shared->changed);
    pthread_mutex_unlock(&feed->shared->mutex);
}

/* Fills the slot, behind what it holds, up to its capacity or the end; then makes it end with a
 * complete line if it can, growing it for as long as one line does not fit. */
static bool slot_fill(struct gf_feed *feed, struct gf_slot *slot, size_t *whole,
                      struct gf_error *err)
{
    for (;;) {
        while (slot->n < slot->cap) {
            size_t got;
            if (!gf_stream_read(feed->stream, slot->data + slot->n, slot->cap - slot->n, &got, err))
                return false;
            if (got == 0) {
                slot->last = true;
                *whole = slot->n;
                return true;
            }
            slot->n += got;
        }
        const char *newline = memrchr(slot->data, '\n', slot->n);
        if (newline) {
            *whole = (size_t)(newline + 1 - slot->data);
            return true;
        }
        if (slot->cap > GF_MAX_STACK)
            return gf_fail(err, GF_ERR_LIMIT, "a line is longer than %zu bytes", GF_MAX_STACK);
        if (!gf_grow(&slot->data, &slot->cap, slot->cap * 2, err))
            return false;
    }
}

static void *decode_thread(void *arg)
{
    struct gf_feed *feed = arg;
    struct gf_error err = {0};
    struct gf_slot *slot = slot_get(feed, &err), *next = NULL;
    uint64_t index = 0;
    while (slot) {
        size_t whole = 0;
        if (!slot_fill(feed, slot, &whole, &err))
            break;
        slot->index = index++;
        if (index == 1) {
            pthread_mutex_lock(&feed->shared->mutex);
            size_t head = slot->n < HEAD_BYTES ? slot->n : HEAD_BYTES;
            look_at_head(feed, slot->data, head, slot->last && head == slot->n);
            pthread_mutex_unlock(&feed->shared->mutex);
        }
        if (!slot->last) {
            /* The begin of the next line goes with the next slot. */
            size_t rest = slot->n - whole;
            next = slot_get(feed, &err);
            if (!next || !gf_grow(&next->data, &next->cap, rest + 1, &err))
                break;
            memcpy(next->data, slot->data + whole, rest);
            next->n = rest;
            slot->n = whole;
        }
        slot_publish(feed, slot);
        slot = next;
        next = NULL;
    }
    slot_free(slot);
    slot_free(next);
    pthread_mutex_lock(&feed->shared->mutex);
    feed->error = err;
    feed->ended = true;
    pthread_cond_broadcast(&feed->shared->changed);
    pthread_mutex_unlock(&feed->shared->mutex);
    return NULL;
}

static bool open_ranges(struct gf_feed *feed, struct gf_error *err)
{
    char *head = malloc(HEAD_BYTES);
    size_t got;
    if (!head)
        return gf_fail_nomem(err, HEAD_BYTES);
    if (!gf_file_pread(&feed->file, 0, head, HEAD_BYTES, &got, err)) {
        free(head);
        return false;
    }
    feed->compression = gf_sniff_compression(head, got);
    if (feed->compression == GF_PLAIN) {
        look_at_head(feed, head, got, got == feed->file.size);
        feed->ranges = true;
        feed->nranges =
            (feed->file.size + feed->shared->range_bytes - 1) / feed->shared->range_bytes;
    }
    free(head);
    return true;
}

static bool open_stream(struct gf_feed *feed, struct gf_error *err)
{
    struct gf_feed_shared *shared = feed->shared;
    if (!gf_stream_open(&feed->file, shared->decoder_memory, &feed->stream, err))
        return false;
    feed->compression = gf_stream_compression(feed->stream);
    int failed = pthread_create(&feed->thread, NULL, decode_thread, feed);
    if (failed)
        return gf_fail_errno(err, failed, "cannot start a thread");
    feed->running = true;
    pthread_mutex_lock(&shared->mutex);
    while (!feed->head_known && !feed->ended)
        pthread_cond_wait(&shared->changed, &shared->mutex);
    bool ok = feed->error.code == GF_OK;
    if (!ok && err)
        *err = feed->error;
    pthread_mutex_unlock(&shared->mutex);
    return ok;
}

bool gf_feed_open(struct gf_feed_shared *shared, const char *path, uint32_t source,
                  struct gf_feed **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return gf_fail_nomem(err, sizeof *feed);
    feed->shared = shared;
    feed->source = source;
    feed->owner = -1;
    feed->ready_tail = &feed->ready;
    feed->file.fd = -1;
    if (!gf_file_open(path, &feed->file, err) || (feed->file.regular && !open_ranges(feed, err)) ||
        (!feed->ranges && !open_stream(feed, err))) {
        gf_feed_close(feed);
        return gf_error_in(err, path);
    }
    *out = feed;
    return true;
}

bool gf_feed_take(struct gf_feed *feed, int who, struct gf_piece *piece)
{
    *piece = (struct gf_piece){0};
    if (feed->ranges) {
        if (feed->next_range == feed->nranges)
            return false;
        uint64_t step = feed->shared->range_bytes, left;
        piece->index = feed->next_range++;
        piece->offset = piece->index * step;
        left = feed->file.size - piece->offset;
        piece->end = piece->offset + (left < step ? left : step);
        return true;
    }
    if (!feed->ready || (feed->owner >= 0 && feed->owner != who && feed->nready < BACKLOG))
        return false;
    if (feed->owner < 0)
        feed->owner = who;
    piece->slot = feed->ready;
    piece->index = piece->slot->index;
    feed->ready = piece->slot->next;
    if (!feed->ready)
        feed->ready_tail = &feed->ready;
    feed->nready--;
    return true;
}

bool gf_feed_drained(const struct gf_feed *feed)
{
    return feed->ranges ? feed->next_range == feed->nranges : feed->ended && !feed->ready;
}

bool gf_feed_done(struct gf_feed *feed, const struct gf_piece *piece, uint64_t lines,
                  struct gf_error *err)
{
    if (piece->slot) {
        piece->slot->next = feed->free_slots;
        feed->free_slots = piece->slot;
        pthread_cond_broadcast(&feed->shared->changed);
    }
    size_t need = (size_t)piece->index + 1, old = feed->nlines;
    if (need > old) {
        if (!gf_grow(&feed->lines, &feed->lines_cap, need, err))
            return false;
        memset(feed->lines + old, 0, (need - old) * sizeof *feed->lines);
        feed->nlines = need;
    }
    feed->lines[piece->index] = lines;
    return true;
}

uint64_t gf_feed_lines_before(const struct gf_feed *feed, uint64_t index)
{
    uint64_t lines = 0;
    for (uint64_t i = 0; i < index && i < feed->nlines; i++)
        lines += feed->lines[i];
    return lines;
}

uint64_t gf_feed_bytes_in(const struct gf_feed *feed)
{
    return feed->stream ? gf_stream_bytes_in(feed->stream) : 0;
}

static void free_slots(struct gf_slot *slot)
{
    while (slot) {
        struct gf_slot *next = slot->next;
        slot_free(slot);
        slot = next;
    }
}

void gf_feed_close(struct gf_feed *feed)
{
    if (!feed)
        return;
    if (feed->running)
        pthread_join(feed->thread, NULL);
    gf_stream_close(feed->stream);
    gf_file_close(&feed->file);
    free_slots(feed->ready);
    free_slots(feed->free_slots);
    free(feed->lines);
    free(feed);
}

void gf_range_reader_free(struct gf_range_reader *reader)
{
    free(reader->data);
    *reader = (struct gf_range_reader){0};
}

/* The reading position of one range. */
struct range {
    const struct gf_feed *feed;
    struct gf_range_reader *reader;
    uint64_t next; /* where in the file to read on */
    size_t n;      /* bytes in the buffer */
};

/* Reads up to `until`, as much as the buffer takes. */
static bool read_more(struct range *r, uint64_t until, struct gf_error *err)
{
    size_t room = r->reader->cap - r->n;
    size_t want = until - r->next < room ? (size_t)(until - r->next) : room;
    size_t got = 0;
    if (want && !gf_file_pread(&r->feed->file, r->next, r->reader->data + r->n, want, &got, err))
        return false;
    if (got < want)
        return gf_fail(err, GF_ERR_IO, "the file became shorter while it was read");
    r->next += got;
    r->n += got;
    return true;
}

/* Drops the end of a line that began before the range. False in *inside when all of the range is.
 */
static bool skip_line(struct range *r, uint64_t end, bool *inside, struct gf_error *err)
{
    for (*inside = false; r->next < end;) {
        if (!read_more(r, end, err))
            return false;
        const char *newline = memchr(r->reader->data, '\n', r->n);
        if (newline) {
            r->n -= (size_t)(newline + 1 - r->reader->data);
            memmove(r->reader->data, newline + 1, r->n);
            *inside = true;
            return true;
        }
        r->n = 0;
    }
    return true;
}

bool gf_feed_parse_range(const struct gf_feed *feed, const struct gf_piece *piece,
                         struct gf_range_reader *reader, struct gf_decoder *decoder,
                         const struct gf_sink *sink, bool (*between)(void *ctx, size_t bytes),
                         void *ctx, struct gf_error *err)
{
    struct range r = {feed, reader, piece->offset, 0};
    uint64_t size = feed->file.size, until = piece->end;
    if (!gf_grow(&reader->data, &reader->cap, feed->shared->chunk_bytes, err))
        return false;
    if (piece->offset > 0) {
        bool inside;
        r.next--;
        if (!skip_line(&r, piece->end, &inside, err))
            return false;
        if (!inside)
            return true;
    }
    for (;;) {
        if (!read_more(&r, until, err))
            return false;
        size_t n = r.n, used;
        /* Past the range only the line that began in it is ours. */
        bool beyond = until > piece->end, closed = r.next == size;
        const char *newline = beyond ? memchr(reader->data, '\n', n) : NULL;
        if (newline) {
            n = (size_t)(newline + 1 - reader->data);
            closed = true;
        }
        if (!between(ctx, n))
            return gf_fail(err, GF_ERR_CANCELLED, "stopped");
        bool last = r.next == size && n == r.n;
        if (!feed->format->feed(decoder, reader->data, n, last, sink, &used, err))
            return false;
        if (beyond ? closed : r.next == until && used == r.n)
            return true;
        r.n -= used;
        memmove(reader->data, reader->data + used, r.n);
        if (r.next == until) {
            uint64_t step = r.n < 4096 ? 4096 : r.n;
            until = size - until < step ? size : until + step;
        }
        if (r.n == reader->cap) {
            if (reader->cap > GF_MAX_STACK)
                return gf_fail(err, GF_ERR_LIMIT, "a line is longer than %zu bytes", GF_MAX_STACK);
            if (!gf_grow(&reader->data, &reader->cap, reader->cap * 2, err))
                return false;
        }
    }
}
