#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

#define BAR_MAX   30
#define DIM       "\x1b[2m"
#define ACCENT    "\x1b[36m"
#define PLAIN     "\x1b[0m"
#define WIPE_LINE "\r\x1b[K"

/* "8 s", "3 min 20 s", "2 h 05 min". */
static void duration(char out[32], double seconds)
{
    unsigned long s = seconds > 0 && seconds < 1e9 ? (unsigned long)ceil(seconds) : 0;
    if (s < 60)
        snprintf(out, 32, "%lu s", s);
    else if (s < 3600)
        snprintf(out, 32, "%lu min %02lu s", s / 60, s % 60);
    else
        snprintf(out, 32, "%lu h %02lu min", s / 3600, s / 60 % 60);
}

/* The part of the line after the bar; returns its length in cells. */
static int figures(char *text, size_t cap, uint64_t done, uint64_t total, double rate,
                   double seconds)
{
    char done_text[16], total_text[16], rate_text[16], time_text[32];
    gf_str_bytes(done_text, done);
    gf_str_bytes(rate_text, rate > 0 && rate < 1e18 ? (uint64_t)rate : 0);
    int n;
    if (total > 0) {
        gf_str_bytes(total_text, total);
        n = snprintf(text, cap, "%3.0f%%  %s of %s  %s/s", 100.0 * (double)done / (double)total,
                     done_text, total_text, rate_text);
        if (rate > 0 && n > 0 && (size_t)n < cap) {
            duration(time_text, (double)(total - done) / rate);
            n += snprintf(text + n, cap - (size_t)n, "  %s left", time_text);
        }
    } else {
        duration(time_text, floor(seconds));
        n = snprintf(text, cap, "%s  %s/s  %s", done_text, rate_text, time_text);
    }
    return n;
}

static void draw_bar(struct gf_print *out, const struct gf_terminal *terminal, int cells,
                     double part)
{
    double filled = part * cells;
    int full = (int)filled;
    bool half = terminal->utf8 && full < cells && filled - full >= 0.5;
    if (terminal->color)
        gf_print_f(out, ACCENT);
    for (int i = 0; i < full; i++)
        gf_print_f(out, "%s", terminal->utf8 ? "━" : "#");
    if (half)
        gf_print_f(out, "╸");
    if (terminal->color)
        gf_print_f(out, DIM);
    for (int i = full + half; i < cells; i++)
        gf_print_f(out, "%s", !terminal->utf8 ? "." : terminal->color ? "━" : " ");
    if (terminal->color)
        gf_print_f(out, PLAIN);
}

void gf_progress_line(struct gf_print *out, const struct gf_terminal *terminal, const char *what,
                      uint64_t done, uint64_t total, double rate, double seconds)
{
    char text[160];
    /* A file may grow while it is read. */
    if (total > 0 && done > total)
        total = done;
    int len = figures(text, sizeof text, done, total, rate, seconds);
    int columns = (int)terminal->columns - 1;
    int room = columns - (int)strlen(what) - 2 - len;
    if (room < -1 - (int)strlen(what)) {
        gf_print_f(out, "%.*s", columns > 0 ? columns : 0, text);
        return;
    }
    if (room < 0) {
        gf_print_f(out, "%s", text);
        return;
    }
    gf_print_f(out, "%s ", what);
    if (total > 0 && room >= 6) {
        draw_bar(out, terminal, room > BAR_MAX ? BAR_MAX : room, (double)done / (double)total);
        gf_print_f(out, " ");
    }
    gf_print_f(out, "%s", text);
}

void gf_progress_begin(struct gf_progress_bar *bar, const char *what, bool quiet)
{
    *bar = (struct gf_progress_bar){.terminal = gf_terminal_of(STDERR_FILENO), .what = what};
    bar->enabled = !quiet && bar->terminal.can_redraw;
}

void gf_progress_update(struct gf_progress_bar *bar, uint64_t done, uint64_t total, double seconds)
{
    if (!bar->enabled || seconds < GF_PROGRESS_AFTER)
        return;
    double passed = seconds - bar->at;
    if (!bar->shown) {
        bar->rate = (double)done / seconds;
    } else if (passed < 0.1) {
        return;
    } else {
        /* Follows a change of speed within about two seconds. */
        double now = (double)(done - bar->bytes_at) / passed;
        bar->rate += (now - bar->rate) * (1 - exp(-passed / 2));
    }
    bar->at = seconds;
    bar->bytes_at = done;
    bar->shown = true;
    bar->terminal.columns = gf_terminal_of(STDERR_FILENO).columns;
    struct gf_print line = {0};
    gf_progress_line(&line, &bar->terminal, bar->what, done, total, bar->rate, seconds);
    if (!line.failed)
        fprintf(stderr, WIPE_LINE "%s", line.text);
    gf_print_free(&line);
}

void gf_progress_end(struct gf_progress_bar *bar)
{
    if (bar->shown)
        fprintf(stderr, WIPE_LINE);
    bar->shown = false;
}
