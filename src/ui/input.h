/* From what the person does to commands. */
#ifndef GF_UI_INPUT_H
#define GF_UI_INPUT_H

#include "gl/context_glfw.h"
#include "ui/app.h"
#include "ui/screen.h"

/* What the pointer does between press and release. */
enum gf_hold {
    GF_HOLD_NOTHING,
    GF_HOLD_PRESS, /* it may become a click, a drag or a band */
    GF_HOLD_DRAG,  /* the graph moves with it */
    GF_HOLD_BAND,  /* it marks columns */
    GF_HOLD_MAP    /* the minimap is held */
};

/* The pointer between events. {0} is at rest. */
struct gf_input {
    enum gf_hold hold;
    int button;
    bool shift; /* when it was pressed */
    double press_x, press_y, last_x, last_y;
};

/* Issues the commands that `event` stands for. `screen` is what the person sees. */
void gf_input_event(struct gf_input *input, struct gf_app *app, const struct gf_screen *screen,
                    const struct gf_event *event);

/* The pointer's shape over what is drawn. */
enum gf_cursor gf_input_cursor(const struct gf_input *input, const struct gf_app *app,
                               const struct gf_screen *screen);

#endif
