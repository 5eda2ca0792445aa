#include "export/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"

static void put(struct gf_json *j, const char *s, size_t n)
{
    size_t need;
    if (j->failed)
        return;
    if (!gf_add(j->len, n, &need) || !gf_add(need, 1, &need) ||
        !gf_grow(&j->text, &j->cap, need, NULL)) {
        j->failed = true;
        return;
    }
    memcpy(j->text + j->len, s, n);
    j->len += n;
    j->text[j->len] = '\0';
}

/* A piece of JSON that stands for one code point; its length. Besides what the format demands, the
 * characters that a terminal would act on are escaped too: people look at JSON in one. All of them
 * are in the basic plane. */
static size_t escape(char out[8], uint32_t cp)
{
    static const char two[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof two; i += 2)
        if (cp == (unsigned char)two[i]) {
            out[0] = '\\';
            out[1] = two[i + 1];
            return 2;
        }
    if (gf_unsafe_codepoint(cp))
        return (size_t)snprintf(out, 8, "\\u%04x", (unsigned)cp & 0xffff);
    return gf_utf8_encode(cp, out);
}

static void put_string(struct gf_json *j, const char *s, size_t n)
{
    put(j, "\"", 1);
    size_t plain = 0; /* where the run of bytes that stand for themselves began */
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            i++;
            continue;
        }
        uint32_t cp;
        char piece[8];
        size_t len = gf_utf8_decode(s + i, n - i, &cp);
        put(j, s + plain, i - plain);
        put(j, piece, escape(piece, cp));
        i += len;
        plain = i;
    }
    put(j, s + plain, n - plain);
    put(j, "\"", 1);
}

/* What stands before a value: the comma, and the key in an object. */
static void before(struct gf_json *j, const char *key)
{
    if (j->comma)
        put(j, ",", 1);
    if (key) {
        put_string(j, key, strlen(key));
        put(j, ":", 1);
    }
    j->comma = true;
}

void gf_json_object(struct gf_json *j, const char *key)
{
    before(j, key);
    if (!key && j->len > 0)
        put(j, "\n", 1);
    put(j, "{", 1);
    j->comma = false;
}

void gf_json_end_object(struct gf_json *j)
{
    put(j, "}", 1);
    j->comma = true;
}

void gf_json_array(struct gf_json *j, const char *key)
{
    before(j, key);
    put(j, "[", 1);
    j->comma = false;
}

void gf_json_end_array(struct gf_json *j)
{
    if (j->len > 0 && !j->failed && j->text[j->len - 1] == '}')
        put(j, "\n", 1);
    put(j, "]", 1);
    j->comma = true;
}

void gf_json_string(struct gf_json *j, const char *key, const char *s, size_t n)
{
    before(j, key);
    put_string(j, s, n);
}

void gf_json_u64(struct gf_json *j, const char *key, uint64_t value)
{
    char text[24];
    before(j, key);
    put(j, text, (size_t)snprintf(text, sizeof text, "%" PRIu64, value));
}

void gf_json_number(struct gf_json *j, const char *key, const char *number)
{
    before(j, key);
    put(j, number, strlen(number));
}

/* The shortest of the usual precisions that reads back as the same number. A program that uses the
 * library may have set a locale whose decimal point is another character, or several bytes. */
static size_t format_double(char out[40], double value)
{
    char text[64];
    int n = 0;
    for (int precision = 15; precision <= 17; precision++) {
        n = snprintf(text, sizeof text, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    size_t len = 0;
    for (int i = 0; i < n && len < 39; i++) {
        if (strchr("0123456789+-e", text[i]))
            out[len++] = text[i];
        else if (len == 0 || out[len - 1] != '.')
            out[len++] = '.';
    }
    return len;
}

void gf_json_double(struct gf_json *j, const char *key, double value)
{
    char text[40];
    before(j, key);
    if (isfinite(value))
        put(j, text, format_double(text, value));
    else
        put(j, "null", 4);
}

void gf_json_bool(struct gf_json *j, const char *key, bool value)
{
    before(j, key);
    put(j, value ? "true" : "false", value ? 4 : 5);
}

void gf_json_free(struct gf_json *j)
{
    free(j->text);
    *j = (struct gf_json){0};
}
