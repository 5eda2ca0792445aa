/* What the parts of the builder share: builder_ordered.c (samples that go on where the last one
 * was), builder_scattered.c (samples in no order). Tests use it to fix the keys. */
#ifndef GF_MODEL_BUILDER_INTERNAL_H
#define GF_MODEL_BUILDER_INTERNAL_H

#include "model/anchors.h"
#include "model/builder.h"
#include "model/paths.h"

enum {
    ORDER_NAME = 1, /* the children seen in this visit ascend by name, and there are no others */
    ORDER_LINE = 2, /* the same, by name and the byte behind it */
};

/* A frame of the current path. */
struct level {
    uint32_t node;
    uint32_t end;        /* where its name ends in the stack's text */
    uint32_t last_child; /* the child visited last in this visit, or GF_ROOT */
    uint8_t order;
    bool last_internal; /* last_child was followed by ';' most recently, not by the count */
};

/* A leaf that an ascending walk in line order may meet again as an inner node. */
struct comeback {
    uint32_t level, node;
};

/* Samples that are looked up together. */
#define GF_SCATTERED 64

/* Frames from a leaf up that are walked in advance; the rest of a deep path is not worth it. */
#define GF_WALK_STEPS 64

/* A sample on its way to its node. */
struct gf_lookup {
    uint32_t hash;    /* of the whole stack, if the cache of stacks is asked */
    uint32_t guess;   /* where an equal stack, or a prefix, may have ended, or GF_ROOT */
    uint32_t nwalked; /* frames on the path there that were walked */
    uint32_t anchor;  /* where the walk ended: at the anchor with this number less 1, or 0 */
    bool walked;      /* to the root, or an anchor */
    bool confirmed;   /* the path to the guess reads text[0..end) of the stack: */
    uint32_t end;
    bool split;          /* its last frames are known, of which the first ends not before `cut`: */
    uint32_t cut;        /* 0: all of them are */
    uint32_t above;      /* frames that end before it */
    size_t first, n;     /* in ends[], hashes[] of struct gf_scattered */
    size_t hashed;       /* from this one on, hashes[] is filled */
    uint32_t marked;     /* which of them may be heads: see marked_frames */
    size_t frames;       /* up to, and with, the guess */
    size_t named, words; /* from the frame `named` on, names are in words[], from `words` on */
    unsigned keys;       /* new_keys of paths when the hashes were made */
};

/* The last names of a sample, in words[] of the builder. */
struct gf_tail {
    size_t first, n;
};

/* Of a hash, which bit of added[] stands for it. */
#define GF_ADDED_BIT(hash) ((hash) >> 20)

struct gf_scattered {
    struct gf_lookup lookups[GF_SCATTERED];
    uint32_t *ends; /* where frames end in their stack */
    size_t ends_cap;
    uint32_t *hashes; /* of the paths to them */
    size_t hashes_cap;
    uint32_t *records; /* of the names from a node to the root, in units */
    size_t records_cap;
    uint32_t walked[GF_SCATTERED][GF_WALK_STEPS]; /* the same of each sample's guess */
    struct gf_anchors anchors;
    uint64_t added[64]; /* bits: the hashes of heads that this batch made, by GF_ADDED_BIT */
    bool fresh; /* nearly all stacks of the last batch were new: whole stacks are not looked for */
};

struct gf_builder {
    struct gf_tree tree;
    const struct gf_simd *simd;
    struct level *levels; /* levels[0] is the root's */
    size_t levels_cap;
    size_t depth;  /* index of the deepest level of the path */
    uint32_t last; /* the node visited last */
    struct comeback *comebacks;
    size_t ncomebacks, comebacks_cap;
    struct gf_word
        *words; /* names of a batch's samples that are likely to be those of new frames */
    size_t words_cap;
    unsigned words_keys; /* new_keys of the names when these were looked for */
    struct gf_paths paths;
    struct gf_scattered scattered;
    bool
        is_scattered; /* the batches come in no order that the path of the last sample helps with */
};

/* Separators are looked for in pieces of this many bytes. */
#define PIECE 512

/* Whether the node's name is name[0..len). */
static inline bool gf_node_has_name(const struct gf_tree *t, uint32_t node, const char *name,
                                    uint32_t len)
{
    uint32_t n;
    const char *text = gf_intern_text(&t->names, gf_tree_edges(t)[node].name, &n);
    return n == len && gf_equal_short(text, name, n);
}

/* builder_ordered.c */

/* Adds n <= GF_SCATTERED samples, each by way of the path to the one before. */
bool gf_builder_ordered(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                        struct gf_error *err);

/* Pops the levels that the sample does not share with the path. */
void gf_builder_pop(struct gf_builder *b, const struct gf_sample *s);

/* builder_heads.c: the deepest head of a run on a sample's path. Indices of frames are those of
 * ends[] from l->first on. */

/* Splits the sample, or splits it again to know all frames. *used: of ends[]. */
bool gf_lookup_split(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                     size_t *used, struct gf_error *err);

/* Guesses the heads of all samples that have no guess yet, and asks for what they are compared
 * with. */
bool gf_guess_heads(struct gf_builder *b, const struct gf_sample *samples, size_t n, size_t *used,
                    struct gf_error *err);

/* The deepest head of a run on the sample's path: *node and the number of frames to it, or GF_ROOT
 * and 0; all frames are known then. */
bool gf_find_head(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                  size_t *used, uint32_t *node, size_t *frames, struct gf_error *err);

/* The hash of the path to the sample's frame i. */
uint32_t gf_frame_hash(const struct gf_builder *b, const struct gf_sample *s,
                       const struct gf_lookup *l, size_t i);

/* Whether the path to `node` reads text[0..end). */
bool gf_path_is(struct gf_builder *b, struct gf_lookup *l, uint32_t node, const char *text,
                uint32_t end, bool *same, struct gf_error *err);

/* builder_scattered.c */

/* Adds n <= GF_SCATTERED samples. The path is left as it was before them, as far as it is theirs
 * too. `paths` must be on. */
bool gf_builder_scattered(struct gf_builder *b, const struct gf_sample *samples, size_t n,
                          struct gf_error *err);

#endif
