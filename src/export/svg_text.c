#include "export/svg_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

void gf_svg_put(struct gf_svg_text *t, const char *s, size_t n)
{
    if (t->failed)
        return;
    if (n > sizeof t->buffer - t->used) {
        t->failed = !gf_output_write(t->out, t->buffer, t->used, &t->error) ||
                    (n > sizeof t->buffer && !gf_output_write(t->out, s, n, &t->error));
        t->used = 0;
        if (t->failed || n > sizeof t->buffer)
            return;
    }
    memcpy(t->buffer + t->used, s, n);
    t->used += n;
}

void gf_svg_puts(struct gf_svg_text *t, const char *s)
{
    gf_svg_put(t, s, strlen(s));
}

bool gf_svg_flush(struct gf_svg_text *t, struct gf_error *err)
{
    if (!t->failed && t->used > 0)
        t->failed = !gf_output_write(t->out, t->buffer, t->used, &t->error);
    t->used = 0;
    if (t->failed && err)
        *err = t->error;
    return !t->failed;
}

static const char *entity(uint32_t cp)
{
    switch (cp) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case 0xfffe:
    case 0xffff:
    case 0xfffd:
        return "\xef\xbf\xbd";
    default:
        return cp < 0x20 ? " " : NULL;
    }
}

void gf_svg_put_escaped(struct gf_svg_text *t, const char *s, size_t n)
{
    size_t plain = 0; /* where the run that stands for itself began */
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = gf_utf8_decode(s + i, n - i, &cp);
        const char *instead = entity(cp);
        if (instead) {
            gf_svg_put(t, s + plain, i - plain);
            gf_svg_puts(t, instead);
            plain = i + len;
        }
        i += len;
    }
    gf_svg_put(t, s + plain, n - plain);
}

size_t gf_svg_shown(char out[GF_SVG_SHOWN_BYTES], const char *s, size_t n)
{
    size_t kept = n;
    if (n > GF_SVG_NAME_BYTES) {
        kept = GF_SVG_NAME_BYTES;
        for (int back = 0; back < 3 && ((unsigned char)s[kept] & 0xc0) == 0x80; back++)
            kept--;
    }
    size_t len = gf_str_escape(out, GF_SVG_NAME_BYTES * 4 + 1, s, kept);
    if (kept < n) {
        memcpy(out + len, "\xe2\x80\xa6", 3);
        len += 3;
    }
    return len;
}

void gf_svg_put_foreign(struct gf_svg_text *t, const char *s)
{
    char shown[GF_SVG_SHOWN_BYTES];
    gf_svg_put_escaped(t, shown, gf_svg_shown(shown, s, strlen(s)));
}

/* By hand, because printf's decimal point follows the locale. */
void gf_svg_put_number(struct gf_svg_text *t, double value)
{
    char text[40];
    uint64_t scaled = value > 0 ? (uint64_t)(value * 1e5 + 0.5) : 0;
    int n = snprintf(text, sizeof text, "%" PRIu64 ".%05u", scaled / 100000,
                     (unsigned)(scaled % 100000));
    while (text[n - 1] == '0')
        n--;
    if (text[n - 1] == '.')
        n--;
    gf_svg_put(t, text, (size_t)n);
}

void gf_svg_put_u64(struct gf_svg_text *t, uint64_t value)
{
    char text[24];
    gf_svg_put(t, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, value));
}

void gf_svg_put_color(struct gf_svg_text *t, uint32_t color)
{
    char text[8];
    snprintf(text, sizeof text, "#%02x%02x%02x", (unsigned)(color & 0xff),
             (unsigned)(color >> 8 & 0xff), (unsigned)(color >> 16 & 0xff));
    gf_svg_put(t, text, 7);
}
