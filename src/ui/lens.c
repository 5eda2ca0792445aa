#include "ui/lens.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "ui/narrow.h"

/* Seconds that are spent on a picture: the first comes soon, the others are worth waiting for. */
#define FIRST_SECONDS 0.05
#define NEXT_SECONDS  0.12
/* Frames from this part of a pixel on are unfolded, and this part of the view's width on either
 * side of it: a little more than is seen. */
#define LEAST_PX 0.75
#define BESIDE   0.5

/* ---- what is looked through ---- */

bool gf_lens_is_plain(const struct gf_lens *lens)
{
    return lens->kind == GF_DERIVE_SAME && lens->order == lens->loaded;
}

bool gf_lens_is(const struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n)
{
    return lens->kind == kind && !lens->name == !name &&
           (!name || (lens->n == n && memcmp(lens->name, name, n) == 0));
}

static bool copy_name(const char *name, size_t n, char **out)
{
    *out = name ? malloc(n + 1) : NULL;
    if (*out)
        memcpy(*out, name, n);
    return !name || *out;
}

static void drop_place(struct gf_lens_place *place)
{
    free(place->name);
    free(place->sight.way);
}

/* Takes over the place's name and sight; the lens has none. */
static void take(struct gf_lens *lens, struct gf_lens_place place)
{
    lens->kind = place.kind;
    lens->name = place.name;
    lens->n = place.name ? place.n : 0;
    lens->id = place.id;
    lens->sight = place.sight;
    lens->more = false;
    lens->seq = ++lens->seqs;
}

bool gf_lens_set(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n)
{
    struct gf_lens_place place = {.kind = kind, .n = n};
    if (!copy_name(name, n, &place.name))
        return false;
    free(lens->name);
    free(lens->sight.way);
    place.id = ++lens->seqs;
    take(lens, place);
    return true;
}

void gf_lens_turn(struct gf_lens *lens, enum gf_order order)
{
    lens->order = order;
    lens->seq = ++lens->seqs;
}

void gf_lens_remember(struct gf_lens *lens, struct gf_lens_sight sight)
{
    free(lens->sight.way);
    lens->sight = sight;
}

void gf_lens_note_shown(struct gf_lens *lens)
{
    lens->shown = lens->id;
    lens->shown_order = lens->order;
    gf_lens_remember(lens, (struct gf_lens_sight){.any = false});
}

static void forget(struct gf_lens_place *places, unsigned *n)
{
    while (*n > 0)
        drop_place(&places[--*n]);
}

/* Puts what is looked through on a way, and leaves the lens without a name. */
static void leave(struct gf_lens *lens, struct gf_lens_place *places, unsigned *n)
{
    if (*n == GF_LENSES) {
        drop_place(&places[0]);
        memmove(places, places + 1, (GF_LENSES - 1) * sizeof *places);
        --*n;
    }
    places[(*n)++] = (struct gf_lens_place){lens->kind, lens->name, lens->n, lens->id, lens->sight};
    lens->name = NULL;
    lens->sight = (struct gf_lens_sight){.any = false};
}

bool gf_lens_go(struct gf_lens *lens, enum gf_derive_kind kind, const char *name, size_t n)
{
    struct gf_lens_place place = {.kind = kind, .n = n};
    if (!copy_name(name, n, &place.name))
        return false;
    forget(lens->forward, &lens->nforward);
    leave(lens, lens->back, &lens->nback);
    place.id = ++lens->seqs;
    take(lens, place);
    return true;
}

bool gf_lens_back(struct gf_lens *lens)
{
    if (lens->nback == 0)
        return false;
    struct gf_lens_place place = lens->back[--lens->nback];
    leave(lens, lens->forward, &lens->nforward);
    take(lens, place);
    return true;
}

bool gf_lens_forward(struct gf_lens *lens)
{
    if (lens->nforward == 0)
        return false;
    struct gf_lens_place place = lens->forward[--lens->nforward];
    leave(lens, lens->back, &lens->nback);
    take(lens, place);
    return true;
}

static bool has(const struct gf_lens_place *places, unsigned n, uint64_t id)
{
    for (unsigned i = 0; i < n; i++)
        if (places[i].id == id)
            return true;
    return false;
}

void gf_lens_revert(struct gf_lens *lens, uint64_t seq)
{
    bool before = has(lens->back, lens->nback, lens->shown);
    bool after = has(lens->forward, lens->nforward, lens->shown);
    lens->order = lens->shown_order;
    while (lens->id != lens->shown &&
           (before ? gf_lens_back(lens) : after && gf_lens_forward(lens))) {
    }
    if (lens->id != lens->shown)
        gf_lens_set(lens, GF_DERIVE_SAME, NULL, 0);
    else
        lens->seq = seq;
    gf_lens_remember(lens, (struct gf_lens_sight){.any = false});
}

