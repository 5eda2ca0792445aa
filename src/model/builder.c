/* Samples into the call tree.
 *
 * The path of the last sample is kept as a stack of levels. A sample that shares its first bytes
 * with the one before starts where the two part (the decoder says how many bytes are equal), so
 * most frames are never looked at. Where they part, a child has to be found or made. Looking it up
 * in a table costs a cache miss; it is avoided wherever the child can be known to be new:
 *
 *   - A node made by this visit has only the children that the visit added. As long as these came
 * in ascending order, a greater one is new. Two orders count: by name (a walk over a sorted tree),
 * and by name with the byte that follows it in the line (what `sort` makes of folded text: "a;b 1",
 *     "a;b.c 1", "a;b;d 1"). In the second, a child may come back once, as "b" did; it is then
 * among the leaves before it whose names begin the current one's, and these are kept (struct
 * comeback).
 *   - Where the order does not hold, the node after the last one visited is tried first: a second
 * file of the same service, or the rest of a stack seen before, runs through the tree in the order
 * in which the nodes were made.
 *   - Only then the name is hashed and the tree's index asked. */
#include "model/builder_internal.h"

#include <stdlib.h>
#include <string.h>

/* A batch of fewer samples says nothing about their order. */
#define DECIDING 16
/* Where the names that differ from the sample before are looked for in advance: from so many bytes
 * before the first that differs, and not in more bytes than this. */
#define TAIL_BACK 64
#define TAIL_MAX  4096

struct gf_builder *gf_builder_create(uint32_t nvalues, const struct gf_simd *simd,
                                     struct gf_error *err)
{
    struct gf_builder *b = calloc(1, sizeof *b);
    if (!b) {
        gf_fail_nomem(err, sizeof *b);
        return NULL;
    }
    b->simd = simd;
    gf_paths_init(&b->paths, simd);
    if (!gf_tree_init(&b->tree, nvalues, err) || !gf_grow(&b->levels, &b->levels_cap, 64, err)) {
        gf_builder_destroy(b);
        return NULL;
    }
    b->levels[0] = (struct level){.node = GF_ROOT, .order = ORDER_NAME | ORDER_LINE};
    return b;
}

void gf_builder_destroy(struct gf_builder *b)
{
    if (!b)
        return;
    gf_tree_free(&b->tree);
    gf_builder_rest(b);
    free(b);
}

void gf_builder_rest(struct gf_builder *b)
{
    free(b->levels);
    free(b->comebacks);
    gf_paths_free(&b->paths);
    free(b->scattered.ends);
    free(b->scattered.hashes);
    free(b->scattered.names);
    free(b->scattered.spans);
    b->levels = NULL;
    b->comebacks = NULL;
    b->paths = (struct gf_paths){0};
    b->scattered = (struct gf_scattered){0};
}

uint64_t gf_builder_size(const struct gf_builder *b)
{
    return gf_tree_size(&b->tree) + gf_paths_size(&b->paths);
}

struct gf_tree *gf_builder_tree(struct gf_builder *b)
{
    return &b->tree;
}

/* Whether the name of `node` begins name[0..len) and is shorter. */
static bool node_begins(const struct gf_tree *t, uint32_t node, const char *name, uint32_t len)
{
    uint32_t n;
    const char *text = gf_intern_text(&t->names, gf_tree_edges(t)[node].name, &n);
    return n < len && gf_equal_short(text, name, n);
}

/* Keeps the comebacks of level `depth` that begin the new child's name, and adds the child before
 * it if it was a leaf and begins it too. */
static bool note_comebacks(struct gf_builder *b, uint32_t depth, const struct level *l,
                           const char *name, uint32_t len, struct gf_error *err)
{
    while (b->ncomebacks > 0) {
        const struct comeback *c = &b->comebacks[b->ncomebacks - 1];
        if (c->level < depth ||
            (c->level == depth && (node_begins(&b->tree, c->node, name, len) ||
                                   gf_node_has_name(&b->tree, c->node, name, len))))
            break;
        b->ncomebacks--;
    }
    if (l->last_internal || !node_begins(&b->tree, l->last_child, name, len))
        return true;
    if (!gf_grow(&b->comebacks, &b->comebacks_cap, b->ncomebacks + 1, err))
        return false;
    b->comebacks[b->ncomebacks++] = (struct comeback){depth, l->last_child};
    return true;
}

enum found { FOUND_NOT, FOUND_NEW, FOUND_LEAF };

