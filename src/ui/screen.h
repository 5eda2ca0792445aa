/* What the window shows: the app's state as a draw list, and what can be clicked in it. */
#ifndef GF_UI_SCREEN_H
#define GF_UI_SCREEN_H

#include "ui/app.h"

/* A part of the screen that stands for a command. */
struct gf_zone {
    struct gf_box box;
    struct gf_act act;
};

enum { GF_ZONES = 256 };

/* The frames of a row that are wide enough for an outline, by the pixels where they begin and end.
 */
struct gf_spans {
    struct gf_span {
        double from, to;
    } * items;
    size_t n, cap;
};

/* {0} is empty. */
struct gf_screen {
    struct gf_drawlist list;
    struct gf_layout_counts counts; /* of the graph */
    struct gf_zone zones[GF_ZONES];
    unsigned nzones;
    struct gf_spans spans[2]; /* of a row at hand and of the next; memory to be used again */
};

/* Draws the app. `pure`: without what belongs to the pointer (outlines, card, help), as pictures
 * are saved. */
bool gf_screen_draw(struct gf_screen *screen, const struct gf_app *app, bool pure,
                    struct gf_error *err);
void gf_screen_free(struct gf_screen *screen);

/* The zone at x, y, or NULL. */
const struct gf_zone *gf_screen_zone(const struct gf_screen *screen, double x, double y);

#endif
