/* What making a differential and looking at it have in common. Internal to model/. */
#ifndef GF_MODEL_DIFF_INTERNAL_H
#define GF_MODEL_DIFF_INTERNAL_H

#include <stdatomic.h>

#include "model/frames.h"

/* Frames between two looks at the cancel flag. */
enum { GF_DIFF_STEP = 16384 };

/* Writes the running sums [n + 1] of what was before, scaled to the total of what is after, to
 * `out`, which may be where they stand. Where nothing was before there is nothing to scale. The
 * sums are rounded and not the weights themselves, so that no error grows with the number of
 * frames. Fails only with GF_ERR_CANCELLED; then some are scaled and some are not. */
bool gf_diff_scale(const struct gf_frames *frames, uint64_t *out, const atomic_bool *cancel,
                   struct gf_error *err);

#endif
