/* Folded text through the decoder, the builder and flattening, against the simple reference. The
 * first three bytes choose the SIMD level, columns, order of siblings and the pieces it comes in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/target.h"
#include "model/builder.h"
#include "model/flatten.h"
#include "support/simple_profile.h"

enum { HEAD = 3, LEVELS = 4 };

static const struct gf_simd *choose_level(unsigned which)
{
    const struct gf_simd *const *levels = gf_simd_levels(), *chosen = levels[0];
    for (unsigned i = 0; levels[i] && i <= which; i++)
        if (gf_simd_supported(levels[i]))
            chosen = levels[i];
    return chosen;
}

/* Feeds text in pieces of `step` bytes, each in a buffer of exactly its size. */
static bool feed(struct gf_decoder *d, const struct gf_sink *sink, const char *text, size_t n,
                 size_t step)
{
    size_t taken = 0, given = 0;
    bool ok = true;
    while (ok && (given < n || n == 0)) {
        given = n - given < step ? n : given + step;
        char *piece = malloc(given - taken ? given - taken : 1);
        size_t used = 0;
        if (!piece)
            abort();
        memcpy(piece, text + taken, given - taken);
        ok = gf_format_folded.feed(d, piece, given - taken, given == n, sink, &used, NULL);
        taken += used;
        free(piece);
        if (n == 0)
            break;
    }
    if (ok && taken != n)
        abort();
    return ok;
}

static void check(struct gf_builder *b, struct gf_decoder *d, enum gf_order order,
                  const struct gf_simd *simd, const struct simple_profile *want)
{
    struct gf_decode_counts counts = gf_format_folded.take_counts(d);
    struct gf_tree *tree = gf_builder_tree(b);
    struct gf_profile profile = {
        .decimals = tree->decimals,
        .stats = {.records = counts.records, .max_depth = tree->max_depth}};
    memcpy(profile.stats.ignored_by, counts.ignored_by, sizeof counts.ignored_by);
    gf_builder_rest(b);
    if (!gf_flatten(tree, order, simd, 1, &profile.frames, &profile.stats.stacks, NULL))
        abort();
    profile.stats.functions = profile.frames.names.n;
    if (!simple_check(want, order, &profile))
        abort();
    gf_frames_free(&profile.frames);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    const char *text = (const char *)data + HEAD;
    size_t n = size - HEAD, step = 1 + (size_t)data[2] * data[2];
    unsigned columns = 1 + (data[0] & 1);
    const struct gf_simd *simd = choose_level(data[0] >> 1 & 3);
    struct gf_builder *b = gf_builder_create(columns, simd, NULL);
    struct gf_decoder *d =
        gf_format_folded.create(&(struct gf_format_hints){.columns = columns}, simd, NULL);
    if (!b || !d)
        abort();
    struct gf_sink sink = gf_builder_sink(b);
    if (feed(d, &sink, text, n, step)) { /* else the sum is beyond 64 bits */
        struct simple_profile want = simple_read(text, n, columns);
        check(b, d, (enum gf_order)(data[1] % 3), simd, &want);
        simple_free(&want);
    }
    gf_format_folded.destroy(d);
    gf_builder_destroy(b);
    return 0;
}
