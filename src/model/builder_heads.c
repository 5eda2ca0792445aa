/* Which prefix of a sample's stack is the deepest head of a run, from the leaf up.
 *
 * Few frames of a stack are new, so only its last bytes are split into frames and hashed at first.
 * The paths to the last frames are looked up among the marks together, so that the waits overlap,
 * then those that may be heads among the heads. */
#include "model/builder_internal.h"

#include <string.h>

/* So many bytes of a stack are split at first, and so many of its last frames asked about. */
#define TAIL         512u
#define FIRST_FRAMES 12

/* Whether the path to the sample's guess reads text[0..end). It was walked in advance. */
static bool guess_is(struct gf_builder *b, const struct gf_lookup *l, const char *text,
                     uint32_t end)
{
    const struct gf_scattered *c = &b->scattered;
    const void *pool = b->tree.names.pool.data;
    const uint32_t *records = c->walked[l - c->lookups];
    if (l->anchor == 0)
        return b->simd->is_joined(text, end, ';', pool, records, l->nwalked);
    uint32_t len = c->anchors.lens[l->anchor - 1];
    if (end < len || memcmp(text, gf_anchor_text(&c->anchors, l->anchor - 1), len) != 0)
        return false;
    if (l->nwalked == 0)
        return end == len;
    return end > len && text[len] == ';' &&
           b->simd->is_joined(text + len + 1, end - len - 1, ';', pool, records, l->nwalked);
}

/* Whether the path to `node` reads text[0..end). */
bool gf_path_is(struct gf_builder *b, struct gf_lookup *l, uint32_t node, const char *text,
                uint32_t end, bool *same, struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    const struct gf_tree *t = &b->tree;
    const struct gf_edge *edges = gf_tree_edges(t);
    const uint32_t *records = t->names.records.data;
    size_t n = 0;
    if (node == l->guess && l->walked) {
        *same = l->confirmed = guess_is(b, l, text, end);
        l->end = end;
        return true;
    }
    for (; node != GF_ROOT; node = edges[node].parent) {
        if (n == c->records_cap && !gf_grow(&c->records, &c->records_cap, n + 64, err))
            return false;
        c->records[n++] = records[edges[node].name];
        /* A name has a separator behind it, except for the last. */
        if (n > (size_t)end + 1)
            break;
    }
    *same = b->simd->is_joined(text, end, ';', t->names.pool.data, c->records, n);
    return true;
}

/* Finds the ends of the frames that end at `cut` or later, from *used on in ends[]. */
static bool split_from(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                       uint32_t cut, size_t *used, struct gf_error *err)
{
    struct gf_scattered *c = &b->scattered;
    size_t at = *used;
    for (uint32_t piece = cut; piece < s->len; piece += PIECE) {
        uint32_t n = s->len - piece < PIECE ? s->len - piece : PIECE;
        if (!gf_grow(&c->ends, &c->ends_cap, at + n + 1, err))
            return false;
        size_t count = b->simd->index_byte(s->stack + piece, n, ';', c->ends + at);
        for (size_t i = 0; piece && i < count; i++)
            c->ends[at + i] += piece;
        at += count;
    }
    if (!gf_grow(&c->ends, &c->ends_cap, at + 1, err) ||
        !gf_grow(&c->hashes, &c->hashes_cap, at + 1, err))
        return false;
    c->ends[at++] = s->len;
    l->split = true;
    l->frames = 0;
    l->cut = cut;
    l->above = cut ? (uint32_t)b->simd->count_byte(s->stack, cut, ';') : 0;
    l->first = *used;
    l->n = l->hashed = l->named = at - *used;
    l->keys = b->paths.new_keys;
    *used = at;
    return true;
}

