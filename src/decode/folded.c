/* Folded stacks: "root;caller;leaf 42", a line each (the lenient rules of docs/ARCHITECTURE.md).
 *
 * The one thing that makes this fast: a line is first compared with the sample before it, and only
 * the bytes after the common prefix are searched for the newline. In sorted input that is about a
 * seventh of them. The length of the prefix goes on to the model, which does not look at those
 * bytes again. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "decode/count.h"
#include "decode/decoder.h"

/* Samples are handed over in batches, so that the model can look ahead while the text is in the L2.
 */
#define BATCH 64
/* Text is asked for this far ahead: processors do so by themselves only to the end of a page. */
#define AHEAD 4096

struct gf_decoder {
    const struct gf_simd *simd;
    unsigned columns;
    struct gf_decode_counts counts;
    const char *prev; /* the stack of the sample before and the blanks and count after it */
    size_t prev_len;
    uint32_t prev_stack; /* length of the stack alone */
    char *copy;          /* where prev is kept between two calls */
    size_t copy_cap;
    size_t nbatch;
    struct gf_sample batch[BATCH];
};

enum line_kind { LINE_SAMPLE, LINE_SKIPPED, LINE_IGNORED };

/* The rest of a line's parsing where the plain "stack blank digits" does not hold: decimals, two
 * columns, negative numbers, nothing at all. text[0..n) has no blanks around it. */
static enum line_kind parse_counts(const char *text, size_t n, unsigned columns,
                                   struct gf_sample *s, bool *rounded, enum gf_ignored_cause *cause)
{
    struct gf_count after, before = {0};
    size_t rest;
    if (!gf_count_last(text, n, &after, &rest, cause)) /* "#foo bar" is a comment, "#foo 3" none */
        return text[0] == '#' && *cause == GF_IGNORED_NO_COUNT ? LINE_SKIPPED : LINE_IGNORED;
    if (columns == 2) {
        if (!gf_count_last(text, rest, &before, &rest, cause))
            return LINE_IGNORED;
        if (!gf_count_align(&after, &before)) {
            *cause = GF_IGNORED_TOO_LARGE;
            return LINE_IGNORED;
        }
    }
    s->len = (uint32_t)rest;
    s->values[0] = after.value;
    s->values[1] = before.value;
    s->decimals = (uint8_t)after.decimals;
    *rounded = after.rounded || before.rounded;
    return LINE_SAMPLE;
}

/* Parses one line, text[0..n) without its newline. On LINE_SAMPLE *s has everything but `shared`.
 */
static enum line_kind parse_line(const char *text, size_t n, unsigned columns, struct gf_sample *s,
                                 bool *rounded, enum gf_ignored_cause *cause)
{
    if (n > 0 && text[n - 1] == '\r')
        n--;
    while (n > 0 && gf_is_blank(text[n - 1]))
        n--;
    if (n == 0)
        return LINE_SKIPPED;
    if ((unsigned char)text[0] <= '#' || (unsigned char)text[0] == 0xef) {
        if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3; /* a byte order mark */
            n -= 3;
        }
        while (n > 0 && gf_is_blank(*text)) {
            text++;
            n--;
        }
        if (n == 0 || (text[0] == '#' && (n == 1 || text[1] == ' ')))
            return LINE_SKIPPED;
    }
    s->stack = text;
    *rounded = false;
    if (n > GF_MAX_STACK) {
        *cause = GF_IGNORED_TOO_LARGE;
        return LINE_IGNORED;
    }
    /* The common case: one column, up to 18 digits, a blank before them. */
    uint64_t value = 0, unit = 1;
    size_t i = n;
    while (i > 0 && gf_is_digit(text[i - 1]) && n - i < 18) {
        value += (uint64_t)(text[--i] - '0') * unit;
        unit *= 10;
    }
    if (columns == 1 && i < n && i > 1 && gf_is_blank(text[i - 1])) {
        while (i > 0 && gf_is_blank(text[i - 1]))
            i--;
        s->len = (uint32_t)i;
        s->values[0] = value;
        s->values[1] = 0;
        s->decimals = 0;
        return LINE_SAMPLE;
    }
    return parse_counts(text, n, columns, s, rounded, cause);
}

/* True when head[0..n) looks like something that was never text. */
static bool is_binary(const char *head, size_t n)
{
    size_t odd = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)head[i];
        odd += (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0x1b) || c == 0x7f;
    }
    return odd > n / 10;
}

