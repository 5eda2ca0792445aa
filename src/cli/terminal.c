#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

static bool locale_is_utf8(void)
{
    const char *locale = variable("LC_ALL");
    if (!locale)
        locale = variable("LC_CTYPE");
    if (!locale)
        locale = variable("LANG");
    return locale && (strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8"));
}

static unsigned columns_of(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = variable("COLUMNS");
    long n = columns ? strtol(columns, NULL, 10) : 0;
    return n >= 20 && n <= 1000 ? (unsigned)n : 80;
}

struct gf_terminal gf_terminal_of(int fd)
{
    struct gf_terminal t = {.is_terminal = isatty(fd) == 1};
    const char *kind = variable("TERM");
    t.can_redraw = t.is_terminal && kind && strcmp(kind, "dumb") != 0;
    t.color = t.can_redraw && !variable("NO_COLOR");
    t.utf8 = locale_is_utf8();
    t.columns = columns_of(fd);
    return t;
}
