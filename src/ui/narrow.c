#include "ui/narrow.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"

struct job {
    struct gf_job job;
    struct gf_narrowing steps; /* with texts of its own */
    struct gf_scene *from;
    struct gf_palette palette;
    const atomic_uint *themes;
    enum gf_order order;
    struct gf_narrowed made;
};

/* ---- the steps ---- */

static void drop_step(struct gf_narrowing *all, unsigned i)
{
    free(all->items[i].own);
    all->n--;
    memmove(&all->items[i], &all->items[i + 1], (all->n - i) * sizeof *all->items);
}

static bool append(struct gf_narrowing *all, const struct gf_narrow_cut *cut, struct gf_error *err)
{
    struct gf_step_chip *chip = &all->items[all->n];
    *chip = (struct gf_step_chip){.cut = *cut};
    if (cut->text) {
        chip->own = malloc(cut->n + 1);
        if (!chip->own)
            return gf_fail_nomem(err, cut->n + 1);
        memcpy(chip->own, cut->text, cut->n);
        chip->own[cut->n] = '\0';
        chip->cut.text = chip->own;
    }
    all->n++;
    return true;
}

/* ---- what they were before ---- */

struct gf_steps_before {
    struct gf_step_chip items[GF_STEPS]; /* owned */
    unsigned n;
    uint64_t state;
};

static void drop_before(struct gf_steps_before *b)
{
    for (unsigned i = 0; b && i < b->n; i++)
        free(b->items[i].own);
    free(b);
}

static void forget(struct gf_steps_before **list, unsigned *n)
{
    while (*n > 0)
        drop_before(list[--*n]);
}

static void push(struct gf_steps_before **list, unsigned *n, struct gf_steps_before *b)
{
    if (*n == GF_STEPS_BEFORE) {
        drop_before(list[0]);
        memmove(list, list + 1, (GF_STEPS_BEFORE - 1) * sizeof *list);
        --*n;
    }
    list[(*n)++] = b;
}

/* Moves the steps into what is remembered: none is left. False without memory. */
static bool put_away(struct gf_narrowing *all, struct gf_steps_before **list, unsigned *n)
{
    struct gf_steps_before *b = calloc(1, sizeof *b);
    if (!b)
        return false;
    memcpy(b->items, all->items, all->n * sizeof *all->items);
    b->n = all->n;
    b->state = all->state;
    all->n = 0;
    push(list, n, b);
    return true;
}

/* Goes one step on the way between what was and what was taken back. */
static bool travel(struct gf_narrowing *all, struct gf_steps_before **from, unsigned *nfrom,
                   struct gf_steps_before **to, unsigned *nto)
{
    if (*nfrom == 0 || !put_away(all, to, nto))
        return false;
    struct gf_steps_before *b = from[--*nfrom];
    memcpy(all->items, b->items, b->n * sizeof *all->items);
    all->n = b->n;
    all->state = b->state;
    all->seq++;
    free(b);
    return true;
}

bool gf_narrowing_undo(struct gf_narrowing *all)
{
    return travel(all, all->past, &all->npast, all->future, &all->nfuture);
}

bool gf_narrowing_redo(struct gf_narrowing *all)
{
    return travel(all, all->future, &all->nfuture, all->past, &all->npast);
}

bool gf_narrowing_revert(struct gf_narrowing *all)
{
    bool before = false, after = false;
    for (unsigned i = 0; i < all->npast; i++)
        before |= all->past[i]->state == all->shown;
    for (unsigned i = 0; i < all->nfuture; i++)
        after |= all->future[i]->state == all->shown;
    while (all->state != all->shown &&
           (before ? gf_narrowing_undo(all) : after && gf_narrowing_redo(all))) {
    }
    return all->state == all->shown;
}

/* Remembers the steps, which are about to change. Without memory they are not to be had again. */
static void note(struct gf_narrowing *all)
{
    struct gf_narrowing was = {.n = 0};
    forget(all->future, &all->nfuture);
    for (unsigned i = 0; i < all->n; i++) {
        if (!append(&was, &all->items[i].cut, NULL))
            break;
        was.items[i].dropped = all->items[i].dropped;
    }
    was.state = all->state;
    if (was.n < all->n || !put_away(&was, all->past, &all->npast)) {
        while (was.n > 0)
            drop_step(&was, was.n - 1);
        forget(all->past, &all->npast);
    }
    all->state = ++all->states;
    all->seq++;
}

/* ---- changes ---- */

void gf_narrowing_free(struct gf_narrowing *all)
{
    while (all->n > 0)
        drop_step(all, all->n - 1);
    forget(all->past, &all->npast);
    forget(all->future, &all->nfuture);
    all->seq++;
}

void gf_narrowing_remove(struct gf_narrowing *all, unsigned i)
{
    if (i >= all->n)
        return;
    note(all);
    drop_step(all, i);
}

