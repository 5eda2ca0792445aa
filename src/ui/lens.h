/* What the profile is looked at through: turned round, from one function, in another order. The
 * scene so made is worked out beside the drawing (gf_lens_job). */
#ifndef GF_UI_LENS_H
#define GF_UI_LENS_H

#include "model/derive.h"
#include "ui/scene.h"
#include "ui/worker.h"

struct gf_lens {
    enum gf_derive_kind kind;
    enum gf_order order;
    char *name; /* owned, n bytes, not terminated: the function; NULL: none */
    size_t n;
    uint64_t seq;           /* changes with everything above */
    enum gf_order loaded;   /* the order that scenes are read in */
    bool working, outdated; /* a job is under way; what it works on has been replaced */
};

/* Nothing is different from what was read. */
bool gf_lens_is_plain(const struct gf_lens *lens);
/* Sets what is looked at; name NULL: no function. False without memory: then nothing changes. */
bool gf_lens_set(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n);
void gf_lens_free(struct gf_lens *lens);

/* A job that makes the scene of this lens out of `base`; NULL without memory. */
struct gf_job *gf_lens_job(const struct gf_lens *lens, struct gf_scene *base,
                           const struct gf_palette *palette, bool dark, int kind);
/* What a done job made, now the caller's; NULL and *err when it failed. *seq is that of its lens.
 */
struct gf_scene *gf_lens_result(struct gf_job *job, uint64_t *seq, struct gf_error *err);

#endif
