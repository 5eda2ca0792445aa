/* A window while it is open: what window.c, session_work.c and session_files.c share. Internal to
 * ui/. */
#ifndef GF_UI_SESSION_H
#define GF_UI_SESSION_H

#include "gl/renderer.h"
#include "ui/input.h"
#include "ui/reading.h"
#include "ui/script.h"
#include "ui/view.h"

/* Files are looked at this often. */
#define GF_LOOK_SECONDS 2.0

/* Jobs of the workers. */
enum {
    GF_JOB_SEARCH = 1,
    GF_JOB_TABLE,
    GF_JOB_SAVE,
    GF_JOB_LENS,
    GF_JOB_INDEX,
    GF_JOB_NARROW,
    GF_JOB_SIDES,
    GF_JOB_COMPARE,
    GF_JOB_COLORS,
    GF_JOB_NAMES,
    GF_JOB_FILES,
    GF_JOB_WATCH,
    GF_JOB_MARKS
};

/* The threads that do them. */
enum gf_working {
    GF_NARROWER, /* the last narrowing is the only one wanted */
    GF_DERIVER,  /* as is the last lens */
    GF_COLORER,  /* colours, which wait for nothing */
    GF_WORKER,   /* everything else */
    GF_LISTER,   /* the last look at names of files: they may be far away */
    GF_FINDER,   /* files that are to be read */
    GF_SEARCHER, /* the last search, and its marks */
    GF_WATCHER,  /* looking at what was read: that may be far away, and nobody waits for it */
    GF_WORKERS
};

struct gf_session {
    const struct gf_view_params *params;
    struct gf_window *window;
    struct gf_text *text;
    struct gf_renderer *renderer;
    struct gf_reading *reading;
    /* A comparison; scenes are held, NULL where there are none. */
    struct gf_scene *before;      /* what the reading is compared with */
    struct gf_scene *next_before; /* what takes its place with the next differential */
    struct gf_scene *after;       /* read, and waiting for what it is compared with */
    bool base_due;                /* which is to be read next */
    bool reading_base;            /* or is being read */
    bool compared;                /* a differential is or was shown */
    bool again;                   /* it reads again: what is shown stays until all is there */
    bool finding;                 /* the files of that are being looked for */
    bool comparing;               /* to compare them with what was read */
    bool watching;                /* the files are being looked at */
    double looked_at;             /* when that was last begun */
    struct gf_worker *workers[GF_WORKERS];
    struct gf_measure measure;
    struct gf_app app;
    struct gf_screen screen;
    struct gf_input input;
    struct gf_script script;
    bool shown, shot;
};

/* ---- session_work.c ---- */

bool gf_session_start_work(struct gf_session *s, struct gf_error *err);
/* Cancels everything and waits for the threads. False when one of those that ask the file system
 * would not end: it is left to the end of the process. */
bool gf_session_end_work(struct gf_session *s);
/* Hands a job (NULL: there was no memory for it) to a worker, `instead` of what it is at. */
void gf_session_submit(struct gf_session *s, enum gf_working who, struct gf_job *job, bool instead);
/* Takes in what has been done, stops what is not wanted any more and begins what is wished for. */
void gf_session_work(struct gf_session *s);
bool gf_session_is_working(struct gf_session *s);

/* ---- session_files.c ---- */

/* Watches `load`, which it takes over, also on failure. */
bool gf_session_start(struct gf_session *s, struct gf_load *load, struct gf_error *err);
/* Takes over what the loader has. False when the first load failed. */
bool gf_session_follow_load(struct gf_session *s, struct gf_error *err);
/* Has the files found that are to be read: all again, with those that were dropped, or only those.
 */
void gf_session_find(struct gf_session *s);
/* Reads what was found. */
void gf_session_read(struct gf_session *s, struct gf_job *job);
/* Lets go of everything that is or was to be compared. */
void gf_session_end_comparison(struct gf_session *s);
/* Takes over what a comparison made. */
void gf_session_compared(struct gf_session *s, struct gf_job *job);
/* Has it looked at now and then whether the files have changed. */
void gf_session_follow_files(struct gf_session *s);
/* Takes over what was seen of them. */
void gf_session_seen_files(struct gf_session *s, const struct gf_job *job);

#endif
