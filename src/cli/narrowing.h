/* Narrowing from the command line: the options, taken in the order in which they are written, and
 * what is said about them. */
#ifndef GF_CLI_NARROWING_H
#define GF_CLI_NARROWING_H

#include "cli/options.h"
#include "export/json.h"
#include "model/narrow.h"

/* The group of these options, their uses going to `uses`. */
struct gf_option_group gf_narrow_option_group(struct gf_option_uses *uses);

struct gf_cli_narrowing {
    struct gf_narrow_step steps[GF_NARROW_STEPS];
    uint32_t n; /* 0: nothing was narrowed */
    struct gf_narrow_report report;
    uint64_t before[GF_FRAME_VALUES]; /* totals before the first step */
};

/* Makes the steps, or fails with GF_ERR_USAGE for one that cannot be taken. Their patterns are
 * borrowed from argv. */
bool gf_cli_narrowing_make(struct gf_cli_narrowing *narrowing, const struct gf_option_uses *uses,
                           struct gf_error *err);

/* Takes the steps, if there are any: *profile becomes the narrowed one, the other is freed. Says on
 * stderr (unless quiet) which patterns match no function. Fails as gf_narrow does; *profile is then
 * what it was. */
bool gf_cli_narrowing_apply(struct gf_cli_narrowing *narrowing, struct gf_profile **profile,
                            enum gf_order order, unsigned threads, const atomic_bool *cancel,
                            bool quiet, struct gf_error *err);

/* What the steps did, as text and as the member "narrowing" of an object; nothing where there were
 * none. `profile` is the narrowed one. */
void gf_cli_narrowing_print(const struct gf_cli_narrowing *narrowing,
                            const struct gf_profile *profile, struct gf_print *out);
void gf_cli_narrowing_json(const struct gf_cli_narrowing *narrowing,
                           const struct gf_profile *profile, struct gf_json *json);

#endif
