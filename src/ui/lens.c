#include "ui/lens.h"

#include <stdlib.h>
#include <string.h>

struct job {
    struct gf_job job;
    struct gf_lens lens; /* with a name of its own */
    struct gf_scene *base;
    struct gf_palette palette;
    bool dark;
    struct gf_scene *made;
    struct gf_error err;
};

bool gf_lens_is_plain(const struct gf_lens *lens)
{
    return lens->kind == GF_DERIVE_SAME && lens->order == lens->loaded;
}

bool gf_lens_set(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n)
{
    char *copy = NULL;
    if (name) {
        copy = malloc(n + 1);
        if (!copy)
            return false;
        memcpy(copy, name, n);
    }
    free(lens->name);
    lens->name = copy;
    lens->n = copy ? n : 0;
    lens->kind = kind;
    lens->seq++;
    return true;
}

void gf_lens_free(struct gf_lens *lens)
{
    free(lens->name);
    lens->name = NULL;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    const struct gf_profile *from = j->base->profile;
    struct gf_derive_params params = {
        .kind = j->lens.kind,
        .order = j->lens.order,
        .name = j->lens.name ? gf_scene_name(&from->frames, j->lens.name, j->lens.n) : GF_NO_NAME};
    struct gf_profile *profile;
    if (gf_derive(from, &params, cancel, &profile, &j->err) &&
        gf_scene_make(profile, &j->palette, j->base->final, &j->made, &j->err))
        gf_scene_warm(j->made, j->dark, 1280, 800);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_lens_free(&j->lens);
    gf_scene_drop(j->base);
    gf_scene_drop(j->made);
    free(j);
}

struct gf_job *gf_lens_job(const struct gf_lens *lens, struct gf_scene *base,
                           const struct gf_palette *palette, bool dark, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .lens = {.order = lens->order},
                      .palette = *palette,
                      .dark = dark};
    if (!gf_lens_set(&j->lens, lens->kind, lens->name, lens->n)) {
        free(j);
        return NULL;
    }
    j->lens.seq = lens->seq;
    j->base = gf_scene_hold(base);
    return &j->job;
}

struct gf_scene *gf_lens_result(struct gf_job *job, uint64_t *seq, struct gf_error *err)
{
    struct job *j = (struct job *)job;
    struct gf_scene *made = j->made;
    *seq = j->lens.seq;
    *err = j->err;
    j->made = NULL;
    return made;
}
