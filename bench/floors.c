/* What the single steps of aggregating folded stacks take on this machine when nothing is done with
 * them: no design that takes these steps can be faster. One thread, a chunk of 256 KB at a time.
 *
 *     floors FILE [ROUNDS]
 *
 *   read      the file is read, and nothing else
 *   lines     and the end of every line is found
 *   prefix    lines in order: the prefix shared with the line before is found, then the line's end
 *   names     and the separators behind it; every name there is hashed, a slot of a table of names
 *             is read, 16 bytes a frame are written. No name is compared, no child looked for.
 *   stacks    lines in any order: `lines`, and every stack is hashed and a slot of a table of
 *             stacks is read, all of which are there already. Nothing is compared.
 *   verified  and every stack is compared with a copy of its text. Nothing is ever new, and memory
 *             is what all distinct stacks' texts take.
 *   new       lines in any order, of which none was there: `lines`, and the separators; the hashes
 * of the prefixes that end with the last NEW_FRAMES frames are made and as many slots read; the
 * names of these frames are hashed and a slot of each read, 16 bytes a frame are written, and a
 * slot of a table of stacks. Nothing is compared.
 *
 * Each step's time, of the processor, is that of all before it too. Median and least of ROUNDS (7),
 * in turns. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/vec.h"
#include "simd/simd.h"

enum { CHUNK = 256 << 10, LINE_MOST = 32 << 10, BATCH = 64, ROUNDS_MOST = 99, KEY_BLOCKS = 512 };
enum { STACK_BITS_LEAST = 12, STACK_BITS_MOST = 24, NAME_BITS = 16, FRAMES_MOST = BATCH * 64 };

enum { NEW_FRAMES = 7 };

enum step { READ, LINES, PREFIX, NAMES, STACKS, VERIFIED, NEW, STEPS, LEARN };

static const char *const step_names[STEPS] = {"read",   "lines",    "prefix", "names",
                                              "stacks", "verified", "new"};

struct line {
    const char *text;
    uint32_t len, shared, hash;
};

struct floors {
    const struct gf_simd *simd;
    char *buffer; /* what is left of the chunk before, then a chunk */
    char last[LINE_MOST];
    uint32_t last_len;
    uint64_t key[KEY_BLOCKS];
    struct line lines[BATCH];
    size_t nlines;
    uint64_t *stacks;    /* hash << 32 | where its text is, in units of 8 bytes; 0 is free */
    int stack_bits;      /* of the hash say where a search begins */
    struct gf_map texts; /* length, text */
    uint64_t texts_used;
    uint32_t nstacks;
    uint64_t *names;
    struct gf_word words[FRAMES_MOST];
    struct gf_map frames;
    uint64_t nframes;
    uint32_t ends[LINE_MOST];
    uint64_t sums[KEY_BLOCKS];
    uint32_t hashes[FRAMES_MOST];
    uint64_t *written; /* as many slots as stacks[] */
    uint64_t sink;     /* what is computed goes here, so that it is */
};

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "floors: %s\n", what);
    exit(1);
}

static uint32_t stack_hash(const struct floors *f, const struct line *l)
{
    size_t blocks = l->len / 8 < KEY_BLOCKS ? l->len / 8 : KEY_BLOCKS;
    uint64_t sum = f->simd->hash(l->text, blocks, f->key, l->len), tail = 0;
    if (l->len >= 8)
        memcpy(&tail, l->text + l->len - 8, 8);
    else
        memcpy(&tail, l->text, l->len);
    return (uint32_t)(gf_mix(sum + gf_mix(tail)) >> 32);
}

/* The slot of the stack with this hash, or a free one. */
static uint64_t *stack_slot(const struct floors *f, uint32_t hash)
{
    uint64_t *slot = f->stacks + (hash >> (32 - f->stack_bits));
    const uint64_t *end = f->stacks + ((size_t)1 << f->stack_bits);
    while (*slot && *slot >> 32 != hash)
        slot = slot + 1 == end ? f->stacks : slot + 1;
    return slot;
}

static void grow_stacks(struct floors *f)
{
    uint64_t *old = f->stacks;
    size_t nold = old ? (size_t)1 << f->stack_bits : 0;
    f->stack_bits = old ? f->stack_bits + 1 : STACK_BITS_LEAST;
    f->stacks = f->stack_bits > STACK_BITS_MOST
                    ? NULL
                    : calloc((size_t)1 << f->stack_bits, sizeof *f->stacks);
    if (!f->stacks)
        give_up("too many distinct stacks");
    for (size_t i = 0; i < nold; i++) {
        if (old[i])
            *stack_slot(f, (uint32_t)(old[i] >> 32)) = old[i];
    }
    free(old);
}

