/* What both ways of arranging share: the order of siblings, and counting rows. */
#include <stdlib.h>
#include <string.h>

#include "model/flatten_internal.h"

/* Families up to this size are sorted by insertion. */
#define SMALL_FAMILY 20
/* Most pieces of the result that rows are made of side by side. */
#define MAX_PIECES 8
/* Ranking all names pays where each is borne by several nodes. */
#define NODES_PER_RANKED_NAME 4

static const char *name_text(const void *ctx, uint32_t id, uint32_t *len)
{
    return gf_intern_text(ctx, id, len);
}

uint32_t *gf_flatten_rank_names(const struct gf_tree *t, enum gf_order order)
{
    const struct gf_intern *names = &t->names;
    if (order == GF_ORDER_INPUT || t->n / NODES_PER_RANKED_NAME < names->n)
        return NULL;
    struct gf_keyed *items = malloc(((size_t)names->n + 1) * sizeof *items);
    uint32_t *rank = malloc(((size_t)names->n + 1) * sizeof *rank);
    if (items && rank) {
        for (uint32_t id = 0; id < names->n; id++)
            items[id].id = id;
        gf_keysort(items, names->n, &(struct gf_keys){.text = name_text, .ctx = names});
        for (uint32_t i = 0; i < names->n; i++)
            rank[items[i].id] = i;
    } else {
        free(rank);
        rank = NULL;
    }
    free(items);
    return rank;
}

static inline uint32_t name_of(const struct gf_siblings *s, uint32_t id)
{
    return *(const uint32_t *)((const char *)s->name + id * s->stride);
}

static int compare_names(const struct gf_siblings *s, uint32_t a, uint32_t b)
{
    uint32_t x = name_of(s, a), y = name_of(s, b), nx, ny;
    if (s->rank)
        return (s->rank[x] > s->rank[y]) - (s->rank[x] < s->rank[y]);
    const char *p = gf_intern_text(s->names, x, &nx);
    const char *q = gf_intern_text(s->names, y, &ny);
    int c = memcmp(p, q, nx < ny ? nx : ny);
    return c ? c : (nx > ny) - (nx < ny);
}

/* The number that siblings of one weight are ordered by, where names are ranked. */
static uint64_t sibling_rank(const void *ctx, uint32_t id, uint32_t which)
{
    const struct gf_siblings *s = ctx;
    (void)which;
    return s->rank[name_of(s, id)];
}

static const char *sibling_text(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_siblings *s = ctx;
    return gf_intern_text(s->names, name_of(s, id), len);
}

static void ask_sibling(const void *ctx, uint32_t id, unsigned step)
{
    const struct gf_siblings *s = ctx;
    if (step == 0)
        __builtin_prefetch((const char *)s->name + id * s->stride);
    else if (step == 1)
        gf_intern_ask_place(s->names, name_of(s, id));
    else
        gf_intern_ask_text(s->names, name_of(s, id));
}

void gf_flatten_sort_family(const struct gf_siblings *s, struct gf_keyed *family, size_t n)
{
    if (n > SMALL_FAMILY) {
        bool weighed = s->order == GF_ORDER_WEIGHT;
        gf_keysort(family, n,
                   &(struct gf_keys){.numbers = weighed + (s->rank != NULL),
                                     .first_is_set = weighed,
                                     .number = sibling_rank,
                                     .text = s->rank ? NULL : sibling_text,
                                     .ask = ask_sibling,
                                     .ctx = s});
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct gf_keyed child = family[i];
        size_t k = i;
        for (; k > 0; k--) {
            const struct gf_keyed *elder = &family[k - 1];
            if (child.key > elder->key ||
                (child.key == elder->key && compare_names(s, child.id, elder->id) > 0))
                break;
            family[k] = *elder;
        }
        family[k] = child;
    }
}

/* Makes room for counting depths up to `want` - 1; new counts are 0. */
static bool grow_rows(const struct gf_flatten *f, struct gf_row_counts *c, size_t want,
                      struct gf_error *err)
{
    if (want <= c->n)
        return true;
    if (!gf_grow(&c->rows, &c->cap, want * f->pieces, err))
        return false;
    memset(c->rows + c->n * f->pieces, 0, (want - c->n) * f->pieces * sizeof *c->rows);
    c->n = want;
    return true;
}

uint32_t *gf_row_counts_grow(const struct gf_flatten *f, struct gf_row_counts *c, uint32_t depth,
                             struct gf_error *err)
{
    return grow_rows(f, c, (size_t)depth + 1, err) ? c->rows + (size_t)depth * f->pieces : NULL;
}

void gf_row_counts_end(struct gf_flatten *f, struct gf_row_counts *c, bool ok, struct gf_error *err)
{
    pthread_mutex_lock(&f->mutex);
    ok = ok && grow_rows(f, &f->rows, c->n, err);
    for (size_t i = 0; ok && i < c->n * f->pieces; i++)
        f->rows.rows[i] += c->rows[i];
    pthread_mutex_unlock(&f->mutex);
    if (!ok)
        gf_flatten_fail(f, err);
    free(c->rows);
}

void gf_flatten_set_pieces(struct gf_flatten *f, uint32_t max_depth)
{
    uint64_t want = f->threads < MAX_PIECES ? f->threads : MAX_PIECES;
    if (want * f->threads * max_depth > f->n / 8)
        want = 1;
    while ((uint64_t)(f->n - 1) >> f->piece_shift >= want)
        f->piece_shift++;
    f->pieces = ((f->n - 1) >> f->piece_shift) + 1;
}
