/* A small JSON writer: objects and arrays nest, commas and escaping are its work. */
#ifndef GF_EXPORT_JSON_H
#define GF_EXPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gf_json {
    char *text; /* terminated; owned */
    size_t len, cap;
    bool comma, failed; /* failed: memory ran out; text is then useless */
};

void gf_json_object(struct gf_json *j, const char *key); /* key NULL: at the top or in an array */
void gf_json_end_object(struct gf_json *j);
void gf_json_array(struct gf_json *j, const char *key);
void gf_json_end_array(struct gf_json *j);
/* Invalid UTF-8 in s becomes U+FFFD. */
void gf_json_string(struct gf_json *j, const char *key, const char *s, size_t n);
void gf_json_u64(struct gf_json *j, const char *key, uint64_t value);
void gf_json_double(struct gf_json *j, const char *key, double value);
void gf_json_bool(struct gf_json *j, const char *key, bool value);
void gf_json_free(struct gf_json *j);

#endif
