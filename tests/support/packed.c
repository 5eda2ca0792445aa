#include "support/packed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "base/hash.h"
#include "base/vec.h"
#include "decompress/stream.h"

void bytes_add(struct bytes *b, const void *data, size_t n)
{
    assert_true(gf_grow(&b->data, &b->cap, b->n + n + 1, NULL));
    if (n)
        memcpy(b->data + b->n, data, n);
    b->n += n;
}

void bytes_le(struct bytes *b, uint64_t value, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes_add(b, &(unsigned char){(unsigned char)(value >> 8 * i)}, 1);
}

void bytes_zeros(struct bytes *b, size_t n)
{
    while (n-- > 0)
        bytes_le(b, 0, 1);
}

void bytes_free(struct bytes *b)
{
    free(b->data);
    *b = (struct bytes){0};
}

struct bytes make_text(size_t n, uint64_t seed)
{
    struct bytes b = {0};
    while (b.n < n) {
        char line[256];
        size_t used = 0;
        uint64_t r = seed = gf_mix(seed + 1);
        for (unsigned i = 0; i < 3 + r % 9; i++)
            used += (size_t)snprintf(line + used, sizeof line - used, "%sfn_%u", i ? ";" : "",
                                     (unsigned)(r >> i * 5 & 127));
        used += (size_t)snprintf(line + used, sizeof line - used, " %u\n", (unsigned)(r >> 50));
        bytes_add(&b, line, used < n - b.n ? used : n - b.n);
    }
    return b;
}

void pack_zstd(struct bytes *out, const void *data, size_t n, bool sized)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, sized);
    size_t room = ZSTD_compressBound(n);
    unsigned char *packed = malloc(room);
    size_t size = ZSTD_compress2(c, packed, room, data, n);
    assert_false(ZSTD_isError(size));
    bytes_add(out, packed, size);
    free(packed);
    ZSTD_freeCCtx(c);
}

void pack_zstd_raw(struct bytes *out, const void *data, size_t n, unsigned log, unsigned mantissa)
{
    bytes_le(out, 0xfd2fb528, 4);
    bytes_le(out, 0, 1);
    bytes_le(out, (log - 10) << 3 | mantissa, 1);
    bytes_le(out, n << 3 | 1, 3);
    bytes_add(out, data, n);
}

void pack_skippable(struct bytes *out, unsigned kind, const void *data, size_t n)
{
    bytes_le(out, 0x184d2a50 + kind, 4);
    bytes_le(out, n, 4);
    bytes_add(out, data, n);
}

void pack_gzip(struct bytes *out, const void *data, size_t n, int level, bool fancy)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    unsigned char extra[] = "an extra field", name[] = "profile.folded", comment[] = "comment";
    gz_header header = {.extra = extra,
                        .extra_len = sizeof extra,
                        .name = name,
                        .comment = comment,
                        .hcrc = 1,
                        .time = 12345,
                        .os = 3};
    if (fancy)
        assert_int_equal(deflateSetHeader(&z, &header), Z_OK);
    size_t room = deflateBound(&z, n) + 64;
    unsigned char *packed = malloc(room);
    unsigned char *input = malloc(n + 1);
    if (n)
        memcpy(input, data, n);
    z.next_in = input;
    z.avail_in = (uInt)n;
    z.next_out = packed;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    bytes_add(out, packed, z.total_out);
    deflateEnd(&z);
    free(packed);
    free(input);
}

bool unpack_file(struct gf_file *file, uint64_t offset, uint64_t size, size_t cap, uint64_t limit,
                 struct bytes *out, struct gf_error *err)
{
    struct gf_stream *s;
    unsigned char *buf = malloc(cap);
    assert_non_null(buf);
    bool ok = size ? gf_stream_open_range(file, offset, size, limit, &s, err)
                   : gf_stream_open(file, limit, &s, err);
    size_t got = ok;
    while (ok && got > 0) {
        ok = gf_stream_read(s, buf, cap, &got, err);
        assert_true(got <= cap);
        bytes_add(out, buf, got);
    }
    if (ok) { /* the end stays the end */
        assert_true(gf_stream_read(s, buf, cap, &got, err));
        assert_int_equal(got, 0);
    } else if (s) { /* and an error the error */
        struct gf_error again = {0};
        assert_false(gf_stream_read(s, buf, cap, &got, &again));
        assert_int_equal(again.code, err->code);
        assert_int_equal(again.byte, err->byte);
    }
    gf_stream_close(s);
    free(buf);
    return ok;
}

bool unpack(const struct bytes *in, size_t first, size_t step, size_t cap, uint64_t limit,
            struct bytes *out, struct gf_error *err)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    int room = 4 << 20;
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    for (size_t at = 0; at < in->n;) {
        size_t n = at == 0 && first ? first : step;
        if (n > in->n - at)
            n = in->n - at;
        /* a message that does not fit shows in the test at once instead of blocking it */
        assert_int_equal(send(ends[1], in->data + at, n, MSG_DONTWAIT), (ssize_t)n);
        at += n;
    }
    close(ends[1]);
    struct gf_file file = {.fd = ends[0], .path = "socket"};
    bool ok = unpack_file(&file, 0, 0, cap, limit, out, err);
    close(ends[0]);
    return ok;
}

bool unpack_whole(const struct bytes *in, size_t cap, uint64_t limit, struct bytes *out,
                  struct gf_error *err)
{
    int fd = memfd_create("packed", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, in->data, in->n), (ssize_t)in->n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    struct gf_file file = {.fd = fd, .path = "file", .regular = true, .size = in->n};
    bool ok = unpack_file(&file, 0, 0, cap, limit, out, err);
    close(fd);
    return ok;
}
