/* The window: an OpenGL 3.3 context on a display, and what the person does to it. The only file
 * that knows GLFW is context_glfw.c.
 *
 * All functions belong to the program's main thread, but gf_window_wake. Positions and sizes are in
 * device pixels of the framebuffer, (0, 0) top left. */
#ifndef GF_GL_CONTEXT_GLFW_H
#define GF_GL_CONTEXT_GLFW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "gl/context.h"

struct gf_window;

struct gf_window_params {
    const char *title;
    int width, height; /* in screen coordinates; 0: 1280 x 800 */
    bool no_vsync;
};

/* Opens a window, hidden until gf_window_show, and makes its context current. Fails with GF_ERR_GL
 * when there is no display or no OpenGL 3.3 on it. One window at a time. */
bool gf_window_open(const struct gf_window_params *params, struct gf_window **out,
                    struct gf_error *err);
/* Accepts NULL. What was made in the context must be gone. */
void gf_window_close(struct gf_window *window);

/* The context, for gf_renderer_create; owned by the window. */
struct gf_gl *gf_window_gl(struct gf_window *window);

/* Shows a window that has its first frame ready. */
void gf_window_show(struct gf_window *window);
void gf_window_make_current(struct gf_window *window);
void gf_window_swap(struct gf_window *window);
/* On: a swap waits for the screen. */
void gf_window_vsync(struct gf_window *window, bool on);
/* 0 x 0 while the window is minimised on some systems. */
void gf_window_size(const struct gf_window *window, int *width, int *height);
/* Device pixels per design pixel: 2 on most 4K screens. */
float gf_window_scale(const struct gf_window *window);
void gf_window_title(struct gf_window *window, const char *title);
/* Fills the screen that the window is on, or goes back to where it was. */
void gf_window_fullscreen(struct gf_window *window, bool on);
bool gf_window_is_fullscreen(const struct gf_window *window);

enum gf_event_type {
    GF_EVENT_KEY,     /* key */
    GF_EVENT_CHAR,    /* codepoint: text typed, after the layout of the keyboard */
    GF_EVENT_BUTTON,  /* button, at x, y */
    GF_EVENT_CURSOR,  /* the pointer is at x, y */
    GF_EVENT_LEAVE,   /* the pointer left the window */
    GF_EVENT_SCROLL,  /* dx, dy in notches, at x, y */
    GF_EVENT_RESIZE,  /* width, height of the framebuffer */
    GF_EVENT_SCALE,   /* scale */
    GF_EVENT_REFRESH, /* the contents are lost: draw again */
    GF_EVENT_FOCUS,   /* down: the window has the keyboard */
    GF_EVENT_DROP,    /* path of one file dropped on the window */
    GF_EVENT_CLOSE    /* the person wants it closed */
};

/* Printable keys are their ASCII capital on a US keyboard ('A', '1', '/'). */
enum gf_key {
    GF_KEY_UNKNOWN = -1,
    GF_KEY_SPACE = 32,
    GF_KEY_ESCAPE = 256,
    GF_KEY_ENTER,
    GF_KEY_TAB,
    GF_KEY_BACKSPACE,
    GF_KEY_INSERT,
    GF_KEY_DELETE,
    GF_KEY_RIGHT,
    GF_KEY_LEFT,
    GF_KEY_DOWN,
    GF_KEY_UP,
    GF_KEY_PAGE_UP,
    GF_KEY_PAGE_DOWN,
    GF_KEY_HOME,
    GF_KEY_END,
    GF_KEY_F1 = 290,   /* F1..F12 follow one another */
    GF_KEY_KP_0 = 320, /* the number pad's digits follow one another */
    GF_KEY_KP_SUBTRACT = 333,
    GF_KEY_KP_ADD = 334,
    GF_KEY_KP_ENTER = 335,
    GF_KEY_MENU = 348
};

#define GF_MOD_SHIFT   1u
#define GF_MOD_CONTROL 2u
#define GF_MOD_ALT     4u
#define GF_MOD_SUPER   8u

enum gf_button {
    GF_BUTTON_LEFT,
    GF_BUTTON_RIGHT,
    GF_BUTTON_MIDDLE,
    GF_BUTTON_BACK,
    GF_BUTTON_FORWARD
};

struct gf_event {
    enum gf_event_type type;
    int key;           /* enum gf_key or a printable key */
    int button;        /* enum gf_button */
    unsigned mods;     /* GF_MOD_*, of KEY, BUTTON and SCROLL */
    bool down, repeat; /* of KEY (repeat: held) and BUTTON */
    uint32_t codepoint;
    double x, y, dx, dy;
    int width, height;
    float scale;
    const char *path; /* valid until the next gf_window_poll or _wait */
};

/* Takes in what happened and returns at once. */
void gf_window_poll(struct gf_window *window);
/* Sleeps until something happens or `seconds` have passed (negative: for ever), then takes it in.
 */
void gf_window_wait(struct gf_window *window, double seconds);
/* Ends a gf_window_wait; from any thread, while the window is open. */
void gf_window_wake(void);
/* The next of the events taken in, oldest first; false when there is none. */
bool gf_window_next(struct gf_window *window, struct gf_event *event);

/* UTF-8 text to and from the clipboard; NULL where it holds none. Owned by the window system until
 * the next call. */
void gf_window_clipboard_set(struct gf_window *window, const char *text);
const char *gf_window_clipboard(struct gf_window *window);

enum gf_cursor {
    GF_CURSOR_ARROW,
    GF_CURSOR_HAND,
    GF_CURSOR_TEXT,
    GF_CURSOR_PAN,   /* things move sideways with it */
    GF_CURSOR_CROSS, /* it marks something */
    GF_CURSORS
};
void gf_window_cursor(struct gf_window *window, enum gf_cursor cursor);

#endif
