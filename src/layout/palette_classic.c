/* flamegraph.pl's palettes by their published behaviour: which kinds of names get which hue, and
 * how a name chooses its place within the hue's range.
 *
 * Without --hash that place is the first drand48 number after seeding with the sum of the name's
 * bytes (what Perl's rand gives since 5.20), one number for all three channels. With --hash it is a
 * weighted mean of the first three characters, of the last three for the second and third channel.
 */
#include <string.h>

#include "layout/color.h"
#include "layout/palette_fill.h"

static double drand48_once(uint32_t seed)
{
    uint64_t x = (uint64_t)seed << 16 | 0x330e;
    x = (x * 0x5deece66dull + 0xb) & 0xffffffffffffull;
    return (double)x / 281474976710656.0;
}

static uint32_t byte_sum(const char *name, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (unsigned char)name[i];
    return sum;
}

/* Character i of the name, or of the reversed name. */
static unsigned char_at(const char *name, size_t n, size_t i, bool reversed)
{
    return (unsigned char)name[reversed ? n - 1 - i : i];
}

static double name_vector(const char *name, size_t n, bool reversed)
{
    /* A module before a backtick is left out; it is at least one character. */
    size_t start = 0;
    if (memchr(name, '`', n))
        for (size_t i = 1; i < n && start == 0; i++)
            if (char_at(name, n, i, reversed) == '`')
                start = i + 1;
    double vector = 0, weight = 1, max = 1;
    for (unsigned i = 0; i < 3 && start + i < n; i++) {
        unsigned modulus = 10 + i;
        vector +=
            (double)(char_at(name, n, start + i, reversed) % modulus) / (modulus - 1) * weight;
        max += weight;
        weight *= 0.70;
    }
    return 1 - vector / max;
}

static bool contains(const char *name, size_t n, const char *what)
{
    /* Hardly any name has the first character of what is looked for, and memchr tells at once. */
    const char *first = memchr(name, what[0], n);
    return first && memmem(first, n - (size_t)(first - name), what, strlen(what)) != NULL;
}

static bool ends_with(const char *name, size_t n, const char *what)
{
    size_t len = strlen(what);
    return n >= len && memcmp(name + n - len, what, len) == 0;
}

/* "java/…", "Lorg/…": the packages that mark a Java name without annotation. */
static bool java_package(const char *name, size_t n)
{
    static const char *const roots[] = {"java/", "javax/", "jdk/", "net/",
                                        "org/",  "com/",   "io/",  "sun/"};
    if (n > 0 && name[0] == 'L') {
        name++;
        n--;
    }
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t len = strlen(roots[i]);
        if (n >= len && memcmp(name, roots[i], len) == 0)
            return true;
    }
    return false;
}

static enum gf_classic java_hue(const char *name, size_t n)
{
    if (ends_with(name, n, "_[j]"))
        return GF_CLASSIC_GREEN;
    if (ends_with(name, n, "_[i]"))
        return GF_CLASSIC_AQUA;
    if (java_package(name, n) || contains(name, n, ":::"))
        return GF_CLASSIC_GREEN;
    if (contains(name, n, "::"))
        return GF_CLASSIC_YELLOW;
    return ends_with(name, n, "_[k]") ? GF_CLASSIC_ORANGE : GF_CLASSIC_RED;
}

static enum gf_classic js_hue(const char *name, size_t n)
{
    if (ends_with(name, n, "_[j]"))
        return contains(name, n, "/") ? GF_CLASSIC_GREEN : GF_CLASSIC_AQUA;
    if (contains(name, n, "::"))
        return GF_CLASSIC_YELLOW;
    const char *slash = memchr(name, '/', n);
    if (slash && contains(slash, n - (size_t)(slash - name), ".js"))
        return GF_CLASSIC_GREEN;
    if (contains(name, n, ":"))
        return GF_CLASSIC_AQUA;
    if (n == 1 && name[0] == ' ')
        return GF_CLASSIC_GREEN;
    return contains(name, n, "_[k]") ? GF_CLASSIC_ORANGE : GF_CLASSIC_RED;
}

