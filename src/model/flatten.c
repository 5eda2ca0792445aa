/* From the call tree to the frame array, in passes that each run once over the nodes in order of
 * creation, where a parent comes before its children and neighbours lie close together:
 *
 *   1. backwards: totals and subtree sizes add up towards the root
 *   2. children by parent (a counting sort), each family then sorted
 *   3. forwards: a family's places follow from its parent's place and the sizes of its elder
 * siblings; so does every frame's x from the totals
 *   4. names in order of first appearance in the result, rows by a counting sort over the depths
 *
 * All places are known before anything is moved, so no pass walks the tree from node to node. */
#include "model/flatten.h"

#include <stdlib.h>
#include <string.h>

struct flatten {
    struct gf_tree *tree;
    uint32_t n, nvalues;
    struct gf_children children;
    struct gf_map *total; /* [nvalues] uint64_t [n]: the tree's self arrays, summed up in place */
    struct gf_map size;   /* uint32_t [n] nodes in the subtree */
    struct gf_map place;  /* uint32_t [n] where the node goes */
    struct gf_map depth;  /* uint32_t [n], later by place */
};

static bool alloc_u32(struct gf_map *map, size_t n, struct gf_error *err)
{
    return gf_map_reserve(map, n * sizeof(uint32_t), err);
}

/* Pass 1. Sums cannot overflow: the tree keeps their bound. */
static bool add_up(struct flatten *f, struct gf_error *err)
{
    if (!alloc_u32(&f->size, f->n, err))
        return false;
    const struct gf_edge *edges = gf_tree_edges(f->tree);
    uint32_t *size = f->size.data;
    for (uint32_t v = 0; v < f->nvalues; v++) {
        uint64_t *total = f->total[v].data;
        for (uint32_t node = f->n - 1; node > 0; node--)
            total[edges[node].parent] += total[node];
    }
    for (uint32_t node = f->n - 1; node > 0; node--)
        size[edges[node].parent] += ++size[node];
    size[GF_ROOT]++;
    return true;
}

/* What the order of siblings is decided by; qsort_r's context. */
struct sibling_order {
    const struct gf_edge *edges;
    const struct gf_intern *names;
    const uint64_t *total; /* NULL: by name alone */
};

