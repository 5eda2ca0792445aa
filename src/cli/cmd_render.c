#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/json_weight.h"
#include "cli/load_common.h"
#include "cli/render.h"

#define AT(field) offsetof(struct gf_render_options, field)

static const char *const formats[] = {"auto", "png", "svg", NULL};

static const char *const lod_modes[] = {"on", "off", NULL};

static const struct gf_option output_options[] = {
    {"output", 'o', GF_OPT_STRING, AT(output), "OUT", NULL, 0, 0,
     "the file to write, '-' for standard output; required"},
    {"format", 0, GF_OPT_CHOICE, AT(format), "FORMAT", formats, 0, 0,
     "png or svg; default: by the end of the name OUT, png for '-'"},
    {"json", 0, GF_OPT_FLAG, AT(json), NULL, NULL, 0, 0,
     "print the picture's size, the frames drawn and the seconds spent as one JSON object"},
};

static const struct gf_option picture_options[] = {
    {"title", 0, GF_OPT_STRING, AT(title), "TEXT", NULL, 0, 0,
     "heading; default: Flame Graph, or Icicle Graph with --inverted"},
    {"subtitle", 0, GF_OPT_STRING, AT(subtitle), "TEXT", NULL, 0, 0, "second line of the heading"},
    {"width", 0, GF_OPT_U64, AT(width), "PX", NULL, 64, 200000,
     "width of the picture; default: 1920"},
    {"height", 0, GF_OPT_U64, AT(height), "PX", NULL, 4, 200,
     "height of one frame; the picture's follows from the depth; default: 18"},
    {"minwidth", 0, GF_OPT_LENGTH, AT(minwidth), "LENGTH", NULL, 0, 200000,
     "leave out frames narrower than this: pixels, or a share of the total (0.1%); default: none "
     "in PNG, 0.1 in SVG"},
    {"fontsize", 0, GF_OPT_U64, AT(fontsize), "PX", NULL, 4, 150,
     "size of labels; less where rows are low; default: 12"},
    {"scale", 0, GF_OPT_DOUBLE, AT(scale), "X", NULL, 0.5, 8,
     "pixels drawn for each pixel given in other options: 2 for dense screens; default: 1"},
    {"inverted", 'i', GF_OPT_FLAG, AT(inverted), NULL, NULL, 0, 0, "icicle: the root at the top"},
    {"colors", 'c', GF_OPT_STRING, AT(colors), "PALETTE", NULL, 0, 0,
     "module (by library, the default), kind (kernel, native, JIT, inlined), heat (by self), diff "
     "(by change: the default of a differential), or "
     "one of flamegraph.pl's: hot mem io wakeup chain java js perl red green blue aqua yellow "
     "purple orange"},
    {"color-blind", 0, GF_OPT_FLAG, AT(color_blind), NULL, NULL, 0, 0,
     "colours that stay apart for those who do not tell red from green, or blue from yellow"},
    {"hash", 0, GF_OPT_FLAG, AT(hash), NULL, NULL, 0, 0,
     "shades by a hash of the whole name, as flamegraph.pl --hash"},
    {"widths", 0, GF_OPT_CHOICE, AT(widths), "SIDE", gf_render_widths, 0, 0,
     "of a differential: after; before; or both, every stack as wide as on the side where it "
     "weighs "
     "more, which shows what vanished beside what is new; default: after"},
    {"negate", 0, GF_OPT_FLAG, AT(negate), NULL, NULL, 0, 0,
     "of a differential: swap the colours of more and less"},
    {"theme", 0, GF_OPT_CHOICE, AT(theme), "THEME", gf_render_themes, 0, 0,
     "light or dark; default: light"},
    {"countname", 0, GF_OPT_STRING, AT(countname), "TEXT", NULL, 0, 0,
     "what is counted; default: the profile's unit"},
    {"nametype", 0, GF_OPT_STRING, AT(nametype), "TEXT", NULL, 0, 0,
     "what stands before a frame's name below an SVG; default: Function:"},
    {"lod", 0, GF_OPT_CHOICE, AT(lod), "MODE", lod_modes, 0, 0,
     "on, or off: draw every frame by itself, however thin, instead of blending the thin ones; for "
     "benchmarks and comparison; default: on"},
};

struct gf_option_group gf_picture_option_group(struct gf_render_options *options)
{
    return (struct gf_option_group){.title = "Picture",
                                    .options = picture_options,
                                    .n = sizeof picture_options / sizeof *picture_options,
                                    .values = options};
}

struct gf_render_options gf_render_defaults(void)
{
    return (struct gf_render_options){
        .width = 1920, .height = 18, .fontsize = 12, .scale = 1, .minwidth = {.value = -1}};
}

