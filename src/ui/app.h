/* The state of the explorer: plain data, changed by gf_app_do alone. No window and no OpenGL. */
#ifndef GF_UI_APP_H
#define GF_UI_APP_H

#include "layout/layout.h"
#include "model/load.h"
#include "ui/command.h"
#include "ui/lens.h"
#include "ui/names.h"
#include "ui/narrow.h"
#include "ui/pen.h"
#include "ui/scene.h"
#include "ui/search.h"
#include "ui/table.h"

/* A frame and its row; node GF_NO_NODE: none. */
struct gf_spot {
    uint32_t node, depth;
};

/* Where one was: what is seen and the frame that was zoomed to. */
struct gf_place {
    struct gf_view view;
    struct gf_spot focus;
};

enum { GF_HISTORY = 64 };

struct gf_history {
    struct gf_place back[GF_HISTORY], forward[GF_HISTORY]; /* the latest last */
    unsigned nback, nforward;
};

/* A glide from one view to another. */
struct gf_glide {
    bool on;
    double start;
    struct gf_view from, to;
};

/* What the window has to do; it takes and clears these. */
struct gf_wishes {
    bool quit, fullscreen;
    enum gf_copy copy; /* of the selected or else the hovered frame */
    bool mark;         /* find what is marked in dense rows */
    bool search;       /* look in the scene for what has not been looked for */
    bool narrow;       /* make the scene of what the steps leave */
    bool derive;       /* make the scene of the lens, or more of it */
    bool index;        /* make ready for the first lens */
    bool tabulate;     /* make the table of the scene */
    bool sides;        /* make the scene of other widths */
    bool save_png, save_svg, export, export_pprof;
    bool reload;       /* read everything again */
    bool add, compare; /* what was dropped, as soon as nothing is being read */
    bool look_up;      /* what the path that is typed stands for */
    bool paste;        /* the clipboard into the line that is typed */
    bool enough;       /* end the load with what was read */
    bool cancel_load;  /* end it at once */
    bool stop_narrowing, stop_lens, stop_colors; /* nobody wants what these are at */
    int stop_job;                                /* nor this kind; 0: none */
};

/* What goes on beside the drawing, while it takes long. */
struct gf_busy {
    const char *what; /* "Narrowing"; NULL: nothing does */
    double share;     /* that is done; negative: not known */
    uint64_t bytes;   /* written; 0: it does not write */
    bool can_stop;
    int job; /* its kind, a number of the window's; not 0 */
};

/* What drawing took, in seconds, and the longest turn of the loop since it was last told: from
 * waking up until the picture that answers is shown. The window keeps it. */
struct gf_pace {
    uint64_t pictures;
    double last, worst;
    double turn_worst;
};

/* The menu of the selected frame. */
struct gf_menu {
    bool open;
    double x, y; /* beside this */
    int at;      /* the entry that keys are at; -1: none */
};

/* Files that were dropped on the window, while the person is asked what to do with them. */
struct gf_drops {
    char **paths; /* owned */
    size_t n, cap;
    bool asking;
};

enum gf_open_wish { GF_OPEN_NOTHING, GF_OPEN_COMPLETE, GF_OPEN_ADD, GF_OPEN_COMPARE };

/* The path of a file that is being typed (open.h). */
struct gf_opening {
    bool open;
    struct gf_line line;
    char wrong[160];
    struct gf_names *names;   /* owned: what the path was completed to; NULL: nothing yet */
    enum gf_open_wish wanted; /* is looked up; what comes without being wanted is dropped */
};

/* Columns of pixels that are about to fill the width. */
struct gf_band {
    bool on;
    double from, to;
};

/* What stands out in the picture. */
struct gf_marks {
    uint8_t *names;  /* owned, per name, as in struct gf_graph; NULL: nothing does */
    bool keep_fills; /* likewise */
};

struct gf_app {
    const struct gf_measure *measure; /* borrowed */
    char input[256];                  /* names of what is read */
    bool animate;

    struct gf_scene *read;  /* held: what was read; NULL until something was */
    struct gf_scene *base;  /* held: what the narrowing left of it */
    struct gf_scene *scene; /* held: what is shown of it, through the lens */
    struct gf_lens lens;
    uint64_t bases;     /* how many bases there have been: a number for this one */
    uint64_t shown_seq; /* of the lens that `scene` was made for */
    enum gf_derive_kind shown_kind;
    struct gf_sides sides; /* of a differential, as they are wanted */
    bool loading;
    bool stopping; /* the load has been told to end with what was read */
    struct gf_busy busy;
    bool stale; /* files have changed since they were read */
    struct gf_progress progress;

