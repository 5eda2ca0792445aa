/* The search of the explorer: what is typed, and what it finds. The finding goes on beside the
 * drawing (gf_search_job); the state only remembers the last result. */
#ifndef GF_UI_SEARCH_H
#define GF_UI_SEARCH_H

#include "model/search.h"
#include "ui/scene.h"
#include "ui/worker.h"

enum { GF_SEARCH_BYTES = 256, GF_SEARCH_TICKS = 2048 };

/* What one search found in one scene. */
struct gf_found {
    struct gf_scene *scene; /* held */
    uint8_t *matched;       /* per name */
    uint32_t functions;
    struct gf_search_totals totals;
    uint8_t ticks[GF_SEARCH_TICKS];
    struct gf_error err; /* code 0: all is well */
};
void gf_found_free(struct gf_found *found); /* NULL is fine */

struct gf_search {
    char text[GF_SEARCH_BYTES]; /* terminated UTF-8; empty: no search */
    size_t n;
    bool typing;            /* the keyboard belongs to it */
    bool match_case;        /* off: case makes no difference */
    struct gf_found *found; /* owned; of this text, or NULL while that is looked for */
};

/* Edits the text; each returns whether it changed. */
bool gf_search_put(struct gf_search *search, uint32_t codepoint);
bool gf_search_erase(struct gf_search *search, bool word);
bool gf_search_set(struct gf_search *search, const char *text);

/* A job that looks for the present text in `scene`; NULL without memory. */
struct gf_job *gf_search_job(const struct gf_search *search, struct gf_scene *scene, int kind);
/* What a done job found; takes the result out of it. */
struct gf_found *gf_search_result(struct gf_job *job);

#endif
