/* Writes a profile as folded stacks, "root;…;leaf weight\n", in pre-order of the frame array. */
#ifndef GF_EXPORT_FOLDED_H
#define GF_EXPORT_FOLDED_H

#include "export/encoder.h"
#include "model/frames.h"

/* One line for every node but the root with self weight; weights are in units of 10^-decimals. All
 * value types are written, the first one last; "stack before after" for a differential. Iterative;
 * memory follows the longest stack. Names are written as they are, but for what the format cannot
 * hold: ';' becomes ':' and a line feed becomes a blank. */
bool gf_folded_write(const struct gf_frames *frames, unsigned decimals, struct gf_encoder *enc,
                     struct gf_error *err);

/* The same text of one frame and what hangs below it, the stacks beginning with that frame, for
 * people to paste: whole lines of at most `limit` bytes together. *out is to be freed and
 * terminated; *cut tells whether there is more. Node 0 is everything. */
bool gf_folded_text(const struct gf_frames *frames, unsigned decimals, uint32_t node, size_t limit,
                    char **out, size_t *n, bool *cut, struct gf_error *err);

#endif
