/* A line of text that a person types. */
#ifndef GF_UI_LINE_H
#define GF_UI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/search.h"

enum { GF_LINE_BYTES = 4096 }; /* as long as a path can be */

struct gf_line {
    char text[GF_LINE_BYTES]; /* terminated UTF-8 */
    size_t n;
};

/* Edits the end of the text; each returns whether it changed. What cannot be shown is not put. */
bool gf_line_put(struct gf_line *line, uint32_t codepoint);
bool gf_line_erase(struct gf_line *line, bool word);
bool gf_line_set(struct gf_line *line, const char *text);

/* What the text looks for: "/expression/" is a regular expression, the last slash optional;
 * anything else is plain text. Borrows the text. */
struct gf_search_query gf_line_query(const char *text, size_t n, bool match_case);

#endif
