/* Errors as values. A function that can fail returns false (or NULL) and fills the struct gf_error
 * that the caller passed; it never prints and never exits. */
#ifndef GIGAFLAME_ERROR_H
#define GIGAFLAME_ERROR_H

#include <stdint.h>

enum gf_code {
    GF_OK = 0,
    GF_ERR_NOMEM,     /* memory ran out, or the limit given for it was reached */
    GF_ERR_IO,        /* the operating system refused: message holds its words */
    GF_ERR_FORMAT,    /* the input is not a profile that gigaflame knows */
    GF_ERR_CORRUPT,   /* compressed or structured data ends early or contradicts itself */
    GF_ERR_EMPTY,     /* no valid sample in the input */
    GF_ERR_LIMIT,     /* a size beyond what can be represented or is allowed */
    GF_ERR_GL,        /* no usable OpenGL context, or the driver failed */
    GF_ERR_CANCELLED, /* the caller asked to stop */
    GF_ERR_USAGE      /* an argument makes no sense */
};

/* Where it happened, as far as known: `byte` is an offset in the decoded input and `line` counts
 * from 1; both are 0 where they mean nothing. Strings are always terminated. */
struct gf_error {
    enum gf_code code;
    uint64_t byte;
    uint64_t line;
    char file[256];
    char message[512];
};

#endif
