/* check_lines [--seed N] [--rounds N] [--lines N] [--loads N] [--seconds N] [--quiet]
 *
 * The loader against the simple reference: each round makes about `lines` lines of another kind
 * from its seed, and loads them `loads` times, each time with another SIMD level, number of
 * threads, chunk size, order of lines, packing and order of siblings, some through the disk. Every
 * array and figure of the result has to be the reference's. Seed N of one run is round N of
 * another: a round that failed is repeated with --seed N --rounds 1 and the same --lines and
 * --loads, and a long run is split or goes on by its seeds. Files go to $TMPDIR. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "simd/simd.h"
#include "support/mixed_lines.h"
#include "support/simple_profile.h"
#include "support/test_cmocka.h"
#include "support/scratch.h"

enum { LEVELS = 8, FILES = 3 };

enum packing { PLAIN, ZSTD, FRAMES, GZIP, SPLIT };
static const char *const packings[] = {"plain", "zstd", "zstd frames", "gzip", "three files"};
#define PACKINGS (sizeof packings / sizeof *packings)
static const char *const orders[MIXED_ORDERS] = {"as made", "sorted", "reversed", "shuffled",
                                                 "dealt"};
static const char *const siblings[] = {"weight", "name", "input"};

struct options {
    uint64_t seed, rounds, lines, loads, seconds;
    bool quiet;
};

/* What has been done, and what of it has to have happened for the run to mean something. */
struct tallies {
    uint64_t lines, loaded_lines, loads, bytes, spilled;
    uint64_t by_level[LEVELS], by_order[MIXED_ORDERS], by_packing[PACKINGS];
};

struct plan {
    const char *level;
    unsigned level_at;
    enum mixed_order order;
    enum packing packing;
    struct gf_load_params params;
};

struct run {
    struct options options;
    struct tallies tallies;
    struct scratch scratch;
    const struct gf_simd *levels[LEVELS];
    unsigned nlevels;
};

static void write_part(struct run *r, const struct bytes *b, size_t from, size_t to, unsigned i,
                       char *path)
{
    char name[16];
    snprintf(name, sizeof name, "f%u", i);
    snprintf(path, sizeof r->scratch.path, "%s",
             scratch_write(&r->scratch, name, b->data + from, to - from));
}

/* The text in files; returns how many. */
static unsigned write_files(struct run *r, const struct plan *plan, const struct bytes *text,
                            uint64_t random, char (*paths)[512])
{
    struct bytes packed = {0};
    size_t step = 1 + (size_t)(random % (text->n + 1));
    if (plan->packing == SPLIT) {
        size_t from = 0;
        for (unsigned i = 0; i < FILES; i++) {
            size_t to = i + 1 == FILES ? text->n : text->n * (i + 1) / FILES;
            while (to < text->n && to > 0 && text->data[to - 1] != '\n')
                to++;
            write_part(r, text, from, to, i, paths[i]);
            from = to;
        }
        return FILES;
    }
    if (plan->packing == ZSTD)
        pack_zstd(&packed, text->data, text->n, random & 1);
    if (step < text->n / 32)
        step = text->n / 32 + 1;
    for (size_t at = 0; plan->packing == FRAMES && at < text->n; at += step)
        pack_zstd(&packed, text->data + at, text->n - at < step ? text->n - at : step, at & 1);
    if (plan->packing == GZIP)
        pack_gzip(&packed, text->data, text->n, 1, random & 1);
    write_part(r, plan->packing == PLAIN ? text : &packed, 0,
               plan->packing == PLAIN ? text->n : packed.n, 0, paths[0]);
    bytes_free(&packed);
    return 1;
}

