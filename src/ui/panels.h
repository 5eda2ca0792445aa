/* The parts of the screen. Internal to ui/. */
#ifndef GF_UI_PANELS_H
#define GF_UI_PANELS_H

#include "ui/screen.h"

struct gf_panel {
    const struct gf_app *app;
    struct gf_screen *screen;
    struct gf_pen pen;
};

/* Makes `box` stand for a command; with too many of them it does nothing. */
void gf_panel_zone(struct gf_panel *p, struct gf_box box, struct gf_act act);
/* Whether the pointer is in the box. */
bool gf_panel_pointed(const struct gf_panel *p, struct gf_box box);

/* Covers the screen with a veil, and puts a box for what is to be read or chosen on it. A click
 * anywhere is the command, until zones of its own are made in the box. */
void gf_panel_dialog(struct gf_panel *p, struct gf_box box, struct gf_act anywhere);

/* A word to click, at the right end of the room. Returns its left edge. */
int32_t gf_panel_button(struct gf_panel *p, struct gf_box room, const char *text, bool on,
                        struct gf_act act);
void gf_panel_header(struct gf_panel *p, struct gf_box box);
void gf_panel_crumbs(struct gf_panel *p, struct gf_box box);
void gf_panel_minimap(struct gf_panel *p, struct gf_box strip);
/* Where to click for a search, while there is none. Ends at the right edge of the box; returns
 * where it starts. */
int32_t gf_panel_search_hint(struct gf_panel *p, struct gf_box box);
void gf_panel_chips(struct gf_panel *p, struct gf_box box);
/* In the margin left of the graph: rows that hold matches. */
void gf_panel_margin(struct gf_panel *p);
void gf_panel_table(struct gf_panel *p, struct gf_box box);
void gf_panel_toast(struct gf_panel *p);
/* How far the load is, at the right end of the room and along the bottom of the header; or that it
 * was ended early. Returns where it begins. */
int32_t gf_panel_loading(struct gf_panel *p, struct gf_box header, struct gf_box room);
/* What else is worked on, at the left end of the room. Returns the rest of the room. */
struct gf_box gf_panel_busy(struct gf_panel *p, struct gf_box room);
void gf_panel_status(struct gf_panel *p, struct gf_box box, bool pure);
/* Outlines of the hovered frame, of others of its function, and of the selected one. */
void gf_panel_outlines(struct gf_panel *p);
void gf_panel_card(struct gf_panel *p);
void gf_panel_help(struct gf_panel *p);
/* Moves on in a help page that is longer than the window, by so many pages and lines. */
void gf_help_move(struct gf_app *app, double pages, double by);
void gf_panel_menu(struct gf_panel *p);
/* One of several things that can be done, with its key. */
void gf_panel_choice(struct gf_panel *p, struct gf_box row, const char *text, const char *key,
                     struct gf_act act);
void gf_panel_drop(struct gf_panel *p);
/* A line that is typed, its end in sight, and the caret; or the hint while it is empty. */
void gf_panel_field(struct gf_panel *p, struct gf_box box, struct gf_pen_style style,
                    const struct gf_line *line, const char *hint);
void gf_panel_open(struct gf_panel *p);
/* Before anything has been read. */
void gf_panel_waiting(struct gf_panel *p, struct gf_box box);

#endif
