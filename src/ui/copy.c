#include "ui/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "export/folded.h"
#include "ui/select.h"
#include "ui/table_do.h"

/* Bytes that one name may take in the clipboard when it is all control characters. */
enum { ESCAPED = 8 };

static char *escaped(struct gf_name_table names, uint32_t name)
{
    size_t n = name < names.n ? (size_t)(names.offset[name + 1] - names.offset[name]) : 0;
    char *out = malloc(ESCAPED * n + 1);
    if (out)
        gf_str_escape(out, ESCAPED * n + 1, n > 0 ? names.bytes + names.offset[name] : "", n);
    return out;
}

static char *copy_name(const struct gf_frames *f, uint32_t node)
{
    return escaped(f->names, f->name[node]);
}

/* "root;…;frame". Of one that is too long its leaf's end stays. */
static char *copy_stack(const struct gf_frames *f, struct gf_spot spot)
{
    char *out = malloc(GF_COPY_BYTES + 1);
    size_t at = GF_COPY_BYTES;
    if (!out)
        return NULL;
    out[at] = '\0';
    for (; spot.depth > 0; spot.depth--) {
        char *name = copy_name(f, spot.node);
        size_t n = name ? strlen(name) : 0;
        if (!name || n + 1 > at) {
            free(name);
            break;
        }
        if (out[at])
            out[--at] = ';';
        at -= n;
        memcpy(out + at, name, n);
        free(name);
        spot.node = gf_frame_parent(f, spot.node, spot.depth);
    }
    memmove(out, out + at, GF_COPY_BYTES + 1 - at);
    return out;
}

static char *copy_folded(const struct gf_profile *profile, uint32_t node, char *note, size_t cap)
{
    char *text, *out = NULL;
    size_t n, lines = 0;
    bool cut;
    /* Made safe, a text may grow; lines that then do not fit are left out. */
    if (!gf_folded_text(&profile->frames, profile->decimals, node, GF_COPY_BYTES, &text, &n, &cut,
                        NULL))
        return NULL;
    out = malloc(GF_COPY_BYTES + 1);
    size_t used = 0;
    for (size_t at = 0; out && at < n;) {
        size_t len = (size_t)((char *)memchr(text + at, '\n', n - at) - (text + at));
        if (ESCAPED * len + 2 > GF_COPY_BYTES - used) {
            cut = true;
            break;
        }
        gf_str_escape(out + used, ESCAPED * len + 1, text + at, len);
        used += strlen(out + used);
        out[used++] = '\n';
        lines++;
        at += len + 1;
    }
    free(text);
    if (!out)
        return NULL;
    out[used] = '\0';
    char count[27];
    snprintf(note, cap,
             cut ? "Copied the first %s stacks: there are more than a clipboard takes. "
                   "E saves all of them"
                 : "Copied %s stacks",
             gf_str_grouped(count, lines));
    return out;
}

char *gf_copy_text(const struct gf_app *app, enum gf_copy what, char *note, size_t cap)
{
    note[0] = '\0';
    if (!app->scene || what == GF_COPY_NOTHING)
        return NULL;
    struct gf_spot spot = gf_selected_or_hovered(app);
    const struct gf_profile *profile = app->scene->profile;
    if (what == GF_COPY_NAME && gf_table_has_keys(app) && app->table.nrows > 0) {
        snprintf(note, cap, "Copied the name");
        return escaped(profile->frames.names, gf_table_name(&app->table));
    }
    if (spot.node == GF_NO_NODE) {
        snprintf(note, cap, "Select a frame first");
        return NULL;
    }
    if (what == GF_COPY_FOLDED)
        return copy_folded(profile, spot.node, note, cap);
    if (spot.node == 0)
        return NULL;
    snprintf(note, cap, what == GF_COPY_NAME ? "Copied the name" : "Copied the stack");
    return what == GF_COPY_NAME ? copy_name(&profile->frames, spot.node)
                                : copy_stack(&profile->frames, spot);
}
