#include "decompress/frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "decompress/zstd_header.h"
#include "io/sniff.h"

#define LEAST_RUN     ((uint64_t)64 << 10)
#define SEEK_FOOTER   9 /* number of frames (4), descriptor (1), magic (4) */
#define SEEK_MAGIC    0x8f92eab1u
#define SEEK_FRAME    0x184d2a5eu
#define PZSTD_FRAME   0x184d2a50u
#define WINDOW_SIZE   4096
#define TABLE_AT_ONCE 4096 /* entries of a seek table that are read together */

/* Small reads of a file at rising offsets. A block of text takes several KB, so that a window of
 * one page seldom holds the next header as well; it is there for files of many tiny blocks. */
struct finder {
    const struct gf_file *file;
    const struct gf_zstd_find *how;
    uint64_t window_at;
    size_t window_len;
    struct gf_zstd_frame *runs;
    size_t n, cap;
    unsigned char window[WINDOW_SIZE];
};

/* Up to `want` bytes at `offset`; fewer only at the end of the file. */
static bool peek(struct finder *f, uint64_t offset, size_t want, const unsigned char **p, size_t *n,
                 struct gf_error *err)
{
    uint64_t skip = offset - f->window_at;
    if (offset < f->window_at || skip > f->window_len || f->window_len - skip < want) {
        f->window_at = offset;
        skip = 0;
        if (!gf_file_pread(f->file, offset, f->window, WINDOW_SIZE, &f->window_len, err)) {
            f->window_len = 0;
            return false;
        }
    }
    *p = f->window + skip;
    *n = f->window_len - (size_t)skip < want ? f->window_len - (size_t)skip : want;
    return true;
}

static bool corrupt(const struct finder *f, uint64_t offset, const char *what, struct gf_error *err)
{
    gf_fail(err, GF_ERR_CORRUPT, "%s", what);
    if (err)
        err->byte = offset < f->file->size ? offset : f->file->size;
    return gf_error_in(err, gf_file_label(f->file));
}

static uint64_t add_decoded(uint64_t a, uint64_t b)
{
    uint64_t sum;
    if (a == GF_ZSTD_UNKNOWN || b == GF_ZSTD_UNKNOWN || __builtin_add_overflow(a, b, &sum))
        return GF_ZSTD_UNKNOWN;
    return sum;
}

/* Appends a frame, or joins it with the last run while that is small. Between the two lie skippable
 * frames at most; those may be in a run. */
static bool add_frame(struct finder *f, uint64_t offset, uint64_t size, uint64_t decoded,
                      struct gf_error *err)
{
    uint64_t least = f->how->least > LEAST_RUN ? f->how->least : LEAST_RUN;
    struct gf_zstd_frame *last = f->n ? &f->runs[f->n - 1] : NULL;
    if (last && last->size < least) {
        last->size = offset + size - last->offset;
        last->decoded = add_decoded(last->decoded, decoded);
        return true;
    }
    if (!gf_grow(&f->runs, &f->cap, f->n + 1, err))
        return false;
    f->runs[f->n++] = (struct gf_zstd_frame){offset, size, decoded};
    return true;
}

/* Where the seek table begins, or false when the file has none that fits it. */
static bool seek_table(struct finder *f, uint64_t *table, uint32_t *entries, size_t *entry_size,
                       struct gf_error *err)
{
    *entries = 0;
    const unsigned char *p;
    size_t n;
    if (f->file->size < 8 + SEEK_FOOTER)
        return true;
    if (!peek(f, f->file->size - SEEK_FOOTER, SEEK_FOOTER, &p, &n, err))
        return false;
    /* Bits 2 to 6 of the descriptor are reserved; the table may be laid out otherwise then. */
    if (n < SEEK_FOOTER || gf_zstd_le(p + 5, 4) != SEEK_MAGIC || (p[4] & 0x7c))
        return true;
    uint64_t count = gf_zstd_le(p, 4);
    *entry_size = p[4] & 0x80 ? 12 : 8;
    uint64_t payload = count * *entry_size + SEEK_FOOTER;
    if (payload + 8 > f->file->size || payload > UINT32_MAX)
        return true;
    *table = f->file->size - payload - 8;
    if (!peek(f, *table, 8, &p, &n, err))
        return false;
    if (n == 8 && gf_zstd_le(p, 4) == SEEK_FRAME && gf_zstd_le(p + 4, 4) == payload)
        *entries = (uint32_t)count;
    return true;
}

