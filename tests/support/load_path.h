/* Loading, for tests. */
#ifndef GF_TESTS_LOAD_PATH_H
#define GF_TESTS_LOAD_PATH_H

#include "model/load.h"
#include "support/test_cmocka.h"

static inline bool load_path(const char *path, const struct gf_load_params *params,
                             struct gf_profile **out, struct gf_error *err)
{
    struct gf_source_list list;
    *err = (struct gf_error){0};
    *out = NULL;
    if (!gf_source_list_expand(&path, 1, &list, err))
        return false;
    bool ok = gf_load_all(&list, params, out, err);
    gf_source_list_free(&list);
    assert_int_equal(ok, err->code == GF_OK);
    return ok;
}

/* Starts a load; fails the test where that fails. */
static inline struct gf_load *load_begin(struct gf_source_list *list,
                                         const struct gf_load_params *params)
{
    struct gf_load *load;
    struct gf_error err = {0};
    if (!gf_load_start(list, params, &load, &err))
        fail_msg("%s", err.message);
    return load;
}

/* As load_path; fails the test where that fails. */
static inline struct gf_profile *load_must(const char *path, const struct gf_load_params *params)
{
    struct gf_profile *profile;
    struct gf_error err;
    if (!load_path(path, params, &profile, &err))
        fail_msg("%s: %s", err.file, err.message);
    return profile;
}

#endif
