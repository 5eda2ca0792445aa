/* Samples into the call tree: each batch goes the way that suits its order, along the path of the
 * last sample (builder_ordered.c) or by looking paths up (builder_scattered.c). */
#include "model/builder_internal.h"

#include <stdlib.h>
#include <string.h>

/* A batch of fewer samples says nothing about their order. */
#define DECIDING 16

struct gf_builder *gf_builder_create(uint32_t nvalues, const struct gf_simd *simd,
                                     struct gf_error *err)
{
    struct gf_builder *b = calloc(1, sizeof *b);
    if (!b) {
        gf_fail_nomem(err, sizeof *b);
        return NULL;
    }
    b->simd = simd;
    gf_paths_init(&b->paths, simd);
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
    gf_builder_rest(b);
    free(b);
}

void gf_builder_rest(struct gf_builder *b)
{
    free(b->levels);
    free(b->comebacks);
    gf_paths_free(&b->paths);
    gf_anchors_free(&b->scattered.anchors);
    free(b->scattered.ends);
    free(b->scattered.hashes);
    free(b->scattered.records);
    free(b->words);
    b->levels = NULL;
    b->comebacks = NULL;
    b->words = NULL;
    b->paths = (struct gf_paths){0};
    memset(&b->scattered, 0, sizeof b->scattered);
}

uint64_t gf_builder_size(const struct gf_builder *b)
{
    return gf_tree_size(&b->tree) + gf_paths_size(&b->paths);
}

struct gf_tree *gf_builder_tree(struct gf_builder *b)
{
    return &b->tree;
}

/* Whether the samples come in no order: many are below their predecessors, and they have little in
 * common with them. */
static bool are_scattered(const struct gf_sample *samples, size_t n)
{
    uint64_t shared = 0, all = 0;
    size_t below = 0;
    for (size_t i = 1; i < n; i++) {
        const struct gf_sample *a = &samples[i - 1], *b = &samples[i];
        uint32_t at = b->shared;
        int was = at < a->len ? (unsigned char)a->stack[at] : -1;
        int is = at < b->len ? (unsigned char)b->stack[at] : -1;
        below += is < was;
        shared += at;
        all += b->len;
    }
    return below * 4 > n && shared * 4 < all * 3;
}

/* The path keeps what it has in common with samples that it was not led along. */
static void pass_by(struct gf_builder *b, const struct gf_sample *samples, size_t n)
{
    for (size_t i = 0; i < n && b->depth > 0; i++)
        gf_builder_pop(b, &samples[i]);
    b->levels[b->depth].order = 0;
    if (b->depth > 0)
        b->levels[b->depth - 1].order = 0;
    b->paths.known = 0;
}

static bool take(void *ctx, const struct gf_sample *samples, size_t n, struct gf_error *err)
{
    struct gf_builder *b = ctx;
    if (n >= DECIDING)
        b->is_scattered = are_scattered(samples, n);
    if (b->is_scattered && !b->paths.on && !gf_paths_start(&b->paths, &b->tree, err))
        return false;
    for (size_t i = 0; i < n; i += GF_SCATTERED) {
        size_t some = n - i < GF_SCATTERED ? n - i : GF_SCATTERED;
        if (!(b->is_scattered ? gf_builder_scattered : gf_builder_ordered)(b, samples + i, some,
                                                                           err))
            return false;
    }
    if (b->is_scattered)
        pass_by(b, samples, n);
    return true;
}

struct gf_sink gf_builder_sink(struct gf_builder *b)
{
    return (struct gf_sink){b, take};
}
