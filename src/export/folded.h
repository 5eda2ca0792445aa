/* Writes a profile as folded stacks, "root;…;leaf weight\n", in pre-order of the frame array. */
#ifndef GF_EXPORT_FOLDED_H
#define GF_EXPORT_FOLDED_H

#include "export/encoder.h"
#include "model/frames.h"

/* One line for every node but the root with self weight in value type `value`; weights are in units
 * of 10^-decimals. Iterative; memory follows the longest stack. Names are written as they are, but
 * for what the format cannot hold: ';' becomes ':' and line breaks (LF, CR, NUL) become blanks. */
bool gf_folded_write(const struct gf_frames *frames, uint32_t value, unsigned decimals,
                     struct gf_encoder *enc, struct gf_error *err);

#endif
