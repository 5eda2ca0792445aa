/* Searching names, and what the frames so named weigh. */
#ifndef GF_MODEL_SEARCH_H
#define GF_MODEL_SEARCH_H

#include <stdatomic.h>

#include "model/frames.h"

/* What is looked for. */
struct gf_search_query {
    const char *text; /* UTF-8 */
    size_t n;
    bool regex;       /* a Perl-compatible regular expression; else the text as it is */
    bool ignore_case; /* by Unicode's simple rules */
};

/* Whether the query can be searched for: fails as gf_search_names does for a wrong expression. */
bool gf_search_check(const struct gf_search_query *query, struct gf_error *err);

/* Matches every name once: matched[i] becomes 1 or 0, *functions how many are 1. The expression is
 * compiled to machine code where PCRE2 can. Names may be any bytes; what is no UTF-8 matches
 * nothing. An expression that would take ages on a name does not match it. Fails with GF_ERR_USAGE
 * for a wrong expression (message and err->byte, the offset in the text) and with GF_ERR_CANCELLED
 * once *cancel (may be NULL) is true. */
bool gf_search_names(const struct gf_name_table *names, const struct gf_search_query *query,
                     const atomic_bool *cancel, uint8_t *matched, uint32_t *functions,
                     struct gf_error *err);

struct gf_search_totals {
    uint64_t weight; /* of all samples with a match in their stack, each counted once */
    uint64_t frames; /* nodes that match, nested ones too */
};

/* Where matches lie: across[k] becomes 1 where one lies in the k-th of `nacross` equal parts of the
 * profile's width, row[k] where one lies in the k-th of `nrow` equal parts of its rows, root
 * first; 0 elsewhere. */
struct gf_search_ticks {
    uint8_t *across, *row;
    uint32_t nacross, nrow;
};

/* Adds up the frames whose names match, on up to `threads` threads, and marks `ticks` (may be
 * NULL). The result is the same for any number of threads. Fails with GF_ERR_CANCELLED, and with
 * ticks for want of memory (a bit a frame). */
bool gf_search_totals(const struct gf_frames *frames, uint32_t value, const uint8_t *matched,
                      unsigned threads, const atomic_bool *cancel, struct gf_search_totals *out,
                      const struct gf_search_ticks *ticks, struct gf_error *err);

/* The weight of the samples that go through the function `name` and match, each counted once: with
 * `callers` where a match is the function's outermost frame or lies nearer to the root, with
 * `callees` where it is that frame or lies nearer to the leaf. Fails only with GF_ERR_CANCELLED. */
bool gf_search_through(const struct gf_frames *frames, uint32_t value, const uint8_t *matched,
                       uint32_t name, bool callers, bool callees, const atomic_bool *cancel,
                       uint64_t *weight, struct gf_error *err);

/* The next node after `from` in pre-order (before it when not `forward`) whose name matches, going
 * round at the end; GF_NO_NODE when none does. */
uint32_t gf_search_next(const struct gf_frames *frames, const uint8_t *matched, uint32_t from,
                        bool forward);

#endif
