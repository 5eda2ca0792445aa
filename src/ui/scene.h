/* What is looked at: a profile with its colours, made beside the drawing and never changed after.
 * Shared by the drawing and by work that goes on beside it, hence counted. */
#ifndef GF_UI_SCENE_H
#define GF_UI_SCENE_H

#include <stdatomic.h>

#include "layout/palette.h"
#include "model/profile.h"

enum { GF_SCENE_THEMES = 2 }; /* light, dark */

/* How deep the profile is at each of this many places across its width. */
enum { GF_SKYLINE = 2048 };

struct gf_scene {
    atomic_uint holders;
    struct gf_profile *profile;
    struct gf_colors colors[GF_SCENE_THEMES];
    uint8_t skyline[GF_SKYLINE]; /* 255 times the root of depth / deepest row: one
                                    deep stack leaves the others in sight */
    bool final;                  /* nothing more will be read */
};

/* Takes over `profile`, also on failure, and makes the colours of palette `mode`. */
bool gf_scene_make(struct gf_profile *profile, const char *mode, bool final, struct gf_scene **out,
                   struct gf_error *err);
struct gf_scene *gf_scene_hold(struct gf_scene *scene);
/* Frees the scene with its last holder. Accepts NULL. */
void gf_scene_drop(struct gf_scene *scene);

/* The frame of `to` with the same path of names as `node` of `from`: the root when not even its
 * first frame is there, and otherwise the last that is. `whole` tells whether it is all of the path
 * (may be NULL). */
uint32_t gf_scene_find(const struct gf_frames *from, uint32_t node, const struct gf_frames *to,
                       bool *whole);

/* The frame below the root along `path`, names separated by ';'; GF_NO_NODE when there is none. */
uint32_t gf_scene_path(const struct gf_frames *frames, const char *path);

#endif
