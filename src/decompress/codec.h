/* Inside decompress/: the compressed side of a stream, and what a decoder of one kind provides. */
#ifndef GF_DECOMPRESS_CODEC_H
#define GF_DECOMPRESS_CODEC_H

#include <stdatomic.h>

#include "decompress/stream.h"

/* Compressed bytes, taken from a file in order or from a range of it. data[pos..len) is what was
 * taken and not used yet. */
struct gf_input {
    struct gf_file *file;         /* read in order; NULL for a range */
    const struct gf_file *ranged; /* read by offset; NULL when in order */
    uint64_t next;                /* offset behind data[len - 1] */
    uint64_t end;                 /* of the range */
    bool ended;                   /* nothing follows data[len - 1] */
    bool padding;                 /* zero bytes may follow the last frame or member */
    size_t pos, len, cap;
    unsigned char *data;
    _Atomic uint64_t taken; /* bytes taken from the file; read by other threads */
};

/* Takes more bytes behind those not used yet, which may move. Sets ended when there are none. */
bool gf_input_fill(struct gf_input *in, struct gf_error *err);

/* Fills until at least n (18 or fewer) unused bytes are there or the input has ended. */
bool gf_input_want(struct gf_input *in, size_t n, struct gf_error *err);

/* Offset of the first unused byte. */
uint64_t gf_input_offset(const struct gf_input *in);

/* Fails with GF_ERR_CORRUPT at the first unused byte. */
bool gf_input_corrupt(const struct gf_input *in, struct gf_error *err, const char *what);

/* Checks that nothing but zero bytes is left, as tape drives and block devices add, and uses them.
 * `unit` is what should have begun here instead: "gzip member". */
bool gf_input_finish(struct gf_input *in, const char *unit, struct gf_error *err);

struct gf_codec {
    /* Allocates the decoder, NULL on failure. */
    void *(*open)(uint64_t memory_limit, struct gf_error *err);
    /* As gf_stream_read. */
    bool (*read)(void *state, struct gf_input *in, void *buf, size_t cap, size_t *got,
                 struct gf_error *err);
    void (*close)(void *state); /* NULL is fine */
    /* Makes the state what `open` gives. NULL: it has to be closed and opened. */
    void (*reset)(void *state, uint64_t memory_limit);
    /* As gf_stream_in_place; NULL: it makes no difference. */
    void (*in_place)(void *state, char *end);
    /* As gf_stream_history; NULL: 0. */
    uint64_t (*history)(const void *state);
};

extern const struct gf_codec gf_codec_plain;
extern const struct gf_codec gf_codec_zstd;
extern const struct gf_codec gf_codec_gzip;

#endif
