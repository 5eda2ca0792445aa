/* Compressed test inputs: by libzstd and zlib, which share no code with the decoders' glue, and by
 * hand from RFC 8878 where no encoder writes what is wanted. */
#ifndef GF_TESTS_PACKED_H
#define GF_TESTS_PACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/source.h"

struct bytes {
    unsigned char *data;
    size_t n, cap;
};

void bytes_add(struct bytes *b, const void *data, size_t n);
void bytes_le(struct bytes *b, uint64_t value, size_t n); /* n little-endian bytes */
void bytes_zeros(struct bytes *b, size_t n);
void bytes_free(struct bytes *b);

/* n bytes of lines like those of a profile; the same for the same seed. */
struct bytes make_text(size_t n, uint64_t seed);

/* One frame with a checksum. `sized` puts the content size into its header. */
void pack_zstd(struct bytes *out, const void *data, size_t n, bool sized);

/* One frame of a single raw block (n <= 128 KiB) without checksum and content size, whose header
 * asks for the window 2^log + mantissa/8 * 2^log. */
void pack_zstd_raw(struct bytes *out, const void *data, size_t n, unsigned log, unsigned mantissa);

/* A skippable frame of kind 0..15. */
void pack_skippable(struct bytes *out, unsigned kind, const void *data, size_t n);

/* One member; `fancy` gives it an extra field, a name, a comment and a header checksum. */
void pack_gzip(struct bytes *out, const void *data, size_t n, int level, bool fancy);

/* Decodes `file` (a range of it when size > 0) in reads of `cap` bytes. False with err set when the
 * decoder fails; what it gave until then is in *out either way. */
bool unpack_file(struct gf_file *file, uint64_t offset, uint64_t size, size_t cap, uint64_t limit,
                 struct bytes *out, struct gf_error *err);

/* The same for bytes in memory, through a socket that gives them in messages of at most `first` and
 * then `step` bytes: every read of the decoder ends where a message ends. */
bool unpack(const struct bytes *in, size_t first, size_t step, size_t cap, uint64_t limit,
            struct bytes *out, struct gf_error *err);

/* Through a regular file instead. */
bool unpack_whole(const struct bytes *in, size_t cap, uint64_t limit, struct bytes *out,
                  struct gf_error *err);

#endif
