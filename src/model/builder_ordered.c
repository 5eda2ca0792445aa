/* Samples in order into the call tree.
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
 *   - Only then the path is hashed and looked up.
 *
 * Below a child that is new, all frames are. The names of a batch of samples are looked up together
 * before, so that what remains for those is to write them down (push_new). */
#include "model/builder_internal.h"

/* Where the names that differ from the sample before are looked for in advance: from so many bytes
 * before the first that differs, and not in more bytes than this. */
#define TAIL_BACK 64
#define TAIL_MAX  4096
/* How many nodes before they are made their memory is asked for. */
#define AHEAD 64

static uint32_t name_of(const struct gf_tree *t, uint32_t node)
{
    return gf_tree_edges(t)[node].name;
}

/* Whether the name of `node` begins the other and is shorter. */
static bool node_begins(const struct gf_tree *t, uint32_t node, const struct gf_word *name)
{
    uint32_t n;
    const char *text = gf_intern_text(&t->names, name_of(t, node), &n);
    return n < name->len && gf_equal_short(text, name->text, n);
}

/* Keeps the comebacks of level `depth` that begin the new child's name, and adds the child before
 * it if it was a leaf and begins it too. */
static bool note_comebacks(struct gf_builder *b, uint32_t depth, const struct level *l,
                           const struct gf_word *name, struct gf_error *err)
{
    while (b->ncomebacks > 0) {
        const struct comeback *c = &b->comebacks[b->ncomebacks - 1];
        if (c->level < depth || (c->level == depth && (node_begins(&b->tree, c->node, name) ||
                                                       name_of(&b->tree, c->node) == name->id)))
            break;
        b->ncomebacks--;
    }
    if (l->last_internal || !node_begins(&b->tree, l->last_child, name))
        return true;
    if (!gf_grow(&b->comebacks, &b->comebacks_cap, b->ncomebacks + 1, err))
        return false;
    b->comebacks[b->ncomebacks++] = (struct comeback){depth, l->last_child};
    return true;
}

enum found { FOUND_NOT, FOUND_NEW, FOUND_LEAF };

/* Tells from the order of the children seen so far whether `name` is a new child of the path's last
 * level, or a leaf seen before (*node). FOUND_NOT: the order says nothing, and is given
 * up where it was broken. `internal`: a ';' follows the name. */
static bool find_by_order(struct gf_builder *b, const struct gf_word *name, bool internal,
                          enum found *found, uint32_t *node, struct gf_error *err)
{
    struct level *l = &b->levels[b->depth];
    uint32_t other_len;
    const char *other =
        gf_intern_text(&b->tree.names, name_of(&b->tree, l->last_child), &other_len);
    uint32_t least = name->len < other_len ? name->len : other_len;
    size_t same = b->simd->common_prefix(name->text, other, least);
    int ours = same < name->len ? (unsigned char)name->text[same] : -1;
    int theirs = same < other_len ? (unsigned char)other[same] : -1;
    *found = FOUND_NOT;
    if ((l->order & ORDER_LINE) && !note_comebacks(b, (uint32_t)b->depth, l, name, err))
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
        if (internal && c && c->level == b->depth && name_of(&b->tree, c->node) == name->id) {
            *found = FOUND_LEAF;
            *node = c->node;
        }
    }
    return true;
}

/* Where a name of the sample's stack ends. */
static uint32_t end_of(const struct gf_sample *s, const struct gf_word *name)
{
    return (uint32_t)(name->text - s->stack) + name->len;
}

/* Looks the child `name` of the path's last level up where nothing else tells. *node: GF_ROOT if
 * there is none. */
static bool find_by_hash(struct gf_builder *b, const struct gf_sample *s,
                         const struct gf_word *name, uint32_t *node, struct gf_error *err)
{
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    uint32_t parent = b->levels[b->depth].node, next = parent + 1;
    if (!b->paths.on && !gf_paths_start(&b->paths, t, err))
        return false;
    *node = next;
    if (next < t->n && edges[next].parent == parent && edges[next].name == name->id)
        return true;
    if (!gf_paths_read(&b->paths, s->stack, s->len, err))
        return false;
    struct gf_probe probe =
        gf_paths_probe(&b->paths, gf_paths_prefix(&b->paths, s->stack, s->len, end_of(s, name)));
    while ((*node = gf_paths_next(&b->paths, &probe)) != 0) {
        if (edges[*node].parent == parent && edges[*node].name == name->id)
            break;
    }
    return true;
}

/* Tells the table of paths, if it is in use, of the path to the new `node`, which ends with
 * `name`. */
