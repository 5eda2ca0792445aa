#include "model/flatten_preorder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/parallel.h"

/* Paths deeper than this are no place to begin at: so all of them together take less than a byte a
 * node. */
#define DEEPEST_POINT (GF_FLATTEN_BLOCK / 4)

/* How many siblings ahead memory is asked for. */
#define AHEAD 16
/* Nodes that are looked at before anything is done. */
#define FIRST_LOOK 16384u
/* The upper half of the first of some words. */
#define UPPER(words) ((uint32_t *)(words) + (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__))

/* A node on the path to the one at hand. */
struct open_node {
    uint32_t node;
    uint32_t ended;  /* how many nodes had ended when it began */
    uint64_t before; /* weight before it */
};

/* The first pass over a tree. */
struct walk {
    struct gf_preorder *p;
    struct gf_ordered *o;
    struct gf_siblings siblings;
    struct open_node *open;
    size_t open_cap;
    struct gf_keyed *ended; /* nodes that have ended, whose parents have not, and may have others */
    size_t ended_cap;
    uint32_t nended;
};

/* Sorts a family and gives its members their places. Kept out of the way of those without brothers
 * and sisters, which are most. */
__attribute__((noinline)) static void arrange(struct walk *w, struct gf_keyed *family, size_t n)
{
    struct gf_ordered *o = w->o;
    uint32_t place = 1;
    if (n > w->p->widest)
        atomic_store(&w->p->wide, true);
    if (n > w->p->widest)
        return;
    if (w->siblings.order != GF_ORDER_INPUT)
        gf_flatten_sort_family(&w->siblings, family, n);
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD <
            n) { /* a large family's members are all over the tree once they are sorted */
            __builtin_prefetch(&o->edges[family[i + AHEAD].id], 1);
            __builtin_prefetch(gf_ordered_word(o, family[i + AHEAD].id));
        }
        o->edges[family[i].id].parent = place;
        place += gf_ordered_size(o, family[i].id);
    }
}

static bool note_ended(struct walk *w, const struct open_node *at, uint64_t sum,
                       struct gf_error *err)
{
    if (!gf_grow(&w->ended, &w->ended_cap, (size_t)w->nended + 1, err))
        return false;
    struct gf_keyed *item = &w->ended[w->nended++];
    item->id = at->node;
    item->key = gf_sibling_key(w->siblings.order, sum - at->before);
    return true;
}

/* The subtrees at depths *depth and less end before node `next`, up to the first that begins at
 * `parent` or before. The deepest is the node before. A child that turns out to be the only one has
 * its place already, and is not even noted. */
static inline bool end_nodes(struct walk *w, uint32_t *depth, uint32_t parent, uint32_t next,
                             uint64_t sum, struct gf_error *err)
{
    struct gf_ordered *o = w->o;
    const struct open_node *at = w->open + *depth, *child = at;
    o->max_depth = *depth > o->max_depth ? *depth : o->max_depth;
    *gf_ordered_word(o, next - 1) = GF_LEAF;
    for (at--; at->node > parent; child = at--) {
        *gf_ordered_word(o, at->node) = next - at->node;
        if (w->nended == at->ended)
            continue;
        if (!note_ended(w, child, sum, err))
            return false;
        arrange(w, w->ended + at->ended, w->nended - at->ended);
        w->nended = at->ended;
    }
    *depth = (uint32_t)(at - w->open);
    return note_ended(w, child, sum, err);
}

static bool note_point(struct gf_ordered *o, const struct open_node *open, uint32_t depth,
                       uint32_t node, struct gf_error *err)
{
    if (depth > DEEPEST_POINT)
        return true;
    if (!gf_grow(&o->path, &o->path_cap, o->npath + depth, err) ||
        !gf_grow(&o->points, &o->points_cap, o->npoints + 1, err))
        return false;
    o->points[o->npoints++] = (struct gf_entry_point){node, depth, o->npath};
    for (uint32_t i = 0; i < depth; i++)
        o->path[o->npath++] = open[i].node;
    return true;
}

/* Ends the tree before node `next`. */
static bool end_tree(struct walk *w, uint32_t depth, uint32_t next, uint64_t sum,
                     struct gf_error *err)
{
    struct gf_ordered *o = w->o;
    o->done = next;
    if (next % GF_SUM_STEP == 0)
        o->sums[next / GF_SUM_STEP] = sum;
    if (depth > 0 && !end_nodes(w, &depth, GF_ROOT, next, sum, err))
        return false;
    *gf_ordered_word(o, GF_ROOT) = next > 1 ? next : GF_LEAF;
    arrange(w, w->ended, w->nended);
    return true;
}

/* Sizes, running sums, and the order of every family; a node's parent has to be the one before it
 * or an ancestor of that. Where it is not, scattered is set and the tree ends there. */
