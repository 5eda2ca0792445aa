/* Differentials: two profiles in one tree of call paths, with a value type each. AFTER comes first
 * and gives the widths, BEFORE stands beside it, as in folded text with two counts. A differential
 * is a profile like any other: it can be narrowed, derived from, searched and written. */
#ifndef GF_MODEL_DIFF_H
#define GF_MODEL_DIFF_H

#include <stdatomic.h>

#include "base/meter.h"
#include "model/load.h"
#include "model/profile.h"

#define GF_AFTER  0u
#define GF_BEFORE 1u

/* Whether the profile is a differential: one of its value types is called "before". */
bool gf_is_differential(const struct gf_frames *frames);

/* The value type of a differential that holds `side`, GF_AFTER or GF_BEFORE: that number itself,
 * but for what gf_diff_view made. */
uint32_t gf_side(const struct gf_frames *frames, uint32_t side);

struct gf_diff_params {
    /* Scale BEFORE to the total of AFTER, so that shares are compared. Every total stays within one
     * unit of the exact one, and that of all samples is AFTER's. */
    bool normalize;
    enum gf_order order;    /* of siblings in the result */
    unsigned threads;       /* 0 and 1: none but the caller's */
    struct gf_meter *meter; /* told how far it is; NULL: nobody asks */
};

/* Makes the differential of two profiles, which stay as they are. What is known about their input
 * is added up. Fails with GF_ERR_USAGE when one of them is a differential already or they count
 * different units, with GF_ERR_LIMIT when the sums are too large for the finer of the two units or
 * the budget of AFTER, which the result shares, is too small, with GF_ERR_NOMEM, and with
 * GF_ERR_CANCELLED soon after *cancel (may be NULL) is true. */
bool gf_diff(const struct gf_profile *before, const struct gf_profile *after,
             const struct gf_diff_params *params, const atomic_bool *cancel,
             struct gf_profile **out, struct gf_error *err);

/* What the widths of a differential are. BOTH: every stack is as wide as on the side where it
 * weighs more, so that what is new is seen beside what vanished. */
enum gf_widths { GF_WIDTHS_AFTER, GF_WIDTHS_BEFORE, GF_WIDTHS_BOTH };

/* The same call paths with other widths: value type 0 is what `widths` says, the sides follow where
 * gf_side finds them. `normalize` scales BEFORE as gf_diff does. Borrows all but the sums of
 * weights from `from`, a differential of gf_diff or of folded text, which has to outlive it. Takes
 * 8 bytes a frame, 16 where both are asked for. Fails with GF_ERR_NOMEM, with GF_ERR_LIMIT when
 * both sides together weigh more than 2^64 - 1 or the budget of `from` is too small, and with
 * GF_ERR_CANCELLED soon after *cancel (may be NULL) is true. */
bool gf_diff_view(const struct gf_profile *from, enum gf_widths widths, bool normalize,
                  const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err);

/* What a function weighs on both sides: [GF_AFTER] and [GF_BEFORE]. */
struct gf_change {
    uint32_t name;
    uint64_t self[2], total[2]; /* a function that recurs in one stack counts once in total */
};

struct gf_changes {
    struct gf_change *items;
    uint32_t n;
};

/* Growth as two numbers (`which` 0 and 1) that order it, smaller first: gained most, lost most
 * last. */
uint64_t gf_growth_key(const uint64_t weight[2], uint32_t which);

/* Every function of a differential, by how much its self weight (by_total: its total) grew: those
 * that gained most first, those that lost most last; then by the growth of the other of the two,
 * then by name. `cancel` and `meter`, on each side, and failures as in gf_top_make. */
bool gf_diff_functions(const struct gf_frames *frames, bool by_total, const atomic_bool *cancel,
                       struct gf_meter *meter, struct gf_changes *out, struct gf_error *err);
void gf_changes_free(struct gf_changes *changes);

/* The weight, on `side`, of the samples in call paths that weigh nothing on the other side: of
 * paths that vanished (GF_BEFORE) or that are new (GF_AFTER). */
uint64_t gf_diff_only_on(const struct gf_frames *frames, uint32_t side);

/* The change of a weight: "+1,234", "-56", "0". Returns out. */
char *gf_change_weight(char out[44], const uint64_t weight[2], unsigned decimals);

/* A change as people read it: "+12.3%", "-45.6%", "x150", "0%", "new", "gone".
 * Returns out. */
char *gf_change_text(char out[24], uint64_t before, uint64_t after);

#endif
