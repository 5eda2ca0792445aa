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
    bool dark;
    enum gf_order order;
    struct gf_narrowed made;
};

void gf_narrowing_free(struct gf_narrowing *all)
{
    while (all->n > 0)
        gf_narrowing_remove(all, all->n - 1);
}

void gf_narrowing_remove(struct gf_narrowing *all, unsigned i)
{
    if (i >= all->n)
        return;
    free(all->items[i].own);
    all->n--;
    memmove(&all->items[i], &all->items[i + 1], (all->n - i) * sizeof *all->items);
    all->seq++;
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
    all->seq++;
    return true;
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
    return ok && append(all, cut, err);
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_narrow_step steps[GF_STEPS];
    char *own[GF_STEPS] = {0};
    bool ok = true;
    for (unsigned i = 0; i < j->steps.n && ok; i++)
        ok = step_of(&j->steps.items[i].cut, &steps[i], &own[i]) || gf_fail_nomem(&j->made.err, 0);
    const struct gf_narrow_params params = {
        .steps = steps,
        .n = j->steps.n,
        .order = j->order,
        .threads = gf_system_cores(),
        .max_memory = gf_memory_beside(j->steps.max_memory, j->from->profile)};
    struct gf_profile *profile;
    struct gf_narrow_report report = {{0}, {0}};
    if (ok && gf_narrow(j->from->profile, &params, cancel, &profile, &report, &j->made.err) &&
        gf_scene_make(profile, &j->palette, j->from->final, &j->made.scene, &j->made.err))
        gf_scene_warm(j->made.scene, j->dark, 1280, 800);
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
                             const struct gf_palette *palette, bool dark, enum gf_order order,
                             int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .palette = *palette,
                      .dark = dark,
                      .order = order,
                      .made = {.seq = all->seq}};
    for (unsigned i = 0; i < all->n; i++) {
        if (!append(&j->steps, &all->items[i].cut, NULL)) {
            free_job(&j->job);
            return NULL;
        }
    }
    j->steps.max_memory = all->max_memory;
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
