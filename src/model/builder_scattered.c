/* Samples in no order, a batch at a time. Almost every step would wait for memory if samples were
 * looked up one by one; for a batch the places are known early, and asked for in advance.
 *
 *   1. The stack's hash leads to the node where an equal stack ended, if it is still in the cache.
 *      The names from there to the root are compared with the text.
 *   2. Otherwise, or at once where nearly all stacks are new, the hashes of its prefixes are looked
 *      up, the longest first, among the heads of runs (builder_heads.c). The deepest head on the
 *      stack's path is compared with the text in the same way; from there the run is followed by
 *      counting. What is not in the run is new.
 *   3. The new frames become a run of their own. */
#include "model/builder_internal.h"

#include <string.h>

/* Paths walked in step: enough for the waits to overlap, and few enough for what they read to stay
 * near until it is compared. */
#define WARM_STEP 32
/* How many nodes before they are made their memory is asked for. */
#define AHEAD 64
/* Names looked up in advance of a stack that seems to be new. */
#define NEW_FRAMES 12
/* Of GF_SCATTERED samples, so many must be new for whole stacks not to be looked for any more, and
 * so many for it to stay that way. */
#define FRESH_ENOUGH 58
#define FRESH_LEAST  48

/* Finds or makes the id of the name of the sample's frame i. */
static inline bool name_id(struct gf_builder *b, const struct gf_sample *s,
                           const struct gf_lookup *l, size_t i, uint32_t *id, struct gf_error *err)
{
    struct gf_intern *names = &b->tree.names;
    bool is_new;
    if (i >= l->named) {
        struct gf_word *found = &b->words[l->words + i - l->named];
        if (!gf_intern_add_word(names, found, b->words_keys, err))
            return false;
        *id = found->id;
        return true;
    }
    const uint32_t *ends = b->scattered.ends + l->first;
    uint32_t begin = i > 0 ? ends[i - 1] + 1 : 0;
    return gf_intern_add(names, s->stack + begin, ends[i] - begin, id, &is_new, err);
}

/* Makes a run of the sample's frames from frame i on, below `parent`. *leaf: its last node. */
static bool add_run(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                    uint32_t parent, size_t i, uint32_t *leaf, struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    size_t first = i;
    if (!gf_tree_reserve(t, l->n - i, err))
        return false;
    struct gf_edge *edge = (struct gf_edge *)t->edges.data + t->n;
    __builtin_prefetch(edge + AHEAD, 1);
    __builtin_prefetch((const uint64_t *)t->self[0].data + t->n + AHEAD, 1);
    uint32_t node = parent, head = t->n;
    for (; i < l->n; i++) {
        uint32_t id;
        if (!name_id(b, s, l, i, &id, err))
            return false;
        *edge++ = (struct gf_edge){node, id};
        node = t->n++;
    }
    *leaf = node;
    if (l->above + l->n > t->max_depth)
        t->max_depth = (uint32_t)(l->above + l->n);
    if (head == parent + 1)
        return true;
    uint32_t hash = gf_frame_hash(b, s, l, first), bit = GF_ADDED_BIT(hash);
    b->scattered.added[bit / 64] |= (uint64_t)1 << bit % 64;
    return gf_paths_add(&b->paths, t, hash, head, err);
}

/* Finds or makes the node where the sample's stack ends. */
static bool resolve(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                    size_t *used, uint32_t *leaf, struct gf_error *err)
{
    const struct gf_tree *t = &b->tree;
    uint32_t node;
    size_t i;
    if (!gf_find_head(b, s, l, used, &node, &i, err))
        return false;
    for (; i < l->n && node + 1 < t->n; i++) {
        struct gf_edge next = gf_tree_edges(t)[node + 1];
        uint32_t id;
        if (next.parent != node)
            break;
        /* A name that is not there yet is made for the frame that then is new. */
        if (!name_id(b, s, l, i, &id, err))
            return false;
        if (next.name != id)
            break;
        node++;
    }
    *leaf = node;
    return i == l->n || add_run(b, s, l, node, i, leaf, err);
}

/* The node that the cache has for the stack, unseen. */
static uint32_t guess_stack(const struct gf_builder *b, uint32_t hash)
{
    const uint64_t *bucket = gf_paths_bucket(&b->paths, hash);
    uint32_t node = GF_ROOT;
    for (unsigned way = 0; way < GF_STACK_WAYS; way++)
        node = bucket[way] >> 32 == hash ? (uint32_t)bucket[way] : node;
    return node;
}

