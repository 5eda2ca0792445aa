#include "support/tally.h"

#include <stdlib.h>
#include <string.h>

#include "support/test_cmocka.h"

static void push(struct tally *t, const char *stack, size_t n, uint64_t count)
{
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 64;
        t->items = realloc(t->items, t->cap * sizeof *t->items);
        assert_non_null(t->items);
    }
    char *copy = malloc(n + 1);
    assert_non_null(copy);
    memcpy(copy, stack, n);
    copy[n] = '\0';
    t->items[t->n++] = (struct tally_stack){copy, count};
    t->total += count;
}

void tally_add(struct tally *t, const char *text, size_t n)
{
    while (n > 0) {
        const char *end = memchr(text, '\n', n);
        size_t len = end ? (size_t)(end - text) : n, digits = len;
        while (digits > 0 && text[digits - 1] >= '0' && text[digits - 1] <= '9')
            digits--;
        if (digits < len && digits > 1 && text[digits - 1] == ' ') {
            push(t, text, digits - 1, strtoull(text + digits, NULL, 10));
            t->lines++;
        }
        len += end != NULL;
        text += len;
        n -= len;
    }
}

static int by_stack(const void *a, const void *b)
{
    return strcmp(((const struct tally_stack *)a)->stack, ((const struct tally_stack *)b)->stack);
}

void tally_close(struct tally *t)
{
    size_t n = 0;
    if (t->n == 0)
        return;
    qsort(t->items, t->n, sizeof *t->items, by_stack);
    for (size_t i = 1; i < t->n; i++) {
        if (strcmp(t->items[i].stack, t->items[n].stack) == 0) {
            t->items[n].count += t->items[i].count;
            free(t->items[i].stack);
        } else {
            t->items[++n] = t->items[i];
        }
    }
    t->n = n + 1;
}

void tally_free(struct tally *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->items[i].stack);
    free(t->items);
    *t = (struct tally){0};
}

/* The stacks of a profile, written out again. */
static struct tally of_profile(const struct gf_profile *profile)
{
    const struct gf_frames *f = &profile->frames;
    struct tally t = {0};
    size_t cap = 256, depth = 0;
    char *text = malloc(cap);
    /* Per open frame: where it ends in pre-order, and how long the text was before it. */
    struct level {
        uint32_t end;
        size_t len;
    } *levels = malloc(((size_t)f->nrows + 1) * sizeof *levels);
    assert_non_null(text);
    assert_non_null(levels);
    size_t len = 0;
    for (uint32_t i = 1; i < f->n; i++) {
        size_t n;
        const char *name = gf_frame_name(f, i, &n);
        while (depth > 0 && levels[depth - 1].end <= i)
            len = levels[--depth].len;
        assert_true(depth < f->nrows);
        levels[depth++] = (struct level){f->end[i], len};
        while (len + n + 1 > cap) {
            cap *= 2;
            text = realloc(text, cap);
            assert_non_null(text);
        }
        if (depth > 1)
            text[len++] = ';';
        memcpy(text + len, name, n);
        len += n;
        if (gf_frame_self(f, i, 0) > 0)
            push(&t, text, len, gf_frame_self(f, i, 0));
    }
    free(text);
    free(levels);
    assert_int_equal(t.total, gf_frame_total(f, 0, 0));
    tally_close(&t);
    return t;
}

void tally_expect(const struct tally *t, const struct gf_profile *profile)
{
    struct tally have = of_profile(profile);
    for (size_t i = 0; i < t->n && i < have.n; i++) {
        assert_string_equal(have.items[i].stack, t->items[i].stack);
        if (have.items[i].count != t->items[i].count)
            fail_msg("%.200s: %llu instead of %llu", t->items[i].stack,
                     (unsigned long long)have.items[i].count,
                     (unsigned long long)t->items[i].count);
    }
    assert_int_equal(have.n, t->n);
    assert_int_equal(have.total, t->total);
    assert_int_equal(profile->stats.records, t->lines);
    tally_free(&have);
}

void tally_expect_part(const struct tally *t, const struct gf_profile *profile)
{
    struct tally have = of_profile(profile);
    for (size_t i = 0; i < have.n; i++) {
        const struct tally_stack *all =
            bsearch(&have.items[i], t->items, t->n, sizeof *t->items, by_stack);
        if (!all)
            fail_msg("%.200s: not in the input", have.items[i].stack);
        assert_true(have.items[i].count <= all->count);
    }
    tally_free(&have);
}
