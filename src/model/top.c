#include "model/top.h"

#include <stdlib.h>
#include <string.h>

#include "base/cancel.h"
#include "model/keysort.h"

/* Frames between two looks at whether it is wanted still. */
#define PIECE (1u << 14)

/* What functions are ordered by; ids are names, and functions[name] is of that name. */
struct order {
    const struct gf_function *functions;
    const struct gf_name_table *names;
};

static uint64_t weight_of(const void *ctx, uint32_t id, uint32_t which)
{
    const struct gf_function *function = &((const struct order *)ctx)->functions[id];
    return ~(which ? function->total : function->self);
}

static const char *name_of(const void *ctx, uint32_t id, uint32_t *len)
{
    const struct gf_name_table *names = ((const struct order *)ctx)->names;
    *len = (uint32_t)(names->offset[id + 1] - names->offset[id]);
    return names->bytes + names->offset[id];
}

/* Brings the functions, which stand in the order of their ids, into that of the table. */
static bool sort_functions(struct gf_top *top, const struct gf_name_table *names,
                           const atomic_bool *cancel, struct gf_error *err)
{
    struct gf_keyed *items = malloc(((size_t)top->n + 1) * sizeof *items);
    struct gf_function *sorted = malloc(((size_t)top->n + 1) * sizeof *sorted);
    if (!items || !sorted) {
        free(items);
        free(sorted);
        return gf_fail_nomem(err, (uint64_t)top->n * (sizeof *items + sizeof *sorted));
    }
    for (uint32_t id = 0; id < top->n; id++)
        items[id].id = id;
    bool ok = gf_keysort(items, top->n,
                         &(struct gf_keys){.numbers = 2,
                                           .number = weight_of,
                                           .text = name_of,
                                           .ctx = &(struct order){top->functions, names},
                                           .cancel = cancel});
    for (uint32_t i = 0; ok && i < top->n; i++) {
        ok = i % PIECE != 0 || !gf_cancelled(cancel);
        sorted[i] = top->functions[items[i].id];
    }
    free(items);
    free(ok ? top->functions : sorted);
    if (!ok)
        return gf_fail_cancelled(err);
    top->functions = sorted;
    return true;
}

/* Adds up self and total of every name. False when it was cancelled. */
static bool add_up(const struct gf_frames *frames, uint32_t value, struct gf_function *functions,
                   uint32_t *open_until, const atomic_bool *cancel, struct gf_meter *meter)
{
    for (uint32_t first = 0, end; first < frames->n; first = end) {
        if (gf_cancelled(cancel))
            return false;
        end = frames->n - first > PIECE ? first + PIECE : frames->n;
        for (uint32_t node = first > 0 ? first : 1; node < end; node++) {
            uint32_t name = frames->name[node];
            functions[name].self += gf_frame_self(frames, node, value);
            if (node >= open_until[name]) {
                functions[name].total += gf_frame_total(frames, node, value);
                open_until[name] = frames->end[node];
            }
        }
        gf_meter_did(meter, end - first);
    }
    return true;
}

static bool make(const struct gf_frames *frames, uint32_t value, const atomic_bool *cancel,
                 struct gf_meter *meter, struct gf_top *out, struct gf_error *err)
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
    bool ok =
        add_up(frames, value, out->functions, open_until, cancel, meter) || gf_fail_cancelled(err);
    free(open_until);
    if (ok && sort_functions(out, &frames->names, cancel, err))
        return true;
    gf_top_free(out);
    return false;
}

bool gf_top_make(const struct gf_frames *frames, uint32_t value, const atomic_bool *cancel,
                 struct gf_meter *meter, struct gf_top *out, struct gf_error *err)
{
    uint32_t n = frames->names.n;
    uint64_t bytes =
        n * (2 * sizeof(struct gf_function) + sizeof(struct gf_keyed) + sizeof(uint32_t));
    *out = (struct gf_top){0};
    if (!gf_budget_take(frames->budget, bytes, "the table of functions", err))
        return false;
    bool ok = make(frames, value, cancel, meter, out, err);
    gf_budget_give(frames->budget, bytes);
    return ok;
}

void gf_top_free(struct gf_top *top)
{
    free(top->functions);
    *top = (struct gf_top){0};
}
