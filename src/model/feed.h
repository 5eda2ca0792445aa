/* One input on its way to the parsers: cut into pieces that hold whole lines.
 *
 * A plain file is cut into byte ranges, which the parsers read themselves. Anything that has to be
 * decoded in sequence has a thread that fills slots and hands them on. A feed is shared by the
 * threads of a load and guarded by the load's mutex, which the caller holds where it says so. */
#ifndef GF_MODEL_FEED_H
#define GF_MODEL_FEED_H

#include <pthread.h>
#include <stdatomic.h>

#include "decode/decoder.h"
#include "decompress/stream.h"

/* A parser thread with its own buffers must be able to take the whole piece: see gf_feed_take. */
struct gf_piece {
    uint64_t index;  /* pieces of a feed in the order of the input, from 0 */
    uint64_t offset; /* a range: where it begins and ends in the file */
    uint64_t end;
    struct gf_slot *slot; /* decoded text; NULL for a range */
};

struct gf_slot {
    struct gf_slot *next;
    char *data;
    size_t n, cap;
    uint64_t index;
    bool last;
};

/* What the threads of a load have in common, as far as feeds must know it. */
struct gf_feed_shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* a slot is ready or free, a feed began or ended, the load stops */
    atomic_bool stop;
    atomic_uint_fast64_t bytes_decoded;
    uint64_t decoder_memory; /* what one decompressor may take */
    size_t chunk_bytes;
    uint64_t range_bytes;
};

struct gf_feed {
    struct gf_feed_shared *shared;
    uint32_t source; /* index of the input */
    struct gf_file file;
    enum gf_compression compression;
    const struct gf_format *format; /* NULL: not a profile that is known */
    struct gf_format_hints hints;
    bool empty; /* no bytes at all */
    /* ranges */
    bool ranges;
    uint64_t nranges, next_range;
    /* slots */
    struct gf_stream *stream;
    pthread_t thread;
    bool running;           /* the thread was started */
    bool head_known, ended; /* the first slot was looked at; no slot will follow */
    struct gf_slot *ready, **ready_tail, *free_slots;
    unsigned nready, nslots;
    bool abandoned;        /* nobody will take slots: the thread shall end */
    struct gf_error error; /* of the thread */
    /* lines of each piece that is done, to number lines by */
    uint64_t *lines;
    size_t nlines, lines_cap;
    unsigned users; /* parsers that hold a piece or have it as theirs */
    int owner;      /* the parser that takes slots as they come; others help only with a backlog */
};

/* Opens `path` and finds out what it is; starts the decoder thread where one is needed. Waits for
 * the first bytes. Call without the mutex. On failure *out is NULL. */
bool gf_feed_open(struct gf_feed_shared *shared, const char *path, uint32_t source,
                  struct gf_feed **out, struct gf_error *err);

/* With the mutex held: takes the next piece for parser `who` if there is one for it now. */
bool gf_feed_take(struct gf_feed *feed, int who, struct gf_piece *piece);

/* With the mutex held: all pieces were taken. */
bool gf_feed_drained(const struct gf_feed *feed);

/* With the mutex held: gives a slot back, and notes how many lines the piece had. */
bool gf_feed_done(struct gf_feed *feed, const struct gf_piece *piece, uint64_t lines,
                  struct gf_error *err);

/* The number of lines before piece `index`. Only when all pieces before it are done. */
uint64_t gf_feed_lines_before(const struct gf_feed *feed, uint64_t index);

/* Compressed bytes read so far by the decoder thread. */
uint64_t gf_feed_bytes_in(const struct gf_feed *feed);

/* Ends the thread, closes the file, and frees. Call without the mutex. NULL is fine. */
void gf_feed_close(struct gf_feed *feed);

/* A reader of ranges: the buffers of one parser. {0} is empty. */
struct gf_range_reader {
    char *data;
    size_t cap;
};
void gf_range_reader_free(struct gf_range_reader *reader);

/* Feeds all lines that begin in the piece's range to the decoder. `between` is called before every
 * step with the bytes the step will parse (for progress and for pauses) and may end the work by
 * returning false. */
bool gf_feed_parse_range(const struct gf_feed *feed, const struct gf_piece *piece,
                         struct gf_range_reader *reader, struct gf_decoder *decoder,
                         const struct gf_sink *sink, bool (*between)(void *ctx, size_t bytes),
                         void *ctx, struct gf_error *err);

#endif
