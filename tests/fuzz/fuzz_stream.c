/* Bytes that may be zstd, gzip or plain, through the decompressor: as a file, as messages of a
 * socket whose size the first byte tells, and as the runs of frames that are found in it. What
 * comes out has to be the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "decompress/frames.h"
#include "decompress/stream.h"
#include "fuzz/target.h"

/* A window may be no larger, and no more than this is taken of what unpacks without end. */
#define WINDOW ((uint64_t)8 << 20)
#define MOST   ((size_t)1 << 20)

struct text {
    unsigned char *data; /* [MOST] */
    size_t n;
    bool ok, cut;
};

static void expect(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

/* Reads to the end, the first error or MOST bytes; goes on behind what is in *out. */
static void drain(struct gf_stream *s, size_t cap, struct text *out)
{
    size_t got = 1;
    struct gf_error err = {0}, again = {0};
    out->ok = true;
    while (out->ok && got > 0 && out->n < MOST) {
        size_t room = MOST - out->n < cap ? MOST - out->n : cap;
        /* A buffer of its own size: what is written behind it is seen. */
        unsigned char *buffer = malloc(room);
        expect(buffer != NULL, "memory");
        out->ok = gf_stream_read(s, buffer, room, &got, &err);
        if (out->ok) {
            expect(got <= room, "more than there is room for");
            memcpy(out->data + out->n, buffer, got);
            out->n += got;
        } else {
            expect(err.code != GF_OK && err.message[0], "an error without a word");
            expect(!gf_stream_read(s, buffer, room, &got, &again) && again.code == err.code,
                   "an error that goes away");
        }
        free(buffer);
    }
    out->cut = out->n == MOST;
}

static void read_file(struct gf_file *file, size_t cap, struct text *out)
{
    struct gf_stream *s = NULL;
    struct gf_error err = {0};
    out->ok = gf_stream_open(file, WINDOW, &s, &err);
    if (out->ok)
        drain(s, cap, out);
    gf_stream_close(s);
}

static void read_socket(const uint8_t *data, size_t n, size_t step, struct text *out)
{
    int ends[2], room = 4 << 20;
    expect(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0, "socketpair");
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    bool sent = true;
    for (size_t at = 0; sent && at < n; at += step)
        sent = send(ends[1], data + at, n - at < step ? n - at : step, MSG_DONTWAIT) > 0;
    close(ends[1]);
    struct gf_file file = {.fd = ends[0], .path = "socket"};
    if (sent)
        read_file(&file, 4096, out);
    else
        out->cut = true;
    close(ends[0]);
}

/* The same bytes by runs, where the file has frames that can be found; by one stream, as a thread
 * of the loader decodes them. */
static void check_runs(const struct gf_file *file, const struct text *whole)
{
    struct gf_zstd_frame *frames = NULL;
    size_t n;
    struct gf_error err = {0};
    const struct gf_zstd_find how = {.least = 1, .walk = UINT64_MAX};
    if (!gf_zstd_frames_find(file, &how, &frames, &n, &err))
        return;
    struct gf_stream *s = NULL;
    struct text out = {.data = malloc(MOST), .ok = true};
    expect(out.data != NULL, "memory");
    for (size_t i = 0; out.ok && !out.cut && i < n; i++) {
        expect(frames[i].size <= file->size && frames[i].offset <= file->size - frames[i].size,
               "a run outside the file");
        out.ok = gf_stream_reopen_range(&s, file, frames[i].offset, frames[i].size, WINDOW, &err);
        expect(out.ok == (s != NULL), "a stream that failed");
        if (out.ok)
            drain(s, 65536, &out);
    }
    if (out.ok && !out.cut && whole->ok && !whole->cut)
        expect(out.n == whole->n && memcmp(out.data, whole->data, out.n) == 0,
               "other bytes by runs");
    gf_stream_close(s);
    free(out.data);
    free(frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t step = 1 + (size_t)data[0] * 4, n = size - 1;
    data++;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    expect(fd >= 0 && write(fd, data, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0, "memfd");
    struct gf_file file = {.fd = fd, .path = "file", .regular = true, .size = n};
    struct text whole = {.data = malloc(MOST)}, pieces = {.data = malloc(MOST)};
    expect(whole.data && pieces.data, "memory");
    read_file(&file, 65536, &whole);
    read_socket(data, n, step, &pieces);
    if (!whole.cut && !pieces.cut) {
        expect(pieces.ok == whole.ok, "an error in only one of whole and pieces");
        if (whole.ok)
            expect(whole.n == pieces.n && memcmp(whole.data, pieces.data, whole.n) == 0,
                   "other bytes from a socket");
    }
    lseek(fd, 0, SEEK_SET);
    check_runs(&file, &whole);
    free(whole.data);
    free(pieces.data);
    close(fd);
    return 0;
}
