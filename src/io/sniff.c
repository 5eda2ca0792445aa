#include "io/sniff.h"

#include <string.h>

enum gf_compression gf_sniff_compression(const void *head, size_t n)
{
    const unsigned char *p = head;
    /* The third gzip byte is the method; only deflate (8) was ever defined. */
    if (n >= 2 && p[0] == 0x1f && p[1] == 0x8b && (n < 3 || p[2] == 8))
        return GF_GZIP;
    if (n >= 4 && p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd)
        return GF_ZSTD;
    if (n >= 4 && (p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18)
        return GF_ZSTD;
    return GF_PLAIN;
}

const char *gf_compression_name(enum gf_compression c)
{
    switch (c) {
    case GF_ZSTD:
        return "zstd";
    case GF_GZIP:
        return "gzip";
    case GF_PLAIN:
        break;
    }
    return "plain";
}
