/* The explorer: a window on a profile, from its opening to its end. */
#ifndef GF_UI_VIEW_H
#define GF_UI_VIEW_H

#include "layout/palette.h"
#include "model/diff.h"
#include "model/load.h"
#include "model/narrow.h"

struct gf_view_params {
    const char *input;        /* names of what is read, for people */
    const char *const *paths; /* files and directories of `load`, to be read again */
    size_t npaths;
    struct gf_load_params reload; /* how to read them again */
    struct gf_palette palette;    /* the theme follows from `dark` */
    enum gf_order order;          /* of siblings, as `load` was started */
    /* The narrowing that it begins with, its chips; no more than GF_STEPS. Patterns are
     * expressions. */
    const struct gf_narrow_step *steps;
    uint32_t nsteps;
    const char *base;      /* a profile to compare with, which was before; NULL: none */
    enum gf_widths widths; /* of a differential */
    bool normalize;        /* what was before is scaled to the total of what is after */
    bool dark, inverted, no_animation;
    bool keep;              /* write what is changed in the window to the settings (settings.h) */
    const char *note;       /* said in the window when it opens; NULL or empty: nothing */
    double scale;           /* of everything, beside that of the screen; 0: 1 */
    int width, height;      /* of the window in screen coordinates; 0: a good size */
    const char *script;     /* a file of gf_script_read, or NULL */
    const char *screenshot; /* a PNG to write at the end of the script (without one: when all is
                               loaded), then the window closes; or NULL */
    /* Whether the person asked the program to stop; polled when the window wakes. May be NULL. */
    bool (*stopped)(void *ctx);
    void *ctx;
};

/* Opens the window and stays until it is closed. Takes over `load`, also on failure. Fails with
 * GF_ERR_GL where no window can be had, with what the load failed with, and with GF_ERR_CANCELLED
 * when `stopped`. *stuck is set when a thread of the load would not end (it waits for a silent
 * pipe), or one that asks a silent file system: then the process has to leave without it. */
bool gf_view_run(struct gf_load *load, const struct gf_view_params *params, bool *stuck,
                 struct gf_error *err);

#endif
