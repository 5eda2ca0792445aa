#include "cli/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/system.h"
#include "cli/command.h"
#include "cli/load_common.h"
#include "export/svg.h"
#include "layout/palette.h"
#include "model/diff.h"
#include "text/text.h"

#define MIN_WIDTH 64
/* How many sources the picture names before it only counts them. */
#define SOURCES_NAMED 3
/* Through a lens frames of this many pixels are unfolded, or of as few as --minwidth says, down to
 * the second. */
#define UNFOLDED       0.1
#define LEAST_UNFOLDED 0.01

const char *const gf_render_themes[] = {"light", "dark", NULL};
const char *const gf_render_widths[] = {"after", "before", "both", NULL};

bool gf_canvas_open(struct gf_canvas *canvas, enum gf_render_format format, struct gf_error *err)
{
    *canvas = (struct gf_canvas){0};
    if (gf_text_open(&canvas->text, err) &&
        (format == GF_RENDER_SVG ||
         (gf_gl_open_headless(&canvas->gl, err) &&
          gf_renderer_create(canvas->gl, canvas->text, &canvas->renderer, err))))
        return true;
    gf_canvas_close(canvas);
    return false;
}

void gf_canvas_close(struct gf_canvas *canvas)
{
    gf_renderer_destroy(canvas->renderer);
    gf_gl_close(canvas->gl);
    gf_text_close(canvas->text);
    *canvas = (struct gf_canvas){0};
}

bool gf_check_colors(const char *mode, struct gf_error *err)
{
    if (!mode || gf_palette_known(mode))
        return true;
    const char *const *names = gf_palette_names();
    size_t n = 0;
    while (names[n])
        n++;
    const char *near = gf_suggest(mode, strlen(mode), names, n);
    if (near)
        return gf_fail(err, GF_ERR_USAGE, "--colors: unknown '%.80s' (did you mean '%s'?)", mode,
                       near);
    return gf_fail(err, GF_ERR_USAGE, "--colors: unknown '%.80s'", mode);
}

bool gf_render_options_check(struct gf_render_options *o, struct gf_error *err)
{
    if (!o->output)
        return gf_fail(err, GF_ERR_USAGE, "no output given (-o OUT.png, '-' for standard output)");
    if (!gf_check_colors(o->colors, err))
        return false;
    bool standard = strcmp(o->output, "-") == 0;
    if (o->format == GF_RENDER_AUTO && (standard || gf_cli_name_ends(o->output, ".png")))
        o->format = GF_RENDER_PNG;
    else if (o->format == GF_RENDER_AUTO && gf_cli_name_ends(o->output, ".svg"))
        o->format = GF_RENDER_SVG;
    if (o->format == GF_RENDER_AUTO)
        return gf_fail(err, GF_ERR_USAGE,
                       "the name '%.200s' says no format: end it in .png or .svg, or give --format",
                       o->output);
    if (!gf_lens_options_check(&o->lens, err))
        return false;
    if (standard && o->json)
        return gf_fail(err, GF_ERR_USAGE, "--json and -o - both want standard output");
    if (standard && o->format == GF_RENDER_PNG && isatty(STDOUT_FILENO))
        return gf_fail(err, GF_ERR_USAGE, "standard output is a terminal: a PNG is not for it");
    if ((double)o->width * o->scale < MIN_WIDTH)
        return gf_fail(err, GF_ERR_USAGE, "a picture is at least %d pixels wide", MIN_WIDTH);
    return true;
}

/* The last part of a path: a picture that is passed on should not tell where somebody keeps files.
 */
static void print_base_name(struct gf_print *p, const char *path)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    if (start == end)
        start = 0;
    gf_print_name(p, path + start, end - start, 0);
}

