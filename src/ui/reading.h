/* What the explorer reads: the files that were named, read once or again, whether they have changed
 * since, and files that were added. */
#ifndef GF_UI_READING_H
#define GF_UI_READING_H

#include "ui/loader.h"
#include "ui/worker.h"

struct gf_reading;

struct gf_reading_params {
    const char *const *paths; /* files and directories as they were named; borrowed for the call */
    size_t n;
    const char *base; /* what it is compared with; NULL: nothing */
    struct gf_load_params load;
    struct gf_palette palette;
    void (*wake)(void); /* gf_loader_start */
};

/* Watches `load`, which reads the paths and which it takes over, also on failure. */
bool gf_reading_start(struct gf_load *load, const struct gf_reading_params *params,
                      struct gf_reading **out, struct gf_error *err);

/* The loader at work, or the last one. */
struct gf_loader *gf_reading_loader(struct gf_reading *reading);

/* Jobs that look for the files, beside the drawing: folders may be large or far away. What they
 * find is read by gf_reading_go. Nothing changes before that, nor when it fails. NULL for standard
 * input, which comes only once, and without memory.
 *
 * Everything again, with `added` files (n may be 0) besides. What is compared with comes after it,
 * by gf_reading_base. */
struct gf_job *gf_reading_again(const struct gf_reading *reading, const char *const *added,
                                size_t n, int kind, struct gf_error *err);
/* Other files, which are compared with those that were read, or with what these were compared
 * with. */
struct gf_job *gf_reading_compare(const struct gf_reading *reading, const char *const *paths,
                                  size_t n, int kind, struct gf_error *err);
/* Reads what a job found. Nothing may be under way: the loader has ended. Fails with the job's
 * error, too. */
bool gf_reading_go(struct gf_reading *reading, struct gf_job *job, struct gf_error *err);

/* Whether there is something to compare with, and reads it. */
bool gf_reading_has_base(const struct gf_reading *reading);
bool gf_reading_base(struct gf_reading *reading, struct gf_error *err);
/* What was read since the last gf_reading_go is no good: the files are those
 * of before. */
void gf_reading_undo(struct gf_reading *reading);

/* A job that asks the file system about the files that are read, the first ones of each side; NULL
 * without memory. Only its end needs the reading, which may go on to other files meanwhile. */
struct gf_job *gf_reading_watch(const struct gf_reading *reading, int kind);
/* Whether a done job saw a file that is not as it was when reading began. What was seen of other
 * files than those that are read by now does not count. */
bool gf_reading_stale(struct gf_reading *reading, const struct gf_job *job);

/* Files and directories that are read. */
size_t gf_reading_count(const struct gf_reading *reading);

/* The name of the first file of a side (GF_AFTER: that is read, GF_BEFORE: that it is compared
 * with), without its folder. */
const char *gf_reading_name(const struct gf_reading *reading, uint32_t side);

/* As gf_loader_stop. Accepts NULL. */
bool gf_reading_stop(struct gf_reading *reading, double seconds);

#endif
