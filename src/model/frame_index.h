/* Two ways through a frame array that it has not by itself: from a frame to its parent at once, and
 * from a name to all of its frames. 8 bytes a frame and 4 a name. */
#ifndef GF_MODEL_FRAME_INDEX_H
#define GF_MODEL_FRAME_INDEX_H

#include <stdatomic.h>

#include "model/frames.h"

/* {0} is none. */
struct gf_frame_index {
    uint32_t *parent; /* [frames]; the root's is GF_NO_NODE */
    /* The frames of name i, ascending: by_name[start[i]] .. by_name[start[i + 1] - 1]. */
    uint32_t *by_name; /* [frames - 1] */
    uint32_t *start;   /* [names + 1] */
    struct gf_map storage;
    struct gf_budget *budget; /* held */
    uint64_t taken;           /* bytes of it */
};

/* Makes the index in two passes over all frames, on up to `threads` threads. Fails with
 * GF_ERR_NOMEM, with GF_ERR_LIMIT when the budget of the frames is too small, and with
 * GF_ERR_CANCELLED soon after *cancel (may be NULL) is true; *out is {0}
 * then. */
bool gf_frame_index_make(const struct gf_frames *frames, unsigned threads,
                         const atomic_bool *cancel, struct gf_frame_index *out,
                         struct gf_error *err);
void gf_frame_index_free(struct gf_frame_index *index);

#endif
