/* Samples in no order, a batch at a time. Almost every step would wait for memory if samples were
 * looked up one by one; for a batch the places are known early, and asked for in advance.
 *
 *   1. The stack's hash leads to the node where an equal stack ended, if it is still in the cache.
 *      The names from there to the root are compared with the text.
 *   2. Otherwise the hashes of all its prefixes are looked up, the longest first, among the heads
 *      of runs. The deepest head on the stack's path is compared with the text in the same way;
 *      from there the run is followed by counting. What is not in the run is new.
 *   3. The new frames become a run of their own. */
#include "model/builder_internal.h"

/* Paths walked in step: enough for the waits to overlap, and few enough for what they read to stay
 * near until it is compared. */
#define WARM_STEP 32
/* How many nodes before they are made their memory is asked for. */
#define AHEAD 64
/* Names looked up in advance of a stack that seems to be new. */
#define NEW_FRAMES 8
/* Frames from the leaf up that are asked about at once. */
#define FIRST_FRAMES 12

/* Whether the path to the sample's guess reads text[0..end). It was walked in advance. */
static bool guess_is(struct gf_builder *b, const struct gf_lookup *l, const char *text,
                     uint32_t end)
{
    const struct gf_scattered *c = &b->scattered;
    const void *pool = b->tree.names.pool.data;
    const uint32_t *records = c->walked[l - c->lookups];
    if (l->anchor == 0)
        return b->simd->is_joined(text, end, ';', pool, records, l->nwalked);
    uint32_t len = c->anchors.lens[l->anchor - 1];
    if (end < len || memcmp(text, gf_anchor_text(&c->anchors, l->anchor - 1), len) != 0)
        return false;
    if (l->nwalked == 0)
        return end == len;
    return end > len && text[len] == ';' &&
           b->simd->is_joined(text + len + 1, end - len - 1, ';', pool, records, l->nwalked);
}

/* Whether the path to `node` reads text[0..end). */
static bool path_is(struct gf_builder *b, struct gf_lookup *l, uint32_t node, const char *text,
                    uint32_t end, bool *same, struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    const uint32_t *records = t->names.records.data;
    size_t n = 0;
    if (node == l->guess && l->walked) {
        *same = l->confirmed = guess_is(b, l, text, end);
        l->end = end;
        return true;
    }
    for (; node != GF_ROOT; node = edges[node].parent) {
        if (n == c->records_cap && !gf_grow(&c->records, &c->records_cap, n + 64, err))
            return false;
        c->records[n++] = records[edges[node].name];
        /* A name has a separator behind it, except for the last. */
        if (n > (size_t)end + 1)
            break;
    }
    *same = b->simd->is_joined(text, end, ';', t->names.pool.data, c->records, n);
    return true;
}

/* Finds the ends of the sample's frames, from *used on in ends[]. */
static bool split(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                  size_t *used, struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    size_t at = *used;
    for (uint32_t piece = 0; piece < s->len; piece += PIECE) {
        uint32_t n = s->len - piece < PIECE ? s->len - piece : PIECE;
        if (!gf_grow(&c->ends, &c->ends_cap, at + n + 1, err))
            return false;
        size_t count = b->simd->index_byte(s->stack + piece, n, ';', c->ends + at);
        for (size_t i = 0; piece && i < count; i++)
            c->ends[at + i] += piece;
        at += count;
    }
    c->ends[at++] = s->len;
    if (!gf_grow(&c->hashes, &c->hashes_cap, at, err))
        return false;
    l->split = true;
    l->first = *used;
    l->n = l->hashed = l->named = at - *used;
    l->keys = b->paths.new_keys;
    *used = at;
    return true;
}

/* The hash of the path to the sample's frame i. */
static uint32_t frame_hash(const struct gf_builder *b, const struct gf_sample *s,
                           const struct gf_lookup *l, size_t i)
{
    return i >= l->hashed ? b->scattered.hashes[l->first + i]
                          : gf_paths_hash(&b->paths, s->stack, b->scattered.ends[l->first + i]);
}

/* Which of the sample's last frames, from the one that `hashed` says on, may be heads: bit 31 is
 * the leaf, the bit below it its parent. Without a branch: how many there are cannot be foretold.
 */
static uint32_t marked_frames(const struct gf_builder *b, const struct gf_lookup *l)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    uint32_t marked = 0;
    size_t from = l->n - l->hashed > 32 ? l->n - 32 : l->hashed;
    for (size_t i = from; i < l->n; i++)
        marked |= (uint32_t)gf_paths_marked(&b->paths, hashes[i]) << (31 - (l->n - 1 - i));
    return marked;
}

/* Tries the heads that the table has for the path to the sample's frame i. */
static bool try_heads(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      size_t i, uint32_t *node, struct gf_error *err)
{
    struct gf_probe probe = gf_paths_probe(&b->paths, frame_hash(b, s, l, i));
    while ((*node = gf_paths_next(&b->paths, &probe)) != GF_ROOT) {
        bool same;
        if (!path_is(b, l, *node, s->stack, b->scattered.ends[l->first + i], &same, err))
            return false;
        if (same)
            break;
    }
    return true;
}

