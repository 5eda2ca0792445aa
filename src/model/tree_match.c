/* Matching the nodes of two call trees, from their roots down. */
#include "model/tree_match.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "model/tree_merge.h"

/* Pairs taken from the stack together, so that what they need is on its way before it is used. */
#define BATCH 32
/* Pairs for each thread before it is worth having several. */
#define PAIRS_PER_THREAD 64
/* With so many pairs on the stack those without children are left out, of which a family may have
 * millions. Before, it would be a wait for memory to find out. */
#define PLENTY ((size_t)1 << 16)

/* Children by links, made in one pass: `first` of a node, then `next` of each, 0 ends; ids ascend.
 * The name stands beside: of a child that is not the one looked for, nothing else is read.
 * Half the time of gf_tree_children, which counts, sums and fills. */
struct link {
    uint32_t next, name;
};
struct links {
    struct gf_map first; /* uint32_t [n] */
    struct gf_map of;    /* struct link [n] */
};

struct matching {
    struct gf_match *m;
    unsigned threads;
    struct links ours, theirs; /* into's and from's */
    atomic_bool failed[3];
    struct gf_error err[3]; /* of the parts that run side by side */
};

static bool link_children(const struct gf_tree *t, struct links *l, struct gf_error *err)
{
    if (!gf_map_reserve(&l->first, (size_t)t->n * sizeof(uint32_t), err) ||
        !gf_map_reserve(&l->of, (size_t)t->n * sizeof(struct link), err))
        return false;
    const struct gf_edge *edges = gf_tree_edges(t);
    uint32_t *first = l->first.data;
    struct link *of = l->of.data;
    for (uint32_t node = t->n - 1; node > 0; node--) {
        of[node] = (struct link){first[edges[node].parent], edges[node].name};
        first[edges[node].parent] = node;
    }
    return true;
}

static void free_links(struct links *l)
{
    gf_map_free(&l->first);
    gf_map_free(&l->of);
}

static void prepare_part(void *ctx, unsigned part)
{
    struct matching *g = ctx;
    struct gf_error *err = &g->err[part];
    bool ok = part == 0   ? link_children(g->m->into, &g->ours, err)
              : part == 1 ? link_children(g->m->from, &g->theirs, err)
                          : gf_tree_map_names(g->m->into, g->m->from, &g->m->name_of, err);
    atomic_store(&g->failed[part], !ok);
}

/* The first failure of parts that ran side by side. */
static bool all_done(struct matching *g, struct gf_error *err)
{
    for (int i = 0; i < 3; i++) {
        if (atomic_load(&g->failed[i])) {
            if (err)
                *err = g->err[i];
            return false;
        }
    }
    return true;
}

/* A node of `from`, and the same one of `into`. */
struct pair {
    uint32_t node, twin;
};

/* Pairs whose children are to be looked at. */
struct matcher {
    struct matching *g;
    struct pair *stack;
    size_t n, cap;
    uint32_t *child_by_name; /* into's children of the family at hand, plus 1 */
};

static bool match(struct matcher *w, uint32_t node, uint32_t twin, struct gf_error *err)
{
    const struct matching *g = w->g;
    ((uint32_t *)g->m->node_map.data)[node] = twin + 1;
    if (w->n >= PLENTY && (!((const uint32_t *)g->theirs.first.data)[node] ||
                           !((const uint32_t *)g->ours.first.data)[twin]))
        return true;
    if (!gf_grow(&w->stack, &w->cap, w->n + 1, err))
        return false;
    w->stack[w->n++] = (struct pair){node, twin};
    return true;
}

/* Finds which children of a node are children of its twin too: the families that begin with
 * `theirs` and `ours`. A single child is looked for among the others; for more of them, the twin's
 * are noted by name first. */
static bool match_family(struct matcher *w, uint32_t theirs, uint32_t ours, struct gf_error *err)
{
    const struct matching *g = w->g;
    const struct link *our = g->ours.of.data, *their = g->theirs.of.data;
    if (!theirs || !ours)
        return true;
    if (!their[theirs].next) {
        uint32_t name = g->m->name_of[their[theirs].name];
        while (ours && our[ours].name != name)
            ours = our[ours].next;
        return !ours || match(w, theirs, ours, err);
    }
    for (uint32_t i = ours; i; i = our[i].next)
        w->child_by_name[our[i].name] = i + 1;
    bool ok = true;
    for (uint32_t i = theirs; ok && i; i = their[i].next) {
        uint32_t found = w->child_by_name[g->m->name_of[their[i].name]];
        if (found)
            ok = match(w, i, found - 1, err);
    }
    for (uint32_t i = ours; i; i = our[i].next)
        w->child_by_name[our[i].name] = 0;
    return ok;
}

