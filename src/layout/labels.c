#include "layout/labels.h"

#include <string.h>

#include "base/str.h"

/* Bytes of a name that are looked at: three times as many fit into GF_LABEL_BYTES, should each of
 * them become U+FFFD. */
enum { LOOKED_AT = 1300, CUTS = 64 };

static const char ellipsis[] = "\xe2\x80\xa6";
enum { ELLIPSIS_LEN = 3, ELLIPSIS_CODEPOINT = 0x2026 };

struct fit {
    const struct gf_measure *measure;
    unsigned px;
    double room;
};

struct text {
    char s[GF_LABEL_BYTES];
    size_t n;
};

static double advance(const struct fit *f, uint32_t codepoint, uint32_t previous)
{
    return (double)f->measure->advance(f->measure->ctx, codepoint, previous, f->px);
}

/* Reads a character of safe text. */
static size_t next(const char *s, size_t n, uint32_t *codepoint)
{
    if ((unsigned char)s[0] < 0x80) {
        *codepoint = (unsigned char)s[0];
        return 1;
    }
    return gf_utf8_decode(s, n, codepoint);
}

static bool fits(const struct fit *f, const char *s, size_t n)
{
    double width = 0;
    uint32_t previous = 0;
    for (size_t i = 0; i < n;) {
        uint32_t codepoint;
        i += next(s + i, n - i, &codepoint);
        width += advance(f, codepoint, previous);
        if (width > f->room)
            return false;
        previous = codepoint;
    }
    return true;
}

static void make_safe(struct text *out, const char *s, size_t n)
{
    out->n = 0;
    for (size_t i = 0; i < n;) {
        uint32_t codepoint;
        size_t len = next(s + i, n - i, &codepoint);
        if (codepoint >= 0x20 && codepoint < 0x7f)
            out->s[out->n++] = (char)codepoint;
        else
            out->n += gf_utf8_encode(gf_unsafe_codepoint(codepoint) ? 0xfffd : codepoint,
                                     out->s + out->n);
        i += len;
    }
}

static inline void append_char(struct text *t, char c)
{
    if (t->n < sizeof t->s)
        t->s[t->n++] = c;
}

static void append_ellipsis(struct text *t)
{
    for (int i = 0; i < ELLIPSIS_LEN; i++)
        append_char(t, ellipsis[i]);
}

/* The text with its end cut off, or nothing when fewer than two characters of it would stay. */
static size_t cut_end(const struct fit *f, const char *s, size_t n, char *out)
{
    double width = 0;
    uint32_t previous = 0;
    size_t keep = 0, kept = 0, seen = 0;
    for (size_t i = 0; i < n;) {
        uint32_t codepoint;
        size_t len = next(s + i, n - i, &codepoint);
        width += advance(f, codepoint, previous);
        if (width > f->room)
            break;
        i += len;
        seen++;
        if (width + advance(f, ELLIPSIS_CODEPOINT, codepoint) <= f->room) {
            keep = i;
            kept = seen;
        }
        previous = codepoint;
    }
    if (kept < 2)
        return 0;
    memmove(out, s, keep);
    memcpy(out + keep, ellipsis, ELLIPSIS_LEN);
    return keep + ELLIPSIS_LEN;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

/* True when the bracket at s[i] is part of an operator: "->", operator<, operator(). */
static bool is_operator(const char *s, size_t i)
{
    if (s[i] == '>' && i > 0 && (s[i - 1] == '-' || s[i - 1] == '='))
        return true;
    size_t word = i;
    while (word > 0 && !is_word(s[word - 1]) && s[word - 1] != ' ' && i - word < 3)
        word--;
    return word >= 8 && memcmp(s + word - 8, "operator", 8) == 0;
}

/* +1 where a bracket opens, -1 where one closes. */
static int bracket(const char *s, size_t i)
{
    switch (s[i]) {
    case '(':
    case '[':
    case '{':
        return 1;
    case ')':
    case ']':
    case '}':
        return -1;
    case '<':
        return is_operator(s, i) ? 0 : 1;
    case '>':
        return is_operator(s, i) ? 0 : -1;
    default:
        return 0;
    }
}

/* The index of the bracket that closes s[open], or n. */
static size_t closing(const char *s, size_t n, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < n; i++) {
        depth += bracket(s, i);
        if (depth == 0)
            return i;
    }
    return n;
}

/* Leaves template parameters out as "<…>", and the arguments of a signature as "(…)" or, without
 * `keep_args`, altogether. */
