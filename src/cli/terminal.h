/* What stands behind a file descriptor that people may be looking at. */
#ifndef GF_CLI_TERMINAL_H
#define GF_CLI_TERMINAL_H

#include <stdbool.h>

struct gf_terminal {
    bool is_terminal;
    bool can_redraw;  /* a line can be overwritten: not TERM=dumb */
    bool color;       /* can_redraw, and NO_COLOR is unset or empty (no-color.org) */
    bool utf8;        /* the environment's character set, by LC_ALL, LC_CTYPE or LANG */
    unsigned columns; /* the terminal's, else COLUMNS, else 80 */
};

struct gf_terminal gf_terminal_of(int fd);

#endif
