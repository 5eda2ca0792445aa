#include "scene_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/load.h"

static float advance(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px)
{
    (void)ctx;
    (void)codepoint;
    (void)previous;
    return (float)px * 7 / 12;
}

const struct gf_measure scene_measure = {.advance = advance};

struct gf_scene *scene_from_folded(const char *text, bool final)
{
    char path[] = "/tmp/gf_sceneXXXXXX";
    const char *paths[] = {path};
    struct gf_source_list sources = {0};
    struct gf_profile *profile = NULL;
    struct gf_scene *scene = NULL;
    struct gf_error err = {0};
    const struct gf_load_params params = {.threads = 1};
    int fd = mkstemp(path);
    size_t n = strlen(text);
    bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0;
    ok = ok && gf_source_list_expand(paths, 1, &sources, &err) &&
         gf_load_all(&sources, &params, &profile, &err) &&
         gf_scene_make(profile, &(struct gf_palette){.mode = "module"}, final, &scene, &err);
    gf_source_list_free(&sources);
    unlink(path);
    if (ok)
        return scene;
    fprintf(stderr, "no scene: %s\n", err.message);
    abort();
}

uint32_t scene_node(const struct gf_app *app, const char *path)
{
    return gf_scene_path(&app->scene->profile->frames, path);
}

bool scene_middle(const struct gf_app *app, const char *path, double *x, double *y)
{
    uint32_t node = scene_node(app, path);
    struct gf_graph g = gf_app_graph(app);
    int32_t bx, by, w, h;
    if (node == GF_NO_NODE ||
        !gf_layout_frame_box(&g, node, gf_frame_depth(g.frames, node), &bx, &by, &w, &h))
        return false;
    *x = bx + w / 2.0;
    *y = by + h / 2.0;
    return true;
}
