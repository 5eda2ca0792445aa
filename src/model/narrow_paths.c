/* A frame goes through the steps one after the other, until one removes it. What a step must know
 * of the frames before it on the stack is a bit: a sample is kept by the step if the bit is set
 * when the stack ends. So the steps take a word a depth, and one pass over the frames takes all of
 * them.
 *
 * Frames are put into the new tree when a sample that is kept ends on them, so that dropped samples
 * leave nothing behind. */
#include "model/narrow_paths.h"

#include <stdlib.h>

#include "base/cancel.h"
#include "model/edge_set.h"
#include "model/retree.h"

/* Nodes between two looks at the cancel flag. */
#define STEP (1u << 14)
/* In `source`: children come from several nodes. */
#define SEVERAL UINT32_MAX

/* The path to the node at hand, by depth. */
struct level {
    uint64_t ok;     /* a bit per step: it keeps a sample that ends here */
    uint32_t node;   /* of the profile */
    uint32_t placed; /* of the tree, as far down as narrowing.placed says */
    bool kept;       /* it is in the new paths */
};

struct narrowing {
    const struct gf_frames *f;
    const struct gf_narrow_step *steps;
    uint32_t n;
    struct gf_tree *tree;
    uint64_t *match;      /* [names] a bit per step: the pattern matches */
    struct level *levels; /* [nrows] */
    uint32_t depth;       /* of the node at hand */
    uint32_t placed;      /* levels[0..placed] have their nodes in the tree */
    /* By node of the tree: the node whose children became its children, + 1; 0: it has none. As
     * long as there is one, every further child of that is new. From then on its children are in
     * `several`, where equal ones are found. */
    uint32_t *source;
    struct gf_edge_set several;
    uint32_t *became;      /* by node of the profile: of the tree; 0: none */
    struct gf_map maps[2]; /* where these two lie: in huge pages, as they are written all over */
    uint64_t all;          /* the bits of all steps */
    uint64_t start;        /* those of steps that keep a stack of no frames */
    uint32_t **until;      /* [n][names], collapse-all: where the outermost open frame ends */
    uint32_t *last;    /* [nrows][n], collapse: the name that passed last; NULL: none of these */
    uint64_t *dropped; /* [n] */
    struct gf_error *err;
};

/* Decides on the frame at depth d, named `name`: whether it is kept, and the bits with it. */
static void judge(struct narrowing *w, uint32_t d, uint32_t name)
{
    struct level *level = &w->levels[d];
    uint64_t ok = w->levels[d - 1].ok, match = w->match[name], bit = 1;
    bool kept = true;
    for (uint32_t s = 0; s < w->n && kept; s++, bit <<= 1) {
        switch (w->steps[s].kind) {
        case GF_NARROW_FOCUS:
            ok |= match & bit;
            break;
        case GF_NARROW_IGNORE:
            ok &= ~(match & bit);
            break;
        case GF_NARROW_HIDE:
            kept = !(match & bit);
            ok |= kept ? bit : 0;
            break;
        case GF_NARROW_SHOW:
            kept = match & bit;
            ok |= match & bit;
            break;
        case GF_NARROW_SHOW_FROM:
            ok |= match & bit;
            kept = ok & bit;
            break;
        case GF_NARROW_COLLAPSE: {
            uint32_t *last = &w->last[(size_t)d * w->n + s];
            kept = *last != name;
            *last = name;
            break;
        }
        case GF_NARROW_COLLAPSE_ALL:
            kept = level->node >= w->until[s][name];
            if (kept)
                w->until[s][name] = w->f->end[level->node];
            break;
        default:
            break;
        }
    }
    level->ok = ok;
    level->kept = kept;
}

/* Goes on to `node`, the next in pre-order: closes what has ended before it. */
static void enter(struct narrowing *w, uint32_t node)
{
    while (w->f->end[w->levels[w->depth].node] <= node)
        w->depth--;
    if (w->placed > w->depth)
        w->placed = w->depth;
    uint32_t d = ++w->depth;
    w->levels[d].node = node;
    for (uint32_t s = 0; w->last && s < w->n; s++)
        w->last[(size_t)d * w->n + s] = w->last[(size_t)(d - 1) * w->n + s];
    judge(w, d, w->f->name[node]);
}

/* The children that `parent` of the tree got from its one source go into the set. */
static bool note_children(struct narrowing *w, uint32_t parent, uint32_t source)
{
    const uint32_t *end = w->f->end;
    for (uint32_t c = source + 1; c < end[source]; c = end[c])
        if (w->became[c] && gf_tree_edges(w->tree)[w->became[c]].parent == parent &&
            !gf_edge_set_add(&w->several, w->tree, w->became[c], w->err))
            return false;
    return true;
}

/* The child `name` of `parent`, both of the tree, which comes from a child of `source`. */
static bool child(struct narrowing *w, uint32_t parent, uint32_t source, uint32_t name,
                  uint32_t *out)
{
    uint32_t *known = &w->source[parent];
    if (*known != 0 && *known != SEVERAL && *known != source + 1) {
        if (!note_children(w, parent, *known - 1))
            return false;
        *known = SEVERAL;
    }
    if (*known != SEVERAL) {
        *known = source + 1;
        return gf_tree_append(w->tree, parent, name, out, w->err);
    }
    *out = gf_edge_set_find(&w->several, w->tree, parent, name);
    return *out != GF_ROOT || (gf_tree_append(w->tree, parent, name, out, w->err) &&
                               gf_edge_set_add(&w->several, w->tree, *out, w->err));
}

