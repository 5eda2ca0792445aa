/* Which of the system's fonts has a code point, by fontconfig. Inside src/text only. */
#ifndef GF_TEXT_FALLBACK_H
#define GF_TEXT_FALLBACK_H

#include <stdbool.h>
#include <stdint.h>

#include <fontconfig/fontconfig.h>

/* {0} is one that has not looked yet. */
struct gf_fallback {
    FcConfig *config;
    FcFontSet *fonts; /* sans-serif fonts first, by fontconfig's preference */
    bool looked;
};

/* The best font from number `*next` on that claims to have the code point: its file (valid while
 * the fallback lives) and face index. False when there is none. *next moves behind it, so that a
 * font that can't be opened is passed over. Outline fonts come before colour bitmaps. */
bool gf_fallback_find(struct gf_fallback *fallback, uint32_t codepoint, unsigned *next,
                      const char **file, int *index);
void gf_fallback_free(struct gf_fallback *fallback);

#endif
