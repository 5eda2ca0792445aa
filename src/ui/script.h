/* A scripted session: what a person would do, one step a line, so that tests drive the real window.
 *
 *     wait loaded | wait still | wait SECONDS
 *     move X Y | click X Y [right] | drag X0 Y0 X1 Y1 [right|Shift]
 *     wheel X Y NOTCHES [Shift|Ctrl] | leave
 *     key [Ctrl-|Alt-|Shift-]NAME | type TEXT
 *     zoom_to PATH | select PATH          frames of a path: a;b;c below the root
 *     search TEXT                         another search
 *     focus|ignore|hide|show|show-from TEXT | collapse | collapse-all | below N% | undo
 *     drop FILE                           as if it was dropped on the window
 *     open FILE | compare FILE            as if it was typed after Ctrl-O
 *     light | dark | screenshot FILE | state | quit
 *
 * Positions are device pixels. Empty lines and what follows a '#' at the start of a line are
 * skipped. `state` prints the app's state as one line of JSON on standard output. */
#ifndef GF_UI_SCRIPT_H
#define GF_UI_SCRIPT_H

#include "gl/context_glfw.h"
#include "ui/app.h"

enum gf_step_kind {
    GF_STEP_WAIT_LOADED,
    GF_STEP_WAIT_STILL, /* nothing glides, nothing is worked on */
    GF_STEP_WAIT,       /* seconds */
    GF_STEP_EVENT,
    GF_STEP_ACT,
    GF_STEP_ACT_PATH, /* act.node is the frame at `text` */
    GF_STEP_SCREENSHOT,
    GF_STEP_STATE
};

struct gf_step {
    enum gf_step_kind kind;
    struct gf_event event;
    struct gf_act act;
    double seconds;
    char *text; /* owned by the script */
    size_t line;
};

struct gf_script {
    struct gf_step *steps;
    size_t n, cap, at;
    double since; /* when the step at hand was begun; negative: not yet */
};

/* Reads a script; the first line that makes no sense is an error with its number. */
bool gf_script_parse(const char *text, size_t n, struct gf_script *out, struct gf_error *err);
/* As gf_script_parse, of a file of at most a megabyte. */
bool gf_script_read(const char *path, struct gf_script *out, struct gf_error *err);
void gf_script_free(struct gf_script *script);

/* The next step that is due, or NULL while one waits or none is left. `still`: nothing moves and
 * nothing is worked on. */
const struct gf_step *gf_script_next(struct gf_script *script, const struct gf_app *app,
                                     bool still);
bool gf_script_done(const struct gf_script *script);

#endif
