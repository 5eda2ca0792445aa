#include "ui/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct job {
    struct gf_job job;
    char text[GF_SEARCH_BYTES];
    size_t n;
    bool match_case;
    struct gf_found *found;
};

void gf_found_free(struct gf_found *found)
{
    if (!found)
        return;
    gf_scene_drop(found->scene);
    free(found->matched);
    free(found);
}

/* ---- the list ---- */

static struct gf_search *active(struct gf_searches *all)
{
    return &all->items[all->active];
}

bool gf_searches_add(struct gf_searches *all)
{
    unsigned used = 1; /* mark 0 is none */
    if (all->n == GF_SEARCHES)
        return false;
    for (unsigned i = 0; i < all->n; i++)
        used |= 1u << all->items[i].mark;
    uint8_t mark = (uint8_t)__builtin_ctz(~used);
    all->items[all->n] = (struct gf_search){.mark = mark, .serial = ++all->serials};
    all->active = all->n++;
    return true;
}

void gf_searches_remove(struct gf_searches *all, unsigned i)
{
    if (i >= all->n)
        return;
    gf_found_free(all->items[i].found);
    all->n--;
    memmove(&all->items[i], &all->items[i + 1], (all->n - i) * sizeof *all->items);
    if (all->active > i || all->active == all->n)
        all->active -= all->active > 0;
    all->typing = all->typing && all->n > 0;
}

void gf_searches_free(struct gf_searches *all)
{
    while (all->n > 0)
        gf_searches_remove(all, all->n - 1);
    free(all->marks);
    all->marks = NULL;
}

bool gf_search_valid(const struct gf_search *s, const struct gf_scene *scene)
{
    return s->found && s->found->err.code == GF_OK && gf_scene_same_names(s->found->scene, scene);
}

unsigned gf_searches_valid(const struct gf_searches *all, const struct gf_scene *scene)
{
    unsigned n = 0;
    for (unsigned i = 0; i < all->n; i++)
        n += gf_search_valid(&all->items[i], scene);
    return n;
}

void gf_searches_mark(struct gf_searches *all, const struct gf_scene *scene)
{
    free(all->marks);
    all->marks = NULL;
    if (gf_searches_valid(all, scene) == 0)
        return;
    uint32_t names = scene->profile->frames.names.n;
    all->marks = calloc((size_t)names + 1, 1);
    /* The active one first, then the others in their order; the first to come has the name. */
    for (unsigned k = 0; k <= all->n && all->marks; k++) {
        unsigned i = k == 0 ? all->active : k - 1;
        const struct gf_search *s = &all->items[i];
        if (!gf_search_valid(s, scene) || (k > 0 && i == all->active))
            continue;
        for (uint32_t name = 0; name < names; name++)
            if (s->found->matched[name] && !all->marks[name])
                all->marks[name] = s->mark;
    }
}

/* ---- the text of the active one ---- */

bool gf_search_put(struct gf_searches *all, uint32_t codepoint)
{
    struct gf_search *s = active(all);
    char utf8[4];
    if (gf_unsafe_codepoint(codepoint))
        return false;
    size_t len = gf_utf8_encode(codepoint, utf8);
    if (len == 0 || s->n + len >= sizeof s->text)
        return false;
    memcpy(s->text + s->n, utf8, len);
    s->n += len;
    s->text[s->n] = '\0';
    s->serial = ++all->serials;
    return true;
}

bool gf_search_erase(struct gf_searches *all, bool word)
{
    struct gf_search *s = active(all);
    if (s->n == 0)
        return false;
    do {
        do
            s->n--;
        while (s->n > 0 && (s->text[s->n] & 0xc0) == 0x80);
    } while (word && s->n > 0 && s->text[s->n - 1] != ' ');
    s->text[s->n] = '\0';
    s->serial = ++all->serials;
    return true;
}

bool gf_search_set(struct gf_searches *all, const char *text)
{
    struct gf_search *s = active(all);
    size_t n = strlen(text);
    if (n >= sizeof s->text)
        n = sizeof s->text - 1;
    while (n > 0 && text[n] && (text[n] & 0xc0) == 0x80)
        n--; /* not in the midst of a character */
    if (n == s->n && memcmp(text, s->text, n) == 0)
        return false;
    memcpy(s->text, text, n);
    s->text[n] = '\0';
    s->n = n;
    s->serial = ++all->serials;
    return true;
}

void gf_search_switch_case(struct gf_searches *all)
{
    active(all)->match_case = !active(all)->match_case;
    active(all)->serial = ++all->serials;
}

/* ---- finding ---- */

/* "/expression/" is a regular expression, the last slash optional; anything else is plain text. */
static struct gf_search_query query_of(const struct job *j)
{
    struct gf_search_query q = {.text = j->text, .n = j->n, .ignore_case = !j->match_case};
    if (q.n > 1 && q.text[0] == '/') {
        q.regex = true;
        q.text++;
        q.n--;
        if (q.n > 1 && q.text[q.n - 1] == '/')
            q.n--;
    }
    return q;
}

static void run(struct gf_job *job, const atomic_bool *cancel)
{
    struct job *j = (struct job *)job;
    struct gf_found *f = j->found;
    const struct gf_frames *frames = &f->scene->profile->frames;
    struct gf_search_query query = query_of(j);
    const struct gf_search_ticks ticks = {f->ticks, f->rows, GF_SEARCH_TICKS, GF_SEARCH_ROWS};
    if (gf_search_names(&frames->names, &query, cancel, f->matched, &f->functions, &f->err))
        gf_search_totals(frames, 0, f->matched, cancel, &f->totals, &ticks, &f->err);
}

static void free_job(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    gf_found_free(j->found);
    free(j);
}

struct gf_job *gf_search_job(const struct gf_search *search, struct gf_scene *scene, int kind)
{
    struct job *j = calloc(1, sizeof *j);
    struct gf_found *f = calloc(1, sizeof *f);
    uint8_t *matched = calloc((size_t)scene->profile->frames.names.n + 1, 1);
    if (!j || !f || !matched) {
        free(j);
        free(f);
        free(matched);
        return NULL;
    }
    *j = (struct job){.job = {.kind = kind, .run = run, .free = free_job},
                      .n = search->n,
                      .match_case = search->match_case,
                      .found = f};
    memcpy(j->text, search->text, sizeof j->text);
    f->scene = gf_scene_hold(scene);
    f->serial = search->serial;
    f->matched = matched;
    return &j->job;
}

struct gf_found *gf_search_result(struct gf_job *job)
{
    struct job *j = (struct job *)job;
    struct gf_found *found = j->found;
    j->found = NULL;
    return found;
}
