#include "base/share.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

struct part {
    void (*work)(void *ctx, unsigned part);
    void *ctx;
    unsigned number;
    bool started;
    pthread_t thread;
};

static void *run(void *arg)
{
    const struct part *part = arg;
    part->work(part->ctx, part->number);
    return NULL;
}

void gf_share(unsigned parts, void (*work)(void *ctx, unsigned part), void *ctx)
{
    struct part part[GF_SHARE_MAX];
    if (parts > GF_SHARE_MAX)
        parts = GF_SHARE_MAX;
    for (unsigned i = 1; i < parts; i++) {
        part[i] = (struct part){.work = work, .ctx = ctx, .number = i};
        part[i].started = pthread_create(&part[i].thread, NULL, run, &part[i]) == 0;
    }
    if (parts > 0)
        work(ctx, 0);
    for (unsigned i = 1; i < parts; i++) {
        if (part[i].started)
            pthread_join(part[i].thread, NULL);
        else
            work(ctx, i);
    }
}

unsigned gf_share_parts(unsigned most)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (most > GF_SHARE_MAX)
        most = GF_SHARE_MAX;
    return cores < 1 ? 1 : (unsigned)cores < most ? (unsigned)cores : most;
}
