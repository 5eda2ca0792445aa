#include "export/deflate.h"

#include <string.h>

/* ISA-L 2.30's fast loop takes the hash of a stream's third byte from a register that at the first
 * byte holds the address of the stream (igzip_icf_body_h1_gr_bt.asm; later versions put the data
 * into it before). At one in some thousand addresses that is the hash of bytes that do come, and
 * other matches are found. Up to so many bytes before a flush it leaves to its careful loop, which
 * does without: they go first, in a block of their own of some 30 bytes. */
#define CAREFUL_BYTES 16u

void gf_deflate_begin(struct gf_deflate *d, uint16_t format)
{
    /* Nothing of what lay here before shall show in the bytes either. */
    memset(d, 0, sizeof *d);
    isal_deflate_init(&d->stream);
    d->stream.level = GF_DEFLATE_LEVEL;
    d->stream.level_buf = d->level_buf;
    d->stream.level_buf_size = sizeof d->level_buf;
    d->stream.gzip_flag = format;
}

bool gf_deflate(struct gf_deflate *d)
{
    struct isal_zstream *z = &d->stream;
    uint32_t n = z->avail_in;
    if (!d->begun && n > CAREFUL_BYTES) {
        uint16_t flush = z->flush, end = z->end_of_stream;
        z->flush = SYNC_FLUSH;
        z->end_of_stream = 0;
        z->avail_in = CAREFUL_BYTES;
        if (isal_deflate(z) != COMP_OK || z->avail_in > 0 || z->avail_out == 0)
            return false;
        z->flush = flush;
        z->end_of_stream = end;
        z->avail_in = n - CAREFUL_BYTES;
    }
    d->begun = true;
    return isal_deflate(z) == COMP_OK;
}