    double now; /* seconds; whoever issues commands sets it first */
    int32_t width, height;
    double scale;      /* device pixels per design pixel */
    double user_scale; /* what of that the person asks for, beside the screen */
    bool dark, inverted, help;
    int32_t help_line;      /* of the help: the first that is shown */
    bool to_dark;           /* the theme that is wanted: `dark` as soon as it can be drawn */
    atomic_uint themes;     /* both, a bit each: jobs make their scenes ready for these */
    struct gf_palette look; /* the colours that are wanted; their theme is not asked */
    bool coloring;          /* they are being made */

    struct gf_view view;
    struct gf_view restored; /* as it was when one came back to the lens; span 0: moved on since */
    struct gf_glide glide;
    struct gf_band band;
    struct gf_menu menu;
    struct gf_drops drops;
    struct gf_opening opening;
    struct gf_spot focus;    /* the frame zoomed to; the root: everything */
    struct gf_spot selected; /* by click or keys */
    struct gf_spot hovered;
    bool pointing; /* the pointer is in the window */
    double x, y;
    struct gf_history history;
    double moved; /* when the view was last moved bit by bit */

    struct gf_narrowing narrow;
    struct gf_searches searches;
    int chip; /* the keyboard's mark: a step, or steps + a search; -1: none */
    struct gf_table table;
    uint32_t picked;       /* a name, or GF_NO_NAME */
    uint32_t picked_row;   /* its place in the table's items, or any other number */
    uint8_t *picked_marks; /* per name, with a 1 for the picked one; NULL: none is */
    struct gf_marks marks; /* that are drawn: those of the picked one, or else of the searches */
    uint64_t marks_serial; /* another one whenever what is to be drawn may be another */

    char toast[320]; /* says what was done; empty: nothing */
    double toast_until;

    struct gf_pace pace;
    struct gf_wishes wishes;
    bool changed; /* the picture is no longer what is shown */
};

/* {0}-initialised by this; `measure` is borrowed. */
void gf_app_init(struct gf_app *app, const struct gf_measure *measure, const char *input);
void gf_app_free(struct gf_app *app);

void gf_app_do(struct gf_app *app, const struct gf_act *act);

/* Moves what glides to its place at time `now`. Returns whether anything still glides: then the
 * next picture is due at once. */
bool gf_app_tick(struct gf_app *app, double now);

/* Takes over what a job made of the lens. */
void gf_app_derived(struct gf_app *app, struct gf_lens_made made);

/* Takes over a newer scene of what is read. What was looked at stays where it is: frames are found
 * again by their names, and the view keeps its hold on the frame under the pointer, or else in the
 * middle. */
void gf_app_adopt(struct gf_app *app, struct gf_scene *scene);

/* Shows what was read as it is; the lens is plain. */
void gf_app_plain(struct gf_app *app);

/* Looks again at what lies under the pointer, after the picture has changed. */
void gf_app_look(struct gf_app *app);

/* Notes how far the load is. */
void gf_app_progress(struct gf_app *app, const struct gf_progress *progress, bool loading);

/* Takes over what a narrowing made; what it made of other steps is dropped. */
void gf_app_narrowed(struct gf_app *app, struct gf_narrowed *made);

/* Takes over what a search found; what it found in another scene is dropped. */
void gf_app_found(struct gf_app *app, struct gf_found *found);
/* Takes over the table of a scene, likewise. */
void gf_app_tabulated(struct gf_app *app, struct gf_functions *functions);

/* Says something for a few seconds. */
void gf_app_toast(struct gf_app *app, const char *text);

/* ---- what follows from the state ---- */

struct gf_panes {
    struct gf_box header, crumbs, chips, minimap, graph, table, status; /* empty: not there */
};
struct gf_panes gf_app_panes(const struct gf_app *app);

const struct gf_theme *gf_app_theme(const struct gf_app *app);

/* The graph as it is drawn now; there must be a scene. */
struct gf_graph gf_app_graph(const struct gf_app *app);

/* All weight that is seen side by side; 0 without a scene. */
uint64_t gf_app_total(const struct gf_app *app);

/* The name that a command is about: the given one, or else that of the row that keys are at in the
 * table, the picked one, or that of the selected or else the hovered frame, or GF_NO_NAME. There
 * must be a scene. */
uint32_t gf_name_at_hand(const struct gf_app *app, uint32_t given);

/* What the picked function weighs; NULL when none is picked or that is not known yet. */
const struct gf_change *gf_app_picked(const struct gf_app *app);

/* Whether keys write into a line. */
bool gf_app_typing(const struct gf_app *app);

/* Per name: the mark of its frames as they are drawn, or 0 (struct gf_graph); NULL when nothing is
 * marked. */
const uint8_t *gf_app_matched(const struct gf_app *app);

/* Device pixels that the rows can be scrolled: from *least, which is 0 but in a sandwich, to *most.
 */
void gf_app_scroll_range(const struct gf_app *app, double *least, double *most);

#endif
