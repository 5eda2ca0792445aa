/* Work beside the drawing: one thread that does one thing after another. */
#ifndef GF_UI_WORKER_H
#define GF_UI_WORKER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/meter.h"

/* One piece of work; embedded in what it works on. */
struct gf_job {
    int kind; /* for whoever takes the result */
    /* Does it, on the worker's thread; should end soon once *cancel is true. */
    void (*run)(struct gf_job *job, const atomic_bool *cancel);
    void (*free)(struct gf_job *job);
    struct gf_meter meter; /* how far it is */
    /* the worker's */
    struct gf_job *next;
    bool cancelled;
};

struct gf_worker;

/* `wake` is called from the worker's thread when something was done. */
bool gf_worker_start(void (*wake)(void), struct gf_worker **out, struct gf_error *err);

/* Hands over a job. `instead`: of whatever this worker still has to do, which is cancelled and
 * dropped without a result. */
void gf_worker_do(struct gf_worker *worker, struct gf_job *job, bool instead);

/* The next job that is done, now the caller's to free; NULL when there is none. */
struct gf_job *gf_worker_take(struct gf_worker *worker);
bool gf_worker_busy(struct gf_worker *worker);

/* Has the jobs of a kind, the one at hand and those to come, end soon; their results still come,
 * and say so. */
void gf_worker_cancel(struct gf_worker *worker, int kind);

/* The job at hand. */
struct gf_work {
    bool on; /* there is one */
    int kind;
    double seconds; /* since it began */
    double share;   /* gf_meter_share */
    uint64_t done;  /* steps */
};
struct gf_work gf_worker_watch(struct gf_worker *worker);

/* Cancels what is left and waits for the thread, up to `seconds`, or as long as it takes where that
 * is negative. False when it did not end: then it is left alone with its job, and nothing is freed.
 * Accepts NULL. */
bool gf_worker_stop(struct gf_worker *worker, double seconds);

#endif
