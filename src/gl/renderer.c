/* On a GPU pictures are instanced quads. Without one (llvmpipe) every pixel that goes through a
 * fragment shader costs several nanoseconds, so the picture is composed on the CPU (surface.h) and
 * the driver gets pixels (present.h). Milliseconds of ways to fill 1920 x 1080 there, all in one
 * process on two cores, medians: clear alone 4.5; one row texture and a triangle with texelFetch
 * 25; the same with a plane of label coverage 41; a quad a row of frames 29; composed and drawn by
 * a quad 27; composed and blitted 3.8, the one that is used, with 1.1 for composing. Reading back:
 * RGBA 2.2, RGB 5.0, through a pixel buffer 4.0. docs/notes-draw.md has 4K and how it was
 * measured. */
#include "gl/renderer.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "gl/internal.h"
#include "gl/labels.h"
#include "gl/present.h"

/* Embedded by CMake. */
extern const unsigned char gf_shader_rect_vert[], gf_shader_rect_frag[], gf_shader_strip_vert[],
    gf_shader_strip_frag[], gf_shader_text_vert[], gf_shader_text_frag[];

/* Rectangles in one upload, 12 MB: a list of every frame of a huge profile goes in many. */
#define RECTS_MAX (1u << 20)
/* Coverage in one upload. */
#define COVERAGE_MAX (16u << 20)
/* Runs of empty texels shorter than this are drawn, since another quad would cost more. */
#define GAP_MIN 32u
/* Pixels read back at once, 4 MB. */
#define READ_PIXELS (1u << 20)

/* One instance of shaders/strip.vert. */
struct run {
    int16_t x, y;
    uint16_t w, h;
    uint16_t column, row;
};

enum { RECT, STRIP, TEXT, PROGRAMS };

struct gf_renderer {
    struct gf_gl *gl;
    struct gf_text *text;
    GLuint programs[PROGRAMS], arrays[PROGRAMS], buffers[PROGRAMS];
    GLint target[PROGRAMS], top; /* uniforms */
    GLuint strip_texture, coverage_buffer, coverage_texture;
    uint32_t strip_columns, strip_rows; /* size of strip_texture */
    size_t coverage_limit;
    GLuint framebuffer, renderbuffer;
    uint32_t width, height; /* of the renderbuffer */
    struct run *runs;
    size_t nruns, runs_cap;
    struct gf_labels labels;
    enum gf_renderer_path path;
    struct gf_present present;
    uint32_t *pixels; /* read back */
    size_t pixels_cap;
};

static void attribute(GLuint index, GLint n, GLenum type, size_t stride, size_t offset)
{
    glEnableVertexAttribArray(index);
    glVertexAttribIPointer(index, n, type, (GLsizei)stride, (const void *)offset);
    glVertexAttribDivisor(index, 1);
}

static void color_attribute(GLuint index, size_t stride, size_t offset)
{
    glEnableVertexAttribArray(index);
    glVertexAttribPointer(index, 4, GL_UNSIGNED_BYTE, GL_TRUE, (GLsizei)stride,
                          (const void *)offset);
    glVertexAttribDivisor(index, 1);
}

/* Every instance begins with int16_t x, y and uint16_t w, h. */
static void begin_instances(struct gf_renderer *r, int program, size_t stride)
{
    glBindVertexArray(r->arrays[program]);
    glBindBuffer(GL_ARRAY_BUFFER, r->buffers[program]);
    attribute(0, 2, GL_SHORT, stride, 0);
    attribute(1, 2, GL_UNSIGNED_SHORT, stride, 4);
}

