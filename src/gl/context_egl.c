#include "gl/internal.h"

#include <stdlib.h>
#include <string.h>

#define EGL_NO_X11
#include <EGL/egl.h>
#include <EGL/eglext.h>

#define DEVICES_MAX 32

/* Why the last attempt failed: told when all have. */
struct attempt {
    const char *step;
    EGLint code;
};

/* Whole words only: one extension's name may begin another's. */
static bool has_extension(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; at && (at = strstr(at, name)); at += n) {
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0))
            return true;
    }
    return false;
}

static const char *egl_error_name(EGLint code)
{
    switch (code) {
    case EGL_NOT_INITIALIZED:
        return "not initialized";
    case EGL_BAD_ALLOC:
        return "out of memory";
    case EGL_BAD_ATTRIBUTE:
        return "bad attribute";
    case EGL_BAD_CONFIG:
        return "bad config";
    case EGL_BAD_MATCH:
        return "bad match";
    case EGL_BAD_PARAMETER:
        return "bad parameter";
    case EGL_SUCCESS:
        return "not offered";
    default:
        return "refused";
    }
}

static EGLContext make_context(EGLDisplay display, EGLConfig config)
{
    static const EGLint attribs[] = {EGL_CONTEXT_MAJOR_VERSION,
                                     3,
                                     EGL_CONTEXT_MINOR_VERSION,
                                     3,
                                     EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                     EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                     EGL_NONE};
    return eglCreateContext(display, config, EGL_NO_CONTEXT, attribs);
}

/* Drawing goes to framebuffer objects, so no surface and no config are wanted. A driver that can't
 * do without a config gets one for pbuffers: the default of EGL_SURFACE_TYPE asks for windows, and
 * finds nothing here. */
static EGLContext any_context(EGLDisplay display, const char *extensions)
{
    EGLContext context = EGL_NO_CONTEXT;
    if (has_extension(extensions, "EGL_KHR_no_config_context") ||
        has_extension(extensions, "EGL_MESA_configless_context"))
        context = make_context(display, EGL_NO_CONFIG_KHR);
    if (context != EGL_NO_CONTEXT)
        return context;
    static const EGLint attribs[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE,
                                     EGL_OPENGL_BIT, EGL_NONE};
    EGLConfig config;
    EGLint n = 0;
    if (!eglChooseConfig(display, attribs, &config, 1, &n) || n == 0)
        return EGL_NO_CONTEXT;
    return make_context(display, config);
}

/* Everything from a display on. Leaves nothing behind when it fails. */
static bool open_display(struct gf_gl *gl, EGLDisplay display, struct attempt *why,
                         struct gf_error *err)
{
    EGLContext context = EGL_NO_CONTEXT;
    *why = (struct attempt){"opening the device", EGL_SUCCESS};
    if (display == EGL_NO_DISPLAY)
        return false;
    if (!eglInitialize(display, NULL, NULL)) {
        why->code = eglGetError();
        return false;
    }
    const char *extensions = eglQueryString(display, EGL_EXTENSIONS);
    why->step = "finding a context without surfaces (EGL_KHR_surfaceless_context)";
    if (!has_extension(extensions, "EGL_KHR_surfaceless_context"))
        goto fail;
    why->step = "binding OpenGL";
    if (!eglBindAPI(EGL_OPENGL_API))
        goto fail_egl;
    why->step = "making an OpenGL 3.3 core context";
    context = any_context(display, extensions);
    if (context == EGL_NO_CONTEXT)
        goto fail_egl;
    why->step = "making the context current";
    if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context))
        goto fail_egl;
    why->step = "loading OpenGL";
    if (!gf_gl_attach(gl, (GLADloadfunc)eglGetProcAddress, err))
        goto fail;
    gl->display = display;
    gl->context = context;
    return true;
fail_egl:
    why->code = eglGetError();
fail:
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (context != EGL_NO_CONTEXT)
        eglDestroyContext(display, context);
    eglTerminate(display);
    return false;
}

/* Tries the devices that are (or are not) hardware, in EGL's order. */
static bool open_devices(struct gf_gl *gl, PFNEGLGETPLATFORMDISPLAYEXTPROC get_display,
                         bool software, struct attempt *why, struct gf_error *err)
{
    PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    PFNEGLQUERYDEVICESTRINGEXTPROC query_string =
        (PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress("eglQueryDeviceStringEXT");
    EGLDeviceEXT devices[DEVICES_MAX];
    EGLint n = 0;
    if (!query || !query_string || !query(DEVICES_MAX, devices, &n))
        return false;
    for (EGLint i = 0; i < n; i++) {
        const char *extensions = query_string(devices[i], EGL_EXTENSIONS);
        if (has_extension(extensions, "EGL_MESA_device_software") != software)
            continue;
        EGLDisplay display = get_display(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL);
        if (open_display(gl, display, why, err))
            return true;
    }
    return false;
}

bool gf_gl_open_headless(struct gf_gl **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_gl *gl = calloc(1, sizeof *gl);
    if (!gl)
        return gf_fail_nomem(err, sizeof *gl);
    const char *client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    /* The core function of EGL 1.5 is not there before a display is; the extension's is. */
    PFNEGLGETPLATFORMDISPLAYEXTPROC get_display =
        (PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress("eglGetPlatformDisplayEXT");
    struct attempt why = {"finding a device", EGL_SUCCESS};
    struct gf_error last = {0};
    bool ok = false;
    if (client && get_display) {
        bool devices = has_extension(client, "EGL_EXT_platform_device");
        bool surfaceless = has_extension(client, "EGL_MESA_platform_surfaceless");
        ok =
            (devices && open_devices(gl, get_display, false, &why, &last)) ||
            (surfaceless &&
             open_display(gl, get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL),
                          &why, &last)) ||
            (devices && open_devices(gl, get_display, true, &why, &last));
    }
    if (ok) {
        *out = gl;
        return true;
    }
    free(gl);
    if (last.code != GF_OK)
        return gf_fail(err, GF_ERR_GL, "no usable OpenGL without a display: %s", last.message);
    return gf_fail(err, GF_ERR_GL,
                   "no OpenGL without a display: %s: %s; Mesa's software renderer will do: install "
                   "libegl1 and libgl1-mesa-dri",
                   why.step, egl_error_name(why.code));
}

void gf_gl_close(struct gf_gl *gl)
{
    if (!gl)
        return;
    eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(gl->display, gl->context);
    eglTerminate(gl->display);
    eglReleaseThread();
    free(gl);
}