/* Takes the last n <= BATCH pairs from the stack and matches their children. */
static bool match_batch(struct matcher *w, size_t n, struct gf_error *err)
{
    const struct matching *g = w->g;
    const uint32_t *our_first = g->ours.first.data, *their_first = g->theirs.first.data;
    struct pair firsts[BATCH];
    const struct pair *batch = w->stack + (w->n -= n);
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&their_first[batch[i].node]);
        __builtin_prefetch(&our_first[batch[i].twin]);
    }
    for (size_t i = 0; i < n; i++) {
        firsts[i] = (struct pair){their_first[batch[i].node], our_first[batch[i].twin]};
        __builtin_prefetch((const struct link *)g->theirs.of.data + firsts[i].node);
        __builtin_prefetch((const struct link *)g->ours.of.data + firsts[i].twin);
    }
    for (size_t i = 0; i < n; i++) {
        if (!match_family(w, firsts[i].node, firsts[i].twin, err))
            return false;
    }
    return true;
}

static bool match_stack(struct matcher *w, struct gf_error *err)
{
    while (w->n > 0) {
        if (!match_batch(w, w->n < BATCH ? w->n : BATCH, err))
            return false;
    }
    return true;
}

static bool start_matcher(struct matcher *w, struct matching *g, struct gf_error *err)
{
    *w = (struct matcher){.g = g};
    w->child_by_name = calloc((size_t)g->m->into->names.n + 1, sizeof *w->child_by_name);
    return w->child_by_name ||
           gf_fail_nomem(err, (uint64_t)g->m->into->names.n * sizeof *w->child_by_name);
}

static void end_matcher(struct matcher *w)
{
    free(w->child_by_name);
    free(w->stack);
}

/* Pairs that are matched side by side: what lies below one has nothing in common with what lies
 * below another. */
struct match_tasks {
    struct matching *g;
    const struct pair *pairs;
    size_t n;
    atomic_size_t next;
};

static void match_tasks(void *ctx, unsigned part)
{
    struct match_tasks *t = ctx;
    struct matcher w;
    struct gf_error err = {0};
    bool ok = start_matcher(&w, t->g, &err);
    size_t i;
    while (ok && (i = atomic_fetch_add(&t->next, 1)) < t->n) {
        ok = match(&w, t->pairs[i].node, t->pairs[i].twin, &err) && match_stack(&w, &err);
    }
    end_matcher(&w);
    if (!ok && !atomic_exchange(&t->g->failed[0], true))
        t->g->err[0] = err;
    (void)part;
}

/* Finds the nodes that both trees have, from the root down. The children of a node that `into`
 * lacks are lacking too, so only shared nodes are looked at: for sorted inputs cut in two that is
 * one path. Goes by breadth until there is enough for all threads. */
static bool match_nodes(struct matching *g, struct gf_error *err)
{
    struct matcher w;
    size_t head = 0, enough = g->threads > 1 ? (size_t)g->threads * PAIRS_PER_THREAD : 1;
    bool ok = start_matcher(&w, g, err) && match(&w, GF_ROOT, GF_ROOT, err);
    while (ok && head < w.n && w.n - head < enough) {
        struct pair p = w.stack[head++];
        ok = match_family(&w, ((const uint32_t *)g->theirs.first.data)[p.node],
                          ((const uint32_t *)g->ours.first.data)[p.twin], err);
    }
    if (ok && head < w.n) {
        struct match_tasks t = {.g = g, .pairs = w.stack + head, .n = w.n - head};
        gf_parallel(g->threads, g->threads, match_tasks, &t);
        ok = all_done(g, err);
    }
    end_matcher(&w);
    return ok;
}

bool gf_match_trees(struct gf_match *m, unsigned threads, struct gf_error *err)
{
    struct matching w = {.m = m, .threads = threads};
    gf_parallel(threads, 3, prepare_part, &w);
    bool ok = all_done(&w, err) &&
              gf_map_reserve(&m->node_map, (size_t)m->from->n * sizeof(uint32_t), err) &&
              match_nodes(&w, err);
    free_links(&w.ours);
    free_links(&w.theirs);
    return ok;
}

void gf_match_free(struct gf_match *m)
{
    free(m->name_of);
    gf_map_free(&m->node_map);
}
