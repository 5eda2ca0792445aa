#include "text/fallback.h"

#include <stddef.h>

/* Asks for the configuration file by way of an empty configuration: the other way round fontconfig
 * would load the default one first, and complain on stderr where there is none. */
static bool is_configured(void)
{
#if FC_VERSION >= 21394
    FcConfig *empty = FcConfigCreate();
    if (!empty)
        return false;
    FcChar8 *name = FcConfigGetFilename(empty, NULL);
    FcConfigDestroy(empty);
#else
    FcChar8 *name = FcConfigFilename(NULL);
#endif
    bool found = name != NULL;
    if (name)
        FcStrFree(name);
    return found;
}

/* A configuration of our own, so that a program that embeds us keeps its own in peace. */
static void look(struct gf_fallback *f)
{
    f->looked = true;
    if (!is_configured())
        return;
    f->config = FcInitLoadConfigAndFonts();
    if (!f->config)
        return;
    FcPattern *pattern = FcPatternCreate();
    if (!pattern)
        return;
    FcResult result;
    if (FcPatternAddString(pattern, FC_FAMILY, (const FcChar8 *)"sans-serif") &&
        FcConfigSubstitute(f->config, pattern, FcMatchPattern)) {
        FcDefaultSubstitute(pattern);
        f->fonts = FcFontSort(f->config, pattern, FcFalse, NULL, &result);
    }
    FcPatternDestroy(pattern);
}

static bool flag(FcPattern *font, const char *object)
{
    FcBool value = FcFalse;
    return FcPatternGetBool(font, object, 0, &value) == FcResultMatch && value;
}

static bool has(FcPattern *font, uint32_t codepoint)
{
    FcCharSet *set = NULL;
    return FcPatternGetCharSet(font, FC_CHARSET, 0, &set) == FcResultMatch && set &&
           FcCharSetHasChar(set, codepoint);
}

bool gf_fallback_find(struct gf_fallback *f, uint32_t codepoint, unsigned *next, const char **file,
                      int *index)
{
    if (!f->looked)
        look(f);
    /* Numbers up to nfont are the outline fonts' turn, those after it the colour fonts'. */
    unsigned n = f->fonts && f->fonts->nfont > 0 ? (unsigned)f->fonts->nfont : 0;
    while (*next < 2 * n) {
        bool color = *next >= n;
        FcPattern *font = f->fonts->fonts[*next % n];
        (*next)++;
        bool is_color = flag(font, FC_COLOR);
        if (is_color != color || (!is_color && !flag(font, FC_SCALABLE)) || !has(font, codepoint))
            continue;
        FcChar8 *path = NULL;
        if (FcPatternGetString(font, FC_FILE, 0, &path) != FcResultMatch)
            continue;
        if (FcPatternGetInteger(font, FC_INDEX, 0, index) != FcResultMatch)
            *index = 0;
        *file = (const char *)path;
        return true;
    }
    return false;
}

void gf_fallback_free(struct gf_fallback *f)
{
    if (f->fonts)
        FcFontSetDestroy(f->fonts);
    if (f->config)
        FcConfigDestroy(f->config);
    *f = (struct gf_fallback){0};
}
