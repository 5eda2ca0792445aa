/* What the machine has. */
#ifndef GF_BASE_SYSTEM_H
#define GF_BASE_SYSTEM_H

#include <stdint.h>

/* Processors that this process may run on, at least 1. */
unsigned gf_system_cores(void);

/* Bytes of memory that can be taken without swapping: what the kernel calls available, or what the
 * control group still allows where that is less. */
uint64_t gf_system_memory(void);

#endif
