#include "gl/context_glfw.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "gl/internal.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

struct gf_window {
    struct gf_gl gl;
    GLFWwindow *glfw;
    GLFWcursor *cursors[GF_CURSORS];
    enum gf_cursor cursor;
    unsigned mods; /* as of the last key or button: scroll events bring none */
    struct gf_event *events;
    size_t first, nevents, events_cap;
    char **paths; /* dropped, freed with the next poll */
    size_t npaths, paths_cap;
    bool fullscreen;
    int x, y, width, height; /* before it was full-screen */
};

static_assert(GF_KEY_ESCAPE == GLFW_KEY_ESCAPE && GF_KEY_END == GLFW_KEY_END &&
                  GF_KEY_LEFT == GLFW_KEY_LEFT && GF_KEY_F1 == GLFW_KEY_F1 &&
                  GF_KEY_KP_0 == GLFW_KEY_KP_0 && GF_KEY_KP_ENTER == GLFW_KEY_KP_ENTER &&
                  GF_KEY_MENU == GLFW_KEY_MENU,
              "keys are passed on as they are");
static_assert(GF_MOD_SHIFT == GLFW_MOD_SHIFT && GF_MOD_CONTROL == GLFW_MOD_CONTROL &&
                  GF_MOD_ALT == GLFW_MOD_ALT && GF_MOD_SUPER == GLFW_MOD_SUPER,
              "modifiers are passed on as they are");

/* ---- events ---- */

/* An event that memory has no room for is lost; the next one tells as well what there is to draw.
 */
static void push(struct gf_window *w, struct gf_event event)
{
    if (w->nevents > 0) {
        struct gf_event *last = &w->events[w->nevents - 1];
        if (event.type == GF_EVENT_CURSOR && last->type == GF_EVENT_CURSOR &&
            w->nevents > w->first) {
            *last = event; /* only the last of a run of moves matters */
            return;
        }
    }
    if (gf_grow(&w->events, &w->events_cap, w->nevents + 1, NULL))
        w->events[w->nevents++] = event;
}

static struct gf_window *window_of(GLFWwindow *glfw)
{
    return glfwGetWindowUserPointer(glfw);
}

/* Screen coordinates to device pixels: they differ where the system scales windows itself. */
static void to_pixels(GLFWwindow *glfw, double *x, double *y)
{
    int ww, wh, fw, fh;
    glfwGetWindowSize(glfw, &ww, &wh);
    glfwGetFramebufferSize(glfw, &fw, &fh);
    if (ww > 0 && wh > 0) {
        *x *= (double)fw / ww;
        *y *= (double)fh / wh;
    }
}

static struct gf_event at_pointer(GLFWwindow *glfw, enum gf_event_type type)
{
    struct gf_event e = {.type = type, .mods = window_of(glfw)->mods};
    glfwGetCursorPos(glfw, &e.x, &e.y);
    to_pixels(glfw, &e.x, &e.y);
    return e;
}

static void on_key(GLFWwindow *glfw, int key, int scancode, int action, int mods)
{
    (void)scancode;
    struct gf_window *w = window_of(glfw);
    /* The state before a modifier's own press or release is reported: correct it. */
    unsigned self = key == GLFW_KEY_LEFT_SHIFT || key == GLFW_KEY_RIGHT_SHIFT       ? GF_MOD_SHIFT
                    : key == GLFW_KEY_LEFT_CONTROL || key == GLFW_KEY_RIGHT_CONTROL ? GF_MOD_CONTROL
                    : key == GLFW_KEY_LEFT_ALT || key == GLFW_KEY_RIGHT_ALT         ? GF_MOD_ALT
                    : key == GLFW_KEY_LEFT_SUPER || key == GLFW_KEY_RIGHT_SUPER     ? GF_MOD_SUPER
                                                                                    : 0;
    w->mods = ((unsigned)mods & 15u & ~self) | (action == GLFW_RELEASE ? 0 : self);
    push(w, (struct gf_event){.type = GF_EVENT_KEY,
                              .key = key,
                              .mods = w->mods,
                              .down = action != GLFW_RELEASE,
                              .repeat = action == GLFW_REPEAT});
}

