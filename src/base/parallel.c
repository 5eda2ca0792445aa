#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>

/* More than this does not pay for work that is joined again within milliseconds. */
#define MAX_HELPERS 63

struct job {
    void (*work)(void *ctx, unsigned part);
    void *ctx;
    unsigned parts;
    atomic_uint next;
};

static void *take_parts(void *arg)
{
    struct job *job = arg;
    for (;;) {
        unsigned part = atomic_fetch_add(&job->next, 1);
        if (part >= job->parts)
            return NULL;
        job->work(job->ctx, part);
    }
}

void gf_parallel(unsigned threads, unsigned parts, void (*work)(void *ctx, unsigned part),
                 void *ctx)
{
    struct job job = {.work = work, .ctx = ctx, .parts = parts};
    pthread_t helpers[MAX_HELPERS];
    unsigned n = 0, want = threads < parts ? threads : parts;
    while (n + 1 < want && n < MAX_HELPERS && !pthread_create(&helpers[n], NULL, take_parts, &job))
        n++;
    take_parts(&job);
    while (n > 0)
        pthread_join(helpers[--n], NULL);
}
