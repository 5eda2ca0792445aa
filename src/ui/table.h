/* The table of functions: self and total of every name, in three orders, filtered by the search. */
#ifndef GF_UI_TABLE_H
#define GF_UI_TABLE_H

#include "model/top.h"
#include "ui/command.h"
#include "ui/scene.h"
#include "ui/worker.h"

/* The functions of one scene. */
struct gf_functions {
    struct gf_scene *scene; /* held */
    struct gf_top top;      /* by self */
    uint32_t *order[3];     /* by enum gf_column_of: indices of top.functions */
    bool failed;
};
void gf_functions_free(struct gf_functions *functions); /* NULL is fine */

struct gf_table {
    bool open;
    enum gf_column_of sort;
    double scroll;                  /* device pixels */
    struct gf_functions *functions; /* owned; NULL until they are made */
    uint32_t *rows, nrows;          /* what is shown, from the top: indices of top.functions */
};
void gf_table_free(struct gf_table *table);

/* Takes over `functions` (NULL: none). */
void gf_table_set(struct gf_table *table, struct gf_functions *functions);
/* Shows only the names that `matched` has a 1 for; all when it is NULL. Borrowed for the call. */
void gf_table_filter(struct gf_table *table, const uint8_t *matched);

/* A job that makes the functions of `scene`; NULL without memory. */
struct gf_job *gf_table_job(struct gf_scene *scene, int kind);
struct gf_functions *gf_table_result(struct gf_job *job);

#endif
