/* Colours: themes, and one fill per name. Deterministic by name, so that two pictures compare. */
#ifndef GF_LAYOUT_PALETTE_H
#define GF_LAYOUT_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/frames.h"

struct gf_theme {
    const char *name; /* "light", "dark" */
    bool dark;
    uint32_t background, panel, text, text_dim, rule, accent, match, root_fill, frame_text_dark,
        frame_text_light;
};

/* "light" or "dark"; NULL for any other name. */
const struct gf_theme *gf_theme_by_name(const char *name);

/* Fills by name id, or by node; colours 0xAABBGGRR. */
struct gf_colors {
    uint32_t *fill; /* [n] */
    uint32_t n;
    const char *mode;
    bool by_node;
};

/* The fill of a node; root_fill where it has none. */
static inline uint32_t gf_fill_of(const struct gf_colors *colors, const struct gf_frames *frames,
                                  uint32_t node, uint32_t root_fill)
{
    uint32_t i = colors->by_node ? node : frames->name[node];
    return node != 0 && i < colors->n ? colors->fill[i] : root_fill;
}

/* True when `mode` is a palette that gf_colors_make knows; `names` receives all of them,
 * NULL-terminated. */
bool gf_palette_known(const char *mode);
const char *const *gf_palette_names(void);

/* Computes the fills of all names: "module" (the default), "kind", or one of flamegraph.pl's
 * palettes (hot, mem, io, wakeup, chain, java, js, perl, red, green, blue, aqua, yellow, purple,
 * orange). `hash`: flamegraph.pl's --hash. */
bool gf_colors_make(const struct gf_name_table *names, const char *mode, bool hash,
                    const struct gf_theme *theme, struct gf_colors *out, struct gf_error *err);

/* The fills of a differential, by node: grey where its total is the same before and after, one hue
 * where it gained, another where it lost, both told apart by colour-blind readers too, and the
 * stronger the more it changed: by (after - before) / the larger of the two. `negate` swaps the
 * hues. The mode is called "differential" then, or "differential-negated". */
bool gf_colors_make_diff(const struct gf_frames *frames, bool negate, const struct gf_theme *theme,
                         struct gf_colors *out, struct gf_error *err);
void gf_colors_free(struct gf_colors *colors);

/* What a legend says about a palette: entries from left to right. An entry without a label is
 * another shade of the one that follows it. Returns their number; 0 where colours tell nothing but
 * names apart. */
struct gf_legend_entry {
    const char *label;
    uint32_t fill;
};
#define GF_LEGEND_MAX 8
unsigned gf_palette_legend(const char *mode, const struct gf_theme *theme,
                           struct gf_legend_entry out[GF_LEGEND_MAX]);

/* The colour for text on a fill: contrast 4.5:1 or more. */
uint32_t gf_text_on(const struct gf_theme *theme, uint32_t fill);

#endif
