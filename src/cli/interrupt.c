#include "cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#define GRACE_SECONDS 2

static void *wait_for_signals(void *arg)
{
    struct gf_interrupt *interrupt = arg;
    int number;
    if (sigwait(&interrupt->set, &number) != 0)
        return NULL;
    atomic_store(&interrupt->signal, number);
    atomic_store(&interrupt->stop, true);
    void (*wake)(void) = atomic_load(&interrupt->wake);
    if (wake)
        wake();
    /* Unpublished output has no name, or one that its writer takes away; work that looks at the
     * flag ends long before this runs out. */
    struct timespec grace = {.tv_sec = GRACE_SECONDS};
    sigtimedwait(&interrupt->set, NULL, &grace);
    _exit(128 + number);
}

bool gf_interrupt_start(struct gf_interrupt *interrupt, struct gf_error *err)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(&interrupt->set);
    atomic_init(&interrupt->signal, 0);
    atomic_init(&interrupt->stop, false);
    atomic_init(&interrupt->wake, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action;
        if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&interrupt->set, numbers[i]);
    }
    int rc = pthread_sigmask(SIG_BLOCK, &interrupt->set, NULL);
    pthread_t thread;
    if (rc == 0)
        rc = pthread_create(&thread, NULL, wait_for_signals, interrupt);
    if (rc == 0)
        rc = pthread_detach(thread);
    return rc == 0 || gf_fail_errno(err, rc, "cannot start a thread");
}

bool gf_interrupted(const struct gf_interrupt *interrupt)
{
    return atomic_load(&interrupt->signal) != 0;
}

bool gf_interrupt_check(const struct gf_interrupt *interrupt, struct gf_error *err)
{
    return !gf_interrupted(interrupt) || gf_fail(err, GF_ERR_CANCELLED, "interrupted");
}

int gf_interrupt_status(const struct gf_interrupt *interrupt)
{
    int number = atomic_load(&interrupt->signal);
    return number ? 128 + number : 0;
}
