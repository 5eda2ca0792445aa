#include "model/derive.h"

#include <stdlib.h>

#include "base/cancel.h"
#include "model/retree.h"

/* Nodes between two looks at the cancel flag. */
#define STEP (1u << 14)

struct derive {
    const struct gf_frames *f;
    const struct gf_derive_params *params;
    const atomic_bool *cancel;
    struct gf_tree tree;
    uint32_t *open;   /* [nrows] the path to the node at hand, by depth */
    uint32_t *placed; /* [nrows] the tree's node for each of them */
    uint64_t *values; /* [nvalues] */
    uint32_t depth;   /* of the node at hand */
    struct gf_error *err;
};

/* Goes on to `node`, the next in pre-order: closes what has ended before it. */
static bool enter(struct derive *d, uint32_t node)
{
    if (node % STEP == 0) {
        if (gf_cancelled(d->cancel))
            return gf_fail_cancelled(d->err);
        gf_meter_did(d->params->meter, STEP);
    }
    while (d->f->end[d->open[d->depth]] <= node)
        d->depth--;
    d->open[++d->depth] = node;
    return true;
}

/* Adds the node's self weights, or its totals, to the tree's node `to`. */
static bool add_weights(struct derive *d, uint32_t node, uint32_t to, bool total)
{
    bool any = false;
    for (uint32_t v = 0; v < d->f->nvalues; v++) {
        d->values[v] = total ? gf_frame_total(d->f, node, v) : gf_frame_self(d->f, node, v);
        any |= d->values[v] > 0;
    }
    return !any || gf_tree_add(&d->tree, to, d->values, d->tree.decimals, d->err);
}

/* Every node as it is, in pre-order: all of them are new to the tree. */
static bool copy_all(struct derive *d)
{
    if (!gf_tree_reserve(&d->tree, d->f->n - 1, d->err))
        return false;
    for (uint32_t node = 1; node < d->f->n; node++) {
        uint32_t at;
        if (!enter(d, node) ||
            !gf_tree_append(&d->tree, d->placed[d->depth - 1], d->f->name[node], &at, d->err) ||
            !add_weights(d, node, at, false))
            return false;
        d->placed[d->depth] = at;
    }
    return true;
}

/* From each outermost frame of the function down. */
static bool lay_callees(struct derive *d)
{
    uint32_t inside = 0, base = 0; /* nodes before `inside` lie in the frame at depth `base` */
    for (uint32_t node = 1; node < d->f->n; node++) {
        if (!enter(d, node))
            return false;
        if (node >= inside) {
            if (d->f->name[node] != d->params->name)
                continue;
            inside = d->f->end[node];
            base = d->depth;
        }
        uint32_t parent = d->depth == base ? GF_ROOT : d->placed[d->depth - 1];
        bool is_new;
        if (!gf_tree_child(&d->tree, parent, d->f->name[node], &d->placed[d->depth], &is_new,
                           d->err) ||
            !add_weights(d, node, d->placed[d->depth], false))
            return false;
    }
    return true;
}

/* The way from the node at hand up to the root, standing on the tree's root, with the node's self
 * weights or its totals. */
static bool turn_round(struct derive *d, uint32_t node, bool total)
{
    uint32_t at = GF_ROOT;
    for (uint32_t depth = d->depth; depth > 0; depth--) {
        bool is_new;
        if (!gf_tree_child(&d->tree, at, d->f->name[d->open[depth]], &at, &is_new, d->err))
            return false;
    }
    return add_weights(d, node, at, total);
}

static bool has_self(const struct gf_frames *f, uint32_t node)
{
    for (uint32_t v = 0; v < f->nvalues; v++)
        if (gf_frame_self(f, node, v) > 0)
            return true;
    return false;
}

/* From each frame with self weight up. */
static bool lay_leaves(struct derive *d)
{
    for (uint32_t node = 1; node < d->f->n; node++)
        if (!enter(d, node) || (has_self(d->f, node) && !turn_round(d, node, false)))
            return false;
    return true;
}

/* From each outermost frame of the function up, with its total. */
static bool lay_callers(struct derive *d)
{
    uint32_t inside = 0;
    for (uint32_t node = 1; node < d->f->n; node++) {
        if (!enter(d, node))
            return false;
        if (node < inside || d->f->name[node] != d->params->name)
            continue;
        inside = d->f->end[node];
        if (!turn_round(d, node, true))
            return false;
    }
    return true;
}

static bool make_tree(struct derive *d)
{
    switch (d->params->kind) {
    case GF_DERIVE_SAME:
        return copy_all(d);
    case GF_DERIVE_BOTTOM_UP:
        return lay_leaves(d);
    case GF_DERIVE_CALLERS:
        return lay_callers(d);
    case GF_DERIVE_CALLEES:
        return lay_callees(d);
    case GF_DERIVE_SANDWICH:
        break;
    }
    return gf_fail(d->err, GF_ERR_USAGE, "a sandwich is two profiles: callers and callees");
}

bool gf_derive(const struct gf_profile *from, const struct gf_derive_params *params,
               const atomic_bool *cancel, struct gf_profile **out, struct gf_error *err)
{
    const struct gf_frames *f = &from->frames;
    struct derive d = {.f = f, .params = params, .cancel = cancel, .err = err};
    *out = NULL;
    gf_meter_expect(params->meter, 2 * (uint64_t)f->n); /* flattening takes about as long again */
    bool ok =
        gf_retree_begin(from, f->nvalues, &d.tree, err) && gf_tree_share(&d.tree, f->budget, err);
    d.open = calloc((size_t)f->nrows + 1, sizeof *d.open);
    d.placed = calloc((size_t)f->nrows + 1, sizeof *d.placed);
    d.values = calloc(f->nvalues, sizeof *d.values);
    ok = ok && ((d.open && d.placed && d.values) || gf_fail_nomem(err, f->nrows));
    ok = ok && make_tree(&d);
    if (ok && d.tree.n <= 1)
        ok = gf_fail(err, GF_ERR_EMPTY, "this function is nowhere in the profile");
    ok = ok && gf_retree_finish(&d.tree, from, params->order, params->threads, out, err);
    gf_meter_did(params->meter, f->n);
    gf_tree_free(&d.tree);
    free(d.open);
    free(d.placed);
    free(d.values);
    return ok;
}
