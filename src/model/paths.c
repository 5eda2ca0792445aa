#include "model/paths.h"

#include <stdlib.h>

#define MIN_SLOTS   1024u
#define MIN_BUCKETS 1024u
/* `stacks` may take this many bytes a node, or this many bytes if that is more. */
#define STACK_BYTES_A_NODE 4u
#define STACK_BYTES_MIN    ((uint64_t)1 << 20)

void gf_paths_set_key(struct gf_paths *p, uint64_t seed)
{
    for (uint64_t i = 0; i < GF_PATH_BLOCKS; i++)
        p->key[i] = gf_mix(seed + (i + 1) * 0x9e3779b97f4a7c15u);
    p->known = 0;
}

void gf_paths_init(struct gf_paths *p, const struct gf_simd *simd)
{
    *p = (struct gf_paths){.simd = simd};
    gf_paths_set_key(p, gf_random_seed());
}

void gf_paths_free(struct gf_paths *p)
{
    gf_map_free(&p->marks);
    gf_map_free(&p->heads);
    gf_map_free(&p->stacks);
    free(p->sums);
}

uint64_t gf_paths_size(const struct gf_paths *p)
{
    return p->nslots + (p->nslots + p->nbuckets * GF_STACK_WAYS) * sizeof(uint64_t) +
           p->sums_cap * sizeof *p->sums;
}

/* The state after `blocks` blocks whose hash ended in `state`. */
static uint64_t chain(uint64_t state, size_t blocks)
{
    return blocks % GF_PATH_BLOCKS == 0 ? gf_mix(state) : state;
}

/* The state before block `blocks` of the text. */
static uint64_t state_before(const struct gf_paths *p, const char *text, size_t blocks)
{
    uint64_t state = 0;
    for (size_t i = 0; i < blocks;) {
        size_t n = blocks - i < GF_PATH_BLOCKS ? blocks - i : GF_PATH_BLOCKS;
        state = p->simd->hash(text + i * 8, n, p->key, state);
        i += n;
        state = chain(state, i);
    }
    return state;
}

uint32_t gf_paths_hash(const struct gf_paths *p, const char *text, size_t len)
{
    return gf_paths_finish(p, text, len, len, state_before(p, text, len / 8));
}

/* Fills sums[] from block i on, before which the state is sums[i]. */
static void fill_sums(struct gf_paths *p, const char *text, size_t i, size_t blocks)
{
    while (i < blocks) {
        size_t from = i % GF_PATH_BLOCKS, n = GF_PATH_BLOCKS - from;
        if (n > blocks - i)
            n = blocks - i;
        uint64_t state =
            p->simd->hash_prefixes(text + i * 8, n, p->key + from, p->sums[i], p->sums + i);
        i += n;
        p->sums[i] = chain(state, i);
    }
}

bool gf_paths_read(struct gf_paths *p, const char *text, size_t len, struct gf_error *err)
{
    size_t blocks = len / 8;
    if (!gf_grow(&p->sums, &p->sums_cap, blocks + 1, err))
        return false;
    p->sums[0] = 0;
    fill_sums(p, text, p->known, blocks);
    p->known = blocks;
    return true;
}

bool gf_paths_read_from(struct gf_paths *p, const char *text, size_t len, size_t from,
                        struct gf_error *err)
{
    size_t blocks = len / 8;
    if (!gf_grow(&p->sums, &p->sums_cap, blocks + 1, err))
        return false;
    /* In whole steps of the kernel: see hash_prefixes. */
    size_t first = from / 8, odd = -(blocks - first) % 8;
    first -= odd < first ? odd : first;
    p->sums[first] = state_before(p, text, first);
    fill_sums(p, text, first, blocks);
    p->known = 0;
    return true;
}

/* Puts an entry into its place in `slots` and marks it. False where that is too far away. */
static bool put(uint64_t *slots, uint8_t *marks, uint64_t nslots, uint64_t entry)
{
    uint64_t bit = (entry >> 32) * nslots >> (32 - 3), at = bit / 8;
    marks[at] |= (uint8_t)(1u << bit % 8);
    for (unsigned probes = 0; probes < GF_PATH_PROBES; probes++) {
        if (!slots[at]) {
            slots[at] = entry;
            return true;
        }
        if (++at == nslots)
            at = 0;
    }
    return false;
}

