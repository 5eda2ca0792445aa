/* How a person likes the explorer: kept from one session to the next in a small text file. */
#ifndef GF_UI_SETTINGS_H
#define GF_UI_SETTINGS_H

#include "model/load.h"

/* What the file says; `has_` tells whether it does. */
struct gf_settings {
    bool has_dark, dark;
    bool has_inverted, inverted;
    bool has_order;
    enum gf_order order; /* weight or name */
    bool has_scale;
    double scale; /* of everything, beside that of the screen: 0.5 to 8 */
    bool has_colors;
    char colors[16]; /* a palette's name */
    bool has_color_blind, color_blind;
};

/* Reads $XDG_CONFIG_HOME/gigaflame/settings (or ~/.config/gigaflame/settings): lines "theme =
 * dark", "direction = icicle", "order = name", "scale = 1.5", "colors = kind", "color-blind = yes";
 * what follows a '#' at the start of a line is skipped. A file that is not there, or cannot be
 * read, says nothing. `wrong` receives what to tell the person about the first line that makes no
 * sense, which counts for nothing; empty when all is well. */
void gf_settings_read(struct gf_settings *out, char *wrong, size_t cap);

/* Writes those that differ between `before` and `now` into the file, which appears whole or not at
 * all; other lines stay as they are. Does nothing when none differs. */
bool gf_settings_write(const struct gf_settings *before, const struct gf_settings *now,
                       struct gf_error *err);

#endif
