#include "model/search.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/cancel.h"

/* Steps of backtracking for one name: some milliseconds. */
#define MATCH_LIMIT 1000000
/* Names and nodes between two looks at the cancel flag. */
#define NAMES_STEP 256
#define NODES_STEP (1u << 16)

struct matcher {
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
};

static void matcher_free(struct matcher *m)
{
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->context);
    pcre2_code_free(m->code);
}

static bool matcher_make(struct matcher *m, const struct gf_search_query *q, struct gf_error *err)
{
    int code = 0;
    size_t at = 0;
    *m = (struct matcher){0};
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    options |= q->regex ? PCRE2_UCP : PCRE2_LITERAL;
    options |= q->ignore_case ? PCRE2_CASELESS : 0;
    m->code = pcre2_compile((PCRE2_SPTR)q->text, q->n, options, &code, &at, NULL);
    if (!m->code) {
        PCRE2_UCHAR message[256] = {0};
        pcre2_get_error_message(code, message, sizeof message);
        gf_fail(err, GF_ERR_USAGE, "%s", (const char *)message);
        if (err)
            err->byte = at;
        return false;
    }
    /* Where there is no compiler for this machine, the interpreter does. */
    pcre2_jit_compile(m->code, PCRE2_JIT_COMPLETE);
    m->context = pcre2_match_context_create(NULL);
    m->data = pcre2_match_data_create(1, NULL);
    if (!m->context || !m->data)
        return gf_fail_nomem(err, 0);
    pcre2_set_match_limit(m->context, MATCH_LIMIT);
    return true;
}

bool gf_search_check(const struct gf_search_query *query, struct gf_error *err)
{
    struct matcher m;
    bool ok = matcher_make(&m, query, err);
    matcher_free(&m);
    return ok;
}

bool gf_search_names(const struct gf_name_table *names, const struct gf_search_query *query,
                     const atomic_bool *cancel, uint8_t *matched, uint32_t *functions,
                     struct gf_error *err)
{
    struct matcher m;
    bool ok = matcher_make(&m, query, err);
    *functions = 0;
    for (uint32_t i = 0; ok && i < names->n; i++) {
        PCRE2_SPTR name = (PCRE2_SPTR)(names->bytes + names->offset[i]);
        size_t n = (size_t)(names->offset[i + 1] - names->offset[i]);
        matched[i] = pcre2_match(m.code, name, n, 0, 0, m.data, m.context) >= 0;
        *functions += matched[i];
        if (i % NAMES_STEP == 0 && gf_cancelled(cancel))
            ok = gf_fail_cancelled(err);
    }
    matcher_free(&m);
    return ok;
}

bool gf_search_through(const struct gf_frames *f, uint32_t value, const uint8_t *matched,
                       uint32_t name, bool callers, bool callees, const atomic_bool *cancel,
                       uint64_t *weight, struct gf_error *err)
{
    /* Nodes before these lie in a match, in the function, in what is counted. */
    uint32_t covered = 0, inside = 0, counted = 0;
    *weight = 0;
    for (uint32_t node = 1; node < f->n; node++) {
        if (node % NODES_STEP == 0 && gf_cancelled(cancel))
            return gf_fail_cancelled(err);
        bool match = matched[f->name[node]], outermost = node >= inside && f->name[node] == name;
        if (outermost)
            inside = f->end[node];
        bool counts = outermost && callers && node < covered;
        counts |= match && (outermost || (callees && node < inside));
        if (counts && node >= counted) {
            *weight += gf_frame_total(f, node, value);
            counted = f->end[node];
        }
        if (match && node >= covered)
            covered = f->end[node];
    }
    return true;
}

uint32_t gf_search_next(const struct gf_frames *f, const uint8_t *matched, uint32_t from,
                        bool forward)
{
    uint32_t node = from < f->n ? from : 0;
    for (uint32_t i = 1; i < f->n; i++) { /* the root is no match */
        if (forward)
            node = node + 1 < f->n ? node + 1 : 1;
        else
            node = node > 1 ? node - 1 : f->n - 1;
        if (matched[f->name[node]])
            return node;
    }
    return GF_NO_NODE;
}
