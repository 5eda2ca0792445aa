/* The table of functions: self and total of every name, of a differential on both sides, in the
 * order of any column, filtered by the search. */
#ifndef GF_UI_TABLE_H
#define GF_UI_TABLE_H

#include "model/diff.h"
#include "ui/command.h"
#include "ui/scene.h"
#include "ui/worker.h"

/* The functions of what was read, by the names of the scene that is shown: turned round or not,
 * self and total stay what they are. Those that the scene has no frame of are left out. */
struct gf_functions {
    struct gf_scene *scene, *base; /* held */
    bool two;                      /* a differential */
    struct gf_change *items;       /* without a differential [GF_BEFORE] is 0 */
    uint32_t n;
    uint32_t *order[GF_COLUMNS]; /* by enum gf_column_of: indices of items; NULL for a column that
                                    there is not */
    bool failed, cancelled;      /* cancelled: it failed, but only because it was told to */
};
void gf_functions_free(struct gf_functions *functions); /* NULL is fine */

struct gf_table {
    bool open, focus; /* focus: it has the keyboard */
    enum gf_column_of sort;
    bool reversed;                  /* least first, names from the last */
    bool sorted;                    /* somebody chose the order */
    uint32_t at;                    /* the row that keys are at; below nrows while there are rows */
    double scroll;                  /* device pixels */
    struct gf_functions *functions; /* owned; NULL until they are made */
    uint32_t *rows, nrows;          /* what is shown, from the top: indices of items */
};
void gf_table_free(struct gf_table *table);

/* Takes over `functions` (NULL: none). */
void gf_table_set(struct gf_table *table, struct gf_functions *functions);
/* Shows only the names that `matched` has a 1 for; all when it is NULL. Borrowed for the call. The
 * keys stay at their function while it is there. */
void gf_table_filter(struct gf_table *table, const uint8_t *matched);
/* The name of the function that keys are at; GF_NO_NAME when there are no rows. */
uint32_t gf_table_name(const struct gf_table *table);

/* A job that makes the functions of `base` for `scene`; NULL without memory. */
struct gf_job *gf_table_job(struct gf_scene *scene, struct gf_scene *base, int kind);
struct gf_functions *gf_table_result(struct gf_job *job);

#endif