static const char *const examples[] = {
    "gigaflame render cpu.folded.zst -o cpu.png",
    "a flame graph of one profile",
    "gigaflame render --inverted --width 3840 --title 'All hosts' profiles/ -o all.png",
    "an icicle graph of a directory, four thousand pixels wide",
    "gigaflame render --colors java --minwidth 0.1% app.folded -o app.svg",
    "an SVG to zoom and search in a browser",
    "perf script | stackcollapse-perf.pl | gigaflame render - -o - > perf.png",
    "from standard input to standard output",
    NULL};

/* Loading and opening go on at the same time; the rest is one after the other. */
static void seconds_json(struct gf_json *j, const struct gf_render_report *r,
                         const struct gf_profile_stats *s, double opened, double total)
{
    gf_json_object(j, "seconds");
    gf_json_double(j, "load", s->seconds_load + s->seconds_merge + s->seconds_flatten);
    gf_json_double(j, "open", opened);
    gf_json_double(j, "colors", r->color_seconds);
    gf_json_double(j, "layout", r->layout_seconds);
    gf_json_double(j, "draw", r->draw_seconds);
    gf_json_double(j, "encode", r->encode_seconds);
    gf_json_double(j, "write", r->write_seconds);
    gf_json_double(j, "total", total);
    gf_json_end_object(j);
}

static bool print_json(const struct gf_render_options *o, const struct gf_render_report *r,
                       const struct gf_canvas *canvas, const struct gf_profile *p, double start,
                       double opened, struct gf_error *err)
{
    struct gf_json j = {0};
    const char *renderer = canvas->gl ? gf_gl_renderer_name(canvas->gl) : "";
    gf_json_object(&j, NULL);
    gf_json_string(&j, "output", o->output, strlen(o->output));
    gf_json_string(&j, "format", formats[o->format], strlen(formats[o->format]));
    gf_json_u64(&j, "width", r->width);
    gf_json_u64(&j, "height", r->height);
    gf_json_u64(&j, "bytes", r->bytes);
    gf_json_u64(&j, "nodes", p->frames.n - 1);
    gf_json_u64(&j, "drawn", r->drawn);
    gf_json_u64(&j, "merged", r->merged);
    gf_json_u64(&j, "tiles", r->tiles);
    gf_json_string(&j, "gl_renderer", renderer, strlen(renderer));
    seconds_json(&j, r, &p->stats, opened, gf_now() - start);
    gf_json_end_object(&j);
    return gf_json_finish(&j, err);
}

/* The command's options, and what goes on beside the loading. */
struct render_job {
    struct gf_render_options o;
    struct gf_canvas canvas;
    double start, opened;
};

static bool check(void *options, struct gf_operands *files, struct gf_error *err)
{
    (void)files;
    struct render_job *job = options;
    return gf_render_options_check(&job->o, err);
}

/* Opening takes a tenth of a second or two. */
static bool open_canvas(void *options, struct gf_error *err)
{
    struct render_job *job = options;
    bool ok = gf_canvas_open(&job->canvas, (enum gf_render_format)job->o.format, err);
    job->opened = gf_now() - job->start;
    return ok;
}

static bool run(struct gf_cli *cli, void *options, const struct gf_loading *loading,
                const struct gf_operands *files, const struct gf_profile *profile,
                struct gf_error *err)
{
    struct render_job *job = options;
    struct gf_render_report report = {0};
    gf_render_note_sources(&job->o, loading);
    return gf_render_profile(&job->canvas, profile, files, &job->o, &cli->interrupt, &report,
                             err) &&
           (!job->o.json ||
            print_json(&job->o, &report, &job->canvas, profile, job->start, job->opened, err));
}

int gf_cmd_render(struct gf_cli *cli, int argc, char **argv)
{
    struct render_job job = {.o = gf_render_defaults(), .start = gf_now()};
    struct gf_data_options data = {0};
    const struct gf_option_group groups[] = {
        {"Output", output_options, sizeof output_options / sizeof *output_options, &job.o},
        gf_picture_option_group(&job.o),
        gf_lens_option_group(&job.o.lens),
        gf_narrow_option_group(&data.narrowing),
        gf_diff_option_group(&data),
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "render",
        .usage = "render [OPTION]... FILE... -o OUT",
        .purpose = "Draws the profiles, taken together, as one flame graph: PNG, drawn by OpenGL "
                   "without a display, or SVG. Frames thinner than a pixel are blended; in PNG, "
                   "those under --minwidth are left out where it is given. The output appears "
                   "whole or not at all.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    const struct gf_profile_command command = {.line = &line,
                                               .data = &data,
                                               .options = &job,
                                               .check = check,
                                               .meanwhile = open_canvas,
                                               .run = run};
    int status = gf_cli_with_profile(cli, &command, argc, argv);
    gf_canvas_close(&job.canvas);
    return status;
}
