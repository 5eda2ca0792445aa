/* A zstd file of several frames: the parsers decode runs of whole frames side by side.
 *
 * Frames end anywhere, also in the midst of a line. The parser of a run keeps what lies before the
 * first newline and behind the last; whoever completes a line out of such ends parses it. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "model/feed.h"

/* Enough compressed bytes for a run that starting to decode it costs nothing beside. */
#define RUN_LEAST ((uint64_t)256 << 10)
/* Longer frames are not searched for their end: then one thread decodes all. */
#define FRAME_WALK ((uint64_t)32 << 20)
#define HEAD_BYTES ((size_t)64 << 10)

/* The format of the text that the first run begins with. */
static bool look_into(struct gf_feed *feed, struct gf_error *err)
{
    struct gf_stream *stream;
    char *head = malloc(HEAD_BYTES);
    size_t n = 0, got = 1;
    if (!head)
        return gf_fail_nomem(err, HEAD_BYTES);
    bool ok = gf_stream_open_range(&feed->file, feed->runs[0].offset, feed->runs[0].size,
                                   feed->shared->decoder_memory, &stream, err);
    while (ok && n < HEAD_BYTES && got > 0) {
        ok = gf_stream_read(stream, head + n, HEAD_BYTES - n, &got, err);
        n += ok ? got : 0;
    }
    if (ok)
        gf_feed_look(feed, head, n, false);
    else
        gf_feed_place_error(feed, err);
    gf_stream_close(stream);
    free(head);
    return ok;
}

bool gf_feed_open_runs(struct gf_feed *feed, bool *yes, struct gf_error *err)
{
    struct gf_zstd_find how = {.least = RUN_LEAST, .walk = FRAME_WALK};
    struct gf_error damage = {0};
    size_t n;
    *yes = false;
    if (feed->shared->nparsers < 2)
        return true;
    /* So that there are several runs for every parser. */
    uint64_t share = feed->file.size / (feed->shared->nparsers * (uint64_t)4);
    if (share < how.least)
        how.least = share;
    if (!gf_zstd_frames_find(&feed->file, &how, &feed->runs, &n, &damage)) {
        /* Damage is reported by who decodes up to it. */
        if (damage.code == GF_ERR_CORRUPT || damage.code == GF_ERR_FORMAT)
            return true;
        if (err)
            *err = damage;
        return false;
    }
    if (n < 2) {
        free(feed->runs);
        feed->runs = NULL;
        return true;
    }
    feed->ends = calloc(n, sizeof *feed->ends);
    if (!feed->ends)
        return gf_fail_nomem(err, n * sizeof *feed->ends);
    feed->npieces = n;
    feed->kind = GF_PIECE_RUN;
    *yes = true;
    return look_into(feed, err);
}

/* Moves some bytes of a line to its end. */
static void take(struct gf_joined *line, char **part, size_t *n)
{
    if (*n)
        memcpy(line->text + line->n, *part, *n);
    line->n += *n;
    free(*part);
    *part = NULL;
    *n = 0;
}

/* The line that crosses the begin of run `at`, or of the end of the file: puts it together if all
 * of it is there. line->text is NULL if not, or if there is nothing. */
static bool join_at(struct gf_feed *feed, size_t at, struct gf_joined *line, struct gf_error *err)
{
    struct gf_run_ends *ends = feed->ends;
    size_t first = at, last = at, n = (size_t)feed->npieces, size = 0;
    *line = (struct gf_joined){0};
    while (first > 0 && ends[first - 1].done && !ends[first - 1].newline)
        first--;
    while (last < n && ends[last].done && !ends[last].newline)
        last++;
    if ((first > 0 && !ends[first - 1].done) || (last < n && !ends[last].newline))
        return true;
    if (first > 0)
        size = ends[first - 1].ntail;
    for (size_t i = first; i <= last && i < n; i++) {
        if (!gf_add(size, ends[i].nhead, &size))
            return gf_feed_fail_line(feed, err);
    }
    if (size > feed->shared->line_max)
        return gf_feed_fail_line(feed, err);
    if (size == 0)
        return true;
    line->text = malloc(size);
    if (!line->text)
        return gf_fail_nomem(err, size);
    line->index = 2 * (uint64_t)last;
    if (first > 0)
        take(line, &ends[first - 1].tail, &ends[first - 1].ntail);
    for (size_t i = first; i <= last && i < n; i++)
        take(line, &ends[i].head, &ends[i].nhead);
    return true;
}