void gf_narrowing_clear(struct gf_narrowing *all)
{
    if (all->n > 0)
        note(all);
    while (all->n > 0)
        drop_step(all, all->n - 1);
}

/* An expression that matches exactly this name. To be freed. */
static char *quoted(const char *name, size_t n, size_t *len)
{
    char *out = malloc(2 * n + 6), *at = out;
    if (!out)
        return NULL;
    *at++ = '^';
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c < 128 && !isalnum(c) &&
            c > ' ') /* a backslash before anything else means something */
            *at++ = '\\';
        *at++ = (char)c;
    }
    memcpy(at, "\\z", 2);
    *len = (size_t)(at + 2 - out);
    return out;
}

/* The step as the model takes it; *own is to be freed. False without memory. */
static bool step_of(const struct gf_narrow_cut *cut, struct gf_narrow_step *step, char **own)
{
    *step = (struct gf_narrow_step){.kind = cut->kind, .percent = cut->percent};
    *own = NULL;
    if (!cut->text || !gf_narrow_has_pattern(cut->kind))
        return true;
    step->pattern = gf_line_query(cut->text, cut->n, false);
    if (cut->regex)
        step->pattern = (struct gf_search_query){.text = cut->text, .n = cut->n, .regex = true};
    if (!cut->exact)
        return true;
    size_t n = 0;
    *own = quoted(cut->text, cut->n, &n);
    step->pattern = (struct gf_search_query){.text = *own, .n = n, .regex = true};
    return *own != NULL;
}

bool gf_narrowing_add(struct gf_narrowing *all, const struct gf_narrow_cut *cut,
                      struct gf_error *err)
{
    struct gf_narrow_step step;
    char *own;
    if (all->n == GF_STEPS)
        return gf_fail(err, GF_ERR_LIMIT, "no more than %d steps at once: remove one first",
                       GF_STEPS);
    bool ok =
        step_of(cut, &step, &own) ? gf_narrow_check(&step, 1, err) : gf_fail_nomem(err, 2 * cut->n);
    free(own);
    if (!ok)
        return false;
    struct gf_narrowing with = {.n = 0}; /* nothing changes where there is no memory for it */
    if (!append(&with, cut, err))
        return false;
    note(all);
    all->items[all->n++] = with.items[0];
    return true;
}

bool gf_narrow_to_name(const struct gf_profile *from, uint32_t name, enum gf_order order,
                       const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err)
{
    const struct gf_name_table *names = &from->frames.names;
    const struct gf_narrow_cut cut = {.kind = GF_NARROW_FOCUS,
                                      .text = names->bytes + names->offset[name],
                                      .n = (size_t)(names->offset[name + 1] - names->offset[name]),
                                      .exact = true};
    struct gf_narrow_step step;
    char *own;
    *out = NULL;
    bool ok = step_of(&cut, &step, &own) || gf_fail_nomem(err, 2 * cut.n);
    const struct gf_narrow_params params = {
        .steps = &step, .n = 1, .order = order, .threads = gf_system_cores()};
    ok = ok && gf_narrow(from, &params, cancel, out, NULL, err);
    free(own);
    return ok;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_narrow_step steps[GF_STEPS];
    char *own[GF_STEPS] = {0};
    bool ok = true;
    for (unsigned i = 0; i < j->steps.n && ok; i++)
        ok = step_of(&j->steps.items[i].cut, &steps[i], &own[i]) || gf_fail_nomem(&j->made.err, 0);
    const struct gf_narrow_params params = {.steps = steps,
                                            .n = j->steps.n,
                                            .order = j->order,
                                            .threads = gf_system_cores(),
                                            .meter = &job->meter};
    struct gf_profile *profile;
    struct gf_narrow_report report = {{0}, {0}};
    if (ok && gf_narrow(j->from->profile, &params, cancel, &profile, &report, &j->made.err) &&
        gf_scene_make(profile, &j->palette, j->from->final, &j->made.scene, &j->made.err))
        gf_scene_warm_all(j->made.scene, j->themes, cancel, NULL, NULL);
    for (unsigned i = 0; i < j->steps.n; i++) {
        j->made.dropped[i] = report.dropped[i];
        free(own[i]);
    }
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_narrowing_free(&j->steps);
    gf_scene_drop(j->from);
    gf_scene_drop(j->made.scene);
    free(j);
}

struct gf_job *gf_narrow_job(const struct gf_narrowing *all, struct gf_scene *from,
                             const struct gf_palette *palette, const atomic_uint *themes,
                             enum gf_order order, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .palette = *palette,
                      .themes = themes,
                      .order = order,
                      .made = {.seq = all->seq}};
    for (unsigned i = 0; i < all->n; i++) {
        if (!append(&j->steps, &all->items[i].cut, NULL)) {
            free_job(&j->job);
            return NULL;
        }
    }
    j->from = gf_scene_hold(from);
    return &j->job;
}

struct gf_narrowed gf_narrow_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_narrowed made = j->made;
    j->made.scene = NULL;
    return made;
}
