/* Merging two call trees, and turning one round. */
#include <stdlib.h>
#include <string.h>

#include "model/tree.h"

/* What merging needs beside the two trees. */
struct merge {
    struct gf_tree *into;
    const struct gf_tree *from;
    uint32_t *name_of;      /* from's name ids to into's */
    struct gf_map node_map; /* from's node ids to into's, plus 1; 0: not known yet */
};

static bool map_names(struct merge *m, struct gf_error *err)
{
    const struct gf_intern *names = &m->from->names;
    m->name_of = malloc(((size_t)names->n + 1) * sizeof *m->name_of);
    if (!m->name_of)
        return gf_fail_nomem(err, (uint64_t)names->n * sizeof *m->name_of);
    for (uint32_t id = 0; id < names->n; id++) {
        uint32_t len;
        bool is_new;
        const char *text = gf_intern_text(names, id, &len);
        if (!gf_intern_add(&m->into->names, text, len, &m->name_of[id], &is_new, err))
            return false;
    }
    return true;
}

/* Finds the nodes that both trees have, from the root down. The children of a node that `into`
 * lacks are lacking too, so only shared nodes are looked at: for sorted inputs cut in two that is
 * one path. */
static bool match_nodes(struct merge *m, struct gf_error *err)
{
    struct gf_children ours = {0}, theirs = {0};
    uint32_t *child_by_name = calloc((size_t)m->into->names.n + 1, sizeof *child_by_name);
    bool ok = false;
    if (!child_by_name) {
        gf_fail_nomem(err, (uint64_t)m->into->names.n * sizeof *child_by_name);
        goto out;
    }
    if (!gf_tree_children(m->into, &ours, err) || !gf_tree_children(m->from, &theirs, err))
        goto out;
    const struct gf_edge *into_edges = gf_tree_edges(m->into), *from_edges = gf_tree_edges(m->from);
    const uint32_t *our_first = ours.first.data, *our_list = ours.list.data;
    const uint32_t *their_first = theirs.first.data, *their_list = theirs.list.data;
    uint32_t *node_map = m->node_map.data;
    node_map[GF_ROOT] = GF_ROOT + 1;
    for (uint32_t node = 0; node < m->from->n; node++) {
        if (!node_map[node] || their_first[node] == their_first[node + 1])
            continue;
        uint32_t twin = node_map[node] - 1;
        for (uint32_t i = our_first[twin]; i < our_first[twin + 1]; i++)
            child_by_name[into_edges[our_list[i]].name] = our_list[i] + 1;
        for (uint32_t i = their_first[node]; i < their_first[node + 1]; i++) {
            uint32_t child = their_list[i];
            node_map[child] = child_by_name[m->name_of[from_edges[child].name]];
        }
        for (uint32_t i = our_first[twin]; i < our_first[twin + 1]; i++)
            child_by_name[into_edges[our_list[i]].name] = 0;
    }
    ok = true;
out:
    free(child_by_name);
    gf_children_free(&ours);
    gf_children_free(&theirs);
    return ok;
}

/* Adds the nodes that are missing, and all weights. */
static bool move_nodes(struct merge *m, struct gf_error *err)
{
    const struct gf_edge *from_edges = gf_tree_edges(m->from);
    uint32_t *node_map = m->node_map.data;
    uint64_t values[GF_MAX_VALUES];
    for (uint32_t node = 0; node < m->from->n; node++) {
        uint32_t twin = node_map[node] - 1;
        if (!node_map[node]) {
            uint32_t parent = node_map[from_edges[node].parent] - 1;
            if (!gf_tree_append(m->into, parent, m->name_of[from_edges[node].name], &twin, err))
                return false;
            node_map[node] = twin + 1;
        }
        uint64_t any = 0;
        for (uint32_t v = 0; v < m->from->nvalues; v++) {
            values[v] = ((const uint64_t *)m->from->self[v].data)[node];
            any |= values[v];
        }
        if ((any || gf_tree_zero_stack(m->from, node)) &&
            !gf_tree_add(m->into, twin, values, m->from->decimals, err))
            return false;
    }
    return true;
}

bool gf_tree_merge(struct gf_tree *into, const struct gf_tree *from, struct gf_error *err)
{
    struct merge m = {.into = into, .from = from};
    /* Nothing below asks the index; without it the new nodes are plain appends. */
    gf_map_free(&into->index);
    into->index_mask = 0;
    bool ok = map_names(&m, err) &&
              gf_map_reserve(&m.node_map, (size_t)from->n * sizeof(uint32_t), err) &&
              match_nodes(&m, err) && move_nodes(&m, err);
    if (from->max_depth > into->max_depth)
        into->max_depth = from->max_depth;
    free(m.name_of);
    gf_map_free(&m.node_map);
    return ok;
}

bool gf_tree_reverse(const struct gf_tree *t, struct gf_tree *out, struct gf_error *err)
{
    if (!gf_tree_init(out, t->nvalues, err))
        return false;
    for (uint32_t id = 0; id < t->names.n; id++) {
        uint32_t len, same;
        bool is_new;
        const char *text = gf_intern_text(&t->names, id, &len);
        if (!gf_intern_add(&out->names, text, len, &same, &is_new, err))
            goto fail;
    }
    const struct gf_edge *edges = gf_tree_edges(t);
    for (uint32_t node = 1; node < t->n; node++) {
        uint64_t values[GF_MAX_VALUES], any = 0;
        for (uint32_t v = 0; v < t->nvalues; v++) {
            values[v] = ((const uint64_t *)t->self[v].data)[node];
            any |= values[v];
        }
        if (!any && !gf_tree_zero_stack(t, node))
            continue;
        uint32_t at = GF_ROOT;
        bool is_new;
        for (uint32_t up = node; up != GF_ROOT; up = edges[up].parent) {
            if (!gf_tree_child(out, at, edges[up].name, &at, &is_new, err))
                goto fail;
        }
        if (!gf_tree_add(out, at, values, t->decimals, err))
            goto fail;
    }
    out->max_depth = t->max_depth;
    return true;
fail:
    gf_tree_free(out);
    return false;
}
