/* Writes a profile as folded stacks, "root;…;leaf weight\n", in pre-order of the frame array. */
#ifndef GF_EXPORT_FOLDED_H
#define GF_EXPORT_FOLDED_H

#include "export/encoder.h"
#include "model/frames.h"

/* One line for every node with self weight in value type `value`. Iterative; names as they are. */
bool gf_folded_write(const struct gf_frames *frames, uint32_t value, struct gf_encoder *enc,
                     struct gf_error *err);

#endif
