/* gen_profile: random numbers, names and output. */
#include "gen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

void rng_seed(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = gf_mix(seed += 0x9e3779b97f4a7c15u);
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

enum { WORDS = 32 };

static const char *const verbs[WORDS] = {
    "read",   "write",  "find",  "insert",  "erase",  "merge",   "visit",   "encode",
    "decode", "apply",  "build", "resolve", "commit", "handle",  "submit",  "release",
    "lock",   "wait",   "flush", "scan",    "parse",  "compile", "publish", "evict",
    "load",   "expand", "sort",  "hash",    "copy",   "fetch",   "split",   "update"};

static const char *const nouns[WORDS] = {
    "page",   "block",  "request", "record",  "index",  "buffer", "stream",   "session",
    "column", "bucket", "inode",   "segment", "packet", "token",  "cursor",   "snapshot",
    "thread", "queue",  "cache",   "socket",  "shard",  "schema", "manifest", "region",
    "timer",  "batch",  "frame",   "symbol",  "tensor", "route",  "entry",    "payload"};

static const char *const traits[WORDS] = {
    "async",   "lazy",   "shared", "local",  "remote", "pending", "sorted",  "dirty",
    "mapped",  "sparse", "atomic", "const",  "nested", "partial", "unique",  "stable",
    "bounded", "pooled", "backed", "hashed", "inline", "virtual", "primary", "idle",
    "cold",    "warm",   "direct", "raw",    "safe",   "scoped",  "typed",   "live"};

static const char *const modules[WORDS] = {
    "storage", "net",    "rpc",    "query",   "auth",   "codec",  "sched",  "index",
    "billing", "search", "render", "ingest",  "replay", "config", "raft",   "metrics",
    "catalog", "http",   "json",   "columns", "wal",    "graph",  "stream", "ledger",
    "image",   "crypto", "locale", "objects", "vector", "lsm",    "router", "session"};

static char *put(char *to, const char *word)
{
    size_t n = strlen(word);
    memcpy(to, word, n);
    return to + n;
}

static char *put_capital(char *to, const char *word)
{
    char *end = put(to, word);
    *to = (char)(*to - 'a' + 'A');
    return end;
}

/* How the i-th name of a language is put together: from four words, so that up to 2^20 names of a
 * language differ, and from a number beyond that. */
static char *make_name(char *to, enum language lang, uint32_t i)
{
    /* An odd factor permutes the low 20 bits. */
    uint32_t k = (i & 0xfffff) * 0x5bd1fu & 0xfffff, number = i >> 20;
    const char *verb = verbs[k & 31], *noun = nouns[k >> 5 & 31];
    const char *trait = traits[k >> 10 & 31], *module = modules[k >> 15 & 31];
    switch (lang) {
    case LANG_CPP:
        to = put(put(to, module), k & 7 ? "::" : "::(anonymous namespace)::");
        to = put_capital(put_capital(to, trait), noun);
        to = put(to, k & 32 ? "::" : k & 64 ? "<int>::" : "<unsigned long, int>::");
        to = put(to, verb);
        break;
    case LANG_JAVA:
        to = put(put(put(to, "com.acme."), module), ".");
        to = put_capital(put_capital(to, trait), noun);
        to = put(put(to, k & 96 ? "." : "$Worker."), verb);
        break;
    case LANG_GO:
        to = put(put(put(to, "acme.dev/"), module), ".(*");
        to = put(put_capital(put(to, trait), noun), ").");
        to = put_capital(to, verb);
        break;
    case LANG_PYTHON:
        to = put(put(put(put(put(to, verb), "_"), trait), "_"), noun);
        to = put(put(put(to, " ("), module), ".py:");
        to = put_u64(to, 10 + k % 900);
        to = put(to, ")");
        break;
    default:
        to = put(put(put(put(to, module), "_"), trait), "_");
        to = put(put(put(put(to, verb), "_"), noun), "_[k]");
        break;
    }
    return number ? put_u64(put(to, "@"), number) : to;
}

struct key {
    const char *name;
    uint32_t length, key;
};

/* Bytes of "name " and "name;" compared. */
static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    uint32_t n = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->name, y->name, n);
    if (order)
        return order;
    unsigned char cx = x->length > n ? (unsigned char)x->name[n] : x->key & 1 ? ';' : ' ';
    unsigned char cy = y->length > n ? (unsigned char)y->name[n] : y->key & 1 ? ';' : ' ';
    return cx < cy ? -1 : cx > cy;
}