/* True where a frame, skippable or not, seems to begin. */
static bool frame_at(struct finder *f, uint64_t offset, bool *yes, struct gf_error *err)
{
    const unsigned char *p;
    size_t n;
    if (!peek(f, offset, 4, &p, &n, err))
        return false;
    struct gf_zstd_header h;
    *yes = n == 4 && gf_zstd_header_parse(p, n, &h) != GF_ZSTD_NO_MAGIC;
    return true;
}

/* Takes the frames from the seek table. *fits is false when there is none, or when it does not
 * cover the file from its first byte to the table, frame after frame. */
static bool find_by_table(struct finder *f, bool *fits, struct gf_error *err)
{
    uint64_t table = 0, at = 0;
    uint32_t entries;
    size_t entry_size = 0;
    *fits = false;
    if (!seek_table(f, &table, &entries, &entry_size, err))
        return false;
    unsigned char *chunk = entries ? malloc(TABLE_AT_ONCE * entry_size) : NULL;
    if (entries && !chunk)
        return gf_fail_nomem(err, TABLE_AT_ONCE * entry_size);
    bool ok = true;
    uint32_t i = 0;
    for (; ok && i < entries; i++) {
        uint32_t in_chunk = i % TABLE_AT_ONCE;
        if (in_chunk == 0) {
            size_t want = entries - i < TABLE_AT_ONCE ? entries - i : TABLE_AT_ONCE, got;
            ok = gf_file_pread(f->file, table + 8 + (uint64_t)i * entry_size, chunk,
                               want * entry_size, &got, err);
            if (!ok || got < want * entry_size)
                break;
        }
        const unsigned char *entry = chunk + in_chunk * entry_size;
        uint64_t size = gf_zstd_le(entry, 4), decoded = gf_zstd_le(entry + 4, 4);
        bool begins = false;
        if (size == 0 || size > table - at || (ok = frame_at(f, at, &begins, err), !begins))
            break;
        ok = add_frame(f, at, size, decoded, err);
        at += size;
    }
    *fits = ok && entries > 0 && i == entries && at == table;
    if (!*fits)
        f->n = 0;
    free(chunk);
    return ok;
}

/* The size of the frame with header `h` at `offset`, by walking from block header to block header.
 * *size is 0 when it is longer than the walk may be. */
static bool walk_frame(struct finder *f, uint64_t offset, const struct gf_zstd_header *h,
                       uint64_t *size, struct gf_error *err)
{
    uint64_t at = offset + h->size;
    bool last = false;
    *size = 0;
    while (!last) {
        if (at - offset >= f->how->walk)
            return true;
        const unsigned char *p;
        size_t n;
        if (!peek(f, at, 3, &p, &n, err))
            return false;
        if (n < 3)
            return corrupt(f, at, "the zstd data ends within a frame", err);
        uint64_t block = gf_zstd_le(p, 3);
        unsigned type = block >> 1 & 3; /* 0 raw, 1 one byte repeated, 2 compressed */
        last = block & 1;
        block >>= 3;
        if (type == 3 || (type != 1 && block > GF_ZSTD_BLOCK_MAX))
            return corrupt(f, at, "corrupt zstd data: invalid block header", err);
        at += 3 + (type == 1 ? 1 : block);
    }
    at += h->checksum ? 4 : 0;
    if (at > f->file->size)
        return corrupt(f, f->file->size, "the zstd data ends within a frame", err);
    *size = at - offset;
    return true;
}

