/* Flattening a tree whose ids are in pre-order, as they are when its samples came in the order of a
 * walk over the tree. A subtree is then a range of ids, so that nothing has to be linked: sizes
 * come from one pass, totals are differences of running sums, and the next sibling is found by
 * adding the size. All of a node goes to its place at once, in the order of the result, which for
 * whole subtrees is that of the ids. */
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/parallel.h"
#include "model/flatten_internal.h"

#define BLOCK GF_FLATTEN_BLOCK
/* How many siblings ahead memory is asked for. */
#define AHEAD 16

struct item {
    uint32_t node, depth, place;
};

/* Subtrees, each of which one thread brings to its place. */
struct job {
    struct gf_flatten *f;
    struct item *items;
    size_t n, cap;
    size_t at_once;
    atomic_size_t next;
    atomic_uint *moved; /* nodes of each block that are where they belong */
    atomic_uint_fast64_t stacks;
    bool in_preorder;
};

/* What a thread works with. */
struct mover {
    struct gf_flatten *f;
    struct job *job;
    struct item *stack;
    size_t n, stack_cap;
    struct gf_keyed *family;
    size_t family_cap;
    struct gf_row_counts rows;
    uint32_t block, moved; /* nodes moved last, all of one block */
    uint64_t stacks;
    struct gf_error err;
};

/* The size of every subtree; false where the ids are not in pre-order, or memory runs out. */
static bool measure(struct gf_flatten *f)
{
    const struct gf_edge *edges = f->edges;
    uint32_t *size = f->size, *open = NULL, n = f->n;
    size_t depth = 0, cap = 0;
    bool ok = gf_grow(&open, &cap, (size_t)f->tree->max_depth + 2, NULL);
    if (ok)
        open[0] = GF_ROOT;
    for (uint32_t node = 1; ok && node < n; node++) {
        uint32_t parent = edges[node].parent;
        for (; open[depth] > parent; depth--)
            size[open[depth]] = node - open[depth];
        ok = open[depth] == parent && gf_grow(&open, &cap, depth + 2, NULL);
        if (ok)
            open[++depth] = node;
    }
    for (; ok; depth--) {
        size[open[depth]] = n - open[depth];
        if (depth == 0)
            break;
    }
    free(open);
    return ok;
}

/* Self weights become running sums. */
static void sum_up(struct gf_flatten *f)
{
    f->weight[f->n] = f->simd->prefix_sum(f->weight, f->n, 0);
    for (uint64_t node = 0; node <= f->n; node += BLOCK)
        f->sums[node / BLOCK] = f->weight[node];
    f->in_preorder = true;
}

static void prepare(void *ctx, unsigned part)
{
    struct job *job = ctx;
    if (part == 1)
        gf_flatten_rank_names(job->f);
    else if ((job->in_preorder = measure(job->f)))
        sum_up(job->f);
}

/* Adds to the moved nodes of the block at hand; gives the block back when it is empty. */
static void count_moved(struct mover *m)
{
    struct gf_tree *t = m->f->tree;
    if (m->moved == 0 || atomic_fetch_add(&m->job->moved[m->block], m->moved) + m->moved < BLOCK)
        return;
    size_t bytes = BLOCK * sizeof(uint64_t), at = m->block * bytes;
    madvise((char *)t->edges.data + at, bytes, MADV_DONTNEED);
    for (uint32_t v = 0; v < t->nvalues; v++)
        madvise((char *)t->self[v].data + at, bytes, MADV_DONTNEED);
}

/* Brings a node to its place. */
static inline bool move(struct mover *m, uint32_t node, uint32_t depth, uint32_t place)
{
    struct gf_flatten *f = m->f;
    struct gf_frames *out = f->out;
    uint64_t any = gf_flatten_sum(f, node + 1) - gf_flatten_sum(f, node);
    out->name[place] = f->edges[node].name;
    out->end[place] = place + f->size[node];
    out->prefix[0][place] = any;
    for (uint32_t v = 1; v < out->nvalues; v++) {
        uint64_t self = ((const uint64_t *)f->tree->self[v].data)[node];
        out->prefix[v][place] = self;
        any |= self;
    }
    m->stacks += node != GF_ROOT && (any || gf_tree_zero_stack(f->tree, node));
    uint32_t *counts = gf_row_counts(f, &m->rows, depth, &m->err);
    if (!counts)
        return false;
    counts[place >> f->piece_shift]++;
    if (node / BLOCK != m->block) {
        count_moved(m);
        m->block = node / BLOCK;
        m->moved = 0;
    }
    m->moved++;
    return true;
}

/* Finds the places of a node's children. Leaves are brought there; the others go on the stack, the
 * first on top. */
