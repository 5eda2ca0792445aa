/* gen_profile --shape raw, new and perf: stacks in random order. Stack i of 2^bits is never stored:
 * its frame at depth d follows from the high bits of i alone, more of them the deeper it is, so
 * that stacks share prefixes as real ones do; the last few frames depend on all of i. */
#include "gen.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { TAIL = 4, MAX_FRAMES = 512 };

struct trie {
    const struct names *names;
    uint64_t seed;
    uint32_t bits, depth; /* depth: where all of i is decided */
};

static void trie_init(struct trie *t, const struct options *o, const struct names *names,
                      uint64_t stacks)
{
    *t = (struct trie){.names = names, .seed = gf_mix(o->seed ^ 0x5eed)};
    while (t->bits < 48 && (uint64_t)1 << t->bits < stacks)
        t->bits++;
    uint32_t mean = o->line_bytes / (names->start[names->n] / names->n + 1);
    t->depth = mean > 2 * TAIL ? mean - TAIL : TAIL;
    if (t->depth > MAX_FRAMES - 2 * TAIL)
        t->depth = MAX_FRAMES - 2 * TAIL;
}

/* The functions of stack i, root first, to ids[MAX_FRAMES]. Returns how many. */
static uint32_t trie_frames(const struct trie *t, uint64_t i, uint32_t *ids)
{
    uint64_t stack = gf_mix(t->seed ^ i >> 3);
    uint32_t depth = t->depth + 1 + (uint32_t)stack % (2 * TAIL);
    enum language lang =
        (enum language)(gf_mix(t->seed + (i >> (t->bits > 3 ? t->bits - 3 : 0))) % LANG_KERNEL);
    /* One stack in four ends in the kernel. */
    uint32_t kernel = stack >> 32 & 3 ? depth : t->depth - TAIL / 2;
    for (uint32_t d = 0; d < depth; d++) {
        uint32_t shift = d < t->depth ? t->bits - t->bits * d / t->depth : 0;
        uint64_t prefix = shift < 64 ? i >> shift : 0;
        uint64_t h = gf_mix(t->seed ^ gf_mix(prefix + ((uint64_t)d << 50)));
        ids[d] = names_pick(t->names, d < kernel ? lang : LANG_KERNEL, (uint32_t)(h >> 32));
    }
    return depth;
}

/* A permutation of 0..2^bits-1: multiplications by odd numbers and xor-shifts. */
static uint64_t permute(uint64_t x, uint32_t bits, uint64_t seed)
{
    if (bits == 0)
        return 0;
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    for (int round = 0; round < 3; round++) {
        x = (x + seed) & mask;
        x = x * 0x9e3779b97f4a7c15u & mask;
        x ^= x >> (bits / 2 + 1);
        seed = gf_mix(seed);
    }
    return x;
}

static void put_folded(const struct trie *t, uint64_t i, struct sink *sink)
{
    uint32_t ids[MAX_FRAMES], n = trie_frames(t, i, ids);
    char *start = sink_room(sink, (size_t)n * GEN_NAME_MAX), *to = start;
    for (uint32_t d = 0; d < n; d++) {
        to = names_put(t->names, ids[d], to);
        *to++ = ';';
    }
    sink->n += (size_t)(to - start) - 1;
    sink_end_record(sink, 1);
}

/* Zipf's law over ranks 0..n-1 in steps of one octave: the ranks 2^k-1 to 2^(k+1)-2 are equally
 * likely, and octave k has the weight (2^(1-s))^k. */
struct zipf {
    uint64_t n;
    uint32_t octaves;
    uint64_t upto[64]; /* cumulative, of 2^63 */
};

/* 2^x for |x| <= 8 by square roots, which every machine rounds alike. */
static double power_of_two(double x)
{
    double result = 1, root = 2;
    bool inverse = x < 0;
    if (inverse)
        x = -x;
    for (; x >= 1; x--)
        result *= 2;
    for (int i = 0; i < 30; i++) {
        root = __builtin_sqrt(root);
        x *= 2;
        if (x >= 1) {
            result *= root;
            x--;
        }
    }
    return inverse ? 1 / result : result;
}

static void zipf_init(struct zipf *z, uint64_t n, double s)
{
    double factor = power_of_two(1 - s), weight = 1, sum = 0, at = 0, weights[64];
    *z = (struct zipf){.n = n};
    for (uint64_t first = 0, size = 1; first < n; first += size, size *= 2) {
        uint64_t have = n - first < size ? n - first : size;
        weights[z->octaves] = weight * ((double)have / (double)size);
        sum += weights[z->octaves++];
        weight *= factor;
    }
    for (uint32_t k = 0; k < z->octaves; k++) {
        at += weights[k];
        z->upto[k] = (uint64_t)(at / sum * 9223372036854774784.0);
    }
}

static uint64_t zipf_next(const struct zipf *z, struct rng *rng)
{
    uint64_t x = rng_next(rng) >> 1;
    uint32_t k = 0;
    while (k + 1 < z->octaves && x >= z->upto[k])
        k++;
    uint64_t size = (uint64_t)1 << k, first = size - 1;
    uint64_t have = z->n - first < size ? z->n - first : size;
    return first + rng_next(rng) % have;
}

bool shape_raw(const struct options *o, const struct names *names, struct sink *sink)
{
    struct trie trie;
    struct zipf zipf;
    struct rng rng;
    uint64_t stacks = o->stacks ? o->stacks : 1000000;
    trie_init(&trie, o, names, stacks);
    zipf_init(&zipf, stacks, o->zipf);
    rng_seed(&rng, o->seed);
    while (sink_size(sink) < o->bytes && !sink->failed) {
        uint64_t i = zipf_next(&zipf, &rng);
        do
            i = permute(i, trie.bits, o->seed);
        while (i >= stacks);
        put_folded(&trie, i, sink);
    }
    return true;
}

