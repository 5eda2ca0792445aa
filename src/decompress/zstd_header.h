/* Inside decompress/: the first bytes of a zstd frame (RFC 8878, 3.1). libzstd parses them too, but
 * only behind its unstable interface, and the limits have to be checked before it allocates. */
#ifndef GF_DECOMPRESS_ZSTD_HEADER_H
#define GF_DECOMPRESS_ZSTD_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A frame header takes at most this many bytes. */
#define GF_ZSTD_HEADER_MAX 18

/* Compressed or not, a block holds at most this much. */
#define GF_ZSTD_BLOCK_MAX ((uint64_t)128 << 10)

struct gf_zstd_header {
    bool skippable;
    size_t size;         /* bytes of the header, magic included; 8 for a skippable frame */
    uint64_t payload;    /* of a skippable frame */
    uint64_t window;     /* history that the decoder must keep, bytes */
    uint64_t content;    /* decoded size as the header claims; GF_ZSTD_UNKNOWN */
    uint32_t dictionary; /* its id, 0 for none */
    bool checksum;       /* 4 bytes follow the last block */
};

enum gf_zstd_parse {
    GF_ZSTD_PARSED,
    GF_ZSTD_SHORT, /* a frame, but n bytes do not hold the header */
    GF_ZSTD_NO_MAGIC,
    GF_ZSTD_RESERVED /* a bit is set that no version of the format defines */
};

/* Parses p[0..n). */
enum gf_zstd_parse gf_zstd_header_parse(const unsigned char *p, size_t n,
                                        struct gf_zstd_header *out);

/* Little-endian number of n (0..8) bytes. */
static inline uint64_t gf_zstd_le(const unsigned char *p, size_t n)
{
    uint64_t value = 0;
    while (n > 0) {
        n--;
        value = value << 8 | p[n];
    }
    return value;
}

#endif
