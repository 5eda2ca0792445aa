#include "support/mixed_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { STACK_MAX = 1 << 16, POOL_MAX = 1 << 15 };

enum shape { RAW, NEW, WALK, RUNS, WIDE, DEEP, SHAPES };
static const char *const shape_names[SHAPES] = {"raw", "new", "walk", "runs", "wide", "deep"};

enum alphabet { NUMBERED, CHAINS, HOSTILE, LENGTHS, TEMPLATES, ALPHABETS };
static const char *const alphabet_names[ALPHABETS] = {"numbered", "chains", "hostile", "lengths",
                                                      "templates"};

enum weights { ONES, SMALL, LARGE, MIXED, DECIMALS, WEIGHTS };

struct maker {
    struct mixed_lines out;
    uint64_t random;
    uint32_t lines, made, functions, depth;
    enum shape shape;
    enum alphabet alphabet;
    enum weights weights;
    unsigned crlf, blanks, comments, bad; /* of 256 lines */
    char *stack;
    size_t n;
    struct bytes pool; /* stacks to repeat */
    size_t *pooled;    /* where each ends */
    uint32_t npooled;
};

static uint64_t next(struct maker *m)
{
    return gf_mix(m->random += UINT64_C(0x9e3779b97f4a7c15));
}

static uint32_t below(struct maker *m, uint32_t n)
{
    return (uint32_t)((next(m) >> 32) * n >> 32);
}

static bool odds(struct maker *m, unsigned of_256)
{
    return (next(m) & 255) < of_256;
}

static void put(struct maker *m, const void *data, size_t n)
{
    if (m->n + n > STACK_MAX)
        return;
    memcpy(m->stack + m->n, data, n);
    m->n += n;
}

/* Names that begin one another, with the bytes that sort around ';', ' ' and the count. */
static void put_chain(struct maker *m)
{
    static const struct {
        const char *text;
        size_t n;
    } links[] = {{"b", 1}, {"!", 1},    {"!x", 2}, {" ", 1},  {" x", 2},   {":", 1},
                 {"<", 1}, {"a", 1},    {".", 1},  {"\t", 1}, {"", 0},     {"\0", 1},
                 {"9", 1}, {"\x01", 1}, {"#", 1},  {"-", 1},  {"\xff", 1}, {"\r", 1}};
    for (uint32_t n = below(m, 4); n > 0; n--) {
        uint32_t i = below(m, odds(m, 128) ? 4 : sizeof links / sizeof *links);
        /* Text of which a tenth is control bytes is taken for binary. */
        if (links[i].n == 1 && (links[i].text[0] & ~1) == 0 && odds(m, 230))
            i = 0;
        put(m, links[i].text, links[i].n);
    }
}

static void put_hostile(struct maker *m)
{
    for (uint32_t n = below(m, odds(m, 8) ? 200 : 12); n > 0; n--) {
        char c = (char)next(m);
        if (c >= 0 && c < ' ' && odds(m, 230))
            c = 'h';
        if (c != '\n' && c != ';')
            put(m, &c, 1);
    }
}

static void put_frame(struct maker *m)
{
    char text[160];
    uint32_t i = below(m, m->functions);
    if (odds(m, 64)) /* some functions come more often */
        i /= 16;
    switch (m->alphabet) {
    case CHAINS:
        put_chain(m);
        break;
    case HOSTILE:
        put_hostile(m);
        break;
    case LENGTHS: /* around the widths of vectors and of hashed words */
        memset(text, 'x', sizeof text);
        text[i % 140] = (char)('a' + i % 26);
        put(m, text, 1 + i % 140);
        break;
    case TEMPLATES:
        put(m, text,
            (size_t)snprintf(text, sizeof text, "ns%u::Thing<unsigned long, %u>::(anonymous)::f%u",
                             i % 7, i % 3, i));
        break;
    default:
        put(m, text, (size_t)snprintf(text, sizeof text, "f%u", i));
    }
}

/* Keeps a random part of the stack and adds frames of its own to it. */
static void change_stack(struct maker *m, uint32_t keep, uint32_t add)
{
    size_t at = 0;
    while (keep > 0 && at < m->n) {
        const char *separator = memchr(m->stack + at, ';', m->n - at);
        at = separator ? (size_t)(separator - m->stack) + 1 : m->n;
        keep--;
    }
    bool inner = at == m->n && at > 0;
    m->n = at;
    for (uint32_t i = 0; i < add; i++) {
        if (i > 0 || inner)
            put(m, ";", 1);
        put_frame(m);
    }
}

static uint32_t depth_of(const struct maker *m)
{
    uint32_t n = 1;
    for (size_t i = 0; i < m->n; i++)
        n += m->stack[i] == ';';
    return n;
}

/* Remembers the stack, or brings one back that was remembered. */
static void keep_stack(struct maker *m)
{
    if (m->npooled < POOL_MAX && m->pool.n < 4u << 20) {
        bytes_add(&m->pool, m->stack, m->n);
        m->pooled[m->npooled++] = m->pool.n;
    }
}

