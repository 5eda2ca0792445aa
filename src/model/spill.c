#include "model/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "model/spill_internal.h"

#define DEFAULT_DIR "/var/tmp"

static bool open_file(struct gf_spill *s, struct gf_error *err)
{
    s->fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd >= 0)
        return true;
    /* Not every file system can do that. */
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s/gigaflame-XXXXXX", s->dir);
        errno = ENAMETOOLONG;
        s->fd = n > 0 && (size_t)n < sizeof path ? mkostemp(path, O_CLOEXEC) : -1;
        if (s->fd >= 0 && unlink(path) == 0)
            return true;
    }
    gf_fail_errno(err, errno, "cannot create a temporary file for what memory does not hold");
    return gf_error_in(err, s->dir);
}

struct gf_spill *gf_spill_create(const char *dir, struct gf_error *err)
{
    struct gf_spill *s = calloc(1, sizeof *s);
    if (!dir)
        dir = getenv("TMPDIR");
    if (!dir || !*dir)
        dir = DEFAULT_DIR;
    if (!s || !(s->dir = strdup(dir))) {
        free(s);
        gf_fail_nomem(err, sizeof *s);
        return NULL;
    }
    s->fd = -1;
    pthread_mutex_init(&s->mutex, NULL);
    gf_intern_init(&s->names);
    if (!open_file(s, err)) {
        gf_spill_destroy(s);
        return NULL;
    }
    return s;
}

void gf_spill_destroy(struct gf_spill *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    for (size_t i = 0; i < s->nruns; i++)
        free(s->runs[i].blocks);
    free(s->runs);
    gf_intern_free(&s->names);
    pthread_mutex_destroy(&s->mutex);
    free(s->dir);
    free(s);
}

uint64_t gf_spill_memory(struct gf_spill *s)
{
    pthread_mutex_lock(&s->mutex);
    uint64_t size = gf_intern_size(&s->names);
    pthread_mutex_unlock(&s->mutex);
    return size;
}

uint64_t gf_spill_size(struct gf_spill *s)
{
    pthread_mutex_lock(&s->mutex);
    uint64_t size = s->size;
    pthread_mutex_unlock(&s->mutex);
    return size;
}

/* A run while it is written. */
struct writer {
    struct gf_spill *spill;
    struct gf_spill_run *run;
    const struct gf_tree *tree;
    uint32_t *id_of;   /* the tree's names in the spill's table */
    uint32_t *rank_of; /* and in the order of their bytes */
    struct gf_children children;
    unsigned char *block;
    size_t n;
    struct gf_block_packer *packer;
};

struct ranked {
    const char *text;
    uint32_t len, id;
};