static void describe_instances(struct gf_renderer *r)
{
    static_assert(sizeof(struct gf_rect) == 12 && offsetof(struct gf_rect, w) == 4, "as uploaded");
    static_assert(sizeof(struct run) == 12 && offsetof(struct run, w) == 4, "as uploaded");
    static_assert(sizeof(struct gf_quad) == 16 && offsetof(struct gf_quad, w) == 4, "as uploaded");
    glGenVertexArrays(PROGRAMS, r->arrays);
    glGenBuffers(PROGRAMS, r->buffers);
    begin_instances(r, RECT, sizeof(struct gf_rect));
    color_attribute(2, sizeof(struct gf_rect), offsetof(struct gf_rect, color));
    begin_instances(r, STRIP, sizeof(struct run));
    attribute(2, 2, GL_UNSIGNED_SHORT, sizeof(struct run), offsetof(struct run, column));
    begin_instances(r, TEXT, sizeof(struct gf_quad));
    attribute(2, 1, GL_INT, sizeof(struct gf_quad), offsetof(struct gf_quad, first));
    color_attribute(3, sizeof(struct gf_quad), offsetof(struct gf_quad, color));
    glBindVertexArray(0);
}

static bool make_programs(struct gf_renderer *r, struct gf_error *err)
{
    if (!gf_gl_program(r->gl, "rect", gf_shader_rect_vert, gf_shader_rect_frag, &r->programs[RECT],
                       err) ||
        !gf_gl_program(r->gl, "strip", gf_shader_strip_vert, gf_shader_strip_frag,
                       &r->programs[STRIP], err) ||
        !gf_gl_program(r->gl, "text", gf_shader_text_vert, gf_shader_text_frag, &r->programs[TEXT],
                       err))
        return false;
    for (int i = 0; i < PROGRAMS; i++)
        r->target[i] = glGetUniformLocation(r->programs[i], "target");
    r->top = glGetUniformLocation(r->programs[TEXT], "top");
    /* The samplers keep their default, texture unit 0. */
    return true;
}

bool gf_renderer_create(struct gf_gl *gl, struct gf_text *text, struct gf_renderer **out,
                        struct gf_error *err)
{
    *out = NULL;
    struct gf_renderer *r = calloc(1, sizeof *r);
    if (!r)
        return gf_fail_nomem(err, sizeof *r);
    r->gl = gl;
    r->text = text;
    if (!make_programs(r, err))
        goto fail;
    describe_instances(r);
    glGenTextures(1, &r->strip_texture);
    glBindTexture(GL_TEXTURE_2D, r->strip_texture);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    glGenTextures(1, &r->coverage_texture);
    glGenBuffers(1, &r->coverage_buffer);
    GLint texels = 0;
    glGetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &texels);
    r->coverage_limit = texels > 0 && texels < (GLint)COVERAGE_MAX ? (size_t)texels : COVERAGE_MAX;
    if (!gf_gl_check(gl, "making buffers", err))
        goto fail;
    *out = r;
    return true;
fail:
    gf_renderer_destroy(r);
    return false;
}

void gf_renderer_destroy(struct gf_renderer *r)
{
    if (!r)
        return;
    for (int i = 0; i < PROGRAMS; i++)
        glDeleteProgram(r->programs[i]);
    glDeleteVertexArrays(PROGRAMS, r->arrays);
    glDeleteBuffers(PROGRAMS, r->buffers);
    glDeleteTextures(1, &r->strip_texture);
    glDeleteTextures(1, &r->coverage_texture);
    glDeleteBuffers(1, &r->coverage_buffer);
    glDeleteFramebuffers(1, &r->framebuffer);
    glDeleteRenderbuffers(1, &r->renderbuffer);
    gf_present_free(&r->present);
    free(r->pixels);
    free(r->runs);
    gf_labels_free(&r->labels);
    free(r);
}

/* Puts `bytes` into a buffer as new storage: what is drawn from the old one is left alone. */
static void upload(GLenum binding, GLuint buffer, const void *data, size_t bytes)
{
    glBindBuffer(binding, buffer);
    glBufferData(binding, (GLsizeiptr)bytes, data, GL_STREAM_DRAW);
}

static void draw_instances(struct gf_renderer *r, int program, size_t n)
{
    glUseProgram(r->programs[program]);
    glBindVertexArray(r->arrays[program]);
    glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, (GLsizei)n);
}

/* ---- strips ---- */