void gf_lens_free(struct gf_lens *lens)
{
    forget(lens->back, &lens->nback);
    forget(lens->forward, &lens->nforward);
    free(lens->name);
    free(lens->sight.way);
    lens->name = NULL;
    lens->sight.way = NULL;
}

/* ---- unfolding ---- */

struct gf_unfolding {
    atomic_uint holders;
    struct gf_scene *base; /* held */
    struct gf_lazy *lazy;  /* whose it is: the job's that runs */
    struct gf_derive_params params;
    uint64_t seq;   /* of the lens */
    uint64_t half;  /* as in gf_scene */
    uint64_t total; /* of weight that is seen side by side */
};

struct gf_derive_params gf_unfolding_params(const struct gf_unfolding *unfolding)
{
    return unfolding->params;
}

bool gf_lens_profile(const struct gf_scene *scene, const atomic_bool *cancel,
                     struct gf_profile **out, struct gf_error *err)
{
    const struct gf_unfolding *u = scene->unfolding;
    if (u->params.kind == GF_DERIVE_SANDWICH)
        return gf_narrow_to_name(u->base->profile, u->params.name, u->params.order, cancel, out,
                                 err);
    return gf_derive(u->base->profile, &u->params, cancel, out, err);
}

struct gf_unfolding *gf_unfolding_hold(struct gf_unfolding *unfolding)
{
    if (unfolding)
        atomic_fetch_add(&unfolding->holders, 1);
    return unfolding;
}

void gf_unfolding_drop(struct gf_unfolding *u)
{
    if (!u || atomic_fetch_sub(&u->holders, 1) != 1)
        return;
    gf_lazy_free(u->lazy);
    gf_scene_drop(u->base);
    free(u);
}

struct job {
    struct gf_job job;
    struct gf_lens lens;            /* with a name of its own, and no way back */
    struct gf_scene *base;          /* held */
    struct gf_unfolding *unfolding; /* held; NULL: to be made */
    bool fresh;                     /* nothing of this lens is shown yet */
    struct gf_palette palette;
    const atomic_uint *themes;
    struct gf_lens_made made;
};

static bool need_index(struct gf_scene *scene, const atomic_bool *cancel, struct gf_error *err)
{
    struct gf_frame_index *index = gf_scene_index(scene);
    return index->parent ||
           gf_frame_index_make(&scene->profile->frames, gf_system_cores(), cancel, index, err);
}

static struct gf_derive_params params_of(const struct job *j)
{
    const struct gf_lens *lens = &j->lens;
    const struct gf_frames *f = &j->base->profile->frames;
    return (struct gf_derive_params){.kind = lens->kind,
                                     .order = lens->order,
                                     .name = lens->name ? gf_scene_name(f, lens->name, lens->n)
                                                        : GF_NO_NAME};
}

static bool begin(struct job *j, const atomic_bool *cancel, struct gf_error *err)
{
    struct gf_derive_params params = params_of(j);
    struct gf_unfolding *u = calloc(1, sizeof *u);
    if (!u)
        return gf_fail_nomem(err, sizeof *u);
    atomic_init(&u->holders, 1);
    u->base = gf_scene_hold(j->base);
    u->seq = j->lens.seq;
    u->params = params;
    /* A picture to start with does not wait for the index; one that replaces another does, since it
     * has to show as much. */
    bool wait = !j->fresh || gf_scene_index(j->base)->parent;
    if ((wait && !need_index(j->base, cancel, err)) ||
        !gf_lazy_make(j->base->profile, wait ? gf_scene_index(j->base) : NULL, &params, cancel,
                      &u->lazy, err)) {
        gf_unfolding_drop(u);
        return false;
    }
    u->total = gf_lazy_total(u->lazy);
    u->half = j->lens.kind == GF_DERIVE_SANDWICH ? u->total : 0;
    j->unfolding = u;
    return true;
}

/* `weight` or UINT64_MAX. */
static uint64_t clamp_weight(double weight)
{
    return !(weight > 0) ? 0 : weight >= 0x1p64 ? UINT64_MAX : (uint64_t)weight;
}

/* What that means in weights. A look at another total, while more is read, is taken for one at the
 * same part of this. */
static struct gf_lazy_look weights_of(const struct gf_lens_look *look, uint64_t total)
{
    double span = (double)total, width = look->width ? look->width : 1280;
    struct gf_lazy_look out = {.to = UINT64_MAX, .rows = {look->rows[0], look->rows[1]}};
    for (int i = 0; i < 2; i++)
        out.rows[i] = out.rows[i] ? out.rows[i] : 64;
    if (look->view.span > 0 && look->total > 0) {
        double grown = (double)total / (double)look->total;
        double x = ((double)look->view.x + look->view.frac) * grown;
        span = look->view.span * grown;
        out.from = clamp_weight(x - span * BESIDE);
        out.to = clamp_weight(x + span * (1 + BESIDE));
    }
    out.least = clamp_weight(span / width * LEAST_PX);
    out.least = out.least ? out.least : 1;
    return out;
}