static bool alloc_heads(struct gf_map *heads, struct gf_map *marks, uint64_t nslots,
                        struct gf_error *err)
{
    if (nslots > UINT32_MAX)
        return gf_fail(err, GF_ERR_LIMIT, "more than 3 * 2^30 runs of call paths");
    if (!gf_map_reserve(heads, nslots * sizeof(uint64_t), err))
        return false;
    if (gf_map_reserve(marks, nslots, err))
        return true;
    gf_map_free(heads);
    return false;
}

/* The path whose text is at hand while `heads` is filled. */
struct walk {
    struct step {
        uint32_t node;
        size_t end;
    } * steps;
    size_t depth, steps_cap;
    uint32_t *pending; /* nodes from the one asked for up to the path */
    size_t npending, pending_cap;
    char *text;
    size_t text_cap;
};

static void walk_free(struct walk *w)
{
    free(w->steps);
    free(w->pending);
    free(w->text);
}

/* Makes the path end at `node`. A parent's id is below its children's, so whatever on the path is
 * above the id of an ancestor of the node is not on the node's path. */
static bool walk_to(struct walk *w, struct gf_paths *p, const struct gf_tree *t, uint32_t node,
                    struct gf_error *err)
{
    const struct gf_edge *edges = gf_tree_edges(t);
    w->npending = 0;
    for (uint32_t at = node;;) {
        if (!gf_grow(&w->pending, &w->pending_cap, w->npending + 1, err))
            return false;
        w->pending[w->npending++] = at;
        at = edges[at].parent;
        while (w->steps[w->depth].node > at)
            w->depth--;
        if (w->steps[w->depth].node == at)
            break;
    }
    size_t end = w->steps[w->depth].end;
    if (p->known > end / 8)
        p->known = end / 8;
    while (w->npending > 0) {
        uint32_t at = w->pending[--w->npending], len;
        const char *name = gf_intern_text(&t->names, edges[at].name, &len);
        if (!gf_grow(&w->text, &w->text_cap, end + len + 1, err) ||
            !gf_grow(&w->steps, &w->steps_cap, w->depth + 2, err))
            return false;
        if (w->depth > 0)
            w->text[end++] = ';';
        if (len)
            memcpy(w->text + end, name, len);
        end += len;
        w->steps[++w->depth] = (struct step){at, end};
    }
    return true;
}

/* Fills an empty `heads` under the current key. *crowded: entries would come too far from home. */
static bool fill(struct gf_paths *p, const struct gf_tree *t, bool *crowded, struct gf_error *err)
{
    struct walk w = {0};
    const struct gf_edge *edges = gf_tree_edges(t);
    bool ok = gf_grow(&w.steps, &w.steps_cap, 64, err);
    *crowded = false;
    p->nheads = 0;
    p->known = 0;
    if (ok)
        w.steps[0] = (struct step){GF_ROOT, 0};
    for (uint32_t node = 1; ok && !*crowded && node < t->n; node++) {
        if (edges[node].parent == node - 1)
            continue;
        ok = walk_to(&w, p, t, node, err);
        size_t end = ok ? w.steps[w.depth].end : 0;
        ok = ok && gf_paths_read(p, w.text, end, err);
        if (!ok)
            break;
        uint32_t hash = gf_paths_prefix(p, w.text, end, end);
        *crowded = !put(p->heads.data, p->marks.data, p->nslots, (uint64_t)hash << 32 | node);
        p->nheads++;
    }
    p->known = 0;
    walk_free(&w);
    return ok;
}

/* An entry into its bucket: a free place, or one that the hash chooses. */
static bool put_stack(uint64_t *stacks, uint64_t nbuckets, uint64_t entry)
{
    uint32_t hash = (uint32_t)(entry >> 32);
    uint64_t *bucket = stacks + (hash * nbuckets >> 32) * GF_STACK_WAYS;
    for (unsigned way = 0; way < GF_STACK_WAYS; way++) {
        if (!bucket[way]) {
            bucket[way] = entry;
            return true;
        }
    }
    bucket[hash % GF_STACK_WAYS] = entry;
    return false;
}

static bool grow_stacks(struct gf_paths *p, uint64_t nbuckets, struct gf_error *err)
{
    struct gf_map fresh = {0};
    if (!gf_map_reserve(&fresh, nbuckets * GF_STACK_WAYS * sizeof(uint64_t), err))
        return false;
    const uint64_t *old = p->stacks.data;
    uint32_t n = 0;
    for (uint64_t i = 0; i < p->nbuckets * GF_STACK_WAYS; i++) {
        if (old[i])
            n += put_stack(fresh.data, nbuckets, old[i]);
    }
    gf_map_free(&p->stacks);
    p->stacks = fresh;
    p->nbuckets = nbuckets;
    p->nstacks = n;
    return true;
}

