/* What goes on beside the drawing, in a running session: wishes become jobs, and their results
 * state.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ui/colors.h"
#include "ui/compare.h"
#include "ui/copy.h"
#include "ui/marks.h"
#include "ui/open.h"
#include "ui/sandwich.h"
#include "ui/save.h"
#include "ui/screenshot.h"
#include "ui/session.h"
#include "ui/stop.h"

/* Work that takes this long is said. */
#define BUSY_SECONDS 0.15
/* Seconds that one is waited for that asks the file system. */
#define STOP_SECONDS 1.0

bool gf_session_start_work(struct gf_session *s, struct gf_error *err)
{
    for (int i = 0; i < GF_WORKERS; i++)
        if (!gf_worker_start(gf_window_wake, &s->workers[i], err))
            return false;
    return true;
}

/* Whether a worker only asks the file system, which may not answer. */
static bool asks_files(int worker)
{
    return worker == GF_LISTER || worker == GF_FINDER || worker == GF_WATCHER;
}

bool gf_session_end_work(struct gf_session *s)
{
    bool all = true;
    for (int i = 0; i < GF_WORKERS; i++)
        all &= gf_worker_stop(s->workers[i], asks_files(i) ? STOP_SECONDS : -1);
    return all;
}

void gf_session_submit(struct gf_session *s, enum gf_working who, struct gf_job *job, bool instead)
{
    if (job)
        gf_worker_do(s->workers[who], job, instead);
}

static void copy(struct gf_session *s, enum gf_copy what)
{
    char note[160];
    char *text = gf_copy_text(&s->app, what, note, sizeof note);
    if (text)
        gf_window_clipboard_set(s->window, text);
    if (note[0])
        gf_app_toast(&s->app, note);
    free(text);
}

/* Types what the clipboard holds of one line. */
static void paste(struct gf_session *s)
{
    const char *text = gf_window_clipboard(s->window);
    size_t n = text ? strcspn(text, "\r\n") : 0;
    n = n < GF_LINE_BYTES ? n : GF_LINE_BYTES;
    for (size_t at = 0; at < n;) {
        uint32_t cp;
        at += gf_utf8_decode(text + at, n - at, &cp);
        gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_TYPE, .amount = cp});
    }
}

/* The picture is taken here, where OpenGL is, and written beside the drawing. */
static void save(struct gf_session *s, enum gf_save_kind what)
{
    uint8_t *rgb = NULL;
    struct gf_drawlist *list = &s->screen.list;
    struct gf_error err;
    if (what == GF_SAVE_PNG) {
        if (!gf_screen_draw(&s->screen, &s->app, true, &err) ||
            !(rgb = gf_screenshot_take(s->renderer, list, &err))) {
            gf_app_toast(&s->app, err.message);
            return;
        }
        s->app.changed = true; /* what can be clicked is what is shown again */
    }
    gf_session_submit(s, GF_WORKER,
                      gf_save_job(&s->app, what, rgb, list->width, list->height, GF_JOB_SAVE),
                      false);
}

static void take_narrowed(struct gf_session *s, struct gf_job *job)
{
    struct gf_narrowed made = gf_narrow_result(job);
    gf_app_narrowed(&s->app, &made);
}

static void take_sides(struct gf_session *s, struct gf_job *job)
{
    struct gf_error err;
    struct gf_scene *scene = gf_compare_result(job, &err);
    gf_app_sided(&s->app, scene, &err);
}

static void narrow(struct gf_session *s)
{
    struct gf_app *app = &s->app;
    struct gf_job *job = gf_narrow_job(&app->narrow, app->read, &app->look, &app->themes,
                                       app->lens.loaded, GF_JOB_NARROW);
    app->narrow.working = job != NULL;
    app->changed = true;
    gf_session_submit(s, GF_NARROWER, job, true);
}

static void take(struct gf_session *s, struct gf_job *job)
{
    if (job->kind == GF_JOB_SEARCH)
        gf_app_found(&s->app, gf_search_result(job));
    else if (job->kind == GF_JOB_COMPARE)
        gf_session_compared(s, job);
    else if (job->kind == GF_JOB_SIDES)
        take_sides(s, job);
    else if (job->kind == GF_JOB_NARROW)
        take_narrowed(s, job);
    else if (job->kind == GF_JOB_LENS)
        gf_app_derived(&s->app, gf_lens_result(job));
    else if (job->kind == GF_JOB_TABLE)
        gf_app_tabulated(&s->app, gf_table_result(job));
    else if (job->kind == GF_JOB_COLORS)
        gf_app_recolored(&s->app, job);
    else if (job->kind == GF_JOB_NAMES)
        gf_app_looked_up(&s->app, gf_names_result(job));
    else if (job->kind == GF_JOB_FILES)
        gf_session_read(s, job);
    else if (job->kind == GF_JOB_MARKS)
        gf_app_marked(&s->app, job);
    else if (job->kind == GF_JOB_WATCH)
        gf_session_seen_files(s, job);
    else if (job->kind == GF_JOB_SAVE)
        gf_app_toast(&s->app, gf_save_message(job));
    job->free(job);
}

/* Has the searcher look for all that was not found in this scene yet, the active text first. */
static void look_for(struct gf_session *s)
{
    const struct gf_searches *all = &s->app.searches;
    bool instead = true;
    for (unsigned k = 0; k < all->n; k++) {
        const struct gf_search *search = &all->items[(all->active + k) % all->n];
        const struct gf_found *found = search->found;
        if (search->line.n == 0 ||
            (found && found->serial == search->serial && found->scene == s->app.scene))
            continue;
        gf_session_submit(s, GF_SEARCHER, gf_search_job(search, s->app.scene, GF_JOB_SEARCH),
                          instead);
        instead = false;
    }
}

