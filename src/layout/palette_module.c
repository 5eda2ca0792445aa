/* "module": one hue per library, package or namespace, a lightness step per function; "kind": one
 * hue per kind of code. All fills of a theme come from a table made once in OKLCH, so that a name
 * costs a scan of its first bytes and two hashes. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "layout/color.h"
#include "layout/palette_fill.h"

enum { SCANNED = 256 }; /* bytes of a name that decide about its module */

/* Letters, digits, '_', '$' and whatever is not ASCII. */
static inline bool is_ident(unsigned char c)
{
    static const uint64_t set[4] = {0x03ff001000000000u, 0x07fffffe87fffffeu, UINT64_MAX,
                                    UINT64_MAX};
    return set[c >> 6] >> (c & 63) & 1;
}

enum gf_kind gf_name_kind(const char *name, size_t n)
{
    if ((n == 1 && name[0] == '-') || (n == 2 && memcmp(name, "--", 2) == 0))
        return GF_KIND_SEPARATOR;
    if (n >= 4 && name[n - 1] == ']' && name[n - 3] == '[' && name[n - 4] == '_')
        switch (name[n - 2]) {
        case 'k':
            return GF_KIND_KERNEL;
        case 'j':
            return GF_KIND_JIT;
        case 'i':
            return GF_KIND_INLINED;
        case 'w':
            return GF_KIND_WAKER;
        default:
            break;
        }
    if (n == 0 || (n == 9 && memcmp(name, "[unknown]", 9) == 0) ||
        (n > 2 && memcmp(name, "0x", 2) == 0))
        return GF_KIND_UNKNOWN;
    return GF_KIND_USER;
}

const char *gf_kind_label(enum gf_kind kind)
{
    static const char *const labels[GF_KIND_SEPARATOR + 1] = {[GF_KIND_USER] = "native",
                                                              [GF_KIND_KERNEL] = "kernel",
                                                              [GF_KIND_JIT] = "JIT",
                                                              [GF_KIND_INLINED] = "inlined"};
    return labels[kind];
}

/* "name (dir/pkg/file.py:12)": the package directory, or the file where there is none. */
static size_t module_of_location(const char *name, size_t n, size_t open, size_t *at)
{
    static const char site[] = "site-packages/", dist[] = "dist-packages/";
    const char *path = name + open + 1;
    size_t len = n - open - 1;
    const char *found = memmem(path, len, site, sizeof site - 1);
    if (!found)
        found = memmem(path, len, dist, sizeof dist - 1);
    size_t start = found ? (size_t)(found - path) + sizeof site - 1 : 0;
    while (start < len && path[start] == '/')
        start++;
    size_t end = start;
    while (end < len && path[end] != '/' && path[end] != ':' && path[end] != ')')
        end++;
    *at = open + 1 + start;
    return end - start;
}

/* "org.apache.spark.Foo.bar", "org/apache/…", "github.com/x/y/pkg.Func": up to three components
 * that are not the class or the function. */
static size_t module_of_path(const char *name, size_t start, size_t n)
{
    unsigned components = 0;
    size_t end = start;
    for (size_t i = start; i < n && components < 3; i++) {
        if (name[i] != '.' && name[i] != '/')
            continue;
        bool host = name[i] == '.' && memchr(name + i, '/', n - i) && components == 0;
        if (i > start && !host) {
            components++;
            end = i;
        }
        if (i + 1 < n && name[i + 1] >= 'A' && name[i + 1] <= 'Z')
            break;
    }
    return end - start;
}

/* "tcp_sendmsg", "ext4_writepages": the prefix of a C name, leading underscores aside. */
static size_t module_of_word(const char *name, size_t n, size_t *at)
{
    size_t start = 0;
    while (start < n && name[start] == '_')
        start++;
    size_t end = start;
    while (end < n && is_ident((unsigned char)name[end]) && name[end] != '_')
        end++;
    *at = start;
    return end - start;
}

/* False where name[0..n) is nothing but a word. */
static bool find_origin(const char *name, size_t n, size_t *at, size_t *len)
{
    size_t start = 0;
    *at = *len = 0;
    while (start < n && (name[start] == '<' || name[start] == '&' || name[start] == '*'))
        start++;
    if (start < n && name[start] == '[') {
        const char *close = memchr(name + start, ']', n - start);
        *at = start;
        *len = close ? (size_t)(close - name) - start + 1 : n - start;
        return true;
    }
    const char *tick = memchr(name + start, '`', n - start);
    if (tick) { /* DTrace's "module`function" */
        *at = start;
        *len = (size_t)(tick - name) - start;
        return true;
    }
    for (size_t i = start; i < n; i++) {
        char c = name[i];
        if (is_ident((unsigned char)c) || c == '-' || c == '~' || c == '@')
            continue;
        if (c == ':' && i + 1 < n && name[i + 1] == ':') {
            *at = start;
            *len = i - start;
            return true;
        }
        if (c == '.' || c == '/') {
            *at = start;
            *len = module_of_path(name, start, n);
            if (*len)
                return true;
        }
        if (c == ' ' && i + 1 < n && name[i + 1] == '(') {
            *len = module_of_location(name, n, i + 1, at);
            return true;
        }
        if (c == ' ' && i + 1 < n && is_ident((unsigned char)name[i + 1])) {
            start = i + 1; /* a return type comes first: "void std::sort<…>" */
            continue;
        }
        break;
    }
    return false;
}