/* Begins anew with what is looked at now. */
static bool begin_again(struct job *j, const atomic_bool *cancel, struct gf_error *err)
{
    struct gf_unfolding *old = j->unfolding;
    if (!begin(j, cancel, err))
        return false;
    gf_unfolding_drop(old);
    return true;
}

/* Unfolds what is asked for; *any: there is something new. */
static bool unfold_more(struct job *j, double until, const atomic_bool *cancel, bool *any,
                        struct gf_error *err)
{
    struct gf_unfolding *u = j->unfolding;
    struct gf_lazy_look look = weights_of(&j->lens.asked, u->total);
    if (!gf_lazy_has_index(u->lazy)) {
        if (!need_index(u->base, cancel, err))
            return false;
        gf_lazy_use_index(u->lazy, gf_scene_index(u->base));
    }
    return gf_lazy_unfold(u->lazy, &look, until, cancel, any, &j->made.more, err);
}

static bool unfold(struct job *j, const atomic_bool *cancel, struct gf_error *err)
{
    bool first = !j->unfolding, any, *more = &j->made.more;
    double until = gf_now() + (first ? FIRST_SECONDS : NEXT_SECONDS);
    if (first && !begin(j, cancel, err))
        return false;
    if (first && !gf_lazy_has_index(j->unfolding->lazy))
        *more = true;
    else if (!unfold_more(j, until, cancel, &any, err))
        return false;
    else if (*more && !any && gf_lazy_full(j->unfolding->lazy)) {
        first = true;
        if (!begin_again(j, cancel, err) || !unfold_more(j, until, cancel, &any, err))
            return false;
    }
    *more = *more && !gf_lazy_full(j->unfolding->lazy);
    if (!first && !any)
        return true;
    struct gf_profile *profile;
    struct gf_lazy_parts parts;
    struct gf_unfolding *u = j->unfolding;
    return gf_lazy_profile(u->lazy, &profile, &parts, err) &&
           gf_scene_unfolded(profile, &parts, u->half, j->base, u, &j->made.scene, err);
}

static bool derive(struct job *j, const atomic_bool *cancel, struct gf_error *err)
{
    struct gf_derive_params params = params_of(j);
    params.threads = gf_system_cores();
    params.meter = &j->job.meter;
    struct gf_profile *profile;
    return gf_derive(j->base->profile, &params, cancel, &profile, err) &&
           gf_scene_make(profile, &j->palette, j->base->final, &j->made.scene, err);
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_lens_made *made = &j->made;
    bool lazily = j->lens.kind != GF_DERIVE_SAME;
    bool ok = lazily ? unfold(j, cancel, &made->err) : derive(j, cancel, &made->err);
    if (ok && made->scene)
        gf_scene_warm_all(made->scene, j->themes, cancel, NULL, NULL);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_lens_free(&j->lens);
    gf_scene_drop(j->base);
    gf_scene_drop(j->made.scene);
    gf_unfolding_drop(j->unfolding);
    free(j);
}

struct gf_job *gf_lens_job(const struct gf_lens *lens, struct gf_scene *base,
                           struct gf_scene *shown, const struct gf_palette *palette,
                           const atomic_uint *themes, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .lens = {.order = lens->order},
                      .palette = *palette,
                      .themes = themes};
    if (!gf_lens_set(&j->lens, lens->kind, lens->name, lens->n)) {
        free(j);
        return NULL;
    }
    j->lens.seq = j->made.seq = lens->seq;
    j->lens.asked = lens->asked;
    j->base = gf_scene_hold(base);
    struct gf_unfolding *u = shown ? shown->unfolding : NULL;
    j->fresh = !u || u->seq != lens->seq;
    if (!j->fresh && u->base == base)
        j->unfolding = gf_unfolding_hold(u);
    return &j->job;
}

struct gf_lens_made gf_lens_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_lens_made made = j->made;
    j->made.scene = NULL;
    return made;
}

/* ---- the index ---- */

static void run_index(struct gf_job *job, const atomic_bool *cancel)
{
    /* Without it here it is made when it is needed, and its failure reported then. */
    need_index(((struct job *)job)->base, cancel, NULL);
}

struct gf_job *gf_lens_index_job(struct gf_scene *scene, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run_index, .free = free_job},
                      .base = gf_scene_hold(scene)};
    return &j->job;
}
