#include <string.h>

#include "decompress/codec.h"

/* From here on the bytes go straight to the caller; below, a system call for each few bytes would
 * cost more than the copy. */
#define DIRECT_LEAST ((size_t)32 << 10)

static void *plain_open(uint64_t memory_limit, struct gf_error *err)
{
    (void)memory_limit;
    (void)err;
    /* There is no state, but NULL would mean failure. */
    static char nothing;
    return &nothing;
}

static bool plain_read(void *state, struct gf_input *in, void *buf, size_t cap, size_t *got,
                       struct gf_error *err)
{
    (void)state;
    if (in->pos == in->len && !in->ended) {
        if (in->file && cap >= DIRECT_LEAST) {
            if (!gf_file_read(in->file, buf, cap, got, err))
                return false;
            in->next += *got;
            atomic_fetch_add_explicit(&in->taken, *got, memory_order_relaxed);
            return true;
        }
        if (!gf_input_fill(in, err))
            return false;
    }
    size_t n = in->len - in->pos;
    if (n > cap)
        n = cap;
    memcpy(buf, in->data + in->pos, n);
    in->pos += n;
    *got = n;
    return true;
}

static void plain_close(void *state)
{
    (void)state;
}

const struct gf_codec gf_codec_plain = {
    .open = plain_open, .read = plain_read, .close = plain_close};