/* Notes a stack that is not there. */
static void learn(struct floors *f, const struct line *l)
{
    struct gf_error err;
    if (f->nstacks == ((size_t)1 << f->stack_bits) / 2)
        grow_stacks(f);
    uint64_t *slot = stack_slot(f, l->hash);
    if (*slot)
        return;
    uint64_t need = f->texts_used + 8 + (l->len + 7) / 8 * 8;
    if (!gf_map_reserve(&f->texts, need, &err))
        give_up(err.message);
    char *to = (char *)f->texts.data + f->texts_used;
    memcpy(to, &l->len, sizeof l->len);
    memcpy(to + 8, l->text, l->len);
    *slot = (uint64_t)l->hash << 32 | f->texts_used / 8;
    f->texts_used = need;
    f->nstacks++;
}

static const char *known_text(const struct floors *f, const struct line *l)
{
    return (const char *)f->texts.data + (uint32_t)*stack_slot(f, l->hash) * (uint64_t)8;
}

static void find_stacks(struct floors *f, enum step step)
{
    for (size_t i = 0; i < f->nlines; i++) {
        f->lines[i].hash = stack_hash(f, &f->lines[i]);
        __builtin_prefetch(f->stacks + (f->lines[i].hash >> (32 - f->stack_bits)));
    }
    const char *known[BATCH];
    for (size_t i = 0; i < f->nlines; i++) {
        if (step == LEARN)
            learn(f, &f->lines[i]);
        known[i] = known_text(f, &f->lines[i]);
        for (uint32_t k = 0; step == VERIFIED && k < f->lines[i].len + 8; k += 64)
            __builtin_prefetch(known[i] + k);
        f->sink += (uintptr_t)known[i];
    }
    for (size_t i = 0; step == VERIFIED && i < f->nlines; i++) {
        uint32_t len;
        memcpy(&len, known[i], sizeof len);
        f->sink +=
            len == f->lines[i].len && memcmp(known[i] + 8, f->lines[i].text, len) == 0 ? 1 : 0;
    }
}

/* Looks for the names in words[0..n), and writes a frame for each. */
static void add_names(struct floors *f, size_t n)
{
    f->simd->hash_words(f->words, n, f->key);
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(f->names + (f->words[i].hash >> (64 - NAME_BITS)));
    struct gf_error err;
    if (!gf_map_reserve(&f->frames, (f->nframes + n) * 16, &err))
        give_up(err.message);
    uint64_t *frames = (uint64_t *)f->frames.data + f->nframes * 2;
    for (size_t i = 0; i < n; i++) {
        frames[2 * i] = f->names[f->words[i].hash >> (64 - NAME_BITS)] + f->words[i].hash;
        frames[2 * i + 1] = i;
    }
    f->nframes += n;
}

static void find_names(struct floors *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->nlines; i++) {
        const struct line *l = &f->lines[i];
        uint32_t at = l->shared;
        while (at > 0 && l->text[at - 1] != ';')
            at--;
        size_t found = f->simd->index_byte(l->text + at, l->len - at, ';', f->ends);
        f->ends[found++] = l->len - at;
        uint32_t begin = 0;
        for (size_t k = 0; k < found && n < FRAMES_MOST; k++) {
            f->words[n++] =
                (struct gf_word){.text = l->text + at + begin, .len = f->ends[k] - begin};
            begin = f->ends[k] + 1;
        }
    }
    add_names(f, n);
}

static void find_new(struct floors *f)
{
    size_t n = 0, shift = 32 - (size_t)f->stack_bits;
    uint32_t first[BATCH];
    for (size_t i = 0; i < f->nlines; i++) {
        const struct line *l = &f->lines[i];
        size_t found = f->simd->index_byte(l->text, l->len, ';', f->ends);
        size_t blocks = l->len / 8 < KEY_BLOCKS ? l->len / 8 : KEY_BLOCKS;
        f->simd->hash_prefixes(l->text, blocks, f->key, l->len, f->sums);
        f->ends[found++] = l->len;
        for (size_t k = found > NEW_FRAMES ? found - NEW_FRAMES : 0; k < found; k++) {
            size_t block = f->ends[k] / 8 < blocks ? f->ends[k] / 8 : blocks - 1;
            uint32_t begin = k > 0 ? f->ends[k - 1] + 1 : 0;
            first[i] = (uint32_t)(gf_mix(f->sums[block] + f->ends[k]) >> 32);
            __builtin_prefetch(f->stacks + (first[i] >> shift));
            f->hashes[n] = first[i];
            f->words[n++] = (struct gf_word){.text = l->text + begin, .len = f->ends[k] - begin};
        }
    }
    add_names(f, n);
    for (size_t i = 0; i < n; i++)
        f->sink += f->stacks[f->hashes[i] >> shift];
    for (size_t i = 0; i < f->nlines; i++)
        f->written[first[i] >> shift] = f->nframes;
}

