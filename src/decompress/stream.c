#include "decompress/stream.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "decompress/codec.h"

/* Large enough that a read costs nothing beside decoding, small enough for the second-level cache
 * together with the output of one call. */
#define INPUT_SIZE ((size_t)512 << 10)

/* What the longest magic and frame header take (zstd). */
#define HEAD_SIZE 18

struct gf_stream {
    const struct gf_codec *codec;
    void *state;
    enum gf_compression kind;
    bool ended;
    struct gf_error failed; /* the first error, given again by later reads */
    struct gf_input in;
};

static const struct gf_file *input_file(const struct gf_input *in)
{
    return in->file ? in->file : in->ranged;
}

bool gf_input_fill(struct gf_input *in, struct gf_error *err)
{
    size_t left = in->len - in->pos;
    if (left && in->pos)
        memmove(in->data, in->data + in->pos, left);
    in->pos = 0;
    in->len = left;
    size_t got = 0, room = in->cap - left;
    if (in->file) {
        if (!gf_file_read(in->file, in->data + left, room, &got, err))
            return false;
    } else {
        if (room > in->end - in->next)
            room = (size_t)(in->end - in->next);
        if (!gf_file_pread(in->ranged, in->next, in->data + left, room, &got, err))
            return false;
    }
    in->len += got;
    in->next += got;
    in->ended = got == 0;
    atomic_fetch_add_explicit(&in->taken, got, memory_order_relaxed);
    return true;
}

bool gf_input_want(struct gf_input *in, size_t n, struct gf_error *err)
{
    while (in->len - in->pos < n && !in->ended)
        if (!gf_input_fill(in, err))
            return false;
    return true;
}

uint64_t gf_input_offset(const struct gf_input *in)
{
    return in->next - (in->len - in->pos);
}

bool gf_input_corrupt(const struct gf_input *in, struct gf_error *err, const char *what)
{
    gf_fail(err, GF_ERR_CORRUPT, "%s", what);
    if (err)
        err->byte = gf_input_offset(in);
    return false;
}

bool gf_input_finish(struct gf_input *in, const char *unit, struct gf_error *err)
{
    for (;;) {
        while (in->pos < in->len && in->data[in->pos] == 0 && in->padding)
            in->pos++;
        if (in->pos < in->len)
            break;
        if (in->ended)
            return true;
        if (!gf_input_fill(in, err))
            return false;
    }
    gf_fail(err, GF_ERR_CORRUPT, "bytes that belong to no %s follow the compressed data", unit);
    if (err)
        err->byte = gf_input_offset(in);
    return false;
}

static const struct gf_codec *codec_of(enum gf_compression kind)
{
    switch (kind) {
    case GF_ZSTD:
        return &gf_codec_zstd;
    case GF_GZIP:
        return &gf_codec_gzip;
    case GF_PLAIN:
        break;
    }
    return &gf_codec_plain;
}

/* A decoder for what the input begins with: the one that is there, if it is of that kind. */
static bool open_codec(struct gf_stream *s, uint64_t memory_limit, struct gf_error *err)
{
    s->kind = gf_sniff_compression(s->in.data, s->in.len);
    const struct gf_codec *codec = codec_of(s->kind);
    if (s->state && s->codec == codec && codec->reset) {
        codec->reset(s->state, memory_limit);
        return true;
    }
    if (s->codec)
        s->codec->close(s->state);
    s->codec = codec;
    s->state = codec->open(memory_limit, err);
    return s->state != NULL;
}

/* Makes a stream, or the one in *stream, decode `in`. */
static bool open_input(const struct gf_input *in, uint64_t memory_limit, struct gf_stream **stream,
                       struct gf_error *err)
{
    struct gf_stream *s = *stream ? *stream : calloc(1, sizeof *s);
    *stream = NULL;
    if (!s)
        return gf_fail_nomem(err, sizeof *s);
    unsigned char *data = s->in.data ? s->in.data : malloc(INPUT_SIZE);
    s->in = *in;
    s->in.cap = INPUT_SIZE;
    s->in.data = data;
    s->ended = false;
    s->failed = (struct gf_error){0};
    if (!data)
        gf_fail_nomem(err, INPUT_SIZE);
    if (data && gf_input_want(&s->in, HEAD_SIZE, err) && open_codec(s, memory_limit, err)) {
        *stream = s;
        return true;
    }
    gf_error_in(err, gf_file_label(input_file(in)));
    gf_stream_close(s);
    return false;
}

bool gf_stream_open(struct gf_file *file, uint64_t memory_limit, struct gf_stream **out,
                    struct gf_error *err)
{
    /* Doubles the kernel's read-ahead; a refusal changes nothing that matters. */
    if (file->regular)
        (void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    struct gf_input in = {.file = file, .padding = true};
    *out = NULL;
    return open_input(&in, memory_limit, out, err);
}

bool gf_stream_reopen_range(struct gf_stream **stream, const struct gf_file *file, uint64_t offset,
                            uint64_t size, uint64_t memory_limit, struct gf_error *err)
{
    if (!file->regular || offset > file->size || size > file->size - offset) {
        gf_stream_close(*stream);
        *stream = NULL;
        gf_fail(err, GF_ERR_USAGE, "a range that does not lie in a regular file");
        return gf_error_in(err, gf_file_label(file));
    }
    struct gf_input in = {.ranged = file,
                          .next = offset,
                          .end = offset + size,
                          .padding = offset + size == file->size};
    return open_input(&in, memory_limit, stream, err);
}

bool gf_stream_open_range(const struct gf_file *file, uint64_t offset, uint64_t size,
                          uint64_t memory_limit, struct gf_stream **out, struct gf_error *err)
{
    *out = NULL;
    return gf_stream_reopen_range(out, file, offset, size, memory_limit, err);
}

bool gf_stream_read(struct gf_stream *s, void *buf, size_t cap, size_t *got, struct gf_error *err)
{
    *got = 0;
    if (s->failed.code) {
        if (err)
            *err = s->failed;
        return false;
    }
    if (s->ended || cap == 0)
        return true;
    if (!s->codec->read(s->state, &s->in, buf, cap, got, &s->failed)) {
        gf_error_in(&s->failed, gf_file_label(input_file(&s->in)));
        *got = 0;
        if (err)
            *err = s->failed;
        return false;
    }
    s->ended = *got == 0;
    return true;
}

void gf_stream_in_place(struct gf_stream *s, char *end)
{
    if (s->codec->in_place)
        s->codec->in_place(s->state, end);
}

uint64_t gf_stream_history(const struct gf_stream *s)
{
    return s->codec->history ? s->codec->history(s->state) : 0;
}

enum gf_compression gf_stream_compression(const struct gf_stream *s)
{
    return s->kind;
}

uint64_t gf_stream_bytes_in(const struct gf_stream *s)
{
    return atomic_load_explicit(&s->in.taken, memory_order_relaxed);
}

void gf_stream_close(struct gf_stream *s)
{
    if (!s)
        return;
    if (s->codec)
        s->codec->close(s->state);
    free(s->in.data);
    free(s);
}
