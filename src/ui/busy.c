/* What goes on beside the drawing: how far it is, and where to click to end it. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ui/panels.h"
#include "ui/stop.h"

enum { GAP = 14, BAR = 90 }; /* design pixels */

/* ---- loading ---- */

static void seconds_text(char *out, size_t cap, double seconds)
{
    unsigned long s = (unsigned long)(seconds + 0.5);
    if (s < 1)
        s = 1;
    if (s < 60)
        snprintf(out, cap, "%lu s", s);
    else if (s < 3600)
        snprintf(out, cap, "%lu min %02lu s", s / 60, s % 60);
    else
        snprintf(out, cap, "%lu h %02lu min", s / 3600, s / 60 % 60);
}

/* "312 MB of 1.0 GB  ·  940 MB/s  ·  1 s left". Returns the length. */
static size_t progress_text(const struct gf_progress *g, char *out, size_t cap)
{
    char read[16], total[16], rate[16], left[32];
    double per_second = g->seconds > 0 ? (double)g->bytes_read / g->seconds : 0;
    gf_str_bytes(read, g->bytes_read);
    gf_str_bytes(rate, (uint64_t)per_second);
    int n;
    if (g->bytes_total > 0 && g->bytes_read < g->bytes_total && per_second > 0) {
        seconds_text(left, sizeof left, (double)(g->bytes_total - g->bytes_read) / per_second);
        n = snprintf(out, cap, "%s of %s  \xc2\xb7  %s/s  \xc2\xb7  %s left", read,
                     gf_str_bytes(total, g->bytes_total), rate, left);
    } else if (g->bytes_total > 0 && g->bytes_read >= g->bytes_total) {
        n = snprintf(out, cap, "%s read, putting it together", read);
    } else {
        n = snprintf(out, cap, "%s  \xc2\xb7  %s/s", read, rate);
    }
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

static void draw_progress(struct gf_panel *p, struct gf_box box)
{
    const struct gf_progress *g = &p->app->progress;
    int32_t h = gf_pen_px(&p->pen, 2);
    struct gf_box bar = {box.x, box.y + box.h - h, box.w, h};
    gf_pen_box(&p->pen, bar, p->pen.theme->rule);
    if (g->bytes_total > 0) {
        double part = (double)g->bytes_read / (double)g->bytes_total;
        bar.w = (int32_t)(bar.w * (part < 1 ? part : 1));
        gf_pen_box(&p->pen, bar, p->pen.theme->accent);
    }
}

/* What was read is not all there is. */
static int32_t draw_incomplete(struct gf_panel *p, struct gf_box room)
{
    const struct gf_app *app = p->app;
    const struct gf_progress *g = &app->progress;
    const struct gf_profile_stats *stats = &app->read->profile->stats;
    char text[96], read[16], all[16];
    gf_str_bytes(read, stats->bytes_read ? stats->bytes_read : g->bytes_read);
    if (g->bytes_total > 0)
        snprintf(text, sizeof text, "Incomplete: %s of %s. F5 reads all", read,
                 gf_str_bytes(all, g->bytes_total));
    else
        snprintf(text, sizeof text, "Incomplete: %s read", read);
    struct gf_pen_style style = {.color = p->pen.theme->accent};
    int32_t x = gf_pen_text_right(&p->pen, room, style, text, strlen(text));
    gf_panel_zone(p, (struct gf_box){x, room.y, room.x + room.w - x, room.h},
                  (struct gf_act){.what = GF_DO_RELOAD});
    return x - gf_pen_px(&p->pen, GAP);
}

int32_t gf_panel_loading(struct gf_panel *p, struct gf_box header, struct gf_box room)
{
    static const char stopping[] = "Stopping \xe2\x80\xa6";
    const struct gf_app *app = p->app;
    char text[160];
    if (gf_app_incomplete(app))
        return draw_incomplete(p, room);
    if (!app->loading)
        return room.x + room.w;
    int32_t x = gf_panel_button(p, room, "\xc3\x97", false,
                                (struct gf_act){.what = GF_DO_STOP, .amount = 1});
    room.w = x - room.x;
    struct gf_pen_style style = {.color = p->pen.theme->text};
    if (app->stopping)
        x = gf_pen_text_right(&p->pen, room, style, stopping, sizeof stopping - 1);
    else
        x = gf_pen_text_right(&p->pen, room, style, text,
                              progress_text(&app->progress, text, sizeof text));
    draw_progress(p, header);
    return x - gf_pen_px(&p->pen, GAP);
}

/* ---- other work ---- */

/* "Narrowing … 43%", "Saving … 312 MB". */
static size_t busy_text(const struct gf_busy *busy, char *out, size_t cap)
{
    char bytes[16];
    int n;
    if (busy->share >= 0)
        n = snprintf(out, cap, "%s \xe2\x80\xa6 %d%%", busy->what, (int)(busy->share * 100));
    else if (busy->bytes > 0)
        n = snprintf(out, cap, "%s \xe2\x80\xa6 %s", busy->what, gf_str_bytes(bytes, busy->bytes));
    else
        n = snprintf(out, cap, "%s \xe2\x80\xa6", busy->what);
    return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}

struct gf_box gf_panel_busy(struct gf_panel *p, struct gf_box room)
{
    const struct gf_busy *busy = &p->app->busy;
    const struct gf_theme *t = p->pen.theme;
    char text[80];
    if (!busy->what)
        return room;
    struct gf_pen_style style = {.color = t->accent, .size = GF_PEN_SMALL};
    int32_t gap = gf_pen_px(&p->pen, GAP) / 2, thick = gf_pen_px(&p->pen, 4);
    struct gf_box bar = {room.x, room.y + (room.h - thick) / 2, gf_pen_px(&p->pen, BAR), thick};
    int32_t x = room.x;
    if (busy->share >= 0 && bar.w < room.w / 4) {
        gf_pen_box(&p->pen, bar, t->rule);
        bar.w = (int32_t)(bar.w * busy->share);
        gf_pen_box(&p->pen, bar, t->accent);
        x += gf_pen_px(&p->pen, BAR) + gap;
    }
    size_t n = busy_text(busy, text, sizeof text);
    x = gf_pen_text(&p->pen, (struct gf_box){x, room.y, room.x + room.w - x, room.h}, style, text,
                    n);
    if (busy->can_stop) {
        struct gf_box mark = {x + gap, room.y, room.x + room.w - x - gap, room.h};
        int32_t end = gf_pen_text(&p->pen, mark, style, "\xc3\x97  Esc", 7);
        gf_panel_zone(p, (struct gf_box){room.x, room.y, end - room.x, room.h},
                      (struct gf_act){.what = GF_DO_STOP});
        x = end;
    }
    x += 2 * gap;
    return (struct gf_box){x, room.y, room.x + room.w - x, room.h};
}
