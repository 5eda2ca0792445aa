#include "scene_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/load.h"
#include "ui/sandwich.h"

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

void scene_search(struct gf_app *app, unsigned i)
{
    struct gf_job *job = gf_search_job(&app->searches.items[i], app->scene, 0);
    atomic_bool cancel;
    atomic_init(&cancel, false);
    job->run(job, &cancel);
    gf_app_found(app, gf_search_result(job));
    job->free(job);
}

void scene_narrow(struct gf_app *app)
{
    if (!app->wishes.narrow) {
        fprintf(stderr, "no narrowing is wished for\n");
        abort();
    }
    app->wishes.narrow = false;
    app->narrow.working = true;
    struct gf_job *job =
        gf_narrow_job(&app->narrow, app->read, &(struct gf_palette){.mode = "module"}, &app->themes,
                      app->lens.loaded, 0);
    job->run(job, NULL);
    struct gf_narrowed made = gf_narrow_result(job);
    gf_app_narrowed(app, &made);
    job->free(job);
}

void scene_tabulate(struct gf_app *app)
{
    if (!app->wishes.tabulate) {
        fprintf(stderr, "no table is wished for\n");
        abort();
    }
    app->wishes.tabulate = false;
    struct gf_job *job = gf_table_job(app->scene, app->base, 0);
    job->run(job, NULL);
    gf_app_tabulated(app, gf_table_result(job));
    job->free(job);
}

bool scene_row_is(const struct gf_app *app, uint32_t row, const char *name)
{
    const struct gf_name_table *names = &app->scene->profile->frames.names;
    if (row >= app->table.nrows)
        return false;
    uint32_t id = app->table.functions->items[app->table.rows[row]].name;
    size_t n = strlen(name);
    return names->offset[id + 1] - names->offset[id] == n &&
           memcmp(names->bytes + names->offset[id], name, n) == 0;
}

void scene_unfold(struct gf_app *app)
{
    if (!app->wishes.derive)
        abort();
    app->wishes.derive = false;
    struct gf_job *job = gf_app_lens_job(app, &(struct gf_palette){.mode = "module"}, 0);
    job->run(job, NULL);
    gf_app_derived(app, gf_lens_result(job));
    job->free(job);
}

void scene_unfold_all(struct gf_app *app)
{
    while (gf_app_unfold(app), app->wishes.derive)
        scene_unfold(app);
}

void scene_open_app(struct gf_app *app, const char *folded)
{
    gf_app_init(app, &scene_measure, "test");
    app->animate = false;
    gf_app_adopt(app, scene_from_folded(folded, true));
}
