#include "cli/print.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "io/output.h"

static bool room(struct gf_print *p, size_t more)
{
    size_t need;
    if (p->failed || !gf_add(p->len, more, &need) || !gf_add(need, 1, &need) ||
        !gf_grow(&p->text, &p->cap, need, NULL))
        p->failed = true;
    return !p->failed;
}

void gf_print_bytes(struct gf_print *p, const char *s, size_t n)
{
    if (!room(p, n))
        return;
    memcpy(p->text + p->len, s, n);
    p->len += n;
    p->text[p->len] = '\0';
}

void gf_print_fill(struct gf_print *p, char c, size_t n)
{
    if (!room(p, n))
        return;
    memset(p->text + p->len, c, n);
    p->len += n;
    p->text[p->len] = '\0';
}

void gf_print_f(struct gf_print *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        p->failed = true;
    else if (room(p, (size_t)n))
        p->len += (size_t)vsnprintf(p->text + p->len, (size_t)n + 1, fmt, again);
    va_end(again);
}

unsigned gf_cells(unsigned cp)
{
    if ((cp >= 0x300 && cp < 0x370) || (cp >= 0x200b && cp < 0x200e) ||
        (cp >= 0xfe00 && cp < 0xfe10) || (cp >= 0x20d0 && cp < 0x2100))
        return 0;
    if ((cp >= 0x1100 && cp < 0x1160) || (cp >= 0x2e80 && cp < 0xa4d0) ||
        (cp >= 0xac00 && cp < 0xd7a4) || (cp >= 0xf900 && cp < 0xfb00) ||
        (cp >= 0xfe30 && cp < 0xfe70) || (cp >= 0xff00 && cp < 0xff61) ||
        (cp >= 0x1f300 && cp < 0x1fb00) || (cp >= 0x20000 && cp < 0x40000))
        return 2;
    return 1;
}

/* The length of the longest prefix of the UTF-8 text s[0..n) that fits `columns` cells. */
static size_t fitting(const char *s, size_t n, size_t columns)
{
    size_t used = 0, i = 0;
    while (i < n) {
        uint32_t cp;
        size_t len = gf_utf8_decode(s + i, n - i, &cp);
        used += gf_cells(cp);
        if (used > columns)
            break;
        i += len;
    }
    return i;
}

void gf_print_name(struct gf_print *p, const char *s, size_t n, size_t columns)
{
    /* The longest escape is 7 bytes for 2 ("\u{61c}"), and one byte becomes at most 4. */
    size_t cap;
    if (!gf_mul(n, 4, &cap) || !room(p, cap))
        return;
    size_t len = gf_str_escape(p->text + p->len, p->cap - p->len, s, n);
    if (columns > 0) {
        size_t fit = fitting(p->text + p->len, len, columns);
        if (fit < len) {
            p->len += fitting(p->text + p->len, len, columns - 1);
            p->text[p->len] = '\0';
            gf_print_bytes(p, "…", strlen("…"));
            return;
        }
    }
    p->len += len;
}

bool gf_print_to_stdout(const char *text, size_t n, struct gf_error *err)
{
    struct gf_output *out = NULL;
    if (!gf_output_open("-", &out, err))
        return false;
    if (!gf_output_write(out, text, n, err)) {
        gf_output_abort(out);
        return false;
    }
    return gf_output_commit(out, err);
}

bool gf_print_finish(struct gf_print *p, struct gf_error *err)
{
    bool ok = p->failed ? gf_fail_nomem(err, p->len)
                        : gf_print_to_stdout(p->text ? p->text : "", p->len, err);
    gf_print_free(p);
    return ok;
}

void gf_print_free(struct gf_print *p)
{
    free(p->text);
    *p = (struct gf_print){0};
}
