/* Bottom-up, callers and callees of a function, unfolded only as far as someone looks.
 *
 * gf_derive makes these as whole new profiles; here each starts as its first row, and a frame gets
 * its children when it is wide enough to be seen. A frame stands for a set of frames of the profile
 * that it is made from: those of one function, at first; the set of a child are their parents (or
 * callees) of one name. Weights are exact from the start, so that what is not yet unfolded is a
 * plain block of its right width, and nothing that is seen moves when more is unfolded.
 *
 * Sets are ranges of one array. Unfolding a frame towards the callers splits its range into those
 * of its children where it stands, so that all of bottom-up takes no more than 8 bytes for each
 * frame of the profile that has self weight, callers 8 for each frame of the function, callees 4
 * for each frame below it; and 56 bytes for each frame that is unfolded. */
#ifndef GF_MODEL_LAZY_H
#define GF_MODEL_LAZY_H

#include "model/derive.h"
#include "model/frame_index.h"

/* Frames that are added to the first row at the most; then what is left stays folded. */
enum { GF_LAZY_MOST = 1 << 22 };

struct gf_lazy;

/* Starts to unfold `from`, as gf_derive would derive it with these params (but GF_DERIVE_SAME).
 * GF_DERIVE_SANDWICH has two frames of the function on its root: its callers stand on the first,
 * its callees on the second. Borrows the profile and its index. Without an index (NULL) it
 * stays with its first row until gf_lazy_use_index. Fails with GF_ERR_NOMEM, with
 * GF_ERR_EMPTY when there is nothing to see, GF_ERR_LIMIT when a sandwich would weigh more than
 * 2^64 - 1 or the budget of `from` is too small, GF_ERR_USAGE for another kind, and
 * GF_ERR_CANCELLED. */
bool gf_lazy_make(const struct gf_profile *from, const struct gf_frame_index *index,
                  const struct gf_derive_params *params, const atomic_bool *cancel,
                  struct gf_lazy **out, struct gf_error *err);
/* Gives it the index that it was made without; borrowed. */
void gf_lazy_use_index(struct gf_lazy *lazy, const struct gf_frame_index *index);
bool gf_lazy_has_index(const struct gf_lazy *lazy);
/* Accepts NULL. */
void gf_lazy_free(struct gf_lazy *lazy);

/* What someone looks at. In a sandwich both halves are seen in the same place, the one of the
 * callers from x = 0 on, as is that of the callees. */
struct gf_lazy_look {
    uint64_t from, to; /* along x, in the first value type */
    uint64_t least;    /* frames of less weight are not unfolded; 0: all are */
    uint32_t rows[2];  /* frames of this depth and more are not; [1]: in the half of the callees */
};

/* Unfolds the frames that are looked at, the widest first, until all are or it is `until`
 * (gf_now), but one at least. Each frame is unfolded as a whole or not at all, also when this fails
 * with GF_ERR_NOMEM or GF_ERR_LIMIT, or with GF_ERR_CANCELLED soon after *cancel (may be NULL) is
 * true. *more becomes whether something is left, *any whether something was unfolded. There has to
 * be an index.
 */
bool gf_lazy_unfold(struct gf_lazy *lazy, const struct gf_lazy_look *look, double until,
                    const atomic_bool *cancel, bool *any, bool *more, struct gf_error *err);

/* The weight that is seen side by side: in a sandwich that of one half. First value type. */
uint64_t gf_lazy_total(const struct gf_lazy *lazy);

/* Whether GF_LAZY_MOST was reached. */
bool gf_lazy_full(const struct gf_lazy *lazy);

/* What ties the frames of one picture to those of the next. Parts keep their numbers. */
struct gf_lazy_parts {
    uint32_t *part;  /* [frames] */
    uint32_t *frame; /* [n] of each part */
    uint32_t n;      /* parts, which are as many as frames */
    uint8_t *folded; /* [frames] 1: it may have children that are not there yet */
};
void gf_lazy_parts_free(struct gf_lazy_parts *parts);

/* What is unfolded so far as a profile. Its names are those of the profile it is made from, with
 * the same numbers, and borrowed from it. */
bool gf_lazy_profile(const struct gf_lazy *lazy, struct gf_profile **out,
                     struct gf_lazy_parts *parts, struct gf_error *err);

#endif
