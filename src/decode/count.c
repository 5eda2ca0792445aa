#include "decode/count.h"

static bool push_digit(uint64_t *value, unsigned digit)
{
    return !__builtin_mul_overflow(*value, 10u, value) &&
           !__builtin_add_overflow(*value, digit, value);
}

/* The fraction's digits p[0..n): appended to *c, at most GF_MAX_DECIMALS of them, then rounded.
 * Digits that end up as zeros are left out beforehand: the count may have no room for them. */
static bool add_fraction(struct gf_count *c, const char *p, size_t n)
{
    while (n > 0 && p[n - 1] == '0')
        n--;
    bool up = false;
    if (n > GF_MAX_DECIMALS) {
        up = p[GF_MAX_DECIMALS] >= '5';
        c->rounded = true;
        n = GF_MAX_DECIMALS;
        while (n > 0 && p[n - 1] == (up ? '9' : '0'))
            n--;
    }
    for (size_t i = 0; i < n; i++) {
        if (!push_digit(&c->value, (unsigned)(p[i] - '0')))
            return false;
    }
    c->decimals = (unsigned)n;
    return !up || !__builtin_add_overflow(c->value, 1u, &c->value);
}

bool gf_count_last(const char *text, size_t n, struct gf_count *out, size_t *rest,
                   enum gf_ignored_cause *cause)
{
    *out = (struct gf_count){0};
    size_t word = n;
    while (word > 0 && !gf_is_blank(text[word - 1]))
        word--;
    bool negative = word < n && text[word] == '-';
    size_t i = word + negative;
    *cause = GF_IGNORED_NO_COUNT;
    if (i == n || !gf_is_digit(text[i]))
        return false;
    bool fits = true;
    while (i < n && gf_is_digit(text[i]))
        fits = push_digit(&out->value, (unsigned)(text[i++] - '0')) && fits;
    if (i < n && text[i] == '.') {
        size_t fraction = ++i;
        while (i < n && gf_is_digit(text[i]))
            i++;
        fits = add_fraction(out, text + fraction, i - fraction) && fits;
    }
    if (i < n)
        return false;
    size_t stack = word;
    while (stack > 0 && gf_is_blank(text[stack - 1]))
        stack--;
    *rest = stack;
    if (negative)
        *cause = GF_IGNORED_NEGATIVE;
    else if (!fits)
        *cause = GF_IGNORED_TOO_LARGE;
    else if (stack == 0)
        *cause = GF_IGNORED_NO_STACK;
    else
        return true;
    return false;
}

bool gf_count_align(struct gf_count *a, struct gf_count *b)
{
    struct gf_count *low = a->decimals < b->decimals ? a : b;
    unsigned to = low == a ? b->decimals : a->decimals;
    while (low->decimals < to) {
        if (__builtin_mul_overflow(low->value, 10u, &low->value))
            return false;
        low->decimals++;
    }
    return true;
}