/* The decoding position in a run. */
struct run {
    struct gf_feed *feed;
    const struct gf_piece *piece;
    struct gf_feed_work *work;
    struct gf_feed_text *text; /* the parser's */
    bool newline;
    uint64_t in; /* of the bytes in the file, reported so far */
};

/* Adds data[0..n) to what is known of the run: its head, or, when that is known or never will be,
 * its end. Hands on the line that is complete with it, if one is. */
static bool publish(struct run *r, const char *data, size_t n, bool end, struct gf_error *err)
{
    struct gf_run_ends *ends = &r->feed->ends[r->piece->run];
    struct gf_joined line;
    char *copy = malloc(n + 1);
    if (!copy)
        return gf_fail_nomem(err, n);
    memcpy(copy, data, n);
    pthread_mutex_lock(&r->feed->shared->mutex);
    if (end && r->newline) {
        ends->tail = copy;
        ends->ntail = n;
    } else {
        ends->head = copy;
        ends->nhead = n;
    }
    ends->newline = r->newline;
    ends->done = end;
    bool ok = join_at(r->feed, r->piece->run + (end && r->newline), &line, err);
    pthread_mutex_unlock(&r->feed->shared->mutex);
    return ok && (!line.text || r->work->joined(r->work->ctx, &line, err));
}

/* Decodes as much as fits the memory for it: most often all of the run. To and fro between small
 * pieces decoder and parser would push each other out of the second-level cache: the text that the
 * one refers back to, the names and paths that the other looks up. */
static bool fill(struct run *r, struct gf_error *err)
{
    struct gf_feed_text *text = r->text;
    size_t before = (size_t)(text->end - text->begin); /* it may move */
    size_t more = 0;
    while (!text->ended && more < r->feed->shared->run_bytes) {
        if (!gf_feed_text_read(text, r->work->stream, text->begin, err)) {
            gf_feed_place_error(r->feed, err);
            return false;
        }
        more = (size_t)(text->end - text->begin) - before;
    }
    uint64_t in = gf_stream_bytes_in(r->work->stream);
    bool go_on = r->work->between(r->work->ctx, in - r->in, more, err);
    r->in = in;
    return go_on;
}

/* Publishes what ends the line that began before the run, once it is there. */
static bool find_head(struct run *r, struct gf_error *err)
{
    struct gf_feed_text *text = r->text;
    size_t n = (size_t)(text->end - text->begin);
    const char *newline = r->newline ? NULL : memchr(text->begin, '\n', n);
    if (!newline)
        return true;
    size_t head = (size_t)(newline + 1 - text->begin);
    r->newline = true;
    if (!publish(r, text->begin, head, false, err))
        return false;
    text->begin += head;
    return true;
}

/* Parses the whole lines that there are. */
static bool step(struct run *r, struct gf_error *err)
{
    struct gf_feed_text *text = r->text;
    size_t chunk = r->feed->shared->chunk_bytes, n = chunk, left, used;
    if (!find_head(r, err))
        return false;
    while (r->newline && (left = (size_t)(text->end - text->begin)) > 0) {
        if (n > left)
            n = left;
        if (!r->feed->format->feed(r->work->decoder, text->begin, n, false, r->work->sink, &used,
                                   err))
            return false;
        text->begin += used;
        if (used == 0 && n == left)
            break;
        /* A line that is longer. */
        n = used ? chunk : 2 * n;
        if (!r->work->between(r->work->ctx, 0, 0, err))
            return false;
    }
    return (size_t)(text->end - text->begin) < r->feed->shared->line_max ||
           gf_feed_fail_line(r->feed, err);
}

bool gf_feed_parse_run(struct gf_feed *feed, const struct gf_piece *piece,
                       struct gf_feed_work *work, struct gf_error *err)
{
    struct run r = {.feed = feed, .piece = piece, .work = work, .text = &work->text};
    bool ok =
        gf_stream_reopen_range(&work->stream, &feed->file, piece->offset,
                               piece->end - piece->offset, feed->shared->decoder_memory, err) &&
        gf_feed_text_start(r.text, work->stream, err);
    while (ok && !r.text->ended)
        ok = fill(&r, err) && step(&r, err);
    return ok && publish(&r, r.text->begin, (size_t)(r.text->end - r.text->begin), true, err);
}