bool shape_new(const struct options *o, const struct names *names, struct sink *sink)
{
    struct trie trie;
    struct rng rng;
    uint64_t most = o->stacks ? o->stacks : o->bytes / o->line_bytes * 2 + 1024, known = 0;
    trie_init(&trie, o, names, most);
    rng_seed(&rng, o->seed);
    while (sink_size(sink) < o->bytes && !sink->failed) {
        bool fresh = known == 0 || (rng_next(&rng) >> 48) < o->new_share;
        if (fresh && known >> trie.bits)
            break; /* all of them have been written */
        uint64_t i = fresh ? known++ : rng_next(&rng) % known;
        put_folded(&trie, permute(i, trie.bits, o->seed), sink);
    }
    return true;
}

static void put_script_frame(const struct names *names, uint32_t id, struct sink *sink)
{
    static const char hex[] = "0123456789abcdef";
    char *start = sink_room(sink, GEN_NAME_MAX + 64), *to = start;
    bool kernel = id >= names->first[LANG_KERNEL];
    uint64_t address = (kernel ? 0xffffffff80000000u : 0x55d0c0000000u) + (uint64_t)id * 192;
    *to++ = '\t';
    for (int shift = 60; shift >= 0; shift -= 4)
        *to++ = shift && !(address >> shift) ? ' ' : hex[address >> shift & 15];
    *to++ = ' ';
    to = names_put(names, id, to);
    if (kernel) /* "_[k]" is for folded text */
        to -= 4;
    const char *rest = kernel ? "+0x4c ([kernel.kallsyms])\n" : "+0x1f (/usr/lib/acme/server)\n";
    size_t n = strlen(rest);
    memcpy(to, rest, n);
    sink->n += (size_t)(to - start) + n;
}

/* As `perf script` prints samples at 999 Hz of a program with 8 threads. */
bool shape_perf(const struct options *o, const struct names *names, struct sink *sink)
{
    struct trie trie;
    struct zipf zipf;
    struct rng rng;
    uint64_t stacks = o->stacks ? o->stacks : 100000, now = 1000000000;
    trie_init(&trie, o, names, stacks);
    zipf_init(&zipf, stacks, o->zipf);
    rng_seed(&rng, o->seed);
    while (sink_size(sink) < o->bytes && !sink->failed) {
        uint32_t ids[MAX_FRAMES];
        uint64_t i = zipf_next(&zipf, &rng);
        do
            i = permute(i, trie.bits, o->seed);
        while (i >= stacks);
        uint32_t n = trie_frames(&trie, i, ids), thread = rng_below(&rng, 8);
        char *start = sink_room(sink, 128), *to = start;
        memcpy(to, "server 4211/", 12);
        to = put_u64(to + 12, 4211 + thread);
        memcpy(to, " [00", 4);
        to = put_u64(to + 4, thread);
        *to++ = ']';
        *to++ = ' ';
        now += 90 + rng_below(&rng, 70);
        to = put_u64(to, now / 1000000);
        *to++ = '.';
        to = put_u64(to, 1000000 + now % 1000000); /* six digits with their zeros */
        memmove(to - 7, to - 6, 6);
        to--;
        memcpy(to, ":    1001001 cpu-clock: \n", 25);
        sink->n += (size_t)(to + 25 - start);
        while (n > 0)
            put_script_frame(names, ids[--n], sink);
        sink_put(sink, "\n", 1);
        sink->records++;
        sink->total += 1001001;
    }
    return true;
}

/* Stacks along one spine, cut at random depths; the first is the deepest. */
bool shape_deep(const struct options *o, const struct names *names, struct sink *sink)
{
    struct rng rng;
    rng_seed(&rng, o->seed);
    for (uint64_t line = 0; sink_size(sink) < o->bytes && !sink->failed; line++) {
        uint32_t depth = line ? 1 + rng_below(&rng, o->depth) : o->depth;
        for (uint32_t d = 0; d < depth && !sink->failed; d++) {
            /* A recursion of three functions, with something else now and then. */
            uint32_t id = d % 64 ? d % 3 : (uint32_t)(gf_mix(o->seed + d) % names->n);
            char *start = sink_room(sink, GEN_NAME_MAX + 1), *to = names_put(names, id, start);
            *to++ = ';';
            sink->n += (size_t)(to - start) - (d + 1 == depth);
        }
        sink_end_record(sink, 1 + rng_below(&rng, 100));
    }
    return true;
}

/* One caller with `stacks` different callees, in random order. */
bool shape_wide(const struct options *o, const struct names *names, struct sink *sink)
{
    uint64_t stacks = o->stacks ? o->stacks : 10000000;
    uint32_t bits = 0;
    while ((uint64_t)1 << bits < stacks)
        bits++;
    for (uint64_t i = 0, line = 0; line < stacks && !sink->failed; i++) {
        uint64_t child = permute(i, bits, o->seed);
        if (child >= stacks)
            continue;
        if (sink_size(sink) >= o->bytes)
            break;
        char *start = sink_room(sink, GEN_NAME_MAX + 64), *to = start;
        memcpy(to, "dispatch;", 9);
        to = names_put(names, (uint32_t)(child % names->n), to + 9);
        *to++ = '#';
        to = put_u64(to, child);
        sink->n += (size_t)(to - start);
        sink_end_record(sink, 1 + (gf_mix(child) & 15));
        line++;
    }
    return true;
}