static void collapse(const char *s, size_t n, bool keep_args, struct text *out)
{
    out->n = 0;
    unsigned in_vain =
        0; /* brackets that were followed to no use: hostile names are full of them */
    for (size_t i = 0; i < n; i++) {
        char before = i > 0 ? s[i - 1] : ' ';
        bool opens = s[i] == '<' ? is_word(before) && !is_operator(s, i)
                                 : s[i] == '(' && before != ' ' && before != '.' && before != ':';
        size_t close = opens && in_vain < 16 ? closing(s, n, i) : n;
        bool args = s[i] == '(' && close < n;
        /* Go's receivers, "pkg.(*T).Method", are no arguments. */
        if (close >= n || close == i + 1 || (args && close + 1 < n && s[close + 1] == '.')) {
            append_char(out, s[i]);
            in_vain += opens;
            continue;
        }
        if (args && !keep_args && close + 1 >= n)
            return;
        append_char(out, s[i]);
        append_ellipsis(out);
        append_char(out, s[close]);
        i = close;
    }
}

/* True when the '.' at s[i] belongs to a file name ("libc.so.6", "main.py:3") instead of parting
 * qualifiers. */
static bool is_extension(const char *s, size_t n, size_t i)
{
    static const char *const known[] = {
        "so", "py",  "js",  "ts", "mjs", "rb", "go",  "c",    "h",    "cc",        "cpp", "hpp",
        "rs", "dll", "exe", "ko", "php", "pl", "cfi", "isra", "part", "constprop", "cold"};
    size_t end = i + 1;
    while (end < n && is_word(s[end]))
        end++;
    size_t len = end - i - 1;
    if (len == 0 ? end >= n || s[end] == '.' : s[i + 1] >= '0' && s[i + 1] <= '9')
        return true;
    if (end < n && s[end] != '.' && s[end] != ':' && s[end] != ')' && s[end] != ' ')
        return false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strlen(known[k]) == len && memcmp(known[k], s + i + 1, len) == 0)
            return true;
    return false;
}

/* Where the name may begin after qualifiers are cut: before "::", after the other separators. Keeps
 * the last CUTS ones. Returns their number, ascending in at[]. */
static unsigned find_cuts(const char *s, size_t n, size_t at[CUTS])
{
    unsigned count = 0;
    int depth = 0;
    for (size_t i = 0; i < n; i++) {
        depth += bracket(s, i);
        depth = depth < 0 ? 0 : depth;
        if (depth > 0 || i == 0 || i + 1 >= n)
            continue;
        size_t cut = 0;
        if (s[i] == ':' && s[i + 1] == ':')
            cut = i++;
        else if (s[i] == '`' || s[i] == '!' || s[i] == '\\')
            cut = i + 1;
        else if (s[i] == '/' && !(s[i + 1] >= '0' && s[i + 1] <= '9'))
            cut = i + 1;
        else if (s[i] == '.' && !is_extension(s, n, i))
            cut = i + 1;
        if (cut == 0)
            continue;
        if (count == CUTS)
            memmove(at, at + 1, --count * sizeof *at);
        at[count++] = cut;
    }
    return count;
}

/* The longest "…suffix" that fits, else the last word with its end cut. */
static size_t cut_qualifiers(const struct fit *f, const char *s, size_t n, char *out)
{
    size_t at[CUTS];
    unsigned count = find_cuts(s, n, at);
    size_t word = 0;
    for (unsigned i = 0; i < count; i++) {
        size_t len = n - at[i];
        memcpy(out, ellipsis, ELLIPSIS_LEN);
        memcpy(out + ELLIPSIS_LEN, s + at[i], len);
        if (len > 1 && fits(f, out, len + ELLIPSIS_LEN))
            return len + ELLIPSIS_LEN;
        word = s[at[i]] == ':' ? at[i] + 2 : at[i];
    }
    if (n - word >= 2 && word > 0 && fits(f, s + word, n - word)) {
        memmove(out, s + word, n - word);
        return n - word;
    }
    return cut_end(f, s + word, n - word, out);
}

static size_t shorten(const struct fit *f, const char *s, size_t n, char *out)
{
    bool args = memchr(s, '(', n) != NULL;
    if (!args && !memchr(s, '<', n))
        return n + ELLIPSIS_LEN > GF_LABEL_BYTES ? 0 : cut_qualifiers(f, s, n, out);
    struct text t;
    for (int keep_args = args; keep_args >= 0; keep_args--) {
        collapse(s, n, keep_args, &t);
        if (t.n && fits(f, t.s, t.n)) {
            memcpy(out, t.s, t.n);
            return t.n;
        }
    }
    return t.n + ELLIPSIS_LEN > GF_LABEL_BYTES ? 0 : cut_qualifiers(f, t.s, t.n, out);
}

/* Parts "name (path/file.py:12)" or "name /path/file.js:3:4": where the name ends and where the
 * location starts; false for names without a location. */