static void on_char(GLFWwindow *glfw, unsigned codepoint)
{
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_CHAR, .codepoint = codepoint});
}

static void on_button(GLFWwindow *glfw, int button, int action, int mods)
{
    window_of(glfw)->mods = (unsigned)mods & 15u;
    struct gf_event e = at_pointer(glfw, GF_EVENT_BUTTON);
    e.button = button;
    e.down = action == GLFW_PRESS;
    push(window_of(glfw), e);
}

static void on_cursor(GLFWwindow *glfw, double x, double y)
{
    to_pixels(glfw, &x, &y);
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_CURSOR, .x = x, .y = y});
}

static void on_enter(GLFWwindow *glfw, int entered)
{
    if (!entered)
        push(window_of(glfw), (struct gf_event){.type = GF_EVENT_LEAVE});
}

static void on_scroll(GLFWwindow *glfw, double dx, double dy)
{
    struct gf_event e = at_pointer(glfw, GF_EVENT_SCROLL);
    e.dx = dx;
    e.dy = dy;
    push(window_of(glfw), e);
}

static void on_resize(GLFWwindow *glfw, int width, int height)
{
    push(window_of(glfw),
         (struct gf_event){.type = GF_EVENT_RESIZE, .width = width, .height = height});
}

static void on_scale(GLFWwindow *glfw, float x, float y)
{
    (void)y;
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_SCALE, .scale = x});
}

static void on_refresh(GLFWwindow *glfw)
{
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_REFRESH});
}

static void on_focus(GLFWwindow *glfw, int focused)
{
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_FOCUS, .down = focused});
}

static void on_close(GLFWwindow *glfw)
{
    glfwSetWindowShouldClose(glfw, GLFW_FALSE);
    push(window_of(glfw), (struct gf_event){.type = GF_EVENT_CLOSE});
}

static void on_drop(GLFWwindow *glfw, int count, const char **paths)
{
    struct gf_window *w = window_of(glfw);
    for (int i = 0; i < count; i++) {
        if (!gf_grow(&w->paths, &w->paths_cap, w->npaths + 1, NULL))
            return;
        char *copy = strdup(paths[i]);
        if (!copy)
            return;
        w->paths[w->npaths++] = copy;
        push(w, (struct gf_event){.type = GF_EVENT_DROP, .path = copy});
    }
}

static void watch(struct gf_window *w)
{
    glfwSetWindowUserPointer(w->glfw, w);
    glfwSetKeyCallback(w->glfw, on_key);
    glfwSetCharCallback(w->glfw, on_char);
    glfwSetMouseButtonCallback(w->glfw, on_button);
    glfwSetCursorPosCallback(w->glfw, on_cursor);
    glfwSetCursorEnterCallback(w->glfw, on_enter);
    glfwSetScrollCallback(w->glfw, on_scroll);
    glfwSetFramebufferSizeCallback(w->glfw, on_resize);
    glfwSetWindowContentScaleCallback(w->glfw, on_scale);
    glfwSetWindowRefreshCallback(w->glfw, on_refresh);
    glfwSetWindowFocusCallback(w->glfw, on_focus);
    glfwSetWindowCloseCallback(w->glfw, on_close);
    glfwSetDropCallback(w->glfw, on_drop);
}

/* Makes room in front, and frees the paths of events that were all taken. */
static void begin_events(struct gf_window *w)
{
    size_t left = w->nevents - w->first;
    if (left > 0)
        memmove(w->events, w->events + w->first, left * sizeof *w->events);
    w->first = 0;
    w->nevents = left;
    if (left > 0)
        return;
    for (size_t i = 0; i < w->npaths; i++)
        free(w->paths[i]);
    w->npaths = 0;
}

