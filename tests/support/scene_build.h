/* An explorer's state for tests: scenes loaded from folded text, an app without a window. */
#ifndef GF_TESTS_SCENE_BUILD_H
#define GF_TESTS_SCENE_BUILD_H

#include "ui/app.h"
#include "ui/nav.h"
#include "ui/screen.h"

/* The scene of folded lines, loaded as files are. Ends the program when that fails. */
struct gf_scene *scene_from_folded(const char *text, bool final);

/* Opens an app without animation on the scene of folded lines; gf_app_free frees it. */
void scene_open_app(struct gf_app *app, const char *folded);

/* Every letter is 7/12 of its size wide. */
extern const struct gf_measure scene_measure;

/* The frame at a path "a;b;c"; GF_NO_NODE when there is none. */
uint32_t scene_node(const struct gf_app *app, const char *path);

/* The middle of a frame in the window; false when it is not in view. */
bool scene_middle(const struct gf_app *app, const char *path, double *x, double *y);

/* Runs search i of the app, as the window's worker does. */
void scene_search(struct gf_app *app, unsigned i);

/* Runs the narrowing that the app wishes for, likewise. Ends the program when it does not. */
void scene_narrow(struct gf_app *app);

/* Makes the table that the app wishes for, likewise. Ends the program when it does not. */
void scene_tabulate(struct gf_app *app);

/* Whether a row of the table is about the function `name`. */
bool scene_row_is(const struct gf_app *app, uint32_t row, const char *name);

/* Does what the window's worker does for a lens, once; it has to be wished for. */
void scene_unfold(struct gf_app *app);
/* The same until nothing more is wished for. */
void scene_unfold_all(struct gf_app *app);

#endif
