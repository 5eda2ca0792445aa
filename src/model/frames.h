/* The frame array: one profile, flattened. Immutable once made; any thread may read it.
 *
 * Nodes are numbered in depth-first pre-order, siblings in the order that was asked for. Node 0 is
 * the synthetic root that holds all samples. Per value type one running sum of self weights gives
 * self, total and the x-start of every frame without further storage:
 *
 *     self(i)  = prefix[i + 1] - prefix[i]
 *     total(i) = prefix[end[i]] - prefix[i]
 *     x(i)     = prefix[i]            (a frame's own self weight lies left of its children)
 */
#ifndef GF_MODEL_FRAMES_H
#define GF_MODEL_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/budget.h"
#include "base/error.h"
#include "base/vec.h"
#include "decode/sink.h"

/* Value types at the most: those of a sample, and what the widths of both sides are
 * (gf_diff_view). */
enum { GF_FRAME_VALUES = GF_MAX_VALUES + 1 };

/* One value type: what was counted, in which unit ("samples"/"count", "cpu"/"nanoseconds"). */
struct gf_value_type {
    char *type, *unit;
};

/* Interned names by id: text(i) is bytes[offset[i]] .. bytes[offset[i + 1]], not terminated,
 * any bytes. Ids are in order of first appearance in pre-order. */
struct gf_name_table {
    char *bytes;
    uint64_t *offset; /* [n + 1] */
    uint32_t n;
};

struct gf_frames {
    uint32_t n; /* nodes, the root included: at least 1 */
    uint32_t nvalues;
    uint32_t *name;    /* [n]; the root's is GF_NO_NAME */
    uint32_t *end;     /* [n] one past the last node of the subtree */
    uint64_t **prefix; /* [nvalues][n + 1] */
    /* Row r (0: the root's) holds the nodes of depth r by ascending x:
     * row_nodes[row_start[r]] .. row_nodes[row_start[r + 1] - 1]. */
    uint32_t nrows;
    uint32_t *row_start; /* [nrows + 1] */
    uint32_t *row_nodes; /* [n] */
    struct gf_name_table names;
    bool names_borrowed;          /* they belong to other frames, which have to outlive these */
    struct gf_value_type *values; /* [nvalues] */
    struct gf_map storage;        /* what the arrays above point into */
    struct gf_budget *budget;     /* held: what is made of these frames shares it; NULL: no limit */
    uint64_t counted;             /* bytes of it */
};

#define GF_NO_NAME UINT32_MAX
#define GF_NO_NODE UINT32_MAX

static inline uint64_t gf_frame_self(const struct gf_frames *f, uint32_t node, uint32_t value)
{
    return f->prefix[value][node + 1] - f->prefix[value][node];
}

static inline uint64_t gf_frame_total(const struct gf_frames *f, uint32_t node, uint32_t value)
{
    return f->prefix[value][f->end[node]] - f->prefix[value][node];
}

static inline uint64_t gf_frame_x(const struct gf_frames *f, uint32_t node, uint32_t value)
{
    return f->prefix[value][node];
}

/* The name of a node, not terminated; the root's is empty. */
const char *gf_frame_name(const struct gf_frames *f, uint32_t node, size_t *len);

/* The parent of `node` at depth `depth` (GF_NO_NODE for the root): a binary search in the row
 * above. */
uint32_t gf_frame_parent(const struct gf_frames *f, uint32_t node, uint32_t depth);

/* The depth of `node`: walks down from the root, a binary search per row. For a node that was
 * pointed at; who goes over many nodes takes the depth from the row they stand in, since in a tree
 * of depth d this costs d * log n for each. */
uint32_t gf_frame_depth(const struct gf_frames *f, uint32_t node);

/* Index in row_nodes of the last frame of row `depth` whose node id is at most `node`, or
 * GF_NO_NODE where there is none. */
uint32_t gf_row_at_or_before(const struct gf_frames *f, uint32_t depth, uint32_t node);

/* Gives `to`, whose value types have neither names nor units, copies of those of `from`. */
bool gf_frames_copy_values(const struct gf_frames *from, struct gf_frames *to,
                           struct gf_error *err);

/* Makes room for n nodes in nrows rows with nvalues value types: the arrays are there and zero.
 * Names are the caller's to fill in. Free with gf_frames_free, also on failure. */
bool gf_frames_alloc(struct gf_frames *f, uint32_t n, uint32_t nrows, uint32_t nvalues,
                     struct gf_error *err);

void gf_frames_free(struct gf_frames *f);

/* Bytes of the arrays of n frames with nvalues value types, names aside. */
static inline uint64_t gf_frames_cost(uint64_t n, uint32_t nvalues)
{
    return n * (3 * sizeof(uint32_t) + nvalues * sizeof(uint64_t));
}

/* Has frames that are there, and have no budget, share one: what their arrays and names take is
 * counted in it until they are freed, whether it fits or not. */
void gf_frames_join(struct gf_frames *f, struct gf_budget *budget);

#endif
