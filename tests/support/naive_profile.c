#include "support/naive_profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/hash.h"

const struct naive_name naive_names[NAIVE_NAMES] = {{"a", 1},
                                                    {"ab", 2},
                                                    {"a\0", 2},
                                                    {"a\0b", 3},
                                                    {"abcdefg", 7},
                                                    {"abcdefgh", 8},
                                                    {"abcdefg\0", 8},
                                                    {"abcdefghijklmno", 15},
                                                    {"\xc3\xa9t\xc3", 5},
                                                    {"abcdefghijklmnoq", 16},
                                                    {"", 0},
                                                    {"\xff", 1}};

uint64_t naive_next(uint64_t *seed)
{
    return gf_mix(++*seed);
}

static bool same_path(const struct naive_sample *a, const struct naive_sample *b, uint32_t depth)
{
    return a->depth >= depth && b->depth >= depth && memcmp(a->path, b->path, depth) == 0;
}

struct naive_profile naive_random(uint64_t seed, uint32_t n, uint32_t nvalues, unsigned decimals)
{
    struct naive_profile p = {nvalues, n, n, calloc(n + (size_t)1, sizeof *p.samples)};
    assert_non_null(p.samples);
    for (uint32_t i = 0; i < n; i++) {
        struct naive_sample *s = &p.samples[i];
        uint32_t shared = 0;
        if (i > 0 && naive_next(&seed) % 4) {
            const struct naive_sample *before = &p.samples[naive_next(&seed) % i];
            shared = (uint32_t)(naive_next(&seed) % (before->depth + 1));
            memcpy(s->path, before->path, shared);
        }
        s->depth = shared + (uint32_t)(naive_next(&seed) % (NAIVE_DEPTH - shared + 1));
        s->depth += s->depth == 0;
        for (uint32_t d = shared; d < s->depth; d++)
            s->path[d] = (uint8_t)(naive_next(&seed) % NAIVE_NAMES);
        for (uint32_t v = 0; v < nvalues; v++)
            s->values[v] = naive_next(&seed) % 4;
        s->decimals = decimals ? (unsigned)(naive_next(&seed) % (decimals + 1)) : 0;
    }
    return p;
}

void naive_free(struct naive_profile *p)
{
    free(p->samples);
    p->samples = NULL;
}

static int compare_samples(const void *a, const void *b)
{
    const struct naive_sample *x = a, *y = b;
    uint32_t least = x->depth < y->depth ? x->depth : y->depth;
    int c = memcmp(x->path, y->path, least);
    return c ? c : (x->depth > y->depth) - (x->depth < y->depth);
}

void naive_sort(struct naive_profile *p)
{
    qsort(p->samples, p->n, sizeof *p->samples, compare_samples);
}

void naive_tree(const struct naive_profile *p, uint32_t low, uint32_t high, struct gf_tree *t)
{
    struct gf_error err;
    assert_true(gf_tree_init(t, p->nvalues, &err));
    for (uint32_t i = low; i < high; i++) {
        const struct naive_sample *s = &p->samples[i];
        uint32_t node = GF_ROOT, name;
        bool is_new;
        for (uint32_t d = 0; d < s->depth; d++) {
            const struct naive_name *text = &naive_names[s->path[d]];
            assert_true(gf_intern_add(&t->names, text->text, text->len, &name, &is_new, &err));
            assert_true(gf_tree_child(t, node, name, &node, &is_new, &err));
        }
        assert_true(gf_tree_add(t, node, s->values, s->decimals, &err));
        if (s->depth > t->max_depth)
            t->max_depth = s->depth;
    }
}

void naive_heavy(struct gf_tree *t, uint64_t value, unsigned decimals)
{
    struct gf_error err;
    uint32_t name, node;
    bool is_new;
    assert_true(gf_tree_init(t, 1, &err));
    assert_true(gf_intern_add(&t->names, "f", 1, &name, &is_new, &err));
    assert_true(gf_tree_child(t, GF_ROOT, name, &node, &is_new, &err));
    assert_true(gf_tree_add(t, node, &value, decimals, &err));
}

/* A call path: the first `depth` frames of its first sample. */
struct path {
    const struct naive_sample *sample;
    uint32_t depth;
};

struct order_context {
    const struct naive_profile *p;
    enum gf_order order;
    unsigned decimals;
};

static uint64_t in_unit(const struct order_context *c, const struct naive_sample *s, uint32_t v)
{
    uint64_t value = s->values[v];
    for (unsigned i = s->decimals; i < c->decimals; i++)
        value *= 10;
    return value;
}

static uint64_t weight(const struct order_context *c, const struct path *path, uint32_t v,
                       bool self)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < c->p->n; i++) {
        const struct naive_sample *s = &c->p->samples[i];
        if (same_path(s, path->sample, path->depth) && (!self || s->depth == path->depth))
            sum += in_unit(c, s, v);
    }
    return sum;
}

static int compare_names(uint32_t a, uint32_t b)
{
    const struct naive_name *x = &naive_names[a], *y = &naive_names[b];
    int c = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
    return c ? c : (x->len > y->len) - (x->len < y->len);
}

