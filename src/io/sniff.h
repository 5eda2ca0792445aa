/* What a file is, told from its first bytes. */
#ifndef GF_IO_SNIFF_H
#define GF_IO_SNIFF_H

#include <stddef.h>

enum gf_compression { GF_PLAIN, GF_ZSTD, GF_GZIP };

/* Looks at the first n bytes (18 are enough). A zstd skippable frame counts as zstd. */
enum gf_compression gf_sniff_compression(const void *head, size_t n);

/* "plain", "zstd", "gzip". */
const char *gf_compression_name(enum gf_compression c);

#endif