static void recall_stack(struct maker *m)
{
    uint32_t i = below(m, 1 + below(m, m->npooled)); /* the early ones more often */
    size_t start = i ? m->pooled[i - 1] : 0;
    m->n = m->pooled[i] - start;
    memcpy(m->stack, m->pool.data + start, m->n);
}

/* The next line's stack; WALK and DEEP go on from the one before. */
static void next_stack(struct maker *m)
{
    char text[32];
    switch (m->shape) {
    case RAW:
        if (m->npooled > 0 && odds(m, 200)) {
            recall_stack(m);
            return;
        }
        if (m->npooled > 0)
            recall_stack(m);
        change_stack(m, below(m, m->depth), 1 + below(m, m->depth / 2 + 1));
        keep_stack(m);
        break;
    case NEW:
        change_stack(m, 0, 1 + below(m, m->depth));
        put(m, text, (size_t)snprintf(text, sizeof text, ";n%" PRIu32, m->made * 7919u));
        break;
    case RUNS:
        if (m->npooled == 0 || odds(m, 30)) {
            change_stack(m, below(m, m->depth), 1 + below(m, m->depth));
            keep_stack(m);
        } else if (odds(m, 20)) {
            recall_stack(m);
        }
        break;
    case WIDE:
        m->n = 0;
        put(m, text, (size_t)snprintf(text, sizeof text, "w%u;", below(m, 3)));
        put_frame(m);
        put(m, text, (size_t)snprintf(text, sizeof text, "%" PRIx64, next(m) % (m->lines * 2u)));
        break;
    default: {
        uint32_t depth = depth_of(m), out = below(m, m->shape == DEEP ? 40 : 4);
        uint32_t keep = depth > out ? depth - out : 0;
        if (m->made == 0)
            change_stack(m, 0, m->depth);
        else
            change_stack(m, keep, keep < m->depth ? 1 + below(m, out + 2) : 1);
    }
    }
}

/* Nothing that stands before the count may look like one more count: only a differential has two.
 */
static void end_stack(struct maker *m)
{
    size_t end = m->n;
    while (end > 0 && (m->stack[end - 1] == ' ' || m->stack[end - 1] == '\t'))
        end--;
    char last = end > 0 ? m->stack[end - 1] : ' ';
    /* In a differential each stack has a name: "1 2" alone would be a stack and one count. */
    if (m->out.columns == 2 || last == '.' || (last >= '0' && last <= '9'))
        put(m, "x", 1);
}

static void add(struct maker *m, const char *text)
{
    bytes_add(&m->out.text, text, strlen(text));
}

static void add_count(struct maker *m)
{
    static const char *const tails[] = {"", "", "", "", "", ".", ".0", ".000"};
    char text[64];
    uint64_t value = 1;
    uint64_t r = next(m);
    if (m->weights == SMALL || (m->weights == MIXED && r % 4))
        value = (r >> 8) % 20;
    else if (m->weights == LARGE || m->weights == MIXED)
        value = (r >> 8) >> (r & 7) * 5 >> 16;
    if (m->weights == DECIMALS) {
        unsigned digits = (unsigned)(r & 15);
        snprintf(text, sizeof text, "%u.%0*" PRIu64, (unsigned)(r >> 8) % 1000, (int)digits,
                 digits ? (r >> 20) % 1000 : 0);
        add(m, text);
        return;
    }
    if (odds(m, 4))
        add(m, "0000000000000000000000");
    snprintf(text, sizeof text, "%" PRIu64, value);
    add(m, text);
    if (m->bad)
        add(m, tails[next(m) % 8]);
}

static void add_bad_line(struct maker *m)
{
    static const char *const lines[] = {"no count",
                                        "main;a 1e3",
                                        "main;b .5",
                                        "main;c 0x10",
                                        "main;d +5",
                                        "main;e 5x",
                                        "main;f -5",
                                        "main;g -0.25",
                                        "77",
                                        "  12.5\t",
                                        "main;h 18446744073709551616",
                                        "main;i 99999999999999999999999999999999999999 "};
    add(m, lines[next(m) % (sizeof lines / sizeof *lines)]);
}

static void add_line(struct maker *m)
{
    static const char *const comments[] = {"",    "# a comment 5", "#", "#comment;without;count",
                                           " \t", "  # indented 3"};
    if (odds(m, m->comments)) {
        add(m, comments[next(m) % 6]);
    } else if (odds(m, m->bad)) {
        add_bad_line(m);
    } else {
        next_stack(m);
        end_stack(m);
        if (odds(m, m->blanks))
            add(m, odds(m, 128) ? " " : "\xef\xbb\xbf\t ");
        bytes_add(&m->out.text, m->stack, m->n);
        for (unsigned i = 0; i < m->out.columns; i++) {
            add(m, odds(m, m->blanks) ? " \t" : " ");
            add_count(m);
        }
        if (odds(m, m->blanks))
            add(m, "  ");
    }
    add(m, odds(m, m->crlf) ? "\r\n" : "\n");
}