/* Puts the path to the node at hand into the tree. */
static bool place(struct narrowing *w)
{
    for (; w->placed < w->depth; w->placed++) {
        const struct level *above = &w->levels[w->placed];
        struct level *level = &w->levels[w->placed + 1];
        uint32_t parent = above->placed, name = w->f->name[level->node];
        if (!level->kept) {
            level->placed = parent;
            continue;
        }
        if (!child(w, parent, above->node, name, &level->placed))
            return false;
        w->became[level->node] = level->placed;
    }
    return true;
}

/* The samples whose stack ends at `node`. A node without weight that has no children was put there
 * by a sample of weight 0. */
static bool sample(struct narrowing *w, uint32_t node)
{
    const struct level *level = &w->levels[w->depth];
    uint64_t any = w->f->end[node] == node + 1 && node > 0;
    for (uint32_t v = 0; v < w->f->nvalues; v++)
        any |= gf_frame_self(w->f, node, v);
    if (any == 0)
        return true;
    if (level->ok != w->all) {
        w->dropped[__builtin_ctzll(~level->ok)] += gf_frame_self(w->f, node, 0);
        return true;
    }
    return place(w) && gf_retree_add_self(w->tree, level->placed, w->f, node, w->err);
}

static bool walk(struct narrowing *w, struct gf_meter *meter, const atomic_bool *cancel)
{
    w->levels[0] = (struct level){.ok = w->start};
    for (uint32_t s = 0; w->last && s < w->n; s++)
        w->last[s] = GF_NO_NAME;
    if (!sample(w, 0))
        return false;
    for (uint32_t node = 1; node < w->f->n; node++) {
        if (node % STEP == 0) {
            if (gf_cancelled(cancel))
                return gf_fail_cancelled(w->err);
            gf_meter_did(meter, STEP);
        }
        enter(w, node);
        if (!sample(w, node))
            return false;
    }
    return true;
}

/* Looks at every name once for each pattern. */
static bool match_names(struct narrowing *w, const atomic_bool *cancel, uint32_t *functions)
{
    const struct gf_name_table *names = &w->f->names;
    uint8_t *matched = calloc((size_t)names->n + 1, 1);
    bool ok = matched || gf_fail_nomem(w->err, names->n);
    for (uint32_t s = 0; ok && s < w->n; s++) {
        if (!gf_narrow_has_pattern(w->steps[s].kind))
            continue;
        ok = gf_search_names(names, &w->steps[s].pattern, cancel, matched, &functions[s], w->err);
        for (uint32_t i = 0; ok && i < names->n; i++)
            w->match[i] |= (uint64_t)matched[i] << s;
    }
    free(matched);
    return ok;
}

/* What the steps need besides the path. */
static bool prepare(struct narrowing *w)
{
    bool ok = true;
    size_t names = (size_t)w->f->names.n + 1;
    w->match = calloc(names, sizeof *w->match);
    w->levels = calloc((size_t)w->f->nrows + 1, sizeof *w->levels);
    size_t bytes = (size_t)w->f->n * sizeof(uint32_t);
    ok = gf_map_reserve(&w->maps[0], bytes, w->err) && gf_map_reserve(&w->maps[1], bytes, w->err);
    w->source = w->maps[0].data;
    w->became = w->maps[1].data;
    gf_edge_set_init(&w->several);
    w->until = calloc((size_t)w->n + 1, sizeof *w->until);
    for (uint32_t s = 0; s < w->n && w->until; s++) {
        uint64_t bit = (uint64_t)1 << s;
        enum gf_narrow_kind kind = w->steps[s].kind;
        w->all |= bit;
        if (kind == GF_NARROW_IGNORE || kind == GF_NARROW_COLLAPSE ||
            kind == GF_NARROW_COLLAPSE_ALL)
            w->start |= bit;
        if (kind == GF_NARROW_COLLAPSE && !w->last) {
            w->last = calloc((size_t)w->f->nrows + 1, w->n * sizeof *w->last);
            ok = ok && w->last;
        }
        if (kind == GF_NARROW_COLLAPSE_ALL) {
            w->until[s] = calloc(names, sizeof **w->until);
            ok = ok && w->until[s];
        }
    }
    return (ok && w->match && w->levels && w->source && w->became && w->until) ||
           gf_fail_nomem(w->err, (uint64_t)w->f->n * sizeof *w->source);
}

bool gf_narrow_paths(const struct gf_profile *from, const struct gf_narrow_step *steps, uint32_t n,
                     struct gf_meter *meter, const atomic_bool *cancel, struct gf_tree *tree,
                     uint64_t *dropped, uint32_t *functions, struct gf_error *err)
{
    struct narrowing w = {
        .f = &from->frames, .steps = steps, .n = n, .tree = tree, .dropped = dropped, .err = err};
    struct gf_budget *budget = from->frames.budget;
    /* What is there by frames and names of the profile; the rest is by those of the tree. */
    uint64_t bytes = (uint64_t)w.f->n * sizeof *w.became +
                     w.f->names.n * (sizeof *w.match + 1 + n * sizeof **w.until);
    if (!gf_retree_begin(from, from->frames.nvalues, tree, err) ||
        !gf_budget_take(budget, bytes, "narrowing", err))
        return false;
    bool ok = gf_tree_share(tree, budget, err) && prepare(&w) &&
              match_names(&w, cancel, functions) && walk(&w, meter, cancel);
    for (uint32_t s = 0; s < n && w.until; s++)
        free(w.until[s]);
    free(w.until);
    free(w.match);
    free(w.levels);
    gf_map_free(&w.maps[0]);
    gf_map_free(&w.maps[1]);
    gf_edge_set_free(&w.several);
    free(w.last);
    gf_budget_give(budget, bytes);
    return ok;
}
