/* Finding call paths by the hash of their text.
 *
 * Two tables over the nodes of a call tree, both from 32 bits of hash to a node's id. They hold no
 * text: whoever gets a candidate compares it with the tree.
 *
 *   heads   every node whose id is not its parent's plus one. Nodes are made in runs, each a path
 *           down from a node that was there; the others of a run are found by counting. So the
 *           table has one entry a run, and an entry that is missing says that there is no such
 *           child.
 *           With it goes a bit for every eighth of a slot: where none of them is set there is no
 *           entry. Most questions end there, in memory small enough to be near.
 *   stacks  the node where a whole stack ends. A cache: entries may be lost.
 *
 * The hash of a path is that of its text, "root;caller;callee", and the hashes of all prefixes of a
 * stack come from one pass over it, so that all depths of many stacks can be asked for at once. It
 * is keyed: 8-byte blocks go through NH (Black et al., UMAC, 1999) under random words, pieces of
 * GF_PATH_BLOCKS blocks are chained by a finaliser. An entry of `heads` is never further from its
 * home than GF_PATH_PROBES; where input would break that, a new key is drawn. */
#ifndef GF_MODEL_PATHS_H
#define GF_MODEL_PATHS_H

#include <endian.h>

#include "base/hash.h"
#include "model/tree.h"
#include "simd/simd.h"

#define GF_PATH_BLOCKS 512u
#define GF_PATH_PROBES 1024u
/* Entries of a bucket of `stacks`: a cache line. */
#define GF_STACK_WAYS 8u

struct gf_paths {
    const struct gf_simd *simd;
    uint64_t key[GF_PATH_BLOCKS];
    bool on;             /* `heads` is complete; until then nothing is kept up to date */
    unsigned new_keys;   /* how often collisions made it draw a new key */
    struct gf_map marks; /* the bits: uint8_t [nslots] */
    struct gf_map heads; /* uint64_t [nslots]: hash << 32 | id; 0 is free */
    uint64_t nslots;
    uint32_t nheads;
    struct gf_map stacks; /* uint64_t [nbuckets * GF_STACK_WAYS], the same */
    uint64_t nbuckets;
    uint32_t nstacks;
    uint64_t *sums; /* state of the hash before each block of the current text */
    size_t sums_cap;
    size_t known; /* sums[0..known] are valid */
};

void gf_paths_init(struct gf_paths *p, const struct gf_simd *simd);
void gf_paths_free(struct gf_paths *p);

/* Makes the key from a seed. For gf_paths_init and for tests; the tables must be empty. */
void gf_paths_set_key(struct gf_paths *p, uint64_t seed);

/* Fills `heads` from the tree: from now on it is on. */
bool gf_paths_start(struct gf_paths *p, const struct gf_tree *t, struct gf_error *err);

/* The hash of text[0..end), of which text[0..len) is readable and state is that before its last,
 * partial block. */
static inline uint32_t gf_paths_finish(const struct gf_paths *p, const char *text, size_t len,
                                       size_t end, uint64_t state)
{
    size_t block = end / 8, odd = end % 8;
    uint64_t tail = 0;
    if (block * 8 + 8 <= len) {
        memcpy(&tail, text + block * 8, 8);
        tail = le64toh(tail) & (((uint64_t)1 << odd * 8) - 1);
    } else {
        for (size_t i = 0; i < odd; i++)
            tail |= (uint64_t)(unsigned char)text[block * 8 + i] << i * 8;
    }
    state += gf_hash_block(tail, p->key[block % GF_PATH_BLOCKS]);
    return (uint32_t)(gf_mix(state + end * 0x9e3779b97f4a7c15u) >> 32);
}

/* The hash of text[0..len); leaves `sums` alone. */
uint32_t gf_paths_hash(const struct gf_paths *p, const char *text, size_t len);

/* Brings sums[] to the end of text[0..len). sums[0..known] must be of the same text. */
bool gf_paths_read(struct gf_paths *p, const char *text, size_t len, struct gf_error *err);

/* The same from the block on that text[from] is in; those before are lost. */
bool gf_paths_read_from(struct gf_paths *p, const char *text, size_t len, size_t from,
                        struct gf_error *err);

/* The hash of the prefix text[0..end) of a text that gf_paths_read has read. */
static inline uint32_t gf_paths_prefix(const struct gf_paths *p, const char *text, size_t len,
                                       size_t end)
{
    return gf_paths_finish(p, text, len, end, p->sums[end / 8]);
}

/* A search of `heads`. */
struct gf_probe {
    uint64_t at;
    uint32_t hash, left;
};

static inline struct gf_probe gf_paths_probe(const struct gf_paths *p, uint32_t hash)
{
    return (struct gf_probe){hash * p->nslots >> 32, hash, GF_PATH_PROBES};
}

/* The next node with this hash, or 0. */
static inline uint32_t gf_paths_next(const struct gf_paths *p, struct gf_probe *probe)
{
    const uint64_t *slots = p->heads.data;
    while (probe->left > 0) {
        uint64_t slot = slots[probe->at];
        if (slot == 0)
            break;
        probe->left--;
        if (++probe->at == p->nslots)
            probe->at = 0;
        if (slot >> 32 == probe->hash)
            return (uint32_t)slot;
    }
    return 0;
}

static inline uint64_t gf_paths_mark(const struct gf_paths *p, uint32_t hash)
{
    return hash * p->nslots >> (32 - 3);
}

static inline void gf_paths_ask_mark(const struct gf_paths *p, uint32_t hash)
{
    __builtin_prefetch((const uint8_t *)p->marks.data + gf_paths_mark(p, hash) / 8);
}

/* False: `heads` has no entry with this hash. */
static inline bool gf_paths_marked(const struct gf_paths *p, uint32_t hash)
{
    uint64_t bit = gf_paths_mark(p, hash);
    return ((const uint8_t *)p->marks.data)[bit / 8] >> bit % 8 & 1;
}

static inline void gf_paths_prefetch(const struct gf_paths *p, uint32_t hash)
{
    __builtin_prefetch((const uint64_t *)p->heads.data + (hash * p->nslots >> 32));
}

/* Adds a node of the tree to `heads`. New keys may be drawn: p->new_keys tells. */
bool gf_paths_add(struct gf_paths *p, const struct gf_tree *t, uint32_t hash, uint32_t node,
                  struct gf_error *err);

static inline const uint64_t *gf_paths_bucket(const struct gf_paths *p, uint32_t hash)
{
    return (const uint64_t *)p->stacks.data + (hash * p->nbuckets >> 32) * GF_STACK_WAYS;
}

/* Notes that the stack with this hash ends at `node` of a tree of n nodes. */
bool gf_paths_add_stack(struct gf_paths *p, uint32_t hash, uint32_t node, uint32_t n,
                        struct gf_error *err);

/* Memory in use, in bytes. */
uint64_t gf_paths_size(const struct gf_paths *p);

#endif