bool gf_describe_sources(const struct gf_operands *files, uint64_t nfiles, char **out,
                         struct gf_error *err)
{
    struct gf_print p = {0};
    char count[27];
    for (size_t i = 0; i < files->n && i < SOURCES_NAMED; i++) {
        gf_print_f(&p, "%s", i == 0 ? "" : ", ");
        if (strcmp(files->items[i], "-") == 0)
            gf_print_f(&p, "standard input");
        else
            print_base_name(&p, files->items[i]);
    }
    if (files->n > SOURCES_NAMED)
        gf_print_f(&p, " and %zu more", files->n - SOURCES_NAMED);
    if (nfiles > files->n)
        gf_print_f(&p, " (%s files)", gf_str_grouped(count, nfiles));
    if (p.failed || !p.text) {
        gf_print_free(&p);
        return gf_fail_nomem(err, 0);
    }
    *out = p.text;
    return true;
}

/* What one picture is made of. */
struct job {
    struct gf_canvas *canvas;
    const struct gf_profile *profile;
    const struct gf_render_options *o;
    const struct gf_interrupt *interrupt;
    struct gf_render_report *report;
    const struct gf_theme *theme;
    struct gf_measure measure;
    struct gf_colors colors;
    char *sources;
    const char *title, *subtitle, *unit;
    struct gf_profile *view; /* owned: with other widths; NULL: as it is */
    struct gf_lens_view lens;
    char vanished[160]; /* the subtitle of a differential that has none */
    double min_width;   /* device pixels; 0: not given, or so given */
    double unfolded;    /* likewise: what a lens leaves folded is narrower */
};

/* Says what cannot be seen: paths that weigh nothing have no width. */
static void say_vanished(struct job *job)
{
    const struct gf_frames *frames = &job->profile->frames;
    bool after = job->o->widths == GF_WIDTHS_AFTER;
    uint32_t other = after ? GF_BEFORE : GF_AFTER;
    uint64_t weight = gf_diff_only_on(frames, other);
    char number[40], share[16];
    if (weight == 0 || job->subtitle || job->o->widths == GF_WIDTHS_BOTH)
        return;
    snprintf(job->vanished, sizeof job->vanished,
             "not seen here: %s (%s) of %s, in paths that %s (--widths both shows them)",
             gf_weight_text(number, weight, job->profile->decimals),
             gf_str_percent(share, weight, gf_frame_total(frames, 0, gf_side(frames, other))),
             after ? "before" : "after", after ? "vanished" : "are new");
    job->subtitle = job->vanished;
}

/* Both sides of a differential, in the colours of one unless others were asked for. */
static bool prepare_colors(struct job *job, struct gf_error *err)
{
    const struct gf_render_options *o = job->o;
    const struct gf_frames *frames = &job->profile->frames;
    double start = gf_now();
    const struct gf_palette palette = {.mode = o->colors,
                                       .hash = o->hash,
                                       .color_blind = o->color_blind,
                                       .negate = o->negate,
                                       .theme = job->theme};
    bool ok = gf_colors_make(frames, 0, &palette, &job->colors, err);
    job->report->color_seconds = gf_now() - start;
    return ok;
}

/* "after.folded", or in a differential "after.folded, before: before.folded, 1,234 samples". */
static bool describe(struct job *job, const struct gf_operands *files, struct gf_error *err)
{
    const struct gf_frames *frames = &job->profile->frames;
    const struct gf_render_options *o = job->o;
    char *sources, a[40], b[40];
    if (!gf_describe_sources(files, o->nfiles, &sources, err))
        return false;
    if (!gf_is_differential(frames)) {
        job->sources = sources;
        return true;
    }
    struct gf_print p = {0};
    gf_print_f(&p, "%s; ", sources);
    free(sources);
    if (o->diff_base) {
        gf_print_f(&p, "before: ");
        print_base_name(&p, o->diff_base);
        gf_print_f(&p, "%s; ", o->normalized ? " (scaled to the total of after)" : "");
    }
    uint64_t before = gf_frame_total(frames, 0, gf_side(frames, GF_BEFORE));
    uint64_t after = gf_frame_total(frames, 0, gf_side(frames, GF_AFTER));
    gf_weight_text(a, before, job->profile->decimals);
    gf_weight_text(b, after, job->profile->decimals);
    gf_print_f(&p, "widths: %s; ", gf_render_widths[o->widths]);
    if (o->widths == GF_WIDTHS_BOTH)
        gf_print_f(&p, "before: %s; after: %s", a, b);
    else
        gf_print_f(&p, "%s: %s", o->widths == GF_WIDTHS_AFTER ? "before" : "after",
                   o->widths == GF_WIDTHS_AFTER ? a : b);
    job->sources = p.text;
    return (!p.failed && p.text) || gf_fail_nomem(err, p.len);
}

