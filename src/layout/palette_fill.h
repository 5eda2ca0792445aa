/* How the palettes are made: one fill function per family. Internal to layout/. */
#ifndef GF_LAYOUT_PALETTE_FILL_H
#define GF_LAYOUT_PALETTE_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout/palette.h"

/* flamegraph.pl's palettes, in the order of gf_classic_names. */
enum gf_classic {
    GF_CLASSIC_HOT,
    GF_CLASSIC_MEM,
    GF_CLASSIC_IO,
    GF_CLASSIC_WAKEUP,
    GF_CLASSIC_CHAIN,
    GF_CLASSIC_JAVA,
    GF_CLASSIC_JS,
    GF_CLASSIC_PERL,
    GF_CLASSIC_RED,
    GF_CLASSIC_GREEN,
    GF_CLASSIC_BLUE,
    GF_CLASSIC_AQUA,
    GF_CLASSIC_YELLOW,
    GF_CLASSIC_PURPLE,
    GF_CLASSIC_ORANGE,
    GF_CLASSIC_COUNT
};
uint32_t gf_classic_fill(enum gf_classic palette, bool hash, bool color_blind, const char *name,
                         size_t n);

/* What kind of code a name stands for, by the annotations of the perf collapsers and by shape. */
enum gf_kind {
    GF_KIND_USER,
    GF_KIND_KERNEL,
    GF_KIND_JIT,
    GF_KIND_INLINED,
    GF_KIND_WAKER,
    GF_KIND_UNKNOWN,  /* [unknown], bare addresses */
    GF_KIND_SEPARATOR /* "-" and "--" */
};
enum gf_kind gf_name_kind(const char *name, size_t n);
/* Its name, as legends have it; NULL where there is none. */
const char *gf_kind_label(enum gf_kind kind);

/* The part of a name that says where the function comes from: library, package, crate, namespace.
 * Returns its length, 0 where the name does not say; *at is its offset. Looks at a bounded part of
 * the name. */
size_t gf_name_origin(const char *name, size_t n, size_t *at);

/* The same, or else the prefix of a C name. */
size_t gf_name_module(const char *name, size_t n, size_t *at);

/* Ready-made fills of "module" and "kind" for one theme. */
#define GF_HUES   32
#define GF_SHADES 8
struct gf_hues {
    uint32_t fill[GF_KIND_SEPARATOR + 1][GF_HUES][GF_SHADES];
};
void gf_hues_make(struct gf_hues *hues, const struct gf_theme *theme, bool by_kind,
                  bool color_blind);
uint32_t gf_hues_fill(const struct gf_hues *hues, bool by_kind, const char *name, size_t n);

/* The ends of the scale of "heat": a smaller share is as cold as nothing, a larger one no hotter.
 */
#define GF_HEAT_LEAST 0.0005
#define GF_HEAT_MOST  0.5

/* The fill of a function in which `share` of all is spent, 0 to 1. */
uint32_t gf_heat_fill(const struct gf_theme *theme, double share);

/* The fills of a differential's nodes, fill[0..n), and what its legend says. */
void gf_diff_fill(const struct gf_frames *frames, const struct gf_palette *palette, uint32_t *fill);
unsigned gf_diff_legend(const struct gf_palette *palette,
                        struct gf_legend_entry out[GF_LEGEND_MAX]);

#endif
