/* How long a search takes to show: the first of a session and later ones, of names that hardly any,
 * many and all frames have, alone and beside others, and while a text is typed; and what narrowing
 * takes. No window; everything up to the draw list is counted, with matches marked.
 *
 *     bench_search FILE [ROUNDS]
 *
 * Prints medians of ROUNDS (7) in milliseconds: finding beside the drawing, the picture that shows
 * it, both, and the CPU time of both on all threads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "bench_scene.h"
#include "base/system.h"
#include "model/top.h"
#include "ui/nav.h"
#include "ui/screen.h"
#include "ui/search.h"

enum { ROUNDS_MOST = 99, NAME_MOST = 200 };

struct session {
    struct gf_app app;
    struct gf_screen screen;
};

static void draw(struct session *s)
{
    struct gf_error err;
    if (!gf_screen_draw(&s->screen, &s->app, false, &err))
        bench_give_up(&err);
}

/* A window on the scene whose layout has seen no search yet. */
static void begin(struct session *s, struct gf_scene *scene)
{
    memset(s, 0, sizeof *s);
    gf_app_init(&s->app, &bench_measure, "bench");
    s->app.animate = false;
    gf_scene_cool(scene, 0);
    gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_RESIZE, .x = 1920, .y = 1080});
    gf_scene_warm(scene, 0, NULL, NULL, NULL);
    gf_app_adopt(&s->app, gf_scene_hold(scene));
    draw(s);
}

static void end(struct session *s)
{
    gf_screen_free(&s->screen);
    gf_app_free(&s->app);
}

struct taken {
    double find, show, both;
    double cpu; /* of all threads */
};

/* On a machine that is busy with other things this says more than the clock on the wall. */
static double cpu_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The active search's text, found and shown. */
static struct taken search(struct session *s, const char *text)
{
    struct taken t;
    double start = gf_now(), cpu = cpu_now();
    gf_app_do(&s->app, &(struct gf_act){.what = GF_DO_SEARCH_SET, .text = text});
    const struct gf_searches *all = &s->app.searches;
    struct gf_job *job = gf_search_job(&all->items[all->active], s->app.scene, 0);
    job->run(job, NULL);
    t.find = gf_now() - start;
    gf_app_found(&s->app, gf_search_result(job));
    job->free(job);
    draw(s);
    t.both = gf_now() - start;
    t.show = t.both - t.find;
    t.cpu = cpu_now() - cpu;
    return t;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct taken *all, int n, size_t at)
{
    double values[ROUNDS_MOST];
    for (int i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&all[i] + at, sizeof values[i]);
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[n / 2];
}

static void print(const char *what, const struct taken *all, int n)
{
    printf("%-44s %8.1f %8.1f %8.1f %8.1f\n", what,
           1e3 * median(all, n, offsetof(struct taken, find)),
           1e3 * median(all, n, offsetof(struct taken, show)),
           1e3 * median(all, n, offsetof(struct taken, both)),
           1e3 * median(all, n, offsetof(struct taken, cpu)));
    fflush(stdout);
}

static void measure_text(struct gf_scene *scene, const char *what, const char *text, int rounds)
{
    struct taken first[ROUNDS_MOST], later[ROUNDS_MOST], sixth[ROUNDS_MOST];
    char label[64];
    for (int i = 0; i < rounds; i++) {
        struct session s;
        begin(&s, scene);
        first[i] = search(&s, text);
        search(&s, "nothing is called so");
        later[i] = search(&s, text);
        for (int k = 0; k < GF_SEARCHES - 1; k++) {
            char other[2] = {(char)('a' + k), '\0'};
            gf_app_do(&s.app, &(struct gf_act){.what = GF_DO_SEARCH_ADD});
            search(&s, other);
        }
        sixth[i] = search(&s, text);
        end(&s);
    }
    snprintf(label, sizeof label, "%s, first", what);
    print(label, first, rounds);
    snprintf(label, sizeof label, "%s, later", what);
    print(label, later, rounds);
    snprintf(label, sizeof label, "%s, beside five others", what);
    print(label, sixth, rounds);
}