void gf_window_poll(struct gf_window *w)
{
    begin_events(w);
    glfwPollEvents();
}

void gf_window_wait(struct gf_window *w, double seconds)
{
    begin_events(w);
    if (w->nevents > 0)
        glfwPollEvents();
    else if (seconds < 0)
        glfwWaitEvents();
    else if (seconds > 0)
        glfwWaitEventsTimeout(seconds);
    else
        glfwPollEvents();
}

/* Whether GLFW, which is one for the whole process, has been set up: its own flag may only be asked
 * by the thread that did it. */
static atomic_bool glfw_ready;

void gf_window_wake(void)
{
    if (atomic_load(&glfw_ready))
        glfwPostEmptyEvent();
}

bool gf_window_next(struct gf_window *w, struct gf_event *event)
{
    if (w->first == w->nevents)
        return false;
    *event = w->events[w->first++];
    return true;
}

/* ---- the window ---- */

static bool fail_glfw(struct gf_error *err, const char *what, const char *advice)
{
    const char *message = NULL;
    glfwGetError(&message);
    return gf_fail(err, GF_ERR_GL, "%s: %s%s", what, message ? message : "no reason given", advice);
}

/* GLFW 3.4 asks for a Wayland compositor first. Where it cannot even be asked for, the library for
 * that writes to standard error. */
static void choose_platform(void)
{
#ifdef GLFW_PLATFORM
    if (!getenv("XDG_RUNTIME_DIR") && !getenv("WAYLAND_SOCKET"))
        glfwInitHint(GLFW_PLATFORM, GLFW_PLATFORM_X11);
#endif
}

bool gf_window_open(const struct gf_window_params *params, struct gf_window **out,
                    struct gf_error *err)
{
    *out = NULL;
    struct gf_window *w = calloc(1, sizeof *w);
    if (!w)
        return gf_fail_nomem(err, sizeof *w);
    choose_platform();
    if (!glfwInit()) {
        free(w);
        return fail_glfw(err, "no display for a window", " (render draws to a file without one)");
    }
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "gigaflame");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "gigaflame");
    w->glfw = glfwCreateWindow(params->width > 0 ? params->width : 1280,
                               params->height > 0 ? params->height : 800,
                               params->title ? params->title : "gigaflame", NULL, NULL);
    if (!w->glfw) {
        fail_glfw(err, "no window with OpenGL 3.3",
                  "; Mesa's software renderer will do: install libgl1-mesa-dri");
        goto fail;
    }
    glfwMakeContextCurrent(w->glfw);
    if (!gf_gl_attach(&w->gl, (GLADloadfunc)glfwGetProcAddress, err))
        goto fail;
    glfwSwapInterval(params->no_vsync ? 0 : 1);
    watch(w);
    atomic_store(&glfw_ready, true);
    *out = w;
    return true;
fail:
    if (w->glfw)
        glfwDestroyWindow(w->glfw);
    glfwTerminate();
    free(w);
    return false;
}

void gf_window_close(struct gf_window *w)
{
    if (!w)
        return;
    atomic_store(&glfw_ready, false);
    for (int i = 0; i < GF_CURSORS; i++) {
        if (w->cursors[i])
            glfwDestroyCursor(w->cursors[i]);
    }
    glfwDestroyWindow(w->glfw);
    glfwTerminate();
    for (size_t i = 0; i < w->npaths; i++)
        free(w->paths[i]);
    free(w->paths);
    free(w->events);
    free(w);
}

struct gf_gl *gf_window_gl(struct gf_window *w)
{
    return &w->gl;
}

void gf_window_show(struct gf_window *w)
{
    glfwShowWindow(w->glfw);
}

void gf_window_make_current(struct gf_window *w)
{
    glfwMakeContextCurrent(w->glfw);
}

