#include "model/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "io/sniff.h"

/* What the format is told from. */
#define HEAD_BYTES ((size_t)64 << 10)

void gf_feed_look(struct gf_feed *feed, const char *head, size_t n, bool whole)
{
    if (n > HEAD_BYTES) {
        n = HEAD_BYTES;
        whole = false;
    }
    feed->empty = n == 0 && whole;
    feed->format = gf_format_probe(head, n, whole, &feed->hints);
    feed->head_known = true;
}

bool gf_feed_fail_line(const struct gf_feed *feed, struct gf_error *err)
{
    if (feed->shared->line_max >= GF_MAX_STACK)
        return gf_fail(err, GF_ERR_LIMIT, "a line is longer than %zu bytes", GF_MAX_STACK);
    return gf_fail(err, GF_ERR_NOMEM,
                   "a line is longer than the %zu bytes that --max-memory leaves for one",
                   feed->shared->line_max);
}

bool gf_feed_grow_line(const struct gf_feed *feed, char **data, size_t *cap, struct gf_error *err)
{
    size_t most = feed->shared->line_max;
    if (*cap >= most)
        return gf_feed_fail_line(feed, err);
    return gf_grow(data, cap, *cap < most / 2 ? *cap * 2 : most, err);
}

void gf_feed_place_error(const struct gf_feed *feed, struct gf_error *err)
{
    if (feed->compression == GF_PLAIN || !err || err->byte == 0)
        return;
    /* The place is in the file, while `byte` of an error is in the decoded input. */
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, " (at compressed byte %llu)",
             (unsigned long long)err->byte);
    err->byte = 0;
}

/* Whether the decoder thread, in a read that waits, shall give up. */
static bool cancelled(void *ctx)
{
    struct gf_feed *feed = ctx;
    const struct gf_feed_shared *shared = feed->shared;
    return atomic_load(&shared->stop) || atomic_load(&shared->enough) ||
           atomic_load(&feed->abandoned);
}

static bool open_regular(struct gf_feed *feed, bool *sliced, struct gf_error *err)
{
    char *head = malloc(HEAD_BYTES);
    size_t got;
    *sliced = false;
    if (!head)
        return gf_fail_nomem(err, HEAD_BYTES);
    bool ok = gf_file_pread(&feed->file, 0, head, HEAD_BYTES, &got, err);
    if (ok) {
        feed->compression = gf_sniff_compression(head, got);
        if (feed->compression == GF_PLAIN) {
            uint64_t step = feed->shared->range_bytes, size = feed->file.size;
            gf_feed_look(feed, head, got, got == size);
            feed->kind = GF_PIECE_RANGE;
            feed->npieces = size / step + (size % step != 0);
            *sliced = true;
        } else if (feed->compression == GF_ZSTD) {
            ok = gf_feed_open_runs(feed, sliced, err);
        }
    }
    free(head);
    return ok;
}

static bool open_stream(struct gf_feed *feed, struct gf_error *err)
{
    struct gf_feed_shared *shared = feed->shared;
    feed->kind = GF_PIECE_SLOT;
    gf_feed_init_slots(feed);
    if (!gf_stream_open(&feed->file, shared->decoder_memory, &feed->stream, err))
        return false;
    feed->compression = gf_stream_compression(feed->stream);
    int failed = pthread_create(&feed->thread, NULL, gf_feed_decode, feed);
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
    bool sliced = false;
    if (!feed)
        return gf_fail_nomem(err, sizeof *feed);
    feed->shared = shared;
    feed->source = source;
    feed->owner = -1;
    feed->ready_tail = &feed->ready;
    feed->file.fd = -1;
    pthread_cond_init(&feed->slot_free, NULL);
    pthread_cond_init(&feed->slot_ready, NULL);
    if (!gf_file_open(path, &feed->file, err))
        goto fail;
    feed->file.cancelled = cancelled;
    feed->file.cancelled_ctx = feed;
    if ((feed->file.regular && !open_regular(feed, &sliced, err)) ||
        (!sliced && !open_stream(feed, err)))
        goto fail;
    *out = feed;
    return true;
fail:
    /* The thread may still wait for a slot when the failure is another's. */
    pthread_mutex_lock(&shared->mutex);
    gf_feed_abandon(feed);
    pthread_mutex_unlock(&shared->mutex);
    gf_feed_close(feed);
    return gf_error_in(err, path);
}

bool gf_feed_take(struct gf_feed *feed, int who, struct gf_piece *piece)
{
    *piece = (struct gf_piece){.kind = feed->kind};
    if (feed->kind != GF_PIECE_SLOT) {
        if (feed->next_piece == feed->npieces)
            return false;
        uint64_t at = feed->next_piece++;
        if (feed->kind == GF_PIECE_RUN) {
            /* Between two runs there is a piece for the line that lies in both. */
            piece->index = 2 * at + 1;
            piece->run = (size_t)at;
            piece->offset = feed->runs[at].offset;
            piece->end = piece->offset + feed->runs[at].size;
            return true;
        }
        uint64_t step = feed->shared->range_bytes, left;
        piece->index = at;
        piece->offset = at * step;
        left = feed->file.size - piece->offset;
        piece->end = piece->offset + (left < step ? left : step);
        return true;
    }
    if (!feed->ready || (feed->owner >= 0 && feed->owner != who && feed->nready < GF_SLOTS_BACKLOG))
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
    return feed->kind == GF_PIECE_SLOT ? feed->ended && !feed->ready
                                       : feed->next_piece == feed->npieces;
}

bool gf_feed_done(struct gf_feed *feed, uint64_t index, uint64_t lines, struct gf_error *err)
{
    size_t need = (size_t)index + 1, old = feed->nlines;
    if (need > old) {
        if (!gf_grow(&feed->lines, &feed->lines_cap, need, err))
            return false;
        memset(feed->lines + old, 0, (need - old) * sizeof *feed->lines);
        feed->nlines = need;
    }
    feed->lines[index] += lines;
    return true;
}

void gf_feed_give_back(struct gf_feed *feed, const struct gf_piece *piece)
{
    if (!piece->slot)
        return;
    piece->slot->data = NULL;
    piece->slot->next = feed->free_slots;
    feed->free_slots = piece->slot;
    feed->nfree++;
    if (feed->waiting && feed->nfree >= GF_SLOTS / 2)
        pthread_cond_signal(&feed->slot_free);
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

void gf_feed_abandon(struct gf_feed *feed)
{
    atomic_store(&feed->abandoned, true);
    pthread_cond_signal(&feed->slot_free);
}

void gf_feed_close(struct gf_feed *feed)
{
    if (!feed)
        return;
    if (feed->running)
        pthread_join(feed->thread, NULL);
    gf_stream_close(feed->stream);
    gf_file_close(&feed->file);
    gf_feed_text_close(&feed->text);
    for (size_t i = 0; feed->ends && i < feed->npieces; i++) {
        free(feed->ends[i].head);
        free(feed->ends[i].tail);
    }
    free(feed->ends);
    free(feed->runs);
    free(feed->lines);
    pthread_cond_destroy(&feed->slot_free);
    pthread_cond_destroy(&feed->slot_ready);
    free(feed);
}
