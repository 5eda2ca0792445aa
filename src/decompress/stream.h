/* Pull streams of decoded bytes over an open input: plain, zstd (any number of frames, skippable
 * ones included), gzip (any number of members). */
#ifndef GF_DECOMPRESS_STREAM_H
#define GF_DECOMPRESS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/sniff.h"
#include "io/source.h"

struct gf_stream;

/* Starts decoding `file` (borrowed; must outlive the stream) from its current position. The kind is
 * told from the first bytes. `memory_limit` bounds what the decoder itself may allocate: a zstd
 * window beyond it, or beyond 2 GiB, is GF_ERR_LIMIT with both sizes in the message. */
bool gf_stream_open(struct gf_file *file, uint64_t memory_limit, struct gf_stream **out,
                    struct gf_error *err);

/* As gf_stream_open for the `size` bytes at `offset` of a regular file, as gf_zstd_frames_find
 * tells them. Reads by offset and leaves the file's position alone: any number of such streams may
 * share one file, each in a thread of its own. GF_ERR_USAGE where the range is not in the file. */
bool gf_stream_open_range(const struct gf_file *file, uint64_t offset, uint64_t size,
                          uint64_t memory_limit, struct gf_stream **out, struct gf_error *err);

/* The same with the memory of *stream, whatever it decoded before; NULL opens one. When this fails
 * it is closed, and *stream is NULL. A new one costs as much as decoding some hundred KB. */
bool gf_stream_reopen_range(struct gf_stream **stream, const struct gf_file *file, uint64_t offset,
                            uint64_t size, uint64_t memory_limit, struct gf_error *err);

/* Fills buf with up to cap > 0 decoded bytes; *got is 0 only at the end of the input. It
 * may be less than cap before that: bytes of a pipe are given on as they come. A truncated
 * or corrupt input is GF_ERR_CORRUPT with the offset in the compressed input in err->byte, and so
 * on every further call. Bytes after the last gzip member or zstd frame that start no new one are
 * an error, except zero padding.
 */
bool gf_stream_read(struct gf_stream *stream, void *buf, size_t cap, size_t *got,
                    struct gf_error *err);

/* Where bytes stay as they were decoded, a decoder needs no window of its own and copies nothing
 * out of one: frames that end before `end` are decoded in place then. The caller promises, from the
 * next read on and until it calls this again:
 *  - each read's buf is behind the last byte of the read before;
 *  - cap is GF_STREAM_BLOCK, and as many bytes behind buf + cap can be written, too;
 *  - the last gf_stream_history bytes of what was read stay as they are.
 * NULL takes that back. Only while gf_stream_history is 0, as it is at first and between frames. */
#define GF_STREAM_BLOCK ((size_t)128 << 10)
void gf_stream_in_place(struct gf_stream *stream, char *end);
uint64_t gf_stream_history(const struct gf_stream *stream);

enum gf_compression gf_stream_compression(const struct gf_stream *stream);

/* Compressed bytes taken from the file so far; may be called from another thread. */
uint64_t gf_stream_bytes_in(const struct gf_stream *stream);

void gf_stream_close(struct gf_stream *stream);

#endif