/* Whether the payload of the skippable frame at `offset` is the size of the frame behind it, as
 * pzstd writes it. *size is 0 when it is not. */
static bool pzstd_hint(struct finder *f, uint64_t offset, const struct gf_zstd_header *h,
                       uint64_t *size, struct gf_error *err)
{
    const unsigned char *p;
    size_t n;
    *size = 0;
    if (!peek(f, offset, 16, &p, &n, err))
        return false;
    if (n < 16 || h->payload != 4 || gf_zstd_le(p, 4) != PZSTD_FRAME ||
        gf_zstd_le(p + 12, 4) != 0xfd2fb528u)
        return true;
    uint64_t hint = gf_zstd_le(p + 8, 4), end = offset + 12 + hint;
    bool begins = end == f->file->size;
    if (hint > 4 && end < f->file->size && !frame_at(f, end, &begins, err))
        return false;
    if (begins)
        *size = hint;
    return true;
}

static bool only_zeros(struct finder *f, uint64_t at, bool *yes, struct gf_error *err)
{
    for (*yes = true; *yes && at < f->file->size;) {
        const unsigned char *p;
        size_t n;
        if (!peek(f, at, WINDOW_SIZE, &p, &n, err))
            return false;
        for (size_t i = 0; i < n; i++)
            *yes = *yes && p[i] == 0;
        if (n == 0)
            break; /* became shorter meanwhile */
        at += n;
    }
    return true;
}

static bool find_by_walking(struct finder *f, struct gf_error *err)
{
    uint64_t at = 0, hint = 0; /* hint: size of the frame at `at`, where pzstd told it */
    while (at < f->file->size) {
        const unsigned char *p;
        size_t n;
        struct gf_zstd_header h;
        if (!peek(f, at, GF_ZSTD_HEADER_MAX, &p, &n, err))
            return false;
        enum gf_zstd_parse parsed = gf_zstd_header_parse(p, n, &h);
        if (parsed == GF_ZSTD_NO_MAGIC || (parsed == GF_ZSTD_SHORT && n > 0 && p[0] == 0)) {
            bool padding;
            if (!only_zeros(f, at, &padding, err))
                return false;
            return padding || corrupt(f, at, "bytes that belong to no zstd frame", err);
        }
        if (parsed != GF_ZSTD_PARSED)
            return corrupt(f, at, "no whole zstd frame header", err);
        if (h.skippable) {
            if (h.payload > f->file->size - at - h.size)
                return corrupt(f, at, "the zstd data ends within a skippable frame", err);
            if (!pzstd_hint(f, at, &h, &hint, err))
                return false;
            at += h.size + h.payload;
            continue;
        }
        uint64_t size = hint;
        hint = 0;
        if (size == 0 && !walk_frame(f, at, &h, &size, err))
            return false;
        bool rest = size == 0;
        if (rest)
            size = f->file->size - at;
        if (!add_frame(f, at, size, rest ? GF_ZSTD_UNKNOWN : h.content, err))
            return false;
        at += size;
    }
    return true;
}

bool gf_zstd_frames_find(const struct gf_file *file, const struct gf_zstd_find *how,
                         struct gf_zstd_frame **frames, size_t *n, struct gf_error *err)
{
    *frames = NULL;
    *n = 0;
    struct finder f = {.file = file, .how = how};
    const unsigned char *p = NULL;
    size_t head = 0;
    bool fits;
    if (file->regular && !peek(&f, 0, 4, &p, &head, err))
        return false;
    if (!p || gf_sniff_compression(p, head) != GF_ZSTD) {
        gf_fail(err, GF_ERR_FORMAT, "not a file of zstd frames");
        return gf_error_in(err, gf_file_label(file));
    }
    if (!find_by_table(&f, &fits, err) || (!fits && !find_by_walking(&f, err))) {
        free(f.runs);
        return false;
    }
    *frames = f.runs;
    *n = f.n;
    return true;
}
