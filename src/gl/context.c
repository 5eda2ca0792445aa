#include "gl/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

static void GLAD_API_PTR on_message(GLenum source, GLenum type, GLuint id, GLenum severity,
                                    GLsizei length, const GLchar *message, const void *user)
{
    (void)source, (void)id, (void)severity;
    /* glDebugMessageCallback hands the pointer through as const. */
    struct gf_gl *gl = (struct gf_gl *)(uintptr_t)user;
    if (type != GL_DEBUG_TYPE_ERROR)
        return;
    size_t n = length < 0 ? strlen(message) : (size_t)length;
    gf_str_escape(gl->trouble, sizeof gl->trouble, message, n);
}

static void copy_string(char *out, size_t cap, GLenum name)
{
    const char *s = (const char *)glGetString(name);
    snprintf(out, cap, "%s", s ? s : "unknown");
}

static bool is_software(const char *renderer)
{
    static const char *const names[] = {"llvmpipe", "softpipe", "swrast", "SwiftShader",
                                        "Software Rasterizer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strstr(renderer, names[i]))
            return true;
    }
    return false;
}

bool gf_gl_attach(struct gf_gl *gl, GLADloadfunc load, struct gf_error *err)
{
    int version = gladLoadGL(load);
    if (version == 0)
        return gf_fail(err, GF_ERR_GL, "the driver's OpenGL functions can't be loaded");
    copy_string(gl->renderer, sizeof gl->renderer, GL_RENDERER);
    copy_string(gl->version, sizeof gl->version, GL_VERSION);
    if (!GLAD_GL_VERSION_3_3)
        return gf_fail(err, GF_ERR_GL, "OpenGL 3.3 is needed, but %s offers %s", gl->renderer,
                       gl->version);
    gl->software = is_software(gl->renderer);

    GLint texture = 0, target = 0, viewport[2] = {0, 0};
    glGetIntegerv(GL_MAX_TEXTURE_SIZE, &texture);
    glGetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &target);
    glGetIntegerv(GL_MAX_VIEWPORT_DIMS, viewport);
    gl->max_size = texture < target ? texture : target;
    for (int i = 0; i < 2; i++) {
        if (viewport[i] < gl->max_size)
            gl->max_size = viewport[i];
    }
    if (gl->max_size > INT16_MAX)
        gl->max_size = INT16_MAX; /* what a struct gf_rect can say */

    if (GLAD_GL_KHR_debug) {
        glEnable(GL_DEBUG_OUTPUT);
        glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
        glDebugMessageCallback(on_message, gl);
    }
    return true;
}

static const char *error_name(GLenum e)
{
    switch (e) {
    case GL_INVALID_ENUM:
        return "invalid enum";
    case GL_INVALID_VALUE:
        return "invalid value";
    case GL_INVALID_OPERATION:
        return "invalid operation";
    case GL_INVALID_FRAMEBUFFER_OPERATION:
        return "incomplete framebuffer";
    case GL_OUT_OF_MEMORY:
        return "out of graphics memory";
    default:
        return "unknown error";
    }
}

bool gf_gl_check(struct gf_gl *gl, const char *what, struct gf_error *err)
{
    GLenum first = glGetError();
    if (first == GL_NO_ERROR)
        return true;
    /* The rest of what piled up; a lost context may report without end. */
    for (int i = 0; i < 16 && glGetError() != GL_NO_ERROR; i++)
        continue;
    gf_fail(err, GF_ERR_GL, "OpenGL (%s): %s: %s%s%s", gl->renderer, what, error_name(first),
            gl->trouble[0] ? ": " : "", gl->trouble);
    gl->trouble[0] = 0;
    return false;
}

static bool compile(struct gf_gl *gl, const char *name, GLenum type, const unsigned char *source,
                    GLuint *out, struct gf_error *err)
{
    const GLchar *text = (const GLchar *)source;
    GLuint shader = glCreateShader(type);
    glShaderSource(shader, 1, &text, NULL);
    glCompileShader(shader);
    GLint ok = GL_FALSE;
    glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (!ok) {
        char log[256] = "";
        glGetShaderInfoLog(shader, sizeof log, NULL, log);
        glDeleteShader(shader);
        return gf_fail(err, GF_ERR_GL, "OpenGL (%s): shader %s.%s: %s", gl->renderer, name,
                       type == GL_VERTEX_SHADER ? "vert" : "frag", log);
    }
    *out = shader;
    return true;
}

bool gf_gl_program(struct gf_gl *gl, const char *name, const unsigned char *vert,
                   const unsigned char *frag, GLuint *program, struct gf_error *err)
{
    GLuint v = 0, f = 0;
    bool ok = false;
    if (!compile(gl, name, GL_VERTEX_SHADER, vert, &v, err) ||
        !compile(gl, name, GL_FRAGMENT_SHADER, frag, &f, err))
        goto out;
    GLuint p = glCreateProgram();
    glAttachShader(p, v);
    glAttachShader(p, f);
    glLinkProgram(p);
    GLint linked = GL_FALSE;
    glGetProgramiv(p, GL_LINK_STATUS, &linked);
    if (!linked) {
        char log[256] = "";
        glGetProgramInfoLog(p, sizeof log, NULL, log);
        glDeleteProgram(p);
        gf_fail(err, GF_ERR_GL, "OpenGL (%s): shaders %s: %s", gl->renderer, name, log);
        goto out;
    }
    *program = p;
    ok = true;
out:
    glDeleteShader(v); /* 0 is ignored; an attached one goes with its program */
    glDeleteShader(f);
    return ok;
}

const char *gf_gl_renderer_name(const struct gf_gl *gl)
{
    return gl->renderer;
}

const char *gf_gl_version(const struct gf_gl *gl)
{
    return gl->version;
}

bool gf_gl_is_software(const struct gf_gl *gl)
{
    return gl->software;
}

int gf_gl_max_size(const struct gf_gl *gl)
{
    return gl->max_size;
}