/* Makes `heads` anew with at least `nslots` slots, under new keys until no entry is too far away.
 * Both tables depend on the key: `stacks` starts empty. */
static bool rebuild(struct gf_paths *p, const struct gf_tree *t, uint64_t nslots,
                    struct gf_error *err)
{
    bool crowded = true;
    while (crowded) {
        gf_map_free(&p->heads);
        gf_map_free(&p->marks);
        gf_map_free(&p->stacks);
        p->nslots = p->nbuckets = p->nstacks = 0;
        if (!alloc_heads(&p->heads, &p->marks, nslots, err))
            return false;
        p->nslots = nslots;
        if (!fill(p, t, &crowded, err))
            return false;
        if (crowded) {
            gf_paths_set_key(p, gf_random_seed());
            p->new_keys++;
            nslots += nslots / 2; /* and should it be chance, more room helps */
        }
    }
    return grow_stacks(p, MIN_BUCKETS, err);
}

static bool change_key(struct gf_paths *p, const struct gf_tree *t, uint64_t nslots,
                       struct gf_error *err)
{
    gf_paths_set_key(p, gf_random_seed());
    p->new_keys++;
    return rebuild(p, t, nslots, err);
}

bool gf_paths_start(struct gf_paths *p, const struct gf_tree *t, struct gf_error *err)
{
    const struct gf_edge *edges = gf_tree_edges(t);
    uint64_t heads = 0;
    for (uint32_t node = 1; node < t->n; node++)
        heads += edges[node].parent != node - 1;
    if (!rebuild(p, t, heads * 2 < MIN_SLOTS ? MIN_SLOTS : heads * 2, err))
        return false;
    p->on = true;
    return true;
}

/* Gives `heads` twice as many slots. The hash's order is that of the slots, so that both
 * tables are gone through from front to back. */
static bool grow_heads(struct gf_paths *p, const struct gf_tree *t, struct gf_error *err)
{
    struct gf_map fresh = {0}, marks = {0};
    uint64_t nslots = p->nslots * 2;
    if (nslots > UINT32_MAX && p->nslots < UINT32_MAX)
        nslots = UINT32_MAX;
    if (!alloc_heads(&fresh, &marks, nslots, err))
        return false;
    const uint64_t *old = p->heads.data;
    bool crowded = false;
    for (uint64_t i = 0; i < p->nslots && !crowded; i++)
        crowded = old[i] && !put(fresh.data, marks.data, nslots, old[i]);
    if (crowded) {
        gf_map_free(&fresh);
        gf_map_free(&marks);
        return change_key(p, t, nslots, err);
    }
    gf_map_free(&p->heads);
    gf_map_free(&p->marks);
    p->heads = fresh;
    p->marks = marks;
    p->nslots = nslots;
    return true;
}

bool gf_paths_add(struct gf_paths *p, const struct gf_tree *t, uint32_t hash, uint32_t node,
                  struct gf_error *err)
{
    unsigned keys = p->new_keys;
    if (((uint64_t)p->nheads + 1) * 4 > p->nslots * 3 && !grow_heads(p, t, err))
        return false;
    if (p->new_keys != keys)
        return true; /* the node is in the tree, from which the table was made anew */
    if (!put(p->heads.data, p->marks.data, p->nslots, (uint64_t)hash << 32 | node))
        return change_key(p, t, p->nslots, err);
    p->nheads++;
    return true;
}

bool gf_paths_add_stack(struct gf_paths *p, uint32_t hash, uint32_t node, uint32_t n,
                        struct gf_error *err)
{
    if (p->nstacks >= p->nbuckets * (GF_STACK_WAYS * 5 / 8)) {
        uint64_t nbuckets = p->nbuckets * 2;
        uint64_t bytes = nbuckets * GF_STACK_WAYS * sizeof(uint64_t);
        if ((bytes <= STACK_BYTES_MIN || bytes <= (uint64_t)n * STACK_BYTES_A_NODE) &&
            !grow_stacks(p, nbuckets, err))
            return false;
    }
    p->nstacks += put_stack(p->stacks.data, p->nbuckets, (uint64_t)hash << 32 | node);
    return true;
}