bool gf_lookup_split(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                     size_t *used, struct gf_error *err)
{
    struct gf_lookup before = *l;
    if (!split_from(b, s, l, 0, used, err))
        return false;
    if (before.split) {
        uint32_t *hashes = b->scattered.hashes;
        size_t more = l->n - before.n;
        l->hashed = before.hashed + more;
        l->named = before.named + more;
        memcpy(hashes + l->first + l->hashed, hashes + before.first + before.hashed,
               (before.n - before.hashed) * sizeof *hashes);
    }
    return true;
}

uint32_t gf_frame_hash(const struct gf_builder *b, const struct gf_sample *s,
                       const struct gf_lookup *l, size_t i)
{
    return i >= l->hashed ? b->scattered.hashes[l->first + i]
                          : gf_paths_hash(&b->paths, s->stack, b->scattered.ends[l->first + i]);
}

/* Which of the sample's last frames, from the one that `hashed` says on, may be heads: bit 31 is
 * the leaf, the bit below it its parent. Without a branch: how many there are cannot be foretold.
 */
static uint32_t marked_frames(const struct gf_builder *b, const struct gf_lookup *l)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    uint32_t marked = 0;
    size_t from = l->n - l->hashed > 32 ? l->n - 32 : l->hashed;
    for (size_t i = from; i < l->n; i++)
        marked |= (uint32_t)gf_paths_marked(&b->paths, hashes[i]) << (31 - (l->n - 1 - i));
    return marked;
}

/* Hashes the paths to FIRST_FRAMES more of the sample's frames, from the leaf up, and asks for
 * their marks. */
static bool hash_more(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      size_t *used, struct gf_error *err)
{
    if (!l->split) {
        uint32_t cut = s->len > TAIL ? s->len - TAIL : 0;
        if (!split_from(b, s, l, cut, used, err))
            return false;
    }
    if (l->hashed == 0 && l->cut && !gf_lookup_split(b, s, l, used, err))
        return false;
    const uint32_t *ends = b->scattered.ends + l->first;
    uint32_t *hashes = b->scattered.hashes + l->first;
    size_t from = l->hashed > FIRST_FRAMES ? l->hashed - FIRST_FRAMES : 0;
    if (!gf_paths_read_from(&b->paths, s->stack, s->len, ends[from], err))
        return false;
    while (l->hashed > from) {
        size_t i = --l->hashed;
        hashes[i] = gf_paths_prefix(&b->paths, s->stack, s->len, ends[i]);
        gf_paths_ask_mark(&b->paths, hashes[i]);
    }
    return true;
}

/* Asks for the places in the table of the two deepest paths of the sample that may be heads (the
 * first is often none). */
static void ask_heads(struct gf_builder *b, struct gf_lookup *l)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    uint32_t marked = l->marked = marked_frames(b, l);
    for (unsigned k = 0; k < 2 && marked; k++) {
        unsigned up = (unsigned)__builtin_clz(marked);
        gf_paths_prefetch(&b->paths, hashes[l->n - 1 - up]);
        marked &= ~(1u << (31 - up));
    }
}

/* Guesses the deepest head on the sample's path among the frames that are hashed. */
static void guess_head(const struct gf_builder *b, struct gf_lookup *l)
{
    const uint32_t *hashes = b->scattered.hashes + l->first;
    for (uint32_t marked = l->marked; marked;) {
        unsigned up = (unsigned)__builtin_clz(marked);
        struct gf_probe probe = gf_paths_probe(&b->paths, hashes[l->n - up - 1]);
        l->guess = gf_paths_next(&b->paths, &probe);
        if (l->guess) {
            l->frames = l->n - up;
            __builtin_prefetch(gf_tree_edges(&b->tree) + l->guess);
            return;
        }
        marked &= ~(1u << (31 - up));
    }
}