static bool walk_tree(struct walk *w, struct gf_error *err)
{
    struct gf_ordered *o = w->o;
    struct gf_edge *const edges = o->edges;
    const uint64_t *const self = o->self, mask = o->self_mask;
    uint64_t sum = self[GF_ROOT] & mask;
    uint32_t depth = 0, node = 1;
    if (!gf_grow(&w->open, &w->open_cap, (size_t)o->tree->max_depth + 2, err))
        return false;
    w->open[0] = (struct open_node){GF_ROOT, 0, 0};
    o->sums[0] = 0;
    o->arranged = true;
    for (; node < o->n; node++) {
        uint32_t parent = edges[node].parent;
        if (parent == node - 1) {
            edges[node].parent = 1; /* unless it turns out that there are others */
        } else {
            if (!end_nodes(w, &depth, parent, node, sum, err))
                return false;
            if (w->open[depth].node != parent) {
                atomic_store(&w->p->scattered, true);
                break;
            }
            *gf_ordered_word(o, node - 1) |= depth + 1;
        }
        if (++depth >= w->open_cap && !gf_grow(&w->open, &w->open_cap, (size_t)depth + 1, err))
            return false;
        if (node % GF_SUM_STEP == 0) {
            o->sums[node / GF_SUM_STEP] = sum;
            if (node % GF_FLATTEN_BLOCK == 0 && !note_point(o, w->open, depth, node, err))
                return false;
        }
        w->open[depth] = (struct open_node){node, w->nended, sum};
        sum += self[node] & mask;
        if (node % GF_FLATTEN_BLOCK == 0 && atomic_load(&w->p->scattered)) {
            node++;
            break;
        }
    }
    return end_tree(w, depth, node, sum, err);
}

/* Sizes alone, which is what counting needs; as in walk_tree, but that parents stay. */
static bool measure_tree(struct gf_preorder *p, struct gf_ordered *o, struct gf_error *err)
{
    const struct gf_edge *const edges = o->edges;
    size_t room = (size_t)o->tree->max_depth + 1;
    uint32_t depth = 0, node = 1, *open = malloc(room * sizeof *open);
    if (!open)
        return gf_fail_nomem(err, room * sizeof *open);
    open[0] = GF_ROOT;
    for (; node < o->n; node++) {
        uint32_t parent = edges[node].parent;
        if (parent != node - 1) {
            *gf_ordered_word(o, node - 1) = GF_LEAF;
            while (open[--depth] > parent)
                *gf_ordered_word(o, open[depth]) = node - open[depth];
            if (open[depth] != parent) {
                atomic_store(&p->scattered, true);
                break;
            }
        }
        open[++depth] = node;
    }
    o->done = node;
    *gf_ordered_word(o, node - 1) = GF_LEAF;
    while (depth-- > 0)
        *gf_ordered_word(o, open[depth]) = node - open[depth];
    free(open);
    return true;
}

/* Trees in no order mostly show it early: before time goes into ranking names. */
static bool begins_in_preorder(const struct gf_ordered *o)
{
    for (uint32_t node = 1; node < o->n && node < FIRST_LOOK; node++) {
        uint32_t up = node - 1;
        while (up > o->edges[node].parent)
            up = o->edges[up].parent;
        if (up != o->edges[node].parent)
            return false;
    }
    return true;
}

static void walk_part(void *ctx, unsigned part)
{
    struct gf_preorder *p = ctx;
    struct gf_ordered *o = &p->trees[part];
    struct gf_error err = {0};
    struct walk w = {.p = p, .o = o};
    if (!begins_in_preorder(o))
        atomic_store(&p->scattered, true);
    if (atomic_load(&p->scattered))
        return;
    if (p->count_only) {
        if (!measure_tree(p, o, &err))
            gf_flatten_fail(p->f, &err);
        return;
    }
    o->rank = gf_flatten_rank_names(o->tree, p->f->order);
    w.siblings = gf_siblings_of(p->f->order, o->tree, o->rank);
    size_t sums = (size_t)o->n / GF_SUM_STEP + 1;
    o->sums = malloc(sums * sizeof *o->sums);
    if (!o->sums) {
        gf_fail_nomem(&err, sums * sizeof *o->sums);
        gf_flatten_fail(p->f, &err);
    } else if (!walk_tree(&w, &err)) {
        gf_flatten_fail(p->f, &err);
    }
    free(w.open);
    free(w.ended);
}

/* Undoes the first pass: parents follow from the sizes. */
static void restore_part(void *ctx, unsigned part)
{
    struct gf_preorder *p = ctx;
    struct gf_ordered *o = &p->trees[part];
    uint32_t depth = 1;
    struct gf_error err = {0};
    uint32_t *open = malloc(((size_t)o->max_depth + 1) * sizeof *open);
    if (!open) {
        gf_fail_nomem(&err, ((uint64_t)o->max_depth + 1) * sizeof *open);
        gf_flatten_fail(p->f, &err);
        return;
    }
    open[0] = GF_ROOT;
    for (uint32_t node = 1; o->arranged && node < o->done; node++) {
        o->edges[node].parent = open[depth - 1];
        open[depth] = node;
        uint32_t word = *gf_ordered_word(o, node);
        depth = word & GF_LEAF ? word & GF_SIZE_MASK : depth + 1;
    }
    for (uint32_t node = 0; p->packed && node < o->done; node++)
        o->self[node] &= o->self_mask;
    free(open);
}

