#include "support/naive_paths.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static size_t slot_of(const struct naive_paths *p, const char *text, size_t len)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)text[i]) * 0x100000001b3u;
    size_t at = (h ^ h >> 29) % p->nslots;
    while (p->slots[at].text &&
           (p->slots[at].len != len || memcmp(p->slots[at].text, text, len) != 0))
        at = (at + 1) % p->nslots;
    return at;
}

static void grow(struct naive_paths *p)
{
    struct naive_path *old = p->slots;
    size_t n = p->nslots;
    p->nslots = n ? n * 2 : 64;
    p->slots = calloc(p->nslots, sizeof *p->slots);
    if (!p->slots)
        abort();
    for (size_t i = 0; i < n; i++) {
        if (old[i].text)
            p->slots[slot_of(p, old[i].text, old[i].len)] = old[i];
    }
    free(old);
}

static struct naive_path *find_or_add(struct naive_paths *p, const char *path, size_t len)
{
    if (p->n * 2 >= p->nslots)
        grow(p);
    struct naive_path *slot = &p->slots[slot_of(p, path, len)];
    if (!slot->text) {
        slot->text = malloc(len + 1);
        if (!slot->text)
            abort();
        memcpy(slot->text, path, len);
        slot->len = len;
        p->n++;
    }
    return slot;
}

void naive_add(struct naive_paths *p, const char *stack, size_t len, uint64_t weight)
{
    uint32_t depth = 1;
    for (size_t i = 0; i < len; i++) {
        if (stack[i] == ';') {
            find_or_add(p, stack, i);
            depth++;
        }
    }
    find_or_add(p, stack, len)->self += weight;
    if (depth > p->max_depth)
        p->max_depth = depth;
}

struct naive_path *naive_find(struct naive_paths *p, const char *path, size_t len)
{
    struct naive_path *slot = p->nslots ? &p->slots[slot_of(p, path, len)] : NULL;
    return slot && slot->text ? slot : NULL;
}

void naive_free(struct naive_paths *p)
{
    for (size_t i = 0; i < p->nslots; i++)
        free(p->slots[i].text);
    free(p->slots);
    *p = (struct naive_paths){0};
}
