#include "gl/present.h"

#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/system.h"
#include "base/vec.h"

/* From here on a second thread does more work than starting it costs. */
#define PIXELS_PER_THREAD (1u << 19)
/* More of them only wait for memory. */
#define THREADS_MAX 4

void gf_present_free(struct gf_present *p)
{
    glDeleteFramebuffers(1, &p->framebuffer);
    glDeleteTextures(1, &p->texture);
    gf_surface_free(&p->surface);
    free(p->band);
    *p = (struct gf_present){0};
}

/* Makes the texture for the picture. Off-screen targets have its format, so that Mesa copies
 * between the two by moving memory; a window of X is BGRA, and goes through a shader. (A texture
 * filled as GL_BGRA is stored as RGBA all the same, and its upload takes five times as long.) */
static bool make_texture(struct gf_present *p, struct gf_gl *gl, uint32_t width, uint32_t height,
                         struct gf_error *err)
{
    if (!p->texture) {
        glGenTextures(1, &p->texture);
        glGenFramebuffers(1, &p->framebuffer);
    }
    glBindTexture(GL_TEXTURE_2D, p->texture);
    if (p->width == width && p->height == height)
        return true;
    p->width = p->height = 0;
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, (GLsizei)width, (GLsizei)height, 0, GL_RGBA,
                 GL_UNSIGNED_BYTE, NULL);
    glBindFramebuffer(GL_READ_FRAMEBUFFER, p->framebuffer);
    glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, p->texture, 0);
    if (!gf_gl_check(gl, "making a texture for the picture", err))
        return false;
    p->width = width;
    p->height = height;
    return true;
}

bool gf_present_draw(struct gf_present *p, struct gf_gl *gl, struct gf_text *text,
                     const struct gf_drawlist *list, GLuint target, struct gf_error *err)
{
    uint32_t width = list->width, height = list->height, step = gf_surface_band(width);
    bool window = target == 0;
    if (!gf_surface_prepare(&p->surface, text, list, err) ||
        !gf_grow(&p->band, &p->band_cap, (size_t)width * step, err) ||
        !make_texture(p, gl, width, height, err))
        return false;
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    for (uint32_t y = 0; y < height; y += step) {
        uint32_t end = height - y < step ? height : y + step;
        gf_surface_compose(&p->surface, y, end, p->band);
        glTexSubImage2D(GL_TEXTURE_2D, 0, 0, (GLint)y, (GLsizei)width, (GLsizei)(end - y), GL_RGBA,
                        GL_UNSIGNED_BYTE, p->band);
    }
    GLint w = (GLint)width, h = (GLint)height;
    glBindFramebuffer(GL_READ_FRAMEBUFFER, p->framebuffer);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target);
    glBlitFramebuffer(0, 0, w, h, 0, window ? h : 0, w, window ? 0 : h, GL_COLOR_BUFFER_BIT,
                      GL_NEAREST);
    glBindFramebuffer(GL_FRAMEBUFFER, target);
    return true;
}

/* A picture that several threads compose. */
struct composing {
    struct gf_present *present;
    uint8_t *rgb;
    uint32_t width, height, step;
    unsigned parts;
};

static void compose_part(void *ctx, unsigned part)
{
    const struct composing *c = ctx;
    uint32_t *pixels = c->present->band + (size_t)part * c->width * c->step;
    for (uint64_t y = (uint64_t)part * c->step; y < c->height; y += (uint64_t)c->parts * c->step) {
        uint32_t end = c->height - y < c->step ? c->height : (uint32_t)y + c->step;
        size_t n = (size_t)(end - y) * c->width;
        gf_surface_compose(&c->present->surface, (uint32_t)y, end, pixels);
        gf_pack_rgb(pixels, n, c->rgb + (size_t)y * c->width * 3);
    }
}

bool gf_present_rgb(struct gf_present *p, struct gf_text *text, const struct gf_drawlist *list,
                    uint8_t *rgb, struct gf_error *err)
{
    uint64_t shares = (uint64_t)list->width * list->height / PIXELS_PER_THREAD + 1;
    unsigned threads = gf_system_cores() < THREADS_MAX ? gf_system_cores() : THREADS_MAX;
    struct composing c = {.present = p,
                          .rgb = rgb,
                          .width = list->width,
                          .height = list->height,
                          .step = gf_surface_band(list->width),
                          .parts = shares < threads ? (unsigned)shares : threads};
    if (!gf_surface_prepare(&p->surface, text, list, err) ||
        !gf_grow(&p->band, &p->band_cap, (size_t)c.width * c.step * c.parts, err))
        return false;
    gf_parallel(c.parts, c.parts, compose_part, &c);
    return true;
}

void gf_pack_rgb(const uint32_t *pixels, size_t n, uint8_t *rgb)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4, rgb += 12) {
        uint32_t a = pixels[i], b = pixels[i + 1], c = pixels[i + 2], d = pixels[i + 3];
        const uint32_t three[3] = {(a & 0xffffff) | b << 24, (b >> 8 & 0xffff) | c << 16,
                                   (c >> 16 & 0xff) | d << 8};
        memcpy(rgb, three, sizeof three);
    }
    for (; i < n; i++, rgb += 3) {
        rgb[0] = (uint8_t)pixels[i];
        rgb[1] = (uint8_t)(pixels[i] >> 8);
        rgb[2] = (uint8_t)(pixels[i] >> 16);
    }
}