static void grant(struct gf_session *s)
{
    struct gf_wishes *w = &s->app.wishes;
    struct gf_scene *scene = s->app.scene;
    if (scene && w->search)
        look_for(s);
    if (scene && w->mark)
        gf_session_submit(s, GF_SEARCHER, gf_marks_job(&s->app, GF_JOB_MARKS), false);
    if (s->app.read && w->narrow)
        narrow(s);
    if (scene && w->derive)
        gf_session_submit(s, GF_DERIVER, gf_app_lens_job(&s->app, &s->app.look, GF_JOB_LENS), true);
    else if (scene && w->index)
        gf_session_submit(s, GF_DERIVER, gf_lens_index_job(s->app.base, GF_JOB_INDEX), false);
    if (s->app.read && w->sides)
        gf_session_submit(s, GF_WORKER,
                          gf_sides_job(s->app.read, s->app.sides, &s->app.themes, GF_JOB_SIDES),
                          false);
    if (scene && w->tabulate)
        gf_session_submit(s, GF_WORKER, gf_table_job(scene, s->app.base, GF_JOB_TABLE), false);
    if (scene && !s->app.coloring && gf_app_wants_colors(&s->app))
        gf_session_submit(s, GF_COLORER, gf_colors_job(&s->app, GF_JOB_COLORS), false);
    if (scene && w->save_png)
        save(s, GF_SAVE_PNG);
    if (scene && w->save_svg)
        save(s, GF_SAVE_SVG);
    if (scene && w->export)
        save(s, GF_SAVE_FOLDED);
    if (scene && w->export_pprof)
        save(s, GF_SAVE_PPROF);
    if (!s->app.loading && (w->reload || w->add || w->compare))
        gf_session_find(s);
    w->sides = w->derive = w->index = w->narrow = w->search = w->mark = w->tabulate = false;
    w->save_png = w->save_svg = w->export = w->export_pprof = false;
    if (w->fullscreen)
        gf_window_fullscreen(s->window, !gf_window_is_fullscreen(s->window));
    if (w->copy)
        copy(s, w->copy);
    if (w->paste)
        paste(s);
    if (w->look_up)
        gf_session_submit(s, GF_LISTER, gf_open_job(&s->app, GF_JOB_NAMES), true);
    w->look_up = w->paste = false;
    w->fullscreen = false;
    w->copy = GF_COPY_NOTHING;
}

/* What is not wanted any more shall end. */
static void stop_work(struct gf_session *s)
{
    struct gf_wishes *w = &s->app.wishes;
    if (w->stop_narrowing)
        gf_worker_cancel(s->workers[GF_NARROWER], GF_JOB_NARROW);
    if (w->stop_lens)
        gf_worker_cancel(s->workers[GF_DERIVER], GF_JOB_LENS);
    if (w->stop_colors)
        gf_worker_cancel(s->workers[GF_COLORER], GF_JOB_COLORS);
    if (w->stop_job)
        gf_worker_cancel(s->workers[w->stop_job == GF_JOB_FILES ? GF_FINDER : GF_WORKER],
                         w->stop_job);
    w->stop_narrowing = w->stop_lens = w->stop_colors = false;
    w->stop_job = 0;
}

/* Says what takes long. */
static void note_busy(struct gf_session *s)
{
    static const struct {
        const char *what;
        bool can_stop;
    } kinds[] = {[GF_JOB_SEARCH] = {"Searching", false},
                 [GF_JOB_TABLE] = {"Adding up", true},
                 [GF_JOB_SAVE] = {"Saving", true},
                 [GF_JOB_LENS] = {"Unfolding", true},
                 [GF_JOB_INDEX] = {NULL, false},
                 [GF_JOB_NARROW] = {"Narrowing", true},
                 [GF_JOB_COMPARE] = {"Comparing", true},
                 [GF_JOB_SIDES] = {"Comparing", true},
                 [GF_JOB_COLORS] = {"Colouring", true},
                 [GF_JOB_NAMES] = {"Looking at files", false},
                 [GF_JOB_FILES] = {"Looking for files", true},
                 [GF_JOB_WATCH] = {NULL, false},
                 [GF_JOB_MARKS] = {"Searching", false}};
    struct gf_busy busy = {.share = -1};
    for (int i = 0; i < GF_WORKERS && !busy.what; i++) {
        struct gf_work work = gf_worker_watch(s->workers[i]);
        /* A lens that is shown goes on being unfolded; the header says that. */
        bool shown = work.kind == GF_JOB_LENS && s->app.shown_seq == s->app.lens.seq;
        if (!work.on || work.seconds < BUSY_SECONDS || shown)
            continue;
        busy = (struct gf_busy){.what = kinds[work.kind].what,
                                .share = work.share,
                                .bytes = work.kind == GF_JOB_SAVE ? work.done : 0,
                                .can_stop = kinds[work.kind].can_stop,
                                .job = work.kind};
    }
    gf_app_busy(&s->app, busy);
}

void gf_session_work(struct gf_session *s)
{
    for (int i = 0; i < GF_WORKERS; i++)
        for (struct gf_job *job; (job = gf_worker_take(s->workers[i]));)
            take(s, job);
    gf_app_unfold(&s->app);
    stop_work(s);
    grant(s);
    note_busy(s);
}

bool gf_session_is_working(struct gf_session *s)
{
    for (int i = 0; i < GF_WORKERS; i++)
        if (i != GF_WATCHER && gf_worker_busy(s->workers[i]))
            return true;
    return false;
}