static bool rank_names(struct names *names)
{
    uint32_t n = 2 * names->n;
    struct key *keys = malloc(n * sizeof *keys);
    if (!keys)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t start = names->start[i / 2];
        keys[i] = (struct key){names->text + start, names->start[i / 2 + 1] - start, i};
    }
    qsort(keys, n, sizeof *keys, by_key);
    for (uint32_t rank = 0; rank < n; rank++) {
        names->key_of_rank[rank] = keys[rank].key;
        names->rank_of_key[keys[rank].key] = rank;
    }
    free(keys);
    return true;
}

bool names_init(struct names *names, uint32_t n, uint64_t seed)
{
    static const uint32_t share[LANG_COUNT] = {40, 20, 15, 10, 15};
    *names = (struct names){.n = n};
    names->text = malloc((size_t)n * 96 + GEN_NAME_MAX);
    names->start = malloc((n + 1) * sizeof *names->start);
    names->rank_of_key = malloc(2 * (size_t)n * sizeof *names->rank_of_key);
    names->key_of_rank = malloc(2 * (size_t)n * sizeof *names->key_of_rank);
    if (!names->text || !names->start || !names->rank_of_key || !names->key_of_rank)
        return false;
    char *to = names->text;
    uint32_t id = 0, sum = 0, offset = (uint32_t)gf_mix(seed) & 0xfffff;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        names->first[lang] = id;
        sum += share[lang];
        for (uint32_t end = (uint32_t)((uint64_t)n * sum / 100), i = 0; id < end; i++) {
            names->start[id++] = (uint32_t)(to - names->text);
            to = make_name(to, (enum language)lang, i < 0x100000 ? ((i + offset) & 0xfffff) : i);
        }
    }
    names->first[LANG_COUNT] = n;
    names->start[n] = (uint32_t)(to - names->text);
    return rank_names(names);
}

void names_free(struct names *names)
{
    free(names->text);
    free(names->start);
    free(names->rank_of_key);
    free(names->key_of_rank);
}

uint32_t names_pick(const struct names *names, enum language lang, uint32_t random)
{
    uint64_t first = names->first[lang], n = names->first[lang + 1] - first;
    uint64_t square = (uint64_t)random * random >> 32;
    return (uint32_t)(first + (n * square >> 32));
}

char *names_put(const struct names *names, uint32_t id, char *to)
{
    const char *name = names->text + names->start[id];
    size_t n = names->start[id + 1] - names->start[id];
    memcpy(to, name, n);
    return to + n;
}

bool sink_init(struct sink *sink)
{
    *sink = (struct sink){.cap = 2 * GEN_CHUNK};
    sink->buf = malloc(sink->cap);
    return sink->buf != NULL;
}

void sink_free(struct sink *sink)
{
    free(sink->buf);
}

void sink_flush(struct sink *sink)
{
    for (size_t done = 0; done < sink->n && !sink->failed;) {
        ssize_t n = write(STDOUT_FILENO, sink->buf + done, sink->n - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            sink->failed = true;
    }
    sink->written += sink->n;
    sink->n = 0;
}

char *sink_room(struct sink *sink, size_t n)
{
    if (sink->cap - sink->n < n)
        sink_flush(sink);
    return sink->buf + sink->n;
}

void sink_put(struct sink *sink, const void *data, size_t n)
{
    const char *from = data;
    while (n > 0) {
        size_t part = n < GEN_CHUNK ? n : GEN_CHUNK;
        memcpy(sink_room(sink, part), from, part);
        sink->n += part;
        from += part;
        n -= part;
    }
}

char *put_u64(char *to, uint64_t value)
{
    char digits[20];
    int n = 0;
    do
        digits[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

void sink_end_record(struct sink *sink, uint64_t count)
{
    char *start = sink_room(sink, 24), *to = start;
    *to++ = ' ';
    to = put_u64(to, count);
    *to++ = '\n';
    sink->n += (size_t)(to - start);
    sink->records++;
    sink->total += count;
}
