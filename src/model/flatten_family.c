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

void gf_flatten_rank_names(struct gf_flatten *f)
{
    const struct gf_intern *names = &f->tree->names;
    if (f->rank || f->order == GF_ORDER_INPUT || f->n / NODES_PER_RANKED_NAME < names->n)
        return;
    struct gf_keyed *items = malloc(((size_t)names->n + 1) * sizeof *items);
    uint32_t *rank = malloc(((size_t)names->n + 1) * sizeof *rank);
    if (items && rank) {
        for (uint32_t id = 0; id < names->n; id++)
            items[id].id = id;
        gf_keysort(items, names->n, &(struct gf_keys){.text = name_text, .ctx = names});
        for (uint32_t i = 0; i < names->n; i++)
            rank[items[i].id] = i;
        f->rank = rank;
        rank = NULL;
    }
    free(items);
    free(rank);
}

static int compare_names(const struct gf_flatten *f, uint32_t a, uint32_t b)
{
    uint32_t x = f->edges[a].name, y = f->edges[b].name, nx, ny;
    if (f->rank)
        return (f->rank[x] > f->rank[y]) - (f->rank[x] < f->rank[y]);
    const char *p = gf_intern_text(&f->tree->names, x, &nx);
    const char *q = gf_intern_text(&f->tree->names, y, &ny);
    int c = memcmp(p, q, nx < ny ? nx : ny);
    return c ? c : (nx > ny) - (nx < ny);
}

/* The numbers that siblings are ordered by: the complement of the total in the order of weights,
 * then the name's rank where it is known. */
static uint64_t sibling_number(const void *ctx, uint32_t id, uint32_t which)
{
    const struct gf_flatten *f = ctx;
    if (f->order == GF_ORDER_WEIGHT && which == 0)
        return ~gf_flatten_total(f, id);
    return f->rank[f->edges[id].name];
}

static const char *sibling_text(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_flatten *f = ctx;
    return gf_intern_text(&f->tree->names, f->edges[id].name, len);
}

static void ask_sibling(const void *ctx, uint32_t id, unsigned step)
{
    const struct gf_flatten *f = ctx;
    if (step == 0)
        __builtin_prefetch(&f->edges[id]);
    else if (step == 1)
        gf_intern_ask_place(&f->tree->names, f->edges[id].name);
    else
        gf_intern_ask_text(&f->tree->names, f->edges[id].name);
}

void gf_flatten_sort_family(const struct gf_flatten *f, struct gf_keyed *family, size_t n)
{
    if (n > SMALL_FAMILY) {
        uint32_t numbers = (f->order == GF_ORDER_WEIGHT) + (f->rank != NULL);
        gf_keysort(family, n,
                   &(struct gf_keys){.numbers = numbers,
                                     .number = sibling_number,
                                     .text = f->rank ? NULL : sibling_text,
                                     .ask = ask_sibling,
                                     .ctx = f});
        return;
    }
    for (size_t i = 0; i < n; i++)
        family[i].key = f->order == GF_ORDER_WEIGHT ? ~gf_flatten_total(f, family[i].id) : 0;
    for (size_t i = 1; i < n; i++) {
        struct gf_keyed child = family[i];
        size_t k = i;
        for (; k > 0; k--) {
            const struct gf_keyed *elder = &family[k - 1];
            if (child.key > elder->key ||
                (child.key == elder->key && compare_names(f, child.id, elder->id) > 0))
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

void gf_flatten_set_pieces(struct gf_flatten *f)
{
    uint64_t want = f->threads < MAX_PIECES ? f->threads : MAX_PIECES;
    if (want * f->threads * f->tree->max_depth > f->n / 8)
        want = 1;
    while ((uint64_t)(f->n - 1) >> f->piece_shift >= want)
        f->piece_shift++;
    f->pieces = ((f->n - 1) >> f->piece_shift) + 1;
}
