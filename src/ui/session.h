/* A window while it is open: what window.c and session_files.c share. Internal to ui/. */
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
    GF_JOB_SEARCH,
    GF_JOB_TABLE,
    GF_JOB_SAVE,
    GF_JOB_LENS,
    GF_JOB_INDEX,
    GF_JOB_NARROW,
    GF_JOB_SIDES,
    GF_JOB_COMPARE,
    GF_JOB_COLORS
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
    double looked_at;             /* when the files were last looked at */
    struct gf_worker *searcher;   /* the last search is the only one wanted */
    struct gf_worker *narrower;   /* as is the last narrowing */
    struct gf_worker *deriver;    /* and the last lens */
    struct gf_worker *colorer;    /* colours, which wait for nothing */
    struct gf_worker *worker;     /* everything else */
    struct gf_measure measure;
    struct gf_app app;
    struct gf_screen screen;
    struct gf_input input;
    struct gf_script script;
    bool shown, shot;
};

/* Hands a job (NULL: there was no memory for it) to a worker. */
void gf_session_submit(struct gf_worker *worker, struct gf_job *job, bool instead);

/* Watches `load`, which it takes over, also on failure. */
bool gf_session_start(struct gf_session *s, struct gf_load *load, struct gf_error *err);
/* Takes over what the loader has. False when the first load failed. */
bool gf_session_follow_load(struct gf_session *s, struct gf_error *err);
/* Reads everything again, with the files that were dropped, or only those. */
void gf_session_read(struct gf_session *s);
/* Lets go of everything that is or was to be compared. */
void gf_session_end_comparison(struct gf_session *s);
/* Takes over what a comparison made. */
void gf_session_compared(struct gf_session *s, struct gf_job *job);
/* Looks now and then whether the files have changed. */
void gf_session_follow_files(struct gf_session *s);

#endif
