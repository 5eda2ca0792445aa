/* Parts of gen_profile: random numbers, function names, buffered output. The output depends on the
 * options only: integers throughout, and where a fraction is needed, operations that IEEE 754
 * rounds alike everywhere. */
#ifndef GF_BENCH_GEN_H
#define GF_BENCH_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64. */
struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);

/* A number below n; n in 1..2^32. The bias, below n / 2^32, does not matter here. */
static inline uint32_t rng_below(struct rng *r, uint64_t n)
{
    return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}

enum language { LANG_CPP, LANG_JAVA, LANG_GO, LANG_PYTHON, LANG_KERNEL, LANG_COUNT };

/* Function names, one block a language; language l has the ids first[l] up to first[l + 1]. Names
 * hold no ';' and none equals another. */
struct names {
    char *text;
    uint32_t *start; /* n + 1 offsets in text */
    uint32_t n;
    uint32_t first[LANG_COUNT + 1];
    /* The byte order of all "name " and "name;": key 2 * id is the former, 2 * id + 1 the latter.
     */
    uint32_t *rank_of_key, *key_of_rank;
};

/* Makes n names (at least 16) of about 30 bytes. False: memory ran out. */
bool names_init(struct names *names, uint32_t n, uint64_t seed);
void names_free(struct names *names);

/* A function of language `lang`, from 32 random bits; low ids come more often. */
uint32_t names_pick(const struct names *names, enum language lang, uint32_t random);

/* Appends the name and returns the end. `to` has room for GEN_NAME_MAX bytes. */
enum { GEN_NAME_MAX = 256 };
char *names_put(const struct names *names, uint32_t id, char *to);

struct sink {
    char *buf;
    size_t n, cap;
    uint64_t written; /* bytes handed to write(2) */
    uint64_t records, ignored, total;
    bool failed;
};

bool sink_init(struct sink *sink);
void sink_free(struct sink *sink);
void sink_flush(struct sink *sink);

/* Room for n more bytes at sink->buf + sink->n; n up to GEN_CHUNK. */
enum { GEN_CHUNK = 1 << 20 };
char *sink_room(struct sink *sink, size_t n);
void sink_put(struct sink *sink, const void *data, size_t n);

/* Ends a line with " count\n" and counts it as a valid record. */
void sink_end_record(struct sink *sink, uint64_t count);

static inline uint64_t sink_size(const struct sink *sink)
{
    return sink->written + sink->n;
}

/* Writes value in decimal at `to` (20 bytes of room); returns the end. */
char *put_u64(char *to, uint64_t value);

struct options {
    const char *shape, *expect;
    uint64_t bytes, seed, stacks;
    uint32_t functions, line_bytes, depth;
    uint32_t new_share; /* of 2^16 */
    double zipf;
};

/* The shapes: each writes until options.bytes are reached (or what else ends it). False: memory
 * ran out. */
bool shape_sorted(const struct options *o, const struct names *names, struct sink *sink);
bool shape_raw(const struct options *o, const struct names *names, struct sink *sink);
bool shape_new(const struct options *o, const struct names *names, struct sink *sink);
bool shape_perf(const struct options *o, const struct names *names, struct sink *sink);
bool shape_deep(const struct options *o, const struct names *names, struct sink *sink);
bool shape_wide(const struct options *o, const struct names *names, struct sink *sink);
bool shape_hostile(const struct options *o, const struct names *names, struct sink *sink);

#endif
