/* Filling a struct gf_error (gigaflame/error.h). `err` may be NULL everywhere: then only the
 * return value tells. */
#ifndef GF_BASE_ERROR_H
#define GF_BASE_ERROR_H

#include <stdbool.h>
#include <gigaflame/error.h>

/* Sets code and formatted message, clears the position. Always returns false, so that a failing
 * function can `return gf_fail(err, ...)`. */
bool gf_fail(struct gf_error *err, enum gf_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As gf_fail with GF_ERR_IO and the text of errno value `errnum` after the message. */
bool gf_fail_errno(struct gf_error *err, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The one message for a failed allocation of `bytes`. Returns false. */
bool gf_fail_nomem(struct gf_error *err, uint64_t bytes);

/* Names the file of an error that has none yet; keeps the first name given. Returns false. */
bool gf_error_in(struct gf_error *err, const char *file);

/* Writes "file:line: message" (or "file: byte N: message", or only the message) to `out` of `cap`
 * bytes, terminated. Bytes that a terminal would act on are escaped. */
void gf_error_text(const struct gf_error *err, char *out, unsigned cap);

#endif
