/* What the benchmarks of the explorer without a window begin with. */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "ui/scene.h"

/* Letters of one width, without a font. */
extern const struct gf_measure bench_measure;

/* Colours by module. */
extern const struct gf_palette bench_look;

/* Says on standard error what is wrong, and ends the program. */
_Noreturn void bench_give_up(const struct gf_error *err);

/* Loads a profile and makes a scene of it; ends the program where that fails. */
struct gf_scene *bench_read_scene(const char *path);

#endif