/* Splits the part of the row that is in the target into runs of texels that show something. */
static bool add_row(struct gf_renderer *r, const struct gf_strips *s, uint32_t row, int64_t y,
                    uint32_t first, uint32_t end, struct gf_error *err)
{
    const uint32_t *texels = s->texels + (size_t)row * s->columns;
    uint32_t at = first;
    while (at < end) {
        while (at < end && texels[at] >> 24 == 0)
            at++;
        if (at == end)
            break;
        uint32_t start = at, stop = at;
        for (; at < end && at - stop < GAP_MIN; at++) {
            if (texels[at] >> 24 != 0)
                stop = at + 1;
        }
        if (!gf_grow(&r->runs, &r->runs_cap, r->nruns + 1, err))
            return false;
        r->runs[r->nruns++] = (struct run){.x = (int16_t)((int64_t)s->x + start),
                                           .y = (int16_t)y,
                                           .w = (uint16_t)(stop - start),
                                           .h = (uint16_t)s->row_height,
                                           .column = (uint16_t)start,
                                           .row = (uint16_t)row};
    }
    return true;
}

static bool draw_strips(struct gf_renderer *r, const struct gf_drawlist *list, struct gf_error *err)
{
    const struct gf_strips *s = &list->strips;
    if (s->columns == 0 || s->rows == 0 || s->row_height == 0)
        return true;
    int64_t first = s->x < 0 ? -(int64_t)s->x : 0;
    int64_t end = (int64_t)list->width - s->x;
    if (end > s->columns)
        end = s->columns;
    r->nruns = 0;
    for (uint32_t row = 0; row < s->rows && first < end; row++) {
        int64_t y = s->y + (int64_t)row * s->pitch;
        if (y >= list->height || y + s->row_height <= 0)
            continue;
        if (!add_row(r, s, row, y, (uint32_t)first, (uint32_t)end, err))
            return false;
    }
    if (r->nruns == 0)
        return true;
    glBindTexture(GL_TEXTURE_2D, r->strip_texture);
    if (s->columns != r->strip_columns || s->rows != r->strip_rows) {
        glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, (GLsizei)s->columns, (GLsizei)s->rows, 0, GL_RGBA,
                     GL_UNSIGNED_BYTE, s->texels);
        r->strip_columns = s->columns;
        r->strip_rows = s->rows;
    } else {
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, (GLsizei)s->columns, (GLsizei)s->rows, GL_RGBA,
                        GL_UNSIGNED_BYTE, s->texels);
    }
    upload(GL_ARRAY_BUFFER, r->buffers[STRIP], r->runs, r->nruns * sizeof *r->runs);
    draw_instances(r, STRIP, r->nruns);
    return true;
}

/* ---- layers ---- */

/* Blending costs a software renderer a fifth of its time for rectangles, and most are opaque. */
static bool all_opaque(const struct gf_rect *rects, size_t n)
{
    uint32_t all = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        all &= rects[i].color;
    return all >> 24 == 255;
}

static void draw_rects(struct gf_renderer *r, const struct gf_rect *rects, size_t n)
{
    bool opaque = all_opaque(rects, n);
    if (opaque)
        glDisable(GL_BLEND);
    while (n > 0) {
        size_t part = n < RECTS_MAX ? n : RECTS_MAX;
        upload(GL_ARRAY_BUFFER, r->buffers[RECT], rects, part * sizeof *rects);
        draw_instances(r, RECT, part);
        rects += part;
        n -= part;
    }
    if (opaque)
        glEnable(GL_BLEND);
}

static void flush_labels(struct gf_renderer *r)
{
    struct gf_labels *labels = &r->labels;
    if (labels->nquads > 0) {
        upload(GL_TEXTURE_BUFFER, r->coverage_buffer, labels->coverage, labels->ncoverage);
        glBindTexture(GL_TEXTURE_BUFFER, r->coverage_texture);
        glTexBuffer(GL_TEXTURE_BUFFER, GL_R8, r->coverage_buffer);
        upload(GL_ARRAY_BUFFER, r->buffers[TEXT], labels->quads,
               labels->nquads * sizeof *labels->quads);
        draw_instances(r, TEXT, labels->nquads);
    }
    gf_labels_clear(labels);
}

