#include "support/graph_build.h"

#include <stdlib.h>

static float advance(void *ctx, uint32_t codepoint, uint32_t previous, unsigned px)
{
    (void)ctx;
    (void)codepoint;
    (void)previous;
    return 0.6f * (float)px;
}

struct gf_measure graph_measure(void)
{
    return (struct gf_measure){NULL, advance};
}

struct gf_graph graph_of(const struct gf_frames *frames, uint32_t width, uint32_t height,
                         const char *mode, struct gf_colors *colors)
{
    static const struct gf_measure measure = {NULL, advance};
    const struct gf_theme *theme = gf_theme_by_name("light");
    if (!gf_colors_make(frames, 0, &(struct gf_palette){.mode = mode, .theme = theme}, colors,
                        NULL))
        abort();
    return (struct gf_graph){.frames = frames,
                             .view = gf_view_all(frames, 0),
                             .width = width,
                             .height = height,
                             .row_pitch = 10,
                             .text_px = 8,
                             .scale = 1,
                             .inverted = true,
                             .lod = true,
                             .colors = colors,
                             .theme = theme,
                             .measure = &measure};
}
