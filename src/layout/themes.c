#include <string.h>

#include "layout/color.h"
#include "layout/palette.h"

/* 0xRRGGBB as people write it, in the byte order of draw lists. */
#define HEX(rgb) (0xff000000u | ((rgb)&0xffu) << 16 | ((rgb)&0xff00u) | ((rgb) >> 16 & 0xffu))

static const struct gf_theme themes[] = {
    {.name = "light",
     .dark = false,
     .background = HEX(0xfcfbf9),
     .panel = HEX(0xf2f0ec),
     .text = HEX(0x1f1c19),
     .text_dim = HEX(0x67625b),
     .rule = HEX(0xd8d4cd),
     .accent = HEX(0xb3470b),
     .match = HEX(0xe45fdc),
     .root_fill = HEX(0xcdc9c2),
     .frame_text_dark = HEX(0x14110e),
     .frame_text_light = HEX(0xffffff),
     .more_matches = {HEX(0x4043b1), HEX(0xecc914), HEX(0x6fe2cd), HEX(0x843753), HEX(0x768b09)}},
    {.name = "dark",
     .dark = true,
     .background = HEX(0x17181b),
     .panel = HEX(0x202226),
     .text = HEX(0xe7e5e2),
     .text_dim = HEX(0x9f9c97),
     .rule = HEX(0x363940),
     .accent = HEX(0xff9d57),
     .match = HEX(0xea72e2),
     .root_fill = HEX(0x53565c),
     .frame_text_dark = HEX(0x0a0908),
     .frame_text_light = HEX(0xf7f5f2),
     .more_matches = {HEX(0x83fcf7), HEX(0xf0ec52), HEX(0x2d8031), HEX(0x9550bb), HEX(0x89bd5b)}},
};

const struct gf_theme *gf_theme_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++)
        if (strcmp(themes[i].name, name) == 0)
            return &themes[i];
    return NULL;
}

uint32_t gf_theme_mark(const struct gf_theme *theme, unsigned mark)
{
    return mark >= 2 && mark <= GF_MARKS ? theme->more_matches[mark - 2] : theme->match;
}

uint32_t gf_text_on(const struct gf_theme *theme, uint32_t fill)
{
    /* Dark text wherever it can be read, so that it does not change from frame to frame. */
    if (gf_color_contrast(theme->frame_text_dark, fill) >= 4.5)
        return theme->frame_text_dark;
    if (gf_color_contrast(theme->frame_text_light, fill) >= 4.5)
        return theme->frame_text_light;
    /* Between the two only pure black or white will do: one of them always reaches 4.58:1. */
    uint32_t black = gf_rgb(0, 0, 0), white = gf_rgb(255, 255, 255);
    return gf_color_contrast(black, fill) >= gf_color_contrast(white, fill) ? black : white;
}