static bool add_label(struct gf_renderer *r, const struct gf_drawlist *list,
                      const struct gf_label *label, struct gf_error *err)
{
    const char *text = list->text + label->text;
    size_t quads = r->labels.nquads, coverage = r->labels.ncoverage;
    if (!gf_labels_add(&r->labels, r->text, label, text, list->width, list->height, err))
        return false;
    if (r->labels.ncoverage <= r->coverage_limit)
        return true;
    /* Too much at once: draw those before it, then set it again as the first. */
    r->labels.nquads = quads;
    r->labels.ncoverage = coverage;
    flush_labels(r);
    if (!gf_labels_add(&r->labels, r->text, label, text, list->width, list->height, err))
        return false;
    return r->labels.ncoverage <= r->coverage_limit ||
           gf_fail(err, GF_ERR_LIMIT, "a label of %u pixels is higher than the driver takes",
                   label->px);
}

static bool draw_labels(struct gf_renderer *r, const struct gf_drawlist *list,
                        const struct gf_layer *layer, struct gf_error *err)
{
    gf_labels_clear(&r->labels);
    for (uint32_t i = 0; i < layer->nlabels; i++) {
        struct gf_label label = list->labels[layer->first_label + i];
        int64_t end = label.clip_x1 < (int64_t)list->width ? label.clip_x1 : (int64_t)list->width;
        int64_t x = label.clip_x0 > 0 ? label.clip_x0 : 0;
        /* A driver may allow as few as 65536 texels: a long label is cut into pieces that fit it,
         * however high its marks are stacked. */
        int64_t step = (int64_t)(r->coverage_limit / (4 * (size_t)label.px + 64)) + 1;
        for (; x < end; x += step) {
            label.clip_x0 = (int32_t)x;
            label.clip_x1 = (int32_t)(end - x < step ? end : x + step);
            if (!add_label(r, list, &label, err))
                return false;
        }
    }
    flush_labels(r);
    return true;
}

/* Sets the uniforms and draws. `down`: rows of the target go from the top down, as glReadPixels
 * gives them, and not from the bottom up. */
static bool draw(struct gf_renderer *r, const struct gf_drawlist *list, bool down,
                 struct gf_error *err)
{
    float w = (float)list->width, h = (float)list->height;
    glViewport(0, 0, (GLsizei)list->width, (GLsizei)list->height);
    for (int i = 0; i < PROGRAMS; i++) {
        glUseProgram(r->programs[i]);
        glUniform4f(r->target[i], 2 / w, down ? 2 / h : -2 / h, -1, down ? -1 : 1);
    }
    glUniform2f(r->top, down ? 1 : -1, down ? 0 : h);
    uint32_t c = list->clear;
    glClearColor((float)(c & 255) / 255, (float)(c >> 8 & 255) / 255, (float)(c >> 16 & 255) / 255,
                 1);
    glClear(GL_COLOR_BUFFER_BIT);
    glDisable(GL_DITHER);
    glDisable(GL_DEPTH_TEST);
    glEnable(GL_BLEND);
    /* The target's alpha stays 1: a compositor would show what lies behind the window. */
    glBlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);

    if (!draw_strips(r, list, err))
        return false;
    for (size_t i = 0; i < list->nlayers; i++) {
        const struct gf_layer *layer = &list->layers[i];
        draw_rects(r, list->rects + layer->first_rect, layer->nrects);
        if (!draw_labels(r, list, layer, err))
            return false;
    }
    return true;
}

static bool check_size(const struct gf_renderer *r, const struct gf_drawlist *list,
                       struct gf_error *err)
{
    uint32_t max = (uint32_t)r->gl->max_size;
    if (list->width == 0 || list->height == 0)
        return gf_fail(err, GF_ERR_USAGE, "a picture of %u x %u has no pixels", list->width,
                       list->height);
    if (list->width > max || list->height > max)
        return gf_fail(err, GF_ERR_LIMIT,
                       "a picture of %u x %u is larger than the driver draws at once (%u)",
                       list->width, list->height, max);
    const struct gf_strips *s = &list->strips;
    if (s->columns > max || s->rows > max || s->row_height > max)
        return gf_fail(err, GF_ERR_LIMIT, "strips of %u x %u are larger than the driver takes (%u)",
                       s->columns, s->rows, max);
    return true;
}

