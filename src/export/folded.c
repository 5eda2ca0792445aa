#include "export/folded.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "model/diff.h"

#define BUFFER_BYTES (256u << 10)

/* The stack of the node that is being written, as text, and where each of its frames ends. */
struct path {
    char *text; /* "a;b;c" */
    size_t len, cap;
    struct level {
        uint32_t end; /* one past the last node of this frame's subtree */
        size_t len;   /* of the text up to and with this frame */
    } * levels;
    size_t depth, levels_cap;
};

struct writer {
    struct gf_encoder *enc; /* NULL: all has to fit into the buffer */
    char *buffer;
    size_t used, cap;
    uint32_t columns[GF_FRAME_VALUES], ncolumns; /* value types, in the order in which they stand */
};

/* The main value comes last, as in "stack before after"; of a differential there are the sides. */
static void choose_columns(struct writer *w, const struct gf_frames *frames)
{
    w->ncolumns = gf_is_differential(frames) ? 2 : frames->nvalues;
    for (uint32_t i = 0; i < w->ncolumns; i++)
        w->columns[i] = w->ncolumns - 1 - i;
    if (gf_is_differential(frames)) {
        w->columns[0] = gf_side(frames, GF_BEFORE);
        w->columns[1] = gf_side(frames, GF_AFTER);
    }
}

static bool flush(struct writer *w, struct gf_error *err)
{
    size_t n = w->used;
    w->used = 0;
    return n == 0 || gf_encoder_write(w->enc, w->buffer, n, err);
}

static bool append(struct writer *w, const char *s, size_t n, struct gf_error *err)
{
    if (n > w->cap - w->used) {
        if (!w->enc)
            return gf_fail(err, GF_ERR_LIMIT, "no more room");
        if (!flush(w, err))
            return false;
        if (n > w->cap)
            return gf_encoder_write(w->enc, s, n, err);
    }
    memcpy(w->buffer + w->used, s, n);
    w->used += n;
    return true;
}

/* What the format reserves is replaced; profiles that came as folded text hold none of it. All
 * other bytes stay, return and NUL too: they are read back as they are. */
static void make_plain(char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        s[i] = c == ';' ? ':' : c == '\n' ? ' ' : c;
    }
}

/* Makes the path that of `node`, whose parent is the deepest frame that is still open. */
static bool enter(struct path *path, const struct gf_frames *frames, uint32_t node,
                  struct gf_error *err)
{
    while (path->depth > 0 && path->levels[path->depth - 1].end <= node)
        path->depth--;
    path->len = path->depth > 0 ? path->levels[path->depth - 1].len : 0;
    size_t n, need;
    const char *name = gf_frame_name(frames, node, &n);
    if (!gf_add(path->len, n, &need) || !gf_add(need, 1, &need))
        return gf_fail(err, GF_ERR_LIMIT, "a stack is too long to be written");
    if (!gf_grow(&path->text, &path->cap, need, err) ||
        !gf_grow(&path->levels, &path->levels_cap, path->depth + 1, err))
        return false;
    if (path->depth > 0)
        path->text[path->len++] = ';';
    memcpy(path->text + path->len, name, n);
    make_plain(path->text + path->len, n);
    path->len += n;
    path->levels[path->depth++] = (struct level){frames->end[node], path->len};
    return true;
}

/* The node's own line, unless it has no weight of its own in any column. */
static bool line(struct writer *w, const struct path *path, const struct gf_frames *frames,
                 uint32_t node, unsigned decimals, struct gf_error *err)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < w->ncolumns; i++)
        any |= gf_frame_self(frames, node, w->columns[i]);
    if (any == 0)
        return true;
    if (!append(w, path->text, path->len, err))
        return false;
    for (uint32_t i = 0; i < w->ncolumns; i++) {
        char column[48] = " ";
        gf_weight_number(column + 1, gf_frame_self(frames, node, w->columns[i]), decimals);
        if (!append(w, column, strlen(column), err))
            return false;
    }
    return append(w, "\n", 1, err);
}

bool gf_folded_write(const struct gf_frames *frames, unsigned decimals, struct gf_encoder *enc,
                     struct gf_error *err)
{
    struct path path = {0};
    struct writer w = {.enc = enc, .buffer = malloc(BUFFER_BYTES), .cap = BUFFER_BYTES};
    bool ok = false;
    choose_columns(&w, frames);
    if (!w.buffer) {
        gf_fail_nomem(err, BUFFER_BYTES);
        goto out;
    }
    for (uint32_t node = 1; node < frames->n; node++) {
        if (!enter(&path, frames, node, err) || !line(&w, &path, frames, node, decimals, err))
            goto out;
    }
    ok = flush(&w, err);
out:
    free(w.buffer);
    free(path.text);
    free(path.levels);
    return ok;
}

bool gf_folded_text(const struct gf_frames *frames, unsigned decimals, uint32_t node, size_t limit,
                    char **out, size_t *n, bool *cut, struct gf_error *err)
{
    struct path path = {0};
    struct writer w = {.buffer = malloc(limit + 1), .cap = limit};
    struct gf_error local = {0};
    size_t whole = 0; /* bytes of whole lines */
    *out = NULL;
    *cut = false;
    choose_columns(&w, frames);
    if (!w.buffer)
        return gf_fail_nomem(err, limit + 1);
    bool ok = true;
    for (uint32_t at = node ? node : 1; ok && at < frames->end[node]; at++) {
        ok = enter(&path, frames, at, &local) && line(&w, &path, frames, at, decimals, &local);
        whole = ok ? w.used : whole;
    }
    free(path.text);
    free(path.levels);
    *cut = !ok && local.code == GF_ERR_LIMIT;
    if (!ok && !*cut) {
        free(w.buffer);
        if (err)
            *err = local;
        return false;
    }
    w.buffer[whole] = '\0';
    *out = w.buffer;
    *n = whole;
    return true;
}