/* Tells from the order of the children seen so far whether name[0..len) is a new child of the
 * path's last level, or a leaf seen before (*node). FOUND_NOT: the order says nothing, and is given
 * up where it was broken. `internal`: a ';' follows the name. */
static bool find_by_order(struct gf_builder *b, const char *name, uint32_t len, bool internal,
                          enum found *found, uint32_t *node, struct gf_error *err)
{
    struct level *l = &b->levels[b->depth];
    uint32_t other_len;
    const char *other =
        gf_intern_text(&b->tree.names, gf_tree_edges(&b->tree)[l->last_child].name, &other_len);
    uint32_t least = len < other_len ? len : other_len;
    size_t same = b->simd->common_prefix(name, other, least);
    int ours = same < len ? (unsigned char)name[same] : -1;
    int theirs = same < other_len ? (unsigned char)other[same] : -1;
    *found = FOUND_NOT;
    if ((l->order & ORDER_LINE) && !note_comebacks(b, (uint32_t)b->depth, l, name, len, err))
        return false;
    if (ours <= theirs)
        l->order &= (uint8_t)~ORDER_NAME;
    else if (l->order & ORDER_NAME)
        *found = FOUND_NEW;
    /* Now the same with the byte behind the shorter name. */
    if (ours < 0)
        ours = internal ? ';' : ' ';
    if (theirs < 0)
        theirs = l->last_internal ? ';' : ' ';
    if (ours <= theirs) {
        l->order &= (uint8_t)~ORDER_LINE;
    } else if ((l->order & ORDER_LINE) && *found == FOUND_NOT) {
        *found = FOUND_NEW;
        const struct comeback *c = b->ncomebacks ? &b->comebacks[b->ncomebacks - 1] : NULL;
        if (internal && c && c->level == b->depth &&
            gf_node_has_name(&b->tree, c->node, name, len)) {
            *found = FOUND_LEAF;
            *node = c->node;
        }
    }
    return true;
}

/* Looks the child name[0..len) of the path's last level up where nothing else tells. *node: GF_ROOT
 * if there is none. */
static bool find_by_hash(struct gf_builder *b, const struct gf_sample *s, uint32_t at, uint32_t end,
                         uint32_t *node, struct gf_error *err)
{
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    uint32_t parent = b->levels[b->depth].node, next = parent + 1;
    if (!b->paths.on && !gf_paths_start(&b->paths, t, err))
        return false;
    *node = next;
    if (next < t->n && edges[next].parent == parent &&
        gf_node_has_name(t, next, s->stack + at, end - at))
        return true;
    if (!gf_paths_read(&b->paths, s->stack, s->len, err))
        return false;
    struct gf_probe probe =
        gf_paths_probe(&b->paths, gf_paths_prefix(&b->paths, s->stack, s->len, end));
    while ((*node = gf_paths_next(&b->paths, &probe)) != 0) {
        if (edges[*node].parent == parent && gf_node_has_name(t, *node, s->stack + at, end - at))
            break;
    }
    return true;
}

/* Adds the child s->stack[at..end) to the path's last level, which has no such child. */
static bool add_child(struct gf_builder *b, const struct gf_sample *s, uint32_t at, uint32_t end,
                      const uint64_t *hash, uint32_t *node, struct gf_error *err)
{
    uint32_t id, parent = b->levels[b->depth].node;
    const char *name = s->stack + at;
    bool is_new;
    if (!gf_intern_add_hashed(&b->tree.names, name, end - at,
                              hash ? *hash : gf_intern_hash(&b->tree.names, name, end - at), &id,
                              &is_new, err) ||
        !gf_tree_append(&b->tree, parent, id, node, err))
        return false;
    if (!b->paths.on || parent + 1 == *node)
        return true;
    return gf_paths_read(&b->paths, s->stack, s->len, err) &&
           gf_paths_add(&b->paths, &b->tree, gf_paths_prefix(&b->paths, s->stack, s->len, end),
                        *node, err);
}

/* Finds or makes the child s->stack[at..end) of the path's last level. *order is what is known
 * about the order of its own children. `hash` is its name's, if that is known. */
