/* What the profile is looked at through: turned round, from one function, in another order. The
 * scene so made is worked out beside the drawing (gf_lens_job). Another order is made at once, as a
 * whole; the others are unfolded as far as they are seen, picture by picture. */
#ifndef GF_UI_LENS_H
#define GF_UI_LENS_H

#include "model/derive.h"
#include "ui/scene.h"
#include "ui/worker.h"

/* What was seen through a lens when it was left. */
struct gf_lens_sight {
    bool any;
    struct gf_view view;
    uint64_t total; /* that the view is about */
    void *way;      /* what more there is to remember, for whoever put it here; owned, for free() */
};

/* One lens among those that were looked through. */
struct gf_lens_place {
    enum gf_derive_kind kind;
    char *name; /* owned, n bytes, not terminated: the function; NULL: none */
    size_t n;
    uint64_t id; /* another one for each that was gone to */
    struct gf_lens_sight sight;
};

/* What of a lens is looked at. {0}: all of it, in a window of middling size. */
struct gf_lens_look {
    struct gf_view view; /* span 0: everything */
    uint64_t total;      /* that the view is about */
    uint32_t width;      /* pixels */
    uint32_t rows[2];    /* as in gf_lazy_look */
};

enum { GF_LENSES = 32 };

struct gf_lens {
    enum gf_derive_kind kind;
    enum gf_order order;
    char *name; /* as in gf_lens_place */
    size_t n;
    uint64_t id;
    struct gf_lens_sight sight; /* to be seen when it is shown again */
    uint64_t seq;               /* changes with everything above; never one that was used before */
    uint64_t seqs;              /* the last that was used, also as an id */
    uint64_t shown;             /* the id of what is shown, and its order */
    enum gf_order shown_order;
    enum gf_order loaded;   /* the order that scenes are read in */
    bool working, outdated; /* a job is under way; what it works on has been replaced */
    bool more;              /* of what was asked for last something is still folded */
    struct gf_lens_look asked;
    struct gf_lens_place back[GF_LENSES], forward[GF_LENSES]; /* the latest last */
    unsigned nback, nforward;
};

/* Nothing is different from what was read. */
bool gf_lens_is_plain(const struct gf_lens *lens);
/* Sets what is looked at; name NULL: no function. False without memory: then nothing changes. */
bool gf_lens_set(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n);
/* As gf_lens_set, and remembers what was looked at before. */
bool gf_lens_go(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n);
/* Another order of siblings. */
void gf_lens_turn(struct gf_lens *lens, enum gf_order order);
/* Notes what was seen through the lens, which is about to be left; takes over sight.way. */
void gf_lens_remember(struct gf_lens *lens, struct gf_lens_sight sight);
/* The lens is what is shown. */
void gf_lens_note_shown(struct gf_lens *lens);
/* Back to what is shown, as `seq`; where that is not known any more, plain. */
void gf_lens_revert(struct gf_lens *lens, uint64_t seq);
/* Goes to the lens before, or to the one that was gone back from. False when there is none. */
bool gf_lens_back(struct gf_lens *lens);
bool gf_lens_forward(struct gf_lens *lens);
/* Whether this is what is looked through. */
bool gf_lens_is(const struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n);
void gf_lens_free(struct gf_lens *lens);

/* A lens that is being unfolded. Counted: scenes hold it, and jobs, one at a time, go on with it.
 */
struct gf_unfolding;
/* What it unfolds, with the number that the function has there. */
struct gf_derive_params gf_unfolding_params(const struct gf_unfolding *unfolding);
struct gf_unfolding *gf_unfolding_hold(struct gf_unfolding *unfolding);
void gf_unfolding_drop(struct gf_unfolding *unfolding); /* NULL is fine */

/* All that the lens of a scene shows, unfolded or not, as a profile of its own: of a sandwich,
 * which has no stacks, the whole stacks that go through the function. Fails as gf_derive. */
bool gf_lens_profile(const struct gf_scene *scene, const atomic_bool *cancel,
                     struct gf_profile **out, struct gf_error *err);

/* A job that makes the index of a scene that is here to stay, so that the first lens finds it. */
struct gf_job *gf_lens_index_job(struct gf_scene *scene, int kind);

/* A job that makes the scene of this lens out of `base`, or unfolds more of `shown` (NULL: nothing
 * is shown yet) where that is what the lens shows of the same base. It gives a first picture soon,
 * and the next ones sooner or later. All such jobs, and those for the index, have to run on one
 * thread. `themes` as in gf_scene_warm_all; borrowed. NULL without memory. */
struct gf_job *gf_lens_job(const struct gf_lens *lens, struct gf_scene *base,
                           struct gf_scene *shown, const struct gf_palette *palette,
                           const atomic_uint *themes, int kind);

/* What a done job made. */
struct gf_lens_made {
    struct gf_scene *scene; /* now the caller's; NULL: nothing new, or it failed */
    uint64_t seq;           /* of its lens */
    bool more;              /* there is more to unfold of what was asked for */
    struct gf_error err;
};
struct gf_lens_made gf_lens_result(struct gf_job *job);

#endif
