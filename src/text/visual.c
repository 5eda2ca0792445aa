#include "text/visual.h"

#include <fribidi.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/str.h"

/* The blocks of scripts that run from right to left, and their presentation forms. */
static bool runs_left(uint32_t c)
{
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
           (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) ||
           (c >= 0x1e800 && c <= 0x1efff);
}

struct line {
    FriBidiCharType types[GF_VISUAL_MOST];
    FriBidiBracketType brackets[GF_VISUAL_MOST];
    FriBidiLevel levels[GF_VISUAL_MOST];
    FriBidiArabicProp joining[GF_VISUAL_MOST];
};

/* Arranges s[0..n) in place; returns how many are left, since some pairs of letters become one. */
static size_t arrange(struct line *line, FriBidiChar *s, size_t n)
{
    FriBidiStrIndex len = (FriBidiStrIndex)n;
    FriBidiParType direction = FRIBIDI_PAR_LTR;
    fribidi_get_bidi_types(s, len, line->types);
    fribidi_get_bracket_types(s, len, line->types, line->brackets);
    FriBidiLevel most = fribidi_get_par_embedding_levels_ex(line->types, line->brackets, len,
                                                            &direction, line->levels);
    if (most == 0)
        return n;
    fribidi_get_joining_types(s, len, line->joining);
    fribidi_join_arabic(line->types, len, line->levels, line->joining);
    FriBidiFlags flags = FRIBIDI_FLAGS_DEFAULT | FRIBIDI_FLAGS_ARABIC;
    fribidi_shape(flags, line->levels, len, line->joining, s);
    if (fribidi_reorder_line(flags, line->types, len, 0, direction, line->levels, s, NULL) == 0)
        return n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i] != FRIBIDI_CHAR_FILL)
            s[kept++] = s[i];
    return kept;
}

size_t gf_text_visual(const char *utf8, size_t n, uint32_t *out)
{
    size_t count = 0;
    bool left = false;
    for (size_t i = 0; i < n; count++) {
        i += gf_utf8_decode(utf8 + i, n - i, &out[count]);
        left |= runs_left(out[count]);
    }
    if (!left || count > GF_VISUAL_MOST)
        return count;
    struct line *line = malloc(sizeof *line);
    if (line)
        count = arrange(line, out, count);
    free(line);
    return count;
}