static bool note_path(struct gf_builder *b, const struct gf_sample *s, const struct gf_word *name,
                      uint32_t parent, uint32_t node, struct gf_error *err)
{
    if (!b->paths.on || parent + 1 == node)
        return true;
    return gf_paths_read(&b->paths, s->stack, s->len, err) &&
           gf_paths_add(&b->paths, &b->tree,
                        gf_paths_prefix(&b->paths, s->stack, s->len, end_of(s, name)), node, err);
}

/* Adds the child `name` to the path's last level, which has no such child. */
static bool add_child(struct gf_builder *b, const struct gf_sample *s, const struct gf_word *name,
                      uint32_t *node, struct gf_error *err)
{
    uint32_t parent = b->levels[b->depth].node;
    return gf_tree_append(&b->tree, parent, name->id, node, err) &&
           note_path(b, s, name, parent, *node, err);
}

/* Finds or makes the child `name` of the path's last level. *order is what is known about the
 * order of its own children. */
static bool find_child(struct gf_builder *b, const struct gf_sample *s, const struct gf_word *name,
                       bool internal, uint32_t *node, uint8_t *order, struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    struct level *l = &b->levels[b->depth];
    enum found found = FOUND_NOT;
    *order = ORDER_NAME | ORDER_LINE;
    if (l->last_child != GF_ROOT && name_of(t, l->last_child) == name->id) {
        /* It has no children only if this visit made it and always saw it as a leaf. */
        *node = l->last_child;
        if (l->last_internal || !l->order)
            *order = 0;
        return true;
    }
    if (l->order && l->last_child == GF_ROOT)
        found = FOUND_NEW;
    else if (l->order && !find_by_order(b, name, internal, &found, node, err))
        return false;
    if (found == FOUND_LEAF)
        return true;
    if (found == FOUND_NEW)
        return add_child(b, s, name, node, err);
    uint32_t next = b->last + 1;
    if (next < t->n && gf_tree_edges(t)[next].parent == l->node && name_of(t, next) == name->id) {
        *node = next;
        *order = 0;
        return true;
    }
    if (!find_by_hash(b, s, name, node, err))
        return false;
    if (*node == GF_ROOT)
        return add_child(b, s, name, node, err);
    *order = 0;
    return true;
}