/* The deepest head of a run on the sample's path: *node and the number of frames to it, or GF_ROOT
 * and 0. */
static bool find_head(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      uint32_t *node, size_t *frames, struct gf_error *err)
{
    size_t rest = l->n - l->hashed > 32 ? l->n - 32 : l->hashed;
    *node = GF_ROOT;
    for (uint32_t marked = marked_frames(b, l); marked; marked &= ~(1u << (31 - *frames))) {
        *frames = (size_t)__builtin_clz(marked);
        if (!try_heads(b, s, l, l->n - 1 - *frames, node, err))
            return false;
        if (*node != GF_ROOT) {
            *frames = l->n - *frames;
            return true;
        }
    }
    for (*frames = rest; *frames > 0; --*frames) {
        if (!gf_paths_marked(&b->paths, frame_hash(b, s, l, *frames - 1)))
            continue;
        if (!try_heads(b, s, l, *frames - 1, node, err))
            return false;
        if (*node != GF_ROOT)
            return true;
    }
    return true;
}

/* Finds or makes the node where the sample's stack ends. */
static bool resolve(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                    uint32_t *leaf, struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    const uint32_t *ends = b->scattered.ends + l->first;
    uint32_t node;
    size_t i;
    if (!find_head(b, s, l, &node, &i, err))
        return false;
    uint32_t at = i > 0 ? ends[i - 1] + 1 : 0;
    for (; i < l->n && node + 1 < t->n && gf_tree_edges(t)[node + 1].parent == node; i++) {
        if (!gf_node_has_name(t, node + 1, s->stack + at, ends[i] - at))
            break;
        node++;
        at = ends[i] + 1;
    }
    uint32_t parent = node;
    size_t first = i;
    if (!gf_tree_reserve(t, l->n - i, err))
        return false;
    struct gf_edge *edge = (struct gf_edge *)t->edges.data + t->n;
    __builtin_prefetch(edge + AHEAD, 1);
    __builtin_prefetch((const uint64_t *)t->self[0].data + t->n + AHEAD, 1);
    for (; i < l->n; i++) {
        struct gf_word name = {.text = s->stack + at, .len = ends[i] - at};
        bool is_new;
        if (i >= l->named) {
            struct gf_word *found = &b->words[l->words + i - l->named];
            if (!gf_intern_add_word(&t->names, found, b->words_keys, err))
                return false;
            name.id = found->id;
        } else if (!gf_intern_add(&t->names, name.text, name.len, &name.id, &is_new, err)) {
            return false;
        }
        *edge++ = (struct gf_edge){node, name.id};
        node = t->n++;
        at = ends[i] + 1;
    }
    *leaf = node;
    if (l->n > t->max_depth)
        t->max_depth = (uint32_t)l->n;
    uint32_t head = node - (uint32_t)(l->n - first) + 1;
    if (first == l->n || head == parent + 1)
        return true;
    return gf_paths_add(&b->paths, t, frame_hash(b, s, l, first), head, err);
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

/* Hashes the paths to the sample's frames up to, and with, frame `from`, and asks for their marks.
 * */
static bool hash_paths(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                       size_t from, struct gf_error *err)
{
    const uint32_t *ends = b->scattered.ends + l->first;
    uint32_t *hashes = b->scattered.hashes + l->first;
    b->paths.known = 0;
    if (!gf_paths_read(&b->paths, s->stack, s->len, err))
        return false;
    while (l->hashed > from) {
        size_t i = --l->hashed;
        hashes[i] = gf_paths_prefix(&b->paths, s->stack, s->len, ends[i]);
        gf_paths_ask_mark(&b->paths, hashes[i]);
    }
    return true;
}

/* Asks for the places in the table of the two deepest paths of the sample that may be heads (the
 * first is often none). Hashes more of them where it must. */
static bool ask_heads(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      struct gf_error *err)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    while ((l->marked = marked_frames(b, l)) == 0 && l->hashed > 0 && l->n - l->hashed < 32) {
        if (!hash_paths(b, s, l, l->hashed > FIRST_FRAMES ? l->hashed - FIRST_FRAMES : 0, err))
            return false;
    }
    uint32_t marked = l->marked;
    for (unsigned k = 0; k < 2 && marked; k++) {
        unsigned up = (unsigned)__builtin_clz(marked);
        gf_paths_prefetch(&b->paths, hashes[l->n - 1 - up]);
        marked &= ~(1u << (31 - up));
    }
    return true;
}

/* The node that may be the deepest head on the sample's path, unseen, and the number of frames to
 * it. */