static bool arrange(struct mover *m, struct item parent)
{
    struct gf_flatten *f = m->f;
    const uint32_t *size = f->size;
    uint32_t end = parent.node + size[parent.node], place = parent.place + size[parent.node];
    size_t n = 0;
    for (uint32_t child = parent.node + 1; child < end; child += size[child]) {
        if (n == m->family_cap && !gf_grow(&m->family, &m->family_cap, n + 1, &m->err))
            return false;
        m->family[n++].id = child;
    }
    if (n > 1 && f->order != GF_ORDER_INPUT)
        gf_flatten_sort_family(f, m->family, n);
    for (size_t i = n; i-- > 0;) {
        uint32_t child = m->family[i].id;
        if (i >= AHEAD) { /* a large family's members are all over the tree once they are sorted */
            uint32_t next = m->family[i - AHEAD].id;
            __builtin_prefetch(&size[next]);
            __builtin_prefetch(&f->edges[next]);
            __builtin_prefetch(&f->weight[next]);
        }
        place -= size[child];
        if (size[child] == 1) {
            if (!move(m, child, parent.depth + 1, place))
                return false;
            continue;
        }
        if (!gf_grow(&m->stack, &m->stack_cap, m->n + 1, &m->err))
            return false;
        m->stack[m->n++] = (struct item){child, parent.depth + 1, place};
        __builtin_prefetch(&f->edges[child]);
        __builtin_prefetch(&f->weight[child]);
        __builtin_prefetch(&size[child + 1]);
    }
    return true;
}

/* Brings everything on the stack to its place; subtrees of `most` nodes or fewer become items of
 * the job instead. */
static bool move_stack(struct mover *m, uint32_t most)
{
    const uint32_t *size = m->f->size;
    while (m->n > 0) {
        struct item at = m->stack[--m->n];
        if (size[at.node] <= most) {
            struct job *job = m->job;
            if (!gf_grow(&job->items, &job->cap, job->n + 1, &m->err))
                return false;
            job->items[job->n++] = at;
            continue;
        }
        /* Most nodes have one child: goes down as long as that is so. */
        for (;; at.node++, at.depth++, at.place++) {
            if (!move(m, at.node, at.depth, at.place))
                return false;
            if (size[at.node] == 1)
                break;
            if (size[at.node + 1] + 1 != size[at.node]) {
                if (!arrange(m, at))
                    return false;
                break;
            }
        }
    }
    return true;
}

static void end_mover(struct mover *m, bool ok)
{
    count_moved(m);
    atomic_fetch_add(&m->job->stacks, m->stacks);
    gf_row_counts_end(m->f, &m->rows, ok, &m->err);
    free(m->stack);
    free(m->family);
}

/* The roots of large subtrees, of which the smaller become items. */
static bool move_large(struct job *job, uint32_t most)
{
    struct mover m = {.f = job->f, .job = job};
    bool ok = gf_grow(&m.stack, &m.stack_cap, 1, &m.err);
    if (ok) {
        m.stack[m.n++] = (struct item){GF_ROOT, 0, 0};
        ok = move_stack(&m, most);
    }
    end_mover(&m, ok);
    return ok;
}

static void move_items(void *ctx, unsigned part)
{
    (void)part;
    struct job *job = ctx;
    struct mover m = {.f = job->f, .job = job};
    bool ok = true;
    for (;;) {
        size_t low = atomic_fetch_add(&job->next, job->at_once);
        if (!ok || low >= job->n)
            break;
        size_t high = job->n - low < job->at_once ? job->n : low + job->at_once;
        for (size_t i = low; ok && i < high; i++) {
            ok = gf_grow(&m.stack, &m.stack_cap, 1, &m.err);
            if (ok) {
                m.stack[m.n++] = job->items[i];
                ok = move_stack(&m, 0);
            }
        }
    }
    end_mover(&m, ok);
}

/* Undoes what measure did to memory: what follows counts on it for other things. */
static void forget_sizes(struct gf_flatten *f)
{
    size_t page = 4096, from = (uintptr_t)f->out->row_nodes, to = from + f->n * sizeof(uint32_t);
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to)
        madvise((void *)from, to - from, MADV_DONTNEED);
    f->size = f->out->name;
}

bool gf_flatten_preorder(struct gf_flatten *f, uint64_t *stacks, bool *done)
{
    struct gf_tree *t = f->tree;
    struct job job = {.f = f};
    size_t blocks = (size_t)f->n / BLOCK + 1;
    *done = false;
    f->sums = malloc(blocks * sizeof *f->sums);
    job.moved = calloc(blocks, sizeof *job.moved);
    bool ok = f->sums && job.moved;
    if (!ok)
        gf_fail_nomem(&f->error, blocks * sizeof *f->sums);
    ok = ok && gf_map_reserve(&t->self[0], ((size_t)f->n + 1) * sizeof(uint64_t), &f->error);
    if (!ok)
        goto out;
    f->weight = t->self[0].data;
    f->size = f->out->row_nodes; /* they are filled last */
    gf_parallel(f->threads, 2, prepare, &job);
    if (!job.in_preorder) {
        forget_sizes(f);
        goto out;
    }
    *done = true;
    ok = move_large(&job, f->threads > 1 ? f->n / (f->threads * 16) : 0);
    if (ok) {
        job.at_once = 1 + job.n / ((size_t)f->threads * 64);
        gf_parallel(f->threads, f->threads, move_items, &job);
        ok = !f->failed;
    }
    *stacks = atomic_load(&job.stacks);
    for (uint32_t v = 0; v < t->nvalues; v++)
        gf_map_free(&t->self[v]);
    gf_map_free(&t->edges);
out:
    free(f->sums);
    free(job.moved);
    free(job.items);
    f->sums = NULL;
    return ok;
}
