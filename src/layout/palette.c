#include "layout/palette.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "layout/color.h"
#include "layout/palette_fill.h"

/* flamegraph.pl's first, in the order of enum gf_classic. */
static const char *const mode_names[] = {"hot",    "mem",    "io",     "wakeup", "chain", "java",
                                         "js",     "perl",   "red",    "green",  "blue",  "aqua",
                                         "yellow", "purple", "orange", "module", "kind",  NULL};
enum { MODULE = GF_CLASSIC_COUNT, KIND, MODES };
_Static_assert(sizeof mode_names / sizeof *mode_names == MODES + 1, "a name for every palette");

const char *const *gf_palette_names(void)
{
    return mode_names;
}

static int mode_index(const char *mode)
{
    for (int i = 0; i < MODES; i++)
        if (strcmp(mode_names[i], mode) == 0)
            return i;
    return -1;
}

bool gf_palette_known(const char *mode)
{
    return mode_index(mode) >= 0;
}

bool gf_colors_make(const struct gf_name_table *names, const char *mode, bool hash,
                    const struct gf_theme *theme, struct gf_colors *out, struct gf_error *err)
{
    *out = (struct gf_colors){0};
    int index = mode_index(mode);
    if (index < 0)
        return gf_fail(err, GF_ERR_USAGE, "there is no palette called \"%.64s\"", mode);
    size_t bytes;
    if (!gf_mul(names->n ? names->n : 1, sizeof *out->fill, &bytes))
        return gf_fail_nomem(err, UINT64_MAX);
    struct gf_hues *hues = malloc(sizeof *hues);
    out->fill = malloc(bytes);
    if (!hues || !out->fill) {
        free(hues);
        gf_colors_free(out);
        return gf_fail_nomem(err, bytes);
    }
    if (index >= MODULE)
        gf_hues_make(hues, theme, index == KIND);
    for (uint32_t i = 0; i < names->n; i++) {
        const char *name = names->bytes + names->offset[i];
        size_t n = (size_t)(names->offset[i + 1] - names->offset[i]);
        out->fill[i] = index >= MODULE ? gf_hues_fill(hues, index == KIND, name, n)
                                       : gf_classic_fill((enum gf_classic)index, hash, name, n);
    }
    free(hues);
    out->n = names->n;
    out->mode = mode_names[index];
    return true;
}

void gf_colors_free(struct gf_colors *colors)
{
    free(colors->fill);
    *colors = (struct gf_colors){0};
}

static unsigned legend_own(bool by_kind, const struct gf_theme *theme, struct gf_legend_entry *out)
{
    static const struct {
        const char *label;
        enum gf_kind kind;
    } kinds[] = {{"native", GF_KIND_USER},
                 {"kernel", GF_KIND_KERNEL},
                 {"JIT", GF_KIND_JIT},
                 {"inlined", GF_KIND_INLINED}};
    struct gf_hues hues;
    gf_hues_make(&hues, theme, by_kind);
    unsigned n = 0, shade = GF_SHADES / 2;
    for (int i = 0; i < 4 && !by_kind; i++)
        out[n++] = (struct gf_legend_entry){i == 3 ? "by module" : NULL,
                                            hues.fill[GF_KIND_USER][i * (GF_HUES - 1) / 3][shade]};
    for (size_t i = by_kind ? 0 : 1; i < sizeof kinds / sizeof *kinds; i++)
        out[n++] =
            (struct gf_legend_entry){kinds[i].label, hues.fill[kinds[i].kind][GF_HUES / 2][shade]};
    return n;
}

unsigned gf_palette_legend(const char *mode, const struct gf_theme *theme,
                           struct gf_legend_entry out[GF_LEGEND_MAX])
{
    static const struct {
        enum gf_classic mode;
        const char *label, *name;
    } classic[] = {
        {GF_CLASSIC_JAVA, "Java", "_[j]"},   {GF_CLASSIC_JAVA, "inlined", "_[i]"},
        {GF_CLASSIC_JAVA, "C++", "::"},      {GF_CLASSIC_JAVA, "kernel", "_[k]"},
        {GF_CLASSIC_JAVA, "system", "s"},    {GF_CLASSIC_JS, "JavaScript", "/.js"},
        {GF_CLASSIC_JS, "builtin", ":"},     {GF_CLASSIC_JS, "C++", "::"},
        {GF_CLASSIC_JS, "kernel", "_[k]"},   {GF_CLASSIC_JS, "system", "s"},
        {GF_CLASSIC_PERL, "Perl", "Perl"},   {GF_CLASSIC_PERL, "C++", "::"},
        {GF_CLASSIC_PERL, "kernel", "_[k]"}, {GF_CLASSIC_PERL, "system", "s"},
        {GF_CLASSIC_CHAIN, "waker", "_[w]"}, {GF_CLASSIC_CHAIN, "off-CPU", "s"},
    };
    int index = mode_index(mode);
    if (strncmp(mode, GF_DIFF_MODE, strlen(GF_DIFF_MODE)) == 0)
        return gf_legend_diff(mode, theme, out);
    if (index >= MODULE)
        return legend_own(index == KIND, theme, out);
    unsigned n = 0;
    for (size_t i = 0; i < sizeof classic / sizeof *classic && n < GF_LEGEND_MAX; i++)
        if ((int)classic[i].mode == index)
            out[n++] = (struct gf_legend_entry){
                classic[i].label,
                gf_classic_fill(classic[i].mode, false, classic[i].name, strlen(classic[i].name))};
    return n;
}
