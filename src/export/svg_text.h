/* The text of an SVG: a buffer that flushes to an output, escaping, numbers. The first failure is
 * kept and what follows does nothing, so that callers check once. */
#ifndef GF_EXPORT_SVG_TEXT_H
#define GF_EXPORT_SVG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/output.h"

struct gf_svg_text {
    struct gf_output *out;
    bool failed;
    struct gf_error error;
    size_t used;
    char buffer[1 << 16];
};

void gf_svg_put(struct gf_svg_text *t, const char *s, size_t n);
void gf_svg_puts(struct gf_svg_text *t, const char *s);
bool gf_svg_flush(struct gf_svg_text *t, struct gf_error *err);

/* Text content or an attribute's value; markup is escaped, what XML forbids becomes U+FFFD. Names
 * and other foreign text go through gf_svg_shown first. */
void gf_svg_put_escaped(struct gf_svg_text *t, const char *s, size_t n);

/* How a name is shown: what would act (control characters, bidirectional marks, invalid bytes) as
 * \x1b or \u{202e}, and no more of it than GF_SVG_NAME_BYTES, with an ellipsis. Returns the length.
 */
#define GF_SVG_NAME_BYTES  1024u
#define GF_SVG_SHOWN_BYTES (GF_SVG_NAME_BYTES * 4 + 4)
size_t gf_svg_shown(char out[GF_SVG_SHOWN_BYTES], const char *s, size_t n);

/* gf_svg_shown, then gf_svg_put_escaped. */
void gf_svg_put_foreign(struct gf_svg_text *t, const char *s);

/* Up to 5 decimals without zeros at the end: a frame of 0.1 px is still true to a pixel when it is
 * zoomed to 1,000. */
void gf_svg_put_number(struct gf_svg_text *t, double value);
void gf_svg_put_u64(struct gf_svg_text *t, uint64_t value);
/* #rrggbb of a 0xAABBGGRR. */
void gf_svg_put_color(struct gf_svg_text *t, uint32_t color);

#endif