/* A path comes before what is below it; else the siblings decide at which the two part. */
static int compare_paths(const void *pa, const void *pb, void *ctx)
{
    const struct path *a = pa, *b = pb;
    const struct order_context *c = ctx;
    uint32_t common = 0;
    while (common < a->depth && common < b->depth &&
           a->sample->path[common] == b->sample->path[common])
        common++;
    if (common == a->depth || common == b->depth)
        return (a->depth > b->depth) - (a->depth < b->depth);
    struct path x = {a->sample, common + 1}, y = {b->sample, common + 1};
    if (c->order == GF_ORDER_INPUT) {
        const struct naive_sample *s = c->p->samples;
        for (;; s++) {
            if (same_path(s, x.sample, x.depth))
                return -1;
            if (same_path(s, y.sample, y.depth))
                return 1;
        }
    }
    if (c->order == GF_ORDER_WEIGHT) {
        uint64_t wx = weight(c, &x, 0, false), wy = weight(c, &y, 0, false);
        if (wx != wy)
            return wx > wy ? -1 : 1;
    }
    return compare_names(a->sample->path[common], b->sample->path[common]);
}

/* All distinct paths in pre-order, the root among them. */
static struct path *list_paths(const struct order_context *c, uint32_t *n)
{
    struct path *paths = calloc((size_t)c->p->n * NAIVE_DEPTH + 1, sizeof *paths);
    assert_non_null(paths);
    paths[0] = (struct path){c->p->samples, 0};
    *n = 1;
    for (uint32_t i = 0; i < c->p->n; i++) {
        for (uint32_t d = 1; d <= c->p->samples[i].depth; d++) {
            uint32_t k = 0;
            while (k < i && !same_path(&c->p->samples[k], &c->p->samples[i], d))
                k++;
            if (k == i)
                paths[(*n)++] = (struct path){&c->p->samples[i], d};
        }
    }
    qsort_r(paths, *n, sizeof *paths, compare_paths, (void *)(uintptr_t)c);
    return paths;
}

static void check_node(const struct order_context *c, const struct gf_frames *f,
                       const struct path *paths, uint32_t i)
{
    size_t len;
    const char *name = gf_frame_name(f, i, &len);
    if (i == 0) {
        assert_int_equal(f->name[0], GF_NO_NAME);
        assert_int_equal(len, 0);
    } else {
        const struct naive_name *want = &naive_names[paths[i].sample->path[paths[i].depth - 1]];
        assert_int_equal(len, want->len);
        assert_memory_equal(name, want->text, len);
    }
    uint32_t end = i + 1;
    while (end < f->n && paths[end].depth > paths[i].depth)
        end++;
    assert_int_equal(f->end[i], end);
    for (uint32_t v = 0; v < f->nvalues; v++) {
        assert_int_equal(gf_frame_self(f, i, v), weight(c, &paths[i], v, true));
        assert_int_equal(gf_frame_total(f, i, v), weight(c, &paths[i], v, false));
    }
}

static void check_rows(const struct gf_frames *f, const struct path *paths)
{
    assert_int_equal(f->row_start[0], 0);
    for (uint32_t row = 0; row < f->nrows; row++) {
        uint32_t at = f->row_start[row];
        for (uint32_t i = 0; i < f->n; i++) {
            if (paths[i].depth == row)
                assert_int_equal(f->row_nodes[at++], i);
        }
        assert_true(at > f->row_start[row]);
        assert_int_equal(f->row_start[row + 1], at);
    }
    assert_int_equal(f->row_start[f->nrows], f->n);
}

/* Names are numbered by first appearance, and each is there once. */
static void check_names(const struct gf_frames *f)
{
    uint32_t seen = 0;
    for (uint32_t i = 1; i < f->n; i++) {
        assert_true(f->name[i] <= seen);
        seen += f->name[i] == seen;
    }
    assert_int_equal(f->names.n, seen);
    assert_true(seen <= NAIVE_NAMES);
}

void naive_check(const struct naive_profile *p, enum gf_order order, const struct gf_frames *f,
                 uint64_t stacks)
{
    struct order_context c = {p, order, 0};
    for (uint32_t i = 0; i < p->n; i++)
        c.decimals = p->samples[i].decimals > c.decimals ? p->samples[i].decimals : c.decimals;
    uint32_t n;
    struct path *paths = list_paths(&c, &n);
    assert_int_equal(f->n, n);
    assert_int_equal(f->nvalues, p->nvalues);
    uint64_t distinct = 0;
    for (uint32_t i = 0; i < n; i++) {
        check_node(&c, f, paths, i);
        bool ends = false;
        for (uint32_t k = 0; k < p->n && i > 0; k++)
            ends = ends || (p->samples[k].depth == paths[i].depth &&
                            same_path(&p->samples[k], paths[i].sample, paths[i].depth));
        distinct += ends;
    }
    assert_int_equal(stacks, distinct);
    for (uint32_t v = 0; v < f->nvalues; v++)
        assert_int_equal(f->prefix[v][0], 0);
    check_rows(f, paths);
    check_names(f);
    free(paths);
}

void naive_same(const struct gf_frames *a, const struct gf_frames *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->nvalues, b->nvalues);
    assert_int_equal(a->nrows, b->nrows);
    assert_int_equal(a->names.n, b->names.n);
    assert_memory_equal(a->name, b->name, a->n * sizeof *a->name);
    assert_memory_equal(a->end, b->end, a->n * sizeof *a->end);
    for (uint32_t v = 0; v < a->nvalues; v++)
        assert_memory_equal(a->prefix[v], b->prefix[v], (a->n + (size_t)1) * sizeof(uint64_t));
    assert_memory_equal(a->row_start, b->row_start, (a->nrows + (size_t)1) * sizeof(uint32_t));
    assert_memory_equal(a->row_nodes, b->row_nodes, a->n * sizeof *a->row_nodes);
    assert_memory_equal(a->names.offset, b->names.offset,
                        (a->names.n + (size_t)1) * sizeof(uint64_t));
    assert_memory_equal(a->names.bytes, b->names.bytes, a->names.offset[a->names.n]);
}
