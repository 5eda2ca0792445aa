/* OpenGL 3.3 core contexts: off-screen through EGL (device platform, then surfaceless), never GLFW
 * and never a display; the window's is made in context_glfw.c.
 *
 * A context belongs to the thread that opened it. One off-screen context at a time: EGL shares what
 * is behind a device within a process, and closing one gives that back. */
#ifndef GF_GL_CONTEXT_H
#define GF_GL_CONTEXT_H

#include <stdbool.h>

#include "base/error.h"

struct gf_gl;

/* Makes a context current on the calling thread: on a GPU where one can be had, else Mesa's
 * software renderer. Fails with GF_ERR_GL and what to install. */
bool gf_gl_open_headless(struct gf_gl **out, struct gf_error *err);
/* Closes what gf_gl_open_headless opened, on the same thread. Accepts NULL. */
void gf_gl_close(struct gf_gl *gl);

/* "llvmpipe (LLVM 15.0.6, 256 bits)", "4.5 (Core Profile) Mesa 22.3.6". */
const char *gf_gl_renderer_name(const struct gf_gl *gl);
const char *gf_gl_version(const struct gf_gl *gl);
bool gf_gl_is_software(const struct gf_gl *gl);
/* Largest side of an off-screen target. */
int gf_gl_max_size(const struct gf_gl *gl);

#endif
