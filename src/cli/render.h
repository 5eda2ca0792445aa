/* From a loaded profile to a picture file. */
#ifndef GF_CLI_RENDER_H
#define GF_CLI_RENDER_H

#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/render_lens.h"
#include "export/png.h"
#include "gl/renderer.h"
#include "io/output.h"
#include "layout/picture.h"
#include "model/profile.h"

enum gf_render_format { GF_RENDER_AUTO, GF_RENDER_PNG, GF_RENDER_SVG };

/* The picture options as given; lengths in pixels at scale 1. */
struct gf_render_options {
    const char *output;
    const char *title, *subtitle, *colors, *countname, *nametype; /* NULL: the default */
    unsigned format;                                              /* enum gf_render_format */
    unsigned theme;                                               /* index in gf_render_themes */
    unsigned lod;                                                 /* 0: on, 1: off */
    uint64_t width, height, fontsize;
    struct gf_length minwidth; /* negative: not given */
    double scale;
    unsigned widths; /* index in gf_render_widths: of a differential */
    bool inverted, hash, color_blind, negate, json;
    struct gf_lens_options lens;
    enum gf_order order;
    unsigned threads;
    uint64_t nfiles;       /* that were read for the operands */
    const char *diff_base; /* what they are compared with; NULL: nothing */
    bool normalized;
};

/* The options of a picture, all but the file's, and their defaults. */
struct gf_option_group gf_picture_option_group(struct gf_render_options *options);
struct gf_render_options gf_render_defaults(void);

extern const char *const gf_render_themes[];
/* Which side of a differential gives the widths, by value type: "after", "before". */
extern const char *const gf_render_widths[];

/* Whether the palette is known; NULL is the default one. */
bool gf_check_colors(const char *mode, struct gf_error *err);

/* Where the samples came from, to be freed: "a.folded, b.folded, profiles and 7 more (1,204
 * files)".
 */
bool gf_describe_sources(const struct gf_operands *files, uint64_t nfiles, char **out,
                         struct gf_error *err);

struct gf_render_report {
    uint32_t width, height;
    uint64_t bytes, tiles;
    uint64_t drawn, merged; /* frames with a rectangle of their own, and those without */
    double color_seconds, layout_seconds, draw_seconds, encode_seconds, write_seconds;
};

/* What draws: a context without a window, glyphs, shaders. {0} is closed. */
struct gf_canvas {
    struct gf_gl *gl;
    struct gf_text *text;
    struct gf_renderer *renderer;
};

/* Opens the canvas on the calling thread; for SVG only the glyphs, for their widths. On failure
 * nothing is left open. */
bool gf_canvas_open(struct gf_canvas *canvas, enum gf_render_format format, struct gf_error *err);
void gf_canvas_close(struct gf_canvas *canvas);

/* Checks what the option table cannot, and chooses the format by the end of the output's name. */
bool gf_render_options_check(struct gf_render_options *options, struct gf_error *err);

/* Notes from where the profile comes, for the picture to say. */
struct gf_loading;
void gf_render_note_sources(struct gf_render_options *options, const struct gf_loading *loading);

/* Writes the picture of `profile`, which came from `files`, to options->output, whole or not at
 * all. */
bool gf_render_profile(struct gf_canvas *canvas, const struct gf_profile *profile,
                       const struct gf_operands *files, const struct gf_render_options *options,
                       const struct gf_interrupt *interrupt, struct gf_render_report *report,
                       struct gf_error *err);

struct gf_render_png_params {
    const struct gf_picture *picture;
    struct gf_layout_scratch *scratch; /* of the picture's layout */
    const struct gf_png_text *texts;   /* about the picture, put into the file */
    size_t ntexts;
    unsigned threads; /* that compress; 0: one per core */
    const struct gf_interrupt *interrupt;
};

/* Draws the picture from top to bottom and writes it to `out`, which stays the caller's to commit
 * or abort. Memory follows the width and the tiles, not the height. */
bool gf_render_png(struct gf_canvas *canvas, const struct gf_render_png_params *params,
                   struct gf_output *out, struct gf_render_report *report, struct gf_error *err);

#endif
