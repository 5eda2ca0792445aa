/* What the files of src/gl share. */
#ifndef GF_GL_INTERNAL_H
#define GF_GL_INTERNAL_H

#include <glad/gl.h>

#include "gl/context.h"

/* A current context, whoever made it: `close` gives back what its maker holds. */
struct gf_gl {
    char renderer[128];
    char version[128];
    char trouble[256]; /* the driver's last error message (KHR_debug), or empty */
    bool software;
    int max_size;
    void *display, *context; /* EGL; NULL for a window's */
};

/* Loads the functions of the context that is current, checks that it is OpenGL 3.3 or better, and
 * fills all but display and context. The driver writes its messages to `gl` until the context is
 * destroyed. */
bool gf_gl_attach(struct gf_gl *gl, GLADloadfunc load, struct gf_error *err);

/* False with GF_ERR_GL when OpenGL has reported an error since the last call; `what` was done. */
bool gf_gl_check(struct gf_gl *gl, const char *what, struct gf_error *err);

/* Compiles and links two embedded shaders. False with GF_ERR_GL and the compiler's log. */
bool gf_gl_program(struct gf_gl *gl, const char *name, const unsigned char *vert,
                   const unsigned char *frag, GLuint *program, struct gf_error *err);

#endif