static bool find_child(struct gf_builder *b, const struct gf_sample *s, uint32_t at, uint32_t end,
                       bool internal, const uint64_t *hash, uint32_t *node, uint8_t *order,
                       struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    struct level *l = &b->levels[b->depth];
    const char *name = s->stack + at;
    uint32_t len = end - at;
    enum found found = FOUND_NOT;
    *order = ORDER_NAME | ORDER_LINE;
    if (l->last_child != GF_ROOT && gf_node_has_name(t, l->last_child, name, len)) {
        /* It has no children only if this visit made it and always saw it as a leaf. */
        *node = l->last_child;
        if (l->last_internal || !l->order)
            *order = 0;
        return true;
    }
    if (l->order && l->last_child == GF_ROOT)
        found = FOUND_NEW;
    else if (l->order && !find_by_order(b, name, len, internal, &found, node, err))
        return false;
    if (found == FOUND_LEAF)
        return true;
    if (found == FOUND_NEW)
        return add_child(b, s, at, end, hash, node, err);
    uint32_t next = b->last + 1;
    if (next < t->n && gf_tree_edges(t)[next].parent == l->node &&
        gf_node_has_name(t, next, name, len)) {
        *node = next;
        *order = 0;
        return true;
    }
    if (!find_by_hash(b, s, at, end, node, err))
        return false;
    if (*node == GF_ROOT)
        return add_child(b, s, at, end, hash, node, err);
    *order = 0;
    return true;
}

/* Adds one more frame, s->stack[at..end), to the path. */
static bool push(struct gf_builder *b, const struct gf_sample *s, uint32_t at, uint32_t end,
                 bool internal, const uint64_t *hash, struct gf_error *err)
{
    uint32_t node;
    uint8_t order;
    if (!find_child(b, s, at, end, internal, hash, &node, &order, err) ||
        !gf_grow(&b->levels, &b->levels_cap, b->depth + 2, err))
        return false;
    struct level *l = &b->levels[b->depth];
    if (l->last_child != node) {
        l->last_child = node;
        l->last_internal = internal;
    } else if (l->last_internal && !internal) {
        l->order &= (uint8_t)~ORDER_LINE;
    } else {
        l->last_internal = internal;
    }
    b->levels[++b->depth] = (struct level){.node = node, .end = end, .order = order};
    b->last = node;
    return true;
}

/* Pops the levels that the sample does not share with the path. */
static void pop(struct gf_builder *b, const struct gf_sample *s)
{
    size_t depth = b->depth;
    for (; depth > 0; depth--) {
        uint32_t end = b->levels[depth].end;
        if (end <= s->shared && (end == s->len || s->stack[end] == ';'))
            break;
    }
    b->depth = depth;
    while (b->ncomebacks > 0 && b->comebacks[b->ncomebacks - 1].level > depth)
        b->ncomebacks--;
}

/* Adds the frames of the sample below the path's last level. */
static bool walk(struct gf_builder *b, const struct gf_sample *s, struct gf_error *err)
{
    uint32_t at = b->depth ? b->levels[b->depth].end + 1 : 0;
    uint32_t separators[PIECE];
    for (uint32_t piece = at; piece < s->len; piece += PIECE) {
        uint32_t n = s->len - piece < PIECE ? s->len - piece : PIECE;
        size_t count = b->simd->index_byte(s->stack + piece, n, ';', separators);
        for (size_t i = 0; i < count; i++) {
            if (!push(b, s, at, piece + separators[i], true, NULL, err))
                return false;
            at = piece + separators[i] + 1;
        }
    }
    return push(b, s, at, s->len, false, NULL, err);
}

/* The same where look_ahead has found the frames' ends. */
static bool walk_ahead(struct gf_builder *b, const struct gf_sample *s, const struct gf_lookup *l,
                       struct gf_error *err)
{
    const uint32_t *ends = b->scattered.ends + l->first;
    uint32_t at = b->depth ? b->levels[b->depth].end + 1 : 0;
    size_t i = 0;
    while (i < l->n && ends[i] < at)
        i++;
    /* The frame before the first end may begin before what was looked at. */
    if (i == l->n || (i == 0 && (at > 0 || s->shared > TAIL_BACK)))
        return walk(b, s, err);
    for (; i < l->n; i++) {
        bool hashed = i >= l->named && l->name_keys == b->tree.names.new_keys;
        if (!push(b, s, at, ends[i], i + 1 < l->n,
                  hashed ? &b->scattered.names[l->first + i] : NULL, err))
            return false;
        at = ends[i] + 1;
    }
    return true;
}

/* Finds the ends of the frames in which the sample differs from the one before, and hashes their
 * names: in a sorted input they are new. *used: of ends[] and names[]. */