/* Notes the names of the sample's last frames, which are the new ones if any are. *nwords: of
 * words[]. */
static bool note_names(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                       size_t *nwords, struct gf_error *err)
{
    const uint32_t *ends = b->scattered.ends + l->first;
    l->named = l->n - l->frames > NEW_FRAMES ? l->n - NEW_FRAMES : l->frames;
    l->words = *nwords;
    if (!gf_grow(&b->words, &b->words_cap, *nwords + NEW_FRAMES, err))
        return false;
    struct gf_word *word = b->words + *nwords;
    uint32_t begin = l->named > 0 ? ends[l->named - 1] + 1 : 0;
    for (size_t i = l->named; i < l->n; i++, word++) {
        word->text = s->stack + begin;
        word->len = ends[i] - begin;
        begin = ends[i] + 1;
    }
    *nwords += l->n - l->named;
    return true;
}

/* The first of the sample's frames that will be new, as far as can be told from its guess. */
static size_t first_new(const struct gf_builder *b, const struct gf_lookup *l)
{
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    size_t i = l->frames;
    for (uint32_t node = l->guess + 1; i >= l->named && i < l->n && node < t->n; node++, i++) {
        if (edges[node].parent != node - 1 ||
            edges[node].name != b->words[l->words + i - l->named].id)
            break;
    }
    return i;
}

/* A candidate whose path is being walked. */
struct walk {
    uint32_t node;
    uint32_t lookup;
};

/* Asks for what comparing the samples' guesses will read, and notes where it is. All paths are
 * walked in step: each step waits for memory, and so the waits overlap. */
static void warm(struct gf_builder *b, size_t from, size_t to)
{
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    const uint32_t *records = t->names.records.data;
    const char *pool = t->names.pool.data;
    const struct gf_anchors *anchors = &b->scattered.anchors;
    struct walk walks[WARM_STEP];
    size_t n = 0;
    for (size_t i = from; i < to; i++) {
        struct gf_lookup *l = &b->scattered.lookups[i];
        if (l->guess == GF_ROOT)
            continue;
        if (gf_anchor_is(anchors, l->guess)) {
            l->anchor = gf_anchor_at(l->guess) + 1;
            l->walked = true;
            gf_anchor_ask(anchors, l->anchor - 1);
        } else {
            walks[n++] = (struct walk){l->guess, (uint32_t)i};
        }
    }
    for (unsigned step = 0; n > 0 && step < GF_WALK_STEPS; step++) {
        for (size_t i = 0; i < n;) {
            struct gf_edge e = edges[walks[i].node];
            uint32_t at = records[e.name], lookup = walks[i].lookup;
            const char *record = pool + at * (uint64_t)GF_WORD_UNIT;
            __builtin_prefetch(record);
            __builtin_prefetch(record + GF_RECORD_MOST);
            __builtin_prefetch(edges + e.parent);
            b->scattered.walked[lookup][step] = at;
            walks[i].node = e.parent;
            /* The root, too, is where it is looked for: free places are that. */
            if (gf_anchor_is(anchors, e.parent) || e.parent == GF_ROOT) {
                struct gf_lookup *l = &b->scattered.lookups[lookup];
                l->nwalked = step + 1;
                l->walked = true;
                l->anchor = e.parent == GF_ROOT ? 0 : gf_anchor_at(e.parent) + 1;
                if (l->anchor)
                    gf_anchor_ask(anchors, l->anchor - 1);
                walks[i] = walks[--n];
            } else {
                i++;
            }
        }
    }
}

/* Learns from a group of samples that were compared. */
static bool learn(struct gf_builder *b, const struct gf_sample *samples, size_t from, size_t to,
                  struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    for (size_t i = from; i < to; i++) {
        const struct gf_lookup *l = &c->lookups[i];
        if (!l->confirmed)
            continue;
        if (l->anchor)
            gf_anchor_used(&c->anchors, l->anchor - 1);
        if (!gf_anchors_learn(&c->anchors, &b->tree, l->guess, samples[i].stack, l->end,
                              c->walked[i], l->nwalked, err))
            return false;
    }
    return true;
}

/* Tries all nodes that the cache has for the sample's hash. */
static bool find_stack(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                       uint32_t *node, struct gf_error *err)
{
    const uint64_t *bucket = gf_paths_bucket(&b->paths, l->hash);
    bool same = false;
    for (unsigned way = 0; way < GF_STACK_WAYS; way++) {
        *node = (uint32_t)bucket[way];
        if (*node == 0 || bucket[way] >> 32 != l->hash)
            continue;
        if (!gf_path_is(b, l, *node, s->stack, s->len, &same, err))
            return false;
        if (same)
            return true;
    }
    *node = GF_ROOT;
    return true;
}

