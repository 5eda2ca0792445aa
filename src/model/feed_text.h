/* Where a thread decodes to: all text of an input, one byte behind the other, of which memory holds
 * what is still needed. */
#ifndef GF_MODEL_FEED_TEXT_H
#define GF_MODEL_FEED_TEXT_H

#include "base/tape.h"
#include "decompress/stream.h"

/* {0} is empty. [begin, end) is decoded and not taken yet; the owner moves `begin` on. */
struct gf_feed_text {
    struct gf_tape tape;
    char *begin, *end;
    bool ended; /* nothing follows */
};

/* Begins to decode `stream`, where the memory is; what the last one gave is gone. GF_ERR_NOMEM. */
bool gf_feed_text_start(struct gf_feed_text *t, struct gf_stream *stream, struct gf_error *err);

/* Whether the addresses are used up, so that the next read will move the text [begin, end) to
 * others, and all that was taken is gone. Seldom: there are 8 TiB of them, or, where the process
 * may not have that many, 64 MiB. */
bool gf_feed_text_full(const struct gf_feed_text *t, const struct gf_stream *stream);

/* Decodes up to GF_STREAM_BLOCK more bytes. What lies before `keep` (at most `begin`) is not looked
 * at any more. Fails as gf_stream_read does, and with GF_ERR_NOMEM or GF_ERR_LIMIT. */
bool gf_feed_text_read(struct gf_feed_text *t, struct gf_stream *stream, const char *keep,
                       struct gf_error *err);

void gf_feed_text_close(struct gf_feed_text *t);

#endif
