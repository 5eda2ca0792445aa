/* Names made to fit. Internal to layout/. */
#ifndef GF_LAYOUT_LABELS_H
#define GF_LAYOUT_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/measure.h"

/* Room for what gf_label_fit writes. */
enum { GF_LABEL_BYTES = 4096 };

/* Writes `name` to out, made safe (invalid UTF-8 and code points that must not be shown as U+FFFD),
 * without the annotation suffixes of the perf collapsers (_[k] …), shortened to at most `room`
 * pixels at `px`: whole if it fits; else arguments and template parameters go, then qualifiers
 * from the left, then a source location, and at last the end of the function's own word. Returns
 * the length in bytes; 0 when fewer than three characters would be left of a shortened name. Looks
 * at a bounded part of long names. */
size_t gf_label_fit(const struct gf_measure *measure, unsigned px, double room, const char *name,
                    size_t n, char out[GF_LABEL_BYTES]);

/* As gf_label_fit for plain text: made safe, and cut at its end when it does not fit. */
size_t gf_label_cut(const struct gf_measure *measure, unsigned px, double room, const char *text,
                    size_t n, char out[GF_LABEL_BYTES]);

/* Width in pixels of text that is safe. */
double gf_label_width(const struct gf_measure *measure, unsigned px, const char *text, size_t n);

#endif
