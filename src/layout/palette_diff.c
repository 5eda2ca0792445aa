/* The colours of a differential: grey, and from it two ramps of one hue each. */
#include <math.h>
#include <string.h>

#include "layout/color.h"
#include "layout/palette_fill.h"
#include "model/diff.h"

/* Steps from no change to all of it: finer than an eye tells. */
#define STEPS 64

/* Vermilion and blue, apart for every kind of colour blindness (after Okabe and Ito, 2008). */
#define HUE_GAINED 42.0
#define HUE_LOST   252.0

struct ramp {
    uint32_t lost[STEPS + 1], gained[STEPS + 1]; /* [0]: nothing changed */
};

static uint32_t step_fill(const struct gf_theme *theme, double hue, unsigned step)
{
    /* Small changes are the most frequent: they get more of the way than a straight line gives. */
    double strength = pow((double)step / STEPS, 0.6);
    double lightness = theme->dark ? 0.46 + 0.26 * strength : 0.88 - 0.20 * strength;
    double chroma = step ? 0.02 + 0.14 * strength : 0.003;
    return gf_color_oklch(lightness, chroma, hue);
}

static void make_ramp(struct ramp *ramp, const struct gf_theme *theme, bool negate)
{
    for (unsigned step = 0; step <= STEPS; step++) {
        ramp->gained[step] = step_fill(theme, negate ? HUE_LOST : HUE_GAINED, step);
        ramp->lost[step] = step_fill(theme, negate ? HUE_GAINED : HUE_LOST, step);
    }
}

static uint32_t fill(const struct ramp *ramp, uint64_t before, uint64_t after)
{
    uint64_t larger = after > before ? after : before, smaller = after > before ? before : after;
    uint64_t change = larger - smaller;
    if (change == 0)
        return ramp->gained[0];
    double part = (double)change / (double)larger;
    /* What changed at all is told from what did not. */
    unsigned step = (unsigned)(part * STEPS + 0.5);
    step = step ? step : 1;
    return after > before ? ramp->gained[step] : ramp->lost[step];
}

void gf_diff_fill(const struct gf_frames *frames, const struct gf_palette *palette, uint32_t *out)
{
    struct ramp ramp;
    make_ramp(&ramp, palette->theme, palette->negate);
    uint32_t before = gf_side(frames, GF_BEFORE), after = gf_side(frames, GF_AFTER);
    for (uint32_t node = 0; node < frames->n; node++)
        out[node] =
            fill(&ramp, gf_frame_total(frames, node, before), gf_frame_total(frames, node, after));
}

uint32_t gf_ghost_value(const struct gf_colors *colors, const struct gf_frames *frames)
{
    return colors->by_node && gf_is_differential(frames) ? gf_side(frames, GF_AFTER)
                                                         : frames->nvalues;
}

unsigned gf_diff_legend(const struct gf_palette *palette, struct gf_legend_entry out[GF_LEGEND_MAX])
{
    struct ramp ramp;
    make_ramp(&ramp, palette->theme, palette->negate);
    const struct gf_legend_entry entries[] = {{"gone", ramp.lost[STEPS]},
                                              {"halved", ramp.lost[STEPS / 2]},
                                              {"same", ramp.gained[0]},
                                              {"doubled", ramp.gained[STEPS / 2]},
                                              {"new", ramp.gained[STEPS]}};
    memcpy(out, entries, sizeof entries);
    return sizeof entries / sizeof *entries;
}
