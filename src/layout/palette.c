#include "layout/palette.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "layout/color.h"
#include "layout/palette_fill.h"
#include "model/diff.h"

/* flamegraph.pl's first, in the order of enum gf_classic. */
static const char *const mode_names[] = {
    "hot",  "mem",  "io",     "wakeup", "chain",  "java",   "js",   "perl", "red",  "green",
    "blue", "aqua", "yellow", "purple", "orange", "module", "kind", "heat", "diff", NULL};
enum { MODULE = GF_CLASSIC_COUNT, KIND, HEAT, DIFF, MODES };
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

static void fill_by_name(const struct gf_name_table *names, int index,
                         const struct gf_palette *palette, struct gf_hues *hues, uint32_t *fill)
{
    if (index >= MODULE)
        gf_hues_make(hues, palette->theme, index == KIND, palette->color_blind);
    for (uint32_t i = 0; i < names->n; i++) {
        const char *name = names->bytes + names->offset[i];
        size_t n = (size_t)(names->offset[i + 1] - names->offset[i]);
        fill[i] = index >= MODULE ? gf_hues_fill(hues, index == KIND, name, n)
                                  : gf_classic_fill((enum gf_classic)index, palette->hash,
                                                    palette->color_blind, name, n);
    }
}

/* self: room for as many sums as there are names, all 0. */
static void fill_by_heat(const struct gf_frames *f, uint32_t value, const struct gf_theme *theme,
                         uint64_t *self, uint32_t *fill)
{
    for (uint32_t node = 1; node < f->n; node++)
        self[f->name[node]] += gf_frame_self(f, node, value);
    double all = f->n ? (double)gf_frame_total(f, 0, value) : 0;
    for (uint32_t i = 0; i < f->names.n; i++)
        fill[i] = gf_heat_fill(theme, all > 0 ? (double)self[i] / all : 0);
}

bool gf_colors_make(const struct gf_frames *frames, uint32_t value,
                    const struct gf_palette *palette, struct gf_colors *out, struct gf_error *err)
{
    *out = (struct gf_colors){0};
    bool differential = gf_is_differential(frames);
    int index = palette->mode ? mode_index(palette->mode) : differential ? DIFF : MODULE;
    if (index < 0)
        return gf_fail(err, GF_ERR_USAGE, "there is no palette called \"%.64s\"", palette->mode);
    if (index == DIFF && !differential)
        return gf_fail(err, GF_ERR_USAGE, "colours by change are for differentials");
    size_t n = index == DIFF ? frames->n : frames->names.n ? frames->names.n : 1;
    out->fill = malloc(n * sizeof *out->fill);
    void *work = index == HEAT ? calloc(n, sizeof(uint64_t)) : malloc(sizeof(struct gf_hues));
    if (!work || !out->fill) {
        free(work);
        gf_colors_free(out);
        return gf_fail_nomem(err, n * (sizeof *out->fill + sizeof(uint64_t)));
    }
    if (index == HEAT)
        fill_by_heat(frames, value, palette->theme, work, out->fill);
    else if (index == DIFF)
        gf_diff_fill(frames, palette, out->fill);
    else
        fill_by_name(&frames->names, index, palette, work, out->fill);
    free(work);
    out->by_node = index == DIFF;
    out->n = out->by_node ? frames->n : frames->names.n;
    out->palette = *palette;
    out->palette.mode = mode_names[index];
    return true;
}

void gf_colors_free(struct gf_colors *colors)
{
    free(colors->fill);
    *colors = (struct gf_colors){0};
}

static unsigned legend_own(bool by_kind, const struct gf_palette *palette,
                           struct gf_legend_entry *out)
{
    static const enum gf_kind kinds[] = {GF_KIND_USER, GF_KIND_KERNEL, GF_KIND_JIT,
                                         GF_KIND_INLINED};
    struct gf_hues hues;
    gf_hues_make(&hues, palette->theme, by_kind, palette->color_blind);
    unsigned n = 0, shade = GF_SHADES / 2;
    for (int i = 0; i < 4 && !by_kind; i++)
        out[n++] = (struct gf_legend_entry){i == 3 ? "by module" : NULL,
                                            hues.fill[GF_KIND_USER][i * (GF_HUES - 1) / 3][shade]};
    for (size_t i = by_kind ? 0 : 1; i < sizeof kinds / sizeof *kinds; i++)
        out[n++] = (struct gf_legend_entry){gf_kind_label(kinds[i]),
                                            hues.fill[kinds[i]][GF_HUES / 2][shade]};
    return n;
}

static unsigned legend_heat(const struct gf_theme *theme, struct gf_legend_entry *out)
{
    enum { STEPS = 5 };
    for (int i = 0; i < STEPS; i++)
        out[i] = (struct gf_legend_entry){
            i == STEPS - 1 ? "self 0.05% to 50%" : NULL,
            gf_heat_fill(theme, GF_HEAT_LEAST *
                                    pow(GF_HEAT_MOST / GF_HEAT_LEAST, (double)i / (STEPS - 1)))};
    return STEPS;
}

unsigned gf_palette_legend(const struct gf_palette *palette,
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
    if (!palette->mode)
        return 0;
    int index = mode_index(palette->mode);
    if (index == HEAT)
        return legend_heat(palette->theme, out);
    if (index == DIFF)
        return gf_diff_legend(palette, out);
    if (index >= MODULE)
        return legend_own(index == KIND, palette, out);
    unsigned n = 0;
    for (size_t i = 0; i < sizeof classic / sizeof *classic && n < GF_LEGEND_MAX; i++)
        if ((int)classic[i].mode == index)
            out[n++] = (struct gf_legend_entry){
                classic[i].label, gf_classic_fill(classic[i].mode, false, palette->color_blind,
                                                  classic[i].name, strlen(classic[i].name))};
    return n;
}