bool gf_guess_heads(struct gf_builder *b, const struct gf_sample *samples, size_t n, size_t *used,
                    struct gf_error *err)
{
    struct gf_lookup *lookups = b->scattered.lookups;
    uint32_t left[GF_SCATTERED];
    size_t nleft = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (lookups[i].guess == GF_ROOT)
            left[nleft++] = i;
    }
    while (nleft > 0) {
        for (size_t k = 0; k < nleft; k++) {
            if (!hash_more(b, &samples[left[k]], &lookups[left[k]], used, err))
                return false;
        }
        for (size_t k = 0; k < nleft; k++)
            ask_heads(b, &lookups[left[k]]);
        size_t still = 0;
        for (size_t k = 0; k < nleft; k++) {
            struct gf_lookup *l = &lookups[left[k]];
            guess_head(b, l);
            if (l->guess == GF_ROOT && (l->hashed > 0 || l->cut) && l->n - l->hashed < 32)
                left[still++] = left[k];
        }
        nleft = still;
    }
    return true;
}

/* Tries the heads that the table has for the path to the sample's frame i, which has this hash. */
static bool try_heads(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                      size_t i, uint32_t hash, uint32_t *node, struct gf_error *err)
{
    struct gf_probe probe = gf_paths_probe(&b->paths, hash);
    while ((*node = gf_paths_next(&b->paths, &probe)) != GF_ROOT) {
        bool same;
        if (!gf_path_is(b, l, *node, s->stack, b->scattered.ends[l->first + i], &same, err))
            return false;
        if (same)
            break;
    }
    return true;
}

/* The same among the sample's first *frames frames, one by one, which are hashed for it. */
static bool try_rest(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                     uint32_t *node, size_t *frames, struct gf_error *err)
{
    const uint32_t *ends = b->scattered.ends + l->first;
    if (*frames > 0 && !gf_paths_read_from(&b->paths, s->stack, s->len, ends[0], err))
        return false;
    for (; *frames > 0; --*frames) {
        uint32_t hash = gf_paths_prefix(&b->paths, s->stack, s->len, ends[*frames - 1]);
        if (!gf_paths_marked(&b->paths, hash))
            continue;
        if (!try_heads(b, s, l, *frames - 1, hash, node, err))
            return false;
        if (*node != GF_ROOT)
            return true;
    }
    return true;
}

/* Whether the sample's guess is the deepest head on its path. It was when it was guessed; heads
 * made since then are few. */
static bool guess_holds(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l)
{
    const struct gf_scattered *c = &b->scattered;
    const uint32_t *hashes = c->hashes + l->first;
    uint64_t added = 0;
    if (!l->walked || l->frames == 0)
        return false;
    for (size_t i = l->frames; i < l->n; i++) {
        uint32_t bit = GF_ADDED_BIT(hashes[i]);
        added |= c->added[bit / 64] >> bit % 64;
    }
    if (added & 1)
        return false;
    l->end = c->ends[l->first + l->frames - 1];
    return l->confirmed = guess_is(b, l, s->stack, l->end);
}

bool gf_find_head(struct gf_builder *b, const struct gf_sample *s, struct gf_lookup *l,
                  size_t *used, uint32_t *node, size_t *frames, struct gf_error *err)
{
    size_t rest = l->n - l->hashed > 32 ? l->n - 32 : l->hashed;
    if (guess_holds(b, s, l)) {
        *node = l->guess;
        *frames = l->frames;
        return true;
    }
    *node = GF_ROOT;
    for (uint32_t marked = marked_frames(b, l); marked; marked &= ~(1u << (31 - *frames))) {
        *frames = (size_t)__builtin_clz(marked);
        size_t i = l->n - 1 - *frames;
        if (!try_heads(b, s, l, i, gf_frame_hash(b, s, l, i), node, err))
            return false;
        if (*node != GF_ROOT) {
            *frames = l->n - *frames;
            return true;
        }
    }
    *frames = rest;
    if (!try_rest(b, s, l, node, frames, err))
        return false;
    if (*node != GF_ROOT || l->cut == 0)
        return true;
    size_t known = l->n;
    if (!gf_lookup_split(b, s, l, used, err))
        return false;
    *frames = l->n - known;
    return try_rest(b, s, l, node, frames, err);
}
