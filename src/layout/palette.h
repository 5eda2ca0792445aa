/* Colours: themes, and one fill per name. Deterministic by name, so that two pictures compare. */
#ifndef GF_LAYOUT_PALETTE_H
#define GF_LAYOUT_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/frames.h"

/* Searches that are told apart by colour. */
enum { GF_MARKS = 6 };

struct gf_theme {
    const char *name; /* "light", "dark" */
    bool dark;
    uint32_t background, panel, text, text_dim, rule, accent, match, root_fill, frame_text_dark,
        frame_text_light;
    /* Of the second search and on: apart from one another and from `match`, that of the first, also
     * for people who confuse red with green or blue with yellow. */
    uint32_t more_matches[GF_MARKS - 1];
};

/* The colour of mark 1 .. GF_MARKS. */
uint32_t gf_theme_mark(const struct gf_theme *theme, unsigned mark);

/* "light" or "dark"; NULL for any other name. */
const struct gf_theme *gf_theme_by_name(const char *name);

/* What decides about fills. */
struct gf_palette {
    /* "module", "kind", "heat", or one of flamegraph.pl's palettes (hot, mem, io,
     * wakeup, chain, java, js, perl, red, green, blue, aqua, yellow, purple, orange). "heat" is by
     * the share of all that is spent in the function itself, over all the places where it occurs,
     * on a scale that is the same for all profiles. "diff" is for differentials and by call path:
     * grey where a frame's total is the same on both sides, one hue where it gained, another where
     * it lost, stronger the larger the change is as a part of the larger side; readers of any
     * colour vision tell them apart. All others know nothing but the name.
     * NULL: "diff" for a differential, else "module". */
    const char *mode;
    bool hash; /* flamegraph.pl's --hash; only for its palettes */
    /* Colours that stand for something stay apart for those who do not tell red from green, or blue
     * from yellow. */
    bool color_blind;
    const struct gf_theme *theme;
    bool negate; /* "diff" with its hues swapped */
};

/* True when `mode` is a palette that gf_colors_make knows; gf_palette_names has all of them,
 * NULL-terminated. */
bool gf_palette_known(const char *mode);
const char *const *gf_palette_names(void);

/* Fills by name id, or by node; colours 0xAABBGGRR. */
struct gf_colors {
    uint32_t *fill; /* [n] */
    uint32_t n;
    bool by_node;
    struct gf_palette palette;
};

/* The fill of a node; root_fill where it has none. */
static inline uint32_t gf_fill_of(const struct gf_colors *colors, const struct gf_frames *frames,
                                  uint32_t node, uint32_t root_fill)
{
    uint32_t i = colors->by_node ? node : frames->name[node];
    return node != 0 && i < colors->n ? colors->fill[i] : root_fill;
}

/* Computes the fills of all names of a profile, or of its nodes. `value` says by which value type
 * heat goes. Fails with GF_ERR_USAGE for a mode that is not known, or "diff" and no differential,
 * and with GF_ERR_NOMEM. */
bool gf_colors_make(const struct gf_frames *frames, uint32_t value,
                    const struct gf_palette *palette, struct gf_colors *out, struct gf_error *err);
void gf_colors_free(struct gf_colors *colors);

/* How much of the background (of 256) the inside of a frame takes that only was before: it is drawn
 * as an outline in its colour. */
enum { GF_GHOST = 200 };

/* The value type by which frames of these colours are there, not only were: those without any
 * weight of it are ghosts. nvalues where there are none: colours that show no change. */
uint32_t gf_ghost_value(const struct gf_colors *colors, const struct gf_frames *frames);

/* What a legend says about a palette: entries from left to right. An entry without a label is
 * another shade of the one that follows it. Returns their number; 0 where colours tell nothing but
 * names apart, and where mode is NULL. */
struct gf_legend_entry {
    const char *label;
    uint32_t fill;
};
#define GF_LEGEND_MAX 8
unsigned gf_palette_legend(const struct gf_palette *palette,
                           struct gf_legend_entry out[GF_LEGEND_MAX]);

/* The colour for text on a fill: contrast 4.5:1 or more. */
uint32_t gf_text_on(const struct gf_theme *theme, uint32_t fill);

#endif
