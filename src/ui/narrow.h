/* Narrowing in the explorer: the steps that cut down what was read to what is looked at, listed as
 * chips. The scene of what is left is made beside the drawing (gf_narrow_job). */
#ifndef GF_UI_NARROW_H
#define GF_UI_NARROW_H

#include "model/narrow.h"
#include "ui/line.h"
#include "ui/scene.h"
#include "ui/worker.h"

enum { GF_STEPS = 16 };

/* One step as people name it. */
struct gf_narrow_cut {
    enum gf_narrow_kind kind;
    const char *text; /* as typed (gf_line_query), or all of a function's name; a share
                                as typed; NULL: none */
    size_t n;
    bool exact; /* the name itself is meant and nothing else */
    bool regex; /* the text is an expression, in which case counts, as on the command line */
    double percent;
};

struct gf_step_chip {
    struct gf_narrow_cut cut;
    char *own;        /* its text */
    uint64_t dropped; /* weight; of the last result */
};

/* What is typed to become a step. */
struct gf_ask {
    bool open;
    enum gf_narrow_kind kind;
    struct gf_line line;
    char wrong[160]; /* why it was not taken; empty: nothing is wrong */
};

/* Steps as they were before something was changed in them, or was taken back. */
struct gf_steps_before;
enum { GF_STEPS_BEFORE = 32 };

struct gf_narrowing {
    struct gf_step_chip items[GF_STEPS];
    unsigned n;
    uint64_t seq;           /* changes with everything above */
    bool working, outdated; /* a job is under way; what it works on has been replaced */
    uint64_t state, states; /* a number for these steps, and the last that was given away */
    uint64_t shown;         /* the state that the base was made by */
    struct gf_steps_before *past[GF_STEPS_BEFORE], *future[GF_STEPS_BEFORE]; /* the latest last */
    unsigned npast, nfuture;
    struct gf_ask ask;
};
/* Removes all steps for good. */
void gf_narrowing_free(struct gf_narrowing *narrowing);

/* Adds a step, with a copy of the text (NULL: none). False, with a message for people, when it
 * makes no sense or there is no room: then nothing changes. */
bool gf_narrowing_add(struct gf_narrowing *narrowing, const struct gf_narrow_cut *cut,
                      struct gf_error *err);
void gf_narrowing_remove(struct gf_narrowing *narrowing, unsigned i);
void gf_narrowing_clear(struct gf_narrowing *narrowing);
/* Takes back the last of these changes, or makes one again that was taken back. False when there is
 * none. */
bool gf_narrowing_undo(struct gf_narrowing *narrowing);
bool gf_narrowing_redo(struct gf_narrowing *narrowing);
/* Goes back to the steps that the base was made by, as far as they are remembered. */
bool gf_narrowing_revert(struct gf_narrowing *narrowing);

/* A job that makes the scene of what the steps leave of `from`, warm in `themes`
 * (gf_scene_warm_all), which is borrowed; NULL without memory. */
struct gf_job *gf_narrow_job(const struct gf_narrowing *narrowing, struct gf_scene *from,
                             const struct gf_palette *palette, const atomic_uint *themes,
                             enum gf_order order, int kind);

/* The samples of `from` that go through the function `name`, with all of their stacks. */
bool gf_narrow_to_name(const struct gf_profile *from, uint32_t name, enum gf_order order,
                       const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err);

struct gf_narrowed {
    uint64_t seq;
    struct gf_scene *scene; /* NULL: failed with `err` */
    uint64_t dropped[GF_STEPS];
    struct gf_error err;
};
/* What a done job made; its scene is now the caller's. */
struct gf_narrowed gf_narrow_result(struct gf_job *job);

#endif