/* Whether the least width was given; else all is drawn that shows. */
static bool gives_minwidth(const struct gf_render_options *o)
{
    return o->minwidth.value >= 0;
}

/* The side of a differential that gives the widths, and the lens. */
static bool look_through(struct job *job, struct gf_error *err)
{
    const struct gf_render_options *o = job->o;
    bool differential = gf_is_differential(&job->profile->frames);
    double pixels = (double)o->width * o->scale;
    double asked = job->min_width > LEAST_UNFOLDED ? job->min_width : LEAST_UNFOLDED;
    double least = !gives_minwidth(o)                   ? UNFOLDED * o->scale
                   : o->lod == 1 && job->min_width == 0 ? 0
                                                        : asked;
    job->unfolded = least;
    if (!differential && (o->widths != GF_WIDTHS_AFTER || o->negate))
        return gf_fail(err, GF_ERR_USAGE, "--widths and --negate are for differentials");
    if (o->widths != GF_WIDTHS_AFTER) {
        if (!gf_diff_view(job->profile, (enum gf_widths)o->widths, false, &job->interrupt->stop,
                          &job->view, err))
            return false;
        job->profile = job->view;
    }
    if (differential)
        say_vanished(job);
    if (!gf_lens_view_make(job->profile, &o->lens, o->order, least / pixels,
                           o->threads ? o->threads : gf_system_cores(), job->interrupt, &job->lens,
                           err))
        return false;
    if (job->lens.profile)
        job->profile = job->lens.profile;
    return true;
}

static bool prepare(struct job *job, const struct gf_operands *files, struct gf_error *err)
{
    const struct gf_render_options *o = job->o;
    const struct gf_frames *frames = &job->profile->frames;
    job->theme = gf_theme_by_name(gf_render_themes[o->theme]);
    job->measure = gf_text_measure(job->canvas->text);
    double width = (double)o->width * o->scale;
    if (gives_minwidth(o))
        job->min_width =
            o->minwidth.percent ? o->minwidth.value / 100 * width : o->minwidth.value * o->scale;
    if (!look_through(job, err))
        return false;
    frames = &job->profile->frames;
    job->title = o->title                     ? o->title
                 : job->lens.profile          ? job->lens.title
                 : gf_is_differential(frames) ? "Differential Flame Graph"
                 : o->inverted                ? "Icicle Graph"
                                              : "Flame Graph";
    job->subtitle = o->subtitle;
    job->unit = o->countname ? o->countname : gf_unit_name(frames, 0);
    return prepare_colors(job, err) && describe(job, files, err);
}

