/* What is looked at: a profile with its colours, made beside the drawing and never changed after.
 * Shared by the drawing and by work that goes on beside it, hence counted. */
#ifndef GF_UI_SCENE_H
#define GF_UI_SCENE_H

#include <stdatomic.h>

#include "layout/layout.h"
#include "model/diff.h"
#include "model/lazy.h"
#include "model/profile.h"

enum { GF_SCENE_THEMES = 2 }; /* light, dark */

/* How deep the profile is at each of this many places across its width. */
enum { GF_SKYLINE = 2048 };

struct gf_unfolding; /* lens.h */

/* What the widths of a differential are, and whether BEFORE is scaled to the total of AFTER. */
struct gf_sides {
    enum gf_widths widths;
    bool normalize;
};

struct gf_scene {
    atomic_uint holders;
    struct gf_profile *profile;
    struct gf_colors colors[GF_SCENE_THEMES];
    struct gf_layout_scratch scratch[GF_SCENE_THEMES]; /* see gf_scene_scratch */
    atomic_uint warm;            /* the themes, a bit each, that can be drawn at once */
    uint8_t skyline[GF_SKYLINE]; /* 255 times the root of depth / deepest row: one
                                    deep stack leaves the others in sight */
    bool final;                  /* nothing more will be read */
    struct gf_frame_index index; /* see gf_scene_index */
    uint64_t taken;              /* bytes of the profile's budget, to draw it in one theme */
    _Atomic uint64_t more_taken; /* and in the other one too */
    struct gf_scene *twin;       /* held: the same in other colours, whose profile and index
                                    these are; NULL: they are its own */

    /* Of a differential; 0 and NULL otherwise. */
    struct gf_sides sides;
    struct gf_scene *origin; /* held: the one with the widths of AFTER that this is made of */
    uint64_t unseen;         /* weighs nothing in widths of one side, but on the other */

    /* Of what a lens unfolds; NULL and 0 otherwise. */
    struct gf_scene *whole;         /* held: what is looked at; the names and colours are its */
    struct gf_unfolding *unfolding; /* held */
    struct gf_lazy_parts parts;
    uint64_t half; /* of a sandwich: the weight of the function, which is seen as all there is */
};

/* Whether names have the same numbers in both, because one is a part of the other, or both are
 * parts of the same. */
bool gf_scene_same_names(const struct gf_scene *a, const struct gf_scene *b);

/* All weight that is seen side by side. */
uint64_t gf_scene_total(const struct gf_scene *scene);
/* For lenses, whose thread makes it when it first needs it. */
struct gf_frame_index *gf_scene_index(struct gf_scene *scene);
/* Where a frame begins, and the views of everything and of a frame: in a sandwich both halves begin
 * at 0. */
uint64_t gf_scene_x(const struct gf_scene *scene, uint32_t node);
struct gf_view gf_scene_view_all(const struct gf_scene *scene);
struct gf_view gf_scene_view_node(const struct gf_scene *scene, uint32_t node);

/* What the layout keeps for this scene in a theme. That of a theme that is warm belongs to the
 * thread that draws, the other one to the job that warms it. */
struct gf_layout_scratch *gf_scene_scratch(struct gf_scene *scene, int theme);

/* Prepares what takes long of the pictures in one theme. False when it was cancelled or failed:
 * then it is tried again, and a failure reported, when it is drawn. `cancel` and `meter`, as in
 * gf_layout_prepare, may be NULL. */
bool gf_scene_warm(struct gf_scene *scene, int theme, const atomic_bool *cancel,
                   struct gf_meter *meter, struct gf_error *err);
/* The same in all themes that have a bit in *themes, also in those that get one meanwhile. For the
 * thread that made the scene, before it gives it away. */
bool gf_scene_warm_all(struct gf_scene *scene, const atomic_uint *themes, const atomic_bool *cancel,
                       struct gf_meter *meter, struct gf_error *err);
bool gf_scene_is_warm(const struct gf_scene *scene, int theme);
/* Lets go of what was prepared for a theme that is not drawn any more. */
void gf_scene_cool(struct gf_scene *scene, int theme);

/* Takes over `profile`, also on failure, and makes the colours of `look` for each theme; those of a
 * differential show what changed. */
bool gf_scene_make(struct gf_profile *profile, const struct gf_palette *look, bool final,
                   struct gf_scene **out, struct gf_error *err);
/* Has a scene whose profile has no budget share one: counts the profile, and what it takes to draw
 * it, whether that fits or not. Everything that is made of the scene shares it too, and fails with
 * GF_ERR_LIMIT where it does not fit. */
void gf_scene_join(struct gf_scene *scene, struct gf_budget *budget);
/* The same scene in other colours; shares all else with it, and holds it. */
bool gf_scene_recolored(struct gf_scene *scene, const struct gf_palette *look,
                        struct gf_scene **out, struct gf_error *err);
/* Whether the scene's colours are those of `look`. */
bool gf_scene_wears(const struct gf_scene *scene, const struct gf_palette *look);
/* The scene of a differential with other widths, which holds `origin`; `cancel` and failures as in
 * gf_diff_view. */
bool gf_scene_of_sides(struct gf_scene *origin, struct gf_sides sides, const atomic_bool *cancel,
                       struct gf_scene **out, struct gf_error *err);
/* The scene of what a lens has unfolded of `whole`: takes over `profile` and `parts`, also on
 * failure; holds `whole` and the unfolding. */
bool gf_scene_unfolded(struct gf_profile *profile, struct gf_lazy_parts *parts, uint64_t half,
                       struct gf_scene *whole, struct gf_unfolding *unfolding,
                       struct gf_scene **out, struct gf_error *err);
struct gf_scene *gf_scene_hold(struct gf_scene *scene);
/* Frees the scene with its last holder. Accepts NULL. */
void gf_scene_drop(struct gf_scene *scene);

/* The frame of `to` with the same path of names as `node` of `from`: the root when not even its
 * first frame is there, and otherwise the last that is. `whole` tells whether it is all of the path
 * (may be NULL). Looks at no more than *steps siblings, which it takes off; after that nothing is
 * found (NULL: at as many as there are). */
uint32_t gf_scene_find(const struct gf_frames *from, uint32_t node, const struct gf_frames *to,
                       uint64_t *steps, bool *whole);

/* The number of a name, or GF_NO_NAME when no frame has it. */
uint32_t gf_scene_name(const struct gf_frames *frames, const char *name, size_t n);

/* The frame below the root along `path`, names separated by ';'; GF_NO_NODE when there is none. */
uint32_t gf_scene_path(const struct gf_frames *frames, const char *path);

#endif
