/* From what the person does to commands. */
#ifndef GF_UI_INPUT_H
#define GF_UI_INPUT_H

#include "gl/context_glfw.h"
#include "ui/app.h"
#include "ui/screen.h"

/* The pointer between events. {0} is at rest. */
struct gf_input {
    bool down, dragging; /* of the left button, in the graph */
    bool mapping;        /* the minimap is held */
    double press_x, press_y, last_x, last_y;
};

/* Issues the commands that `event` stands for. `screen` is what the person sees. */
void gf_input_event(struct gf_input *input, struct gf_app *app, const struct gf_screen *screen,
                    const struct gf_event *event);

#endif
