/* The menu of a frame: what can be done with it, beside the pointer. Part of the app's state. */
#ifndef GF_UI_MENU_H
#define GF_UI_MENU_H

#include "ui/app.h"

struct gf_menu_entry {
    const char *label, *key;
    enum gf_do what;
    double amount;
};
/* The entries from the top down; *n receives how many there are. */
const struct gf_menu_entry *gf_menu_entries(unsigned *n);

/* Commands of the menu, with a scene. False for others. */
bool gf_menu_do(struct gf_app *app, const struct gf_act *act);

#endif