static uint32_t guess_head(const struct gf_builder *b, const struct gf_lookup *l, size_t *frames)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    for (uint32_t marked = l->marked; marked;) {
        unsigned up = (unsigned)__builtin_clz(marked);
        *frames = l->n - up;
        struct gf_probe probe = gf_paths_probe(&b->paths, hashes[*frames - 1]);
        uint32_t node = gf_paths_next(&b->paths, &probe);
        if (node)
            return node;
        marked &= ~(1u << (31 - up));
    }
    *frames = 0;
    return GF_ROOT;
}

/* Notes the names of the sample's last frames, which are the new ones if any are. `frames` are
 * there. *nwords: of words[]. */
static bool note_names(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                       size_t frames, size_t *nwords, struct gf_error *err)
{
    const uint32_t *ends = b->scattered.ends + l->first;
    l->named = l->n - frames > NEW_FRAMES ? l->n - NEW_FRAMES : frames;
    l->words = *nwords;
    if (!gf_grow(&b->words, &b->words_cap, *nwords + NEW_FRAMES, err))
        return false;
    for (size_t i = l->named; i < l->n; i++) {
        uint32_t at = i > 0 ? ends[i - 1] + 1 : 0;
        b->words[(*nwords)++] = (struct gf_word){.text = s->stack + at, .len = ends[i] - at};
    }
    return true;
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
        /* A head's run may go on the way that the sample does. */
        if (l->split && l->guess + 1 < t->n) {
            uint32_t at = records[edges[l->guess + 1].name];
            __builtin_prefetch(pool + at * (uint64_t)GF_WORD_UNIT);
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
        if (!path_is(b, l, *node, s->stack, s->len, &same, err))
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
    if (l->keys != b->paths.new_keys) {
        l->split = false;
        l->hash = gf_paths_hash(&b->paths, s->stack, s->len);
        l->keys = b->paths.new_keys;
    }
    if (!find_stack(b, s, l, node, err))
        return false;
    if (*node != GF_ROOT)
        return true;
    if ((!l->split && !split(b, s, l, used, err)) || !resolve(b, s, l, node, err))
        return false;
    if (l->keys != b->paths.new_keys)
        l->hash = gf_paths_hash(&b->paths, s->stack, s->len);
    return gf_paths_add_stack(&b->paths, l->hash, *node, b->tree.n, err);
}

/* Guesses where the samples' paths are, and asks for the memory. */
static bool look_ahead(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                       size_t *used, struct gf_error *err)
{
    struct gf_lookup *lookups = b->scattered.lookups;
    const struct gf_edge *edges = gf_tree_edges(&b->tree);
    uint32_t node;
    size_t nwords = 0;
    for (size_t i = 0; i < n; i++) {
        lookups[i] =
            (struct gf_lookup){.hash = gf_paths_hash(&b->paths, samples[i].stack, samples[i].len),
                               .keys = b->paths.new_keys};
        __builtin_prefetch(gf_paths_bucket(&b->paths, lookups[i].hash));
    }
    for (size_t i = 0; i < n; i++) {
        struct gf_lookup *l = &lookups[i];
        if ((node = guess_stack(b, l->hash)) != GF_ROOT) {
            __builtin_prefetch(edges + node);
            __builtin_prefetch((const uint64_t *)b->tree.self[0].data + node, 1);
            l->guess = node;
            continue;
        }
        if (!split(b, &samples[i], l, used, err) ||
            !hash_paths(b, &samples[i], l, l->n > FIRST_FRAMES ? l->n - FIRST_FRAMES : 0, err))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (lookups[i].split && !ask_heads(b, &samples[i], &lookups[i], err))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        struct gf_lookup *l = &lookups[i];
        size_t frames;
        if (!l->split)
            continue;
        if ((node = guess_head(b, l, &frames)) != GF_ROOT) {
            __builtin_prefetch(edges + node);
            l->guess = node;
        }
        if (frames < l->n && frames >= l->hashed)
            gf_paths_prefetch(&b->paths, b->scattered.hashes[l->first + frames]);
        if (!note_names(b, &samples[i], l, frames, &nwords, err))
            return false;
    }
    b->words_keys = b->tree.names.new_keys;
    gf_intern_find_words(&b->tree.names, b->simd, b->words, nwords);
    return true;
}

bool gf_builder_scattered(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                          struct gf_error *err)
{
    size_t used = 0;
    if (!look_ahead(b, samples, n, &used, err))
        return false;
    for (size_t from = 0; from < n; from += WARM_STEP) {
        size_t to = n - from < WARM_STEP ? n : from + WARM_STEP;
        warm(b, from, to);
        for (size_t i = from; i < to; i++) {
            uint32_t node;
            if (!find_or_make(b, &samples[i], &b->scattered.lookups[i], &used, &node, err) ||
                !gf_tree_add(&b->tree, node, samples[i].values, samples[i].decimals, err))
                return false;
            b->last = node;
        }
        if (!learn(b, samples, from, to, err))
            return false;
    }
    return true;
}
