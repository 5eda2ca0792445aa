/* Narrowing: a profile cut down to what one wants to look at, by steps that are taken in order,
 * each on what the one before it left. The steps are those of pprof:
 *
 *   focus      keeps the samples whose stack has a frame that matches
 *   ignore     drops the samples whose stack has a frame that matches
 *   hide       removes frames that match; what they call hangs on who called them
 *   show       removes frames that do not match
 *   show-from  removes everything before the first match, seen from the root
 *   collapse   removes a frame that repeats the one before it: direct recursion
 *   collapse-all   removes a frame whose function is on the stack already
 *   below      ends every stack before its first frame that has less than a share of all
 *
 * The weight of a removed frame goes to the frame that is left before it. A sample without a frame
 * left is dropped: that is what hide and show do to a stack of nothing else, show-from to one
 * without a match, and below to one whose first frame is small. Weights are only kept or dropped,
 * never changed: kept and dropped together are what there was, in each value type.
 *
 * A pattern is looked for anywhere in a frame's name, case counts unless it says otherwise, and
 * every distinct name is looked at once. (pprof matches file names too; names here are what the
 * profile calls its frames.) pprof knows one pattern of each kind and a fixed order: focus and
 * ignore, then hide and show, then show-from; steps in this order give what it gives. */
#ifndef GF_MODEL_NARROW_H
#define GF_MODEL_NARROW_H

#include <stdatomic.h>

#include <gigaflame/narrow.h>

#include "base/meter.h"
#include "model/load.h"
#include "model/profile.h"
#include "model/search.h"

struct gf_narrow_step {
    enum gf_narrow_kind kind;
    struct gf_search_query pattern; /* borrowed; not for collapse, collapse-all and below */
    /* Below: a frame stays if its total is at least this many percent of the weight that reaches
     * the step; in a differential on one side at least, whatever gives the widths. */
    double percent;
};

/* Steps in one narrowing, at most. */
#define GF_NARROW_STEPS 64

struct gf_narrow_params {
    const struct gf_narrow_step *steps;
    uint32_t n;
    enum gf_order order;    /* of siblings in the result */
    unsigned threads;       /* for flattening; 0 and 1: none but the caller's */
    struct gf_meter *meter; /* told how far it is; NULL: nobody asks */
};

/* What the steps did. */
struct gf_narrow_report {
    uint64_t dropped[GF_NARROW_STEPS];   /* weight that each step dropped, of value type 0 */
    uint32_t functions[GF_NARROW_STEPS]; /* distinct names that match each step's pattern */
};

/* "focus", "show-from", …: also the name of the command line's option. */
const char *gf_narrow_name(enum gf_narrow_kind kind);

/* Whether the kind takes a pattern. */
bool gf_narrow_has_pattern(enum gf_narrow_kind kind);

/* Whether the steps can be taken, without a profile. Fails with GF_ERR_USAGE for a wrong pattern or
 * share, the message says of which step and where in it (also err->byte), and with GF_ERR_LIMIT for
 * too many steps. */
bool gf_narrow_check(const struct gf_narrow_step *steps, uint32_t n, struct gf_error *err);

/* Takes the steps on `from`, which stays as it is, and returns a new profile, to be freed. None of
 * the steps is a copy. `report` may be NULL. Fails as gf_narrow_check does, with GF_ERR_EMPTY when
 * no sample is left (the report is filled then too), with GF_ERR_LIMIT when the budget of the
 * frames is too small, with GF_ERR_NOMEM, and with GF_ERR_CANCELLED
 * soon after *cancel (may be NULL) is true. */
bool gf_narrow(const struct gf_profile *from, const struct gf_narrow_params *params,
               const atomic_bool *cancel, struct gf_profile **out, struct gf_narrow_report *report,
               struct gf_error *err);

#endif
