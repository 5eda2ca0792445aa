/* The second pass over trees in pre-order: everything goes to its place, in the order of the ids.
 */
#include <stdlib.h>

#include "base/parallel.h"
#include "model/flatten_preorder.h"

/* Nodes whose places are worked out before any of them moves: so the one does not wait for the
 * other's memory. */
#define CHUNK 512u

/* Nodes of a tree that move together, in pieces of a block or more. */
struct part {
    struct gf_ordered *tree;
    uint32_t low, high;
    const uint32_t *path; /* places of the nodes that `low` lies below */
    uint32_t depth;
};

struct job {
    struct gf_preorder *p;
    struct part *parts;
    size_t n;
    atomic_size_t next;
    uint32_t max_depth;
};

/* What a thread works with. */
struct mover {
    struct gf_preorder *p;
    uint32_t *places; /* [depth + 1] of the path at hand, behind a 0 */
    struct gf_row_counts rows;
    uint64_t stacks;
    uint32_t to[CHUNK]; /* places; GF_NO_NODE: somebody else writes it */
};

/* The place of the node with this size whose parent's is `parent`. */
static inline uint32_t place_of(const struct gf_ordered *o, uint32_t node, uint32_t parent)
{
    return o->edges[node].parent + (*gf_ordered_word(o, node) & GF_SHARED ? 0 : parent);
}

/* Places and ends; returns the depth of the node behind. What does not change is brought to the
 * stack: for all that the compiler knows each number written could change it. */
static uint32_t place_chunk(struct mover *m, const struct gf_ordered *o, uint32_t low, uint32_t n,
                            uint32_t depth)
{
    const struct gf_flatten *f = m->p->f;
    const uint32_t *const word = gf_ordered_word(o, low);
    const struct gf_edge *const edges = o->edges + low;
    const unsigned word_shift = o->size_shift, piece_shift = f->piece_shift;
    uint32_t *const places = m->places, *const counts = m->rows.rows, *const end = f->out->end;
    const uint32_t *const name = f->out->name;
    const uint64_t *const prefix = f->out->prefix[0];
    const size_t pieces = f->pieces;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t size = word[(size_t)i << word_shift];
        uint32_t to = edges[i].parent + (size & GF_SHARED ? 0 : places[depth]);
        bool leaf = size & GF_LEAF;
        places[depth + 1] = to;
        if (size & GF_SKIPPED) {
            m->to[i] = GF_NO_NODE;
        } else {
            gf_recycler_ask(&m->p->recycler, to);
            m->to[i] = to;
            __builtin_prefetch(&name[to], 1);
            __builtin_prefetch(&prefix[to], 1);
            end[to] = to + (leaf ? 1 : size & GF_SIZE_MASK);
            counts[depth * pieces + (to >> piece_shift)]++;
        }
        depth = leaf ? size & GF_SIZE_MASK : depth + 1;
    }
    return depth;
}

static void move_chunk(struct mover *m, const struct gf_ordered *o, uint32_t low, uint32_t n)
{
    const struct gf_frames *out = m->p->f->out;
    const struct gf_edge *const edges = o->edges + low;
    const uint32_t *const to = m->to, *const name_of = o->name_of;
    uint32_t *const name = out->name;
    for (uint32_t i = 0; i < n; i++) {
        if (to[i] != GF_NO_NODE)
            name[to[i]] = name_of ? name_of[edges[i].name] : edges[i].name;
    }
    for (uint32_t v = 0; v < out->nvalues; v++) {
        const uint64_t *const self = (const uint64_t *)o->tree->self[v].data + low;
        uint64_t *const prefix = out->prefix[v], mask = v == 0 ? o->self_mask : UINT64_MAX;
        for (uint32_t i = 0; i < n; i++) {
            if (to[i] != GF_NO_NODE)
                prefix[to[i]] = self[i] & mask;
        }
    }
}

/* Gives the pages of a block that has moved away. */
static void release(struct gf_preorder *p, const struct gf_ordered *o, uint32_t low)
{
    struct gf_tree *t = o->tree;
    size_t at = (size_t)low * sizeof(uint64_t);
    gf_recycler_give(&p->recycler, (char *)t->edges.data + at);
    for (uint32_t v = 0; v < t->nvalues; v++)
        gf_recycler_give(&p->recycler, (char *)t->self[v].data + at);
}

