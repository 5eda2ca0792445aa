/* What the machine has. */
#ifndef GF_BASE_SYSTEM_H
#define GF_BASE_SYSTEM_H

#include <stdint.h>

/* Processors that this process may run on, at least 1. */
unsigned gf_system_cores(void);

/* Bytes of memory that can be taken without swapping: what the kernel calls available, or what the
 * control group still allows where that is less. */
uint64_t gf_system_memory(void);

/* Lets the calling thread, and those that it starts from now on, give way to other threads while
 * there are not processors for all: for work beside something that has to answer at once. */
void gf_system_give_way(void);

#endif
