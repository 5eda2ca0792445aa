#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "decode/decoder.h"
#include "support/folded_lines.h"

void folded_add(struct folded_lines *l, const char *stack, size_t len, uint64_t weight)
{
    assert_true(gf_grow(&l->lines, &l->cap, l->n + 1, NULL));
    char *copy = malloc(len + 1);
    assert_non_null(copy);
    memcpy(copy, stack, len);
    l->lines[l->n++] = (struct folded_line){copy, len, weight};
}

void folded_free(struct folded_lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        free(l->lines[i].stack);
    free(l->lines);
    *l = (struct folded_lines){0};
}

/* All lines as they stand in a file; *n is the size. */
static char *as_text(const struct folded_lines *l, size_t *n)
{
    size_t size = 1, at = 0;
    for (size_t i = 0; i < l->n; i++)
        size += l->lines[i].len + 24;
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t i = 0; i < l->n; i++) {
        memcpy(text + at, l->lines[i].stack, l->lines[i].len);
        at += l->lines[i].len;
        at += (size_t)snprintf(text + at, size - at, " %" PRIu64 "\n", l->lines[i].weight);
    }
    *n = at;
    return text;
}

void folded_feed(const struct folded_lines *l, struct gf_builder *b, const struct gf_simd *simd,
                 uint64_t seed)
{
    size_t n;
    char *text = as_text(l, &n);
    struct gf_error err = {0};
    struct gf_decoder *d =
        gf_format_folded.create(&(struct gf_format_hints){.columns = 1}, simd, &err);
    struct gf_sink sink = gf_builder_sink(b);
    size_t taken = 0, given = 0;
    for (uint64_t piece = 0; taken < n; piece++) {
        uint64_t r = gf_mix(seed + piece);
        size_t step = seed == 0 ? n : r % 4 ? r % 200 + 1 : r % 20000 + 1;
        given = n - given < step ? n : given + step;
        /* A buffer of its own and of this size: what is read beyond it is seen. */
        char *buffer = malloc(given - taken + 1);
        assert_non_null(buffer);
        memcpy(buffer, text + taken, given - taken);
        buffer = realloc(buffer, given - taken);
        size_t used = 0;
        if (!gf_format_folded.feed(d, buffer, given - taken, given == n, &sink, &used, &err))
            fail_msg("%s", err.message);
        taken += used;
        free(buffer);
    }
    assert_int_equal(gf_format_folded.take_counts(d).records, l->n);
    gf_format_folded.destroy(d);
    free(text);
}

void folded_assert_tree(const struct folded_lines *l, const struct gf_tree *t)
{
    struct naive_paths naive = {0};
    for (size_t i = 0; i < l->n; i++)
        naive_add(&naive, l->lines[i].stack, l->lines[i].len, l->lines[i].weight);
    assert_int_equal(t->n - 1, naive.n);
    assert_int_equal(t->max_depth, naive.max_depth);
    size_t cap = 0;
    char *path = NULL;
    for (uint32_t node = 1; node < t->n; node++) {
        /* Length first, then the text from its end. */
        size_t len = 0;
        uint32_t n;
        for (uint32_t at = node; at != GF_ROOT; at = gf_tree_edges(t)[at].parent) {
            assert_true(gf_tree_edges(t)[at].parent < at);
            gf_intern_text(&t->names, gf_tree_edges(t)[at].name, &n);
            len += n + (at != node);
        }
        if (len + 1 > cap)
            path = realloc(path, cap = len + 1);
        assert_non_null(path);
        size_t end = len;
        for (uint32_t at = node; at != GF_ROOT; at = gf_tree_edges(t)[at].parent) {
            const char *name = gf_intern_text(&t->names, gf_tree_edges(t)[at].name, &n);
            if (at != node)
                path[--end] = ';';
            end -= n;
            memcpy(path + end, name, n);
        }
        struct naive_path *want = naive_find(&naive, path, len);
        if (!want || want->seen)
            fail_msg("%s: %.*s", want ? "twice" : "not in the input", (int)len, path);
        want->seen = true;
        assert_int_equal(((const uint64_t *)t->self[0].data)[node], want->self);
    }
    free(path);
    naive_free(&naive);
}
