#include "ui/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/lens.h"

/* Whether row `depth` has a frame over the weight x. */
static bool row_has(const struct gf_frames *f, uint32_t depth, uint64_t x)
{
    uint32_t lo = f->row_start[depth], hi = f->row_start[depth + 1];
    while (lo < hi) { /* to the first frame that starts right of x */
        uint32_t middle = lo + (hi - lo) / 2;
        if (gf_frame_x(f, f->row_nodes[middle], 0) <= x)
            lo = middle + 1;
        else
            hi = middle;
    }
    if (lo == f->row_start[depth])
        return false;
    uint32_t node = f->row_nodes[lo - 1];
    return x - gf_frame_x(f, node, 0) < gf_frame_total(f, node, 0);
}

/* Where a row has a frame, so has every row nearer to the root: a search by halves per place. */
static uint32_t rows_at(const struct gf_frames *f, uint64_t x)
{
    uint32_t lo = 1, hi = f->nrows;
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        if (row_has(f, middle, x))
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* Of a sandwich both halves count. */
static void make_skyline(struct gf_scene *scene)
{
    const struct gf_frames *f = &scene->profile->frames;
    double total = (double)gf_scene_total(scene);
    for (uint32_t i = 0; i < GF_SKYLINE; i++) {
        uint64_t x = (uint64_t)(total * (i + 0.5) / GF_SKYLINE);
        uint32_t rows = rows_at(f, x), other = scene->half ? rows_at(f, scene->half + x) : 0;
        double most = scene->half ? 2.0 * f->nrows : f->nrows;
        scene->skyline[i] = (uint8_t)(255.0 * sqrt((rows + other) / most));
    }
}

bool gf_scene_same_names(const struct gf_scene *a, const struct gf_scene *b)
{
    const struct gf_scene *x = a->whole ? a->whole : a, *y = b->whole ? b->whole : b;
    return x->profile == y->profile;
}

uint64_t gf_scene_total(const struct gf_scene *scene)
{
    return scene->half ? scene->half : gf_frame_total(&scene->profile->frames, 0, 0);
}

uint64_t gf_scene_x(const struct gf_scene *scene, uint32_t node)
{
    const struct gf_frames *f = &scene->profile->frames;
    bool second = scene->half && gf_in_second_half(f, node);
    return gf_frame_x(f, node, 0) - (second ? scene->half : 0);
}

struct gf_view gf_scene_view_all(const struct gf_scene *scene)
{
    uint64_t total = gf_scene_total(scene);
    return (struct gf_view){.span = total ? (double)total : 1};
}

struct gf_view gf_scene_view_node(const struct gf_scene *scene, uint32_t node)
{
    if (node == 0)
        return gf_scene_view_all(scene);
    struct gf_view view = gf_view_node(&scene->profile->frames, 0, node);
    view.x = gf_scene_x(scene, node);
    return view;
}

struct gf_frame_index *gf_scene_index(struct gf_scene *scene)
{
    return scene->twin ? &scene->twin->index : &scene->index;
}

/* What of `look` can be seen in these frames. */
static struct gf_palette palette_for(const struct gf_frames *frames, const struct gf_palette *look,
                                     int theme)
{
    static const char *const themes[GF_SCENE_THEMES] = {"light", "dark"};
    struct gf_palette palette = *look;
    palette.theme = gf_theme_by_name(themes[theme]);
    /* Two sides are there to be compared; one has nothing to compare. */
    bool two = gf_is_differential(frames);
    if (two || !palette.mode || strcmp(palette.mode, "diff") == 0)
        palette.mode = two ? "diff" : "module";
    palette.color_blind = palette.color_blind && !two; /* there all eyes see the same */
    palette.negate = palette.negate && two;
    return palette;
}

bool gf_scene_wears(const struct gf_scene *scene, const struct gf_palette *look)
{
    const struct gf_palette *has = &scene->colors[0].palette;
    struct gf_palette wants = palette_for(&scene->profile->frames, look, 0);
    return has->mode && strcmp(has->mode, wants.mode) == 0 && has->hash == wants.hash &&
           has->color_blind == wants.color_blind && has->negate == wants.negate;
}

/* Bytes that go with a scene beside its profile: what is laid out, its colours (unless they are
 * another's), and by name a line of the table in all orders and the marks of searches. */
static uint64_t cost_of(const struct gf_frames *f, bool own_colors, bool own_names)
{
    enum { A_NAME = 96 };
    uint64_t names = f->names.n, fills = gf_is_differential(f) ? f->n : names;
    return gf_layout_scratch_cost(f) +
           (own_colors ? fills * GF_SCENE_THEMES * sizeof(uint32_t) : 0) +
           (own_names ? names * A_NAME : 0);
}

static bool take(struct gf_scene *s, bool own_colors, bool own_names, struct gf_error *err)
{
    const struct gf_frames *f = &s->profile->frames;
    uint64_t bytes = cost_of(f, own_colors, own_names);
    if (!gf_budget_take(f->budget, bytes, "drawing this", err))
        return false;
    s->taken = bytes;
    return true;
}

void gf_scene_join(struct gf_scene *scene, struct gf_budget *budget)
{
    gf_frames_join(&scene->profile->frames, budget);
    scene->taken = cost_of(&scene->profile->frames, true, true);
    gf_budget_count(budget, scene->taken);
}

static bool make_colors(struct gf_scene *s, const struct gf_palette *look, struct gf_error *err)
{
    for (int i = 0; i < GF_SCENE_THEMES; i++) {
        const struct gf_palette palette = palette_for(&s->profile->frames, look, i);
        if (!gf_colors_make(&s->profile->frames, 0, &palette, &s->colors[i], err))
            return false;
    }
    return true;
}

/* A scene without colours. NULL without memory. */
static struct gf_scene *scene_of(struct gf_profile *profile, bool final, struct gf_error *err)
{
    struct gf_scene *s = calloc(1, sizeof *s);
    if (!s) {
        gf_fail_nomem(err, sizeof *s);
        return NULL;
    }
    atomic_init(&s->holders, 1);
    atomic_init(&s->warm, gf_layout_is_dense(&profile->frames) ? 0 : (1u << GF_SCENE_THEMES) - 1);
    s->profile = profile;
    s->final = final;
    return s;
}

bool gf_scene_make(struct gf_profile *profile, const struct gf_palette *look, bool final,
                   struct gf_scene **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_scene *s = scene_of(profile, final, err);
    if (!s) {
        gf_profile_free(profile);
        return false;
    }
    make_skyline(s);
    if (gf_is_differential(&profile->frames))
        s->unseen = gf_diff_only_on(&profile->frames, GF_BEFORE);
    if (!take(s, true, true, err) || !make_colors(s, look, err)) {
        gf_scene_drop(s);
        return false;
    }
    *out = s;
    return true;
}

bool gf_scene_recolored(struct gf_scene *scene, const struct gf_palette *look,
                        struct gf_scene **out, struct gf_error *err)
{
    struct gf_scene *of = scene->twin ? scene->twin : scene;
    struct gf_scene *s = scene_of(of->profile, of->final, err);
    *out = NULL;
    if (!s)
        return false;
    s->twin = gf_scene_hold(of);
    s->sides = of->sides;
    s->origin = of->origin ? gf_scene_hold(of->origin) : NULL;
    s->unseen = of->unseen;
    memcpy(s->skyline, of->skyline, sizeof s->skyline);
    if (!take(s, true, false, err) || !make_colors(s, look, err)) {
        gf_scene_drop(s);
        return false;
    }
    *out = s;
    return true;
}

bool gf_scene_of_sides(struct gf_scene *origin, struct gf_sides sides, const atomic_bool *cancel,
                       struct gf_scene **out, struct gf_error *err)
{
    struct gf_profile *view;
    *out = NULL;
    if (!gf_diff_view(origin->profile, sides.widths, sides.normalize, cancel, &view, err) ||
        !gf_scene_make(view, &origin->colors[0].palette, origin->final, out, err))
        return false;
    (*out)->origin = gf_scene_hold(origin);
    (*out)->sides = sides;
    if (sides.widths != GF_WIDTHS_AFTER)
        (*out)->unseen =
            sides.widths == GF_WIDTHS_BOTH ? 0 : gf_diff_only_on(&view->frames, GF_AFTER);
    return true;
}

bool gf_scene_unfolded(struct gf_profile *profile, struct gf_lazy_parts *parts, uint64_t half,
                       struct gf_scene *whole, struct gf_unfolding *unfolding,
                       struct gf_scene **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_scene *s = scene_of(profile, whole->final, err);
    if (!s) {
        gf_profile_free(profile);
        gf_lazy_parts_free(parts);
        return false;
    }
    s->whole = gf_scene_hold(whole);
    s->unfolding = gf_unfolding_hold(unfolding);
    s->parts = *parts;
    s->half = half;
    *parts = (struct gf_lazy_parts){0};
    if (!take(s, whole->colors[0].by_node, false, err)) {
        gf_scene_drop(s);
        return false;
    }
    for (int i = 0; i < GF_SCENE_THEMES; i++) {
        const struct gf_colors *colors = &whole->colors[i];
        if (!colors->by_node) { /* the names are the same */
            s->colors[i] = *colors;
        } else if (!gf_colors_make(&profile->frames, 0, &colors->palette, &s->colors[i], err)) {
            gf_scene_drop(s);
            return false;
        }
    }
    make_skyline(s);
    *out = s;
    return true;
}

struct gf_scene *gf_scene_hold(struct gf_scene *scene)
{
    atomic_fetch_add(&scene->holders, 1);
    return scene;
}

void gf_scene_drop(struct gf_scene *scene)
{
    if (!scene || atomic_fetch_sub(&scene->holders, 1) != 1)
        return;
    for (int i = 0; i < GF_SCENE_THEMES; i++)
        if (!scene->whole || scene->colors[i].by_node)
            gf_colors_free(&scene->colors[i]);
    gf_frame_index_free(&scene->index);
    gf_lazy_parts_free(&scene->parts);
    for (int i = 0; i < GF_SCENE_THEMES; i++)
        gf_layout_scratch_free(&scene->scratch[i]);
    gf_budget_give(scene->profile->frames.budget, scene->taken + scene->more_taken);
    if (!scene->twin)
        gf_profile_free(scene->profile);
    gf_scene_drop(scene->twin);
    gf_unfolding_drop(scene->unfolding);
    gf_scene_drop(scene->whole);
    gf_scene_drop(scene->origin);
    free(scene);
}

struct gf_layout_scratch *gf_scene_scratch(struct gf_scene *scene, int theme)
{
    return &scene->scratch[theme];
}

bool gf_scene_is_warm(const struct gf_scene *scene, int theme)
{
    return atomic_load(&scene->warm) >> theme & 1;
}

bool gf_scene_warm(struct gf_scene *scene, int theme, const atomic_bool *cancel,
                   struct gf_meter *meter, struct gf_error *err)
{
    const struct gf_graph graph = {.frames = &scene->profile->frames,
                                   .colors = &scene->colors[theme],
                                   .theme = gf_theme_by_name(theme ? "dark" : "light")};
    if (gf_scene_is_warm(scene, theme))
        return true;
    struct gf_budget *budget = graph.frames->budget;
    uint64_t more = gf_scene_is_warm(scene, !theme) ? gf_layout_scratch_cost(graph.frames) : 0;
    if (!gf_budget_take(budget, more, "drawing this in another theme", err))
        return false;
    if (!gf_layout_prepare(&graph, &scene->scratch[theme], cancel, meter, err)) {
        gf_budget_give(budget, more);
        return false;
    }
    atomic_fetch_add(&scene->more_taken, more);
    atomic_fetch_or(&scene->warm, 1u << theme);
    return true;
}

bool gf_scene_warm_all(struct gf_scene *scene, const atomic_uint *themes, const atomic_bool *cancel,
                       struct gf_meter *meter, struct gf_error *err)
{
    for (unsigned missing; (missing = atomic_load(themes) & ~atomic_load(&scene->warm)) != 0;)
        if (!gf_scene_warm(scene, missing & 1 ? 0 : 1, cancel, meter, err))
            return false;
    return true;
}

void gf_scene_cool(struct gf_scene *scene, int theme)
{
    if (!gf_layout_is_dense(&scene->profile->frames)) /* there is nothing to keep */
        return;
    atomic_fetch_and(&scene->warm, ~(1u << theme));
    gf_layout_scratch_free(&scene->scratch[theme]);
    gf_budget_give(scene->profile->frames.budget, atomic_exchange(&scene->more_taken, 0));
}

/* The child of `parent` that is called name[0..n), or GF_NO_NODE; *steps as in gf_scene_find. */
static uint32_t child_named(const struct gf_frames *f, uint32_t parent, const char *name, size_t n,
                            uint64_t *steps)
{
    /* Finding a name's id costs as much as comparing an eighth of all names here and there. */
    uint32_t child = parent + 1, spelt = 1024 + f->names.n / 8, id;
    for (; child < f->end[parent] && spelt > 0; child = f->end[child], spelt--) {
        size_t len;
        if (steps && (*steps)-- == 0) {
            *steps = 0;
            return GF_NO_NODE;
        }
        const char *other = gf_frame_name(f, child, &len);
        if (len == n && memcmp(other, name, n) == 0)
            return child;
    }
    if (child >= f->end[parent] || (id = gf_scene_name(f, name, n)) == GF_NO_NAME)
        return GF_NO_NODE;
    uint64_t left = steps ? *steps : UINT64_MAX;
    for (; child < f->end[parent] && f->name[child] != id && left > 0; left--)
        child = f->end[child];
    if (steps)
        *steps = left;
    return child < f->end[parent] && left > 0 ? child : GF_NO_NODE;
}

/* Only there siblings have the same name. */
static bool is_sandwich(const struct gf_frames *f)
{
    return f->n > 1 && f->end[1] < f->n && f->name[1] == f->name[f->end[1]];
}

uint32_t gf_scene_find(const struct gf_frames *from, uint32_t node, const struct gf_frames *to,
                       uint64_t *steps, bool *whole)
{
    uint32_t at = 0, old = 0;
    bool all = true;
    /* Down from the root: in each row the frame that holds `node` is the next of its path. */
    for (uint32_t depth = 1; old != node && depth < from->nrows; depth++) {
        uint32_t k = gf_row_at_or_before(from, depth, node);
        if (k == GF_NO_NODE)
            break;
        old = from->row_nodes[k];
        size_t n;
        const char *name = gf_frame_name(from, old, &n);
        uint32_t next = child_named(to, at, name, n, steps);
        if (at == 0 && next == 1 && gf_in_second_half(from, node) && is_sandwich(to))
            next = to->end[1];
        if (next == GF_NO_NODE) {
            all = false;
            break;
        }
        at = next;
    }
    if (whole)
        *whole = all;
    return at;
}

uint32_t gf_scene_name(const struct gf_frames *frames, const char *name, size_t n)
{
    const struct gf_name_table *names = &frames->names;
    for (uint32_t i = 0; i < names->n; i++) {
        const char *other = names->bytes + names->offset[i];
        if (names->offset[i + 1] - names->offset[i] == n && memcmp(other, name, n) == 0)
            return i;
    }
    return GF_NO_NAME;
}

uint32_t gf_scene_path(const struct gf_frames *frames, const char *path)
{
    uint32_t at = 0;
    while (*path && at != GF_NO_NODE) {
        size_t n = strcspn(path, ";");
        at = child_named(frames, at, path, n, NULL);
        path += n + (path[n] == ';');
    }
    return at;
}
