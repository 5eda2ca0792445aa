/* Labels set on the CPU: each becomes one rectangle of coverage. Drawing a glyph as a quad of its
 * own costs a software renderer ten times as much as putting its few pixels where they belong. */
#ifndef GF_GL_LABELS_H
#define GF_GL_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "layout/drawlist.h"
#include "text/text.h"

/* One instance of shaders/text.vert. */
struct gf_quad {
    int16_t x, y;
    uint16_t w, h;
    uint32_t first; /* of w * h texels in the coverage */
    uint32_t color;
};

/* A glyph of the label at hand. */
struct gf_placed {
    uint32_t u, v, w, h;
    int32_t x, y;
};

/* Labels ready to be drawn. {0} is empty. */
struct gf_labels {
    struct gf_quad *quads;
    size_t nquads, quads_cap;
    uint8_t *coverage;
    size_t ncoverage, coverage_cap;
    struct gf_placed *line;
    size_t nline, line_cap;
    uint32_t *visual; /* code points of the line at hand */
    size_t visual_cap;
};

/* Appends a label, cut to its clip and to width x height. Labels without a visible pixel append
 * nothing, others one quad. */
bool gf_labels_add(struct gf_labels *labels, struct gf_text *text, const struct gf_label *label,
                   const char *utf8, uint32_t width, uint32_t height, struct gf_error *err);
/* Forgets the labels, keeps the memory. */
void gf_labels_clear(struct gf_labels *labels);
void gf_labels_free(struct gf_labels *labels);

#endif
