#include "support/simple_profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned __int128 wide;

/* Counts are held in units of 10^-9, the most decimals there are. */
#define UNIT 1000000000u

struct line {
    const char *stack;
    size_t len;
    wide weight[2]; /* the width first, then what was before */
    uint64_t number;
};

static void *must(void *memory)
{
    if (!memory) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t trimmed(const char *text, size_t n)
{
    while (n > 0 && blank(text[n - 1]))
        n--;
    return n;
}

static bool all_digits(const char *s, const char *end)
{
    for (; s < end; s++)
        if (*s < '0' || *s > '9')
            return false;
    return true;
}

/* \d+(\.\d*)? with at most 2^64 - 1 in units of its own last digit that is not 0; what it is
 * otherwise is the cause, GF_IGNORED_CAUSES is none. */
static enum gf_ignored_cause read_count(const char *s, const char *end, wide *value)
{
    bool negative = s < end && *s == '-';
    const char *whole = s + negative, *point = memchr(whole, '.', (size_t)(end - whole));
    const char *stop = point ? point : end;
    if (whole == stop || !all_digits(whole, stop) || (point && !all_digits(point + 1, end)))
        return GF_IGNORED_NO_COUNT;
    if (negative)
        return GF_IGNORED_NEGATIVE;
    *value = 0;
    for (const char *p = whole; p < stop && *value <= UINT64_MAX; p++)
        *value = *value * 10 + (wide)(*p - '0');
    bool large = *value > UINT64_MAX;
    for (int i = 1; i <= 9; i++)
        *value = *value * 10 + (wide)(point && end - point > i ? point[i] - '0' : 0);
    if (point && end - point > 10 && point[10] >= '5')
        ++*value;
    wide least = *value;
    for (int i = 0; i < 9 && least % 10 == 0; i++)
        least /= 10;
    return large || least > UINT64_MAX ? GF_IGNORED_TOO_LARGE : GF_IGNORED_CAUSES;
}

/* The last word of text[0..*n) as a count; the word and the blanks before it go. */
static enum gf_ignored_cause take_count(const char *text, size_t *n, wide *value)
{
    size_t word = *n;
    while (word > 0 && !blank(text[word - 1]))
        word--;
    enum gf_ignored_cause cause = read_count(text + word, text + *n, value);
    *n = trimmed(text, word);
    return cause;
}

/* Returns whether there is a data line in it; *cause is why it does not count. */
static bool read_line(const char *text, size_t n, unsigned columns, struct line *l,
                      enum gf_ignored_cause *cause)
{
    if (n > 0 && text[n - 1] == '\r')
        n--;
    n = trimmed(text, n);
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        n -= 3;
    }
    for (; n > 0 && blank(*text); n--)
        text++;
    wide count[2] = {0};
    size_t len = n;
    *cause = n ? take_count(text, &len, &count[0]) : GF_IGNORED_CAUSES;
    if (n == 0 || (*text == '#' && (n == 1 || text[1] == ' ' || *cause == GF_IGNORED_NO_COUNT)))
        return false;
    /* From the right: a stack without a name is told before the next word is looked at. */
    if (*cause == GF_IGNORED_CAUSES && len == 0)
        *cause = GF_IGNORED_NO_STACK;
    if (*cause == GF_IGNORED_CAUSES && columns == 2) {
        *cause = take_count(text, &len, &count[1]);
        if (*cause == GF_IGNORED_CAUSES && len == 0)
            *cause = GF_IGNORED_NO_STACK;
    }
    /* Both in the unit that both of them need. */
    wide unit = UNIT;
    while (count[0] % unit || count[1] % unit)
        unit /= 10;
    if (*cause == GF_IGNORED_CAUSES &&
        (count[0] / unit > UINT64_MAX || count[1] / unit > UINT64_MAX))
        *cause = GF_IGNORED_TOO_LARGE;
    *l = (struct line){text, len, {count[0], count[1]}, 0};
    return true;
}

