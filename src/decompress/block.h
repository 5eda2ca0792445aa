/* Blocks of bytes packed for this process's own temporary files, fast rather than small. */
#ifndef GF_DECOMPRESS_BLOCK_H
#define GF_DECOMPRESS_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct gf_block_packer;

/* For blocks of up to `most` bytes. NULL when memory runs out. */
struct gf_block_packer *gf_block_packer_create(size_t most, struct gf_error *err);
void gf_block_packer_destroy(struct gf_block_packer *p); /* NULL is fine */

/* Packs data[0..n) into the packer's own buffer: *packed[0..*size), good until the next call. */
bool gf_block_pack(struct gf_block_packer *p, const void *data, size_t n, const void **packed,
                   size_t *size, struct gf_error *err);

/* The packer's buffer, for the bytes of a packed block of at most *room. */
void *gf_block_buffer(struct gf_block_packer *p, size_t *room);

/* Unpacks the first `size` bytes of that buffer into out[0..most); *n is how many there are. */
bool gf_block_unpack(struct gf_block_packer *p, size_t size, void *out, size_t *n,
                     struct gf_error *err);

#endif
