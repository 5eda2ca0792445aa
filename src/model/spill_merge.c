/* Merging the runs of a spill, front to back, with a heap of readers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/vec.h"
#include "model/spill_internal.h"

/* While a tree of one value type is flattened; each further one takes 8 bytes. */
#define FLAT_BYTES 28

static uint64_t flat_bytes(uint64_t nodes, uint32_t nvalues)
{
    return nodes * (FLAT_BYTES + (uint64_t)(nvalues - 1) * sizeof(uint64_t));
}

/* A run being read: where it is, as the path of name ids from below the root. */
struct reader {
    const struct gf_spill_run *run;
    size_t block; /* the next to read */
    unsigned char *data;
    size_t n, pos;
    uint32_t *path; /* [depth], the node's own name last */
    size_t path_cap;
    uint32_t depth;
    bool begun, ended, has_values, zero_stack;
    uint64_t values[GF_MAX_VALUES];
};

struct merger {
    struct gf_spill *spill;
    const atomic_bool *stop;
    struct gf_block_packer *packer;
    struct reader *readers;
    struct reader **heap;
    size_t nheap;
    /* the tree that comes out */
    struct gf_tree *out;
    uint32_t *path, *nodes; /* [depth], [depth + 1] */
    size_t path_cap, nodes_cap;
    uint32_t depth;
    uint64_t n;    /* nodes */
    uint64_t most; /* as many as there is memory for */
};

