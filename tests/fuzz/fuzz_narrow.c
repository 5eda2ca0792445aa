/* Steps of narrowing on a small profile: each line of the input is one step, its first byte the
 * kind, its second how the pattern (the rest) is meant, or the percentage. What is kept and what is
 * dropped have to be what there was, and the result has to be a tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/target.h"
#include "model/builder.h"
#include "model/flatten.h"
#include "model/narrow.h"

static const char text[] = "main;a;b 3\nmain;a;b;c 4\nmain;a;a;b 5\nmain;x::y<int>(z);b 7\n"
                           "main;\xc3\xa9t\xc3\xa9;\xff\xfe 11\nrun;;a;; 13\nrun 0\nb;a;b;a;b 17\n"
                           "main;operator new;[k] 19\nmain;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! 23\n";

static struct gf_profile *make_profile(void)
{
    struct gf_profile *p = calloc(1, sizeof *p);
    struct gf_builder *b = gf_builder_create(1, gf_simd_levels()[0], NULL);
    struct gf_decoder *d =
        gf_format_folded.create(&(struct gf_format_hints){.columns = 1}, gf_simd_levels()[0], NULL);
    size_t used;
    if (!p || !b || !d)
        abort();
    struct gf_sink sink = gf_builder_sink(b);
    if (!gf_format_folded.feed(d, text, sizeof text - 1, true, &sink, &used, NULL) ||
        !gf_flatten(gf_builder_tree(b), GF_ORDER_WEIGHT, gf_simd_levels()[0], 1, &p->frames,
                    &p->stats.stacks, NULL))
        abort();
    gf_format_folded.destroy(d);
    gf_builder_destroy(b);
    return p;
}

static void check_tree(const struct gf_frames *f)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        if (f->end[i] <= i || f->end[i] > f->n || f->prefix[0][i + 1] < f->prefix[0][i] ||
            (i > 0 && f->name[i] >= f->names.n))
            abort();
    }
    for (uint32_t row = 0; row < f->nrows; row++)
        rows += f->row_start[row + 1] - f->row_start[row];
    if (rows != f->n || f->end[0] != f->n)
        abort();
}

static uint32_t read_steps(const uint8_t *data, size_t size, struct gf_narrow_step *steps)
{
    uint32_t n = 0;
    for (size_t at = 0; at + 2 <= size && n <= GF_NARROW_STEPS; n++) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at : size - at;
        if (len < 2)
            return n;
        steps[n] =
            (struct gf_narrow_step){.kind = (enum gf_narrow_kind)(data[at] % GF_NARROW_KINDS),
                                    .pattern = {.text = (const char *)data + at + 2,
                                                .n = len - 2,
                                                .regex = data[at + 1] & 1,
                                                .ignore_case = data[at + 1] & 2},
                                    .percent = data[at + 1] * 110.0 / 255};
        at += len + 1;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gf_narrow_step steps[GF_NARROW_STEPS + 1];
    uint32_t n = read_steps(data, size, steps);
    struct gf_profile *from = make_profile(), *to = NULL;
    struct gf_narrow_report report = {0};
    struct gf_error err = {0};
    const struct gf_narrow_params params = {
        .steps = steps, .n = n, .order = (enum gf_order)(size % 3), .threads = 1};
    bool valid = gf_narrow_check(steps, n, &err);
    bool ok = gf_narrow(from, &params, NULL, &to, &report, &err);
    if (ok && !valid)
        abort();
    if (!ok && (err.message[0] == '\0' || (valid && err.code != GF_ERR_EMPTY)))
        abort();
    uint64_t sum = to ? gf_frame_total(&to->frames, 0, 0) : 0;
    for (uint32_t i = 0; valid && i < n; i++)
        sum += report.dropped[i];
    if (valid && sum != gf_frame_total(&from->frames, 0, 0))
        abort();
    if (to)
        check_tree(&to->frames);
    gf_profile_free(to);
    gf_profile_free(from);
    return 0;
}
