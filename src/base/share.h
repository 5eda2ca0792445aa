/* Work in equal parts on several threads. */
#ifndef GF_BASE_SHARE_H
#define GF_BASE_SHARE_H

/* Calls work(ctx, 0) ... work(ctx, parts - 1), each once and at the same time on threads of their
 * own (part 0 on the caller's), and returns when all have. A thread that can't be had is done
 * without: its part runs on the caller's. Starting one costs about 30 us. Parts beyond
 * GF_SHARE_MAX are not run. */
enum { GF_SHARE_MAX = 16 };
void gf_share(unsigned parts, void (*work)(void *ctx, unsigned part), void *ctx);

/* How many parts pay for work that is worth `most` threads: no more than cores to run them. */
unsigned gf_share_parts(unsigned most);

#endif
