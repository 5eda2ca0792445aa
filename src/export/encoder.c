#include "export/encoder.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "export/deflate.h"

/* Input is collected to blocks of this size, so that a writer may come with a few bytes at a time,
 * and so that what is written never depends on how it came. */
#define BLOCK_SIZE  ((size_t)128 << 10)
#define OUTPUT_SIZE ((size_t)128 << 10)
#define ZSTD_LEVEL  3

struct gf_encoder {
    struct gf_output *out;
    enum gf_compression kind;
    ZSTD_CCtx *zstd;
    struct gf_deflate *gzip;
    size_t used; /* bytes waiting in block */
    unsigned char block[BLOCK_SIZE];
    unsigned char encoded[OUTPUT_SIZE];
};

static bool open_zstd(struct gf_encoder *e, unsigned threads, struct gf_error *err)
{
    e->zstd = ZSTD_createCCtx();
    if (!e->zstd)
        return gf_fail(err, GF_ERR_NOMEM, "out of memory for the zstd encoder");
    ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_checksumFlag, 1);
    /* With workers the blocks are cut at other places than without, but alike for any number of
     * them. So one worker is the least: the bytes must not depend on --threads. A library built
     * without threads refuses, and then all numbers give the same anyway. */
    ZSTD_bounds bounds = ZSTD_cParam_getBounds(ZSTD_c_nbWorkers);
    int workers = threads < 1 ? 1 : threads > INT_MAX ? INT_MAX : (int)threads;
    if (!ZSTD_isError(bounds.error) && workers > bounds.upperBound)
        workers = bounds.upperBound;
    (void)ZSTD_CCtx_setParameter(e->zstd, ZSTD_c_nbWorkers, workers);
    return true;
}

static bool open_gzip(struct gf_encoder *e, struct gf_error *err)
{
    e->gzip = malloc(sizeof *e->gzip);
    if (!e->gzip)
        return gf_fail_nomem(err, sizeof *e->gzip);
    gf_deflate_begin(e->gzip, IGZIP_GZIP);
    return true;
}

bool gf_encoder_open(struct gf_output *out, enum gf_compression kind, unsigned threads,
                     struct gf_encoder **enc, struct gf_error *err)
{
    *enc = NULL;
    struct gf_encoder *e = malloc(sizeof *e);
    if (!e)
        return gf_fail_nomem(err, sizeof *e);
    e->out = out;
    e->kind = kind;
    e->zstd = NULL;
    e->gzip = NULL;
    e->used = 0;
    if ((kind == GF_ZSTD && !open_zstd(e, threads, err)) ||
        (kind == GF_GZIP && !open_gzip(e, err))) {
        gf_encoder_abort(e);
        return false;
    }
    *enc = e;
    return true;
}

static bool encode_zstd(struct gf_encoder *e, bool last, struct gf_error *err)
{
    ZSTD_inBuffer in = {e->block, e->used, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {e->encoded, OUTPUT_SIZE, 0};
        left = ZSTD_compressStream2(e->zstd, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return gf_fail(err, GF_ERR_NOMEM, "zstd cannot compress: %s", ZSTD_getErrorName(left));
        if (!gf_output_write(e->out, e->encoded, out.pos, err))
            return false;
    } while (in.pos < in.size || (last && left > 0));
    return true;
}

static bool encode_gzip(struct gf_encoder *e, bool last, struct gf_error *err)
{
    struct isal_zstream *z = &e->gzip->stream;
    z->next_in = e->block;
    z->avail_in = (uint32_t)e->used;
    z->end_of_stream = last;
    do {
        z->next_out = e->encoded;
        z->avail_out = OUTPUT_SIZE;
        if (!gf_deflate(e->gzip))
            return gf_fail(err, GF_ERR_LIMIT, "ISA-L cannot compress this");
        if (!gf_output_write(e->out, e->encoded, OUTPUT_SIZE - z->avail_out, err))
            return false;
    } while (z->avail_in > 0 || (last && z->internal_state.state != ZSTATE_END));
    return true;
}

/* Hands the collected block to the encoder. */
static bool encode(struct gf_encoder *e, bool last, struct gf_error *err)
{
    bool ok = e->kind == GF_ZSTD   ? encode_zstd(e, last, err)
              : e->kind == GF_GZIP ? encode_gzip(e, last, err)
                                   : gf_output_write(e->out, e->block, e->used, err);
    e->used = 0;
    return ok;
}

bool gf_encoder_write(struct gf_encoder *e, const void *data, size_t n, struct gf_error *err)
{
    const unsigned char *p = data;
    if (e->kind == GF_PLAIN)
        return gf_output_write(e->out, p, n, err);
    while (n > 0) {
        size_t part = BLOCK_SIZE - e->used < n ? BLOCK_SIZE - e->used : n;
        memcpy(e->block + e->used, p, part);
        e->used += part;
        p += part;
        n -= part;
        if (e->used == BLOCK_SIZE && !encode(e, false, err))
            return false;
    }
    return true;
}

bool gf_encoder_finish(struct gf_encoder *e, struct gf_error *err)
{
    bool ok = encode(e, true, err);
    gf_encoder_abort(e);
    return ok;
}

void gf_encoder_abort(struct gf_encoder *e)
{
    if (!e)
        return;
    ZSTD_freeCCtx(e->zstd);
    free(e->gzip);
    free(e);
}
