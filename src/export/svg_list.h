/* A draw list as SVG: the picture pixel by pixel as a window shows it, but made of shapes and text.
 * Where svg.h writes a graph to explore in a browser, this writes one view to look at. */
#ifndef GF_EXPORT_SVG_LIST_H
#define GF_EXPORT_SVG_LIST_H

#include "base/measure.h"
#include "io/output.h"
#include "layout/drawlist.h"

struct gf_svg_list_params {
    const struct gf_drawlist *list;
    const struct gf_measure *measure; /* what the labels were fitted with: they keep their widths */
    const char *title;                /* of the document */
    /* What the rectangle around a pixel stands for, as its title: writes text to out and returns
     * its length, 0 for none. Asked for those of the first layer. May be NULL. */
    size_t (*describe)(void *ctx, double x, double y, char *out, size_t cap);
    void *ctx;
};

/* Writes to `out`, which stays the caller's to commit or abort. Fails with what writing fails with.
 */
bool gf_svg_list_write(const struct gf_svg_list_params *params, struct gf_output *out,
                       struct gf_error *err);

#endif