void gf_window_swap(struct gf_window *w)
{
    glfwSwapBuffers(w->glfw);
}

void gf_window_vsync(struct gf_window *w, bool on)
{
    (void)w;
    glfwSwapInterval(on ? 1 : 0);
}

void gf_window_size(const struct gf_window *w, int *width, int *height)
{
    glfwGetFramebufferSize(w->glfw, width, height);
}

float gf_window_scale(const struct gf_window *w)
{
    float x = 1, y = 1;
    glfwGetWindowContentScale(w->glfw, &x, &y);
    return x > 0 ? x : 1;
}

void gf_window_title(struct gf_window *w, const char *title)
{
    glfwSetWindowTitle(w->glfw, title);
}

/* The monitor that shows most of the window. */
static GLFWmonitor *monitor_of(GLFWwindow *glfw)
{
    int x, y, width, height, n = 0;
    glfwGetWindowPos(glfw, &x, &y);
    glfwGetWindowSize(glfw, &width, &height);
    GLFWmonitor **monitors = glfwGetMonitors(&n);
    GLFWmonitor *best = NULL;
    int64_t best_area = -1;
    for (int i = 0; i < n; i++) {
        int mx, my;
        const GLFWvidmode *mode = glfwGetVideoMode(monitors[i]);
        if (!mode)
            continue;
        glfwGetMonitorPos(monitors[i], &mx, &my);
        int64_t x0 = x > mx ? x : mx, y0 = y > my ? y : my;
        int64_t x1 = x + width < mx + mode->width ? x + width : mx + mode->width;
        int64_t y1 = y + height < my + mode->height ? y + height : my + mode->height;
        int64_t area = x1 > x0 && y1 > y0 ? (x1 - x0) * (y1 - y0) : 0;
        if (area > best_area) {
            best = monitors[i];
            best_area = area;
        }
    }
    return best;
}

void gf_window_fullscreen(struct gf_window *w, bool on)
{
    if (w->fullscreen == on)
        return;
    if (on) {
        GLFWmonitor *monitor = monitor_of(w->glfw);
        const GLFWvidmode *mode = monitor ? glfwGetVideoMode(monitor) : NULL;
        if (!mode)
            return;
        glfwGetWindowPos(w->glfw, &w->x, &w->y);
        glfwGetWindowSize(w->glfw, &w->width, &w->height);
        glfwSetWindowMonitor(w->glfw, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else {
        glfwSetWindowMonitor(w->glfw, NULL, w->x, w->y, w->width, w->height, GLFW_DONT_CARE);
    }
    w->fullscreen = on;
}

bool gf_window_is_fullscreen(const struct gf_window *w)
{
    return w->fullscreen;
}

void gf_window_clipboard_set(struct gf_window *w, const char *text)
{
    glfwSetClipboardString(w->glfw, text);
}

const char *gf_window_clipboard(struct gf_window *w)
{
    return glfwGetClipboardString(w->glfw);
}

void gf_window_cursor(struct gf_window *w, enum gf_cursor cursor)
{
    static const int shapes[GF_CURSORS] = {[GF_CURSOR_ARROW] = GLFW_ARROW_CURSOR,
                                           [GF_CURSOR_HAND] = GLFW_HAND_CURSOR,
                                           [GF_CURSOR_TEXT] = GLFW_IBEAM_CURSOR,
                                           [GF_CURSOR_PAN] = GLFW_HRESIZE_CURSOR,
                                           [GF_CURSOR_CROSS] = GLFW_CROSSHAIR_CURSOR};
    if (w->cursor == cursor)
        return;
    /* A shape that the system lacks stays NULL, which is its arrow. */
    if (!w->cursors[cursor])
        w->cursors[cursor] = glfwCreateStandardCursor(shapes[cursor]);
    glfwSetCursor(w->glfw, w->cursors[cursor]);
    w->cursor = cursor;
}
