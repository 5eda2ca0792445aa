/* What a picture shows of a profile: all of it, or through a lens, as the explorer has them. */
#ifndef GF_CLI_RENDER_LENS_H
#define GF_CLI_RENDER_LENS_H

#include "cli/interrupt.h"
#include "cli/options.h"
#include "model/lazy.h"

/* The options as given. */
struct gf_lens_options {
    bool bottom_up;
    const char *sandwich, *callers, *callees; /* functions; NULL: not given */
};

/* The group of these options. */
struct gf_option_group gf_lens_option_group(struct gf_lens_options *options);
/* Fails with GF_ERR_USAGE for more than one of them. */
bool gf_lens_options_check(const struct gf_lens_options *options, struct gf_error *err);

/* A profile through a lens; {0} is none. */
struct gf_lens_view {
    struct gf_profile *profile; /* owned; NULL: the options ask for none */
    uint64_t half;              /* of a sandwich, as in struct gf_graph */
    bool folded;                /* what stands on frames under that share is missing */
    char title[256];            /* "Callers of f" */
};

/* Unfolds the lens of `from`, which has to outlive it, as far as frames have at least `share` of
 * all. A function is called by its whole name, or by a part of it that no other has. Fails with
 * GF_ERR_USAGE when there is no such function, and as gf_lazy_make and gf_lazy_unfold do. */
bool gf_lens_view_make(const struct gf_profile *from, const struct gf_lens_options *options,
                       enum gf_order order, double share, unsigned threads,
                       const struct gf_interrupt *interrupt, struct gf_lens_view *out,
                       struct gf_error *err);
void gf_lens_view_free(struct gf_lens_view *view);

#endif