/* How load number `i` of a round goes: levels in turn, the rest at random. */
static struct plan plan_load(const struct run *r, uint64_t seed, uint64_t i, bool few_names,
                             const struct simple_profile *want)
{
    uint64_t random = gf_mix(gf_mix(seed) + i);
    struct plan p = {.level_at = (unsigned)((seed + i) % r->nlevels),
                     .order = (enum mixed_order)(random % MIXED_ORDERS),
                     .packing = (enum packing)(random / 8 % PACKINGS)};
    /* Some hundred long lines: a part of them may have none that is valid in its head. */
    if (p.packing == SPLIT && want->records < 1000)
        p.packing = PLAIN;
    p.level = r->levels[p.level_at]->name;
    p.params.threads = 1 + (unsigned)(random >> 16) % 5;
    p.params.order = (enum gf_order)((random >> 24) % 2);
    if (i == 0 && seed % 4 == 0) {
        /* The first appearance that the reference has noted is that in the text as made. */
        p.order = MIXED_AS_MADE;
        p.params.order = GF_ORDER_INPUT;
    }
    /* A file's format is told from its first chunk; the parts of a split one have no head. */
    if ((random >> 28) % 3 && p.packing != SPLIT)
        p.params.chunk_bytes = (size_t)64 << (random >> 32) % 15;
    /* Two counts a line are told from two lines. */
    if (want->nvalues == 2 && p.params.chunk_bytes > 0 && p.params.chunk_bytes < 4096)
        p.params.chunk_bytes = 4096;
    if (want->n > 200000 && few_names && p.params.order != GF_ORDER_INPUT && (random >> 40) % 2) {
        /* Less than the trees take, enough for the result. */
        p.params.max_memory = 40 * (uint64_t)want->n + (5u << 20);
        p.params.spill_dir = r->scratch.dir;
    }
    return p;
}

static bool check_load(struct run *r, const struct plan *plan, const struct bytes *text,
                       const struct simple_profile *want, uint64_t random)
{
    char paths[FILES][512];
    struct gf_source items[FILES] = {{0}};
    struct gf_source_list list = {items, write_files(r, plan, text, random, paths), FILES};
    for (unsigned i = 0; i < FILES; i++)
        items[i].path = paths[i];
    struct gf_profile *profile = NULL;
    struct gf_error err = {0};
    setenv("GIGAFLAME_SIMD", plan->level, 1);
    bool ok = gf_load_all(&list, &plan->params, &profile, &err);
    if (!ok)
        fprintf(stderr, "%s\n", err.message);
    if (ok) {
        ok = simple_check(want, plan->params.order, profile);
        r->tallies.spilled += profile->stats.spilled_bytes > 0;
    }
    gf_profile_free(profile);
    return ok;
}

/* The path of the text that failed stays for a look at it. */
static void tell(struct run *r, uint64_t seed, const struct mixed_lines *made, const struct plan *p,
                 const struct bytes *text)
{
    fprintf(stderr,
            "FAILED: seed %" PRIu64 ", %s of %s names, %u count(s) a line: %s, %u threads, chunks "
            "of %zu, lines %s, %s, siblings by %s, memory %" PRIu64 "\n  the text: %s\n",
            seed, made->shape, made->names, made->columns, p->level, p->params.threads,
            p->params.chunk_bytes, orders[p->order], packings[p->packing],
            siblings[p->params.order], p->params.max_memory,
            scratch_write(&r->scratch, "failed.folded", text->data, text->n));
}