static void measure_narrowing(struct gf_scene *scene, const char *what, struct gf_narrow_step step,
                              int rounds)
{
    struct taken all[ROUNDS_MOST];
    struct gf_error err;
    for (int i = 0; i < rounds; i++) {
        double start = gf_now(), cpu = cpu_now();
        struct gf_profile *profile;
        struct gf_scene *made;
        const struct gf_narrow_params params = {
            .steps = &step, .n = 1, .threads = gf_system_cores()};
        if (!gf_narrow(scene->profile, &params, NULL, &profile, NULL, &err))
            bench_give_up(&err);
        all[i].find = gf_now() - start;
        if (!gf_scene_make(profile, &bench_look, true, &made, &err))
            bench_give_up(&err);
        gf_scene_warm(made, 0, NULL, NULL, NULL);
        all[i].both = gf_now() - start;
        all[i].show = all[i].both - all[i].find;
        all[i].cpu = cpu_now() - cpu;
        gf_scene_drop(made);
    }
    print(what, all, rounds);
}

/* The function with the largest total: next to all stacks go through it. */
static void largest(const struct gf_scene *scene, bool self, char out[NAME_MOST])
{
    struct gf_top top;
    struct gf_error err;
    if (!gf_top_make(&scene->profile->frames, 0, NULL, NULL, &top, &err))
        bench_give_up(&err);
    uint32_t best = 0;
    for (uint32_t i = 1; i < top.n; i++) {
        const struct gf_function *a = &top.functions[i], *b = &top.functions[best];
        if (self ? a->self > b->self : a->total > b->total)
            best = i;
    }
    const struct gf_name_table *names = &scene->profile->frames.names;
    uint32_t name = top.functions[best].name;
    snprintf(out, NAME_MOST, "%.*s", (int)(names->offset[name + 1] - names->offset[name]),
             names->bytes + names->offset[name]);
    gf_top_free(&top);
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[2]) : 7;
    if (argc < 2 || rounds < 1 || rounds > ROUNDS_MOST) {
        fprintf(stderr, "usage: bench_search FILE [ROUNDS]\n");
        return 2;
    }
    struct gf_scene *scene = bench_read_scene(argv[1]);
    char widest[NAME_MOST], hottest[NAME_MOST];
    largest(scene, false, widest);
    largest(scene, true, hottest);
    printf("%u call paths, %u functions\n", scene->profile->frames.n - 1,
           scene->profile->frames.names.n);
    printf("%-44s %8s %8s %8s %8s\n", "", "find", "show", "both", "CPU");
    measure_text(scene, "what no frame is called", "no such name", rounds);
    measure_text(scene, "the hottest function", hottest, rounds);
    measure_text(scene, "a letter", "e", rounds);
    measure_text(scene, "all, by an expression", "/./", rounds);
    struct gf_search_query hot = {.text = hottest, .n = strlen(hottest)};
    struct gf_search_query all = {.text = ".", .n = 1, .regex = true};
    measure_narrowing(scene, "focus on the hottest",
                      (struct gf_narrow_step){.kind = GF_NARROW_FOCUS, .pattern = hot}, rounds);
    measure_narrowing(scene, "focus on everything",
                      (struct gf_narrow_step){.kind = GF_NARROW_FOCUS, .pattern = all}, rounds);
    measure_narrowing(scene, "hide the hottest",
                      (struct gf_narrow_step){.kind = GF_NARROW_HIDE, .pattern = hot}, rounds);
    measure_narrowing(scene, "collapse all recursion",
                      (struct gf_narrow_step){.kind = GF_NARROW_COLLAPSE_ALL}, rounds);
    measure_narrowing(scene, "below 0.01%",
                      (struct gf_narrow_step){.kind = GF_NARROW_BELOW, .percent = 0.01}, rounds);
    gf_scene_drop(scene);
    return 0;
}
