#include "base/str.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t gf_utf8_decode(const char *s, size_t n, uint32_t *codepoint)
{
    const unsigned char *p = (const unsigned char *)s;
    unsigned c = p[0];
    *codepoint = c;
    if (c < 0x80)
        return 1;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = c >= 0xf0 && c < 0xf5   ? 4
                 : c >= 0xe0 && c < 0xf0 ? 3
                 : c >= 0xc2 && c < 0xe0 ? 2
                                         : 0;
    if (len == 0 || len > n)
        goto invalid;
    uint32_t cp = c & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            goto invalid;
        cp = cp << 6 | (p[i] & 0x3f);
    }
    if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
        goto invalid;
    *codepoint = cp;
    return len;
invalid:
    *codepoint = 0xfffd;
    return 1;
}

size_t gf_utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(lead[len] | cp);
    return len;
}

bool gf_unsafe_codepoint(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c || cp == 0x200e || cp == 0x200f ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}

size_t gf_str_escape(char *out, size_t cap, const char *s, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t len = gf_utf8_decode(s + i, n - i, &cp);
        char piece[16];
        size_t piece_len = len;
        if (len == 1 && (unsigned char)s[i] >= 0x80)
            piece_len = (size_t)snprintf(piece, sizeof piece, "\\x%02x", (unsigned char)s[i]);
        else if (cp < 0x80 && gf_unsafe_codepoint(cp))
            piece_len = (size_t)snprintf(piece, sizeof piece, "\\x%02x", (unsigned)cp);
        else if (gf_unsafe_codepoint(cp))
            piece_len = (size_t)snprintf(piece, sizeof piece, "\\u{%x}", (unsigned)cp);
        else
            memcpy(piece, s + i, len);
        if (used + piece_len >= cap)
            break;
        memcpy(out + used, piece, piece_len);
        used += piece_len;
        i += len;
    }
    out[used] = '\0';
    return used;
}

char *gf_str_grouped(char out[27], uint64_t value)
{
    char digits[21];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, value);
    char *p = out;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *p++ = ',';
        *p++ = digits[i];
    }
    *p = '\0';
    return out;
}

char *gf_str_percent(char out[16], uint64_t part, uint64_t whole)
{
    if (part == 0 || whole == 0) {
        memcpy(out, "0%", 3);
        return out;
    }
    double share = 100.0 * (double)part / (double)whole;
    if (share >= 99.995)
        snprintf(out, 16, part >= whole ? "%.0f%%" : ">%.2f%%", part >= whole ? share : 99.99);
    else if (share >= 10)
        snprintf(out, 16, "%.1f%%", share);
    else if (share >= 1)
        snprintf(out, 16, "%.2f%%", share);
    else if (share >= 1e-6)
        snprintf(out, 16, "%.*f%%", 1 - (int)floor(log10(share)), share);
    else
        snprintf(out, 16, "%.1e%%", share);
    return out;
}

char *gf_str_bytes(char out[16], uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) {
        snprintf(out, 16, "%d B", (int)bytes);
        return out;
    }
    double value = (double)bytes;
    int unit = 0;
    while (value >= 999.5 && unit < 6) {
        value /= 1000;
        unit++;
    }
    snprintf(out, 16,
             value < 10    ? "%.2f %s"
             : value < 100 ? "%.1f %s"
                           : "%.0f %s",
             value, units[unit]);
    return out;
}

bool gf_str_parse_size(const char *text, uint64_t *bytes)
{
    if (!(text[0] >= '0' && text[0] <= '9'))
        return false;
    char *end;
    double value = strtod(text, &end);
    static const char letters[] = "KMGT";
    double factor = 1;
    if (*end) {
        char upper = (char)(*end & ~0x20);
        const char *at = strchr(letters, upper);
        if (at && upper) {
            for (const char *p = letters; p <= at; p++)
                factor *= 1024;
            end++;
            if (*end == 'i')
                end++;
        }
        if (*end == 'B' || *end == 'b')
            end++;
    }
    if (*end || !(value * factor < 18446744073709549568.0))
        return false;
    *bytes = (uint64_t)(value * factor);
    return true;
}
