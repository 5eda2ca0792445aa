/* Fork and join: the parts of a computation on several threads. */
#ifndef GF_BASE_PARALLEL_H
#define GF_BASE_PARALLEL_H

/* Runs work(ctx, part) once for every part from 0 to parts - 1, on up to `threads` threads of which
 * the caller's is one, and returns when all are done. Parts are taken in ascending order: one that
 * waits for what a lower one does will see it happen, also where no second thread can be started.
 * Cannot fail: without threads to be had, the caller does everything. */
void gf_parallel(unsigned threads, unsigned parts, void (*work)(void *ctx, unsigned part),
                 void *ctx);

#endif
