/* The numbers at the end of a folded line. */
#ifndef GF_DECODE_COUNT_H
#define GF_DECODE_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/decoder.h"

/* An exact decimal: value * 10^-decimals, without trailing zeros in the fraction. */
struct gf_count {
    uint64_t value;
    unsigned decimals;
    bool rounded; /* it had more than GF_MAX_DECIMALS and was rounded half up */
};

/* Reads the last blank-delimited word of text[0..n) as a count, `\d+` or `\d+\.\d*`; text must not
 * end in a blank. On success *rest is the length of what stands before it, blanks at its end
 * removed. Returns false with the cause otherwise. */
bool gf_count_last(const char *text, size_t n, struct gf_count *out, size_t *rest,
                   enum gf_ignored_cause *cause);

/* Brings both to the same number of decimals; false when one then no longer fits. */
bool gf_count_align(struct gf_count *a, struct gf_count *b);

static inline bool gf_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline bool gf_is_digit(char c)
{
    return (unsigned)(c - '0') < 10;
}

#endif
