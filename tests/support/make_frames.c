#include "support/make_frames.h"

#include <stdlib.h>
#include <string.h>

static void *room(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p)
        abort();
    return p;
}

static uint32_t intern(struct gf_name_table *names, const char *name)
{
    size_t len = strlen(name);
    for (uint32_t i = 0; i < names->n; i++)
        if (names->offset[i + 1] - names->offset[i] == len &&
            memcmp(names->bytes + names->offset[i], name, len) == 0)
            return i;
    uint64_t at = names->offset[names->n];
    memcpy(names->bytes + at, name, len);
    names->offset[++names->n] = at + len;
    return names->n - 1;
}

static void make_rows(struct gf_frames *f, const struct made_node *nodes)
{
    for (uint32_t i = 0; i < f->n; i++)
        f->nrows = nodes[i].depth >= f->nrows ? nodes[i].depth + 1 : f->nrows;
    f->row_start = room(f->nrows + 1, sizeof *f->row_start);
    f->row_nodes = room(f->n, sizeof *f->row_nodes);
    for (uint32_t i = 0; i < f->n; i++)
        f->row_start[nodes[i].depth + 1]++;
    for (uint32_t r = 0; r < f->nrows; r++)
        f->row_start[r + 1] += f->row_start[r];
    uint32_t *at = room(f->nrows, sizeof *at);
    for (uint32_t i = 0; i < f->n; i++)
        f->row_nodes[f->row_start[nodes[i].depth] + at[nodes[i].depth]++] = i;
    free(at);
}

struct gf_frames make_frames(const struct made_node *nodes, uint32_t n)
{
    struct gf_frames f = {.n = n, .nvalues = 1};
    size_t bytes = 1;
    for (uint32_t i = 1; i < n; i++)
        bytes += strlen(nodes[i].name);
    f.name = room(n, sizeof *f.name);
    f.end = room(n, sizeof *f.end);
    f.prefix = room(1, sizeof *f.prefix);
    f.prefix[0] = room(n + (size_t)1, sizeof **f.prefix);
    f.names.bytes = room(bytes, 1);
    f.names.offset = room(n + (size_t)1, sizeof *f.names.offset);
    uint32_t *open = room(n, sizeof *open), depth = 0;
    f.name[0] = GF_NO_NAME;
    for (uint32_t i = 0; i < n; i++) {
        while (depth > nodes[i].depth)
            f.end[open[--depth]] = i;
        open[depth++] = i;
        f.prefix[0][i + 1] = f.prefix[0][i] + nodes[i].self;
        if (i > 0)
            f.name[i] = intern(&f.names, nodes[i].name);
    }
    while (depth > 0)
        f.end[open[--depth]] = n;
    free(open);
    make_rows(&f, nodes);
    return f;
}

void made_frames_free(struct gf_frames *f)
{
    free(f->name);
    free(f->end);
    free(f->prefix[0]);
    free(f->prefix);
    free(f->row_start);
    free(f->row_nodes);
    free(f->names.bytes);
    free(f->names.offset);
}
