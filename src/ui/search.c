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

bool gf_search_put(struct gf_search *s, uint32_t codepoint)
{
    char utf8[4];
    if (gf_unsafe_codepoint(codepoint))
        return false;
    size_t len = gf_utf8_encode(codepoint, utf8);
    if (len == 0 || s->n + len >= sizeof s->text)
        return false;
    memcpy(s->text + s->n, utf8, len);
    s->n += len;
    s->text[s->n] = '\0';
    return true;
}

bool gf_search_erase(struct gf_search *s, bool word)
{
    if (s->n == 0)
        return false;
    do {
        do
            s->n--;
        while (s->n > 0 && (s->text[s->n] & 0xc0) == 0x80);
    } while (word && s->n > 0 && s->text[s->n - 1] != ' ');
    s->text[s->n] = '\0';
    return true;
}

bool gf_search_set(struct gf_search *s, const char *text)
{
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
    return true;
}

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
    if (gf_search_names(&frames->names, &query, cancel, f->matched, &f->functions, &f->err))
        gf_search_totals(frames, 0, f->matched, cancel, &f->totals, f->ticks, GF_SEARCH_TICKS,
                         &f->err);
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
