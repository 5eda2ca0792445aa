/* Deflate by ISA-L, with bytes that depend on the input alone. */
#ifndef GF_EXPORT_DEFLATE_H
#define GF_EXPORT_DEFLATE_H

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdint.h>

enum { GF_DEFLATE_LEVEL = 1 };

/* May lie anywhere; gf_deflate_begin fills it, and there is nothing to free. */
struct gf_deflate {
    struct isal_zstream stream;
    bool begun;
    uint8_t level_buf[ISAL_DEF_LVL1_DEFAULT];
};

/* Starts a stream: `format` is IGZIP_DEFLATE or IGZIP_GZIP. The caller then sets the input, the
 * output, flush and end_of_stream of d->stream and calls gf_deflate, as often as it has to. */
void gf_deflate_begin(struct gf_deflate *d, uint16_t format);

/* isal_deflate on d->stream. False when ISA-L refuses, and when the first call finds less than some
 * hundred bytes of room for output. */
bool gf_deflate(struct gf_deflate *d);

#endif
