#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static void fill(struct gf_error *err, enum gf_code code, const char *fmt, va_list args)
{
    err->code = code;
    err->byte = 0;
    err->line = 0;
    err->file[0] = '\0';
    vsnprintf(err->message, sizeof err->message, fmt, args);
}

bool gf_fail(struct gf_error *err, enum gf_code code, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        fill(err, code, fmt, args);
        va_end(args);
    }
    return false;
}

bool gf_fail_errno(struct gf_error *err, int errnum, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        fill(err, GF_ERR_IO, fmt, args);
        va_end(args);
        size_t used = strlen(err->message);
        char text[128];
        snprintf(err->message + used, sizeof err->message - used, ": %s",
                 strerror_r(errnum, text, sizeof text));
    }
    return false;
}

bool gf_fail_nomem(struct gf_error *err, uint64_t bytes)
{
    return gf_fail(err, GF_ERR_NOMEM, "out of memory (%" PRIu64 " bytes wanted)", bytes);
}

bool gf_error_in(struct gf_error *err, const char *file)
{
    if (err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", file);
    return false;
}

void gf_error_text(const struct gf_error *err, char *out, unsigned cap)
{
    char raw[sizeof err->file + sizeof err->message + 64];
    if (err->file[0] && err->line)
        snprintf(raw, sizeof raw, "%s:%" PRIu64 ": %s", err->file, err->line, err->message);
    else if (err->file[0] && err->byte)
        snprintf(raw, sizeof raw, "%s: byte %" PRIu64 ": %s", err->file, err->byte, err->message);
    else if (err->file[0])
        snprintf(raw, sizeof raw, "%s: %s", err->file, err->message);
    else
        snprintf(raw, sizeof raw, "%s", err->message);
    gf_str_escape(out, cap, raw, strlen(raw));
}
