#include "ui/worker.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

struct gf_worker {
    void (*wake)(void);
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_bool cancel; /* the job at hand */
    /* under the mutex */
    struct gf_job *todo, *done, *current;
    double began;       /* the job at hand */
    bool stop, dropped; /* dropped: nobody wants the result of the job at hand */
};

static void append(struct gf_job **list, struct gf_job *job)
{
    while (*list)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static void free_all(struct gf_job **list)
{
    while (*list) {
        struct gf_job *job = *list;
        *list = job->next;
        job->free(job);
    }
}

static void *work(void *arg)
{
    struct gf_worker *w = arg;
    pthread_mutex_lock(&w->mutex);
    while (!w->stop) {
        struct gf_job *job = w->todo;
        if (!job) {
            pthread_cond_wait(&w->changed, &w->mutex);
            continue;
        }
        w->todo = job->next;
        w->current = job;
        w->dropped = false;
        w->began = gf_now();
        atomic_store(&w->cancel, job->cancelled);
        pthread_mutex_unlock(&w->mutex);
        job->run(job, &w->cancel);
        pthread_mutex_lock(&w->mutex);
        w->current = NULL;
        bool wanted = !w->dropped && !w->stop;
        if (wanted)
            append(&w->done, job);
        pthread_mutex_unlock(&w->mutex);
        if (wanted)
            w->wake();
        else
            job->free(job);
        pthread_mutex_lock(&w->mutex);
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

bool gf_worker_start(void (*wake)(void), struct gf_worker **out, struct gf_error *err)
{
    *out = NULL;
    struct gf_worker *w = calloc(1, sizeof *w);
    if (!w)
        return gf_fail_nomem(err, sizeof *w);
    w->wake = wake;
    atomic_init(&w->cancel, false);
    int rc = pthread_mutex_init(&w->mutex, NULL);
    if (rc == 0 && (rc = pthread_cond_init(&w->changed, NULL)) != 0)
        pthread_mutex_destroy(&w->mutex);
    if (rc == 0 && (rc = pthread_create(&w->thread, NULL, work, w)) != 0) {
        pthread_cond_destroy(&w->changed);
        pthread_mutex_destroy(&w->mutex);
    }
    if (rc == 0) {
        *out = w;
        return true;
    }
    free(w);
    return gf_fail_errno(err, rc, "cannot start a thread");
}

void gf_worker_do(struct gf_worker *w, struct gf_job *job, bool instead)
{
    struct gf_job *old = NULL;
    pthread_mutex_lock(&w->mutex);
    if (instead) {
        old = w->todo;
        w->todo = NULL;
        w->dropped = true;
        atomic_store(&w->cancel, true);
    }
    append(&w->todo, job);
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->mutex);
    free_all(&old);
}

struct gf_job *gf_worker_take(struct gf_worker *w)
{
    pthread_mutex_lock(&w->mutex);
    struct gf_job *job = w->done;
    if (job)
        w->done = job->next;
    pthread_mutex_unlock(&w->mutex);
    return job;
}

bool gf_worker_busy(struct gf_worker *w)
{
    pthread_mutex_lock(&w->mutex);
    bool busy = w->todo || w->current || w->done;
    pthread_mutex_unlock(&w->mutex);
    return busy;
}

void gf_worker_cancel(struct gf_worker *w, int kind)
{
    pthread_mutex_lock(&w->mutex);
    if (w->current && w->current->kind == kind)
        atomic_store(&w->cancel, true);
    for (struct gf_job *job = w->todo; job; job = job->next)
        job->cancelled |= job->kind == kind;
    pthread_mutex_unlock(&w->mutex);
}

struct gf_work gf_worker_watch(struct gf_worker *w)
{
    struct gf_work work = {.on = false};
    pthread_mutex_lock(&w->mutex);
    const struct gf_job *job = w->current;
    if (job)
        work = (struct gf_work){.on = true,
                                .kind = job->kind,
                                .seconds = gf_now() - w->began,
                                .share = gf_meter_share(&job->meter),
                                .done = atomic_load(&job->meter.done)};
    pthread_mutex_unlock(&w->mutex);
    return work;
}

/* False when the thread did not end within `seconds`. */
static bool join(pthread_t thread, double seconds)
{
    if (seconds < 0)
        return pthread_join(thread, NULL) == 0;
    struct timespec now; /* this clock may be set meanwhile, which does no harm here */
    clock_gettime(CLOCK_REALTIME, &now);
    double until = (double)now.tv_nsec * 1e-9 + seconds, whole = floor(until);
    struct timespec t = {now.tv_sec + (time_t)whole, (long)((until - whole) * 1e9)};
    return pthread_timedjoin_np(thread, NULL, &t) == 0;
}

bool gf_worker_stop(struct gf_worker *w, double seconds)
{
    if (!w)
        return true;
    pthread_mutex_lock(&w->mutex);
    w->stop = true;
    atomic_store(&w->cancel, true);
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->mutex);
    if (!join(w->thread, seconds))
        return false;
    free_all(&w->todo);
    free_all(&w->done);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->mutex);
    free(w);
    return true;
}