size_t gf_name_origin(const char *name, size_t n, size_t *at)
{
    size_t len;
    return find_origin(name, n < SCANNED ? n : SCANNED, at, &len) ? len : 0;
}

size_t gf_name_module(const char *name, size_t n, size_t *at)
{
    size_t len;
    n = n < SCANNED ? n : SCANNED;
    return find_origin(name, n, at, &len) ? len : module_of_word(name, n, at);
}

/* Each kind of code has its range of hues, in degrees, and of lightness: from red to yellow what
 * was compiled ahead, and apart from it kernel, JIT and inlined code. Between 105 and 140 degrees a
 * fill reads as neither. Lightness is beside that of the theme: higher, light frames lose their
 * contrast to the background; lower, dark ones lose that of their text. */
struct range {
    double from, to, chroma, lighter_from, lighter_to;
};
static const struct range ranges[GF_KIND_SEPARATOR + 1] = {
    [GF_KIND_USER] = {28, 105, 0.125, 0, 0},
    [GF_KIND_KERNEL] = {236, 276, 0.080, 0, 0},
    [GF_KIND_JIT] = {140, 186, 0.100, 0.02, 0.02},
    [GF_KIND_INLINED] = {302, 342, 0.085, 0.03, 0.03},
    [GF_KIND_WAKER] = {200, 215, 0.080, 0.02, 0.02},
    [GF_KIND_UNKNOWN] = {70, 70, 0.012, 0, 0},
    [GF_KIND_SEPARATOR] = {70, 70, 0.004, 0, 0},
};

/* Who does not tell red from green has yellow, blue and lightness left; who does not tell blue from
 * yellow has red, green and lightness. So lightness carries what hue cannot, for modules too. */
static const struct range safe_ranges[GF_KIND_SEPARATOR + 1] = {
    [GF_KIND_USER] = {62, 90, 0.135, -0.05, 0.06},
    [GF_KIND_KERNEL] = {260, 272, 0.130, -0.08, -0.05},
    [GF_KIND_JIT] = {215, 228, 0.065, 0.08, 0.10},
    [GF_KIND_INLINED] = {340, 350, 0.085, -0.22, -0.20},
    [GF_KIND_WAKER] = {180, 190, 0.090, -0.12, -0.10},
    [GF_KIND_UNKNOWN] = {70, 70, 0.012, 0, 0},
    [GF_KIND_SEPARATOR] = {70, 70, 0.004, 0, 0},
};

void gf_hues_make(struct gf_hues *hues, const struct gf_theme *theme, bool by_kind,
                  bool color_blind)
{
    double base = theme->dark ? 0.62 : 0.80;
    for (int k = 0; k <= GF_KIND_SEPARATOR; k++)
        for (int h = 0; h < GF_HUES; h++)
            for (int s = 0; s < GF_SHADES; s++) {
                const struct range *r = color_blind ? &safe_ranges[k] : &ranges[k];
                double place = by_kind ? 0.5 : (double)h / (GF_HUES - 1);
                double shade = ((double)s / (GF_SHADES - 1) - 0.5) * 0.05;
                double lighter = r->lighter_from + place * (r->lighter_to - r->lighter_from);
                if (by_kind && !color_blind) /* with one hue a kind, there is room for more */
                    lighter *= 2;
                hues->fill[k][h][s] = gf_color_oklch(base + shade + lighter, r->chroma,
                                                     r->from + place * (r->to - r->from));
            }
}

/* From the ground's own grey to red (by day) and to bright yellow (by night), on a logarithmic
 * scale: lightness alone says it too. */
uint32_t gf_heat_fill(const struct gf_theme *theme, double share)
{
    double t =
        share > GF_HEAT_LEAST ? log(share / GF_HEAT_LEAST) / log(GF_HEAT_MOST / GF_HEAT_LEAST) : 0;
    t = t < 1 ? t : 1;
    return theme->dark ? gf_color_oklch(0.40 + 0.45 * t, 0.02 + 0.14 * t, 30 + 60 * t)
                       : gf_color_oklch(0.91 - 0.31 * t, 0.02 + 0.19 * t, 95 - 67 * t);
}

uint32_t gf_hues_fill(const struct gf_hues *hues, bool by_kind, const char *name, size_t n)
{
    enum gf_kind kind = gf_name_kind(name, n);
    unsigned shade = (unsigned)(gf_hash(name, n, 0) >> 32) % GF_SHADES;
    if (by_kind)
        return hues->fill[kind][0][shade];
    size_t at, len = gf_name_module(name, n, &at);
    unsigned hue = (unsigned)(gf_hash(name + at, len, 1) >> 32) % GF_HUES;
    return hues->fill[kind][hue][shade];
}
