#ifndef GF_BASE_CLOCK_H
#define GF_BASE_CLOCK_H

/* Seconds on the monotonic clock. */
double gf_now(void);

#endif