static enum gf_classic perl_hue(const char *name, size_t n)
{
    if (contains(name, n, "::"))
        return GF_CLASSIC_YELLOW;
    if (contains(name, n, "Perl") || contains(name, n, ".pl"))
        return GF_CLASSIC_GREEN;
    return ends_with(name, n, "_[k]") ? GF_CLASSIC_ORANGE : GF_CLASSIC_RED;
}

/* low + int(range * v), as Perl truncates. */
static unsigned step(unsigned low, unsigned range, double v)
{
    return low + (unsigned)(range * v);
}

/* The colours that M. Okabe and K. Ito chose to be told apart by everybody ("Color Universal
 * Design", 2008), from 84 to 100 percent of their brightness. */
static uint32_t in_safe_hue(enum gf_classic hue, double v)
{
    static const uint8_t rgb[GF_CLASSIC_COUNT][3] = {
        [GF_CLASSIC_RED] = {213, 94, 0},      [GF_CLASSIC_GREEN] = {0, 158, 115},
        [GF_CLASSIC_BLUE] = {0, 114, 178},    [GF_CLASSIC_AQUA] = {86, 180, 233},
        [GF_CLASSIC_YELLOW] = {240, 228, 66}, [GF_CLASSIC_PURPLE] = {204, 121, 167},
        [GF_CLASSIC_ORANGE] = {230, 159, 0},
    };
    double bright = 0.84 + 0.16 * v;
    return gf_rgb((unsigned)(rgb[hue][0] * bright), (unsigned)(rgb[hue][1] * bright),
                  (unsigned)(rgb[hue][2] * bright));
}

static uint32_t in_hue(enum gf_classic hue, bool color_blind, double v)
{
    if (color_blind)
        return in_safe_hue(hue, v);
    switch (hue) {
    case GF_CLASSIC_RED:
        return gf_rgb(step(200, 55, v), step(50, 80, v), step(50, 80, v));
    case GF_CLASSIC_GREEN:
        return gf_rgb(step(50, 60, v), step(200, 55, v), step(50, 60, v));
    case GF_CLASSIC_BLUE:
        return gf_rgb(step(80, 60, v), step(80, 60, v), step(205, 50, v));
    case GF_CLASSIC_YELLOW:
        return gf_rgb(step(175, 55, v), step(175, 55, v), step(50, 20, v));
    case GF_CLASSIC_PURPLE:
        return gf_rgb(step(190, 65, v), step(80, 60, v), step(190, 65, v));
    case GF_CLASSIC_AQUA:
        return gf_rgb(step(50, 60, v), step(165, 55, v), step(165, 55, v));
    default:
        return gf_rgb(step(190, 65, v), step(90, 65, v), 0);
    }
}

uint32_t gf_classic_fill(enum gf_classic palette, bool hash, bool color_blind, const char *name,
                         size_t n)
{
    if (n == 2 && memcmp(name, "--", 2) == 0)
        return gf_rgb(160, 160, 160);
    if (n == 1 && name[0] == '-')
        return gf_rgb(200, 200, 200);
    double v1 = hash ? name_vector(name, n, false) : drand48_once(byte_sum(name, n));
    double v2 = hash ? name_vector(name, n, true) : v1;
    switch (palette) {
    case GF_CLASSIC_HOT:
        return gf_rgb(step(205, 50, v2), step(0, 230, v1), step(0, 55, v2));
    case GF_CLASSIC_MEM:
        return gf_rgb(0, step(190, 50, v2), step(0, 210, v1));
    case GF_CLASSIC_IO:
        return gf_rgb(step(80, 60, v1), step(80, 60, v1), step(190, 55, v2));
    case GF_CLASSIC_WAKEUP:
        return in_hue(GF_CLASSIC_AQUA, color_blind, v1);
    case GF_CLASSIC_CHAIN:
        return in_hue(contains(name, n, "_[w]") ? GF_CLASSIC_AQUA : GF_CLASSIC_BLUE, color_blind,
                      v1);
    case GF_CLASSIC_JAVA:
        return in_hue(java_hue(name, n), color_blind, v1);
    case GF_CLASSIC_JS:
        return in_hue(js_hue(name, n), color_blind, v1);
    case GF_CLASSIC_PERL:
        return in_hue(perl_hue(name, n), color_blind, v1);
    default:
        return in_hue(palette, color_blind, v1);
    }
}
