#include "bench_scene.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/system.h"
#include "model/load.h"

static float advance(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px)
{
    (void)ctx;
    (void)codepoint;
    (void)previous;
    return (float)px * 7 / 12;
}

const struct gf_measure bench_measure = {.advance = advance};

const struct gf_palette bench_look = {.mode = "module"};

void bench_give_up(const struct gf_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    exit(1);
}

struct gf_scene *bench_read_scene(const char *path)
{
    struct gf_source_list sources = {0};
    struct gf_profile *profile;
    struct gf_scene *scene;
    struct gf_error err;
    const char *paths[] = {path};
    const struct gf_load_params params = {.threads = gf_system_cores()};
    if (!gf_source_list_expand(paths, 1, &sources, &err) ||
        !gf_load_all(&sources, &params, &profile, &err) ||
        !gf_scene_make(profile, &bench_look, true, &scene, &err))
        bench_give_up(&err);
    gf_source_list_free(&sources);
    return scene;
}