/* The node of one sample. */
static bool find_or_make(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                         size_t *used, uint32_t *node, struct gf_error *err)
{
    bool fresh = b->scattered.fresh;
    if (l->keys != b->paths.new_keys) {
        l->split = false;
        l->hash = gf_paths_hash(&b->paths, s->stack, s->len);
        l->keys = b->paths.new_keys;
    }
    if (!fresh && !find_stack(b, s, l, node, err))
        return false;
    if (!fresh && *node != GF_ROOT)
        return true;
    if ((!l->split && !gf_lookup_split(b, s, l, used, err)) || !resolve(b, s, l, used, node, err))
        return false;
    if (fresh)
        return true;
    if (l->keys != b->paths.new_keys)
        l->hash = gf_paths_hash(&b->paths, s->stack, s->len);
    return gf_paths_add_stack(&b->paths, l->hash, *node, b->tree.n, err);
}

/* Guesses where equal stacks ended. */
static void guess_stacks(struct gf_builder *b, const struct gf_sample *samples, size_t n)
{
    struct gf_lookup *lookups = b->scattered.lookups;
    const struct gf_edge *edges = gf_tree_edges(&b->tree);
    for (size_t i = 0; i < n; i++) {
        lookups[i].hash = gf_paths_hash(&b->paths, samples[i].stack, samples[i].len);
        __builtin_prefetch(gf_paths_bucket(&b->paths, lookups[i].hash));
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t node = lookups[i].guess = guess_stack(b, lookups[i].hash);
        if (node == GF_ROOT)
            continue;
        __builtin_prefetch(edges + node);
        __builtin_prefetch((const uint64_t *)b->tree.self[0].data + node, 1);
    }
}

/* Guesses where the samples' paths are, and asks for the memory. */
static bool look_ahead(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                       size_t *used, struct gf_error *err)
{
    struct gf_lookup *lookups = b->scattered.lookups;
    size_t nwords = 0;
    memset(b->scattered.added, 0, sizeof b->scattered.added);
    memset(lookups, 0, n * sizeof *lookups);
    for (size_t i = 0; i < n; i++)
        lookups[i].keys = b->paths.new_keys;
    if (!b->scattered.fresh)
        guess_stacks(b, samples, n);
    if (!gf_guess_heads(b, samples, n, used, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (lookups[i].split && !note_names(b, &samples[i], &lookups[i], &nwords, err))
            return false;
    }
    b->words_keys = b->tree.names.new_keys;
    gf_intern_find_words(&b->tree.names, b->simd, b->words, nwords);
    for (size_t i = 0; i < n; i++) {
        const struct gf_lookup *l = &lookups[i];
        if (!l->split)
            continue;
        /* (In this function: the compiler takes one that only asks for memory for one without an
         * effect, and leaves it out.) */
        size_t frame = first_new(b, l);
        if (frame < l->n && frame >= l->hashed)
            gf_paths_prefetch(&b->paths, b->scattered.hashes[l->first + frame]);
    }
    return true;
}

/* Looks for whole stacks again, or no more, by how many of the last n samples were new. */
static void note_fresh(struct gf_builder *b, size_t fresh, size_t n)
{
    bool *on = &b->scattered.fresh;
    if (n == GF_SCATTERED)
        *on = *on ? fresh >= FRESH_LEAST : fresh >= FRESH_ENOUGH;
}

bool gf_builder_scattered(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                          struct gf_error *err)
{
    size_t used = 0, fresh = 0;
    if (!look_ahead(b, samples, n, &used, err))
        return false;
    for (size_t from = 0; from < n; from += WARM_STEP) {
        size_t to = n - from < WARM_STEP ? n : from + WARM_STEP;
        warm(b, from, to);
        for (size_t i = from; i < to; i++) {
            uint32_t node, nodes = b->tree.n;
            if (!find_or_make(b, &samples[i], &b->scattered.lookups[i], &used, &node, err) ||
                !gf_tree_add(&b->tree, node, samples[i].values, samples[i].decimals, err))
                return false;
            b->last = node;
            fresh += b->tree.n > nodes;
        }
        if (!learn(b, samples, from, to, err))
            return false;
    }
    note_fresh(b, fresh, n);
    return true;
}
