/* Runs a fuzz target without a fuzzer: driver [--mutate N [--keep FILE]] FILE|DIRECTORY...
 *
 * Each file goes through the target as it is and then N times changed at random, always in the same
 * way: bytes flipped, cut out, doubled, or taken from another place. For ./test, and to look at an
 * input that a fuzzer found. --keep writes each input to FILE before it is run: the last is the one
 * that failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fuzz/target.h"
#include "io/source.h"

struct input {
    unsigned char *data;
    size_t n;
};

static bool read_input(const char *path, struct input *in)
{
    struct gf_file file;
    size_t cap = 1 << 20, got = 1;
    in->n = 0;
    in->data = malloc(cap);
    if (!in->data || !gf_file_open(path, &file, NULL))
        return false;
    bool ok = true;
    while (ok && got > 0 && in->n < cap) {
        ok = gf_file_read(&file, in->data + in->n, cap - in->n, &got, NULL);
        in->n += ok ? got : 0;
    }
    gf_file_close(&file);
    return ok;
}

/* A copy of exactly its size, so that a sanitizer sees what is read behind it. */
static void run_copy(const unsigned char *data, size_t n, const char *keep)
{
    FILE *kept = keep ? fopen(keep, "wb") : NULL;
    if (kept) {
        fwrite(data, 1, n, kept);
        fclose(kept);
    }
    unsigned char *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    if (n)
        memcpy(copy, data, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static size_t mutate(unsigned char *data, size_t n, uint64_t random)
{
    for (uint64_t changes = 1 + random % 6; changes > 0 && n > 0; changes--) {
        random = gf_mix(random + changes);
        size_t at = (size_t)(random >> 32) % n, len = (size_t)(random >> 16) % 17 % (n - at + 1);
        switch (random % 5) {
        case 0:
            data[at] ^= (unsigned char)(1u << (random >> 8 & 7));
            break;
        case 1:
            data[at] = (unsigned char)" ;\n\r\t#.-0\xff"[(random >> 8) % 10];
            break;
        case 2:
            memmove(data + at, data + at + len, n - at - len);
            n -= len;
            break;
        case 3:
            memmove(data + (random >> 24) % (n - len + 1), data + at, len);
            break;
        default:
            n = at + 1;
        }
    }
    return n;
}

static bool run_file(const char *path, uint64_t mutations, const char *keep)
{
    struct input in;
    if (!read_input(path, &in)) {
        fprintf(stderr, "%s: cannot be read\n", path);
        free(in.data);
        return false;
    }
    unsigned char *changed = malloc(in.n + 1);
    if (!changed)
        abort();
    run_copy(in.data, in.n, keep);
    for (uint64_t i = 0; i < mutations; i++) {
        memcpy(changed, in.data, in.n);
        run_copy(changed, mutate(changed, in.n, gf_mix(i + 1)), keep);
    }
    free(changed);
    free(in.data);
    return true;
}

int main(int argc, char **argv)
{
    uint64_t mutations = 0;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--mutate") == 0) {
        mutations = strtoull(argv[2], NULL, 10);
        first = 3;
    }
    const char *keep = NULL;
    if (argc > first + 1 && strcmp(argv[first], "--keep") == 0) {
        keep = argv[first + 1];
        first += 2;
    }
    struct gf_source_list list = {0};
    struct gf_error err = {0};
    const char *const *paths = (const char *const *)(argv + first);
    if (first >= argc || !gf_source_list_expand(paths, (size_t)(argc - first), &list, &err)) {
        fprintf(stderr, "driver [--mutate N [--keep FILE]] FILE|DIRECTORY...\n%s\n", err.message);
        return 2;
    }
    bool ok = list.n > 0;
    for (size_t i = 0; i < list.n; i++)
        ok = run_file(list.items[i].path, mutations, keep) && ok;
    printf("%zu inputs, each changed %llu times\n", list.n, (unsigned long long)mutations);
    gf_source_list_free(&list);
    return ok ? 0 : 1;
}