static int compare_names(const struct gf_intern *names, uint32_t a, uint32_t b)
{
    uint32_t na, nb;
    const char *x = gf_intern_text(names, a, &na), *y = gf_intern_text(names, b, &nb);
    int c = memcmp(x, y, na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

static int compare_siblings(const void *pa, const void *pb, void *ctx)
{
    const struct sibling_order *o = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    if (o->total && o->total[a] != o->total[b])
        return o->total[a] > o->total[b] ? -1 : 1;
    return compare_names(o->names, o->edges[a].name, o->edges[b].name);
}

/* Most families are small and many are in order already: insertion there, the library's sort above.
 */
static void sort_family(uint32_t *family, uint32_t n, const struct sibling_order *order)
{
    if (n > 24) {
        qsort_r(family, n, sizeof *family, compare_siblings, (void *)(uintptr_t)order);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        uint32_t node = family[i], k = i;
        for (; k > 0 && compare_siblings(&node, &family[k - 1], (void *)(uintptr_t)order) < 0; k--)
            family[k] = family[k - 1];
        family[k] = node;
    }
}

/* Passes 2 and 3: sorts the families and hands out places and x-starts. */
static bool arrange(struct flatten *f, enum gf_order order, struct gf_frames *out,
                    struct gf_error *err)
{
    if (!gf_tree_children(f->tree, &f->children, err) || !alloc_u32(&f->place, f->n, err) ||
        !alloc_u32(&f->depth, f->n, err))
        return false;
    struct sibling_order by = {gf_tree_edges(f->tree), &f->tree->names,
                               order == GF_ORDER_WEIGHT ? f->total[0].data : NULL};
    const uint32_t *first = f->children.first.data, *size = f->size.data;
    uint32_t *list = f->children.list.data, *place = f->place.data, *depth = f->depth.data;
    uint32_t deepest = 0;
    for (uint32_t node = 0; node < f->n; node++) {
        uint32_t *family = list + first[node], n = first[node + 1] - first[node];
        if (order != GF_ORDER_INPUT && n > 1)
            sort_family(family, n, &by);
        uint32_t at = place[node] + 1;
        for (uint32_t i = 0; i < n; i++) {
            place[family[i]] = at;
            at += size[family[i]];
            depth[family[i]] = depth[node] + 1;
        }
        if (n && depth[node] + 1 > deepest)
            deepest = depth[node] + 1;
    }
    out->nrows = deepest + 1;
    return true;
}

/* A frame's x: its parent's x, the parent's self weight, and the totals of its elder siblings. */
static void place_weights(struct flatten *f, struct gf_frames *out)
{
    const uint32_t *first = f->children.first.data, *list = f->children.list.data;
    const uint32_t *place = f->place.data;
    for (uint32_t v = 0; v < f->nvalues; v++) {
        const uint64_t *total = f->total[v].data;
        uint64_t *x = out->prefix[v];
        x[0] = 0;
        x[f->n] = total[GF_ROOT];
        for (uint32_t node = 0; node < f->n; node++) {
            uint64_t end = x[place[node]] + total[node];
            for (uint32_t i = first[node + 1]; i > first[node]; i--) {
                end -= total[list[i - 1]];
                x[place[list[i - 1]]] = end;
            }
        }
    }
}

static uint64_t count_stacks(const struct gf_tree *t)
{
    uint64_t stacks = 0;
    for (uint32_t node = 1; node < t->n; node++) {
        uint64_t any = 0;
        for (uint32_t v = 0; v < t->nvalues; v++)
            any |= ((const uint64_t *)t->self[v].data)[node];
        stacks += any || gf_tree_zero_stack(t, node);
    }
    return stacks;
}

/* Lays out the result's arrays in one mapping, those with 8-byte elements first. */
static bool alloc_frames(struct flatten *f, struct gf_frames *out, struct gf_error *err)
{
    size_t n = f->n, words = f->nvalues * (n + 1), halves = 3 * n + out->nrows + 1;
    out->n = f->n;
    out->nvalues = f->nvalues;
    out->prefix = calloc(f->nvalues, sizeof *out->prefix);
    out->values = calloc(f->nvalues, sizeof *out->values);
    if (!out->prefix || !out->values)
        return gf_fail_nomem(err, f->nvalues * sizeof *out->values);
    if (!gf_map_reserve(&out->storage, words * sizeof(uint64_t) + halves * sizeof(uint32_t), err))
        return false;
    uint64_t *p = out->storage.data;
    for (uint32_t v = 0; v < f->nvalues; v++, p += n + 1)
        out->prefix[v] = p;
    out->name = (uint32_t *)p;
    out->end = out->name + n;
    out->row_nodes = out->end + n;
    out->row_start = out->row_nodes + n;
    return true;
}

/* Moves names and ends to their places and gives back what is no longer needed. */
static void place_nodes(struct flatten *f, struct gf_frames *out)
{
    const struct gf_edge *edges = gf_tree_edges(f->tree);
    const uint32_t *place = f->place.data, *size = f->size.data;
    for (uint32_t node = 0; node < f->n; node++) {
        out->name[place[node]] = edges[node].name;
        out->end[place[node]] = place[node] + size[node];
    }
    gf_map_free(&f->size);
    gf_map_free(&f->tree->edges);
}

/* Rows by a counting sort over the depths; nodes of a row keep their order, which is that of x. */
static bool place_rows(struct flatten *f, struct gf_frames *out, struct gf_error *err)
{
    uint32_t *next = calloc((size_t)out->nrows + 1, sizeof *next);
    if (!next)
        return gf_fail_nomem(err, out->nrows * sizeof *next);
    const uint32_t *place = f->place.data, *depth = f->depth.data;
    struct gf_map ordered = {0};
    if (!alloc_u32(&ordered, f->n, err)) {
        free(next);
        return false;
    }
    uint32_t *by_place = ordered.data;
    for (uint32_t node = 0; node < f->n; node++) {
        by_place[place[node]] = depth[node];
        next[depth[node] + 1]++;
    }
    gf_map_free(&f->depth);
    for (uint32_t row = 0; row < out->nrows; row++)
        next[row + 1] += next[row];
    memcpy(out->row_start, next, ((size_t)out->nrows + 1) * sizeof *next);
    for (uint32_t i = 0; i < f->n; i++)
        out->row_nodes[next[by_place[i]]++] = i;
    gf_map_free(&ordered);
    free(next);
    return true;
}

/* Renumbers names in order of first appearance and copies their bytes, so that the result does not
 * depend on which thread saw a name first. Names that no node bears are left out. */
static bool place_names(struct flatten *f, struct gf_frames *out, struct gf_error *err)
{
    const struct gf_intern *names = &f->tree->names;
    uint32_t *renamed = malloc(((size_t)names->n + 1) * sizeof *renamed);
    struct gf_name_table *table = &out->names;
    bool ok = false;
    table->offset = malloc(((size_t)names->n + 1) * sizeof *table->offset);
    table->bytes = malloc(names->used + 1);
    if (!renamed || !table->offset || !table->bytes) {
        gf_fail_nomem(err, names->used + (uint64_t)names->n * 12);
        goto out;
    }
    memset(renamed, 0xff, ((size_t)names->n + 1) * sizeof *renamed);
    table->offset[0] = 0;
    out->name[0] = GF_NO_NAME;
    for (uint32_t i = 1; i < out->n; i++) {
        uint32_t id = out->name[i];
        if (renamed[id] == UINT32_MAX) {
            uint32_t len;
            const char *text = gf_intern_text(names, id, &len);
            uint64_t at = table->offset[table->n];
            memcpy(table->bytes + at, text, len);
            renamed[id] = table->n;
            table->offset[++table->n] = at + len;
        }
        out->name[i] = renamed[id];
    }
    ok = true;
out:
    free(renamed);
    return ok;
}

bool gf_flatten(struct gf_tree *t, enum gf_order order, const struct gf_simd *simd,
                struct gf_frames *out, uint64_t *stacks, struct gf_error *err)
{
    (void)simd;
    struct flatten f = {.tree = t, .n = t->n, .nvalues = t->nvalues, .total = t->self};
    *out = (struct gf_frames){0};
    gf_map_free(&t->index);
    t->index_mask = 0;
    *stacks = count_stacks(t);
    bool ok = add_up(&f, err) && arrange(&f, order, out, err) && alloc_frames(&f, out, err);
    if (ok) {
        place_weights(&f, out);
        gf_children_free(&f.children);
        for (uint32_t v = 0; v < t->nvalues; v++)
            gf_map_free(&t->self[v]);
        place_nodes(&f, out);
        ok = place_rows(&f, out, err) && place_names(&f, out, err);
    }
    gf_children_free(&f.children);
    gf_map_free(&f.size);
    gf_map_free(&f.place);
    gf_map_free(&f.depth);
    gf_tree_free(t);
    if (!ok)
        gf_frames_free(out);
    return ok;
}