static bool read_block(struct merger *m, struct reader *r, struct gf_error *err)
{
    struct gf_spill *s = m->spill;
    if (atomic_load(m->stop))
        return gf_fail(err, GF_ERR_CANCELLED, "stopped");
    struct gf_spill_block b = r->run->blocks[r->block++];
    size_t room;
    char *packed = gf_block_buffer(m->packer, &room);
    if (b.size > room)
        return gf_fail(err, GF_ERR_LIMIT, "a block of the temporary file is too large");
    for (size_t done = 0; done < b.size;) {
        ssize_t got = pread(s->fd, packed + done, b.size - done, (off_t)(b.offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            gf_fail_errno(err, got < 0 ? errno : EIO, "cannot read the temporary file");
            return gf_error_in(err, s->dir);
        }
        done += (size_t)got;
    }
    r->pos = 0;
    return gf_block_unpack(m->packer, b.size, r->data, &r->n, err) || gf_error_in(err, s->dir);
}

/* A block holds whole records, as this process wrote them; zstd has checked that it came back. */
static uint64_t get_number(struct reader *r)
{
    uint64_t value = 0;
    for (unsigned shift = 0; r->pos < r->n && shift < 64; shift += 7) {
        unsigned char byte = r->data[r->pos++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

/* Goes to the next node. */
static bool advance(struct merger *m, struct reader *r, struct gf_error *err)
{
    if (r->pos == r->n) {
        r->ended = r->block == r->run->n;
        if (r->ended)
            return true;
        if (!read_block(m, r, err))
            return false;
    }
    uint64_t head = get_number(r);
    uint32_t name = (uint32_t)get_number(r);
    r->has_values = head >> 1 & 1;
    r->zero_stack = head & 1;
    if (r->begun)
        r->depth = r->depth + 1 - (uint32_t)(head >> 2);
    r->begun = true;
    if (r->depth > 0) {
        if (!gf_grow(&r->path, &r->path_cap, r->depth, err))
            return false;
        r->path[r->depth - 1] = name;
    }
    for (uint32_t v = 0; v < m->spill->nvalues; v++)
        r->values[v] = r->has_values ? get_number(r) : 0;
    return true;
}

/* Whether a's node comes before b's in pre-order, children by the bytes of their names. */
static bool comes_before(const struct merger *m, const struct reader *a, const struct reader *b)
{
    uint32_t least = a->depth < b->depth ? a->depth : b->depth, at = 0;
    while (at < least && a->path[at] == b->path[at])
        at++;
    if (at == least)
        return a->depth < b->depth;
    const struct gf_intern *names = m->out ? &m->out->names : &m->spill->names;
    uint32_t na, nb;
    const char *x = gf_intern_text(names, a->path[at], &na);
    const char *y = gf_intern_text(names, b->path[at], &nb);
    int order = memcmp(x, y, na < nb ? na : nb);
    return order ? order < 0 : na < nb;
}

/* Moves the reader at the heap's place `at` down to where it belongs. */
static void sift(struct merger *m, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= m->nheap)
            return;
        if (child + 1 < m->nheap && comes_before(m, m->heap[child + 1], m->heap[child]))
            child++;
        if (!comes_before(m, m->heap[child], m->heap[at]))
            return;
        struct reader *moved = m->heap[at];
        m->heap[at] = m->heap[child];
        m->heap[child] = moved;
        at = child;
    }
}

/* Adds the reader's node to the tree, or its weights to the last node if that is the same. */
static bool take(struct merger *m, const struct reader *r, struct gf_error *err)
{
    bool same = r->depth == m->depth &&
                (r->depth == 0 || memcmp(r->path, m->path, r->depth * sizeof *r->path) == 0);
    if (!same) {
        m->n++;
        m->depth = r->depth;
        if (!gf_grow(&m->path, &m->path_cap, r->depth, err) ||
            !gf_grow(&m->nodes, &m->nodes_cap, (size_t)r->depth + 1, err))
            return false;
        memcpy(m->path, r->path, r->depth * sizeof *r->path);
        if (m->n <= m->most && !gf_tree_append(m->out, m->nodes[r->depth - 1],
                                               r->path[r->depth - 1], &m->nodes[r->depth], err))
            return false;
    }
    if (m->n > m->most || (!r->has_values && !r->zero_stack))
        return true; /* only counted from now on */
    return gf_tree_add(m->out, m->nodes[r->depth], r->values, r->run->decimals, err);
}

static bool begin(struct merger *m, struct gf_error *err)
{
    struct gf_spill *s = m->spill;
    m->packer = gf_block_packer_create(GF_SPILL_BLOCK, err);
    if (!m->packer)
        return false;
    m->readers = calloc(s->nruns + 1, sizeof *m->readers);
    m->heap = calloc(s->nruns + 1, sizeof(struct reader *));
    if (!m->readers || !m->heap)
        return gf_fail_nomem(err, s->nruns * sizeof *m->readers);
    for (size_t i = 0; i < s->nruns; i++) {
        struct reader *r = &m->readers[i];
        r->run = &s->runs[i];
        r->data = malloc(GF_SPILL_BLOCK);
        if (!r->data)
            return gf_fail_nomem(err, GF_SPILL_BLOCK);
        if (!advance(m, r, err))
            return false;
        if (!r->ended)
            m->heap[m->nheap++] = r;
        if (r->run->max_depth > m->out->max_depth)
            m->out->max_depth = r->run->max_depth;
    }
    for (size_t at = m->nheap / 2; at-- > 0;)
        sift(m, at);
    return gf_grow(&m->nodes, &m->nodes_cap, 1, err);
}

static void end(struct merger *m)
{
    for (size_t i = 0; m->readers && i < m->spill->nruns; i++) {
        free(m->readers[i].data);
        free(m->readers[i].path);
    }
    free(m->readers);
    free(m->heap);
    free(m->path);
    free(m->nodes);
    gf_block_packer_destroy(m->packer);
}

static bool merge(struct merger *m, struct gf_error *err)
{
    m->nodes[0] = GF_ROOT;
    m->n = 1;
    while (m->nheap > 0) {
        struct reader *r = m->heap[0];
        if (!take(m, r, err) || !advance(m, r, err))
            return false;
        if (r->ended)
            m->heap[0] = m->heap[--m->nheap];
        sift(m, 0);
    }
    return true;
}

static bool fail_size(const struct merger *m, uint64_t names, uint64_t budget, struct gf_error *err)
{
    char need[16], have[16];
    uint64_t bytes = flat_bytes(m->n, m->spill->nvalues) + names;
    return gf_fail(err, GF_ERR_NOMEM,
                   "the %llu distinct call paths take %s, and --max-memory leaves %s for them",
                   (unsigned long long)m->n - 1, gf_str_bytes(need, bytes),
                   gf_str_bytes(have, budget));
}

bool gf_spill_merge(struct gf_spill *s, uint64_t budget, const atomic_bool *stop,
                    struct gf_tree *out, struct gf_error *err)
{
    struct merger m = {.spill = s, .stop = stop, .out = out};
    if (!gf_tree_init(out, s->nvalues, err))
        return false;
    /* Flattening copies the names. */
    uint64_t names = 2 * gf_intern_size(&s->names);
    m.most = names < budget ? (budget - names) / flat_bytes(1, s->nvalues) : 0;
    struct gf_intern empty = out->names;
    out->names = s->names;
    s->names = empty;
    bool ok = begin(&m, err) && merge(&m, err);
    if (ok && m.n > m.most)
        ok = fail_size(&m, names, budget, err);
    if (!ok)
        gf_tree_free(out);
    end(&m);
    return ok;
}
