/* gen_profile --shape sorted: the profile of a cluster as `LC_ALL=C sort` leaves it. A random call
 * tree is walked in byte order without ever being stored: each call path on the way down has a
 * budget of lines that it deals out to its callees. */
#include "gen.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

enum { LEVELS = 256, SPREAD = 8, UNSHARED = 2, ROOTS = 24 };

/* One callee, or the line that ends in it: the rank tells which (struct names). */
struct event {
    uint32_t rank;
    uint64_t lines;
};

struct level {
    size_t first, end, at; /* its events in the pool */
    size_t prefix;         /* bytes of the line that stand before them */
    uint32_t target;       /* depth that paths below are to reach */
    enum language lang;
};

struct walk {
    const struct options *o;
    const struct names *names;
    struct sink *sink;
    struct rng rng;
    struct event *pool;
    size_t n, cap;
    struct level level[LEVELS];
    uint32_t depth, mean_depth;
    char *line;
};

/* log2 with 8 bits of fraction, linear between powers of two. */
static uint32_t log2_fixed(uint64_t x)
{
    uint32_t whole = 63 - (uint32_t)__builtin_clzll(x);
    uint64_t fraction = whole >= 8 ? x >> (whole - 8) : x << (8 - whole);
    return (whole << 8) + (uint32_t)(fraction & 0xff);
}

/* How many callees a path gets that has to deal out `lines` (more than one), so that budgets come
 * down to one line UNSHARED frames before the paths end. */
static uint64_t fan_out(struct walk *w, uint64_t lines, uint32_t target)
{
    uint32_t way = target > w->depth + UNSHARED + 1 ? target - w->depth - UNSHARED : 1;
    uint32_t need = log2_fixed(lines) / way; /* bits a level */
    uint64_t most = w->names->n / 4, k;
    if (w->depth == 0)
        k = ROOTS; /* programs */
    else if (w->depth + 2 >= LEVELS)
        k = lines;
    else if (need >= 2 << 8)
        k = (1u << (need >> 8)) + rng_below(&w->rng, 1u << (need >> 8));
    else
        k = rng_below(&w->rng, 400) < need ? 2 + rng_below(&w->rng, 3) : 1;
    if (k > lines)
        k = lines;
    return k > most ? most : k;
}

