#include <stdio.h>
#include <stdlib.h>
#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_d_stableOutBuffer */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/str.h"
#include "decompress/codec.h"
#include "decompress/frames.h"
#include "decompress/zstd_header.h"

/* Room that a frame that does not tell its size needs to be decoded in place: more than comes. */
#define UNSIZED_ROOM ((uint64_t)1 << 42)
/* The largest window that libzstd decodes with. */
#define WINDOW_MAX ((uint64_t)1 << (sizeof(size_t) == 4 ? 30 : 31))

struct zstd {
    ZSTD_DCtx *dctx;
    uint64_t memory_limit;
    uint64_t skip; /* bytes left of a skippable frame */
    bool in_frame;
    uint64_t declared, decoded; /* bytes of the frame: by its header, and so far */
    bool pending;               /* the decoder filled the last buffer and may hold more */
    /* Decoding in place. */
    char *end;            /* of the caller's memory; NULL: never in place */
    bool in_place;        /* the present frame is */
    ZSTD_outBuffer frame; /* from its first byte to `end`; [0, pos) is written */
    size_t wanted;        /* compressed bytes that give no more than one block */
    uint64_t history;     /* of the present frame */
};

static void zstd_close(void *state)
{
    struct zstd *z = state;
    if (!z)
        return;
    ZSTD_freeDCtx(z->dctx);
    free(z);
}

static void zstd_reset(void *state, uint64_t memory_limit)
{
    struct zstd *z = state;
    *z = (struct zstd){.dctx = z->dctx, .memory_limit = memory_limit};
    ZSTD_DCtx_reset(z->dctx, ZSTD_reset_session_and_parameters);
    /* The default stops at 128 MiB, but `zstd --long=31` writes more; begin_frame limits it. */
    ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
    ZSTD_DCtx_setParameter(z->dctx, ZSTD_d_windowLogMax, bounds.upperBound);
}

static void *zstd_open(uint64_t memory_limit, struct gf_error *err)
{
    struct zstd *z = calloc(1, sizeof *z);
    if (!z) {
        gf_fail_nomem(err, sizeof *z);
        return NULL;
    }
    z->dctx = ZSTD_createDCtx();
    if (!z->dctx) {
        gf_fail(err, GF_ERR_NOMEM, "out of memory for the zstd decoder");
        zstd_close(z);
        return NULL;
    }
    zstd_reset(z, memory_limit);
    return z;
}

static bool fail_decoding(const struct gf_input *in, size_t result, struct gf_error *err)
{
    char text[128];
    snprintf(text, sizeof text, "corrupt zstd data: %s", ZSTD_getErrorName(result));
    gf_input_corrupt(in, err, text);
    if (err && ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) {
        gf_fail(err, GF_ERR_NOMEM, "out of memory for the window of a zstd frame");
        err->byte = gf_input_offset(in);
    }
    return false;
}

/* A header of a few bytes can claim any window: it is compared with the limit before libzstd
 * believes it. Of content that is smaller than the window only that much is kept. */
static bool check_memory(const struct zstd *z, const struct gf_input *in,
                         const struct gf_zstd_header *h, struct gf_error *err)
{
    uint64_t kept = h->window < h->content ? h->window : h->content;
    uint64_t limit = WINDOW_MAX < z->memory_limit ? WINDOW_MAX : z->memory_limit;
    /* Beside the window libzstd holds one block of input and one of output. */
    if (h->window <= WINDOW_MAX && kept + 2 * GF_ZSTD_BLOCK_MAX <= z->memory_limit)
        return true;
    char wanted[16], allowed[16];
    gf_fail(err, GF_ERR_LIMIT,
            "decoding needs a zstd window of %s (%llu bytes), and the limit is %s (%llu bytes)",
            gf_str_bytes(wanted, h->window), (unsigned long long)h->window,
            gf_str_bytes(allowed, limit), (unsigned long long)limit);
    if (err)
        err->byte = gf_input_offset(in);
    return false;
}

/* Prepares decoding to buf: in place where that can be. What libzstd calls a stable output buffer
 * is not part of its stable interface, so it must be the library that this was compiled for. */
static void choose_place(struct zstd *z, const struct gf_zstd_header *h, char *buf)
{
    size_t room = z->end && z->end > buf ? (size_t)(z->end - buf) : 0;
    z->in_place = z->end && ZSTD_versionNumber() == ZSTD_VERSION_NUMBER &&
                  (h->content == GF_ZSTD_UNKNOWN ? room >= UNSIZED_ROOM : h->content <= room);
    if (z->end &&
        ZSTD_isError(ZSTD_DCtx_setParameter(z->dctx, ZSTD_d_stableOutBuffer, z->in_place)))
        z->in_place = false;
    z->frame = (ZSTD_outBuffer){buf, room, 0};
    z->wanted = h->size;
    z->history = z->in_place ? h->window : 0;
}

