#include "ui/scene.h"

#include <stdlib.h>
#include <string.h>

bool gf_scene_make(struct gf_profile *profile, const char *mode, bool final, struct gf_scene **out,
                   struct gf_error *err)
{
    static const char *const themes[GF_SCENE_THEMES] = {"light", "dark"};
    *out = NULL;
    struct gf_scene *s = calloc(1, sizeof *s);
    if (!s) {
        gf_profile_free(profile);
        return gf_fail_nomem(err, sizeof *s);
    }
    atomic_init(&s->holders, 1);
    s->profile = profile;
    s->final = final;
    for (int i = 0; i < GF_SCENE_THEMES; i++) {
        if (!gf_colors_make(&profile->frames.names, mode, false, gf_theme_by_name(themes[i]),
                            &s->colors[i], err)) {
            gf_scene_drop(s);
            return false;
        }
    }
    *out = s;
    return true;
}

struct gf_scene *gf_scene_hold(struct gf_scene *scene)
{
    atomic_fetch_add(&scene->holders, 1);
    return scene;
}

void gf_scene_drop(struct gf_scene *scene)
{
    if (!scene || atomic_fetch_sub(&scene->holders, 1) != 1)
        return;
    for (int i = 0; i < GF_SCENE_THEMES; i++)
        gf_colors_free(&scene->colors[i]);
    gf_profile_free(scene->profile);
    free(scene);
}

/* The child of `parent` that is called name[0..n), or GF_NO_NODE. */
static uint32_t child_named(const struct gf_frames *f, uint32_t parent, const char *name, size_t n)
{
    for (uint32_t child = parent + 1; child < f->end[parent]; child = f->end[child]) {
        size_t len;
        const char *other = gf_frame_name(f, child, &len);
        if (len == n && memcmp(other, name, n) == 0)
            return child;
    }
    return GF_NO_NODE;
}

uint32_t gf_scene_find(const struct gf_frames *from, uint32_t node, const struct gf_frames *to,
                       bool *whole)
{
    uint32_t at = 0, old = 0;
    bool all = true;
    /* Down from the root: in each row the frame that holds `node` is the next of its path. */
    for (uint32_t depth = 1; old != node && depth < from->nrows; depth++) {
        uint32_t k = gf_row_at_or_before(from, depth, node);
        if (k == GF_NO_NODE)
            break;
        old = from->row_nodes[k];
        size_t n;
        const char *name = gf_frame_name(from, old, &n);
        uint32_t next = child_named(to, at, name, n);
        if (next == GF_NO_NODE) {
            all = false;
            break;
        }
        at = next;
    }
    if (whole)
        *whole = all;
    return at;
}

uint32_t gf_scene_path(const struct gf_frames *frames, const char *path)
{
    uint32_t at = 0;
    while (*path && at != GF_NO_NODE) {
        size_t n = strcspn(path, ";");
        at = child_named(frames, at, path, n);
        path += n + (path[n] == ';');
    }
    return at;
}