static void move_part(struct mover *m, const struct part *part)
{
    const struct gf_ordered *o = part->tree;
    uint32_t depth = part->depth;
    for (uint32_t i = 0; i < depth; i++)
        m->places[i + 1] = part->path[i];
    for (uint32_t low = part->low; low < part->high; low += CHUNK) {
        uint32_t n = part->high - low < CHUNK ? part->high - low : CHUNK;
        depth = place_chunk(m, o, low, n, depth);
        move_chunk(m, o, low, n);
        m->stacks += gf_ordered_stacks(o, low, n);
        if ((low + n) % GF_FLATTEN_BLOCK == 0)
            release(m->p, o, low + n - GF_FLATTEN_BLOCK);
    }
}

static void move_parts(void *ctx, unsigned number)
{
    (void)number;
    struct job *job = ctx;
    struct mover m = {.p = job->p};
    struct gf_flatten *f = job->p->f;
    struct gf_error err = {0};
    size_t i, depths = (size_t)job->max_depth + 2;
    m.places = malloc(depths * sizeof *m.places);
    bool ok = m.places || gf_fail_nomem(&err, depths * sizeof *m.places);
    ok = ok && gf_row_counts(f, &m.rows, job->max_depth, &err);
    if (ok)
        m.places[0] = 0;
    while (ok && (i = atomic_fetch_add(&job->next, 1)) < job->n)
        move_part(&m, &job->parts[i]);
    atomic_fetch_add(&job->p->stacks, m.stacks);
    gf_row_counts_end(f, &m.rows, ok, &err);
    free(m.places);
}

/* Cuts a tree where the first pass noted the path. */
static void cut(struct job *job, struct gf_ordered *o)
{
    uint32_t low = 0, depth = 0;
    const uint32_t *path = NULL;
    for (size_t i = 0; i <= o->npoints; i++) {
        const struct gf_entry_point *point = i < o->npoints ? &o->points[i] : NULL;
        job->parts[job->n++] = (struct part){o, low, point ? point->node : o->n, path, depth};
        if (!point)
            return;
        uint32_t *places = o->path + point->at, place = 0;
        for (uint32_t k = 0; k < point->depth; k++)
            places[k] = place = place_of(o, places[k], place);
        low = point->node;
        depth = point->depth;
        path = places;
    }
}

/* By how much of its tree lies before it: parts of several trees that lie side by side in all of
 * them together go to places that lie close together. */
static int compare_parts(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    uint64_t p = (uint64_t)x->low * y->tree->n, q = (uint64_t)y->low * x->tree->n;
    return p != q ? (p > q) - (p < q) : (x->tree > y->tree) - (x->tree < y->tree);
}

bool gf_preorder_place(struct gf_preorder *p)
{
    struct gf_flatten *f = p->f;
    struct job job = {.p = p};
    size_t most = 0;
    uint64_t nodes = 0;
    for (unsigned i = 0; i < p->n; i++) {
        nodes += p->trees[i].n;
        most += p->trees[i].npoints + 1;
        if (p->trees[i].max_depth > job.max_depth)
            job.max_depth = p->trees[i].max_depth;
    }
    job.parts = malloc(most * sizeof *job.parts);
    if (!job.parts) {
        struct gf_error err = {0};
        gf_fail_nomem(&err, most * sizeof *job.parts);
        return gf_flatten_fail(f, &err);
    }
    for (unsigned i = 0; i < p->n; i++)
        cut(&job, &p->trees[i]);
    qsort(job.parts, job.n, sizeof *job.parts, compare_parts);
    gf_recycler_start(&p->recycler, f->out, nodes);
    gf_parallel(f->threads, f->threads, move_parts, &job);
    if (p->packed) /* else they have been in use */
        gf_recycler_fill(&p->recycler, f->out->row_nodes);
    gf_recycler_end(&p->recycler);
    free(job.parts);
    for (unsigned i = 0; i < p->n; i++) {
        struct gf_tree *t = p->trees[i].tree;
        for (uint32_t v = 0; v < t->nvalues; v++)
            gf_map_free(&t->self[v]);
        gf_map_free(&t->edges);
    }
    return !f->failed;
}
