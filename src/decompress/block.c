#include "decompress/block.h"

#include <stdlib.h>
#include <zstd.h>

struct gf_block_packer {
    ZSTD_CCtx *packing;
    ZSTD_DCtx *unpacking;
    size_t most, room;
    unsigned char buffer[];
};

struct gf_block_packer *gf_block_packer_create(size_t most, struct gf_error *err)
{
    size_t room = ZSTD_compressBound(most);
    struct gf_block_packer *p = malloc(sizeof *p + room);
    if (!p) {
        gf_fail_nomem(err, room);
        return NULL;
    }
    p->packing = ZSTD_createCCtx();
    p->unpacking = ZSTD_createDCtx();
    p->most = most;
    p->room = room;
    if (!p->packing || !p->unpacking) {
        gf_fail_nomem(err, room);
        gf_block_packer_destroy(p);
        return NULL;
    }
    return p;
}

void gf_block_packer_destroy(struct gf_block_packer *p)
{
    if (!p)
        return;
    ZSTD_freeCCtx(p->packing);
    ZSTD_freeDCtx(p->unpacking);
    free(p);
}

bool gf_block_pack(struct gf_block_packer *p, const void *data, size_t n, const void **packed,
                   size_t *size, struct gf_error *err)
{
    *packed = p->buffer;
    *size = ZSTD_compressCCtx(p->packing, p->buffer, p->room, data, n, 1);
    return !ZSTD_isError(*size) ||
           gf_fail(err, GF_ERR_NOMEM, "cannot compress: %s", ZSTD_getErrorName(*size));
}

void *gf_block_buffer(struct gf_block_packer *p, size_t *room)
{
    *room = p->room;
    return p->buffer;
}

bool gf_block_unpack(struct gf_block_packer *p, size_t size, void *out, size_t *n,
                     struct gf_error *err)
{
    *n = ZSTD_decompressDCtx(p->unpacking, out, p->most, p->buffer, size);
    return !ZSTD_isError(*n) ||
           gf_fail(err, GF_ERR_IO, "the temporary file was damaged: %s", ZSTD_getErrorName(*n));
}