static bool one_round(struct run *r, uint64_t seed)
{
    struct tallies *t = &r->tallies;
    /* One round in sixteen is five times as long, so that trees, tables and spills get large. */
    uint64_t lines = gf_mix(seed) % 16 ? r->options.lines : 5 * r->options.lines;
    struct mixed_lines made = mixed_make(seed, (uint32_t)lines);
    struct simple_profile want =
        simple_read((const char *)made.text.data, made.text.n, made.columns);
    bool ok = true;
    uint64_t n = 0;
    for (size_t i = 0; i < made.text.n; i++)
        n += made.text.data[i] == '\n';
    for (uint64_t i = 0; ok && i < r->options.loads; i++) {
        struct plan plan = plan_load(r, seed, i, made.few_names, &want);
        struct bytes text = mixed_reorder(&made.text, plan.order, seed);
        ok = check_load(r, &plan, &text, &want, gf_mix(seed * 64 + i));
        if (!ok)
            tell(r, seed, &made, &plan, &text);
        bytes_free(&text);
        t->loads++;
        t->loaded_lines += n;
        t->bytes += made.text.n;
        t->by_level[plan.level_at]++;
        t->by_order[plan.order]++;
        t->by_packing[plan.packing]++;
    }
    t->lines += n;
    simple_free(&want);
    bytes_free(&made.text);
    return ok;
}

static void print_summary(const struct run *r, uint64_t seed, double seconds)
{
    const struct tallies *t = &r->tallies;
    printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRIu64 " lines made, %" PRIu64 " lines in %" PRIu64
           " loads (%.1f GB, %" PRIu64 " through the disk), %.0f s\n",
           r->options.seed, seed, t->lines, t->loaded_lines, t->loads, (double)t->bytes / 1e9,
           t->spilled, seconds);
    for (unsigned i = 0; i < r->nlevels; i++)
        printf("%s%s %" PRIu64, i ? ", " : "  ", r->levels[i]->name, t->by_level[i]);
    for (unsigned i = 0; i < MIXED_ORDERS; i++)
        printf("; %s %" PRIu64, orders[i], t->by_order[i]);
    for (unsigned i = 0; i < PACKINGS; i++)
        printf("; %s %" PRIu64, packings[i], t->by_packing[i]);
    printf("\n");
    fflush(stdout);
}

static bool parse(int argc, char **argv, struct options *o)
{
    static const struct option table[] = {{"seed", 1, NULL, 's'},    {"rounds", 1, NULL, 'r'},
                                          {"lines", 1, NULL, 'l'},   {"loads", 1, NULL, 'o'},
                                          {"seconds", 1, NULL, 't'}, {"quiet", 0, NULL, 'q'},
                                          {NULL, 0, NULL, 0}};
    *o = (struct options){.seed = 1, .rounds = 60, .lines = 4000, .loads = 4};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        uint64_t value = optarg ? strtoull(optarg, NULL, 10) : 0;
        if (c == 's')
            o->seed = value;
        else if (c == 'r')
            o->rounds = value;
        else if (c == 'l' && value >= 100 && value <= 10000000)
            o->lines = value;
        else if (c == 'o')
            o->loads = value;
        else if (c == 't')
            o->seconds = value;
        else if (c == 'q')
            o->quiet = true;
        else
            return false;
    }
    return optind == argc && o->rounds > 0;
}

int main(int argc, char **argv)
{
    struct run *r = calloc(1, sizeof *r);
    if (!r || !parse(argc, argv, &r->options)) {
        fputs("usage: check_lines [--seed N] [--rounds N] [--lines N] [--loads N] [--seconds N] "
              "[--quiet]\n",
              stderr);
        return 2;
    }
    for (const struct gf_simd *const *level = gf_simd_levels(); *level; level++)
        if (gf_simd_supported(*level) && r->nlevels < LEVELS)
            r->levels[r->nlevels++] = *level;
    scratch_make(&r->scratch);
    double start = gf_now(), told = start;
    uint64_t seed = r->options.seed, last = seed + r->options.rounds - 1;
    bool ok = one_round(r, seed);
    while (ok && seed < last &&
           !(r->options.seconds && gf_now() - start > (double)r->options.seconds)) {
        ok = one_round(r, ++seed);
        if (!r->options.quiet && gf_now() - told > 30) {
            told = gf_now();
            print_summary(r, seed, told - start);
        }
    }
    print_summary(r, seed, gf_now() - start);
    if (ok)
        scratch_remove(&r->scratch);
    free(r);
    return ok ? 0 : 1;
}
