#include "model/feed_text.h"

#include <string.h>

/* Addresses to ask for: hours of decoding. Where a process may not have that many, it may not have
 * many at all, and text moves now and then. */
#define ADDRESSES     ((size_t)1 << 43)
#define ADDRESSES_FEW ((size_t)64 << 20)
/* What a read needs: the block, and as much again that a decoder may write to meanwhile. */
#define ROOM (2 * GF_STREAM_BLOCK)

/* Until where frames may be decoded in place: a read behind the last byte of one has room too. */
static void decode_in_place(const struct gf_feed_text *t, struct gf_stream *stream)
{
    gf_stream_in_place(stream, t->tape.end - ROOM);
}

static bool open_tape(struct gf_tape *tape, size_t more, struct gf_error *err)
{
    return gf_tape_open(tape, ADDRESSES, NULL) || gf_tape_open(tape, ADDRESSES_FEW + more, err);
}

bool gf_feed_text_start(struct gf_feed_text *t, struct gf_stream *stream, struct gf_error *err)
{
    if (!t->tape.low) {
        if (!open_tape(&t->tape, 0, err))
            return false;
    }
    /* The memory that is there already. */
    t->begin = t->end = t->tape.low;
    t->ended = false;
    decode_in_place(t, stream);
    return true;
}

bool gf_feed_text_full(const struct gf_feed_text *t, const struct gf_stream *stream)
{
    return t->tape.end - t->end < (ptrdiff_t)ROOM && gf_stream_history(stream) == 0;
}

/* Moves the text to new addresses. */
static bool move_text(struct gf_feed_text *t, struct gf_stream *stream, struct gf_error *err)
{
    struct gf_tape tape;
    size_t n = (size_t)(t->end - t->begin);
    if (!open_tape(&tape, n, err))
        return false;
    if (!gf_tape_room(&tape, tape.low, tape.low + n, err)) {
        gf_tape_close(&tape);
        return false;
    }
    memcpy(tape.low, t->begin, n);
    gf_tape_close(&t->tape);
    *t = (struct gf_feed_text){.tape = tape, .begin = tape.low, .end = tape.low + n};
    decode_in_place(t, stream);
    return true;
}

bool gf_feed_text_read(struct gf_feed_text *t, struct gf_stream *stream, const char *keep,
                       struct gf_error *err)
{
    size_t got;
    if (gf_feed_text_full(t, stream)) {
        if (!move_text(t, stream, err))
            return false;
        keep = t->begin;
    }
    uint64_t history = gf_stream_history(stream);
    if (t->tape.end - t->end < (ptrdiff_t)ROOM)
        return gf_fail(err, GF_ERR_LIMIT, "a compressed frame is larger than %llu bytes",
                       (unsigned long long)(t->tape.end - t->tape.low));
    if ((uint64_t)(t->end - keep) < history)
        keep = (uint64_t)(t->end - t->tape.low) < history ? t->tape.low : t->end - history;
    if (!gf_tape_room(&t->tape, keep, t->end + ROOM, err) ||
        !gf_stream_read(stream, t->end, GF_STREAM_BLOCK, &got, err))
        return false;
    t->end += got;
    t->ended = got == 0;
    return true;
}

void gf_feed_text_close(struct gf_feed_text *t)
{
    gf_tape_close(&t->tape);
    *t = (struct gf_feed_text){0};
}
