#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/load_common.h"
#include "cli/render.h"
#include "gl/context_glfw.h"
#include "ui/settings.h"
#include "ui/view.h"

struct view_options {
    unsigned theme; /* index in gf_render_themes */
    bool color_blind, inverted, flame, no_animation, no_settings;
    const char *colors, *script, *screenshot;
    double scale;
    uint64_t width, height;
    unsigned widths; /* enum gf_widths */
};

/* Of a choice: the line does not say. */
#define NOT_GIVEN UINT_MAX

#define AT(field) offsetof(struct view_options, field)

static const struct gf_option view_options[] = {
    {"inverted", 'i', GF_OPT_FLAG, AT(inverted), NULL, NULL, 0, 0, "icicle: the root at the top"},
    {"flame", 0, GF_OPT_FLAG, AT(flame), NULL, NULL, 0, 0,
     "flame graph: the root at the bottom; the default where the settings say nothing else"},
    {"colors", 'c', GF_OPT_STRING, AT(colors), "PALETTE", NULL, 0, 0,
     "module (by library, the default), kind (kernel, native, JIT, inlined), heat (by self), or "
     "one "
     "of flamegraph.pl's, as for render"},
    {"color-blind", 0, GF_OPT_FLAG, AT(color_blind), NULL, NULL, 0, 0,
     "colours that stay apart for those who do not tell red from green, or blue from yellow"},
    {"widths", 0, GF_OPT_CHOICE, AT(widths), "SIDE", gf_render_widths, 0, 0,
     "of a comparison: after, before, or both, every stack as wide as on the side where it weighs "
     "more; default: after"},
    {"theme", 0, GF_OPT_CHOICE, AT(theme), "THEME", gf_render_themes, 0, 0,
     "light or dark; default: light"},
    {"scale", 0, GF_OPT_DOUBLE, AT(scale), "X", NULL, 0.5, 8,
     "make everything this much larger than the screen's own setting does; default: 1"},
    {"no-settings", 0, GF_OPT_FLAG, AT(no_settings), NULL, NULL, 0, 0,
     "neither read nor write how the window looked last time"},
    {"no-animation", 0, GF_OPT_FLAG, AT(no_animation), NULL, NULL, 0, 0,
     "go from place to place at once"},
    {"width", 0, GF_OPT_U64, AT(width), "PX", NULL, 64, 16384,
     "width of the window; default: 1280"},
    {"height", 0, GF_OPT_U64, AT(height), "PX", NULL, 64, 16384,
     "height of the window; default: 800"},
    {"script", 0, GF_OPT_STRING, AT(script), "FILE", NULL, 0, 0,
     "do what the file says, a step a line: wait loaded, click X Y, key Ctrl-F, zoom_to a;b ..."},
    {"screenshot", 0, GF_OPT_STRING, AT(screenshot), "OUT", NULL, 0, 0,
     "save the window as PNG when all is loaded and the script is done, then close it"},
};

static const char *const examples[] = {
    "gigaflame view cpu.folded.zst",
    "look around in one profile; ? shows the keys",
    "gigaflame view --focus parse --collapse-recursion cpu.folded",
    "what goes through one function; the narrowing is listed and can be taken back",
    "gigaflame view --diff-base before.folded after.folded",
    "what changed: orange is more, blue is less, an outline is gone",
    "gigaflame view --theme dark --inverted profiles/",
    "all profiles of a directory as one, dark, with the root at the top",
    "perf script | stackcollapse-perf.pl | gigaflame view -",
    "watch it grow while perf script still writes",
    NULL};

static bool stopped(void *ctx)
{
    return gf_interrupted(ctx);
}

/* How the window looks: as the options say, else as the settings do. */
static struct gf_settings settings_of(const struct view_options *o,
                                      const struct gf_data_options *data, char *note, size_t cap)
{
    struct gf_settings s = {.scale = 1};
    if (!o->no_settings)
        gf_settings_read(&s, note, cap);
    if (o->theme != NOT_GIVEN)
        s.dark = o->theme == 1;
    if (o->inverted || o->flame)
        s.inverted = o->inverted;
    if (data->order != NOT_GIVEN)
        s.order = (enum gf_order)data->order;
    if (o->scale > 0)
        s.scale = o->scale;
    return s;
}

static bool view(struct gf_cli *cli, const struct gf_operands *files, const struct view_options *o,
                 struct gf_data_options *data, struct gf_error *err)
{
    struct gf_loading loading;
    char *input = NULL;
    bool stuck = false;
    char note[256] = "";
    if (!gf_check_colors(o->colors, err))
        return false;
    struct gf_settings look = settings_of(o, data, note, sizeof note);
    data->order = look.order;
    data->background = true;
    if (!gf_loading_start(&loading, cli, files, data, err))
        return false;
    bool ok = gf_describe_sources(files, loading.sources.n, &input, err);
    if (ok) {
        const struct gf_view_params params = {
            .input = input,
            .paths = files->items,
            .npaths = files->n,
            .reload = gf_data_load_params(data),
            .palette = {.mode = o->colors         ? o->colors
                                : look.has_colors ? look.colors
                                                  : NULL,
                        .color_blind = o->color_blind || look.color_blind},
            .order = (enum gf_order)data->order,
            .base = data->diff_base,
            .widths = (enum gf_widths)o->widths,
            .normalize = data->normalize,
            .dark = look.dark,
            .inverted = look.inverted,
            .steps = loading.narrowing.steps,
            .nsteps = loading.narrowing.n,
            .keep = !o->no_settings,
            .note = note,
            .no_animation = o->no_animation,
            .scale = look.scale,
            .width = (int)o->width,
            .height = (int)o->height,
            .script = o->script,
            .screenshot = o->screenshot,
            .stopped = stopped,
            .ctx = &cli->interrupt};
        struct gf_load *load = loading.load;
        loading.load = NULL;
        atomic_store(&cli->interrupt.wake, gf_window_wake);
        ok = gf_view_run(load, &params, &stuck, err);
        atomic_store(&cli->interrupt.wake, NULL);
    }
    if (stuck) {
        int status = gf_cli_end(cli, "view", ok, err);
        _exit(status);
    }
    gf_loading_free(&loading);
    free(input);
    return ok;
}

int gf_cmd_view(struct gf_cli *cli, int argc, char **argv)
{
    struct view_options o = {.theme = NOT_GIVEN};
    struct gf_data_options data = {.order = NOT_GIVEN};
    const struct gf_option_group groups[] = {
        {"Window", view_options, sizeof view_options / sizeof *view_options, &o},
        gf_diff_option_group(&data),
        gf_narrow_option_group(&data.narrowing),
        gf_data_option_group(&data)};
    const struct gf_command_line line = {
        .command = "view",
        .usage = "[view] [OPTION]... FILE...",
        .purpose = "Opens a window on the profiles, taken together, at once, and draws what has "
                   "been read so far while it reads on. Click a frame to fit it to the window, "
                   "turn the wheel to zoom, drag to move; ? shows every key.",
        .groups = groups,
        .ngroups = sizeof groups / sizeof *groups,
        .examples = examples};
    struct gf_operands files;
    int status;
    if (!gf_cli_parse(&line, argc, argv, &files, &status))
        return status;
    struct gf_error err = {0};
    bool ok = view(cli, &files, &o, &data, &err);
    gf_operands_free(&files);
    return gf_cli_end(cli, "view", ok, &err);
}