static bool probe(const char *head, size_t n, bool whole, struct gf_format_hints *hints)
{
    size_t valid = 0, both = 0, ignored = 0;
    for (size_t at = 0; at < n;) {
        const char *line = head + at, *newline = memchr(line, '\n', n - at);
        size_t len = newline ? (size_t)(newline - line) : n - at;
        at += len + 1;
        if (!newline && !whole)
            break;
        struct gf_sample s;
        bool rounded;
        enum gf_ignored_cause cause;
        enum line_kind kind = parse_line(line, len, 1, &s, &rounded, &cause);
        valid += kind == LINE_SAMPLE;
        ignored += kind == LINE_IGNORED;
        both += kind == LINE_SAMPLE && parse_line(line, len, 2, &s, &rounded, &cause) == kind;
    }
    hints->columns = valid >= 2 && both == valid ? 2 : 1;
    if (is_binary(head, n))
        return false;
    /* Nothing but comments so far, or one line longer than the head: nothing speaks against it. */
    return valid > 0 || (!whole && ignored == 0);
}

static struct gf_decoder *create(const struct gf_format_hints *hints, const struct gf_simd *simd,
                                 struct gf_error *err)
{
    struct gf_decoder *d = calloc(1, sizeof *d);
    if (!d) {
        gf_fail_nomem(err, sizeof *d);
        return NULL;
    }
    d->simd = simd;
    d->columns = hints->columns;
    return d;
}

static void destroy(struct gf_decoder *d)
{
    if (d)
        free(d->copy);
    free(d);
}

static void note_ignored(struct gf_decode_counts *counts, enum gf_ignored_cause cause)
{
    counts->ignored_by[cause]++;
    if (counts->nignored < GF_IGNORED_LINES)
        counts->ignored[counts->nignored++] = (struct gf_ignored){counts->lines, cause};
}

static bool flush(struct gf_decoder *d, const struct gf_sink *sink, struct gf_error *err)
{
    size_t n = d->nbatch;
    d->nbatch = 0;
    return n == 0 || sink->take(sink->ctx, d->batch, n, err);
}

/* Keeps a copy of the last sample's line, whose buffer the caller is about to reuse. */
static bool keep_previous(struct gf_decoder *d, struct gf_error *err)
{
    if (d->prev != d->copy) {
        if (!gf_grow(&d->copy, &d->copy_cap, d->prev_len, err))
            return false;
        memcpy(d->copy, d->prev, d->prev_len);
        d->prev = d->copy;
    }
    return true;
}

/* Asks for data[at .. at + len), as far as it lies before n. */
static void fetch_ahead(const char *data, size_t at, size_t len, size_t n)
{
    size_t end = at + len < n ? at + len : n;
    for (; at < end; at += 64)
        __builtin_prefetch(data + at);
}

static bool feed(struct gf_decoder *d, const char *data, size_t n, bool last,
                 const struct gf_sink *sink, size_t *used, struct gf_error *err)
{
    const struct gf_simd *simd = d->simd;
    size_t at = 0;
    while (at < n) {
        const char *line = data + at;
        size_t left = n - at;
        size_t shared = simd->common_prefix(line, d->prev, left < d->prev_len ? left : d->prev_len);
        size_t eol = shared + simd->find_byte(line + shared, left - shared, '\n');
        if (eol == left && !last)
            break;
        struct gf_sample *s = &d->batch[d->nbatch];
        bool rounded;
        enum gf_ignored_cause cause;
        switch (parse_line(line, eol, d->columns, s, &rounded, &cause)) {
        case LINE_SAMPLE:
            if (s->stack != line) { /* blanks in front were left out */
                size_t len = s->len < d->prev_len ? s->len : d->prev_len;
                shared = simd->common_prefix(s->stack, d->prev, len);
            }
            uint32_t most = s->len < d->prev_stack ? s->len : d->prev_stack;
            s->shared = shared < most ? (uint32_t)shared : most;
            d->prev_stack = s->len;
            d->prev = s->stack;
            d->prev_len = (size_t)(line + eol - s->stack);
            d->counts.records++;
            d->counts.rounded += rounded;
            if (++d->nbatch == BATCH && !flush(d, sink, err))
                return false;
            break;
        case LINE_IGNORED:
            note_ignored(&d->counts, cause);
            break;
        case LINE_SKIPPED:
            break;
        }
        d->counts.lines++;
        at += eol + 1;
        fetch_ahead(data, at + AHEAD, eol + 1, n);
    }
    *used = at < n ? at : n;
    return flush(d, sink, err) && keep_previous(d, err);
}

static struct gf_decode_counts take_counts(struct gf_decoder *d)
{
    struct gf_decode_counts counts = d->counts;
    d->counts = (struct gf_decode_counts){0};
    return counts;
}

const struct gf_format gf_format_folded = {
    .name = "folded",
    .probe = probe,
    .create = create,
    .feed = feed,
    .take_counts = take_counts,
    .destroy = destroy,
};
