#include "model/retree.h"

#include <stdlib.h>

#include "model/flatten.h"
#include "model/tree_count.h"
#include "simd/simd.h"

bool gf_retree_begin(const struct gf_profile *from, uint32_t nvalues, struct gf_tree *tree,
                     struct gf_error *err)
{
    const struct gf_name_table *names = &from->frames.names;
    if (!gf_tree_init(tree, nvalues, err))
        return false;
    tree->decimals = from->decimals;
    for (uint32_t i = 0; i < names->n; i++) {
        uint32_t id;
        bool is_new;
        const char *text = names->bytes + names->offset[i];
        uint64_t n = names->offset[i + 1] - names->offset[i];
        if (!gf_intern_add(&tree->names, text, (uint32_t)n, &id, &is_new, err))
            return false;
    }
    return true;
}

bool gf_retree_add_self(struct gf_tree *tree, uint32_t to, const struct gf_frames *from,
                        uint32_t node, struct gf_error *err)
{
    uint64_t values[GF_FRAME_VALUES];
    for (uint32_t v = 0; v < from->nvalues; v++)
        values[v] = gf_frame_self(from, node, v);
    return gf_tree_add(tree, to, values, tree->decimals, err);
}

bool gf_retree_finish(struct gf_tree *tree, const struct gf_profile *from, enum gf_order order,
                      unsigned threads, struct gf_profile **out, struct gf_error *err)
{
    const struct gf_simd *simd = gf_simd_select(err);
    struct gf_profile *p = calloc(1, sizeof *p);
    struct gf_budget *budget = tree->budget;
    uint64_t taken = tree->taken;
    tree->taken = 0; /* it is for the frames too, which outlast the tree */
    *out = NULL;
    if (!p)
        gf_fail_nomem(err, sizeof *p);
    if (!simd || !p)
        goto fail;
    p->stats = from->stats;
    p->decimals = tree->decimals;
    if (tree->max_depth == 0)
        tree->max_depth = from->frames.nrows - 1;
    gf_tree_state(tree, &p->stats);
    if (!gf_flatten(tree, order, simd, threads, &p->frames, &p->stats.stacks, err) ||
        !gf_frames_copy_values(&from->frames, &p->frames, err))
        goto fail;
    gf_budget_give(budget, taken);
    gf_frames_join(&p->frames, from->frames.budget);
    p->stats.functions = p->frames.names.n;
    p->stats.max_depth = p->frames.nrows - 1;
    *out = p;
    return true;
fail:
    gf_tree_free(tree);
    gf_profile_free(p);
    gf_budget_give(budget, taken);
    return false;
}