static bool write_png(struct job *job, struct gf_output *out, struct gf_error *err)
{
    const struct gf_render_options *o = job->o;
    struct gf_picture_params params = gf_picture_defaults();
    params.frames = &job->profile->frames;
    params.decimals = job->profile->decimals;
    params.title = job->title;
    params.subtitle = job->subtitle;
    params.unit = job->unit;
    params.input = job->sources;
    params.width = (uint32_t)((double)o->width * o->scale + 0.5);
    params.scale = o->scale;
    params.frame_height = (uint32_t)o->height;
    params.text_px = (uint32_t)o->fontsize;
    params.min_width = job->min_width;
    params.faint = gives_minwidth(o) ? 0 : params.faint * o->scale;
    params.unfolded = job->lens.folded ? job->unfolded : 0;
    params.inverted = o->inverted;
    params.half = job->lens.half;
    params.lod = o->lod == 0;
    if (!params.lod) /* what it is compared with comes from the driver */
        gf_renderer_use(job->canvas->renderer, GF_RENDERER_QUADS);
    params.colors = &job->colors;
    params.theme = job->theme;
    params.measure = &job->measure;
    struct gf_picture picture;
    struct gf_layout_scratch scratch = {0};
    double start = gf_now();
    struct gf_budget *budget = params.frames->budget;
    uint64_t bytes = gf_layout_scratch_cost(params.frames);
    if (!gf_budget_take(budget, bytes, "drawing this", err))
        return false;
    bool ok = gf_picture_init(&picture, &params, &scratch, err);
    job->report->layout_seconds = gf_now() - start;
    char weight[40], total[128];
    snprintf(total, sizeof total, "total %s %.64s",
             gf_weight_text(weight, params.half ? params.half : gf_frame_total(params.frames, 0, 0),
                            params.decimals),
             job->unit);
    const struct gf_png_text texts[] = {{"Title", job->title},
                                        {"Description", total},
                                        {"Source", job->sources},
                                        {"Software", "gigaflame " GF_VERSION}};
    const struct gf_render_png_params png = {.picture = &picture,
                                             .scratch = &scratch,
                                             .texts = texts,
                                             .ntexts = sizeof texts / sizeof *texts,
                                             .threads = o->threads,
                                             .interrupt = job->interrupt};
    ok = ok && gf_render_png(job->canvas, &png, out, job->report, err);
    gf_layout_scratch_free(&scratch);
    gf_budget_give(budget, bytes);
    return ok;
}

static bool write_svg(struct job *job, struct gf_output *out, struct gf_error *err)
{
    const struct gf_render_options *o = job->o;
    const struct gf_svg_params params = {
        .frames = &job->profile->frames,
        .decimals = job->profile->decimals,
        .colors = &job->colors,
        .theme = job->theme,
        .measure = &job->measure,
        .title = job->title,
        .subtitle = job->subtitle,
        .input = job->sources,
        .unit = job->unit,
        .name_type = o->nametype,
        .width = (uint32_t)((double)o->width * o->scale + 0.5),
        .row_height = (uint32_t)((double)o->height * o->scale + 0.5),
        .text_px = (uint32_t)((double)o->fontsize * o->scale + 0.5),
        .min_width = job->min_width,
        .inverted = o->inverted,
        .half = job->lens.half};
    struct gf_svg_counts counts = {0};
    double start = gf_now();
    if (!gf_svg_write(&params, out, &counts, err))
        return false;
    struct gf_render_report *r = job->report;
    r->encode_seconds = gf_now() - start;
    r->width = params.width;
    r->height = counts.height;
    r->drawn = counts.drawn;
    r->merged = counts.merged;
    r->bytes = gf_output_size(out);
    return true;
}

void gf_render_note_sources(struct gf_render_options *options, const struct gf_loading *loading)
{
    options->threads = (unsigned)loading->options->threads;
    options->order = (enum gf_order)loading->options->order;
    options->nfiles = loading->sources.n;
    options->diff_base = loading->options->diff_base;
    options->normalized = loading->options->normalize;
}

bool gf_render_profile(struct gf_canvas *canvas, const struct gf_profile *profile,
                       const struct gf_operands *files, const struct gf_render_options *options,
                       const struct gf_interrupt *interrupt, struct gf_render_report *report,
                       struct gf_error *err)
{
    struct job job = {.canvas = canvas,
                      .profile = profile,
                      .o = options,
                      .interrupt = interrupt,
                      .report = report};
    struct gf_output *out = NULL;
    bool ok = prepare(&job, files, err) && gf_output_open(options->output, &out, err) &&
              (options->format == GF_RENDER_SVG ? write_svg(&job, out, err)
                                                : write_png(&job, out, err)) &&
              gf_interrupt_check(interrupt, err);
    if (ok) {
        double start = gf_now();
        ok = gf_output_commit(out, err);
        report->write_seconds = gf_now() - start;
    } else {
        gf_output_abort(out);
    }
    gf_colors_free(&job.colors);
    gf_lens_view_free(&job.lens);
    gf_profile_free(job.view);
    free(job.sources);
    return ok;
}
