/* A small JSON writer (RFC 8259): objects and arrays nest, commas and escaping are its work.
 * Nothing depends on the locale. All on one line, but for objects in an array: each has a line of
 * its own, so that a list of functions can be read and searched by line. No newline at the end. */
#ifndef GF_EXPORT_JSON_H
#define GF_EXPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf_json {
    char *text; /* terminated; owned; NULL before the first call */
    size_t len, cap;
    bool comma, failed; /* failed: memory ran out; text is then useless */
};

void gf_json_object(struct gf_json *j, const char *key); /* key NULL: at the top or in an array */
void gf_json_end_object(struct gf_json *j);
void gf_json_array(struct gf_json *j, const char *key);
void gf_json_end_array(struct gf_json *j);
/* Invalid UTF-8 in s becomes U+FFFD; what a terminal would act on is escaped. */
void gf_json_string(struct gf_json *j, const char *key, const char *s, size_t n);
void gf_json_u64(struct gf_json *j, const char *key, uint64_t value);
/* A number that is text already (gf_weight_number): put as it is. */
void gf_json_number(struct gf_json *j, const char *key, const char *number);
/* Reads back as the same number; null for infinities and for what is no number. */
void gf_json_double(struct gf_json *j, const char *key, double value);
void gf_json_bool(struct gf_json *j, const char *key, bool value);
void gf_json_free(struct gf_json *j);

#endif
