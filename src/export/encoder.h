/* Compressed text output: bytes in, plain / zstd / gzip out to a struct gf_output. */
#ifndef GF_EXPORT_ENCODER_H
#define GF_EXPORT_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "io/output.h"
#include "io/sniff.h"

struct gf_encoder;

/* Begins to write to `out` (borrowed). zstd: level 3 with a checksum, on `threads` worker threads,
 * at least one; gzip: a fast level, in the caller's thread. The bytes depend neither on the number
 * of threads nor on how they were handed in. */
bool gf_encoder_open(struct gf_output *out, enum gf_compression kind, unsigned threads,
                     struct gf_encoder **enc, struct gf_error *err);
/* After a failure, of the compressor or of the output, only gf_encoder_abort makes sense. */
bool gf_encoder_write(struct gf_encoder *enc, const void *data, size_t n, struct gf_error *err);

/* Writes what is left and frees enc in any case. Does not commit the output. */
bool gf_encoder_finish(struct gf_encoder *enc, struct gf_error *err);
void gf_encoder_abort(struct gf_encoder *enc);

#endif
