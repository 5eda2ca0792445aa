/* Ctrl-C and termination. The signals are blocked in every thread and one thread of our own waits
 * for them, so nothing ever runs in a signal handler and no system call is cut short. */
#ifndef GF_CLI_INTERRUPT_H
#define GF_CLI_INTERRUPT_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

struct gf_interrupt {
    sigset_t set;
    atomic_int signal; /* the number of the signal that came, 0: none */
    atomic_bool stop;  /* true once one has come: the cancel flag of whoever takes one */
    /* Called when one has come, from the thread that waits for signals; NULL: nobody sleeps. */
    _Atomic(void (*)(void)) wake;
};

/* Call before any other thread starts. The struct must live until the process ends. A signal that
 * was ignored when the program started (nohup) stays ignored. After a signal the program has two
 * seconds to end in its own way, then the process ends with status 128 + number; a second signal
 * ends it at once. */
bool gf_interrupt_start(struct gf_interrupt *interrupt, struct gf_error *err);

/* True once the user asked to stop. */
bool gf_interrupted(const struct gf_interrupt *interrupt);

/* Fails with GF_ERR_CANCELLED once the user asked to stop. */
bool gf_interrupt_check(const struct gf_interrupt *interrupt, struct gf_error *err);

/* 130 for Ctrl-C, 143 for SIGTERM; 0 when nothing came. */
int gf_interrupt_status(const struct gf_interrupt *interrupt);

#endif
