/* The searches of the explorer: what is typed, and what each finds. The finding goes on beside the
 * drawing (gf_search_job); the state only remembers the last results. */
#ifndef GF_UI_SEARCH_H
#define GF_UI_SEARCH_H

#include "layout/palette.h"
#include "model/search.h"
#include "ui/line.h"
#include "ui/scene.h"
#include "ui/worker.h"

enum {
    GF_SEARCHES = GF_MARKS,
    GF_SEARCH_BYTES = 256,
    GF_SEARCH_TICKS = 2048,
    GF_SEARCH_ROWS = 512
};

/* What one search found in one scene. */
struct gf_found {
    struct gf_scene *scene; /* held */
    uint64_t serial;        /* of the search */
    uint8_t *matched;       /* per name */
    uint32_t functions;
    struct gf_search_totals totals;
    uint8_t ticks[GF_SEARCH_TICKS], rows[GF_SEARCH_ROWS];
    struct gf_error err; /* code 0: all is well */
};
void gf_found_free(struct gf_found *found); /* NULL is fine */

struct gf_search {
    struct gf_line line;
    bool match_case;        /* off: case makes no difference */
    uint8_t mark;           /* gf_theme_mark; no two searches have the same */
    uint64_t serial;        /* another one for every text, case and search */
    struct gf_found *found; /* owned; of an earlier serial or scene until the present result comes;
                               NULL: nothing was found yet */
};

struct gf_searches {
    struct gf_search items[GF_SEARCHES];
    unsigned n, active; /* active < n, or both are 0 */
    bool typing;        /* the keyboard belongs to the active one */
    uint64_t serials;
    /* Per name of the scene: the mark of the active search that it matches, else of the first that
     * it does, else 0. NULL: nothing is looked for. */
    uint8_t *marks;
};

/* Adds an empty search and makes it the active one; false when there are GF_SEARCHES. */
bool gf_searches_add(struct gf_searches *searches);
void gf_searches_remove(struct gf_searches *searches, unsigned i);
void gf_searches_free(struct gf_searches *searches);

/* Whether what a search found is about the names of the scene. */
bool gf_search_valid(const struct gf_search *search, const struct gf_scene *scene);
/* How many searches have matches marked in the scene. */
unsigned gf_searches_valid(const struct gf_searches *searches, const struct gf_scene *scene);

/* Makes `marks` anew; without memory it is NULL. */
void gf_searches_mark(struct gf_searches *searches, const struct gf_scene *scene);

/* The line of the active search, which there must be, or its case has been edited. */
void gf_search_edited(struct gf_searches *searches);

/* A job that looks for a search's text in `scene`; NULL without memory. */
struct gf_job *gf_search_job(const struct gf_search *search, struct gf_scene *scene, int kind);
/* What a done job found; takes the result out of it. */
struct gf_found *gf_search_result(struct gf_job *job);

#endif
