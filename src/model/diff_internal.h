/* What making a differential and looking at it have in common. Internal to model/. */
#ifndef GF_MODEL_DIFF_INTERNAL_H
#define GF_MODEL_DIFF_INTERNAL_H

#include "model/frames.h"

/* Writes the running sums [n + 1] of what was before, scaled to the total of what is after, to
 * `out`, which may be where they stand. Where nothing was before there is nothing to scale. The
 * sums are rounded and not the weights themselves, so that no error grows with the number of
 * frames. */
void gf_diff_scale(const struct gf_frames *frames, uint64_t *out);

#endif
