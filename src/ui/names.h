/* What a typed path stands for: the names of files that begin like it, and whether it can be read.
 * Asked for beside the drawing, since a folder can be large or far away. */
#ifndef GF_UI_NAMES_H
#define GF_UI_NAMES_H

#include <stddef.h>

#include "ui/worker.h"

enum { GF_NAMES = 64 };

struct gf_names {
    char *asked; /* owned: the path as it was typed */
    char *typed; /* owned: the same, completed as far as all names agree */
    char *path;  /* owned: of a check, as the system knows it: ~ is the home folder */
    /* Owned: the names that fit, the first GF_NAMES in the order of their bytes as the file system
     * has them, folders with a slash behind. */
    char *items[GF_NAMES];
    size_t n, all; /* all: with those that are too many */
    struct gf_error err;
};
void gf_names_free(struct gf_names *names); /* NULL is fine */

/* A job that completes `typed`; names that begin with a dot come where the dot was typed. */
struct gf_job *gf_names_job(const char *typed, int kind);
/* A job that checks whether `typed` is a file or a folder that can be read; what is wrong is in
 * words that follow the path. NULL, either of them, without memory. */
struct gf_job *gf_names_check_job(const char *typed, int kind);
/* What a done job made, now the caller's. */
struct gf_names *gf_names_result(struct gf_job *job);

#endif
