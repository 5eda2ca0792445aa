#include "ui/loader.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

/* Seconds between two looks at the load: often enough for a bar that moves. */
#define LOOK       0.1
#define FIRST_LOOK 0.025 /* until there is a picture */

struct gf_loader {
    struct gf_load *load;
    struct gf_budget *budget; /* held */
    void (*wake)(void);
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t over;
    atomic_bool stop;
    atomic_uint themes;
    /* under the mutex */
    struct gf_palette palette;
    struct gf_scene *scene;
    struct gf_loader_state state;
    struct gf_error err;
    bool finishing; /* `load` is being freed: it can no longer be cancelled */
    bool gone;      /* the thread has nothing more to do */
};

/* Leaves a scene for the drawing, instead of one that it has not taken. */
static void publish(struct gf_loader *l, struct gf_scene *scene)
{
    gf_scene_warm_all(scene, &l->themes, &l->stop, NULL, NULL);
    pthread_mutex_lock(&l->mutex);
    struct gf_scene *old = l->scene;
    l->scene = scene;
    pthread_mutex_unlock(&l->mutex);
    gf_scene_drop(old);
}

static bool make_scene(struct gf_loader *l, struct gf_profile *profile, bool final,
                       struct gf_scene **out, struct gf_error *err)
{
    pthread_mutex_lock(&l->mutex);
    const struct gf_palette look = l->palette;
    pthread_mutex_unlock(&l->mutex);
    if (!gf_scene_make(profile, &look, final, out, err))
        return false;
    gf_scene_join(*out, l->budget);
    return true;
}

/* Returns whether there was one. */
static bool publish_partial(struct gf_loader *l)
{
    struct gf_profile *profile = gf_load_partial(l->load);
    struct gf_scene *scene;
    /* Without memory for a picture in between there is none. */
    if (!profile || !make_scene(l, profile, false, &scene, NULL))
        return false;
    publish(l, scene);
    return true;
}

static void *watch(void *arg)
{
    struct gf_loader *l = arg;
    struct gf_progress progress;
    bool done = false, seen = false;
    publish_partial(l); /* wanted as soon as there is one */
    while (!done && !atomic_load(&l->stop)) {
        done = gf_load_wait(l->load, seen ? LOOK : FIRST_LOOK);
        gf_load_progress(l->load, &progress);
        if (!done)
            seen |= publish_partial(l);
        pthread_mutex_lock(&l->mutex);
        l->state.progress = progress;
        pthread_mutex_unlock(&l->mutex);
        l->wake();
    }
    pthread_mutex_lock(&l->mutex);
    l->finishing = true;
    pthread_mutex_unlock(&l->mutex);
    struct gf_profile *profile;
    struct gf_scene *scene = NULL;
    struct gf_error err = {0};
    bool ok = gf_load_finish(l->load, &profile, &err) && make_scene(l, profile, true, &scene, &err);
    if (ok)
        publish(l, scene);
    pthread_mutex_lock(&l->mutex);
    l->state.ended = true;
    l->state.failed = !ok;
    l->err = err;
    pthread_mutex_unlock(&l->mutex);
    l->wake();
    /* Last: after this the loader may be freed. */
    pthread_mutex_lock(&l->mutex);
    l->gone = true;
    pthread_cond_signal(&l->over);
    pthread_mutex_unlock(&l->mutex);
    return NULL;
}

static bool prepare(struct gf_loader *l, struct gf_error *err)
{
    pthread_condattr_t attr;
    int rc = pthread_condattr_init(&attr);
    if (rc == 0) {
        pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
        rc = pthread_cond_init(&l->over, &attr);
        pthread_condattr_destroy(&attr);
    }
    if (rc == 0 && (rc = pthread_mutex_init(&l->mutex, NULL)) != 0)
        pthread_cond_destroy(&l->over);
    return rc == 0 || gf_fail_errno(err, rc, "cannot prepare to load");
}

void gf_loader_abandon(struct gf_load *load)
{
    struct gf_profile *profile;
    gf_load_cancel(load);
    if (gf_load_finish(load, &profile, NULL))
        gf_profile_free(profile);
}

bool gf_loader_start(struct gf_load *load, const struct gf_palette *palette,
                     struct gf_budget *budget, void (*wake)(void), struct gf_loader **out,
                     struct gf_error *err)
{
    *out = NULL;
    struct gf_loader *l = calloc(1, sizeof *l);
    if (!l) {
        gf_loader_abandon(load);
        return gf_fail_nomem(err, sizeof *l);
    }
    *l = (struct gf_loader){
        .load = load, .budget = gf_budget_hold(budget), .palette = *palette, .wake = wake};
    atomic_init(&l->stop, false);
    atomic_init(&l->themes, 0);
    bool ready = prepare(l, err);
    int rc = ready ? pthread_create(&l->thread, NULL, watch, l) : 0;
    if (ready && rc == 0) {
        *out = l;
        return true;
    }
    if (ready) {
        pthread_cond_destroy(&l->over);
        pthread_mutex_destroy(&l->mutex);
        gf_fail_errno(err, rc, "cannot start a thread");
    }
    gf_loader_abandon(load);
    gf_budget_drop(l->budget);
    free(l);
    return false;
}

void gf_loader_expect(struct gf_loader *loader, const struct gf_palette *look, unsigned themes)
{
    pthread_mutex_lock(&loader->mutex);
    loader->palette = *look;
    pthread_mutex_unlock(&loader->mutex);
    atomic_store(&loader->themes, themes);
}

struct gf_scene *gf_loader_take(struct gf_loader *loader)
{
    pthread_mutex_lock(&loader->mutex);
    struct gf_scene *scene = loader->scene;
    loader->scene = NULL;
    pthread_mutex_unlock(&loader->mutex);
    return scene;
}

struct gf_loader_state gf_loader_watch(struct gf_loader *loader, struct gf_error *err)
{
    pthread_mutex_lock(&loader->mutex);
    struct gf_loader_state state = loader->state;
    if (state.failed && err)
        *err = loader->err;
    pthread_mutex_unlock(&loader->mutex);
    return state;
}

void gf_loader_enough(struct gf_loader *l)
{
    pthread_mutex_lock(&l->mutex);
    if (!l->finishing)
        gf_load_enough(l->load);
    pthread_mutex_unlock(&l->mutex);
}

void gf_loader_cancel(struct gf_loader *l)
{
    pthread_mutex_lock(&l->mutex);
    if (!l->finishing)
        gf_load_cancel(l->load);
    pthread_mutex_unlock(&l->mutex);
}

bool gf_loader_stop(struct gf_loader *l, double seconds)
{
    double until = gf_now() + seconds;
    struct timespec t = {(time_t)until, (long)((until - (double)(time_t)until) * 1e9)};
    pthread_mutex_lock(&l->mutex);
    atomic_store(&l->stop, true);
    if (!l->finishing)
        gf_load_cancel(l->load);
    while (!l->gone && pthread_cond_timedwait(&l->over, &l->mutex, &t) != ETIMEDOUT) {
    }
    bool gone = l->gone;
    pthread_mutex_unlock(&l->mutex);
    if (!gone)
        return false;
    pthread_join(l->thread, NULL);
    gf_scene_drop(l->scene);
    gf_budget_drop(l->budget);
    pthread_cond_destroy(&l->over);
    pthread_mutex_destroy(&l->mutex);
    free(l);
    return true;
}