/* By the names one after the other, each by its bytes: the separator is below every byte. */
static int by_stack(const void *pa, const void *pb)
{
    const struct line *a = pa, *b = pb;
    size_t n = a->len < b->len ? a->len : b->len;
    for (size_t i = 0; i < n; i++) {
        int x = (unsigned char)a->stack[i], y = (unsigned char)b->stack[i];
        if (x != y)
            return (x == ';' ? -1 : x) < (y == ';' ? -1 : y) ? -1 : 1;
    }
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static struct line *read_lines(struct simple_profile *s, const char *text, size_t n,
                               unsigned columns)
{
    size_t most = 1;
    for (const char *p = text; (p = memchr(p, '\n', n - (size_t)(p - text))); p++)
        most++;
    struct line *lines = must(malloc(most * sizeof *lines));
    wide unit = UNIT;
    while (n > 0) {
        const char *newline = memchr(text, '\n', n);
        size_t len = newline ? (size_t)(newline - text) : n;
        enum gf_ignored_cause cause;
        struct line *l = &lines[s->records];
        if (read_line(text, len, columns, l, &cause)) {
            if (cause < GF_IGNORED_CAUSES) {
                s->ignored_by[cause]++;
            } else {
                l->number = s->records++;
                while (l->weight[0] % unit || l->weight[1] % unit)
                    unit /= 10;
            }
        }
        len += newline != NULL;
        text += len;
        n -= len;
    }
    for (wide u = unit; u < UNIT; u *= 10)
        s->decimals++;
    for (uint64_t i = 0; i < s->records; i++)
        for (int v = 0; v < 2; v++)
            lines[i].weight[v] /= unit;
    qsort(lines, s->records, sizeof *lines, by_stack);
    return lines;
}

/* The open path: nodes by depth, the root's first. */
struct path {
    uint32_t *node;
    size_t cap;
};

/* Goes to the node of a stack; sorted, so what the last one does not share is new. */
static uint32_t open_stack(struct simple_profile *s, size_t *cap, struct path *path, uint32_t *open,
                           const struct line *l)
{
    const char *at = l->stack, *end = l->stack + l->len;
    bool shared = true;
    uint32_t depth = 0;
    for (bool more = true; more; at++) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        more = stop != NULL;
        uint32_t len = (uint32_t)((stop ? stop : end) - at);
        depth++;
        if (depth >= path->cap) {
            path->cap *= 2;
            path->node = must(realloc(path->node, path->cap * sizeof *path->node));
        }
        const struct simple_node *old =
            shared && depth <= *open ? &s->nodes[path->node[depth]] : NULL;
        shared = old && old->len == len && memcmp(old->name, at, len) == 0;
        if (!shared) {
            if (s->n == *cap) {
                *cap *= 2;
                s->nodes = must(realloc(s->nodes, *cap * sizeof *s->nodes));
            }
            s->nodes[s->n] =
                (struct simple_node){at, len, depth, path->node[depth - 1], 1, l->number, {0}, {0}};
            path->node[depth] = s->n++;
        }
        at += len;
    }
    *open = depth;
    if (depth > s->max_depth)
        s->max_depth = depth;
    return path->node[depth];
}

struct simple_profile simple_read(const char *text, size_t n, unsigned columns)
{
    struct simple_profile s = {.n = 1, .nvalues = columns};
    struct line *lines = read_lines(&s, text, n, columns);
    size_t cap = 1024;
    struct path path = {must(malloc(64 * sizeof *path.node)), 64};
    uint32_t open = 0, node = 0;
    s.nodes = must(malloc(cap * sizeof *s.nodes));
    s.nodes[0] = (struct simple_node){"", 0, 0, 0, 1, 0, {0}, {0}};
    path.node[0] = 0;
    for (uint64_t i = 0; i < s.records; i++) {
        const struct line *l = &lines[i];
        if (i == 0 || l->len != l[-1].len || memcmp(l->stack, l[-1].stack, l->len) != 0) {
            node = open_stack(&s, &cap, &path, &open, l);
            s.stacks++;
        }
        for (int v = 0; v < 2; v++)
            s.nodes[node].self[v] += (uint64_t)l->weight[v];
    }
    for (uint32_t i = s.n; i-- > 0;) {
        struct simple_node *child = &s.nodes[i], *parent = &s.nodes[child->parent];
        for (int v = 0; v < 2; v++) {
            child->total[v] += child->self[v];
            parent->total[v] += i ? child->total[v] : 0;
        }
        if (i && child->first < parent->first)
            parent->first = child->first;
        parent->size += i ? child->size : 0;
    }
    free(path.node);
    free(lines);
    return s;
}

void simple_free(struct simple_profile *s)
{
    free(s->nodes);
    *s = (struct simple_profile){0};
}

struct sibling {
    uint64_t key;
    uint32_t node; /* in the order of names */
};

static int by_key(const void *pa, const void *pb)
{
    const struct sibling *a = pa, *b = pb;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->node > b->node) - (a->node < b->node);
}

/* The nodes in pre-order with siblings in `order`. */
static uint32_t *preorder(const struct simple_profile *s, enum gf_order order)
{
    uint32_t *start = must(calloc((size_t)s->n + 2, sizeof *start));
    uint32_t *out = must(malloc(s->n * sizeof *out)), *stack = must(malloc(s->n * sizeof *stack));
    struct sibling *siblings = must(malloc(s->n * sizeof *siblings));
    for (uint32_t i = 1; i < s->n; i++)
        start[s->nodes[i].parent + 2]++;
    for (uint32_t i = 0; i < s->n; i++)
        start[i + 2] += start[i + 1];
    for (uint32_t i = 1; i < s->n; i++) {
        const struct simple_node *node = &s->nodes[i];
        uint64_t key = order == GF_ORDER_WEIGHT  ? ~node->total[0]
                       : order == GF_ORDER_INPUT ? node->first
                                                 : 0;
        siblings[start[node->parent + 1]++] = (struct sibling){key, i};
    }
    uint32_t n = 0, waiting = 1;
    stack[0] = 0;
    while (waiting > 0) {
        uint32_t node = stack[--waiting], children = start[node + 1] - start[node];
        out[n++] = node;
        qsort(siblings + start[node], children, sizeof *siblings, by_key);
        for (uint32_t i = children; i-- > 0;)
            stack[waiting++] = siblings[start[node] + i].node;
    }
    free(siblings);
    free(stack);
    free(start);
    return out;
}

