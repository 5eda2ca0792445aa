#include "ui/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "ui/lens.h"

struct job {
    struct gf_job job;
    struct gf_line line;
    bool match_case;
    struct gf_found *found;
};

void gf_found_free(struct gf_found *found)
{
    if (!found)
        return;
    gf_scene_drop(found->scene);
    free(found->matched);
    free(found);
}

/* ---- the list ---- */

bool gf_searches_add(struct gf_searches *all)
{
    unsigned used = 1; /* mark 0 is none */
    if (all->n == GF_SEARCHES)
        return false;
    for (unsigned i = 0; i < all->n; i++)
        used |= 1u << all->items[i].mark;
    uint8_t mark = (uint8_t)__builtin_ctz(~used);
    all->items[all->n] = (struct gf_search){.mark = mark, .serial = ++all->serials};
    all->active = all->n++;
    return true;
}

void gf_searches_remove(struct gf_searches *all, unsigned i)
{
    if (i >= all->n)
        return;
    gf_found_free(all->items[i].found);
    all->n--;
    memmove(&all->items[i], &all->items[i + 1], (all->n - i) * sizeof *all->items);
    if (all->active > i || all->active == all->n)
        all->active -= all->active > 0;
    all->typing = all->typing && all->n > 0;
}

void gf_searches_free(struct gf_searches *all)
{
    while (all->n > 0)
        gf_searches_remove(all, all->n - 1);
    free(all->marks);
    all->marks = NULL;
}

bool gf_search_valid(const struct gf_search *s, const struct gf_scene *scene)
{
    return s->found && s->found->err.code == GF_OK && gf_scene_same_names(s->found->scene, scene);
}

unsigned gf_searches_valid(const struct gf_searches *all, const struct gf_scene *scene)
{
    unsigned n = 0;
    for (unsigned i = 0; i < all->n; i++)
        n += gf_search_valid(&all->items[i], scene);
    return n;
}

void gf_searches_mark(struct gf_searches *all, const struct gf_scene *scene)
{
    free(all->marks);
    all->marks = NULL;
    if (gf_searches_valid(all, scene) == 0)
        return;
    uint32_t names = scene->profile->frames.names.n;
    all->marks = calloc((size_t)names + 1, 1);
    /* The active one first, then the others in their order; the first to come has the name. */
    for (unsigned k = 0; k <= all->n && all->marks; k++) {
        unsigned i = k == 0 ? all->active : k - 1;
        const struct gf_search *s = &all->items[i];
        if (!gf_search_valid(s, scene) || (k > 0 && i == all->active))
            continue;
        for (uint32_t name = 0; name < names; name++)
            if (s->found->matched[name] && !all->marks[name])
                all->marks[name] = s->mark;
    }
}

void gf_search_edited(struct gf_searches *all)
{
    all->items[all->active].serial = ++all->serials;
}

/* ---- finding ---- */

/* What is not unfolded yet matches as well: the weight is that of what is looked at as a whole. */
static bool weigh_whole(struct gf_found *found, const atomic_bool *cancel)
{
    const struct gf_frames *whole = &found->scene->whole->profile->frames;
    struct gf_derive_params params = gf_unfolding_params(found->scene->unfolding);
    struct gf_search_totals all;
    if (params.kind != GF_DERIVE_BOTTOM_UP)
        return gf_search_through(whole, 0, found->matched, params.name,
                                 params.kind != GF_DERIVE_CALLEES, params.kind != GF_DERIVE_CALLERS,
                                 cancel, &found->totals.weight, &found->err);
    if (!gf_search_totals(whole, 0, found->matched, gf_system_cores(), cancel, &all, NULL,
                          &found->err))
        return false;
    found->totals.weight = all.weight;
    return true;
}

/* The halves of a sandwich are seen over one another. */
static void fold_ticks(uint8_t ticks[GF_SEARCH_TICKS])
{
    uint8_t folded[GF_SEARCH_TICKS];
    for (size_t i = 0; i < GF_SEARCH_TICKS; i++)
        folded[i] = ticks[i / 2] | ticks[GF_SEARCH_TICKS / 2 + i / 2];
    memcpy(ticks, folded, sizeof folded);
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_found *f = j->found;
    const struct gf_frames *frames = &f->scene->profile->frames;
    struct gf_search_query query = gf_line_query(j->line.text, j->line.n, j->match_case);
    const struct gf_search_ticks ticks = {f->ticks, f->rows, GF_SEARCH_TICKS, GF_SEARCH_ROWS};
    bool ok = gf_search_names(&frames->names, &query, cancel, f->matched, &f->functions, &f->err) &&
              (f->functions == 0 || /* all sums are 0, as they are */
               gf_search_totals(frames, 0, f->matched, gf_system_cores(), cancel, &f->totals,
                                &ticks, &f->err));
    if (ok && f->scene->unfolding)
        weigh_whole(f, cancel);
    if (ok && f->scene->half)
        fold_ticks(f->ticks);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_found_free(j->found);
    free(j);
}

struct gf_job *gf_search_job(const struct gf_search *search, struct gf_scene *scene, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    struct gf_found *f = calloc(1, sizeof *f);
    uint8_t *matched = calloc((size_t)scene->profile->frames.names.n + 1, 1);
    if (!j || !f || !matched) {
        free(j);
        free(f);
        free(matched);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .line = search->line,
                      .match_case = search->match_case,
                      .found = f};
    f->scene = gf_scene_hold(scene);
    f->serial = search->serial;
    f->matched = matched;
    return &j->job;
}

struct gf_found *gf_search_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_found *found = j->found;
    j->found = NULL;
    return found;
}
