#include "support/frames_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static void *get(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (!p)
        abort();
    return p;
}

static void *grown(void *p, size_t n, size_t size)
{
    p = realloc(p, (n ? n : 1) * size);
    if (!p)
        abort();
    return p;
}

void frames_set_names(struct gf_frames *f, const char *const *names, uint32_t n)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < n; i++)
        bytes += strlen(names[i]);
    free(f->names.bytes);
    free(f->names.offset);
    f->names = (struct gf_name_table){get(bytes, 1), get((size_t)n + 1, sizeof(uint64_t)), n};
    for (uint32_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        memcpy(f->names.bytes + f->names.offset[i], names[i], len);
        f->names.offset[i + 1] = f->names.offset[i] + len;
    }
}

void frames_from_nodes(struct gf_frames *f, const struct build_node *nodes, uint32_t n)
{
    *f = (struct gf_frames){.n = n, .nvalues = 1};
    f->name = get(n, sizeof *f->name);
    f->end = get(n, sizeof *f->end);
    f->prefix = get(1, sizeof *f->prefix);
    f->prefix[0] = get((size_t)n + 1, sizeof **f->prefix);
    uint32_t names = 0;
    for (uint32_t i = 0; i < n; i++) {
        f->name[i] = i ? nodes[i].name : GF_NO_NAME;
        f->prefix[0][i + 1] = f->prefix[0][i] + nodes[i].self;
        if (i && nodes[i].name >= names)
            names = nodes[i].name + 1;
        if (nodes[i].depth >= f->nrows)
            f->nrows = nodes[i].depth + 1;
    }
    /* A subtree ends where the next node is no deeper. */
    uint32_t *open = get((size_t)f->nrows + 1, sizeof *open), nopen = 0;
    for (uint32_t i = 0; i <= n; i++) {
        while (nopen > 0 && (i == n || nodes[open[nopen - 1]].depth >= nodes[i].depth))
            f->end[open[--nopen]] = i;
        if (i < n)
            open[nopen++] = i;
    }
    free(open);
    f->row_start = get((size_t)f->nrows + 1, sizeof *f->row_start);
    f->row_nodes = get(n, sizeof *f->row_nodes);
    for (uint32_t i = 0; i < n; i++)
        f->row_start[nodes[i].depth + 1]++;
    for (uint32_t d = 0; d < f->nrows; d++)
        f->row_start[d + 1] += f->row_start[d];
    uint32_t *at = get((size_t)f->nrows + 1, sizeof *at);
    memcpy(at, f->row_start, f->nrows * sizeof *at);
    for (uint32_t i = 0; i < n; i++)
        f->row_nodes[at[nodes[i].depth]++] = i;
    free(at);

    char *text = get(names, 12);
    const char **list = get(names, sizeof *list);
    for (uint32_t i = 0; i < names; i++) {
        snprintf(text + i * 12u, 12, "f%u", (unsigned)i);
        list[i] = text + i * 12u;
    }
    frames_set_names(f, list, names);
    free(list);
    free(text);
}

void frames_build_free(struct gf_frames *f)
{
    free(f->name);
    free(f->end);
    if (f->prefix)
        free(f->prefix[0]);
    free(f->prefix);
    free(f->row_start);
    free(f->row_nodes);
    free(f->names.bytes);
    free(f->names.offset);
    *f = (struct gf_frames){0};
}

/* The tree of frames_from_folded: nodes in order of creation. */
struct tree_node {
    uint32_t parent, depth, name;
    uint64_t self;
};

static uint32_t name_id(char ***names, uint32_t *n, const char *s, size_t len)
{
    for (uint32_t i = 0; i < *n; i++)
        if (strlen((*names)[i]) == len && memcmp((*names)[i], s, len) == 0)
            return i;
    *names = grown(*names, (size_t)*n + 1, sizeof **names);
    (*names)[*n] = get(len + 1, 1);
    memcpy((*names)[*n], s, len);
    return (*n)++;
}

static uint32_t child(struct tree_node **tree, uint32_t *n, uint32_t parent, uint32_t name)
{
    for (uint32_t i = 1; i < *n; i++)
        if ((*tree)[i].parent == parent && (*tree)[i].name == name)
            return i;
    *tree = grown(*tree, (size_t)*n + 1, sizeof **tree);
    (*tree)[*n] = (struct tree_node){parent, (*tree)[parent].depth + 1, name, 0};
    return (*n)++;
}

/* Appends the subtrees below `parent` in order of creation: for little trees. */
static void flatten(const struct tree_node *tree, uint32_t n, uint32_t parent,
                    struct build_node *out, uint32_t *used)
{
    out[(*used)++] = (struct build_node){tree[parent].depth, tree[parent].name, tree[parent].self};
    for (uint32_t i = 1; i < n; i++)
        if (tree[i].parent == parent)
            flatten(tree, n, i, out, used);
}

void frames_from_folded(struct gf_frames *f, const char *text)
{
    char **names = NULL;
    uint32_t nnames = 0, n = 1;
    struct tree_node *tree = get(1, sizeof *tree);
    while (*text) {
        const char *end = strchr(text, '\n');
        size_t len = end ? (size_t)(end - text) : strlen(text);
        size_t stack = len;
        while (stack > 0 && text[stack] != ' ')
            stack--;
        uint32_t node = 0;
        for (size_t from = 0; from < stack;) {
            size_t to = from;
            while (to < stack && text[to] != ';')
                to++;
            node = child(&tree, &n, node, name_id(&names, &nnames, text + from, to - from));
            from = to + 1;
        }
        tree[node].self += strtoull(text + stack, NULL, 10);
        text += len + (end != NULL);
    }
    struct build_node *nodes = get(n, sizeof *nodes);
    uint32_t used = 0;
    flatten(tree, n, 0, nodes, &used);
    frames_from_nodes(f, nodes, used);
    frames_set_names(f, (const char *const *)names, nnames);
    for (uint32_t i = 0; i < nnames; i++)
        free(names[i]);
    free(names);
    free(nodes);
    free(tree);
}

void frames_random(struct gf_frames *f, uint64_t seed, uint32_t n, uint32_t depth, unsigned bits,
                   uint32_t names)
{
    struct build_node *nodes = get(n, sizeof *nodes);
    for (uint32_t i = 1; i < n; i++) {
        uint64_t r = gf_mix(seed += 0x9e3779b97f4a7c15u);
        uint32_t deepest = nodes[i - 1].depth + 1 < depth ? nodes[i - 1].depth + 1 : depth - 1;
        uint32_t up = (uint32_t)__builtin_ctzll(r | 1u << 20) * 2;
        nodes[i].depth = r & 1 ? deepest : up + 1 < deepest ? deepest - up : 1;
        nodes[i].name = (uint32_t)((r >> 24) % names);
        unsigned size = (unsigned)((r >> 48) % (bits + 1));
        nodes[i].self = (r >> 8 & 3) == 0 ? 0 : gf_mix(r) & ((1ull << size) - 1);
    }
    frames_from_nodes(f, nodes, n);
    free(nodes);
}
