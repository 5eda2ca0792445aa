/* From keys to commands. Internal to ui/. */
#ifndef GF_UI_KEYS_H
#define GF_UI_KEYS_H

#include "gl/context_glfw.h"
#include "ui/app.h"

/* A character was typed. */
void gf_key_char(struct gf_app *app, uint32_t codepoint);
/* A key went down; its modifiers are in the event. */
void gf_key_press(struct gf_app *app, const struct gf_event *event);

void gf_issue(struct gf_app *app, struct gf_act act);
void gf_issue_amount(struct gf_app *app, enum gf_do what, double amount);
/* Zooms by as many notches of a wheel around pixel x. */
void gf_issue_zoom(struct gf_app *app, double notches, double x);
/* Rows come down by `pixels` on the screen. */
void gf_issue_rows(struct gf_app *app, double pixels);

#endif
