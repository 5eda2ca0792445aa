/* Text for people: escaping, grouping, units. Nothing here depends on the locale. */
#ifndef GF_BASE_STR_H
#define GF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one UTF-8 code point from s[0..n), n > 0. Returns the bytes it takes (1..4) and stores
 * the code point; an invalid sequence takes 1 byte and yields U+FFFD (overlong forms, surrogates
 * and values above U+10FFFF are invalid). */
size_t gf_utf8_decode(const char *s, size_t n, uint32_t *codepoint);

/* Writes the UTF-8 form of a valid code point to out[4]; returns its length. */
size_t gf_utf8_encode(uint32_t codepoint, char out[4]);

/* True for code points that must never reach a terminal or a label as they are: C0, DEL, C1,
 * line and paragraph separators, and the bidirectional controls. */
bool gf_unsafe_codepoint(uint32_t codepoint);

/* Copies s[0..n) to out (capacity cap > 0, always terminated), with unsafe code points and invalid
 * bytes written as \xNN or \u{N}. Cuts between characters when it does not fit. Returns the length.
 */
size_t gf_str_escape(char *out, size_t cap, const char *s, size_t n);

/* 1234567 as "1,234,567". out takes at least 27 bytes. Returns out. */
char *gf_str_grouped(char out[27], uint64_t value);

/* A part of a whole as people read it: "12.3%", "0.045%" (two significant digits under 1%),
 * "0%", "100%". out takes at least 16 bytes. Returns out. */
char *gf_str_percent(char out[16], uint64_t part, uint64_t whole);

/* Bytes with a decimal unit: "999 B", "1.2 GB". out takes at least 16 bytes. Returns out. */
char *gf_str_bytes(char out[16], uint64_t bytes);

/* Reads "123", "64K", "1.5G", "2GiB" (K M G T: 1024-based, an optional "B" or "iB" follows).
 * Returns false when the text is anything else or does not fit. */
bool gf_str_parse_size(const char *text, uint64_t *bytes);

#endif