static bool read_tail(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      size_t *used, struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    const struct gf_intern *names = &b->tree.names;
    uint32_t from = s->shared > TAIL_BACK ? s->shared - TAIL_BACK : 0, n = s->len - from;
    *l = (struct gf_lookup){.first = *used, .name_keys = names->new_keys};
    if (n > TAIL_MAX)
        return true;
    if (!gf_grow(&c->ends, &c->ends_cap, *used + n + 1, err) ||
        !gf_grow(&c->names, &c->names_cap, *used + n + 1, err))
        return false;
    uint32_t *ends = c->ends + *used;
    l->n = b->simd->index_byte(s->stack + from, n, ';', ends);
    for (size_t i = 0; i < l->n; i++)
        ends[i] += from;
    ends[l->n++] = s->len;
    *used += l->n;
    for (l->named = from > 0; l->named < l->n && ends[l->named] < s->shared;)
        l->named++;
    for (size_t i = l->named; i < l->n; i++) {
        uint32_t at = i > 0 ? ends[i - 1] + 1 : 0;
        uint64_t hash = gf_intern_hash(names, s->stack + at, ends[i] - at);
        c->names[l->first + i] = hash;
        gf_intern_ask_slot(names, hash);
    }
    return true;
}

/* Adds a sample by way of the path. */
static bool add_in_order(struct gf_builder *b, const struct gf_sample *s, const struct gf_lookup *l,
                         struct gf_error *err)
{
    pop(b, s);
    if (b->paths.known > s->shared / 8)
        b->paths.known = s->shared / 8;
    if (b->depth > 0 && b->levels[b->depth].end == s->len) {
        struct level *above = &b->levels[b->depth - 1];
        if (above->last_internal)
            above->order &= (uint8_t)~ORDER_LINE;
        b->last = b->levels[b->depth].node;
    } else {
        if (b->depth > 0)
            b->levels[b->depth - 1].last_internal = true;
        if (!walk_ahead(b, s, l, err))
            return false;
    }
    if (b->depth > b->tree.max_depth)
        b->tree.max_depth = (uint32_t)b->depth;
    return gf_tree_add(&b->tree, b->levels[b->depth].node, s->values, s->decimals, err);
}

/* Adds samples by way of the path. Their names are looked for together, so that the waits for
 * memory overlap. */
static bool take_in_order(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                          struct gf_error *err)
{
    struct gf_lookup *lookups = b->scattered.lookups;
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (!read_tail(b, &samples[i], &lookups[i], &used, err))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct gf_lookup *l = &lookups[i];
        for (size_t j = l->named; j < l->n; j++)
            gf_intern_ask_record(&b->tree.names, b->scattered.names[l->first + j]);
    }
    for (size_t i = 0; i < n; i++) {
        if (!add_in_order(b, &samples[i], &lookups[i], err))
            return false;
    }
    return true;
}

/* Whether the samples come in no order: many are below their predecessors, and they have little in
 * common with them. */
static bool are_scattered(const struct gf_sample *samples, size_t n)
{
    uint64_t shared = 0, all = 0;
    size_t below = 0;
    for (size_t i = 1; i < n; i++) {
        const struct gf_sample *a = &samples[i - 1], *b = &samples[i];
        uint32_t at = b->shared;
        int was = at < a->len ? (unsigned char)a->stack[at] : -1;
        int is = at < b->len ? (unsigned char)b->stack[at] : -1;
        below += is < was;
        shared += at;
        all += b->len;
    }
    return below * 4 > n && shared * 4 < all * 3;
}

/* The path keeps what it has in common with samples that it was not led along. */
static void pass_by(struct gf_builder *b, const struct gf_sample *samples, size_t n)
{
    for (size_t i = 0; i < n && b->depth > 0; i++)
        pop(b, &samples[i]);
    b->levels[b->depth].order = 0;
    if (b->depth > 0)
        b->levels[b->depth - 1].order = 0;
    b->paths.known = 0;
}

static bool take(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err)
{
    struct gf_builder *b = ctx;
    if (n >= DECIDING)
        b->is_scattered = are_scattered(samples, n);
    if (b->is_scattered && !b->paths.on && !gf_paths_start(&b->paths, &b->tree, err))
        return false;
    for (size_t i = 0; i < n; i += GF_SCATTERED) {
        size_t some = n - i < GF_SCATTERED ? n - i : GF_SCATTERED;
        if (!(b->is_scattered ? gf_builder_scattered : take_in_order)(b, samples + i, some, err))
            return false;
    }
    if (b->is_scattered)
        pass_by(b, samples, n);
    return true;
}

struct gf_sink gf_builder_sink(struct gf_builder *b)
{
    return (struct gf_sink){b, take};
}
