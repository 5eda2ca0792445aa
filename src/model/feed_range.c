/* Ranges of a plain file, read by the parsers themselves. A line belongs to the range that it
 * begins in. */
#include <string.h>

#include "base/vec.h"
#include "model/feed.h"

/* How much is read beyond a range for the end of its last line, at first. */
#define BEYOND 4096

/* The reading position of one range. */
struct range {
    const struct gf_feed *feed;
    struct gf_feed_work *work;
    uint64_t next; /* where in the file to read on */
    size_t n;      /* bytes in the buffer */
};

/* Reads up to `until`, as much as the buffer takes. */
static bool read_more(struct range *r, uint64_t until, struct gf_error *err)
{
    size_t room = r->work->buffer.cap - r->n;
    size_t want = until - r->next < room ? (size_t)(until - r->next) : room;
    size_t got = 0;
    if (want &&
        !gf_file_pread(&r->feed->file, r->next, r->work->buffer.data + r->n, want, &got, err))
        return false;
    if (got < want)
        return gf_fail(err, GF_ERR_IO, "the file became shorter while it was read");
    r->next += got;
    r->n += got;
    return true;
}

/* Drops the end of a line that began before the range. *inside: a line begins in the range. */
static bool skip_line(struct range *r, uint64_t end, bool *inside, struct gf_error *err)
{
    char *data = r->work->buffer.data;
    for (*inside = false; r->next < end;) {
        if (!read_more(r, end, err))
            return false;
        const char *newline = memchr(data, '\n', r->n);
        if (newline) {
            r->n -= (size_t)(newline + 1 - data);
            memmove(data, newline + 1, r->n);
            /* A newline that is the range's last byte begins the next range's first line. */
            *inside = r->n > 0 || r->next < end;
            return true;
        }
        r->n = 0;
    }
    return true;
}

bool gf_feed_parse_range(const struct gf_feed *feed, const struct gf_piece *piece,
                         struct gf_feed_work *work, struct gf_error *err)
{
    struct range r = {feed, work, piece->offset, 0};
    uint64_t size = feed->file.size, until = piece->end;
    if (!gf_grow(&work->buffer.data, &work->buffer.cap, feed->shared->chunk_bytes, err))
        return false;
    if (piece->offset > 0) {
        bool inside;
        r.next--;
        if (!skip_line(&r, piece->end, &inside, err))
            return false;
        if (!inside)
            return work->between(work->ctx, piece->end - piece->offset, piece->end - piece->offset,
                                 err);
    }
    uint64_t counted = piece->offset;
    for (;;) {
        if (!read_more(&r, until, err))
            return false;
        char *data = work->buffer.data;
        size_t n = r.n, used;
        /* Past the range only the line that began in it is ours. */
        bool beyond = until > piece->end, closed = r.next == size;
        const char *newline = beyond ? memchr(data, '\n', n) : NULL;
        if (newline) {
            n = (size_t)(newline + 1 - data);
            closed = true;
        }
        uint64_t at = r.next < piece->end ? r.next : piece->end;
        if (!work->between(work->ctx, at - counted, at - counted, err))
            return false;
        counted = at;
        bool last = r.next == size && n == r.n;
        if (!feed->format->feed(work->decoder, data, n, last, work->sink, &used, err))
            return false;
        if (beyond ? closed : r.next == until && used == r.n)
            return true;
        r.n -= used;
        memmove(data, data + used, r.n);
        if (r.next == until) {
            uint64_t step = r.n < BEYOND ? BEYOND : r.n;
            until = size - until < step ? size : until + step;
        }
        if (r.n == work->buffer.cap &&
            !gf_feed_grow_line(feed, &work->buffer.data, &work->buffer.cap, err))
            return false;
    }
}
