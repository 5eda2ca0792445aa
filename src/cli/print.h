/* Text that is made whole before it is written: tables, help, reports. */
#ifndef GF_CLI_PRINT_H
#define GF_CLI_PRINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* {0} is empty. After a failed allocation appending does nothing and writing fails. */
struct gf_print {
    char *text;
    size_t len, cap;
    bool failed;
};

void gf_print_f(struct gf_print *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void gf_print_bytes(struct gf_print *p, const char *s, size_t n);
void gf_print_fill(struct gf_print *p, char c, size_t n);

/* Appends s[0..n) made safe for a terminal (gf_str_escape). `columns` > 0: cut with an ellipsis to
 * that many terminal cells. */
void gf_print_name(struct gf_print *p, const char *s, size_t n, size_t columns);

/* Writes text to standard output; fails on a full disk or a closed pipe. */
bool gf_print_to_stdout(const char *text, size_t n, struct gf_error *err);

/* gf_print_to_stdout of what was gathered; frees it whether or not that works. */
bool gf_print_finish(struct gf_print *p, struct gf_error *err);
void gf_print_free(struct gf_print *p);

/* Terminal cells a code point takes: 0 for combining marks, 2 for wide East Asian forms and emoji,
 * else 1. */
unsigned gf_cells(unsigned codepoint);

#endif