static void end_batch(struct floors *f, enum step step)
{
    if (step == NAMES)
        find_names(f);
    else if (step == NEW)
        find_new(f);
    else if (step >= STACKS)
        find_stacks(f, step);
    f->nlines = 0;
}

/* Goes through the whole lines in text[0..n); returns how many bytes these are. */
static size_t through(struct floors *f, const char *text, size_t n, enum step step)
{
    const char *before = f->last;
    size_t at = 0, before_len = f->last_len;
    while (at < n) {
        const char *line = text + at;
        size_t most = before_len < n - at ? before_len : n - at, shared = 0;
        if (step == PREFIX || step == NAMES)
            shared = f->simd->common_prefix(line, before, most);
        size_t len = shared + f->simd->find_byte(line + shared, n - at - shared, '\n');
        if (len == n - at)
            break;
        if (len >= LINE_MOST)
            give_up("a line is too long");
        f->sink += len;
        before = line;
        before_len = len;
        at += len + 1;
        if (step < NAMES)
            continue;
        size_t stack = len;
        while (stack > 0 && line[stack - 1] != ' ')
            stack--;
        stack -= stack > 0;
        f->lines[f->nlines++] =
            (struct line){line, (uint32_t)stack, (uint32_t)(shared < stack ? shared : stack), 0};
        if (f->nlines == BATCH)
            end_batch(f, step);
    }
    end_batch(f, step);
    memmove(f->last, before, before_len);
    f->last_len = (uint32_t)before_len;
    return at;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double run(struct floors *f, int fd, enum step step)
{
    double begin = now();
    size_t left = 0;
    ssize_t got;
    f->last_len = 0;
    f->nframes = 0;
    gf_map_free(&f->frames);
    if (lseek(fd, 0, SEEK_SET) != 0)
        give_up("it is not a file");
    while ((got = read(fd, f->buffer + left, CHUNK)) > 0) {
        if (step == READ)
            continue;
        size_t n = left + (size_t)got, used = through(f, f->buffer, n, step);
        left = n - used;
        if (left >= LINE_MOST)
            give_up("a line is too long");
        memmove(f->buffer, f->buffer + used, left);
    }
    if (got < 0)
        give_up("it cannot be read");
    return now() - begin;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct gf_error err;
    struct floors *f = calloc(1, sizeof *f);
    int rounds = argc > 2 ? atoi(argv[2]) : 7, fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    if (!f || fd < 0 || argc > 3 || rounds < 1 || rounds > ROUNDS_MOST)
        give_up("usage: floors FILE [ROUNDS]");
    f->buffer = malloc(CHUNK + LINE_MOST);
    f->names = calloc((size_t)1 << NAME_BITS, sizeof *f->names);
    f->simd = gf_simd_select(&err);
    if (!f->buffer || !f->names || !f->simd)
        give_up("out of memory, or no such SIMD level");
    for (uint64_t i = 0; i < KEY_BLOCKS; i++)
        f->key[i] = gf_mix((i + 1) * 0x9e3779b97f4a7c15u);
    double taken[STEPS][ROUNDS_MOST];
    grow_stacks(f);
    run(f, fd, LEARN);
    f->written = calloc((size_t)1 << f->stack_bits, sizeof *f->written);
    if (!f->written)
        give_up("out of memory");
    for (int k = 0; k < rounds; k++) {
        for (int step = READ; step < STEPS; step++)
            taken[step][k] = run(f, fd, (enum step)step);
    }
    double bytes = (double)lseek(fd, 0, SEEK_END);
    printf("%-9s  median s   least s   GB/s at the median\n", "step");
    for (int step = READ; step < STEPS; step++) {
        qsort(taken[step], (size_t)rounds, sizeof **taken, ascending);
        double median = taken[step][rounds / 2];
        printf("%-9s  %8.3f  %8.3f  %9.2f\n", step_names[step], median, taken[step][0],
               bytes / 1e9 / median);
    }
    printf("%u distinct stacks, their texts %.0f MB; simd %s; sink %u\n", f->nstacks,
           (double)f->texts_used / 1e6, f->simd->name, (unsigned)(f->sink & 1));
    close(fd);
    gf_map_free(&f->texts);
    gf_map_free(&f->frames);
    free(f->written);
    free(f->names);
    free(f->stacks);
    free(f->buffer);
    free(f);
    return 0;
}