static bool use_target(struct gf_renderer *r, uint32_t width, uint32_t height, struct gf_error *err)
{
    if (!r->framebuffer) {
        glGenFramebuffers(1, &r->framebuffer);
        glGenRenderbuffers(1, &r->renderbuffer);
    }
    glBindFramebuffer(GL_FRAMEBUFFER, r->framebuffer);
    if (r->width == width && r->height == height)
        return true;
    r->width = r->height = 0;
    glBindRenderbuffer(GL_RENDERBUFFER, r->renderbuffer);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, (GLsizei)width, (GLsizei)height);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER,
                              r->renderbuffer);
    if (!gf_gl_check(r->gl, "making a target", err))
        return false;
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
        return gf_fail(err, GF_ERR_GL, "OpenGL (%s) refuses a target of %u x %u", r->gl->renderer,
                       width, height);
    r->width = width;
    r->height = height;
    return true;
}

void gf_renderer_use(struct gf_renderer *r, enum gf_renderer_path path)
{
    r->path = path;
}

static bool composes(const struct gf_renderer *r)
{
    return r->path == GF_RENDERER_AUTO ? r->gl->software : r->path == GF_RENDERER_COMPOSED;
}

/* Draws to the framebuffer object `target`, or with 0 to the window's. */
static bool draw_to(struct gf_renderer *r, const struct gf_drawlist *list, GLuint target,
                    struct gf_error *err)
{
    if (composes(r))
        return gf_present_draw(&r->present, r->gl, r->text, list, target, err);
    glBindFramebuffer(GL_FRAMEBUFFER, target);
    return draw(r, list, target != 0, err);
}

bool gf_renderer_draw(struct gf_renderer *r, const struct gf_drawlist *list, struct gf_error *err)
{
    return check_size(r, list, err) && draw_to(r, list, 0, err) &&
           gf_gl_check(r->gl, "drawing", err);
}

bool gf_renderer_draw_offscreen(struct gf_renderer *r, const struct gf_drawlist *list,
                                struct gf_error *err)
{
    if (!check_size(r, list, err) || !use_target(r, list->width, list->height, err) ||
        !draw_to(r, list, r->framebuffer, err))
        return false;
    glFinish();
    return gf_gl_check(r->gl, "drawing", err);
}

/* Reads the target back in four bytes a pixel, as it is stored, and drops the fourth: drivers take
 * several times as long to do that. */
static bool read_rgb(struct gf_renderer *r, const struct gf_drawlist *list, uint8_t *rgb,
                     struct gf_error *err)
{
    uint32_t step = READ_PIXELS / list->width + 1;
    if (!gf_grow(&r->pixels, &r->pixels_cap, (size_t)step * list->width, err))
        return false;
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    for (uint32_t y = 0; y < list->height; y += step) {
        uint32_t rows = list->height - y < step ? list->height - y : step;
        size_t n = (size_t)rows * list->width;
        glReadPixels(0, (GLint)y, (GLsizei)list->width, (GLsizei)rows, GL_RGBA, GL_UNSIGNED_BYTE,
                     r->pixels);
        gf_pack_rgb(r->pixels, n, rgb);
        rgb += n * 3;
    }
    return true;
}

bool gf_renderer_draw_to_rgb(struct gf_renderer *r, const struct gf_drawlist *list, uint8_t *rgb,
                             struct gf_error *err)
{
    if (!check_size(r, list, err))
        return false;
    if (composes(r))
        return gf_present_rgb(&r->present, r->text, list, rgb, err);
    return use_target(r, list->width, list->height, err) && draw_to(r, list, r->framebuffer, err) &&
           read_rgb(r, list, rgb, err) && gf_gl_check(r->gl, "reading the picture back", err);
}
