/* What the explorer writes: the view as PNG or SVG, the profile as folded stacks or for pprof. */
#ifndef GF_UI_SAVE_H
#define GF_UI_SAVE_H

#include "ui/app.h"
#include "ui/worker.h"

enum gf_save_kind { GF_SAVE_PNG, GF_SAVE_SVG, GF_SAVE_FOLDED, GF_SAVE_PPROF };

/* A job that writes what the app shows: as SVG, as folded stacks or for pprof (all of the scene),
 * or for GF_SAVE_PNG the picture `rgb` (height rows of width * 3 bytes, taken over, also on
 * failure), into the current directory under a name made from what is read, which no file has yet.
 * NULL without memory. */
struct gf_job *gf_save_job(const struct gf_app *app, enum gf_save_kind what, uint8_t *rgb,
                           uint32_t width, uint32_t height, int kind);
/* What to tell the person about a done job; valid while the job lives. */
const char *gf_save_message(const struct gf_job *job);

#endif