static int by_rank(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void sort_events(struct event *e, size_t n)
{
    if (n > 32) {
        qsort(e, n, sizeof *e, by_rank);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct event x = e[i];
        size_t j = i;
        for (; j > 0 && e[j - 1].rank > x.rank; j--)
            e[j] = e[j - 1];
        e[j] = x;
    }
}

/* Which language a callee is written in: mostly the caller's, the kernel never calls back. */
static enum language callee_language(struct walk *w, enum language lang)
{
    if (w->depth == 0)
        return (enum language)rng_below(&w->rng, LANG_KERNEL);
    if (w->depth < w->mean_depth / 2 || rng_below(&w->rng, 100) < 95)
        return lang;
    return rng_below(&w->rng, 3) ? LANG_KERNEL : LANG_CPP;
}

/* Adds k callees in rank order, each once. Returns how many there are. */
static bool add_callees(struct walk *w, uint64_t k, enum language lang, size_t *got)
{
    size_t first = w->n;
    if (!gf_grow(&w->pool, &w->cap, w->n + 2 * k, NULL))
        return false;
    for (uint64_t i = 0; i < k; i++) {
        uint32_t id = names_pick(w->names, lang, (uint32_t)(rng_next(&w->rng) >> 32));
        w->pool[w->n++] = (struct event){w->names->rank_of_key[2 * id + 1], 0};
    }
    sort_events(w->pool + first, w->n - first);
    size_t n = first;
    for (size_t i = first; i < w->n; i++)
        if (i == first || w->pool[i].rank != w->pool[n - 1].rank)
            w->pool[n++] = w->pool[i];
    w->n = n;
    *got = n - first;
    return true;
}

/* Deals `lines` out to the events from `first` on, at least one each, unevenly. */
static void deal(struct walk *w, size_t first, uint64_t lines)
{
    uint64_t n = w->n - first, left = lines - n;
    for (size_t i = first; i < w->n; i++) {
        uint64_t share = i + 1 == w->n ? left : left / (w->n - i);
        if (i + 1 < w->n && share > 0)
            share = (share >> 8) * rng_below(&w->rng, 512) +
                    ((share & 255) * rng_below(&w->rng, 512) >> 8);
        if (share > left)
            share = left;
        w->pool[i].lines = 1 + share;
        left -= share;
    }
}

/* Opens the path that w->line[0..prefix) spells, with a budget of lines. */
static bool descend(struct walk *w, size_t prefix, uint64_t lines, uint32_t target,
                    enum language lang)
{
    struct level *l = &w->level[w->depth];
    *l = (struct level){w->n, 0, w->n, prefix, target, callee_language(w, lang)};
    size_t n;
    if (!add_callees(w, lines > 1 ? fan_out(w, lines, target) : 1, l->lang, &n))
        return false;
    deal(w, l->first, lines);
    /* A callee's line of its own stands apart from its callees' lines. */
    for (size_t i = l->first, end = w->n; i < end; i++) {
        struct event *e = &w->pool[i];
        bool last = w->depth + 1 >= target || w->depth + 2 >= LEVELS;
        uint32_t self = w->names->rank_of_key[w->names->key_of_rank[e->rank] & ~1u];
        if (e->lines == 1 && last) {
            e->rank = self;
        } else if (e->lines > 1 && (w->depth + 2 >= LEVELS || rng_below(&w->rng, 10) == 0)) {
            if (!gf_grow(&w->pool, &w->cap, w->n + 1, NULL))
                return false;
            e = &w->pool[i];
            e->lines--;
            w->pool[w->n++] = (struct event){self, 1};
        }
    }
    sort_events(w->pool + l->first, w->n - l->first);
    l->end = w->n;
    w->depth++;
    return true;
}

/* Takes the next event of the innermost open path. */
static bool step(struct walk *w)
{
    struct level *l = &w->level[w->depth - 1];
    if (l->at == l->end) {
        w->n = l->first;
        w->depth--;
        return true;
    }
    struct event e = w->pool[l->at++];
    uint32_t key = w->names->key_of_rank[e.rank];
    char *end = names_put(w->names, key / 2, w->line + l->prefix);
    if (key & 1) {
        if (w->depth >= LEVELS)
            return true;
        *end++ = ';';
        uint32_t target = l->target;
        if (l->end - l->first > 1 || w->depth == 1)
            target = w->mean_depth - SPREAD / 2 + rng_below(&w->rng, SPREAD + 1);
        return descend(w, (size_t)(end - w->line), e.lines, target, l->lang);
    }
    sink_put(w->sink, w->line, (size_t)(end - w->line));
    /* Most stacks are rare, some are hot: the size doubles with odds of one in two. */
    uint64_t random = rng_next(&w->rng);
    uint32_t size = (uint32_t)__builtin_ctzll(random | 1u << 20);
    sink_end_record(w->sink, 1 + ((random >> 32) & ((1u << size) - 1)));
    return true;
}

bool shape_sorted(const struct options *o, const struct names *names, struct sink *sink)
{
    bool ok = false;
    struct walk *w = calloc(1, sizeof *w);
    if (!w)
        return false;
    w->o = o;
    w->names = names;
    w->sink = sink;
    rng_seed(&w->rng, o->seed);
    w->mean_depth = o->line_bytes / (names->start[names->n] / names->n + 1);
    if (w->mean_depth < UNSHARED + SPREAD)
        w->mean_depth = UNSHARED + SPREAD;
    if (w->mean_depth > LEVELS - SPREAD)
        w->mean_depth = LEVELS - SPREAD;
    w->line = malloc((size_t)LEVELS * GEN_NAME_MAX);
    /* Some more than needed, for the bytes end it. */
    uint64_t lines = o->stacks ? o->stacks : o->bytes / o->line_bytes * 5 / 4 + 1;
    if (!w->line || !descend(w, 0, lines, w->mean_depth, LANG_CPP))
        goto out;
    ok = true;
    while (ok && w->depth > 0 && sink_size(sink) < o->bytes && !sink->failed)
        ok = step(w);
out:
    free(w->line);
    free(w->pool);
    free(w);
    return ok;
}
