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
#include "model/builder.h"

#include <stdlib.h>
#include <string.h>

enum {
    ORDER_NAME = 1, /* the children seen in this visit ascend by name, and there are no others */
    ORDER_LINE = 2, /* the same, by name and the byte behind it */
};

/* A frame of the current path. */
struct level {
    uint32_t node;
    uint32_t end;        /* where its name ends in the stack's text */
    uint32_t last_child; /* the child visited last in this visit, or GF_ROOT */
    uint8_t order;
    bool last_internal; /* last_child was followed by ';' most recently, not by the count */
};

/* A leaf that an ascending walk in line order may meet again as an inner node. */
struct comeback {
    uint32_t level, node;
};

struct gf_builder {
    struct gf_tree tree;
    const struct gf_simd *simd;
    struct level *levels; /* levels[0] is the root's */
    size_t levels_cap;
    size_t depth;  /* index of the deepest level of the path */
    uint32_t last; /* the node visited last */
    struct comeback *comebacks;
    size_t ncomebacks, comebacks_cap;
};

/* Separators are looked for in pieces of this many bytes. */
#define PIECE 512

struct gf_builder *gf_builder_create(uint32_t nvalues, const struct gf_simd *simd,
                                     struct gf_error *err)
{
    struct gf_builder *b = calloc(1, sizeof *b);
    if (!b) {
        gf_fail_nomem(err, sizeof *b);
        return NULL;
    }
    b->simd = simd;
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
    free(b->levels);
    free(b->comebacks);
    free(b);
}

struct gf_tree *gf_builder_tree(struct gf_builder *b)
{
    return &b->tree;
}

static bool node_has_name(const struct gf_tree *t, uint32_t node, const char *name, uint32_t len)
{
    uint32_t n;
    const char *text = gf_intern_text(&t->names, gf_tree_edges(t)[node].name, &n);
    return n == len && memcmp(text, name, len) == 0;
}

/* Whether the name of `node` begins name[0..len) and is shorter. */
static bool node_begins(const struct gf_tree *t, uint32_t node, const char *name, uint32_t len)
{
    uint32_t n;
    const char *text = gf_intern_text(&t->names, gf_tree_edges(t)[node].name, &n);
    return n < len && memcmp(text, name, n) == 0;
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
                                   node_has_name(&b->tree, c->node, name, len))))
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
        const struct comeback *c = b->comebacks + b->ncomebacks - 1;
        if (internal && b->ncomebacks > 0 && c->level == b->depth &&
            node_has_name(&b->tree, c->node, name, len)) {
            *found = FOUND_LEAF;
            *node = c->node;
        }
    }
    return true;
}

/* Finds or makes the child name[0..len) of the path's last level. *order is what is known about the
 * order of its own children. */
static bool find_child(struct gf_builder *b, const char *name, uint32_t len, bool internal,
                       uint32_t *node, uint8_t *order, struct gf_error *err)
{
    struct gf_tree *t = &b->tree;
    struct level *l = &b->levels[b->depth];
    enum found found = FOUND_NOT;
    *order = ORDER_NAME | ORDER_LINE;
    if (l->last_child != GF_ROOT && node_has_name(t, l->last_child, name, len)) {
        *node = l->last_child;
        if (l->last_internal)
            *order = 0;
        return true;
    }
    if (l->order && l->last_child == GF_ROOT)
        found = FOUND_NEW;
    else if (l->order && !find_by_order(b, name, len, internal, &found, node, err))
        return false;
    if (found == FOUND_LEAF)
        return true;
    uint32_t next = b->last + 1;
    if (found == FOUND_NOT && next < t->n && gf_tree_edges(t)[next].parent == l->node &&
        node_has_name(t, next, name, len)) {
        *node = next;
        *order = 0;
        return true;
    }
    uint32_t id;
    bool is_new;
    if (!gf_intern_add(&t->names, name, len, &id, &is_new, err))
        return false;
    if (found == FOUND_NEW || is_new)
        return gf_tree_append(t, l->node, id, node, err);
    if (!gf_tree_child(t, l->node, id, node, &is_new, err))
        return false;
    if (!is_new)
        *order = 0;
    return true;
}

/* Adds one more frame, text[at..end), to the path. */
static bool push(struct gf_builder *b, const char *text, uint32_t at, uint32_t end, bool internal,
                 struct gf_error *err)
{
    uint32_t node;
    uint8_t order;
    if (!find_child(b, text + at, end - at, internal, &node, &order, err) ||
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
            if (!push(b, s->stack, at, piece + separators[i], true, err))
                return false;
            at = piece + separators[i] + 1;
        }
    }
    return push(b, s->stack, at, s->len, false, err);
}

static bool take(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err)
{
    struct gf_builder *b = ctx;
    for (const struct gf_sample *s = samples; s < samples + n; s++) {
        pop(b, s);
        if (b->depth > 0 && b->levels[b->depth].end == s->len) {
            struct level *above = &b->levels[b->depth - 1];
            if (above->last_internal)
                above->order &= (uint8_t)~ORDER_LINE;
            b->last = b->levels[b->depth].node;
        } else {
            if (b->depth > 0)
                b->levels[b->depth - 1].last_internal = true;
            if (!walk(b, s, err))
                return false;
        }
        if (b->depth > b->tree.max_depth)
            b->tree.max_depth = (uint32_t)b->depth;
        if (!gf_tree_add(&b->tree, b->levels[b->depth].node, s->values, s->decimals, err))
            return false;
    }
    return true;
}

struct gf_sink gf_builder_sink(struct gf_builder *b)
{
    return (struct gf_sink){b, take};
}
