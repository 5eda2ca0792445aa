/* One input on its way to the parsers: cut into pieces that hold whole lines.
 *
 * A plain file is cut into byte ranges, and a zstd file of several frames into runs of frames; the
 * parsers read and decode these themselves. Anything that has to be decoded in sequence has a
 * thread that fills slots and hands them on. A feed is shared by the threads of a load and guarded
 * by the load's mutex, which the caller holds where it says so. */
#ifndef GF_MODEL_FEED_H
#define GF_MODEL_FEED_H

#include <pthread.h>
#include <stdatomic.h>

#include "decode/decoder.h"
#include "decompress/frames.h"
#include "decompress/stream.h"
#include "model/feed_text.h"

enum gf_piece_kind { GF_PIECE_SLOT, GF_PIECE_RANGE, GF_PIECE_RUN };

/* A parser thread with its own buffers must be able to take the whole piece: see gf_feed_take. */
struct gf_piece {
    enum gf_piece_kind kind;
    uint64_t index;  /* pieces of a feed in the order of the input, from 0; some may be missing */
    uint64_t offset; /* a range or a run: where it begins and ends in the file */
    uint64_t end;
    size_t run;           /* which run */
    struct gf_slot *slot; /* decoded text; NULL for ranges and runs */
};

/* Enough for both sides to work while the other hands over, little enough to stay in the cache. A
 * thread that waits for a free one sleeps until half of them are: each waking costs both sides. */
#define GF_SLOTS 16
/* With this many slots ready, one parser is not enough, and others help. */
#define GF_SLOTS_BACKLOG 13

struct gf_slot {
    struct gf_slot *next;
    const char *data; /* in the feed's text; NULL while it is free */
    size_t n;
    uint64_t index;
    bool last;
};

/* What a run of frames begins and ends with: it may begin and end anywhere in a line. */
struct gf_run_ends {
    char *head; /* up to the first newline and with it; all of the run where it has none */
    char *tail; /* what follows the last newline */
    size_t nhead, ntail;
    bool newline; /* the run has one, and the head is here */
    bool done;    /* all that there is is here */
};

/* A line that lies in several runs, put together. */
struct gf_joined {
    uint64_t index; /* of the piece that it is */
    char *text;     /* to be freed; NULL: none */
    size_t n;
};

/* What the threads of a load have in common, as far as feeds must know it. */
struct gf_feed_shared {
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* a piece is ready, a feed began or ended, the load stops */
    atomic_bool stop;
    atomic_bool
        enough; /* what is read is all there shall be: reads give up, and no piece is taken */
    atomic_uint_fast64_t bytes_decoded;
    uint64_t decoder_memory; /* what one decompressor may take */
    size_t line_max;         /* the longest line there is memory for */
    size_t chunk_bytes;
    uint64_t range_bytes;
    size_t run_bytes; /* of a run that are decoded before they are parsed */
    unsigned nparsers;
};

struct gf_feed {
    struct gf_feed_shared *shared;
    uint32_t source; /* index of the input */
    struct gf_file file;
    enum gf_compression compression;
    const struct gf_format *format; /* NULL: not a profile that is known */
    struct gf_format_hints hints;
    enum gf_piece_kind kind; /* of all its pieces */
    bool empty;              /* no bytes at all */
    /* ranges and runs */
    uint64_t npieces, next_piece;
    struct gf_zstd_frame *runs;
    struct gf_run_ends *ends; /* of each run */
    /* slots */
    struct gf_stream *stream;
    pthread_t thread;
    pthread_cond_t slot_free;  /* the thread waits for it */
    pthread_cond_t slot_ready; /* the owner waits for it, counted in `users` */
    bool running;              /* the thread was started */
    bool waiting;              /* the thread waits for a free slot */
    bool head_known, ended;    /* the first slot was looked at; no slot will follow */
    struct gf_slot slots[GF_SLOTS], *ready, **ready_tail, *free_slots;
    unsigned nready, nfree;
    struct gf_feed_text text; /* of the thread */
    const char *taken_from;   /* where the first of the slots that are in use begins, or did */
    atomic_bool abandoned;    /* nobody will take slots: the thread shall end */
    struct gf_error error;    /* of the thread */
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

/* With the mutex held: notes that piece `index` had these lines, besides those noted before. */
bool gf_feed_done(struct gf_feed *feed, uint64_t index, uint64_t lines, struct gf_error *err);

/* With the mutex held: gives the slot of a piece back, if it has one. */
void gf_feed_give_back(struct gf_feed *feed, const struct gf_piece *piece);

/* The number of lines before piece `index`. Only when all pieces before it are done. */
uint64_t gf_feed_lines_before(const struct gf_feed *feed, uint64_t index);

/* Bytes of the file taken so far by the decoder thread; of a feed without one, 0. */
uint64_t gf_feed_bytes_in(const struct gf_feed *feed);

/* With the mutex held: lets the decoder thread end, wherever it waits. */
void gf_feed_abandon(struct gf_feed *feed);

/* Ends the thread, closes the file, and frees. Call without the mutex. NULL is fine. */
void gf_feed_close(struct gf_feed *feed);

/* Looks at the first bytes of the decoded input, which are all of it if `whole`. */
void gf_feed_look(struct gf_feed *feed, const char *head, size_t n, bool whole);

/* feed_slots.c: the thread that fills slots. */
void *gf_feed_decode(void *feed);
void gf_feed_init_slots(struct gf_feed *feed);

/* What a parser needs to work on ranges and runs. */
struct gf_feed_work {
    struct gf_decoder *decoder;
    const struct gf_sink *sink;
    /* Called before every step with the bytes it takes from the file and those it will parse (for
     * progress and for pauses); returning false ends the work with GF_ERR_CANCELLED or with what it
     * put into *err. */
    bool (*between)(void *ctx, uint64_t in, uint64_t decoded, struct gf_error *err);
    /* Called for a line that is put together out of several runs, before or behind the lines of the
     * run; `text` goes to the callee. */
    bool (*joined)(void *ctx, const struct gf_joined *line, struct gf_error *err);
    void *ctx;
    /* The parser's own, for runs and for ranges. {0} is empty; close it, and free() `data`. */
    struct gf_feed_text text;
    struct gf_stream *stream;
    struct {
        char *data;
        size_t cap;
    } buffer;
};

/* Feeds all lines that begin in the range to the decoder. */
bool gf_feed_parse_range(const struct gf_feed *feed, const struct gf_piece *piece,
                         struct gf_feed_work *work, struct gf_error *err);

/* Decodes a run and feeds its lines to the decoder. Of those that are not in it as a whole it calls
 * `joined` for the ones that are complete now: whoever has the last part of a line gets it. In this
 * way the lines that one parser sees are in the order of the input. Call without the mutex. */
bool gf_feed_parse_run(struct gf_feed *feed, const struct gf_piece *piece,
                       struct gf_feed_work *work, struct gf_error *err);

/* Decides whether a zstd file is read by runs, and prepares that: *yes. */
bool gf_feed_open_runs(struct gf_feed *feed, bool *yes, struct gf_error *err);

/* GF_ERR_LIMIT or GF_ERR_NOMEM: a line is longer than can be. */
bool gf_feed_fail_line(const struct gf_feed *feed, struct gf_error *err);

/* Makes room for twice the bytes, for a line that does not fit the buffer. */
bool gf_feed_grow_line(const struct gf_feed *feed, char **data, size_t *cap, struct gf_error *err);

/* Says where in the compressed file an error of a stream is. */
void gf_feed_place_error(const struct gf_feed *feed, struct gf_error *err);

#endif