static bool split_location(const char *s, size_t n, size_t *name_end, size_t *location)
{
    size_t space = n;
    for (size_t i = n; i > 1; i--)
        if (s[i - 1] == ' ') {
            space = i - 1;
            break;
        }
    if (space >= n || space + 2 >= n)
        return false;
    size_t start = space + 1;
    bool in_parentheses = s[start] == '(' && s[n - 1] == ')';
    start += in_parentheses;
    const char *path = s + start;
    size_t len = n - start;
    bool plain = !memchr(path, ',', len) && !memchr(path, '<', len) && !memchr(path, '*', len) &&
                 !memmem(path, len, "::", 2);
    bool path_like = memchr(path, '/', len) || (in_parentheses && memchr(path, '.', len));
    *name_end = space;
    *location = start;
    return plain && path_like;
}

static size_t fit_located(const struct fit *f, const char *s, size_t n, size_t name_end,
                          size_t location, char *out)
{
    size_t file = location;
    for (size_t i = location; i + 1 < n; i++)
        if (s[i] == '/' || s[i] == '\\')
            file = i + 1;
    if (file > location) {
        memcpy(out, s, location);
        memcpy(out + location, ellipsis, ELLIPSIS_LEN);
        memcpy(out + location + ELLIPSIS_LEN, s + file, n - file);
        size_t len = location + ELLIPSIS_LEN + n - file;
        if (fits(f, out, len))
            return len;
    }
    if (fits(f, s, name_end)) {
        memcpy(out, s, name_end);
        return name_end;
    }
    return shorten(f, s, name_end, out);
}

/* The last LOOKED_AT bytes of a long name when they tell its own word, else the first. */
static void part_of_long(const char *name, size_t n, struct text *out)
{
    size_t start = n - LOOKED_AT, at[CUTS];
    while (start < n && ((unsigned char)name[start] & 0xc0) == 0x80)
        start++;
    make_safe(out, name + start, n - start);
    unsigned count = find_cuts(out->s, out->n, at);
    if (count == 0) {
        make_safe(out, name, LOOKED_AT);
        return;
    }
    memmove(out->s, out->s + at[0], out->n - at[0]);
    out->n -= at[0];
}

/* How V8 begins the names of its functions, "JS:~f", "LazyCompile:*f": what it is and how far it is
 * optimized. Returns the length of that, 0 for other names. */
static size_t v8_prefix(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z')))
        i++;
    if (i == 0 || i + 2 >= n || s[i] != ':' || !strchr("~*^+", s[i + 1]))
        return 0;
    i += 2;
    return s[i] == ' ' ? i + 1 : i; /* a blank begins the place of a function without a name */
}

size_t gf_label_fit(const struct gf_measure *measure, unsigned px, double room, const char *name,
                    size_t n, char out[GF_LABEL_BYTES])
{
    struct fit f = {measure, px, room};
    if (n > 4 && name[n - 1] == ']' && name[n - 3] == '[' && name[n - 4] == '_' &&
        strchr("kwij", name[n - 2]) && name[n - 2])
        n -= 4;
    struct text t;
    bool whole = n <= LOOKED_AT;
    if (whole)
        make_safe(&t, name, n);
    else
        part_of_long(name, n, &t);
    size_t name_end, location, prefix = 0;
    if (whole && (fits(&f, t.s, t.n) ||
                  ((prefix = v8_prefix(t.s, t.n)) > 0 && fits(&f, t.s + prefix, t.n - prefix)))) {
        memcpy(out, t.s + prefix, t.n - prefix);
        return t.n - prefix;
    }
    memmove(t.s, t.s + prefix, t.n -= prefix);
    if (!whole)
        return cut_qualifiers(&f, t.s, t.n, out);
    if (split_location(t.s, t.n, &name_end, &location))
        return fit_located(&f, t.s, t.n, name_end, location, out);
    return shorten(&f, t.s, t.n, out);
}

size_t gf_label_cut(const struct gf_measure *measure, unsigned px, double room, const char *text,
                    size_t n, char out[GF_LABEL_BYTES])
{
    struct fit f = {measure, px, room};
    struct text t;
    make_safe(&t, text, n < LOOKED_AT ? n : LOOKED_AT);
    if (n <= LOOKED_AT && fits(&f, t.s, t.n)) {
        memcpy(out, t.s, t.n);
        return t.n;
    }
    return cut_end(&f, t.s, t.n, out);
}

double gf_label_width(const struct gf_measure *measure, unsigned px, const char *text, size_t n)
{
    struct fit f = {measure, px, 0};
    double width = 0;
    uint32_t previous = 0;
    for (size_t i = 0; i < n;) {
        uint32_t codepoint;
        i += next(text + i, n - i, &codepoint);
        width += advance(&f, codepoint, previous);
        previous = codepoint;
    }
    return width;
}