static int by_bytes(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static bool rank_names(struct writer *w, struct gf_error *err)
{
    const struct gf_intern *names = &w->tree->names;
    size_t n = (size_t)names->n + 1;
    struct ranked *ranked = malloc(n * sizeof *ranked);
    w->id_of = malloc(n * sizeof *w->id_of);
    w->rank_of = malloc(n * sizeof *w->rank_of);
    bool ok = ranked && w->id_of && w->rank_of;
    if (!ok)
        gf_fail_nomem(err, n * sizeof *ranked);
    for (uint32_t id = 0; ok && id < names->n; id++) {
        bool is_new;
        ranked[id].text = gf_intern_text(names, id, &ranked[id].len);
        ranked[id].id = id;
        ok = gf_intern_add(&w->spill->names, ranked[id].text, ranked[id].len, &w->id_of[id],
                           &is_new, err);
    }
    if (ok && names->n > 0)
        qsort(ranked, names->n, sizeof *ranked, by_bytes);
    for (uint32_t i = 0; ok && i < names->n; i++)
        w->rank_of[ranked[i].id] = i;
    free(ranked);
    return ok;
}

static int by_rank(const void *a, const void *b, void *ctx)
{
    const struct writer *w = ctx;
    const struct gf_edge *edges = gf_tree_edges(w->tree);
    uint32_t x = w->rank_of[edges[*(const uint32_t *)a].name];
    uint32_t y = w->rank_of[edges[*(const uint32_t *)b].name];
    return (x > y) - (x < y);
}

/* Writes the block to the file. */
static bool flush(struct writer *w, struct gf_error *err)
{
    struct gf_spill *s = w->spill;
    if (w->n == 0)
        return true;
    const void *packed;
    size_t size;
    if (!gf_block_pack(w->packer, w->block, w->n, &packed, &size, err) ||
        !gf_grow(&w->run->blocks, &w->run->cap, w->run->n + 1, err))
        return false;
    for (size_t done = 0; done < size;) {
        ssize_t put =
            pwrite(s->fd, (const char *)packed + done, size - done, (off_t)(s->size + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            gf_fail_errno(err, put < 0 ? errno : ENOSPC,
                          "cannot write what memory does not hold (%llu MB so far)",
                          (unsigned long long)(s->size >> 20));
            return gf_error_in(err, s->dir);
        }
        done += (size_t)put;
    }
    w->run->blocks[w->run->n++] = (struct gf_spill_block){s->size, (uint32_t)size};
    s->size += size;
    w->n = 0;
    return true;
}

static void put_number(struct writer *w, uint64_t value)
{
    while (value >= 0x80) {
        w->block[w->n++] = (unsigned char)(value | 0x80);
        value >>= 7;
    }
    w->block[w->n++] = (unsigned char)value;
}

/* `up`: how many levels the node lies above where a child of the node before would. */
static bool put_node(struct writer *w, uint32_t node, uint32_t up, struct gf_error *err)
{
    const struct gf_tree *t = w->tree;
    if (GF_SPILL_BLOCK - w->n < GF_SPILL_RECORD && !flush(w, err))
        return false;
    uint64_t any = 0;
    for (uint32_t v = 0; v < t->nvalues; v++)
        any |= ((const uint64_t *)t->self[v].data)[node];
    put_number(w, (uint64_t)up << 2 | (uint64_t)(any != 0) << 1 | gf_tree_zero_stack(t, node));
    put_number(w, node == GF_ROOT ? 0 : w->id_of[gf_tree_edges(t)[node].name]);
    for (uint32_t v = 0; any && v < t->nvalues; v++)
        put_number(w, ((const uint64_t *)t->self[v].data)[node]);
    return true;
}

struct open_node {
    uint32_t node, depth;
};

static bool put_tree(struct writer *w, struct gf_error *err)
{
    const uint32_t *first = w->children.first.data;
    uint32_t *list = w->children.list.data;
    struct open_node *stack = NULL;
    size_t n = 0, cap = 0;
    uint32_t expected = 0; /* the depth of a child of the node before */
    bool ok = gf_grow(&stack, &cap, 1, err);
    if (ok)
        stack[n++] = (struct open_node){GF_ROOT, 0};
    while (ok && n > 0) {
        struct open_node at = stack[--n];
        uint32_t *children = list + first[at.node];
        uint32_t nchildren = first[at.node + 1] - first[at.node];
        ok = put_node(w, at.node, expected - at.depth, err);
        expected = at.depth + 1;
        if (!ok || nchildren == 0)
            continue;
        if (nchildren > 1)
            qsort_r(children, nchildren, sizeof *children, by_rank, w);
        ok = gf_grow(&stack, &cap, n + nchildren, err);
        for (uint32_t i = nchildren; ok && i > 0; i--)
            stack[n++] = (struct open_node){children[i - 1], at.depth + 1};
    }
    free(stack);
    return ok && flush(w, err);
}

bool gf_spill_write(struct gf_spill *s, const struct gf_tree *t, struct gf_error *err)
{
    struct gf_spill_run run = {.max_depth = t->max_depth, .decimals = t->decimals};
    struct writer w = {.spill = s, .run = &run, .tree = t};
    pthread_mutex_lock(&s->mutex);
    s->nvalues = t->nvalues;
    w.block = malloc(GF_SPILL_BLOCK);
    w.packer = gf_block_packer_create(GF_SPILL_BLOCK, err);
    bool ok = w.packer && (w.block || gf_fail_nomem(err, GF_SPILL_BLOCK));
    ok = ok && rank_names(&w, err) && gf_tree_children(t, &w.children, err) && put_tree(&w, err) &&
         gf_grow(&s->runs, &s->runs_cap, s->nruns + 1, err);
    if (ok)
        s->runs[s->nruns++] = run;
    else
        free(run.blocks);
    gf_block_packer_destroy(w.packer);
    free(w.block);
    free(w.id_of);
    free(w.rank_of);
    gf_children_free(&w.children);
    pthread_mutex_unlock(&s->mutex);
    return ok;
}