/* Adds one more frame to the path. */
static bool push(struct gf_builder *b, const struct gf_sample *s, const struct gf_word *name,
                 bool internal, struct gf_error *err)
{
    uint32_t node;
    uint8_t order;
    if (!find_child(b, s, name, internal, &node, &order, err) ||
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
    b->levels[++b->depth] = (struct level){.node = node, .end = end_of(s, name), .order = order};
    b->last = node;
    return true;
}

/* Adds frames that are known to be new, each the only child of the one before, to the path. */
static bool push_new(struct gf_builder *b, const struct gf_sample *s, const struct gf_word *names,
                     size_t n, struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    if (!gf_grow(&b->levels, &b->levels_cap, b->depth + n + 1, err) || !gf_tree_reserve(t, n, err))
        return false;
    struct level *l = &b->levels[b->depth];
    struct gf_edge *edge = (struct gf_edge *)t->edges.data + t->n;
    uint32_t parent = l->node, first = t->n, node = first;
    /* What is written next was cleared by the system, and is in no cache. */
    __builtin_prefetch(edge + AHEAD, 1);
    __builtin_prefetch((const uint64_t *)t->self[0].data + first + AHEAD, 1);
    l->last_child = first;
    l->last_internal = n > 1;
    for (const struct gf_word *name = names; name < names + n; name++, node++) {
        *edge++ = (struct gf_edge){name == names ? parent : node - 1, name->id};
        *++l = (struct level){.node = node,
                              .end = end_of(s, name),
                              .last_child = node + 1,
                              .order = ORDER_NAME | ORDER_LINE,
                              .last_internal = true};
    }
    l->last_child = GF_ROOT;
    l->last_internal = false;
    if (n > 1)
        l[-1].last_internal = false;
    t->n = node;
    b->depth += n;
    b->last = node - 1;
    return note_path(b, s, names, parent, first, err);
}

void gf_builder_pop(struct gf_builder *b, const struct gf_sample *s)
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

/* Adds one more frame whose name nobody looked up. */
static bool push_unknown(struct gf_builder *b, const struct gf_sample *s, uint32_t at, uint32_t end,
                         bool internal, struct gf_error *err)
{
    struct gf_word name = {.text = s->stack + at, .len = end - at};
    bool is_new;
    return gf_intern_add(&b->tree.names, name.text, name.len, &name.id, &is_new, err) &&
           push(b, s, &name, internal, err);
}

/* Adds the frames of the sample below the path's last level, name by name. */
static bool walk(struct gf_builder *b, const struct gf_sample *s, struct gf_error *err)
{
    uint32_t at = b->depth ? b->levels[b->depth].end + 1 : 0;
    uint32_t separators[PIECE];
    for (uint32_t piece = at; piece < s->len; piece += PIECE) {
        uint32_t n = s->len - piece < PIECE ? s->len - piece : PIECE;
        size_t count = b->simd->index_byte(s->stack + piece, n, ';', separators);
        for (size_t i = 0; i < count; i++) {
            if (!push_unknown(b, s, at, piece + separators[i], true, err))
                return false;
            at = piece + separators[i] + 1;
        }
    }
    return push_unknown(b, s, at, s->len, false, err);
}

/* Whether the sample's next frame, the first of names[], is known to be new: no frame was added
 * below the path's last level in this visit, or the last one was that of the sample before, whose
 * name parts from this one in a byte that is below ours. (The two orders of names are the same
 * then.) `was` is the depth of the path to the sample before. */
static bool is_new_child(const struct gf_builder *b, const struct gf_sample *s,
                         const struct gf_sample *before, size_t was, const struct gf_word *name)
{
    const struct level *l = &b->levels[b->depth];
    if (!l->order)
        return false;
    if (l->last_child == GF_ROOT)
        return true;
    uint32_t at = s->shared;
    return before && b->depth < was && l[1].node == l->last_child && b->ncomebacks == 0 &&
           at < l[1].end && at < end_of(s, name) &&
           (unsigned char)s->stack[at] > (unsigned char)before->stack[at];
}

/* Adds the frames of the sample below the path's last level. names[0..n) are the sample's last. */
static bool walk_ahead(struct gf_builder *b, const struct gf_sample *s,
                       const struct gf_sample *before, size_t was, struct gf_word *names, size_t n,
                       struct gf_error *err)
{
    const char *at = s->stack + (b->depth ? b->levels[b->depth].end + 1 : 0);
    while (n > 0 && names->text < at) {
        names++;
        n--;
    }
    if (n == 0 || names->text != at)
        return walk(b, s, err);
    for (size_t i = 0; i < n; i++) {
        if (!gf_intern_add_word(&b->tree.names, &names[i], b->words_keys, err))
            return false;
    }
    if (is_new_child(b, s, before, was, names))
        return push_new(b, s, names, n, err);
    for (size_t i = 0; i < n; i++) {
        if (!push(b, s, &names[i], i + 1 < n, err))
            return false;
    }
    return true;
}

/* Finds the names in which the sample differs from the one before: in a sorted input these frames
 * are new. *used: of words[]. */
static bool read_tail(struct gf_builder *b, const struct gf_sample *s, struct gf_tail *tail,
                      size_t *used, struct gf_error *err)
{
    uint32_t ends[TAIL_MAX + 1];
    uint32_t from = s->shared > TAIL_BACK ? s->shared - TAIL_BACK : 0, n = s->len - from;
    *tail = (struct gf_tail){.first = *used};
    if (n > TAIL_MAX)
        return true;
    if (!gf_grow(&b->words, &b->words_cap, *used + n + 1, err))
        return false;
    size_t nends = b->simd->index_byte(s->stack + from, n, ';', ends), i = 0;
    ends[nends++] = n;
    const char *text = s->stack + from;
    /* The frame before the first end may begin before what was looked at. */
    for (i = from > 0; i < nends && from + ends[i] < s->shared;)
        i++;
    struct gf_word *w = b->words + *used;
    for (uint32_t at = i > 0 ? ends[i - 1] + 1 : 0; i < nends; at = ends[i++] + 1)
        *w++ = (struct gf_word){.text = text + at, .len = ends[i] - at};
    tail->n = (size_t)(w - b->words) - *used;
    *used += tail->n;
    return true;
}

/* Adds a sample by way of the path, which is that of the sample before. */
static bool add_in_order(struct gf_builder *b, const struct gf_sample *s,
                         const struct gf_sample *before, const struct gf_tail *tail,
                         struct gf_error *err)
{
    size_t was = b->depth;
    gf_builder_pop(b, s);
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
        if (!walk_ahead(b, s, before, was, b->words + tail->first, tail->n, err))
            return false;
    }
    if (b->depth > b->tree.max_depth)
        b->tree.max_depth = (uint32_t)b->depth;
    return gf_tree_add(&b->tree, b->levels[b->depth].node, s->values, s->decimals, err);
}

bool gf_builder_ordered(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                        struct gf_error *err)
{
    struct gf_tail tails[GF_SCATTERED];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        if (!read_tail(b, &samples[i], &tails[i], &used, err))
            return false;
    }
    b->words_keys = b->tree.names.new_keys;
    gf_intern_find_words(&b->tree.names, b->simd, b->words, used);
    for (size_t i = 0; i < n; i++) {
        if (!add_in_order(b, &samples[i], i > 0 ? &samples[i - 1] : NULL, &tails[i], err))
            return false;
    }
    return true;
}
