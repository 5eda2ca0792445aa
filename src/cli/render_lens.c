#include "cli/render_lens.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cli/command.h"

/* Names that a part of one could mean, as many as are said. */
enum { SAID = 3 };

#define AT(field) offsetof(struct gf_lens_options, field)

static const struct gf_option options_of_lens[] = {
    {"bottom-up", 0, GF_OPT_FLAG, AT(bottom_up), NULL, NULL, 0, 0,
     "what the time was spent in, and on it who called it"},
    {"sandwich", 0, GF_OPT_STRING, AT(sandwich), "FUNCTION", NULL, 0, 0,
     "a function, over all places where it is called, between its callers above and its callees "
     "below; FUNCTION is its name, or a part of it that no other has"},
    {"callers", 0, GF_OPT_STRING, AT(callers), "FUNCTION", NULL, 0, 0,
     "the upper half of that: who calls the function"},
    {"callees", 0, GF_OPT_STRING, AT(callees), "FUNCTION", NULL, 0, 0,
     "the lower half: what the function calls"},
};

struct gf_option_group gf_lens_option_group(struct gf_lens_options *options)
{
    return (struct gf_option_group){.title = "What is seen",
                                    .options = options_of_lens,
                                    .n = sizeof options_of_lens / sizeof *options_of_lens,
                                    .values = options};
}

bool gf_lens_options_check(const struct gf_lens_options *o, struct gf_error *err)
{
    int given = o->bottom_up + (o->sandwich != NULL) + (o->callers != NULL) + (o->callees != NULL);
    if (given <= 1)
        return true;
    return gf_fail(err, GF_ERR_USAGE,
                   "--bottom-up, --sandwich, --callers and --callees: one at a time");
}

/* The function that is meant. */
static bool find_function(const struct gf_name_table *names, const char *text, uint32_t *out,
                          struct gf_error *err)
{
    size_t n = strlen(text);
    uint64_t parts = 0;
    uint32_t part[SAID] = {0};
    for (uint32_t name = 0; name < names->n; name++) {
        const char *other = names->bytes + names->offset[name];
        size_t len = (size_t)(names->offset[name + 1] - names->offset[name]);
        *out = name;
        if (len == n && memcmp(other, text, n) == 0)
            return true;
        if (n > 0 && len > n && memmem(other, len, text, n)) {
            if (parts < SAID)
                part[parts] = name;
            parts++;
        }
    }
    *out = part[0];
    if (parts == 1)
        return true;
    if (parts == 0)
        return gf_fail(err, GF_ERR_USAGE, "no function is called '%.200s'", text);
    char said[256] = "", one[72];
    for (uint64_t i = 0; i < parts && i < SAID; i++) {
        const char *name = names->bytes + names->offset[part[i]];
        gf_str_escape(one, sizeof one, name,
                      (size_t)(names->offset[part[i] + 1] - names->offset[part[i]]));
        size_t used = strlen(said);
        snprintf(said + used, sizeof said - used, "%s%s", i ? ", " : "", one);
    }
    return gf_fail(err, GF_ERR_USAGE, "'%.80s' is a part of %llu names: %s%s", text,
                   (unsigned long long)parts, said, parts > SAID ? ", ..." : "");
}

/* What the options ask for. */
static bool params_of(const struct gf_profile *from, const struct gf_lens_options *o,
                      struct gf_derive_params *params, struct gf_lens_view *view,
                      struct gf_error *err)
{
    const char *function = o->sandwich ? o->sandwich : o->callers ? o->callers : o->callees;
    params->kind = o->sandwich  ? GF_DERIVE_SANDWICH
                   : o->callers ? GF_DERIVE_CALLERS
                   : o->callees ? GF_DERIVE_CALLEES
                                : GF_DERIVE_BOTTOM_UP;
    params->name = GF_NO_NAME;
    snprintf(view->title, sizeof view->title, "Bottom-up");
    if (!function)
        return true;
    const struct gf_name_table *names = &from->frames.names;
    if (!find_function(names, function, &params->name, err))
        return false;
    const char *name = names->bytes + names->offset[params->name];
    snprintf(view->title, sizeof view->title, "%s %.*s",
             o->sandwich  ? "Sandwich:"
             : o->callers ? "Callers of"
                          : "Callees of",
             (int)(names->offset[params->name + 1] - names->offset[params->name] < 200
                       ? names->offset[params->name + 1] - names->offset[params->name]
                       : 200),
             name);
    return true;
}

/* Unfolds all that is as wide as that. */
static bool unfold(struct gf_lazy *lazy, double share, const atomic_bool *cancel,
                   struct gf_error *err)
{
    struct gf_lazy_look look = {.to = UINT64_MAX, .rows = {UINT32_MAX, UINT32_MAX}};
    double least = (double)gf_lazy_total(lazy) * share;
    look.least = least >= 1 ? (uint64_t)least : 1;
    for (bool any = true, more = true; more && any && !gf_lazy_full(lazy);)
        if (!gf_lazy_unfold(lazy, &look, gf_now() + 1, cancel, &any, &more, err))
            return false;
    return true;
}

bool gf_lens_view_make(const struct gf_profile *from, const struct gf_lens_options *o,
                       enum gf_order order, double share, unsigned threads,
                       const struct gf_interrupt *interrupt, struct gf_lens_view *out,
                       struct gf_error *err)
{
    struct gf_derive_params params = {.order = order};
    struct gf_frame_index index = {0};
    struct gf_lazy *lazy = NULL;
    struct gf_lazy_parts parts = {0};
    *out = (struct gf_lens_view){0};
    if (!o->bottom_up && !o->sandwich && !o->callers && !o->callees)
        return true;
    bool ok = params_of(from, o, &params, out, err) &&
              gf_frame_index_make(&from->frames, threads, &interrupt->stop, &index, err) &&
              gf_lazy_make(from, &index, &params, &interrupt->stop, &lazy, err) &&
              unfold(lazy, share, &interrupt->stop, err) &&
              gf_lazy_profile(lazy, &out->profile, &parts, err);
    if (ok && params.kind == GF_DERIVE_SANDWICH)
        out->half = gf_lazy_total(lazy);
    for (uint32_t i = 0; ok && i < parts.n; i++)
        out->folded |= parts.folded[i];
    gf_lazy_parts_free(&parts);
    gf_lazy_free(lazy);
    gf_frame_index_free(&index);
    return ok;
}

void gf_lens_view_free(struct gf_lens_view *view)
{
    gf_profile_free(view->profile);
    *view = (struct gf_lens_view){0};
}
