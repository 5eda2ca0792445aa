/* Writes a profile as pprof reads it: one message perftools.profiles.Profile, in protobuf's wire
 * format (https://github.com/google/pprof/blob/main/proto/profile.proto). */
#ifndef GF_EXPORT_PPROF_H
#define GF_EXPORT_PPROF_H

#include "export/encoder.h"
#include "model/frames.h"

/* One sample for every node but the root with self weight, with all value types; functions are the
 * names, and each has one location. Weights are in units of 10^-decimals, which the unit says where
 * there are decimals ("0.01 samples"). A differential is written as pprof -diff_base writes it:
 * what was before as negative samples with the label pprof::base. Names become valid UTF-8, which
 * the format asks for. pprof expects the message in gzip; that is up to `enc`. Iterative; memory
 * follows the longest stack. Fails with GF_ERR_LIMIT when a total is more than 2^63 - 1. */
bool gf_pprof_write(const struct gf_frames *frames, unsigned decimals, struct gf_encoder *enc,
                    struct gf_error *err);

#endif
