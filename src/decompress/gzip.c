#include <stdlib.h>

#include <isa-l/igzip_lib.h>

#include "decompress/codec.h"

struct gzip {
    struct inflate_state inflate;
    struct isal_gzip_header header;
    enum { BETWEEN, HEADER, BODY } phase;
};

static void *gzip_open(uint64_t memory_limit, struct gf_error *err)
{
    (void)memory_limit; /* the format's window is 32 KiB */
    struct gzip *g = calloc(1, sizeof *g);
    if (!g) {
        gf_fail_nomem(err, sizeof *g);
        return NULL;
    }
    isal_inflate_init(&g->inflate);
    return g;
}

static void gzip_close(void *state)
{
    free(state);
}

static const char *explain(int result)
{
    switch (result) {
    case ISAL_INCORRECT_CHECKSUM:
        return "corrupt gzip data: wrong checksum or length";
    case ISAL_INVALID_WRAPPER:
        return "corrupt gzip data: invalid header";
    case ISAL_UNSUPPORTED_METHOD:
        return "corrupt gzip data: unknown method";
    case ISAL_INVALID_LOOKBACK:
        return "corrupt gzip data: a reference to before the beginning";
    default:
        return "corrupt gzip data: invalid block";
    }
}

static void lend_input(struct gzip *g, struct gf_input *in)
{
    g->inflate.next_in = in->data + in->pos;
    g->inflate.avail_in = (uint32_t)(in->len - in->pos);
}

static void take_back(struct gzip *g, struct gf_input *in)
{
    in->pos = in->len - g->inflate.avail_in;
}

/* Between members: finds out what comes next. *end is set when nothing does. */
static bool begin_member(struct gzip *g, struct gf_input *in, bool *end, struct gf_error *err)
{
    if (!gf_input_want(in, 2, err))
        return false;
    const unsigned char *p = in->data + in->pos;
    size_t n = in->len - in->pos;
    *end = n == 0;
    if (*end)
        return true;
    if (p[0] != 0x1f || (n > 1 && p[1] != 0x8b)) {
        *end = true;
        return gf_input_finish(in, "gzip member", err);
    }
    isal_inflate_reset(&g->inflate);
    isal_gzip_header_init(&g->header);
    /* Checks the trailer; the header is read apart, because isal_inflate() loses its place in one
     * that is cut by the end of a buffer. */
    g->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
    g->phase = HEADER;
    return true;
}

static bool read_header(struct gzip *g, struct gf_input *in, struct gf_error *err)
{
    for (;;) {
        lend_input(g, in);
        int result = isal_read_gzip_header(&g->inflate, &g->header);
        take_back(g, in);
        if (result == ISAL_DECOMP_OK) {
            g->phase = BODY;
            return true;
        }
        if (result != ISAL_END_INPUT)
            return gf_input_corrupt(in, err, explain(result));
        if (!gf_input_fill(in, err))
            return false;
        if (in->ended)
            return gf_input_corrupt(in, err, "the gzip data ends within a header");
    }
}

/* Decodes what is there into buf, and takes more input only when that yields nothing. */
static bool inflate_some(struct gzip *g, struct gf_input *in, unsigned char *buf, size_t cap,
                         size_t *got, struct gf_error *err)
{
    const size_t most = (size_t)1 << 30; /* the library counts in 32 bits */
    uint32_t room = (uint32_t)(cap < most ? cap : most);
    for (;;) {
        size_t before = in->pos;
        lend_input(g, in);
        g->inflate.next_out = buf;
        g->inflate.avail_out = room;
        int result = isal_inflate(&g->inflate);
        take_back(g, in);
        if (result < 0)
            return gf_input_corrupt(in, err, explain(result));
        *got = room - g->inflate.avail_out;
        if (g->inflate.block_state == ISAL_BLOCK_FINISH) {
            g->phase = BETWEEN;
            return true;
        }
        if (*got > 0)
            return true;
        if (in->pos < in->len) {
            /* Such as an empty block; but it must have got somewhere. */
            if (in->pos == before)
                return gf_input_corrupt(in, err, explain(ISAL_INVALID_BLOCK));
            continue;
        }
        if (!gf_input_fill(in, err))
            return false;
        if (in->ended)
            return gf_input_corrupt(in, err, "the gzip data ends within a member");
    }
}

static bool gzip_read(void *state, struct gf_input *in, void *buf, size_t cap, size_t *got,
                      struct gf_error *err)
{
    struct gzip *g = state;
    size_t done = 0;
    while (done < cap) {
        bool end = false;
        if (g->phase == BETWEEN && !begin_member(g, in, &end, err))
            return false;
        if (end)
            break;
        if (g->phase == HEADER && !read_header(g, in, err))
            return false;
        size_t n = 0;
        if (!inflate_some(g, in, (unsigned char *)buf + done, cap - done, &n, err))
            return false;
        done += n;
        if (done > 0 && in->pos == in->len)
            break;
    }
    *got = done;
    return true;
}

const struct gf_codec gf_codec_gzip = {.open = gzip_open, .read = gzip_read, .close = gzip_close};
