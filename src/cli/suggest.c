#include <string.h>

#include "cli/options.h"

/* Names longer than this are compared by their beginning. */
#define MAX_LEN 48

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance of a[0..n) and b[0..m), both at most MAX_LEN. */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned rows[3][MAX_LEN + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++) {
        before[j] = 0;
        last[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            bool same = a[i - 1] == b[j - 1];
            row[j] = least(least(last[j] + 1, row[j - 1] + 1), last[j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        unsigned *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[m];
}

const char *gf_suggest(const char *word, size_t len, const char *const *candidates, size_t n)
{
    const char *best = NULL;
    size_t word_len = len < MAX_LEN ? len : MAX_LEN;
    /* Two slips, fewer in short words: a third of the letters at most. */
    unsigned limit = word_len < 3 ? 0 : word_len < 6 ? 1 : word_len < 9 ? 2 : 3;
    for (size_t i = 0; i < n; i++) {
        size_t cand_len = strnlen(candidates[i], MAX_LEN);
        unsigned d = distance(word, word_len, candidates[i], cand_len);
        if (d <= limit) {
            best = candidates[i];
            if (d == 0)
                break;
            limit = d - 1;
        }
    }
    if (best)
        return best;
    /* A whole word of the name, or more than was needed ("--colours-hot"). */
    for (size_t i = 0; i < n; i++) {
        size_t cand_len = strnlen(candidates[i], MAX_LEN);
        if (word_len >= 3 && cand_len >= 3 &&
            (strncmp(word, candidates[i], least((unsigned)word_len, (unsigned)cand_len)) == 0))
            return candidates[i];
    }
    return NULL;
}
