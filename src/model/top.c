#include "model/top.h"

#include <stdlib.h>
#include <string.h>

struct by_weight {
    const struct gf_name_table *names;
};

static int compare(const void *pa, const void *pb, void *ctx)
{
    const struct gf_function *a = pa, *b = pb;
    const struct gf_name_table *names = ((const struct by_weight *)ctx)->names;
    if (a->self != b->self)
        return a->self > b->self ? -1 : 1;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    size_t na = names->offset[a->name + 1] - names->offset[a->name];
    size_t nb = names->offset[b->name + 1] - names->offset[b->name];
    int c = memcmp(names->bytes + names->offset[a->name], names->bytes + names->offset[b->name],
                   na < nb ? na : nb);
    return c ? c : (na > nb) - (na < nb);
}

bool gf_top_make(const struct gf_frames *frames, uint32_t value, struct gf_top *out,
                 struct gf_error *err)
{
    uint32_t n = frames->names.n;
    *out = (struct gf_top){calloc((size_t)n + 1, sizeof *out->functions), n};
    /* Where the outermost open frame of each name ends: frames before that are nested in it. */
    uint32_t *open_until = calloc((size_t)n + 1, sizeof *open_until);
    if (!out->functions || !open_until) {
        free(open_until);
        gf_top_free(out);
        return gf_fail_nomem(err, (uint64_t)n * sizeof *out->functions);
    }
    for (uint32_t name = 0; name < n; name++)
        out->functions[name].name = name;
    for (uint32_t node = 1; node < frames->n; node++) {
        uint32_t name = frames->name[node];
        out->functions[name].self += gf_frame_self(frames, node, value);
        if (node >= open_until[name]) {
            out->functions[name].total += gf_frame_total(frames, node, value);
            open_until[name] = frames->end[node];
        }
    }
    free(open_until);
    qsort_r(out->functions, n, sizeof *out->functions, compare,
            &(struct by_weight){&frames->names});
    return true;
}

void gf_top_free(struct gf_top *top)
{
    free(top->functions);
    *top = (struct gf_top){0};
}