/* Between frames: finds out what comes next, for decoding to buf. *end is set when nothing does. */
static bool begin_frame(struct zstd *z, struct gf_input *in, char *buf, bool *end,
                        struct gf_error *err)
{
    if (!gf_input_want(in, GF_ZSTD_HEADER_MAX, err))
        return false;
    *end = in->pos == in->len;
    if (*end)
        return true;
    struct gf_zstd_header h;
    switch (gf_zstd_header_parse(in->data + in->pos, in->len - in->pos, &h)) {
    case GF_ZSTD_NO_MAGIC:
        *end = true;
        return gf_input_finish(in, "zstd frame", err);
    case GF_ZSTD_SHORT:
        if (in->data[in->pos] == 0) {
            *end = true;
            return gf_input_finish(in, "zstd frame", err);
        }
        return gf_input_corrupt(in, err, "the zstd data ends within a frame header");
    case GF_ZSTD_RESERVED:
        return gf_input_corrupt(in, err, "corrupt zstd data: a reserved bit is set");
    case GF_ZSTD_PARSED:
        break;
    }
    if (h.skippable) {
        in->pos += h.size;
        z->skip = h.payload;
        return true;
    }
    if (h.dictionary) {
        gf_fail(err, GF_ERR_FORMAT, "compressed with a zstd dictionary (id %u), which is not here",
                (unsigned)h.dictionary);
        if (err)
            err->byte = gf_input_offset(in);
        return false;
    }
    if (!check_memory(z, in, &h, err))
        return false;
    z->in_frame = true;
    z->declared = h.content;
    z->decoded = 0;
    choose_place(z, &h, buf);
    return true;
}

static bool skip_some(struct zstd *z, struct gf_input *in, struct gf_error *err)
{
    if (in->pos == in->len && !gf_input_fill(in, err))
        return false;
    size_t n = in->len - in->pos;
    if (n == 0)
        return gf_input_corrupt(in, err, "the zstd data ends within a skippable frame");
    if (n > z->skip)
        n = (size_t)z->skip;
    in->pos += n;
    z->skip -= n;
    return true;
}

/* Takes note of n decoded bytes. libzstd does not hold a frame against the size in its header where
 * it gets it in pieces and its last block is empty. */
static bool note_decoded(struct zstd *z, const struct gf_input *in, size_t n, struct gf_error *err)
{
    z->decoded += n;
    return z->in_frame || z->declared == GF_ZSTD_UNKNOWN || z->declared == z->decoded ||
           gf_input_corrupt(in, err, "corrupt zstd data: a frame has another size than it says");
}

/* Decodes what is there into out, and takes more input only when that yields nothing: a pipe gives
 * its bytes on as they come. */
static bool decode_some(struct zstd *z, struct gf_input *in, ZSTD_outBuffer *out,
                        struct gf_error *err)
{
    if (in->pos == in->len && !z->pending) {
        if (!gf_input_fill(in, err))
            return false;
        if (in->ended)
            return gf_input_corrupt(in, err, "the zstd data ends within a frame");
    }
    ZSTD_inBuffer bytes = {in->data, in->len, in->pos};
    size_t before = out->pos;
    size_t result = ZSTD_decompressStream(z->dctx, out, &bytes);
    in->pos = bytes.pos;
    if (ZSTD_isError(result))
        return fail_decoding(in, result, err);
    z->in_frame = result != 0;
    z->pending = z->in_frame && out->pos == out->size;
    return note_decoded(z, in, out->pos - before, err);
}

/* Decodes up to one block in place. libzstd goes on for as long as it has input. */
static bool decode_block(struct zstd *z, struct gf_input *in, ZSTD_outBuffer *out,
                         struct gf_error *err)
{
    size_t before = z->frame.pos;
    if (in->pos == in->len && !gf_input_fill(in, err))
        return false;
    size_t left = in->len - in->pos;
    if (left == 0)
        return gf_input_corrupt(in, err, "the zstd data ends within a frame");
    ZSTD_inBuffer bytes = {in->data + in->pos, left < z->wanted ? left : z->wanted, 0};
    size_t result = ZSTD_decompressStream(z->dctx, &z->frame, &bytes);
    in->pos += bytes.pos;
    if (ZSTD_isError(result))
        return fail_decoding(in, result, err);
    out->pos += z->frame.pos - before;
    z->wanted = result;
    z->in_frame = result != 0;
    if (!z->in_frame)
        z->history = 0;
    return note_decoded(z, in, z->frame.pos - before, err);
}

static bool zstd_read(void *state, struct gf_input *in, void *buf, size_t cap, size_t *got,
                      struct gf_error *err)
{
    struct zstd *z = state;
    ZSTD_outBuffer out = {buf, cap, 0};
    while (out.pos < cap) {
        bool end = false;
        if (z->skip ? !skip_some(z, in, err)
                    : !z->in_frame && !begin_frame(z, in, (char *)buf + out.pos, &end, err))
            return false;
        if (end)
            break;
        if (z->in_frame && z->in_place && cap - out.pos < GF_ZSTD_BLOCK_MAX)
            break;
        if (z->in_frame && !(z->in_place ? decode_block : decode_some)(z, in, &out, err))
            return false;
        if (out.pos > 0 && in->pos == in->len && !z->pending)
            break;
    }
    *got = out.pos;
    return true;
}

static void zstd_in_place(void *state, char *end)
{
    ((struct zstd *)state)->end = end;
}

static uint64_t zstd_history(const void *state)
{
    return ((const struct zstd *)state)->history;
}

const struct gf_codec gf_codec_zstd = {.open = zstd_open,
                                       .read = zstd_read,
                                       .close = zstd_close,
                                       .reset = zstd_reset,
                                       .in_place = zstd_in_place,
                                       .history = zstd_history};
