/* Loading beside the window: one thread takes partial results and the end of the load, colours
 * them, and leaves the newest for the drawing. */
#ifndef GF_UI_LOADER_H
#define GF_UI_LOADER_H

#include "model/load.h"
#include "ui/scene.h"

struct gf_loader;

/* Starts to watch `load`, which it takes over, also on failure. `wake` is called from the loader's
 * thread whenever there is something new to draw, a few times a second at most. */
bool gf_loader_start(struct gf_load *load, const struct gf_palette *palette,
                     struct gf_budget *budget, void (*wake)(void), struct gf_loader **out,
                     struct gf_error *err);

/* Cancels and frees a load that nobody watches. */
void gf_loader_abandon(struct gf_load *load);

/* The newest scene since the last call, now the caller's; NULL when there is none. */
struct gf_scene *gf_loader_take(struct gf_loader *loader);

/* How scenes will be drawn, with a bit for each theme: what they need for that is made beside the
 * drawing. */
void gf_loader_expect(struct gf_loader *loader, const struct gf_palette *look, unsigned themes);

struct gf_loader_state {
    struct gf_progress progress;
    bool ended;  /* all there will be has been given out, or the load failed */
    bool failed; /* `err` of gf_loader_watch says why */
};
struct gf_loader_state gf_loader_watch(struct gf_loader *loader, struct gf_error *err);

/* Has the load end with what was read so far; all that it gives is a scene, which says that it is
 * incomplete, or the failure to have read anything. */
void gf_loader_enough(struct gf_loader *loader);
/* Ends the load; it fails with GF_ERR_CANCELLED if it did not just come to its end. */
void gf_loader_cancel(struct gf_loader *loader);

/* Asks the load to stop and waits up to `seconds` for it: a reader may sit in a pipe that stays
 * silent. When it did stop, frees the loader and returns true. */
bool gf_loader_stop(struct gf_loader *loader, double seconds);

#endif