#define EXPECT(what, have, want)                                                                   \
    do {                                                                                           \
        unsigned long long have_ = (have), want_ = (want);                                         \
        if (have_ != want_) {                                                                      \
            fprintf(stderr, "%s: %llu instead of %llu\n", what, have_, want_);                     \
            return false;                                                                          \
        }                                                                                          \
    } while (0)

static bool check_figures(const struct simple_profile *s, const struct gf_profile *profile)
{
    const struct gf_profile_stats *stats = &profile->stats;
    EXPECT("call paths", profile->frames.n, s->n);
    EXPECT("value types", profile->frames.nvalues, s->nvalues);
    EXPECT("rows", profile->frames.nrows, s->max_depth + 1);
    EXPECT("deepest stack", stats->max_depth, s->max_depth);
    EXPECT("decimals", profile->decimals, s->decimals);
    EXPECT("records", stats->records, s->records);
    EXPECT("stacks", stats->stacks, s->stacks);
    for (int cause = 0; cause < GF_IGNORED_CAUSES; cause++)
        EXPECT(gf_ignored_text((enum gf_ignored_cause)cause), stats->ignored_by[cause],
               s->ignored_by[cause]);
    return true;
}

static bool check_node(const struct simple_node *want, const struct gf_frames *f, uint32_t i)
{
    size_t len;
    const char *name = gf_frame_name(f, i, &len);
    if (len != want->len || memcmp(name, want->name, len) != 0) {
        fprintf(stderr, "call path %u: '%.*s' instead of '%.*s'\n", i, (int)len, name,
                (int)want->len, want->name);
        return false;
    }
    EXPECT("end of a subtree", f->end[i], i + want->size);
    for (uint32_t v = 0; v < f->nvalues; v++) {
        EXPECT("running sum", f->prefix[v][i + 1], f->prefix[v][i] + want->self[v]);
        EXPECT("total", gf_frame_total(f, i, v), want->total[v]);
    }
    return true;
}

static int by_bytes(const void *pa, const void *pb, void *ctx)
{
    const struct gf_name_table *t = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    size_t na = t->offset[a + 1] - t->offset[a], nb = t->offset[b + 1] - t->offset[b];
    int c = memcmp(t->bytes + t->offset[a], t->bytes + t->offset[b], na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

/* Numbered by first appearance, and each there once. */
static bool check_names(const struct gf_profile *profile)
{
    const struct gf_frames *f = &profile->frames;
    uint32_t seen = 0;
    for (uint32_t i = 1; i < f->n; i++) {
        EXPECT("name that came too early", f->name[i] > seen, 0);
        seen += f->name[i] == seen;
    }
    EXPECT("names", f->names.n, seen);
    EXPECT("functions", profile->stats.functions, seen);
    uint32_t *ids = must(malloc(seen * sizeof *ids + 1)), same = 0;
    for (uint32_t i = 0; i < seen; i++)
        ids[i] = i;
    qsort_r(ids, seen, sizeof *ids, by_bytes, (void *)(uintptr_t)&f->names);
    for (uint32_t i = 1; i < seen; i++)
        same += by_bytes(&ids[i - 1], &ids[i], (void *)(uintptr_t)&f->names) == 0;
    free(ids);
    EXPECT("names that are there twice", same, 0);
    return true;
}

static bool check_frames(const struct simple_profile *s, const uint32_t *order, uint32_t *in_row,
                         const struct gf_frames *f)
{
    EXPECT("first row", f->row_start[0], 0);
    EXPECT("rows' end", f->row_start[f->nrows], f->n);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct simple_node *want = &s->nodes[order[i]];
        uint32_t at = f->row_start[want->depth] + in_row[want->depth]++;
        if (!check_node(want, f, i))
            return false;
        EXPECT("row that is too short", at >= f->row_start[want->depth + 1], 0);
        EXPECT("node of a row", f->row_nodes[at], i);
    }
    return true;
}

bool simple_check(const struct simple_profile *s, enum gf_order order,
                  const struct gf_profile *profile)
{
    const struct gf_frames *f = &profile->frames;
    if (!check_figures(s, profile))
        return false;
    EXPECT("the root's name", f->name[0], GF_NO_NAME);
    for (uint32_t v = 0; v < f->nvalues; v++)
        EXPECT("first running sum", f->prefix[v][0], 0);
    uint32_t *sequence = preorder(s, order);
    uint32_t *in_row = must(calloc((size_t)s->max_depth + 1, sizeof *in_row));
    bool ok = check_frames(s, sequence, in_row, f) && check_names(profile);
    free(in_row);
    free(sequence);
    return ok;
}
