/* Profiles made from profiles: narrowed to what one wants to look at, or compared. */
#ifndef GIGAFLAME_NARROW_H
#define GIGAFLAME_NARROW_H

#include <gigaflame/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gf_narrow_kind {
    GF_NARROW_FOCUS,        /* keep the samples whose stack has a frame that matches */
    GF_NARROW_IGNORE,       /* drop the samples whose stack has a frame that matches */
    GF_NARROW_HIDE,         /* remove frames that match; what they call hangs on who called them */
    GF_NARROW_SHOW,         /* remove frames that do not match */
    GF_NARROW_SHOW_FROM,    /* remove everything before the first match, seen from the root */
    GF_NARROW_COLLAPSE,     /* remove a frame that repeats the one before it: direct recursion */
    GF_NARROW_COLLAPSE_ALL, /* remove a frame whose function is on the stack already */
    GF_NARROW_BELOW,        /* end every stack before its first frame under a share of all */
    GF_NARROW_KINDS
};

struct gf_narrow_rule {
    enum gf_narrow_kind kind;
    const char
        *pattern; /* Perl-compatible, looked for anywhere in a name; NULL where none is taken */
    int plain;    /* the pattern is the text as it is */
    int ignore_case;
    double percent; /* of GF_NARROW_BELOW: 0 to 100 */
};

/* Applies n rules (64 at most) one after the other, each to what the one before left, and returns a
 * new profile to be freed; `profile` stays as it is. A sample without a frame left is dropped. NULL
 * with *err (may be NULL) filled: GF_ERR_USAGE for a wrong rule, GF_ERR_EMPTY when no sample is
 * left. */
GF_API struct gf_profile *gf_profile_narrow(const struct gf_profile *profile,
                                            const struct gf_narrow_rule *rules, size_t n,
                                            enum gf_sibling_order order, struct gf_error *err);

/* Lays two profiles into one, to be freed: its frames have the weights of `after`, and what
 * gf_profile_frame_before says is of `before`, scaled to the total of `after` if `normalize`. NULL
 * with *err filled: GF_ERR_USAGE when one of them is such a profile already. */
GF_API struct gf_profile *gf_profile_diff(const struct gf_profile *before,
                                          const struct gf_profile *after, int normalize,
                                          enum gf_sibling_order order, struct gf_error *err);

/* Self weight and total of a node before, in units of 10^-decimals. Returns 1, or 0 when there is
 * no such node or the profile is no comparison. */
GF_API int gf_profile_frame_before(const struct gf_profile *profile, uint32_t node, uint64_t *self,
                                   uint64_t *total);

#ifdef __cplusplus
}
#endif

#endif
