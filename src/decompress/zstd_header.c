#include "decompress/zstd_header.h"

#include "decompress/frames.h"

enum gf_zstd_parse gf_zstd_header_parse(const unsigned char *p, size_t n,
                                        struct gf_zstd_header *out)
{
    *out = (struct gf_zstd_header){0};
    if (n < 4)
        return GF_ZSTD_SHORT;
    uint32_t magic = (uint32_t)gf_zstd_le(p, 4);
    if ((magic & 0xfffffff0u) == 0x184d2a50u) {
        out->skippable = true;
        out->size = 8;
        if (n < out->size)
            return GF_ZSTD_SHORT;
        out->payload = gf_zstd_le(p + 4, 4);
        return GF_ZSTD_PARSED;
    }
    if (magic != 0xfd2fb528u)
        return GF_ZSTD_NO_MAGIC;
    if (n < 5)
        return GF_ZSTD_SHORT;
    static const unsigned char id_sizes[4] = {0, 1, 2, 4}, content_sizes[4] = {0, 2, 4, 8};
    unsigned flags = p[4];
    bool single_segment = flags >> 5 & 1;
    size_t id_size = id_sizes[flags & 3], content_size = content_sizes[flags >> 6];
    if (single_segment && content_size == 0)
        content_size = 1;
    out->checksum = flags >> 2 & 1;
    out->size = 5 + !single_segment + id_size + content_size;
    if (flags & 8)
        return GF_ZSTD_RESERVED;
    if (n < out->size)
        return GF_ZSTD_SHORT;
    p += 5;
    if (!single_segment) {
        uint64_t base = (uint64_t)1 << (10 + (*p >> 3));
        out->window = base + base / 8 * (*p & 7);
        p++;
    }
    out->dictionary = (uint32_t)gf_zstd_le(p, id_size);
    out->content = content_size ? gf_zstd_le(p + id_size, content_size) : GF_ZSTD_UNKNOWN;
    if (content_size == 2)
        out->content += 256;
    if (single_segment)
        out->window = out->content;
    return GF_ZSTD_PARSED;
}