static void choose(struct maker *m, uint64_t seed, uint32_t lines)
{
    static const unsigned often[] = {0, 0, 0, 8, 128, 256};
    m->random = gf_mix(seed);
    m->shape = (enum shape)(seed % SHAPES);
    m->alphabet = (enum alphabet)(seed / SHAPES % ALPHABETS);
    m->weights = (enum weights)below(m, WEIGHTS);
    m->functions = 1 + below(m, odds(m, 128) ? 30 : 5000);
    m->lines = lines;
    m->depth = 1 + below(m, odds(m, 32) ? 40 : 8);
    if (m->alphabet == LENGTHS && m->depth > 3)
        m->depth = 3;
    m->crlf = often[below(m, 6)];
    m->blanks = often[below(m, 4)];
    m->comments = often[below(m, 4)];
    m->bad = often[below(m, 4)];
    m->out.columns = m->shape != DEEP && odds(m, 40) ? 2 : 1;
    m->out.shape = shape_names[m->shape];
    m->out.names = alphabet_names[m->alphabet];
    m->out.few_names = m->shape != NEW && m->shape != WIDE && m->alphabet != HOSTILE;
    if (m->shape == DEEP) {
        m->depth = 200 + below(m, 2000);
        m->lines = lines / m->depth + 8;
    }
}

struct mixed_lines mixed_make(uint64_t seed, uint32_t lines)
{
    struct maker m = {.stack = malloc(STACK_MAX + 64), .pooled = malloc(POOL_MAX * sizeof(size_t))};
    if (!m.stack || !m.pooled)
        abort();
    choose(&m, seed, lines);
    for (int i = 0; i < MIXED_HEAD; i++) {
        for (int k = 0; k < 100; k++)
            add(&m, "a long head; ");
        add(&m, m.out.columns == 2 ? "h 1 2\n" : "h 1\n");
    }
    for (; m.made < m.lines; m.made++)
        add_line(&m);
    /* One weight that needs all of its bits, unless decimals would shift it out of them. */
    add(&m, m.out.columns == 2 ? "main;last 7 " : "main;last ");
    add(&m, m.weights == DECIMALS ? "1.25" : "4611686018427387904");
    if (odds(&m, 128))
        add(&m, "\n");
    free(m.stack);
    free(m.pooled);
    bytes_free(&m.pool);
    return m.out;
}

struct piece {
    const unsigned char *data;
    size_t n;
};

static int by_bytes(const void *pa, const void *pb)
{
    const struct piece *a = pa, *b = pb;
    int c = memcmp(a->data, b->data, a->n < b->n ? a->n : b->n);
    return c ? c : (a->n > b->n) - (a->n < b->n);
}

static struct piece *cut(const struct bytes *text, size_t *n)
{
    size_t cap = 1;
    for (size_t i = 0; i < text->n; i++)
        cap += text->data[i] == '\n';
    struct piece *pieces = malloc(cap * sizeof *pieces);
    if (!pieces)
        abort();
    *n = 0;
    for (size_t at = 0; at < text->n;) {
        const unsigned char *end = memchr(text->data + at, '\n', text->n - at);
        size_t len = end ? (size_t)(end - text->data) - at : text->n - at;
        pieces[(*n)++] = (struct piece){text->data + at, len};
        at += len + 1;
    }
    return pieces;
}

struct bytes mixed_reorder(const struct bytes *text, enum mixed_order order, uint64_t seed)
{
    struct bytes out = {0};
    size_t n;
    struct piece *all = cut(text, &n), *pieces = all + MIXED_HEAD;
    n -= MIXED_HEAD;
    if (order == MIXED_SORTED)
        qsort(pieces, n, sizeof *pieces, by_bytes);
    for (size_t i = n; order == MIXED_SHUFFLED && i > 1; i--) {
        size_t k = gf_mix(seed + i) % i;
        struct piece t = pieces[i - 1];
        pieces[i - 1] = pieces[k];
        pieces[k] = t;
    }
    for (int i = 0; i < MIXED_HEAD; i++) {
        bytes_add(&out, all[i].data, all[i].n);
        bytes_add(&out, "\n", 1);
    }
    size_t odd = (n + 1) / 2;
    for (size_t i = 0; i < n; i++) {
        size_t from = order == MIXED_REVERSED ? n - 1 - i : i;
        if (order == MIXED_DEALT)
            from = i < odd ? 2 * i : 2 * (i - odd) + 1;
        bytes_add(&out, pieces[from].data, pieces[from].n);
        if (i + 1 < n || text->data[text->n - 1] == '\n')
            bytes_add(&out, "\n", 1);
    }
    free(all);
    return out;
}
