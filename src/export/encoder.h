/* Compressed text output: bytes in, plain / zstd / gzip out to a struct gf_output. */
#ifndef GF_EXPORT_ENCODER_H
#define GF_EXPORT_ENCODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "io/output.h"
#include "io/sniff.h"

struct gf_encoder;

/* threads: worker threads for zstd (0: none of its own). */
bool gf_encoder_open(struct gf_output *out, enum gf_compression kind, unsigned threads,
                     struct gf_encoder **enc, struct gf_error *err);
bool gf_encoder_write(struct gf_encoder *enc, const void *data, size_t n, struct gf_error *err);
/* Writes what is left and frees enc in any case. Does not commit the output. */
bool gf_encoder_finish(struct gf_encoder *enc, struct gf_error *err);
void gf_encoder_abort(struct gf_encoder *enc);

#endif
