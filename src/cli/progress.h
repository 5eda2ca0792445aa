/* The progress bar: one line on stderr that is drawn over itself. */
#ifndef GF_CLI_PROGRESS_H
#define GF_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/print.h"
#include "cli/terminal.h"

/* Work that took less than this many seconds shows nothing. */
#define GF_PROGRESS_AFTER 0.5

struct gf_progress_bar {
    struct gf_terminal terminal;
    const char *what;  /* "reading" */
    bool enabled;      /* stderr is a terminal that can redraw, and --quiet was not given */
    bool shown;        /* a line stands on the screen */
    double rate;       /* bytes a second, smoothed over some seconds */
    double at;         /* when the rate was last taken */
    uint64_t bytes_at; /* bytes done then */
};

void gf_progress_begin(struct gf_progress_bar *bar, const char *what, bool quiet);

/* Draws the state after `seconds`: bytes of total (0: unknown). Does nothing too early or where
 * nobody would see it. */
void gf_progress_update(struct gf_progress_bar *bar, uint64_t done, uint64_t total, double seconds);

/* Takes the line away. */
void gf_progress_end(struct gf_progress_bar *bar);

/* The line itself, at most terminal->columns - 1 cells:
 * "reading ━━━━━━╸      52%  1.2 GB of 2.3 GB  640 MB/s  2 s left". */
void gf_progress_line(struct gf_print *out, const struct gf_terminal *terminal, const char *what,
                      uint64_t done, uint64_t total, double rate, double seconds);

#endif
