#include "ui/save.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "export/folded.h"
#include "export/pprof.h"
#include "export/svg_list.h"
#include "export/svg_text.h"
#include "text/text.h"
#include "ui/lens.h"
#include "ui/screen.h"
#include "ui/screenshot.h"

/* A folder with that many pictures of one profile is somebody's mistake. */
#define NAMES_MAX 10000

struct job {
    struct gf_job job;
    enum gf_save_kind what;
    struct gf_scene *scene;   /* held */
    struct gf_screen picture; /* of GF_SAVE_SVG: as it is seen, and its graph */
    struct gf_graph graph;
    char stem[128], input[256];
    uint8_t *rgb;
    uint32_t width, height;
    char message[320];
};

/* Letters of the input's name that are good in a file name anywhere. */
static void make_stem(char out[128], const char *input)
{
    size_t n = 0;
    size_t end = strcspn(input, ",");
    for (size_t i = 0; i < end && n < 100; i++) {
        unsigned char c = (unsigned char)input[i];
        if (c >= 128 || isalnum(c) || c == '-' || c == '_' || c == '.')
            out[n++] = (char)c;
    }
    out[n] = '\0';
    char *dot = strstr(out + (n > 0), ".");
    if (dot)
        *dot = '\0';
    if (out[0] == '\0' || out[0] == '.' || out[0] == '-')
        snprintf(out, 128, "profile");
}

static bool free_name(const struct job *j, char out[192], struct gf_error *err)
{
    static const char *const ends[] = {".png", ".svg", ".folded", ".pb.gz"};
    for (unsigned i = 1; i < NAMES_MAX; i++) {
        if (i == 1)
            snprintf(out, 192, "%s-view%s", j->stem, ends[j->what]);
        else
            snprintf(out, 192, "%s-view-%u%s", j->stem, i, ends[j->what]);
        if (access(out, F_OK) != 0)
            return true;
    }
    return gf_fail(err, GF_ERR_IO, "there are too many files called %s", out);
}

/* The frame at a pixel of the picture: "name: 1,234 samples, 12.3%". */
static size_t describe(void *ctx, double x, double y, char *out, size_t cap)
{
    const struct job *j = ctx;
    struct gf_hit hit = gf_layout_hit(&j->graph, x, y);
    const struct gf_profile *profile = j->scene->profile;
    if (hit.node == GF_NO_NODE)
        return 0;
    size_t n = 3;
    const char *name = hit.node == 0 ? "all" : gf_frame_name(&profile->frames, hit.node, &n);
    char number[40], share[16], shown[GF_SVG_SHOWN_BYTES];
    uint64_t total = gf_frame_total(&profile->frames, hit.node, 0);
    gf_weight_text(number, total, profile->decimals);
    shown[gf_svg_shown(shown, name, n < 1024 ? n : 1024)] = '\0';
    int len = snprintf(out, cap, "%.1500s: %s %.40s, %s", shown, number,
                       gf_unit_name(&profile->frames, 0),
                       gf_str_percent(share, total, gf_scene_total(j->scene)));
    return len > 0 ? strnlen(out, cap) : 0;
}

static bool write_svg(struct job *j, struct gf_output *out, struct gf_error *err)
{
    struct gf_text *text;
    if (!gf_text_open(&text, err)) /* one thread, one face: the window's is busy */
        return false;
    struct gf_measure measure = gf_text_measure(text);
    const struct gf_svg_list_params params = {.list = &j->picture.list,
                                              .measure = &measure,
                                              .title = j->input,
                                              .describe = describe,
                                              .ctx = j};
    bool ok = gf_svg_list_write(&params, out, err);
    gf_text_close(text);
    return ok;
}

static bool put_profile(const struct gf_profile *profile, bool pprof, struct gf_output *out,
                        struct gf_error *err)
{
    struct gf_encoder *enc;
    if (!gf_encoder_open(out, pprof ? GF_GZIP : GF_PLAIN, 1, &enc, err))
        return false;
    if (!(pprof ? gf_pprof_write(&profile->frames, profile->decimals, enc, err)
                : gf_folded_write(&profile->frames, profile->decimals, enc, err))) {
        gf_encoder_abort(enc);
        return false;
    }
    return gf_encoder_finish(enc, err);
}

/* Through a lens everything is written, what is not unfolded as well. */
static bool write_profile(const struct job *j, const atomic_bool *cancel, struct gf_output *out,
                          struct gf_error *err)
{
    bool pprof = j->what == GF_SAVE_PPROF;
    struct gf_profile *all;
    if (!j->scene->unfolding)
        return put_profile(j->scene->profile, pprof, out, err);
    if (!gf_lens_profile(j->scene, cancel, &all, err))
        return false;
    bool ok = put_profile(all, pprof, out, err);
    gf_profile_free(all);
    return ok;
}

static bool save(struct job *j, const atomic_bool *cancel, const char *path, struct gf_error *err)
{
    struct gf_output *out;
    if (!gf_output_open(path, &out, err))
        return false;
    gf_output_watch(out, cancel, &j->job.meter);
    bool ok = j->what == GF_SAVE_PNG
                  ? gf_screenshot_write(j->rgb, j->width, j->height, j->input, out, err)
              : j->what == GF_SAVE_SVG ? write_svg(j, out, err)
                                       : write_profile(j, cancel, out, err);
    if (ok)
        return gf_output_commit(out, err);
    gf_output_abort(out);
    return false;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_error err = {0};
    char path[192] = "";
    if (free_name(j, path, &err) && save(j, cancel, path, &err))
        snprintf(j->message, sizeof j->message, "Saved %s%s%s", path,
                 j->what >= GF_SAVE_FOLDED && j->scene->half ? ": all stacks through the function"
                                                             : "",
                 j->scene->profile->stats.incomplete ? ", which is incomplete" : "");
    else if (err.code == GF_ERR_CANCELLED)
        snprintf(j->message, sizeof j->message, "Saving was stopped: nothing is written");
    else
        snprintf(j->message, sizeof j->message, "Not saved: %.280s", err.message);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_scene_drop(j->scene);
    gf_screen_free(&j->picture);
    free(j->rgb);
    free(j);
}

struct gf_job *gf_save_job(const struct gf_app *app, enum gf_save_kind what, uint8_t *rgb,
                           uint32_t width, uint32_t height, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j) {
        free(rgb);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .what = what,
                      .scene = gf_scene_hold(app->scene),
                      .rgb = rgb,
                      .width = width,
                      .height = height};
    j->graph = gf_app_graph(app); /* hits ask for the frames and the view only */
    if (what == GF_SAVE_SVG && !gf_screen_draw(&j->picture, app, true, NULL)) {
        free_job(&j->job);
        return NULL;
    }
    make_stem(j->stem, app->input);
    snprintf(j->input, sizeof j->input, "%s", app->input);
    return &j->job;
}

const char *gf_save_message(const struct gf_job *job)
{
    return ((const struct job *)job)->message;
}