/* The pages of the sizes as they were: what follows counts on it. */
static void forget_sizes(struct gf_flatten *f)
{
    size_t page = 4096, from = (uintptr_t)f->out->row_nodes, to = from + f->n * sizeof(uint32_t);
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to)
        madvise((void *)from, to - from, MADV_DONTNEED);
}

/* Whether the weights leave the upper halves of their words free. */
static bool can_pack(struct gf_tree **trees, unsigned n)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < n; i++) {
        if (trees[i]->nvalues > 1 || trees[i]->zero_stacks.cap > 0)
            return false;
        sum += trees[i]->sum[0]; /* cannot overflow, as is known by now */
    }
    return sum <= UINT32_MAX;
}

static bool start(struct gf_preorder *p, struct gf_tree **trees, struct gf_error *err)
{
    uint32_t *size = p->f->out->row_nodes; /* they are filled last */
    p->trees = calloc(p->n, sizeof *p->trees);
    if (!p->trees)
        return gf_fail_nomem(err, p->n * sizeof *p->trees);
    p->packed = can_pack(trees, p->n);
    /* Where such a family is in several trees they have too much in common. */
    p->widest = p->n > 1 ? gf_preorder_most_entries(p->f->n) : UINT32_MAX;
    for (unsigned i = 0; i < p->n; i++) {
        uint64_t *self = trees[i]->self[0].data;
        p->trees[i] = (struct gf_ordered){.tree = trees[i],
                                          .edges = trees[i]->edges.data,
                                          .self = self,
                                          .n = trees[i]->n,
                                          .size = p->packed ? UPPER(self) : size,
                                          .size_shift = p->packed,
                                          .self_mask = p->packed ? UINT32_MAX : UINT64_MAX};
        size += trees[i]->n;
    }
    return true;
}

static void end(struct gf_preorder *p)
{
    for (unsigned i = 0; p->trees && i < p->n; i++) {
        free(p->trees[i].sums);
        free(p->trees[i].rank);
        free(p->trees[i].name_of);
        free(p->trees[i].path);
        free(p->trees[i].points);
    }
    free(p->trees);
}

/* The first pass, and what the trees have in common. *fits is false where that is too much, or some
 * tree is not in pre-order: then all are made what they were. */
static bool join_trees(struct gf_preorder *p, struct gf_tree **trees, bool *fits,
                       struct gf_error *err)
{
    struct gf_flatten *f = p->f;
    *fits = false;
    if (!start(p, trees, err))
        return false;
    gf_parallel(f->threads, p->n, walk_part, p);
    f->wide = atomic_load(&p->wide) && !atomic_load(&p->scattered);
    bool ok =
        !f->failed && (f->wide || atomic_load(&p->scattered) || gf_preorder_join(p, fits, err));
    if (ok && !*fits) {
        gf_parallel(f->threads, p->n, restore_part, p);
        ok = !f->failed;
    }
    if (f->failed && err)
        *err = f->error;
    return ok;
}

bool gf_flatten_preorder(struct gf_flatten *f, struct gf_tree **trees, unsigned n, uint64_t *stacks,
                         bool *done, struct gf_error *err)
{
    struct gf_preorder p = {.f = f, .n = n};
    *done = false;
    if (f->n > GF_SIZE_MASK)
        return true;
    bool ok = join_trees(&p, trees, done, err);
    if (ok && *done) {
        ok = gf_preorder_place(&p);
        *stacks = atomic_load(&p.stacks);
        if (!ok && err)
            *err = f->error;
    } else if (ok && !p.packed) {
        forget_sizes(f);
    }
    end(&p);
    return ok;
}

static void count_part(void *ctx, unsigned part)
{
    struct gf_preorder *p = ctx;
    const struct gf_ordered *o = &p->trees[part];
    atomic_fetch_add(&p->stacks, gf_ordered_stacks(o, 0, o->n));
}

bool gf_flatten_count(struct gf_tree **trees, size_t n, unsigned threads, uint32_t *nodes,
                      uint64_t *stacks, bool *done, struct gf_error *err)
{
    struct gf_frames none = {0};
    struct gf_flatten f = {.tree = trees[0], .out = &none, .threads = threads ? threads : 1};
    struct gf_preorder p = {.f = &f, .n = (unsigned)n, .count_only = true};
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += trees[i]->n;
    *done = false;
    if (all > GF_SIZE_MASK || !can_pack(trees, p.n))
        return true;
    f.n = (uint32_t)all;
    pthread_mutex_init(&f.mutex, NULL);
    bool ok = join_trees(&p, trees, done, err);
    if (ok && *done) {
        gf_parallel(f.threads, p.n, count_part, &p);
        *nodes = n > 1 ? f.n : trees[0]->n;
        *stacks = atomic_load(&p.stacks);
    }
    end(&p);
    pthread_mutex_destroy(&f.mutex);
    return ok;
}
