/* Lets the n-th request for memory or for a thread fail. The program is to be linked with
 * GF_FAIL_MEMORY_WRAPS (tests/unit/model_flatten.cmake). */
#ifndef GF_TEST_FAIL_MEMORY_H
#define GF_TEST_FAIL_MEMORY_H

#include <stdbool.h>

/* From now on request number n (from 0) fails, once; a negative n fails none. */
void fail_memory_at(long n);
/* Whether it has come to that. */
bool fail_memory_failed(void);

/* Whether no thread can be started. */
void fail_threads(bool fail);

#endif
